"""The cut of a weekly statement: a contract at one position, and what happened since the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bordereau.domain import chart
from bordereau.domain.availability import Waterfall
from bordereau.domain.books import Position, StatementCut
from bordereau.domain.entries import Entry
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Seller
from bordereau.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Cut:
    """One contract at the moment of its cut, and what happened since the one before.

    ``invoices`` are its open ones and those closed within 90 days; the period ends the day before
    the cut.
    """

    position: Position
    terms: Terms
    seller: Seller
    before: StatementCut | None
    entries: tuple[Entry, ...]
    invoices: tuple[Invoice, ...]
    available: Waterfall
    week: str
    start_on: dt.date
    on: dt.date

    @property
    def last_on(self) -> dt.date:
        """The last day of the period."""
        return self.on - dt.timedelta(1)

    @property
    def first_on(self) -> dt.date:
        """The first day of the period: that of the cut before, else a week, or since the start."""
        if self.before is not None:
            return self.before.cut_on
        return min(max(self.start_on, self.last_on - dt.timedelta(6)), self.last_on)

    @property
    def open_invoices(self) -> tuple[Invoice, ...]:
        """What is open at the cut."""
        return tuple(invoice for invoice in self.invoices if invoice.is_open)


def week_of(last_on: dt.date) -> str:
    """Return the ISO week of a period's last day.

    >>> week_of(dt.date(2026, 3, 8))
    '2026-W10'
    """
    year, week, _ = last_on.isocalendar()
    return f"{year}-W{week:02d}"


def owed(balances: Mapping[str, int]) -> int:
    """Return all that we owe a seller, drawable or not: the sum of the sub-accounts."""
    return -sum(balances.get(account, 0) for account in chart.SELLER_ACCOUNTS)
