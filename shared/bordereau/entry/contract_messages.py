"""The messages that scheduled functions put into their own queues, read back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.problems import ConfigurationError
from bordereau.entry.types import Command, Fields
from bordereau.services.outcome import Outcome


@dataclass(frozen=True, slots=True)
class OfContract:
    """Do one contract of a day's run."""

    contract: ContractId
    on: dt.date


@dataclass(frozen=True, slots=True)
class OfDebtor:
    """Do one debtor of a day's run, in one currency."""

    debtor: PartyId
    currency: str
    on: dt.date


def read(command: Command) -> OfContract | OfDebtor:
    """Read a message of one contract or one debtor.

    Raises:
        ConfigurationError: it is neither, or its day is none.

    >>> read(Command({"contract": "siren:1/EUR", "on": "2026-03-02"}, "id", 1)).contract
    'siren:1/EUR'
    """
    body = command.body
    try:
        on = dt.date.fromisoformat(str(body["on"]))
        if "contract" in body:
            return OfContract(ContractId(str(body["contract"])), on)
        return OfDebtor(PartyId(str(body["debtor"])), str(body["currency"]), on)
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"not a message of a contract or a debtor: {error!r}") from error


def fields(outcome: Outcome) -> Fields:
    """Return what is logged of an outcome: how it ended, and its amounts."""
    return {"status": outcome.status, "reason": outcome.reason, **outcome.amounts}
