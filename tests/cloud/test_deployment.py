"""The project's own template, built and deployed by SAM to MiniStack with roles enforced."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud.queues import NotIdleError, dead, wait_until_idle, waiting
from local.cloud.schedules import runs_of
from local.cloud.stack import built
from local.cloud.template import functions_of, read_template

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import LocalStack

pytestmark = [pytest.mark.cloud, pytest.mark.slow]
ROOT: Final = Path(__file__).resolve().parent.parent.parent
FUNCTIONS: Final = functions_of(read_template((ROOT / "template.yaml").read_text(encoding="utf-8")))
# What the runtime of Lambda has besides the standard library.
RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py")
Cloud = tuple["LocalCloud", "LocalStack"]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what Lambda's runtime brings, and nothing else."""
    folder = tmp_path_factory.mktemp("runtime")
    packages = next((ROOT / ".cloud" / "venv" / "lib").glob("python3*/site-packages"))
    for name in RUNTIME:
        (folder / name).symlink_to(packages / name)
    return folder


def logical_id(function: str) -> str:
    """A folder's name as the template's logical id."""
    return function.title().replace("_", "") + "Function"


@pytest.fixture(scope="module")
def imported(empty_cloud: Cloud, runtime: Path) -> dict[str, str]:
    """What became of importing each function: how many modules of ours, or what went wrong."""
    with built() as artefacts:
        return _imported(artefacts, runtime)


