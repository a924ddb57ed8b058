"""What waits about a line: a change for a later day, and a request that nobody decided yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bordereau.domain.debtor_analysis import DebtorAnalysis
from bordereau.domain.identifiers import ContractId, PartyId


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A decision on a line that takes effect on a later day; ``ref`` is its line in the sheet.

    ``facts`` is the plain decision. ``applied_on`` is when it took effect, or was found to be
    superseded or withdrawn; ``outcome`` says which (``applied``, ``superseded``, ``withdrawn``).
    """

    ref: str
    from_on: dt.date
    debtor: PartyId
    facts: Mapping[str, object] = field(default_factory=dict)
    applied_on: dt.date | None = None
    outcome: str = ""
    v: int = 0


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A request for a line with its analysis as it was made; ``contract`` None = factor-wide.

    ``closed_on`` is set when a line is decided for the same relation, or it is withdrawn.
    """

    ref: str
    debtor: PartyId
    currency: str
    contract: ContractId | None
    amount_cents: int
    asked_on: dt.date
    asked_by: str
    reason: str
    analysis: DebtorAnalysis
    closed_on: dt.date | None = None
    v: int = 0
