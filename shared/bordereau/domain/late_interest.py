"""Late interest and the 40 EUR indemnity: memo claims until paid (settled reading 16).

From the day an invoice is paid or credited in full: half-up once over its late payments,
``Σ p x Σ rate / 365`` from the day after the due date to the day of the payment, both counted. A
missing rate gives no amount and an alert.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bordereau.domain.invoices import Invoice
from bordereau.domain.money import half_up

COMPANY_POINTS_PPM = 100_000
"""Ten points above the ECB's refinancing rate between firms (Code de commerce L441-10 II)."""

PUBLIC_POINTS_PPM = 80_000
"""Eight points for public debtors (Code de la commande publique R2192-31)."""

INDEMNITY_CENTS = 4_000
"""Fixed indemnity for recovery costs, once per late invoice (Code de commerce D441-5)."""

DAYS_OF_YEAR = 365
PPM_OF_BPS = 100
_JULY = 7

Payments = Iterable[tuple[dt.date, int]]


@dataclass(frozen=True, slots=True)
class Claim:
    """The memo of one invoice: ``interest_cents`` is ``None`` when a rate is missing."""

    interest_cents: int | None
    indemnity_cents: int
    missing: tuple[str, ...] = ()


NOTHING = Claim(0, 0)


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates by half-year in ppm: the ECB's refinancing rate and the legal rate."""

    ecb: Mapping[str, int]
    legal: Mapping[str, int]


def semester_of(day: dt.date) -> str:
    """Return a day's half-year.

    >>> semester_of(dt.date(2026, 6, 30)), semester_of(dt.date(2026, 7, 1))
    ('2026-H1', '2026-H2')
    """
    return f"{day.year}-H{1 if day.month < _JULY else 2}"


def claim_on(invoice: Invoice, payments: Payments, rates: Rates, *, is_public: bool) -> Claim:
    """Return the claim on an invoice that was paid or credited in full by ``payments``.

    The invoice keeps the basis of its assignment: the default, a clause, or the legal rate that a
    subrogated factor has from the day after a formal notice (Code civil 1346-4), without indemnity.
    Public debtors pay by right whatever a clause says.
    """
    late = [(day, cents) for day, cents in payments if day > invoice.due_on]
    first = invoice.due_on + dt.timedelta(1)
    if invoice.late_interest == "LEGAL":
        if invoice.notice_on is None:
            return NOTHING
        first = max(first, invoice.notice_on + dt.timedelta(1))
        return _claim(late, first, _by_semester("legal", rates.legal, 0), indemnity_cents=0)
    if is_public:
        begun = semester_of(first)
        rate = _fixed("ecb", begun, rates.ecb, PUBLIC_POINTS_PPM)
    elif invoice.late_interest == "CLAUSE":
        flat = invoice.late_interest_rate_bps * PPM_OF_BPS
        return _claim(late, first, lambda _: (flat, ""), indemnity_cents=INDEMNITY_CENTS)
    else:
        rate = _by_semester("ecb", rates.ecb, COMPANY_POINTS_PPM)
    return _claim(late, first, rate, indemnity_cents=INDEMNITY_CENTS)


RateOfDay = Callable[[dt.date], tuple[int | None, str]]


def _by_semester(kind: str, table: Mapping[str, int], points_ppm: int) -> RateOfDay:
    """Return the rate of each day's own half-year, and the name that is missing otherwise."""

    def rate(day: dt.date) -> tuple[int | None, str]:
        name = semester_of(day)
        found = table.get(name)
        return (None if found is None else found + points_ppm), f"{kind}/{name}"

    return rate


def _fixed(kind: str, name: str, table: Mapping[str, int], points_ppm: int) -> RateOfDay:
    """Return the rate of the half-year in which the interest began to run, for every day."""
    found = table.get(name)
    fixed = None if found is None else found + points_ppm
    return lambda _: (fixed, f"{kind}/{name}")


def _claim(late: Payments, first: dt.date, rate: RateOfDay, *, indemnity_cents: int) -> Claim:
    listed = list(late)
    if not listed:
        return NOTHING
    last = max(day for day, _ in listed)
    total = 0
    missing: set[str] = set()
    for step in range((last - first).days + 1):
        day = first + dt.timedelta(step)
        owed = sum(cents for paid_on, cents in listed if paid_on >= day)
        ppm, name = rate(day)
        if ppm is None:
            missing.add(name)
        else:
            total += owed * ppm
    if missing:
        return Claim(None, indemnity_cents, tuple(sorted(missing)))
    return Claim(half_up(total, DAYS_OF_YEAR * 1_000_000), indemnity_cents)
