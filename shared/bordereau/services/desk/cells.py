"""Read one cell as a person in France means it, or say what is wrong with it (sheets 3).

Types are read, not guessed: an amount that a paste turned into a date would otherwise be a
plausible amount. Whatever stands in a cell, the result is a value or a problem, never a crash.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bordereau.domain.problems import Problem
from bordereau.domain.workbook.columns import Column, Kind
from bordereau.ports import SheetCell
from bordereau.services.desk import codes

Plain = str | int | bool | tuple[str, ...]

EPOCH: Final = dt.date(1899, 12, 30)
DATES: Final = frozenset({"DATE", "DATE_TIME"})
TEXT_MAX: Final = 500
LONG_TEXT_MAX: Final = 2_000
SHOWN_MAX: Final = 40
AMOUNT_MAX: Final = Decimal(10) ** 11
FRACTION_MAX: Final = Decimal("1.5")
PPM: Final = 1_000_000
YEARS: Final = (1990, 2100)
MINUTES: Final = 24 * 60

_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")
_UNSEEN: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SIGNED: Final = re.compile(r"[+-]\d")
_AMOUNT: Final = re.compile(r"([-\u2212]?)(\d{1,12})(?:,(\d+))?")
_GROUPED: Final = re.compile(r"[-\u2212]?\d{1,3}(?:\.\d{3})+")
_HOUR: Final = re.compile(r"([01]?\d|2[0-3]) ?(?:[:hH] ?([0-5]\d)?)")
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Read:
    """A cell, read: a plain value, or nothing, or a problem with it."""

    value: Plain | None = None
    problem: Problem | None = None


NOTHING: Final = Read()


def read_cell(cell: SheetCell, column: Column) -> Read:
    """Return what a cell of a column says.

    Amounts are cents, rates parts per million, days ISO texts, choices their codes, several
    addresses a tuple; texts are clean.

    >>> read_cell(SheetCell("1 234,50 €"), Column("amount", "Montant", Kind.AMOUNT)).value
    123450
    >>> amount = Column("amount", "Montant", Kind.AMOUNT)
    >>> read_cell(SheetCell(Decimal(46154), "DATE"), amount).problem.code
    'cell-amount-date'
    """
    if cell.error:
        return _wrong("error", column, cell)
    if cell.value is None or (isinstance(cell.value, str) and not clean(cell.value)):
        return NOTHING
    found = _READERS.get(column.kind, _text)(cell, column)
    if isinstance(found, Problem):
        return Read(None, found)
    return Read(found)


Reader = Callable[[SheetCell, Column], Plain | Problem]


def clean(text: str) -> str:
    """Return a text without what nobody sees, and with single spaces.

    What a program could take for a formula (a leading ``=``, ``+``, ``-``, ``@``) loses that sign:
    the text may be opened elsewhere (sheets 1.6).
    """
    bare = _SPACES.sub(" ", text if _is_plain(text) else _without_unseen(text)).strip()
    return bare if _SIGNED.match(bare) else bare.lstrip("'=+@- ")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _without_unseen(text: str) -> str:
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    normal = unicodedata.normalize("NFC", seen)
    return "".join(char if char.isprintable() else " " for char in normal)


def typed(cell: SheetCell) -> str:
    """Return what a person sees in a cell, cut to what a sentence can hold."""
    value = cell.value
    if isinstance(value, bool):
        text = "VRAI" if value else "FAUX"
    elif isinstance(value, Decimal):
        day = _day_of(value) if cell.kind in DATES else None
        text = f"{day:%d/%m/%Y}" if day else f"{value:f}".replace(".", ",")
    else:
        text = _SPACES.sub(" ", _UNSEEN.sub("", value or "")).strip()
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}…"


def _problem(code: str, column: Column, cell: SheetCell, **facts: str) -> Problem:
    shown = cell.error or typed(cell)
    return Problem(f"cell-{code}", where=column.label, facts={"typed": shown} | facts)


def _wrong(code: str, column: Column, cell: SheetCell, **facts: str) -> Read:
    return Read(None, _problem(code, column, cell, **facts))


def _text(cell: SheetCell, column: Column) -> Plain | Problem:
    """A text; a number in a text column is what a person typed."""
    raw = cell.value if isinstance(cell.value, str) else typed(cell)
    if column.key == "allocation":
        raw = raw.replace("\n", " ; ")
    text = clean(raw)
    most = LONG_TEXT_MAX if column.kind is Kind.LONG_TEXT else TEXT_MAX
    if len(text) > most:
        return _problem("too-long", column, cell, count=str(len(text)), most=str(most))
    return text


def _amount(cell: SheetCell, column: Column) -> Plain | Problem:
    """An amount in cents, not below zero unless it is a balance."""
    if cell.kind in DATES or cell.kind == "TIME":
        return _problem("amount-date", column, cell)
    if isinstance(cell.value, Decimal) and cell.kind != "PERCENT":
        return _cents(cell.value, cell, column)
    if not isinstance(cell.value, str):
        return _problem("amount", column, cell)
    bare = _bare_number(cell.value)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    if "." in bare:
        return _problem("amount-dot", column, cell)
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        return _problem("amount", column, cell)
    number = Decimal(f"{match[2]}.{match[3] or 0}")
    return _cents(-number if match[1] else number, cell, column)


def _bare_number(text: str) -> str:
    kept = _SPACES.sub("", _UNSEEN.sub("", text)).upper().lstrip("'")
    return kept.removesuffix("€").removesuffix("EUR").removeprefix("€")


def _cents(number: Decimal, cell: SheetCell, column: Column) -> Plain | Problem:
    if number < 0 and column.kind is not Kind.BALANCE:
        return _problem("amount-below", column, cell)
    if abs(number) > AMOUNT_MAX:
        return _problem("amount", column, cell)
    cents = number * 100
    if cents != cents.to_integral_value():
        return _problem("amount-cents", column, cell)
    return int(cents)


def _rate(cell: SheetCell, column: Column) -> Plain | Problem:
    """A rate in parts per million: a fraction as a number, or a text with its per cent sign."""
    if cell.kind in DATES:
        return _problem("rate", column, cell)
    if isinstance(cell.value, Decimal):
        if cell.value > FRACTION_MAX:
            return _problem("rate-bare", column, cell)
        return _ppm(cell.value, cell, column)
    if not isinstance(cell.value, str):
        return _problem("rate", column, cell)
    bare = _bare_number(cell.value)
    match = _AMOUNT.fullmatch(bare.removesuffix("%"))
    if match is None:
        return _problem("rate", column, cell)
    number = Decimal(f"{match[1].replace(chr(0x2212), '-')}{match[2]}.{match[3] or 0}")
    if bare.endswith("%"):
        return _ppm(number / 100, cell, column)
    return (
        _problem("rate-bare", column, cell) if number > FRACTION_MAX else _ppm(number, cell, column)
    )


def _ppm(fraction: Decimal, cell: SheetCell, column: Column) -> Plain | Problem:
    if not 0 <= fraction <= FRACTION_MAX:
        return _problem("rate-range", column, cell)
    ppm = fraction * PPM
    if ppm != ppm.to_integral_value():
        return _problem("rate-decimals", column, cell)
    return int(ppm)


def _date(cell: SheetCell, column: Column) -> Plain | Problem:
    """A day, from a cell that is a date or from one of two ways to write it."""
    if isinstance(cell.value, Decimal):
        day = _day_of(cell.value) if cell.kind in DATES else None
        return day.isoformat() if day else _problem("date", column, cell)
    match = _DAY.fullmatch(clean(cell.value)) if isinstance(cell.value, str) else None
    if match is None:
        return _problem("date", column, cell)
    parts = (match[3], match[2], match[1]) if match[3] else (match[4], match[5], match[6])
    try:
        day = dt.date(*map(int, parts))
    except ValueError:
        return _problem("date-none", column, cell)
    return day.isoformat() if _is_near(day) else _problem("date-none", column, cell)


def _day_of(serial: Decimal) -> dt.date | None:
    if not 0 < serial < 100_000:  # noqa: PLR2004 - until 2173
        return None
    day = EPOCH + dt.timedelta(int(serial))
    return day if _is_near(day) else None


def _is_near(day: dt.date) -> bool:
    return YEARS[0] <= day.year <= YEARS[1]


def _count(cell: SheetCell, column: Column) -> Plain | Problem:
    """A whole number, not below zero."""
    value = cell.value
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}", text := clean(value)) and text.isascii():
        return int(text)
    is_whole = isinstance(value, Decimal) and value == value.to_integral_value()
    if isinstance(value, Decimal) and is_whole and cell.kind not in DATES and 0 <= value < PPM:
        return int(value)
    return _problem("count", column, cell)


def _time(cell: SheetCell, column: Column) -> Plain | Problem:
    """An hour of the day in minutes: a time, or a text such as 17:00, 17h30."""
    if isinstance(cell.value, Decimal) and cell.kind == "TIME" and 0 <= cell.value < 1:
        return min(MINUTES - 1, int((cell.value * MINUTES).to_integral_value()))
    match = _HOUR.fullmatch(clean(cell.value)) if isinstance(cell.value, str) else None
    if match is None:
        return _problem("time", column, cell)
    return int(match[1]) * 60 + int(match[2] or 0)


def _choice(cell: SheetCell, column: Column) -> Plain | Problem:
    """The code of an entry of the drop-down."""
    label = clean(cell.value) if isinstance(cell.value, str) else typed(cell)
    ticks = {"VRAI": "Oui", "FAUX": "Non"}
    code = column.code_of(label) or column.code_of(ticks.get(label, label))
    if code is None:
        few = " / ".join(choice.label for choice in column.choices[:8])
        return _problem("choice", column, cell, expected=few)
    return code


def _code(reader: Callable[[str], str | codes.Fault]) -> Reader:
    """Return the reader of an identifier: a number in the cell is read as its digits."""

    def read(cell: SheetCell, column: Column) -> Plain | Problem:
        if cell.kind in DATES or isinstance(cell.value, bool):
            return _problem("text-date", column, cell)
        text = clean(cell.value) if isinstance(cell.value, str) else _digits(cell.value)
        found = reader(text)
        if isinstance(found, codes.Fault):
            return _problem(found.code, column, cell, **found.facts)
        return found

    return read


def _digits(value: Decimal | None) -> str:
    return f"{value:f}" if value is not None else ""


def _emails(cell: SheetCell, column: Column) -> Plain | Problem:
    """Several addresses, separated by semicolons or commas."""
    parts = re.split(r"[;,]", clean(cell.value)) if isinstance(cell.value, str) else [typed(cell)]
    found = []
    for part in parts:
        if not part.strip():
            continue
        address = codes.email(part.strip())
        if isinstance(address, codes.Fault):
            return _problem(address.code, column, cell, **address.facts)
        found.append(address)
    return tuple(dict.fromkeys(found)) if found else _problem("email", column, cell)


_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.AMOUNT: _amount,
    Kind.BALANCE: _amount,
    Kind.RATE: _rate,
    Kind.DATE: _date,
    Kind.COUNT: _count,
    Kind.TIME: _time,
    Kind.CHOICE: _choice,
    Kind.CODE: _code(codes.free),
    Kind.SIREN: _code(codes.siren),
    Kind.VAT: _code(codes.vat),
    Kind.IBAN: _code(codes.iban),
    Kind.BIC: _code(codes.bic),
    Kind.EMAIL: _code(codes.email),
    Kind.EMAILS: _emails,
}
