"""The guarantee fund on outstanding (settled reading 8): one pool for the contract.

``target = max(minimum, ceil(rate x outstanding))``, capped by a ceiling; nothing for a closed
contract with nothing open. Each newly approved part adds ``min(ceil(rate x part), target - fund)``;
the fund falls at a month's end and by use only.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Final

from bordereau.domain.money import ceil_rate
from bordereau.domain.terms import FundMethod, Terms


def target(terms: Terms, outstanding_cents: int) -> int:
    """Return what the fund should hold.

    >>> from bordereau.domain.identifiers import ContractId
    >>> import datetime as dt
    >>> terms = Terms(ContractId("k/EUR"), dt.date(2026, 1, 1), fund_rate_bps=1000,
    ...               fund_minimum_cents=500000)
    >>> target(terms, 6734567), target(terms, 2500000)
    (673457, 500000)
    """
    wanted = max(terms.fund_minimum_cents, ceil_rate(outstanding_cents, terms.fund_rate_bps))
    return wanted if terms.fund_ceiling_cents is None else min(wanted, terms.fund_ceiling_cents)


def withheld(terms: Terms, approved_cents: int, *, outstanding_cents: int, fund_cents: int) -> int:
    """Return what a newly approved part adds to the fund; ``outstanding`` includes it.

    25 000.00 assigned at 10 % with a minimum of 5 000.00: 2 500.00.
    """
    if terms.fund_method is not FundMethod.ON_OUTSTANDING:
        return 0
    lacking = max(0, target(terms, outstanding_cents) - fund_cents)
    return min(ceil_rate(approved_cents, terms.fund_rate_bps), lacking)


def wanted(terms: Terms, outstanding_cents: int, *, is_over: bool) -> int | None:
    """Return the target of a contract's fund, ``None`` where the fund is kept per invoice.

    A closed contract with nothing open (``is_over``) has a target of nothing.
    """
    if terms.fund_method is not FundMethod.ON_OUTSTANDING:
        return None
    return 0 if is_over else target(terms, outstanding_cents)


_RETAINS: Final = ("E1", "E7", "E28")
_USES: Final = ("E9", "E18", "E19")


@dataclass(frozen=True, slots=True)
class FundMoves:
    """What moved a contract's fund since its last weekly statement, in cents (handbook sheets 5.3).

    ``since_on`` is the day of that statement's cut, ``None`` before the first. Opening is the
    closing less what moved: ``opening + retained - released - used = closing`` on every day.

    >>> moves = FundMoves().moved("E1", 123457).moved("E9", -3457).moved("E5", -20000)
    >>> moves.retained_cents, moves.used_cents, moves.released_cents, moves.opening_of(100000)
    (123457, 3457, 20000, 0)
    """

    since_on: dt.date | None = None
    retained_cents: int = 0
    released_cents: int = 0
    used_cents: int = 0

    def moved(self, kind: str, cents: int) -> FundMoves:
        """Return the moves after an entry of a kind that changed the fund by so much.

        Approvals retain, and so does what a reversal (E28) puts back; the seller's faults use;
        all else releases.
        """
        if not cents:
            return self
        if kind in _RETAINS:
            return dataclasses.replace(self, retained_cents=self.retained_cents + cents)
        if kind in _USES:
            return dataclasses.replace(self, used_cents=self.used_cents - cents)
        return dataclasses.replace(self, released_cents=self.released_cents - cents)

    def opening_of(self, closing_cents: int) -> int:
        """Return what the fund held at the last statement, from what it holds now."""
        return closing_cents - self.retained_cents + self.released_cents + self.used_cents
