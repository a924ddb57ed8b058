"""The wiring of raise_overdue_alerts."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, contract_messages, settings
from bordereau.entry.contract_messages import OfContract
from bordereau.entry.types import Command, Fields, Handle, Message, Scheduled
from bordereau.services.raise_overdue_alerts import FUNCTION, alert_contract, sweep_overdue
from bordereau.services.remind_debtors import remind_debtor

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.RaiseOverdueAlertsSettings, os.environ)
    ledger, objects = connections.ledger(known), connections.objects(known)
    return Overdue(ledger, objects, connections.queue(known, FUNCTION), connections.clock(known))


@dataclass(frozen=True, slots=True)
class Overdue:
    """The schedule sweeps; a message looks at one contract's alerts, or reminds one debtor."""

    ledger: Ledger
    objects: Objects
    queue: Queue
    clock: Clock

    def __call__(self, message: Message) -> Fields:
        """Do one message.

        Raises:
            ConfigurationError: it is none that this function knows.
        """
        now = self.clock.now()
        if isinstance(message, Scheduled):
            outcome = sweep_overdue(self.ledger, self.queue, on=message.on, now=now)
            return contract_messages.fields(outcome)
        if not isinstance(message, Command):
            raise ConfigurationError(f"{FUNCTION} cannot read a {type(message).__name__}")
        wanted = contract_messages.read(message)
        if isinstance(wanted, OfContract):
            outcome = alert_contract(self.ledger, contract=wanted.contract, on=wanted.on)
            return contract_messages.fields(outcome)
        payer = (wanted.debtor, wanted.currency)
        ports = (self.ledger, self.objects, self.queue)
        outcome = remind_debtor(*ports, payer=payer, on=wanted.on, now=now)
        return contract_messages.fields(outcome)
