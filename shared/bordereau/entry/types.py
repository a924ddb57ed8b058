"""The shapes that cross the edge of a function: messages in, fields for the log out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as the platform delivers it; whoever reads it turns it into a type at once."""


class LambdaContext(Protocol):
    """What Lambda says about one invocation; only what we use."""

    function_name: str
    function_version: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the platform ends this invocation."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectArrived:
    """An object was put into a bucket.

    ``key`` is decoded (S3 sends it URL-encoded). ``version`` and ``sequencer`` are empty where S3
    sent none; of two events of one key, the later has the greater sequencer (compare as text,
    after padding to one length).
    """

    bucket: str
    key: str
    version: str
    sequencer: str


@dataclass(frozen=True, slots=True)
class Command:
    """A JSON object that one of our functions, or an operator, put into a queue.

    ``message_id`` names this delivery and nothing else: identities come from ``body``. ``attempt``
    counts from 1.
    """

    body: JsonObject
    message_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """An item of the work table was written; the stream carries its keys only: read it."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The Scheduler asks for the run of a day.

    ``on`` is the civil date in Europe/Paris of ``at``, the aware UTC instant that was scheduled; a
    retry keeps both. ``task`` tells the schedules of a function apart that has several.
    """

    on: date
    at: datetime
    execution: str
    attempt: int
    task: str = ""


Message: TypeAlias = ObjectArrived | Command | ItemChanged | Scheduled
"""One thing to do. A function gets the kinds that its triggers send; others are our mistake."""

Fields: TypeAlias = dict[str, str | int]
"""What is logged of one outcome: ids, counts and codes. No names, no addresses."""

Handle: TypeAlias = Callable[[Message], Fields]
"""One function, wired: does one message. It raises only when the message shall come again."""
