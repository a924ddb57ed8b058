"""From the platform's events to messages of ours, and back to the answer that a queue expects.

One parser for every trigger of every function. Powertools' own S3 models are not used: the model
refuses events that S3 really sends, the data class fails on the test event (local_stack 1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
)

from bordereau.entry.types import (
    Command,
    Fields,
    Handle,
    ItemChanged,
    JsonObject,
    Message,
    ObjectArrived,
    Scheduled,
)

PARIS: Final = ZoneInfo("Europe/Paris")


class UnreadableEventError(ValueError):
    """An event or message has a shape that none of our triggers sends.

    It fails that one message only, which ends in the dead queue where a person sees it.
    """


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the messages of one event.

    ``done`` holds the fields of each message that was done, in order. ``failed`` holds (message id,
    error) of each that shall come again.
    """

    done: tuple[Fields, ...]
    failed: tuple[tuple[str, Exception], ...] = ()
    answer: JsonObject = field(default_factory=dict)

    def failed_messages(self) -> JsonObject:
        """Return the partial batch answer: what stands in it comes again. Empty for a schedule."""
        return self.answer


def each_message(event: JsonObject, handle: Handle) -> Outcomes:
    """Do every message of ``event`` with ``handle``, each on its own.

    Args:
        event: records of a queue or of a stream, or what the Scheduler sends.
        handle: does one message. What it raises fails that message alone; in a FIFO queue also
            those behind it of the same group, so that order holds.

    Returns:
        What was done and what failed. On a schedule there is one message and no partial answer.

    Raises:
        UnreadableEventError: the event is neither; nothing was done.
        Exception: what ``handle`` raises on a schedule; the platform tries again, then parks it.
    """
    if "Records" not in event:
        return Outcomes(done=(handle(scheduled(event)),))
    done: list[Fields] = []
    failed: list[tuple[str, Exception]] = []

    def one(record: Any) -> None:  # noqa: ANN401 the name and the type are Powertools'
        raw: JsonObject = record.raw_event
        try:
            done.extend(handle(message) for message in messages(raw))
        except Exception as error:
            failed.append((record_id(raw), error))
            raise

    records: list[JsonObject] = event["Records"]
    processor = processor_for(records)
    with processor(records, one):
        processor.process()
    return Outcomes(tuple(done), tuple(failed), {**processor.response()})


def processor_for(records: list[JsonObject]) -> BatchProcessor:
    """Return Powertools' processor for these records: queue, FIFO queue or stream of a table."""
    first = records[0] if records else {}
    if first.get("eventSource") == "aws:dynamodb":
        return BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    if str(first.get("eventSourceARN", "")).endswith(".fifo"):
        fifo = SqsFifoPartialProcessor(skip_group_on_error=True)
        fifo.raise_on_entire_batch_failure = False
        return fifo
    return BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def record_id(record: JsonObject) -> str:
    """Return the id by which the platform knows a record: message id or sequence number."""
    found = record.get("messageId") or record.get("dynamodb", {}).get("SequenceNumber")
    return str(found or "")


def messages(record: JsonObject) -> Iterator[Message]:
    """Yield the messages of one record: each object of an S3 event, none of a test event, else one.

    Raises:
        UnreadableEventError: the record has a shape that none of our triggers sends.
    """
    if record.get("eventSource") == "aws:dynamodb":
        keys = record["dynamodb"]["Keys"]
        yield ItemChanged(pk=keys["pk"]["S"], sk=keys["sk"]["S"])
        return
    body = json_object(record.get("body"))
    if body.get("Event") == "s3:TestEvent":
        return
    if "Records" in body:
        yield from objects_arrived(body["Records"])
        return
    attempt = record.get("attributes", {}).get("ApproximateReceiveCount", "1")
    yield Command(body=body, message_id=record_id(record), attempt=int(attempt))


def objects_arrived(records: object) -> list[ObjectArrived]:
    """Read all records of an S3 event, of which there is at least one.

    Raises:
        UnreadableEventError: there is none, or one of them is no such record.
    """
    if not isinstance(records, list) or not records:
        raise UnreadableEventError("an S3 event without records")
    return [object_arrived(record) for record in records]


def object_arrived(record: JsonObject) -> ObjectArrived:
    """Read one record of an S3 event, of any minor version of major version 2.

    Raises:
        UnreadableEventError: it is no such record.

    >>> s3 = {"bucket": {"name": "in"}, "object": {"key": "mail/a+b%2Bc"}}
    >>> object_arrived({"eventVersion": "2.1", "s3": s3})
    ObjectArrived(bucket='in', key='mail/a b+c', version='', sequencer='')
    """
    try:
        major = str(record["eventVersion"]).split(".", maxsplit=1)[0]
        bucket, item = record["s3"]["bucket"]["name"], record["s3"]["object"]
        arrived = ObjectArrived(
            bucket=bucket,
            key=unquote_plus(item["key"]),
            version=item.get("versionId", ""),
            sequencer=item.get("sequencer", ""),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableEventError(f"not a record of an S3 event: {error!r}") from error
    if major != "2":
        raise UnreadableEventError(f"S3 event version {record['eventVersion']}, expected 2.x")
    return arrived


def scheduled(event: JsonObject) -> Scheduled:
    """Read what the Scheduler sends: the template's Input with its keywords filled in.

    The date is the one in Paris: late in the evening UTC it is already the next day there.

    Raises:
        UnreadableEventError: the event is not that Input, or a keyword was not filled in.

    >>> scheduled({"scheduled": "2026-06-30T22:15:00Z", "execution": "e1", "attempt": "1"}).on
    datetime.date(2026, 7, 1)
    """
    try:
        at = datetime.fromisoformat(event["scheduled"])
        if at.tzinfo is None:
            raise UnreadableEventError(f"scheduled without a time zone: {event['scheduled']}")
        return Scheduled(
            on=at.astimezone(PARIS).date(),
            at=at,
            execution=str(event["execution"]),
            attempt=int(event["attempt"]),
            task=str(event.get("task", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableEventError(f"not an event of the Scheduler: {error}") from error


def json_object(text: object) -> JsonObject:
    """Read the body of a message, which is a JSON object.

    Raises:
        UnreadableEventError: it is something else.
    """
    try:
        body = json.loads(text) if isinstance(text, str) else None
    except json.JSONDecodeError as error:
        raise UnreadableEventError(f"the message is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise UnreadableEventError("the message is not a JSON object")
    return body
