"""The two clocks of an advance: hours from receipt and from completeness to money (decisions 7).

An invoice is complete when its debtor is known, its fields are confirmed and its line is in force
for it: one that is wholly over the line is complete when a part of it is first approved. Time ends
when the bank debited the first pay-out that covers the invoice, or, where everything
that was assigned went against a debit balance, at once. A bank says the day of a debit, not the
hour: it counts as the close of the TARGET day, 18:00 in Paris, never earlier.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bordereau.domain.bank_calendar import PARIS, advance_deadline, hours_between
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

    A pay-out covers every invoice of which a part was approved before it was ordered; one that came
    back covers none. Of an invoice that is wholly over the line nothing is financed.
    """
    if invoice.financed_at is not None:
        return invoice.financed_at
    if not invoice.approved_seq:
        return None
    if _is_offset(invoice, statements):
        return invoice.complete_at or invoice.received_at
    covering = [payout for payout in payouts if _covers(payout, invoice)]
    first = min(covering, key=lambda payout: (payout.ordered_on, payout.ordinal), default=None)
    return debited_at(first.settled_on) if first and first.settled_on else None


def _is_offset(invoice: Invoice, statements: Iterable[AdvanceStatement]) -> bool:
    """Return whether the first statement that shows the approval had nothing left to pay of it."""
    showing = (row for row in statements if row.stated_seq >= invoice.approved_seq)
    first = min(showing, key=lambda row: row.number, default=None)
    return first is not None and first.is_offset


def _covers(payout: PayOut, invoice: Invoice) -> bool:
    return payout.state is PayOutState.CONFIRMED and covers(payout, invoice)


def covers(payout: PayOut, invoice: Invoice) -> bool:
    """Return whether a part of an invoice was approved before a pay-out was ordered."""
    return 0 < invoice.approved_seq <= payout.covers_seq


def with_clock(invoice: Invoice, now: dt.datetime | None) -> Invoice:
    """Return an invoice with its clock of completeness: stopped while nothing of it is approved.

    ``now`` starts it with the first approved part of what waited for its line, and the 48 hours
    with it; ``None`` where nobody asks for hours (a story). A clock that runs goes on.
    """
    if not invoice.approved_cents and not invoice.approved_seq:
        return dataclasses.replace(invoice, complete_at=None, deadline_at=None)
    if now is None or invoice.complete_at is not None or invoice.received_at is None:
        return invoice
    return dataclasses.replace(invoice, complete_at=now, deadline_at=advance_deadline(now))


def hours_until(invoice: Invoice, end: dt.datetime) -> Hours:
    """Return both clocks of an invoice at an instant."""
    starts = (invoice.received_at, invoice.complete_at)
    receipt, completeness = (hours_between(start, end) if start else None for start in starts)
    return Hours(receipt, completeness)
