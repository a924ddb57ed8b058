"""The ledger's adapter where DynamoDB refuses: what it asks, how it waits, what it gives up."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from bordereau.adapters.dynamodb_codec import item_of
from bordereau.adapters.dynamodb_ledger import BACKOFF_MOST_MS, RETRIES_MAX, DynamodbLedger, Meter
from bordereau.domain.books import FileHash, Fingerprint
from bordereau.domain.guarantee_lines import FactorLine
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId
from bordereau.domain.problems import (
    ConfigurationError,
    ConflictError,
    InvariantError,
    SourceUnavailableError,
)
from bordereau.domain.tables import Table
from bordereau.domain.transactions import (
    ABSENT,
    Cancelled,
    Check,
    Condition,
    Put,
    Reason,
    Transaction,
    Update,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLES = {table: f"t-{table}" for table in Table}
CONTRACT = ContractId("siren:552081317/EUR")
MARK = Fingerprint("abc", CONTRACT, InvoiceId("2026#F1"))
FILE = FileHash("def", CONTRACT)
TWO = Transaction("test", (Put(MARK, (ABSENT,)), Put(FILE, (ABSENT,))))
LINE = FactorLine(PartyId("siren:356000000"), "EUR", 100, 100)


@pytest.fixture
def client() -> DynamoDBClient:
    """Return a client that reaches nothing."""
    return boto3.client(
        "dynamodb",
        region_name="eu-west-3",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - nothing is asked
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )


class Waits:
    """Takes down how long the ledger would have waited; the jitter is the longest allowed."""

    def __init__(self) -> None:
        self.offered: list[int] = []
        self.waited: list[int] = []

    def jitter(self, most: int) -> int:
        """Return half of the longest, and remember it."""
        self.offered.append(most)
        return most // 2

    def wait(self, milliseconds: int) -> None:
        """Do not wait."""
        self.waited.append(milliseconds)


def cancelled(stub: Stubber, *codes: str, items: dict[int, Any] | None = None) -> None:
    """Let the next transaction be cancelled for these reasons."""
    reasons = [{"Code": code, "Message": code} for code in codes]
    for place, item in (items or {}).items():
        reasons[place]["Item"] = item
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": reasons},
    )


def test_conflicts_and_throttling_are_tried_again_with_full_jitter(client: DynamoDBClient) -> None:
    """Twice as long each time up to the longest; then it is done."""
    waits = Waits()
    with Stubber(client) as stub:
        cancelled(stub, "TransactionConflict", "None")
        cancelled(stub, "None", "ThrottlingError")
        cancelled(stub, "ProvisionedThroughputExceeded", "TransactionConflict")
        stub.add_client_error("transact_write_items", "ThrottlingException")
        stub.add_response("transact_write_items", {})
        ledger = DynamodbLedger(client, TABLES, wait=waits.wait, jitter=waits.jitter)
        assert ledger.commit(TWO) is None
        stub.assert_no_pending_responses()
    assert waits.offered == [25, 50, 100, 200]
    assert waits.waited == [12, 25, 50, 100]


@pytest.mark.parametrize(
    ("code", "error"),
    [("TransactionConflict", ConflictError), ("ThrottlingError", SourceUnavailableError)],
)
def test_after_eight_retries_the_message_goes_back(
    client: DynamoDBClient, code: str, error: type[Exception]
) -> None:
    """Nine calls, eight waits, none longer than two seconds."""
    waits = Waits()
    with Stubber(client) as stub:
        for _ in range(RETRIES_MAX + 1):
            cancelled(stub, "None", code)
        ledger = DynamodbLedger(client, TABLES, wait=waits.wait, jitter=waits.jitter)
        with pytest.raises(error):
            ledger.commit(TWO)
        stub.assert_no_pending_responses()
    assert len(waits.waited) == RETRIES_MAX
    assert max(waits.offered) == BACKOFF_MOST_MS


def test_a_condition_that_failed_is_answered_at_once_with_all_reasons(
    client: DynamoDBClient,
) -> None:
    """Also where another action met a conflict: deciding again is due anyway."""
    item = {
        "pk": {"S": "FP#abc"},
        "sk": {"S": "FP"},
        "record": {"S": "Fingerprint"},
        "sha": {"S": "abc"},
        "contract": {"S": CONTRACT},
        "invoice": {"S": "2026#F9"},
    }
    with Stubber(client) as stub:
        cancelled(stub, "ConditionalCheckFailed", "TransactionConflict", items={0: item})
        answer = DynamodbLedger(client, TABLES).commit(TWO)
    other = Fingerprint("abc", CONTRACT, InvoiceId("2026#F9"))
    assert answer == Cancelled((Reason("condition", other), Reason("conflict")))


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("ValidationError", InvariantError),
        ("ItemCollectionSizeLimitExceeded", InvariantError),
        ("AccessDenied", InvariantError),
    ],
)
def test_a_reason_that_no_retry_helps_stops_at_once(
    client: DynamoDBClient, reason: str, error: type[Exception]
) -> None:
    """It is our own mistake, even beside a conflict."""
    with Stubber(client) as stub:
        cancelled(stub, reason, "TransactionConflict")
        with pytest.raises(error):
            DynamodbLedger(client, TABLES).commit(TWO)


def test_a_ledger_that_cannot_be_reached_is_unavailable(client: DynamoDBClient) -> None:
    """For reading and for writing; whoever repeats reads first."""
    ledger = DynamodbLedger(client, TABLES)
    for ask in (
        lambda: ledger.get(Fingerprint, sha="abc"),
        lambda: list(ledger.list(Fingerprint, sha="abc")),
        lambda: ledger.commit(TWO),
    ):
        with pytest.raises(SourceUnavailableError) as caught:
            ask()
        assert isinstance(caught.value.__cause__, EndpointConnectionError)


def test_a_table_that_is_not_told_is_a_matter_of_configuration(client: DynamoDBClient) -> None:
    """A function is told only the tables that it may use."""
    ledger = DynamodbLedger(client, {Table.WORK: "t-work"})
    with pytest.raises(ConfigurationError):
        ledger.get(Fingerprint, sha="abc")
    with pytest.raises(ConfigurationError):
        ledger.commit(TWO)


def test_what_is_asked_is_one_request_with_escaped_names_and_no_token_of_ours(
    client: DynamoDBClient,
) -> None:
    """A put and an update as DynamoDB takes them."""
    after = FactorLine(LINE.debtor, "EUR", 100, 60, todo_rev=1, todo_on=dt.date(2026, 1, 5))
    update = Update(
        LINE,
        after,
        {"avail_cents": -40, "todo_rev": 1},
        {"todo_on": after.todo_on},
        (Condition("avail_cents", ">=", 40),),
    )
    common = {"TableName": "t-ledger", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    key = {"pk": {"S": "D#siren:356000000"}, "sk": {"S": "LINE#EUR"}}
    expected = {
        "ReturnConsumedCapacity": "NONE",
        "TransactItems": [
            {
                "Put": common
                | {
                    "Item": {
                        "pk": {"S": "FP#abc"},
                        "sk": {"S": "FP"},
                        "record": {"S": "Fingerprint"},
                        "sha": {"S": "abc"},
                        "contract": {"S": CONTRACT},
                        "invoice": {"S": "2026#F1"},
                    },
                    "ConditionExpression": "attribute_not_exists(#n0)",
                    "ExpressionAttributeNames": {"#n0": "pk"},
                }
            },
            {
                "Update": common
                | {
                    "Key": key,
                    "ConditionExpression": "attribute_exists(#n1) AND #n0 >= :v0",
                    "UpdateExpression": "ADD #n0 :v1, #n2 :v2 SET #n3 = :v3, #n4 = :v4, #n5 = :v5",
                    "ExpressionAttributeNames": {
                        "#n0": "avail_cents",
                        "#n1": "pk",
                        "#n2": "todo_rev",
                        "#n3": "todo_on",
                        "#n4": "todo_pk",
                        "#n5": "todo_sk",
                    },
                    "ExpressionAttributeValues": {
                        ":v0": {"N": "40"},
                        ":v1": {"N": "-40"},
                        ":v2": {"N": "1"},
                        ":v3": {"S": "2026-01-05"},
                        ":v4": {"S": "promote#1"},
                        ":v5": {"S": "2026-01-05#siren:356000000#EUR"},
                    },
                }
            },
        ],
    }
    with Stubber(client) as stub:
        stub.add_response("transact_write_items", {}, expected)
        transaction = Transaction("test", (Put(MARK, (ABSENT,)), update))
        assert DynamodbLedger(client, TABLES).commit(transaction) is None


def test_a_comparison_that_compares_nothing_is_our_mistake(client: DynamoDBClient) -> None:
    """DynamoDB has no order of flags and lists."""
    check = Check(LINE, (Condition("avail_cents", ">=", True),))  # noqa: FBT003 - the value
    with pytest.raises(InvariantError):
        DynamodbLedger(client, TABLES).commit(Transaction("test", (check,)))


def test_the_meter_adds_up_what_each_answer_states(client: DynamoDBClient) -> None:
    """Units of several tables; halves of reads."""
    meter = Meter()
    with Stubber(client) as stub:
        used = [
            {"TableName": "a", "CapacityUnits": 6.0, "WriteCapacityUnits": 6.0},
            {"TableName": "b", "CapacityUnits": 2.0},
        ]
        stub.add_response("transact_write_items", {"ConsumedCapacity": used})
        stub.add_response("get_item", {"ConsumedCapacity": {"CapacityUnits": 0.5}})
        ledger = DynamodbLedger(client, TABLES, meter=meter)
        ledger.commit(TWO)
        ledger.get(Fingerprint, sha="abc")
    assert meter == Meter(calls=2, write_units=8, read_half_units=1)


def test_botocore_keeps_one_token_while_it_repeats_a_call_and_takes_another_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lost answer is harmless within a call; a second commit is never taken for the first."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    client = boto3.client(
        "dynamodb",
        region_name="eu-west-3",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - nothing is asked
        config=Config(retries={"mode": "standard", "total_max_attempts": 4}),
    )
    tokens: list[str] = []

    def answer(request: AWSPreparedRequest, **_: object) -> Any:
        body = request.body if isinstance(request.body, bytes) else b"{}"
        tokens.append(json.loads(body)["ClientRequestToken"])
        status = 500 if len(tokens) < 3 else 200
        return AWSResponse(request.url, status, HTTPHeaders(), Body())

    client.meta.events.register("before-send.dynamodb.TransactWriteItems", answer)
    ledger = DynamodbLedger(client, TABLES)
    assert ledger.commit(TWO) is None
    assert ledger.commit(TWO) is None
    assert len(tokens) == 4
    assert tokens[0] == tokens[1] == tokens[2] != tokens[3]


class Body:
    """The body of an answer that says nothing."""

    def stream(self, **_: object) -> list[bytes]:
        """Return it in one piece."""
        return [b"{}"]


def mark_item(sha: str) -> dict[str, Any]:
    """Return the item of a fingerprint."""
    record = Fingerprint(sha, CONTRACT, InvoiceId("2026#F1"))
    return item_of(record)


def asked_for(*shas: str) -> dict[str, Any]:
    """Return the request for fingerprints, and no other."""
    keys = [{"pk": {"S": f"FP#{sha}"}, "sk": {"S": "FP"}} for sha in shas]
    return {TABLES[Table.LEDGER]: {"Keys": keys, "ConsistentRead": True}}


def test_what_a_batch_left_out_is_asked_for_again_after_a_pause(client: DynamoDBClient) -> None:
    """Only what was left out, each time; an item that does not exist is none."""
    waits = Waits()
    rest = asked_for("b", "c")
    with Stubber(client) as stub:
        stub.add_response(
            "batch_get_item",
            {"Responses": {TABLES[Table.LEDGER]: [mark_item("a")]}, "UnprocessedKeys": rest},
            {"RequestItems": asked_for("a", "b", "c"), "ReturnConsumedCapacity": "NONE"},
        )
        stub.add_response(
            "batch_get_item",
            {"Responses": {TABLES[Table.LEDGER]: [mark_item("c")]}, "UnprocessedKeys": {}},
            {"RequestItems": rest, "ReturnConsumedCapacity": "NONE"},
        )
        ledger = DynamodbLedger(client, TABLES, wait=waits.wait, jitter=waits.jitter)
        found = ledger.get_many(*((Fingerprint, {"sha": sha}) for sha in ("a", "b", "c", "a")))
        stub.assert_no_pending_responses()
    assert [one.sha if one else None for one in found] == ["a", None, "c", "a"]
    assert waits.waited == [12]


def test_a_batch_that_is_never_whole_is_given_up(client: DynamoDBClient) -> None:
    """Nothing of it is returned: half an answer would look like records that do not exist."""
    waits = Waits()
    with Stubber(client) as stub:
        for _ in range(RETRIES_MAX + 1):
            stub.add_response(
                "batch_get_item", {"Responses": {}, "UnprocessedKeys": asked_for("a")}
            )
        ledger = DynamodbLedger(client, TABLES, wait=waits.wait, jitter=waits.jitter)
        with pytest.raises(SourceUnavailableError):
            ledger.get_many((Fingerprint, {"sha": "a"}))
        stub.assert_no_pending_responses()
    assert len(waits.waited) == RETRIES_MAX


def test_more_than_a_hundred_are_read_in_two_requests(client: DynamoDBClient) -> None:
    """And each record once, however often it is asked for."""
    shas = [f"{number:03}" for number in range(130)]
    with Stubber(client) as stub:
        for part in (shas[:100], shas[100:]):
            stub.add_response(
                "batch_get_item",
                {"Responses": {TABLES[Table.LEDGER]: [mark_item(sha) for sha in part]}},
                {"RequestItems": asked_for(*part), "ReturnConsumedCapacity": "NONE"},
            )
        found = DynamodbLedger(client, TABLES).get_many(
            *((Fingerprint, {"sha": sha}) for sha in [*shas, shas[0]])
        )
        stub.assert_no_pending_responses()
    assert [one.sha for one in found] == [*shas, shas[0]]


def test_a_batch_that_does_not_answer_is_no_answer(client: DynamoDBClient) -> None:
    """It is the service that is away, not the records."""
    with Stubber(client) as stub:
        stub.add_client_error("batch_get_item", "InternalServerError", http_status_code=500)
        with pytest.raises(SourceUnavailableError):
            DynamodbLedger(client, TABLES).get_many((Fingerprint, {"sha": "a"}))


def test_the_pause_between_two_decisions_doubles_up_to_two_seconds(client: DynamoDBClient) -> None:
    """By chance each time: two that lost together do not come back together."""
    waits = Waits()
    ledger = DynamodbLedger(client, TABLES, wait=waits.wait, jitter=waits.jitter)
    for lost in range(1, 8):
        ledger.pause(lost)
    assert waits.offered == [100, 200, 400, 800, 1600, 2000, 2000]
