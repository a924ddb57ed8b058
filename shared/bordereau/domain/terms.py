"""Terms of a contract: a dated list, nothing inherited from one to the next (decisions 8).

The latest ``from_on`` not after the day is in force. An invoice keeps its own advance rate, fund
method, recourse days and basis of late interest; everything else is read on the day it is used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.identifiers import ContractId
from bordereau.domain.money import charge

ADVANCE_RATE_MAX_BPS = 9_000
"""Up to 90 % of the amount including VAT: binds the method ``PER_INVOICE`` (decisions 7)."""


FIXED_INDEX = "fixed rate"
"""The index of a fixed rate: zero on every day. No index of the market has a name with a space."""


class TermCount(StrEnum):
    """How a longest term of payment is counted; both ways to a month's end are lawful (3.1)."""

    NET = "net"
    THEN_MONTH_END = "then_month_end"
    AFTER_MONTH_END = "after_month_end"


class TransferBasis(StrEnum):
    """How a receivable becomes ours; a lawyer's decision, dated with the terms (domain 3.3)."""

    SUBROGATION = "subrogation"
    DAILLY = "dailly"


class ContractKind(StrEnum):
    """What a contract is: invoices are bought, or only followed and collected (ADR 12)."""

    FACTORING = "FACTORING"
    MANDATE = "MANDATE"


class FundMethod(StrEnum):
    """How the guarantee fund is built (handbook domain 2.4)."""

    PER_INVOICE = "PER_INVOICE"
    ON_OUTSTANDING = "ON_OUTSTANDING"


class PayoutMode(StrEnum):
    """Whether what is available is paid by itself."""

    ON_REQUEST = "on_request"
    AUTOMATIC = "automatic"


class Disclosure(StrEnum):
    """Whether the debtor is told to pay the factor."""

    NOTIFIED = "notified"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Terms:
    """One dated set of terms; rates in basis points, amounts in cents, ``None`` = no such term.

    ``revision`` counts the sets of a contract; the contract's position carries the last one that
    was taken into account (``terms_rev``), so that nothing is priced with superseded terms (I16).
    """

    contract: ContractId
    from_on: dt.date
    revision: int = 1
    advance_rate_bps: int = ADVANCE_RATE_MAX_BPS
    fund_method: FundMethod = FundMethod.PER_INVOICE
    fund_rate_bps: int = 0
    fund_minimum_cents: int = 0
    fund_ceiling_cents: int | None = None
    factoring_rate_bps: int = 0
    factoring_minimum_cents: int = 0
    fee_on_credit_notes: bool = False
    annual_minimum_cents: int = 0
    margin_bps: int = 0
    index: str = ""
    index_floor: bool = True
    payout_value_days: int = 0
    receipt_value_days: int = 0
    recourse_days: int | None = None
    tolerance_cents: int = 0
    concentration_bps: int | None = None
    ceiling_cents: int | None = None
    minimum_payout_cents: int = 1
    payout: PayoutMode = PayoutMode.ON_REQUEST
    maximum_term_days: int | None = None
    disclosure: Disclosure = Disclosure.NOTIFIED
    late_interest: str = "DEFAULT"
    late_interest_rate_bps: int = 0
    late_interest_for: str = "FACTOR"
    dispute_scope: str = "PART"
    term_count: TermCount = TermCount.NET
    is_export: bool = False
    transfer_basis: TransferBasis = TransferBasis.SUBROGATION
    kind: ContractKind = ContractKind.FACTORING

    @property
    def is_mandate(self) -> bool:
        """Whether nothing is bought: invoices are followed, receipts handed over."""
        return self.kind is ContractKind.MANDATE


def in_force(terms: Iterable[Terms], day: dt.date) -> Terms | None:
    """Return the set in force on ``day``: the latest start, then the latest revision."""
    started = [entry for entry in terms if entry.from_on <= day]
    return max(started, key=lambda entry: (entry.from_on, entry.revision), default=None)


def latest_due(issued_on: dt.date, days: int, count: TermCount = TermCount.NET) -> dt.date:
    """Return the last day on which an invoice may be due (handbook domain 3.1).

    45 days end of month: 15 January is 31 March (days, then the month's end) or 17 March.

    >>> issued = dt.date(2026, 1, 15)
    >>> latest_due(issued, 60), latest_due(issued, 45, TermCount.THEN_MONTH_END)
    (datetime.date(2026, 3, 16), datetime.date(2026, 3, 31))
    >>> latest_due(dt.date(2026, 1, 15), 45, TermCount.AFTER_MONTH_END)
    datetime.date(2026, 3, 17)
    """
    if count is TermCount.AFTER_MONTH_END:
        return _month_end(issued_on) + dt.timedelta(days)
    due_on = issued_on + dt.timedelta(days)
    return _month_end(due_on) if count is TermCount.THEN_MONTH_END else due_on


def lawful_due(issued_on: dt.date) -> dt.date:
    """Return the last lawful due day between firms in France: 60 days, or 45 days end of month.

    >>> lawful_due(dt.date(2026, 1, 1)), lawful_due(dt.date(2026, 1, 31))
    (datetime.date(2026, 3, 17), datetime.date(2026, 4, 1))
    """
    return max(
        latest_due(issued_on, 60),
        latest_due(issued_on, 45, TermCount.THEN_MONTH_END),
        latest_due(issued_on, 45, TermCount.AFTER_MONTH_END),
    )


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)


def factoring_fee(amount_cents: int, terms: Terms) -> int:
    """Return the factoring commission of one invoice, net of VAT (handbook domain 2.6).

    ``fee = max(half_up(TTC x rate), minimum)``.

    >>> terms = Terms(ContractId("siren:552081317/EUR"), dt.date(2026, 1, 1),
    ...               factoring_rate_bps=120, factoring_minimum_cents=800)
    >>> factoring_fee(1234567, terms), factoring_fee(50000, terms)
    (14815, 800)
    """
    return max(charge(amount_cents, terms.factoring_rate_bps), terms.factoring_minimum_cents)


def collection_fee(receipts: Iterable[tuple[int, int]], minimum_cents: int) -> int:
    """Return the commission of a mandate on one invoice, net of VAT (ADR 21).

    ``receipts`` are what was collected, VAT included, each with the rate of its day:
    ``max(sum of half_up(receipt x rate), minimum)``, nothing where nothing was collected.

    >>> collection_fee([(600_00, 500), (400_10, 500)], 25_00), collection_fee([(1_00, 500)], 25_00)
    (5001, 2500)
    >>> collection_fee([], 25_00)
    0
    """
    listed = tuple(receipts)
    fees = sum(charge(cents, rate_bps) for cents, rate_bps in listed)
    return max(fees, minimum_cents) if listed else 0
