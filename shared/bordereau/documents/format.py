"""Money, rates and dates as a language writes them; its rules are the texts' ``[format]`` table.

Hand-written because babel weighs 31 MB and is wrong on the first of a month (handbook: documents
7); the tests compare it with babel.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bordereau.ports import PARIS

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"

_BEFORE_MARK = re.compile(r" (?=[;!?%])")
_BEFORE_OTHERS = re.compile(r" (?=[:»€])|(?<=«) |(?<=n°) |(?<=[\d}]) (?=[hj]\b)")
_HUNDRED = 100


def french_spaces(text: str) -> str:
    r"""Make the spaces of French typography unbreakable, and narrow where they are.

    >>> french_spaces("Payé ? « Non »") == "Payé\u202f? «\u00a0Non\u00a0»"
    True
    """
    return _BEFORE_OTHERS.sub(NO_BREAK_SPACE, _BEFORE_MARK.sub(NARROW_SPACE, text))


SPACINGS: dict[str, Callable[[str], str]] = {"french": french_spaces, "plain": str}
"""What a language's texts go through once, when they are loaded."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes numbers and dates; built from the texts, never by hand.

    ``patterns`` are the date patterns of the texts; ``singular`` the counts that take the singular.
    """

    group: str
    decimal: str
    minus: str
    money_pattern: str
    percent_pattern: str
    units: Mapping[str, str]
    singular: Sequence[int]
    first_of_month: str
    months: Sequence[str]
    weekdays: Sequence[str]
    patterns: Mapping[str, str]

    def amount(self, cents: int) -> str:
        """Return cents as an amount without its unit."""
        whole, rest = divmod(abs(cents), _HUNDRED)
        grouped = f"{whole:,}".replace(",", self.group)
        return f"{self.minus if cents < 0 else ''}{grouped}{self.decimal}{rest:02d}"

    def signed(self, cents: int) -> str:
        """Return an amount that always shows its sign; nil has none."""
        return f"+{self.amount(cents)}" if cents > 0 else self.amount(cents)

    def money(self, cents: int, currency: str) -> str:
        """Return an amount with its unit (the code where the language has no sign for it)."""
        unit = self.units.get(currency, currency)
        return self.money_pattern.format(amount=self.amount(cents), unit=unit)

    def percent(self, bps: int) -> str:
        """Return basis points as a percentage: whole, or with two decimals."""
        text = self.amount(bps)
        if bps % _HUNDRED == 0:
            text = text.partition(self.decimal)[0]
        return self.percent_pattern.format(number=text)

    def short(self, day: dt.date) -> str:
        """Return a date in figures, for tables."""
        return self._date("short", day)

    def short_without_year(self, day: dt.date) -> str:
        """Return day and month in figures, where the year is beyond doubt."""
        return self._date("short_without_year", day)

    def day(self, day: dt.date) -> str:
        """Return a date in words."""
        return self._date("day", day)

    def weekday(self, day: dt.date) -> str:
        """Return a date in words with its day of the week."""
        return self._date("weekday", day)

    def instant(self, moment: dt.datetime) -> str:
        """Return an aware instant as day and clock time in Paris."""
        local = moment.astimezone(PARIS)
        return self.patterns["instant"].format(
            day=self.weekday(local.date()), hour=local.hour, minute=f"{local.minute:02d}"
        )

    def period(self, first: dt.date, last: dt.date) -> str:
        """Return two dates as a period, saying month and year once where they are the same."""
        same_year = first.year == last.year
        same_month = same_year and first.month == last.month
        pattern = "period_month" if same_month else "period_year" if same_year else "period"
        return self.patterns[pattern].format(
            **{f"first_{name}": text for name, text in self._parts(first).items()},
            **{f"last_{name}": text for name, text in self._parts(last).items()},
        )

    def _date(self, pattern: str, day: dt.date) -> str:
        return self.patterns[pattern].format(**self._parts(day))

    def _parts(self, day: dt.date) -> dict[str, str]:
        return {
            "weekday": self.weekdays[day.weekday()],
            "number": self.first_of_month if day.day == 1 else str(day.day),
            "month": self.months[day.month - 1],
            "year": str(day.year),
            "dd": f"{day.day:02d}",
            "mm": f"{day.month:02d}",
        }
