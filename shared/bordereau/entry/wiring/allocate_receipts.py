"""The wiring of allocate_receipts."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Command, Fields, Handle, Message
from bordereau.ports import civil_date
from bordereau.services.allocate_receipts import allocate_receipts

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Queue


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.AllocateReceiptsSettings, os.environ)
    return functools.partial(
        allocate,
        connections.ledger(known),
        connections.queue(known, "allocate_receipts"),
        connections.clock(known),
    )


def allocate(ledger: Ledger, queue: Queue, clock: Clock, message: Message) -> Fields:
    """Match the receipt that a message names.

    Raises:
        ConfigurationError: the message names no receipt.
    """
    if not isinstance(message, Command) or not {"account", "booked_on", "ref"} <= set(message.body):
        raise ConfigurationError(
            f"allocate_receipts has receipts only, got {type(message).__name__}"
        )
    today = civil_date(clock.now())
    outcome = allocate_receipts(ledger, queue, message=message.body, today=today)
    return {"status": outcome.status, "reason": outcome.reason, **outcome.amounts}
