"""The in-memory twin of the queues: messages wait until somebody takes them, in order."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from bordereau.adapters.queue_messages import body_of
from bordereau.domain.problems import ConfigurationError, InvariantError


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message on its way: ``queue`` is the function that reads it, ``body`` its JSON text."""

    queue: str
    body: str
    group: str = ""

    @property
    def message(self) -> dict[str, Any]:
        """The content, read back as a reader would get it."""
        return cast("dict[str, Any]", json.loads(self.body))


class MemoryQueue:
    """Queues in memory, by name; ``names`` are those that exist (all, when none is given).

    ``fifo`` names the FIFO queues. A message to one of them that equals one that still waits is
    dropped, as SQS does; SQS also drops it for five minutes after the first was taken, which this
    twin, without a clock, does not. ``waiting`` holds what nobody took yet, ``sent`` everything.
    """

    def __init__(self, names: Collection[str] = (), *, fifo: Collection[str] = ()) -> None:
        self._names = frozenset(names)
        self._fifo = frozenset(fifo)
        self.waiting: list[WaitingMessage] = []
        self.sent: list[WaitingMessage] = []

    def send(
        self,
        queue: str,
        message: Mapping[str, Any],
        *,
        group: str = "",
        delay_seconds: int = 0,
    ) -> None:
        """Put one message. ``group`` counts for FIFO queues only.

        A delay puts it behind what waits already: nobody waits for time here.
        """
        if self._names and queue not in self._names | self._fifo:
            raise ConfigurationError(f"this function is not told the queue of {queue}")
        if queue in self._fifo and not group:
            raise InvariantError(f"a message to {queue} has no group")
        if queue in self._fifo and delay_seconds:
            raise InvariantError(f"a message to {queue} keeps its place in its group")
        put = WaitingMessage(queue, body_of(message), group if queue in self._fifo else "")
        if queue in self._fifo and put in self.waiting:
            return
        self.waiting.append(put)
        self.sent.append(put)

    def take(self, queue: str | None = None) -> WaitingMessage | None:
        """Remove and return the message that waits longest, of one queue or of all."""
        for place, waiting in enumerate(self.waiting):
            if queue in (None, waiting.queue):
                return self.waiting.pop(place)
        return None
