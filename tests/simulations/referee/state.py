"""A second, independent implementation of the stories: what it keeps.

Written from the text of the format alone, without a line of the product: amounts and rates as the
story has them, holds and queues computed from the invoices each time, and the seller's current
account as what is owed in all less what is held. It is slow and small on purpose.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

Row = dict[str, Any]
ORDER = (
    *("duplicate", "number_conflict", "no_such_receipt", "no_such_invoice", "no_such_payout"),
    *("contract_not_in_force", "debtor_insolvent", "not_notified", "moved_on", "payout_state"),
    *("not_insolvent", "with_recourse", "no_guarantee", "nothing_open", "no_dispute"),
    *("no_debtor", "other_debtor", "over_open", "over_receipt", "over_credit", "over_fund"),
    *("over_reserve", "over_claim", "over_available", "below_minimum"),
)


def cents(text: str) -> int:
    """Return an amount of a story in cents."""
    return int(text.replace(".", ""))


def share(text: str) -> Fraction:
    """Return a percentage of a story as a part of one."""
    return Fraction(text) / 100


def half_up(value: Fraction) -> int:
    """Round half away from zero."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def day(text: str) -> dt.date:
    """Return a date of a story."""
    return dt.date.fromisoformat(text)


@dataclass
class Inv:
    """An invoice as the output names its parts."""

    contract: str
    number: str
    debtor: str
    issued: dt.date
    due: dt.date
    amount: int
    assigned_on: dt.date
    place: int
    open: int = 0
    approved: int = 0
    basis: int = 0
    retained: int = 0
    disputed: int = 0
    rate: Fraction = Fraction(0)
    pooled: bool = False
    recourse: int | None = None
    late: str = "DEFAULT"
    late_rate: Fraction = Fraction(0)
    withheld: int = 0
    defunded: bool = False
    paid: bool = False
    closed_by: str = ""
    moved: bool = False
    payments: list[tuple[dt.date, int]] = field(default_factory=list)
    notice: dt.date | None = None
    interest_in: int = 0
    indemnity_in: int = 0

    @property
    def unapproved(self) -> int:
        """Open less approved."""
        return self.open - self.approved

    @property
    def waits(self) -> int:
        """Reading 4: unapproved less disputed, nothing once de-funded."""
        return 0 if self.defunded else max(0, self.unapproved - self.disputed)

    def advance(self, basis: int) -> int:
        """Return adv(B)."""
        return basis if self.pooled else floor(basis * self.rate)

    @property
    def hold_dispute(self) -> int:
        """Reading 1."""
        disputed = max(0, self.disputed - self.unapproved)
        if self.pooled:
            return disputed
        held = self.advance(self.basis) - self.advance(max(0, self.basis - disputed))
        return min(held, self.approved - self.retained)

    @property
    def hold_defunded(self) -> int:
        """Reading 1."""
        return self.approved - self.retained - self.hold_dispute if self.defunded else 0

    @property
    def order(self) -> tuple[dt.date, int, dt.date, str, str]:
        """Reading 5."""
        return self.assigned_on, self.place, self.issued, self.number, self.contract

    @property
    def state(self) -> str:
        """The state of the output."""
        if self.open == 0:
            return self.closed_by
        names = ((self.defunded, "defunded"), (self.disputed, "disputed"), (self.paid, "part_paid"))
        return next((name for true, name in names if true), "open")

    def approve(self, more: int) -> None:
        """Approve more of it; the advance is the difference of the cumulative one."""
        advanced = self.advance(self.basis + more) - self.advance(self.basis)
        self.approved += more
        self.basis += more
        self.retained += more - advanced

    def settle(self, closed_by: str) -> None:
        """Renew G and D, and note what closed it."""
        self.retained = min(self.retained, self.approved)
        self.disputed = min(self.disputed, self.open)
        if self.open == 0:
            self.closed_by = closed_by

    def pay(self, amount: int, on: dt.date) -> None:
        """Reading 2: the approved part first."""
        self.open -= amount
        self.approved = max(0, self.approved - amount)
        self.paid = self.moved = True
        self.payments.append((on, amount))
        self.settle("paid")

    def credit(self, amount: int) -> None:
        """Reading 3: the unapproved part first, then K'."""
        financed = max(0, amount - self.unapproved)
        less = self.basis - financed
        from_seller = self.advance(self.basis) - self.advance(less)
        self.retained -= min(self.retained, financed - from_seller)
        self.disputed = max(0, self.disputed - amount)
        self.basis = less
        self.open -= amount
        self.approved -= financed
        self.moved = True
        self.settle("credited")

    def close(self, closed_by: str) -> None:
        """Close it as it stands."""
        self.open = self.approved = self.retained = 0
        self.moved = True
        self.settle(closed_by)


@dataclass
class Kon:
    """A contract: what is owed to the seller in all, and everything that is not an invoice's."""

    name: str
    start: dt.date
    owed: int = 0
    pool: int = 0
    specific: int = 0
    fees: int = 0
    financing: int = 0
    ancillary: int = 0
    vat: int = 0
    payouts: int = 0
    transit: int = 0
    small: int = 0
    losses: int = 0
    claims: int = 0
    insurer: int = 0
    recoveries: int = 0
    interest: int = 0
    indemnity: int = 0
    closed: dt.date | None = None
    invoices: dict[str, Inv] = field(default_factory=dict)
    moves: list[tuple[dt.date, int]] = field(default_factory=list)
    ordered: dict[str, list[Any]] = field(default_factory=dict)
    notes: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    waiting_charges: list[list[Any]] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    billed: list[tuple[dt.date, int]] = field(default_factory=list)
    guarantees: dict[str, Row] = field(default_factory=dict)
    lines: dict[str, tuple[int, dt.date | None]] = field(default_factory=dict)
    places: dict[dt.date, dict[str, int]] = field(default_factory=dict)
    alerts: set[str] = field(default_factory=set)
    index_alerts: set[str] = field(default_factory=set)

    @property
    def receivables(self) -> int:
        """Sum of what is open."""
        return sum(one.open for one in self.invoices.values())

    def total(self, name: str) -> int:
        """Return the sum of one figure of the invoices."""
        return sum(getattr(one, name) for one in self.invoices.values())

    @property
    def fund(self) -> int:
        """What is retained by invoice and in the pool."""
        return self.total("retained") + self.pool

    @property
    def current(self) -> int:
        """What is owed less what is held."""
        held = sum(map(self.total, ("unapproved", "hold_dispute", "hold_defunded")))
        return self.owed - self.fund - held - self.specific

    @property
    def in_use(self) -> int:
        """Reading 11."""
        return max(0, self.receivables - self.owed)
