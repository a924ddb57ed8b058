"""Every trigger's event becomes messages of ours, and one bad message fails alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.entry import events
from bordereau.entry.types import Command, Fields, ItemChanged, Message, ObjectArrived, Scheduled
from local.cloud.template import functions_of, read_template

ROOT: Final = Path(__file__).resolve().parent.parent.parent.parent
SAMPLES: Final = sorted(ROOT.glob("events/*/*.json"))
FUNCTIONS: Final = functions_of(read_template((ROOT / "template.yaml").read_text(encoding="utf-8")))
KINDS: Final[dict[str, set[type]]] = {
    "SQS": {ObjectArrived, Command},
    "DynamoDB": {ItemChanged},
    "ScheduleV2": {Scheduled},
}


def note_into(seen: list[Message]) -> Callable[[Message], Fields]:
    """A function that does nothing but remember what it was given."""

    def handle(message: Message) -> Fields:
        seen.append(message)
        return {"number": len(seen)}

    return handle


def queue_event(*bodies: str, queue: str = "Queue", groups: str = "") -> dict[str, Any]:
    """An event of a queue; ``groups`` has a letter for each message of a FIFO queue."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "2"}
                | ({"MessageGroupId": groups[number]} if groups else {}),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-west-3:000000000000:{queue}",
            }
            for number, body in enumerate(bodies)
        ]
    }


def failed_ids(outcomes: events.Outcomes) -> list[str]:
    """The ids that the platform is told to bring again."""
    return [one["itemIdentifier"] for one in outcomes.failed_messages()["batchItemFailures"]]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_events_are_read_as_their_function_s_triggers_send_them(path: Path) -> None:
    """Each sample event gives messages of the kinds that the template lets that function get."""
    triggers = FUNCTIONS[path.parent.name]["Events"].values()
    allowed: set[type] = set().union(*(KINDS[trigger["Type"]] for trigger in triggers))
    seen: list[Message] = []
    outcomes = events.each_message(json.loads(path.read_text(encoding="utf-8")), note_into(seen))
    assert outcomes.failed == ()
    assert {type(message) for message in seen} <= allowed
    assert len(seen) == len(outcomes.done)
    assert bool(seen) is (path.stem != "test-event")


def test_every_kind_of_trigger_has_a_sample_event() -> None:
    """Each function's samples cover all its triggers."""
    for function, properties in FUNCTIONS.items():
        seen: list[Message] = []
        for path in SAMPLES:
            if path.parent.name == function:
                events.each_message(json.loads(path.read_text(encoding="utf-8")), note_into(seen))
        kinds: set[type] = {type(message) for message in seen}
        for trigger in properties["Events"].values():
            assert kinds & KINDS[trigger["Type"]], (function, trigger["Type"])


def test_keys_are_decoded() -> None:
    """S3 sends keys URL-encoded, blanks as plus signs."""
    seen: list[Message] = []
    path = ROOT / "events" / "open_mail" / "encoded-key.json"
    events.each_message(json.loads(path.read_text(encoding="utf-8")), note_into(seen))
    assert [m.key for m in seen if isinstance(m, ObjectArrived)] == ["mail/été a+b&c.eml"]


def test_the_test_event_of_a_deployment_is_acknowledged() -> None:
    """S3 sends a test event when a notification is set; it is neither done nor failed."""
    seen: list[Message] = []
    event = queue_event(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}))
    outcomes = events.each_message(event, note_into(seen))
    assert (seen, outcomes.done, failed_ids(outcomes)) == ([], (), [])


def test_the_date_of_a_run_is_that_of_paris() -> None:
    """Late in the evening UTC it is the next day in Paris; a retry keeps the date."""
    event = {"scheduled": "2026-06-30T22:15:00Z", "execution": "e", "attempt": "3"}
    at = datetime(2026, 6, 30, 22, 15, tzinfo=UTC)
    assert events.scheduled(event) == Scheduled(date(2026, 7, 1), at, "e", 3)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"scheduled": "<aws.scheduler.scheduled-time>", "execution": "e", "attempt": "1"},
        {"scheduled": "2026-06-30T22:15:00", "execution": "e", "attempt": "1"},
        {"scheduled": "2026-06-30T22:15:00Z", "execution": "e", "attempt": "one"},
    ],
)
def test_what_no_scheduler_sends_is_refused(event: dict[str, Any]) -> None:
    """A missing field, a keyword that was not filled in, a time without zone: nothing is done."""
    seen: list[Message] = []
    with pytest.raises(events.UnreadableEventError):
        events.each_message(event, note_into(seen))
    assert seen == []


@pytest.mark.parametrize(
    "body",
    [
        "not JSON",
        "[]",
        "3",
        '{"Records": []}',
        '{"Records":[{"eventVersion":"3.0","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}',
        '{"Records": [{"eventVersion": "2.1", "s3": {}}]}',
    ],
)
def test_an_unreadable_message_fails_alone(body: str) -> None:
    """What no trigger of ours sends comes again and is parked; its neighbours are done."""
    seen: list[Message] = []
    outcomes = events.each_message(queue_event('{"n": 1}', body, '{"n": 2}'), note_into(seen))
    assert [m.body for m in seen if isinstance(m, Command)] == [{"n": 1}, {"n": 2}]
    assert failed_ids(outcomes) == ["m1"]
    assert isinstance(outcomes.failed[0][1], events.UnreadableEventError)


def test_all_messages_may_fail() -> None:
    """Also when none could be done the answer names each, so that each is counted by itself."""

    def refuse(message: Message) -> Fields:
        raise RuntimeError(message)

    outcomes = events.each_message(queue_event("{}", "{}"), refuse)
    assert failed_ids(outcomes) == ["m0", "m1"]
    assert outcomes.done == ()


def test_behind_a_failed_receipt_its_account_waits_and_others_go_on() -> None:
    """In a FIFO queue what follows a failed message of its group comes again too, in order."""
    done: list[int] = []

    def refuse_first(message: Message) -> Fields:
        assert isinstance(message, Command)
        number = message.body["n"]
        if number == 0:
            raise RuntimeError(number)
        done.append(number)
        return {"n": number}

    bodies = [json.dumps({"n": number}) for number in range(4)]
    outcomes = events.each_message(
        queue_event(*bodies, queue="Queue.fifo", groups="aaba"), refuse_first
    )
    assert failed_ids(outcomes) == ["m0", "m1", "m3"]
    assert done == [2]


def test_a_failed_record_of_the_stream_is_named_by_its_number() -> None:
    """The stream goes on from the sequence number that is handed back."""
    path = ROOT / "events" / "deliver_outbox" / "new-intents.json"
    event = json.loads(path.read_text(encoding="utf-8"))

    def refuse(message: Message) -> Fields:
        raise RuntimeError(message)

    outcomes = events.each_message(event, refuse)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
    assert failed_ids(outcomes) == numbers


@given(st.text())
def test_no_body_breaks_the_batch(body: str) -> None:
    """Whatever text lies in a queue, the batch is answered and the message is done or named."""
    outcomes = events.each_message(queue_event(body), lambda _: {})
    assert len(outcomes.done) + len(outcomes.failed) <= 1
    assert failed_ids(outcomes) in ([], ["m0"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Records", "s3", "bucket", "object", "key", "name", "Event", "eventVersion"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_no_json_breaks_the_batch(value: Any) -> None:
    """JSON that resembles an event of S3 is done or named, never lost."""
    outcomes = events.each_message(queue_event(json.dumps(value)), lambda _: {})
    assert all(isinstance(error, events.UnreadableEventError) for _, error in outcomes.failed)
