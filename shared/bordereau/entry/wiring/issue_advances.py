"""The wiring of issue_advances."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.documents.pain001 import pain001
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, contract_messages, settings
from bordereau.entry.contract_messages import OfContract
from bordereau.entry.types import Command, Fields, Handle, Message, Scheduled
from bordereau.services.fan_out import fan_out
from bordereau.services.issue_advances import issue_advances
from bordereau.services.seal_payouts import hand_over

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue

FUNCTION = "issue_advances"
SEAL = "seal"
"""The task of the schedule that hands released pay-outs over to the bank."""


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.IssueAdvancesSettings, os.environ)
    ledger, objects = connections.ledger(known), connections.objects(known)
    return Advances(ledger, objects, connections.queue(known, FUNCTION), connections.clock(known))


@dataclass(frozen=True, slots=True)
class Advances:
    """One schedule asks for each contract, a message does one; the other hands pay-outs over."""

    ledger: Ledger
    objects: Objects
    queue: Queue
    clock: Clock

    def __call__(self, message: Message) -> Fields:
        """Do one message.

        Raises:
            ConfigurationError: it is neither of a schedule nor one of a contract.
        """
        now = self.clock.now()
        if isinstance(message, Scheduled) and message.task == SEAL:
            return contract_messages.fields(hand_over(self.ledger, self.objects, pain001, now=now))
        if isinstance(message, Scheduled) and not message.task:
            outcome = fan_out(self.ledger, self.queue, FUNCTION, on=message.on, now=now)
            return contract_messages.fields(outcome)
        if isinstance(message, Command):
            wanted = contract_messages.read(message)
            if isinstance(wanted, OfContract):
                ports = (self.ledger, self.objects, self.queue)
                outcome = issue_advances(*ports, contract=wanted.contract, on=wanted.on, now=now)
                return contract_messages.fields(outcome)
        raise ConfigurationError(f"{FUNCTION} cannot read a {type(message).__name__}")
