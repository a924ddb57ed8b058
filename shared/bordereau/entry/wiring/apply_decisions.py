"""The wiring of apply_decisions."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.documents.texts import Phrases
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Command, Fields, Handle, Message
from bordereau.ports import civil_date
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.apply_due_line import apply_due_line
from bordereau.services.decisions.reply import Desk

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.ApplyDecisionsSettings, os.environ)
    return functools.partial(
        apply_one,
        connections.ledger(known),
        connections.objects(known),
        connections.queue(known, "apply_decisions"),
        connections.clock(known),
    )


def apply_one(
    ledger: Ledger, objects: Objects, queue: Queue, clock: Clock, message: Message
) -> Fields:
    """Post the decision that a message carries, or let a line whose day has come take effect.

    Raises:
        ConfigurationError: the message carries neither.
    """
    if not isinstance(message, Command) or not {"command", "due"} & set(message.body):
        kind = type(message).__name__
        raise ConfigurationError(f"apply_decisions takes a command, got {kind}")
    now = clock.now()
    desk = Desk(ledger, objects, queue, Phrases.load("fr"), civil_date(now), now)
    if "due" in message.body:
        outcome = apply_due_line(desk, str(message.body["due"]))
    else:
        outcome = apply_decisions(desk, message.body)
    line = outcome.ids[0] if outcome.ids else ""
    return {"line": line, "status": outcome.status, "result": outcome.reason}
