"""What is known of a debtor, for the person who decides on a line (issue 5; domain 2.3, 2.9).

Pure figures over its invoices and credit notes with us, in one currency, of the twelve months
before a day. A payment's age is the invoice's: due date to the day on which it was closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bordereau.domain.guarantee_lines import UNLIMITED_CENTS, FactorLine, RelationLine
from bordereau.domain.identifiers import ContractId
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import BPS, half_up

PERIOD_DAYS: Final = 365
TENTHS: Final = 10


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """How a debtor pays us: amounts in cents, ``late_tenths`` days late in tenths, by amount.

    ``late_share_bps`` is the part of what was paid that came after its due date.
    """

    paid_count: int = 0
    paid_cents: int = 0
    late_tenths: int = 0
    late_share_bps: int = 0
    overdue_cents: int = 0
    oldest_days: int = 0
    disputed_cents: int = 0
    disputed_count: int = 0
    direct_count: int = 0
    direct_cents: int = 0


def payment_record(invoices: Iterable[Invoice], today: dt.date) -> PaymentRecord:
    """Return how a debtor paid in the twelve months until ``today``.

    ``late_tenths`` = half-up(10 x Σ amount x days late / Σ amount): 10 000.00 paid 12 days late
    and 30 000.00 in time are 3.0 days.
    """
    listed = list(invoices)
    since = today - dt.timedelta(PERIOD_DAYS)
    paid = [one for one in listed if _was_paid(one, since)]
    late = [one for one in paid if days_late(one, today)]
    overdue = [one for one in listed if one.is_open and days_late(one, today)]
    recent = [one for one in listed if one.assigned_on >= since]
    amount = sum(one.amount_cents for one in paid)
    weighted = sum(one.amount_cents * days_late(one, today) for one in late)
    return PaymentRecord(
        paid_count=len(paid),
        paid_cents=amount,
        late_tenths=half_up(TENTHS * weighted, amount) if amount else 0,
        late_share_bps=share_bps(sum(one.amount_cents for one in late), amount),
        overdue_cents=sum(one.open_cents for one in overdue),
        oldest_days=max((days_late(one, today) for one in overdue), default=0),
        disputed_cents=sum(one.disputed_cents for one in listed),
        disputed_count=sum(one.was_disputed for one in recent),
        direct_count=sum(bool(one.direct_cents) for one in recent),
        direct_cents=sum(one.direct_cents for one in recent),
    )


def _was_paid(invoice: Invoice, since: dt.date) -> bool:
    is_paid = invoice.state is InvoiceState.PAID
    return is_paid and invoice.closed_on is not None and invoice.closed_on >= since


def days_late(invoice: Invoice, today: dt.date) -> int:
    """Return the days from the due date to its end, or to ``today`` while it is open."""
    return max(0, ((invoice.closed_on or today) - invoice.due_on).days)


def share_bps(part: int, whole: int) -> int:
    """Return a part of a whole in basis points, half-up; zero of nothing.

    >>> share_bps(421_000, 18_750_000), share_bps(1, 0)
    (225, 0)
    """
    return half_up(BPS * part, whole) if whole else 0


@dataclass(frozen=True, slots=True)
class Dilution:
    """What credit notes took from what was assigned in twelve months (domain 2.9)."""

    assigned_cents: int = 0
    credited_cents: int = 0

    @property
    def rate_bps(self) -> int:
        """Credit notes by invoices: 4 210.00 of 187 500.00 is 2.25 %.

        >>> Dilution(18_750_000, 421_000).rate_bps
        225
        """
        return share_bps(self.credited_cents, self.assigned_cents)


def dilution(
    invoices: Iterable[Invoice], credits_cents: Iterable[tuple[dt.date, int]], today: dt.date
) -> Dilution:
    """Return assigned and credited of twelve months; ``credits_cents`` by the day of the note."""
    since = today - dt.timedelta(PERIOD_DAYS)
    assigned = sum(one.amount_cents for one in invoices if one.assigned_on >= since)
    return Dilution(assigned, sum(cents for day, cents in credits_cents if day >= since))


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a debtor owes and may owe over all contracts; ``wide_limit_cents`` None = no limit.

    ``relation_cents`` is the line of the contract that asks, ``share_bps`` the debtor's part of
    what is open there (concentration). All but these two are over all contracts.
    """

    contracts: int = 0
    open_cents: int = 0
    approved_cents: int = 0
    waiting_cents: int = 0
    limits_cents: int = 0
    wide_limit_cents: int | None = None
    wide_room_cents: int | None = None
    relation_cents: int = 0
    relation_approved_cents: int = 0
    share_bps: int = 0


def exposure(
    lines: Sequence[RelationLine],
    wide: FactorLine | None,
    invoices: Iterable[Invoice],
    *,
    contract: ContractId | None,
    contract_open_cents: int = 0,
) -> Exposure:
    """Return the exposure on a debtor; ``contract_open_cents`` is open on the asking contract."""
    opened = [one for one in invoices if one.is_open]
    asking = next((one for one in lines if one.contract == contract), None)
    has_limit = wide is not None and wide.limit_cents != UNLIMITED_CENTS
    here = sum(one.open_cents for one in opened if one.contract == contract)
    return Exposure(
        contracts=len(lines),
        open_cents=sum(one.open_cents for one in opened),
        approved_cents=sum(one.approved_cents for one in lines),
        waiting_cents=sum(one.queued_cents for one in lines),
        limits_cents=sum(one.limit_cents for one in lines),
        wide_limit_cents=wide.limit_cents if wide and has_limit else None,
        wide_room_cents=max(0, wide.avail_cents) if wide and has_limit else None,
        relation_cents=asking.limit_cents if asking else 0,
        relation_approved_cents=asking.approved_cents if asking else 0,
        share_bps=share_bps(here, contract_open_cents),
    )


@dataclass(frozen=True, slots=True)
class DebtorAnalysis:
    """All that the person who decides sees, as of ``made_on``; typed facts are the register's.

    ``known_since_on`` is the first assignment that we hold, ``None`` for a new debtor.
    """

    made_on: dt.date
    record: PaymentRecord
    exposure: Exposure
    dilution: Dilution
    known_since_on: dt.date | None = None

    @property
    def known_days(self) -> int:
        """For how long we know the debtor."""
        return (self.made_on - self.known_since_on).days if self.known_since_on else 0
