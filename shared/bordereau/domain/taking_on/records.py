"""What the books keep of a take-on: how far it is, and what the old system had done before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain.identifiers import AccountId, ContractId


@dataclass(frozen=True, slots=True)
class Opening:
    """What an old system had done for a contract by the day ``on``, so that it is not done again.

    ``statement_base`` is the last number of its advance statements, ``available_cents`` what was
    left to draw, ``billed_cents`` the commissions, net of VAT, since the last anniversary.
    """

    on: dt.date
    statement_base: int = 0
    available_cents: int = 0
    billed_cents: int = 0


@dataclass(frozen=True, slots=True)
class TakeOn:
    """One dossier that was checked whole and is being booked, step by step.

    ``key`` is the object that holds the snapshot, ``sha`` its hash. ``done`` counts the steps that
    are committed, of ``steps``; ``completed_on`` is empty until the last one.
    """

    dossier: str
    on: dt.date
    key: str
    sha: str
    steps: int
    started_on: dt.date
    done: int = 0
    completed_on: dt.date | None = None
    v: int = 0


@dataclass(frozen=True, slots=True)
class TakenPayOut:
    """Where a pay-out of the old system stands with us: found by its reference at the bank."""

    account: AccountId
    reference: str
    contract: ContractId
    ordered_on: dt.date
    ordinal: int
