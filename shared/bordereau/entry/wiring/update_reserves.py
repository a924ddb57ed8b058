"""The wiring of update_reserves."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, contract_messages, settings
from bordereau.entry.contract_messages import OfContract
from bordereau.entry.types import Command, Fields, Handle, Message, Scheduled
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.update_reserves import sweep_reserves, update_contract

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Queue

FUNCTION = "update_reserves"


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.UpdateReservesSettings, os.environ)
    ledger = connections.ledger(known)
    return Reserves(ledger, connections.queue(known, FUNCTION), connections.clock(known))


@dataclass(frozen=True, slots=True)
class Reserves:
    """The schedule sweeps; a message promotes one debtor's invoices, or ages one contract."""

    ledger: Ledger
    queue: Queue
    clock: Clock

    def __call__(self, message: Message) -> Fields:
        """Do one message.

        Raises:
            ConfigurationError: it is none that this function knows.
        """
        if isinstance(message, Scheduled):
            now = self.clock.now()
            outcome = sweep_reserves(self.ledger, self.queue, on=message.on, now=now)
            return contract_messages.fields(outcome)
        if not isinstance(message, Command):
            raise ConfigurationError(f"{FUNCTION} cannot read a {type(message).__name__}")
        wanted = contract_messages.read(message)
        if isinstance(wanted, OfContract):
            outcome = update_contract(self.ledger, contract=wanted.contract, on=wanted.on)
            return contract_messages.fields(outcome)
        promoted = promote_waiting(
            *(self.ledger, wanted.debtor, wanted.currency), today=wanted.on, now=self.clock.now()
        )
        cents = sum(one.amounts["promoted"] for one in promoted)
        return {"invoices": len(promoted), "promoted": cents}
