"""template.yaml says what the code needs and what AWS, at its worst, demands."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from bordereau.domain.problems import ConflictError
from bordereau.entry import observability, settings
from bordereau.entry.events import Outcomes
from local.cloud.schedules import cron_of, event_of
from local.cloud.template import functions_of, read_template, schedules_of

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TEMPLATE: Final = read_template((ROOT / "template.yaml").read_text(encoding="utf-8"))
RESOURCES: Final[dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS: Final = functions_of(TEMPLATE)
AN_INSTANT: Final = datetime(2026, 3, 2, 14, tzinfo=UTC)
FORTNIGHT_SECONDS: Final = 14 * 24 * 3600
Statement = dict[str, Any]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in RESOURCES.items()
        if resource["Type"] == kind
    }


def camel(function: str) -> str:
    """A folder's name as the template's logical ids begin."""
    return function.title().replace("_", "")


def as_list(value: Any) -> list[Any]:
    """One or several, as several."""
    return value if isinstance(value, list) else [value]


def statements_of(function: str) -> Iterator[Statement]:
    """Every statement of a function's role, those behind a condition too."""
    role = RESOURCES[f"{camel(function)}Role"]["Properties"]
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def text_of(value: Any) -> str:
    """A resource of a statement as text, to look for names in."""
    return json.dumps(value)


def events_of(function: str, kind: str) -> list[dict[str, Any]]:
    """The triggers of a function that are of one type."""
    events = FUNCTIONS[function].get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == kind]


QUEUE_FED: Final = [name for name in FUNCTIONS if events_of(name, "SQS")]
SCHEDULED: Final = [name for name in FUNCTIONS if events_of(name, "ScheduleV2")]


