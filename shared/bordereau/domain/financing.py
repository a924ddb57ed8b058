"""The financing commission of a month (E8, settled reading 12).

Base: funds in use by value date, floored at 0 each day: all that moves receivables less the
seller's accounts, except financing commissions and their VAT. Rate: index plus margin of each day,
never below 0, ACT/360. One rounding per month and contract.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bordereau.domain import chart
from bordereau.domain.entries import Entry
from bordereau.domain.money import half_up
from bordereau.domain.terms import FIXED_INDEX, Terms

DAYS_OF_YEAR = 360
PPM = 1_000_000
PPM_OF_BPS = 100
FEE_KIND = "E8"

_IN_BASE = (chart.RECEIVABLES, *chart.SELLER_ACCOUNTS)


@dataclass(frozen=True, slots=True)
class MonthFee:
    """The commission of a month: ``None`` when an index is missing, which ``missing`` names."""

    fee_cents: int | None
    missing: tuple[str, ...] = ()


def days_of(month: str) -> list[dt.date]:
    """Return the civil days of a month.

    >>> len(days_of("2026-02"))
    28
    """
    year, number = map(int, month.split("-"))
    count = calendar.monthrange(year, number)[1]
    return [dt.date(year, number, day) for day in range(1, count + 1)]


def month_before(day: dt.date) -> str:
    """Return the month before a day's own.

    >>> month_before(dt.date(2026, 1, 31))
    '2025-12'
    """
    return f"{day.replace(day=1) - dt.timedelta(1):%Y-%m}"


def movements(entries: Iterable[Entry]) -> dict[dt.date, int]:
    """Return what each value date adds to the base; the other side of each line carries the date.

    An entry balances, so the base moves by the opposite of the lines outside it.
    """
    moved: dict[dt.date, int] = {}
    for entry in entries:
        if entry.kind == FEE_KIND:
            continue
        for line in entry.lines:
            if line.account not in _IN_BASE:
                day = line.valued_on or entry.valued_on
                moved[day] = moved.get(day, 0) - line.cents
    return moved


def month_fee(
    month: str,
    moved: Mapping[dt.date, int],
    index_ppm: Mapping[tuple[str, str], int],
    terms_on: Callable[[dt.date], Terms | None],
) -> MonthFee:
    """Return the commission of a month from the movements known by then.

    Balances at close of day, the start day counted, the end day not:
    ``half_up(Σ balance x rate / 360)``. An index that is missing on a day with a base gives no fee.

    352 199.70 day-euros at 4.513 % are 44.15 (scenario 8).
    """
    base = sum(cents for day, cents in moved.items() if f"{day:%Y-%m}" < month)
    total = 0
    missing: set[str] = set()
    for day in days_of(month):
        base += moved.get(day, 0)
        terms = terms_on(day)
        if base <= 0 or terms is None or not terms.index:
            continue
        index = 0 if terms.index == FIXED_INDEX else index_ppm.get((terms.index, month))
        if index is None:
            missing.add(f"index/{terms.index}/{month}")
            continue
        floored = max(0, index) if terms.index_floor else index
        total += base * max(0, floored + terms.margin_bps * PPM_OF_BPS)
    if missing:
        return MonthFee(None, tuple(sorted(missing)))
    return MonthFee(half_up(total, DAYS_OF_YEAR * PPM))
