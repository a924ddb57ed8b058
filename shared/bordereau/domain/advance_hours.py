"""The two clocks of an advance: hours from receipt and from completeness to money (decisions 7).

Time ends when the bank debited the first pay-out that covers the invoice, or, where everything
that was assigned went against a debit balance, at once. A bank says the day of a debit, not the
hour: it counts as the close of the TARGET day, 18:00 in Paris, never earlier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bordereau.domain.bank_calendar import PARIS, hours_between
from bordereau.domain.books import AdvanceStatement, PayOut, PayOutState
from bordereau.domain.invoices import Invoice

CLOSE_OF_BANK_DAY = dt.time(18)


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole hours, rounded up, without closing days; ``None`` where a clock never ran."""

    from_receipt: int | None
    from_completeness: int | None


def debited_at(day: dt.date) -> dt.datetime:
    """Return the instant that a debit of a day counts as.

    >>> debited_at(dt.date(2026, 3, 2)).isoformat()
    '2026-03-02T17:00:00+00:00'
    """
    return dt.datetime.combine(day, CLOSE_OF_BANK_DAY, PARIS).astimezone(dt.UTC)


def financed_at(
    invoice: Invoice, payouts: Iterable[PayOut], statements: Iterable[AdvanceStatement]
) -> dt.datetime | None:
    """Return when an invoice was financed, or ``None`` while it is not.

    A pay-out covers every invoice assigned before it was ordered; one that came back covers none.
    """
    if invoice.financed_at is not None:
        return invoice.financed_at
    if any(_offsets(statement, invoice) for statement in statements):
        return invoice.complete_at or invoice.received_at
    covering = [payout for payout in payouts if _covers(payout, invoice)]
    first = min(covering, key=lambda payout: (payout.ordered_on, payout.ordinal), default=None)
    return debited_at(first.settled_on) if first and first.settled_on else None


def _offsets(statement: AdvanceStatement, invoice: Invoice) -> bool:
    return statement.is_offset and statement.first_seq <= invoice.assigned_seq <= statement.last_seq


def _covers(payout: PayOut, invoice: Invoice) -> bool:
    return payout.state is PayOutState.CONFIRMED and payout.covers_seq >= invoice.assigned_seq


def hours_until(invoice: Invoice, end: dt.datetime) -> Hours:
    """Return both clocks of an invoice at an instant."""
    starts = (invoice.received_at, invoice.complete_at)
    receipt, completeness = (hours_between(start, end) if start else None for start in starts)
    return Hours(receipt, completeness)
