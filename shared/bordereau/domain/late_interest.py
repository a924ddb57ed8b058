"""Late interest and the 40 EUR indemnity: memo claims until paid (settled reading 16).

From the day an invoice is paid or credited in full: half-up once over its late payments,
``Σ p x Σ rate / 365`` from the day after the due date to the day of the payment, both counted. The
default rate between firms is the ECB's refinancing rate of each day's half-year plus 10 points
(Code de commerce L441-10); public debtors pay ECB plus 8 of the half-year in which it began to run
(Code de la commande publique R2192-31). A missing rate gives no amount and an alert.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bordereau.domain.money import half_up

COMPANY_POINTS_PPM = 100_000
PUBLIC_POINTS_PPM = 80_000
INDEMNITY_CENTS = 4_000
"""Fixed indemnity for recovery costs, once per late invoice (Code de commerce D441-5)."""

DAYS_OF_YEAR = 365
_JULY = 7


@dataclass(frozen=True, slots=True)
class Claim:
    """The memo of one invoice: ``interest_cents`` is ``None`` when a rate is missing."""

    interest_cents: int | None
    indemnity_cents: int
    missing: tuple[str, ...] = ()


NOTHING = Claim(0, 0)


def semester_of(day: dt.date) -> str:
    """Return a day's half-year.

    >>> semester_of(dt.date(2026, 6, 30)), semester_of(dt.date(2026, 7, 1))
    ('2026-H1', '2026-H2')
    """
    return f"{day.year}-H{1 if day.month < _JULY else 2}"


def by_right(
    payments: Iterable[tuple[dt.date, int]],
    due_on: dt.date,
    ecb_ppm: Mapping[str, int],
    *,
    is_public: bool = False,
) -> Claim:
    """Return the claim on an invoice that was paid in full by ``payments`` (day, cents).

    18 437.50 due 31 May 2026 and paid 14 August, ECB 2.15 % then 2.40 %: 465.99 and 40.00.

    >>> by_right([(dt.date(2026, 8, 14), 1843750)], dt.date(2026, 5, 31),
    ...          {"2026-H1": 21500, "2026-H2": 24000})
    Claim(interest_cents=46599, indemnity_cents=4000, missing=())
    """
    late = [(day, cents) for day, cents in payments if day > due_on]
    if not late:
        return NOTHING
    first = due_on + dt.timedelta(1)
    days = max(day for day, _ in late) - due_on
    dates = [first + dt.timedelta(step) for step in range(days.days)]
    wanted = {semester_of(first) if is_public else semester_of(day) for day in dates}
    missing = tuple(sorted(f"ecb/{name}" for name in wanted if name not in ecb_ppm))
    if missing:
        return Claim(None, INDEMNITY_CENTS, missing)
    points = PUBLIC_POINTS_PPM if is_public else COMPANY_POINTS_PPM
    total = 0
    for day in dates:
        owed = sum(cents for paid_on, cents in late if paid_on >= day)
        total += owed * (ecb_ppm[semester_of(first if is_public else day)] + points)
    return Claim(half_up(total, DAYS_OF_YEAR * 1_000_000), INDEMNITY_CENTS)
