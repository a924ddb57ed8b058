"""The wiring of send_weekly_statements."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, contract_messages, settings
from bordereau.entry.contract_messages import OfContract
from bordereau.entry.types import Command, Fields, Handle, Message, Scheduled
from bordereau.services.fan_out import fan_out
from bordereau.services.send_weekly_statements import send_weekly_statement

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue

FUNCTION = "send_weekly_statements"


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.SendWeeklyStatementsSettings, os.environ)
    ledger, objects = connections.ledger(known), connections.objects(known)
    return Statements(ledger, objects, connections.queue(known, FUNCTION), connections.clock(known))


@dataclass(frozen=True, slots=True)
class Statements:
    """The schedule asks for each contract; a message cuts one."""

    ledger: Ledger
    objects: Objects
    queue: Queue
    clock: Clock

    def __call__(self, message: Message) -> Fields:
        """Do one message.

        Raises:
            ConfigurationError: it is neither the schedule's nor one of a contract.
        """
        now = self.clock.now()
        if isinstance(message, Scheduled):
            outcome = fan_out(self.ledger, self.queue, FUNCTION, on=message.on, now=now)
            return contract_messages.fields(outcome)
        if isinstance(message, Command):
            wanted = contract_messages.read(message)
            if isinstance(wanted, OfContract):
                ports = (self.ledger, self.objects, self.queue)
                outcome = send_weekly_statement(
                    *ports, contract=wanted.contract, on=wanted.on, now=now
                )
                return contract_messages.fields(outcome)
        raise ConfigurationError(f"{FUNCTION} cannot read a {type(message).__name__}")
