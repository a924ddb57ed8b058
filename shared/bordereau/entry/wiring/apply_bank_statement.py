"""The wiring of apply_bank_statement."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Fields, Handle, Message, ObjectArrived
from bordereau.ports import civil_date
from bordereau.readers.bank import read_bank
from bordereau.services.apply_bank_statement import apply_bank_statement

if TYPE_CHECKING:
    from bordereau.domain.claims import BankFileClaim
    from bordereau.ports import Clock, Ledger, Objects, Queue


class BankReader:
    """The port ``StatementReader`` over the bank readers."""

    def read_bank(self, file: str, data: bytes) -> BankFileClaim:
        """Return what a bank file says."""
        return read_bank(file, data)


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.ApplyBankStatementSettings, os.environ)
    return functools.partial(
        apply,
        connections.ledger(known),
        connections.objects(known),
        connections.queue(known, "apply_bank_statement"),
        connections.clock(known),
    )


def apply(ledger: Ledger, objects: Objects, queue: Queue, clock: Clock, message: Message) -> Fields:
    """Apply the bank file that arrived.

    Raises:
        ConfigurationError: the message names no object.
    """
    if not isinstance(message, ObjectArrived):
        raise ConfigurationError(
            f"apply_bank_statement has objects only, got {type(message).__name__}"
        )
    today = civil_date(clock.now())
    outcome = apply_bank_statement(
        ledger, objects, BankReader(), queue, key=message.key, today=today
    )
    return {"status": outcome.status, "reason": outcome.reason, **outcome.amounts}