def _imported(built_in: Path, runtime: Path) -> dict[str, str]:
    """Import all functions of the same layers in one go."""
    artefacts: dict[tuple[str, ...], dict[str, str]] = {}
    for function, properties in FUNCTIONS.items():
        layers = ("LightLayer", *(one["Ref"] for one in properties.get("Layers", [])))
        handler = properties["Handler"].rpartition(".")[0]
        artefacts.setdefault(layers, {})[handler] = str(built_in / logical_id(function))
    found: dict[str, str] = {}
    for layers, of_handlers in artefacts.items():
        folders = [*(str(built_in / layer / "python") for layer in layers), str(runtime)]
        done = subprocess.run(
            [
                *(sys.executable, "-I", "-S", "-B"),
                str(Path(__file__).with_name("isolated_import.py")),
                *(json.dumps(folders), json.dumps(of_handlers)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found |= json.loads(done.stdout)
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_built_function_needs_only_its_layers(function: str, imported: dict[str, str]) -> None:
    """Each artefact imports with its own layers and boto3: a missing wheel fails here."""
    told = imported[FUNCTIONS[function]["Handler"].rpartition(".")[0]]
    assert told.isdecimal(), told
    assert int(told) > 5


@pytest.mark.usefixtures("empty_cloud")
def test_a_built_function_holds_the_product_and_no_other_function() -> None:
    """What is shipped is one handler's folder and the package: no tests, no byte-code, no other."""
    with built() as artefacts:
        for function in FUNCTIONS:
            folder = artefacts / logical_id(function)
            assert {path.name for path in folder.iterdir()} == {"functions", "bordereau"}
            assert {p.name for p in (folder / "functions").iterdir()} == {"__init__.py", function}
            assert not list(folder.rglob("*.pyc"))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def hurried(empty_cloud: Cloud) -> Iterator[tuple[LocalCloud, LocalStack]]:
    """The cloud with open_mail's queue bringing back at once what failed, not after minutes."""
    cloud, stack = empty_cloud
    sqs, queue = cloud.client("sqs"), stack.queues["open_mail"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    yield cloud, stack
    within(60, lambda: not waiting(cloud, {"open_mail": queue}))
    sqs.set_queue_attributes(
        QueueUrl=queue,
        Attributes={"VisibilityTimeout": before["Attributes"]["VisibilityTimeout"]},
    )
    for address in stack.dead_queues.values():
        sqs.purge_queue(QueueUrl=address)


def test_a_message_that_cannot_be_done_is_tried_and_parked(
    hurried: tuple[LocalCloud, LocalStack],
) -> None:
    """What open_mail cannot read is tried five times and then lies in its dead queue."""
    cloud, stack = hurried
    cloud.client("sqs").send_message(QueueUrl=stack.queues["open_mail"], MessageBody="no JSON")
    assert within(60, lambda: bool(dead(cloud, stack)))
    parked = dead(cloud, stack)
    assert [(one.queue, one.body, one.attempts) for one in parked] == [("open_mail", "no JSON", 5)]
    assert wait_until_idle(cloud, stack, seconds=30) < 30


def test_an_object_in_mail_reaches_open_mail(empty_cloud: Cloud) -> None:
    """S3 tells the queue, the queue calls the function; one in another prefix calls nobody."""
    cloud, stack = empty_cloud
    s3, log = cloud.client("s3"), "/bordereau-local/open_mail"
    wait_until_idle(cloud, stack, seconds=60)
    s3.put_object(Bucket=stack.inbox_bucket, Key="other/é.eml", Body=b"not for us")
    assert waiting(cloud, stack.queues) == ()
    before = len(lines_of(cloud, log))
    s3.put_object(Bucket=stack.inbox_bucket, Key="mail/é a+b.eml", Body=b"From: nobody\n\n")
    assert within(60, lambda: len(lines_of(cloud, log)) > before)
    wait_until_idle(cloud, stack, seconds=60)


def lines_of(cloud: LocalCloud, group: str) -> list[str]:
    """What a log group holds; nothing where nothing was logged yet."""
    logs = cloud.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"]]


def table_as(cloud: LocalCloud, function: str) -> Any:
    """A client of the tables under the role of a function."""
    place = {"region_name": "eu-west-3", "endpoint_url": cloud.place.endpoint}
    named = cloud.client("lambda").get_function(FunctionName=f"bordereau-local-{function}")
    root: Any = boto3.Session()
    assumed = root.client("sts", **place).assume_role(
        RoleArn=named["Configuration"]["Role"], RoleSessionName="test"
    )["Credentials"]
    assumed_session: Any = boto3.Session(
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )
    return assumed_session.client("dynamodb", **place)


def test_roles_are_enforced(empty_cloud: Cloud) -> None:
    """control_books reads the journal and cannot write it; open_mail cannot even read it."""
    cloud, stack = empty_cloud
    item = {"pk": {"S": "K#x"}, "sk": {"S": "E#000000000001"}}
    journal = stack.tables["journal"]
    reader = table_as(cloud, "control_books")
    found = reader.query(
        TableName=journal,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": item["pk"]},
    )
    assert found["Items"] == []
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.put_item(TableName=journal, Item=item)
    with pytest.raises(ClientError, match="AccessDenied"):
        table_as(cloud, "open_mail").get_item(TableName=journal, Key=item)


def test_a_day_has_its_runs_in_order_of_paris(empty_cloud: Cloud) -> None:
    """Monday 2 March 2026: statements first, the books last; times are those of Paris in UTC."""
    cloud, _ = empty_cloud
    runs = runs_of(cloud, date(2026, 3, 2))
    assert [(run.function, f"{run.at:%H:%M}") for run in runs] == [
        ("send_weekly_statements", "05:30"),
        ("refresh_workbook", "06:00"),
        ("deliver_outbox", "06:10"),
        ("update_reserves", "06:30"),
        ("issue_advances", "07:10"),
        ("raise_overdue_alerts", "07:30"),
        ("issue_advances", "14:00"),
        ("refresh_workbook", "18:45"),
        ("issue_advances", "18:55"),
        ("deliver_outbox", "19:10"),
        ("control_books", "19:30"),
    ]
    assert runs[0].event["scheduled"] == "2026-03-02T05:30:00Z"


def test_waiting_for_the_end_names_what_failed(empty_cloud: Cloud) -> None:
    """A message that failed and waits for its next attempt is named, and not waited for."""
    cloud, stack = empty_cloud
    sqs, queue = cloud.client("sqs"), stack.queues["write_documents"]
    sqs.send_message(QueueUrl=queue, MessageBody="no JSON either")
    try:
        with pytest.raises(NotIdleError, match="no JSON either") as raised:
            wait_until_idle(cloud, stack, stuck_seconds=1)
        assert [one.queue for one in raised.value.left] == ["write_documents"]
    finally:
        sqs.purge_queue(QueueUrl=queue)
    assert waiting(cloud, {"write_documents": queue}) == ()
