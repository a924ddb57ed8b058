"""The wiring of control_books."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, contract_messages, settings
from bordereau.entry.types import Fields, Handle, Message, Scheduled
from bordereau.services.control_books import control_books

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.ControlBooksSettings, os.environ)
    return functools.partial(
        control,
        connections.ledger(known),
        connections.objects(known),
        connections.queue(known, "control_books"),
        connections.clock(known),
    )


def control(
    ledger: Ledger, objects: Objects, queue: Queue, clock: Clock, message: Message
) -> Fields:
    """Control the books of a day.

    Raises:
        ConfigurationError: the message is not one of the Scheduler.
    """
    if not isinstance(message, Scheduled):
        raise ConfigurationError(f"control_books has a schedule only, got {type(message).__name__}")
    outcome = control_books(ledger, objects, queue, on=message.on, now=clock.now())
    return contract_messages.fields(outcome)
