"""The wiring of register_invoices."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Command, Fields, Handle, Message, ObjectArrived
from bordereau.ports import civil_date
from bordereau.services.register_invoices import register_claims, retry_held

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.RegisterInvoicesSettings, os.environ)
    return functools.partial(
        register,
        connections.ledger(known),
        connections.objects(known),
        connections.queue(known, "register_invoices"),
        connections.clock(known),
    )


def register(
    ledger: Ledger, objects: Objects, queue: Queue, clock: Clock, message: Message
) -> Fields:
    """Register the claims of a mail, or try again what waited for ``{"wake": key}``.

    Raises:
        ConfigurationError: the message is neither.
    """
    now = clock.now()
    today = civil_date(now)
    if isinstance(message, ObjectArrived):
        counts = register_claims(ledger, objects, queue, key=message.key, today=today, now=now)
        return {"claims": message.key, **counts}
    if isinstance(message, Command) and isinstance(message.body.get("wake"), str):
        lacks = message.body["wake"]
        return {**retry_held(ledger, objects, queue, lacks=lacks, today=today, now=now)}
    raise ConfigurationError(f"register_invoices cannot read this {type(message).__name__}")