def test_the_triggers_are_those_of_the_decisions() -> None:
    """decisions.md 3: ten functions have a queue, seven a schedule, one the stream of work."""
    assert len(QUEUE_FED) == 10
    assert len(SCHEDULED) == 7
    assert [name for name in FUNCTIONS if events_of(name, "DynamoDB")] == ["deliver_outbox"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_handler_resolves(function: str) -> None:
    """The string in the template is a function that can be called."""
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    assert module == f"functions.{function}.handler"
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_variables_are_those_of_the_settings(function: str) -> None:
    """A function is told what its settings model asks for, and nothing else."""
    told = set(FUNCTIONS[function]["Environment"]["Variables"])
    asked = {name.upper() for name in settings.OF_FUNCTION[function].model_fields}
    assert told == asked


@pytest.mark.parametrize("function", QUEUE_FED)
def test_a_queue_outlives_the_function_that_reads_it(function: str) -> None:
    """Visibility of six timeouts or more, five attempts, a fortnight, then the dead queue."""
    queue = RESOURCES[f"{camel(function)}Queue"]["Properties"]
    dead = RESOURCES[f"{camel(function)}DeadQueue"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"]
    assert queue["MessageRetentionPeriod"] == dead["MessageRetentionPeriod"] == FORTNIGHT_SECONDS
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    target = queue["RedrivePolicy"]["deadLetterTargetArn"]
    assert target == {"Fn::GetAtt": [f"{camel(function)}DeadQueue", "Arn"]}
    assert queue.get("FifoQueue") == dead.get("FifoQueue")


def test_only_receipts_are_taken_in_order() -> None:
    """The queue of allocate_receipts is FIFO, each bank account a group of its own."""
    fifo = {name for name, queue in of_type("AWS::SQS::Queue").items() if queue.get("FifoQueue")}
    assert fifo == {"AllocateReceiptsQueue", "AllocateReceiptsDeadQueue"}
    queue = RESOURCES["AllocateReceiptsQueue"]["Properties"]
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"


@pytest.mark.parametrize("function", [*QUEUE_FED, "deliver_outbox"])
def test_one_failed_message_does_not_bring_back_the_others(function: str) -> None:
    """Every batch is answered in part."""
    batches = events_of(function, "SQS") + events_of(function, "DynamoDB")
    assert [one["FunctionResponseTypes"] for one in batches] == [["ReportBatchItemFailures"]]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_cannot_be_done_is_parked_and_somebody_is_told(function: str) -> None:
    """Each function has a dead queue, an alarm on it, and a role that may park what failed."""
    dead = f"{camel(function)}DeadQueue"
    alarm = RESOURCES[f"{camel(function)}DeadAlarm"]["Properties"]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": [dead, "QueueName"]}
    assert alarm["AlarmActions"] == [{"Ref": "OperatorTopic"}]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


@pytest.mark.parametrize("function", [*SCHEDULED, "deliver_outbox"])
def test_a_failed_run_is_parked(function: str) -> None:
    """Schedule, asynchronous call and stream each name the dead queue, and the role may fill it."""
    arn = {"Fn::GetAtt": [f"{camel(function)}DeadQueue", "Arn"]}
    properties = FUNCTIONS[function]
    failed = properties["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failed == {"Type": "SQS", "Destination": arn}
    for schedule in events_of(function, "ScheduleV2"):
        assert schedule["DeadLetterConfig"]["Arn"] == arn
    for stream in events_of(function, "DynamoDB"):
        assert stream["DestinationConfig"]["OnFailure"]["Destination"] == arn
    sends = [s for s in statements_of(function) if s["Action"] == "sqs:SendMessage"]
    assert any(statement["Resource"] == arn for statement in sends)


def test_schedules_keep_to_paris_and_away_from_the_changing_hour() -> None:
    """No schedule stands between two and three: that hour is missing or double once a year."""
    for schedule in schedules_of(TEMPLATE):
        assert schedule.zone == "Europe/Paris"
        assert cron_of(schedule.expression).hours.isdisjoint({2})


def test_every_schedule_fires_and_tells_its_date() -> None:
    """Over a year each schedule fires, with the Input that the functions read, date and all."""
    for schedule in schedules_of(TEMPLATE):
        days = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
        instants = [
            at
            for day in days
            for at in cron_of(schedule.expression).instants(day, ZoneInfo(schedule.zone))
        ]
        assert len(instants) >= 52
        told = set(event_of(schedule, instants[0])) - {"task"}
        assert told == {"scheduled", "execution", "attempt"}


def test_schedules_of_one_function_are_told_apart() -> None:
    """By their task, and by the instants at which they fire: a day is played without doubt."""
    schedules = schedules_of(TEMPLATE)
    tasks = [(one.function, event_of(one, AN_INSTANT).get("task", "")) for one in schedules]
    assert len(set(tasks)) == len(tasks)
    assert [task for task in tasks if task[1]] == [("issue_advances", "seal")]
    names = [event["Name"] for name in SCHEDULED for event in events_of(name, "ScheduleV2")]
    assert len({json.dumps(name) for name in names}) == len(names)


def test_only_who_writes_the_bank_s_file_may() -> None:
    """``sepa/`` is written by issue_advances alone: nothing that reads hostile files may."""
    writers = {
        function
        for function in FUNCTIONS
        for statement in statements_of(function)
        if "s3:PutObject" in as_list(statement["Action"])
        and any(
            one.endswith(("/sepa/*", "${Work.Arn}/*"))
            for one in map(text_of, as_list(statement["Resource"]))
            for one in (one.strip('{}"'), one.rstrip('"}'))
        )
    }
    assert writers == {"issue_advances"}


def test_schedules_rest_in_the_local_stage() -> None:
    """The real clock does not fire what a played month fires."""
    for function in SCHEDULED:
        for schedule in events_of(function, "ScheduleV2"):
            assert schedule["State"] == {"Fn::If": ["IsLocal", "DISABLED", "ENABLED"]}


def test_the_local_stage_leaves_off_the_real_doors() -> None:
    """Receipt rules and the policies that demand TLS are on AWS only; the clock is local only."""
    on_aws = {name for name, one in RESOURCES.items() if one.get("Condition") == "IsOnAws"}
    assert on_aws == {"ReceiptRules", "UploadRule", "InboxPolicy", "WorkPolicy"}
    local = {name for name, one in RESOURCES.items() if one.get("Condition") == "IsLocal"}
    assert local == {"Clock"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_is_one_function_s_and_has_no_star(function: str) -> None:
    """Each function has its own role; no action and no resource is a star, no managed policy."""
    assert FUNCTIONS[function]["Role"] == {"Fn::GetAtt": [f"{camel(function)}Role", "Arn"]}
    assert "ManagedPolicyArns" not in RESOURCES[f"{camel(function)}Role"]["Properties"]
    for statement in statements_of(function):
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            assert "*" not in action
        for resource in as_list(statement["Resource"]):
            assert resource != "*"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nobody_changes_the_journal_and_nobody_deletes_from_the_ledger(function: str) -> None:
    """No role may update or delete in journal, or delete in ledger or party."""
    forbidden = {
        "JournalTable": {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
        "LedgerTable": {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
        "PartyTable": {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
    }
    for statement in statements_of(function):
        for table, actions in forbidden.items():
            if table in text_of(statement["Resource"]):
                assert actions.isdisjoint(as_list(statement["Action"]))
        assert "dynamodb:Scan" not in as_list(statement["Action"])


def test_what_reads_hostile_mail_has_no_table_and_no_way_to_cash() -> None:
    """open_mail has no right on a table, sends to no queue and cannot write bank/."""
    rights = text_of(list(statements_of("open_mail")))
    assert "dynamodb:" not in rights
    assert "sqs:SendMessage" not in rights
    assert "${Inbox.Arn}/bank" not in rights


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_name_is_told_to_those_who_have_the_right(function: str) -> None:
    """Every table, bucket and queue in the variables has a statement, and the other way round."""
    variables = FUNCTIONS[function]["Environment"]["Variables"]
    told = {value["Ref"] for value in variables.values() if "Ref" in value}
    kinds = ("AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::DynamoDB::Table")
    told = {name for name in told if name in RESOURCES and RESOURCES[name]["Type"] in kinds}
    role = RESOURCES[f"{camel(function)}Role"]["Properties"]
    own = next(p for p in role["Policies"] if p["PolicyName"] == function)
    rights = text_of(own)
    allowed = {
        name
        for name, one in RESOURCES.items()
        if one["Type"] in kinds and (f'"{name}", "Arn"' in rights or f"${{{name}.Arn}}" in rights)
    }
    assert told == allowed


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_tables_that_hold_money_cannot_vanish(table: str) -> None:
    """Kept when the stack goes, restorable to the second, protected in production, no expiry."""
    resource = RESOURCES[table]
    properties = resource["Properties"]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert "TimeToLiveSpecification" not in properties


@pytest.mark.parametrize("bucket", of_type("AWS::S3::Bucket"))
def test_buckets_are_closed_encrypted_and_kept(bucket: str) -> None:
    """No public access, owner's objects only, encrypted, versioned, kept, TLS only on AWS."""
    resource = RESOURCES[bucket]
    properties = resource["Properties"]
    assert resource["DeletionPolicy"] == "Retain"
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in properties
    policy = RESOURCES[f"{bucket}Policy"]["Properties"]["PolicyDocument"]["Statement"]
    denied = [one for one in policy if one.get("Effect") == "Deny"]
    assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_two_notifications_of_a_bucket_overlap() -> None:
    """S3 refuses prefixes of which one begins with the other."""
    for bucket in of_type("AWS::S3::Bucket").values():
        queues = bucket["NotificationConfiguration"]["QueueConfigurations"]
        prefixes = [one["Filter"]["S3Key"]["Rules"][0]["Value"] for one in queues]
        overlaps = [(a, b) for a in prefixes for b in prefixes if a is not b and a.startswith(b)]
        assert overlaps == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_log_is_the_function_s_own_and_ends(function: str) -> None:
    """Each function writes into a log group of its own that keeps for a set time."""
    group = RESOURCES[f"{camel(function)}Logs"]["Properties"]
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    logging = FUNCTIONS[function]["LoggingConfig"]
    assert logging == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{camel(function)}Logs"}}


def test_all_run_where_they_were_built_for() -> None:
    """One runtime, one processor, and nothing else common to all but the light layer."""
    common = TEMPLATE["Globals"]["Function"]
    assert common == {
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "CodeUri": ".",
        "Layers": [{"Ref": "LightLayer"}],
    }


def test_a_second_copy_of_what_writes_the_sheet_cannot_run() -> None:
    """Functions that a second copy would disturb run alone."""
    alone = {
        name for name, one in FUNCTIONS.items() if one.get("ReservedConcurrentExecutions") == 1
    }
    assert alone == {"refresh_workbook", "control_books"}


def alarms_on(namespace: str, metric: str) -> dict[str, dict[str, Any]]:
    """The alarms on a metric by what they watch; each tells the operator."""
    found = {}
    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric):
            assert alarm["AlarmActions"] == [{"Ref": "OperatorTopic"}]
            found[text_of(alarm["Dimensions"][0]["Value"])] = alarm
    return found


def test_a_message_that_waits_for_an_hour_is_told() -> None:
    """Long before five attempts are over: a function that hangs parks nothing for hours."""
    watched = alarms_on("AWS/SQS", "ApproximateAgeOfOldestMessage")
    assert set(watched) == {
        text_of({"Fn::GetAtt": [f"{camel(name)}Queue", "QueueName"]}) for name in QUEUE_FED
    }
    assert {alarm["Threshold"] for alarm in watched.values()} == {3600}


def test_a_function_that_is_cut_off_is_told() -> None:
    """A time-out logs nothing of ours; Lambda counts it."""
    watched = alarms_on("AWS/Lambda", "Errors")
    assert set(watched) == {text_of({"Ref": f"{camel(name)}Function"}) for name in FUNCTIONS}


def test_what_is_not_done_is_counted_where_it_is_logged() -> None:
    """A batch that fails in part is no error of Lambda's: the log's own words are counted."""
    filters = of_type("AWS::Logs::MetricFilter").values()
    stack = {"Ref": "AWS::StackName"}
    counted: dict[str, set[str]] = {}
    for one in filters:
        (made,) = one["MetricTransformations"]
        assert (made["MetricNamespace"], made["MetricValue"]) == (stack, "1")
        counted.setdefault(made["MetricName"], set()).add(one["LogGroupName"]["Ref"])
    assert counted["not_done"] == {f"{camel(name)}Logs" for name in FUNCTIONS}
    assert counted["lost_races"] <= counted["not_done"]
    alarms = [
        one for one in of_type("AWS::CloudWatch::Alarm").values() if one["Namespace"] == stack
    ]
    assert {one["MetricName"] for one in alarms} == set(counted)


def test_the_words_that_are_counted_are_those_that_are_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The filter looks for a message and for the name of the error."""
    patterns = {one["FilterPattern"] for one in of_type("AWS::Logs::MetricFilter").values()}
    assert patterns == {'{ $.message = "not done" }', '{ $.exception_name = "ConflictError" }'}
    outcomes = Outcomes((), (("m1", ConflictError("lost")),))
    observability.record(observability.logger("no_function"), outcomes)
    logged = json.loads(capsys.readouterr().out)
    assert (logged["message"], logged["exception_name"]) == ("not done", "ConflictError")


def test_mail_that_bounces_is_told_and_the_topic_takes_it() -> None:
    """Bounces, complaints and rejections of what we sent reach the operator."""
    (bounces,) = of_type("AWS::SES::ConfigurationSetEventDestination").values()
    destination = bounces["EventDestination"]
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "OperatorTopic"}}
    assert set(destination["MatchingEventTypes"]) == {"bounce", "complaint", "reject"}
    (policy,) = of_type("AWS::SNS::TopicPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert set(statement["Principal"]["Service"]) == {
        "cloudwatch.amazonaws.com",
        "ses.amazonaws.com",
    }
    assert "aws:SourceAccount" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    ("bucket", "prefixes"),
    [("Inbox", [""]), ("Work", ["sent/", "anchors/", "documents/"])],
)
def test_nobody_removes_evidence_in_production(bucket: str, prefixes: list[str]) -> None:
    """What arrived, what was sent and the anchors are refused to whoever would delete them."""
    statements = RESOURCES[f"{bucket}Policy"]["Properties"]["PolicyDocument"]["Statement"]
    (kept,) = [one["Fn::If"] for one in statements if "Fn::If" in one]
    assert kept[0] == "IsProduction"
    assert (kept[1]["Effect"], kept[1]["Principal"]) == ("Deny", "*")
    assert set(kept[1]["Action"]) == {"s3:DeleteObject", "s3:DeleteObjectVersion"}
    wanted = [{"Fn::Sub": f"${{{bucket}.Arn}}/{prefix}*"} for prefix in prefixes]
    assert as_list(kept[1]["Resource"]) == wanted


def test_every_queue_is_encrypted() -> None:
    """Messages name debtors and amounts; dead ones for a fortnight."""
    assert all(
        queue["SqsManagedSseEnabled"] is True for queue in of_type("AWS::SQS::Queue").values()
    )
