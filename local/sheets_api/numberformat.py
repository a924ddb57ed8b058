"""Numbers and dates as a cell shows them: patterns such as `#,##0.00` and `dd/mm/yyyy`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from local.sheets_api.locale import EPOCH, number

if TYPE_CHECKING:
    from local.sheets_api.errors import Json
    from local.sheets_api.locale import Locale

_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|am/pm|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[0#?]+|E[+-]|.',
    re.DOTALL,
)
DATES = {"DATE", "TIME", "DATE_TIME"}
_SHORT = 3
_PLACES = 10


def show(value: float, number_format: Json | None, locale: Locale) -> str:
    """Return the text of a number under a format of the API.

    >>> from local.sheets_api.locale import ENGLISH, FRENCH
    >>> show(1234.5, {"type": "NUMBER", "pattern": "#,##0.00"}, ENGLISH)
    '1,234.50'
    >>> show(46022, {"type": "DATE"}, FRENCH)
    '31/12/2025'
    """
    if not number_format or number_format.get("type") in {None, "TEXT"}:
        return general(value, locale)
    kind = number_format["type"]
    pattern = number_format.get("pattern") or locale.patterns.get(kind, "")
    if not pattern or pattern == "General":
        return general(value, locale)
    sections = _sections(pattern)
    if kind in DATES:
        return _date(value, sections[0], locale)
    if len(sections) > 1 and value < 0:
        return _number(-value, sections[1], locale)
    zero = 2
    if len(sections) > zero and value == 0:
        return _number(value, sections[zero], locale)
    return ("-" if value < 0 else "") + _number(abs(value), sections[0], locale)


def general(value: float, locale: Locale) -> str:
    """Return the text of a number without a format: at most ten decimals.

    >>> from local.sheets_api.locale import FRENCH
    >>> general(1 / 3, FRENCH), general(42, FRENCH)
    ('0,3333333333', '42')
    """
    shown = Decimal(repr(value))
    if shown and not Decimal("1e-10") < abs(shown) < Decimal("1e15"):
        return f"{value:.5E}".replace(".", locale.decimal)
    text = f"{round(shown, _PLACES):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", locale.decimal)


def kind_of(pattern: str) -> str:
    """Return the type of the API for a pattern found in a file.

    >>> kind_of("dd/mm/yyyy"), kind_of("0.00%"), kind_of("@"), kind_of("#,##0")
    ('DATE', 'PERCENT', 'TEXT', 'NUMBER')
    """
    if pattern == "@":
        return "TEXT"
    tokens = _sections(pattern)[0]
    day = any(piece[0] in "yYdD" for piece in tokens)
    clock = any(piece[0] in "hHsS" for piece in tokens)
    if day or clock:
        return "DATE_TIME" if day and clock else "DATE" if day else "TIME"
    if "%" in tokens:
        return "PERCENT"
    if any(piece.startswith("E") for piece in tokens):
        return "SCIENTIFIC"
    return "CURRENCY" if re.search(r"[€$£]", pattern) else "NUMBER"


@lru_cache(maxsize=256)
def _sections(pattern: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for piece in _TOKEN.findall(pattern):
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _literal(piece: str) -> str:
    if piece[0] == '"':
        return piece[1:-1]
    if piece[0] == "\\":
        return piece[1:]
    if piece[0] == "_":
        return " "
    if piece.startswith("[$"):
        return piece[2:-1].split("-", maxsplit=1)[0]
    return "" if piece[0] in "[*" else piece


def _number(value: float, tokens: list[str], locale: Locale) -> str:
    places = [at for at, piece in enumerate(tokens) if piece[0] in "0#?"]
    if not places:
        return "".join(_literal(piece) for piece in tokens)
    first, last = places[0], places[-1]
    body = "".join(piece for piece in tokens[first : last + 1] if piece[0] in "0#?.,E")
    before = "".join(_literal(piece) for piece in tokens[:first])
    after = "".join(_literal(piece) for piece in tokens[last + 1 :])
    if "E" in body:
        return before + f"{value:.2E}".replace(".", locale.decimal) + after
    exact = Decimal(repr(value)) * (100 if "%" in tokens else 1)
    whole, _, part = body.partition(".")
    text = str(exact.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP))
    digits, _, rest = text.partition(".")
    while rest and len(rest) > part.count("0") and rest.endswith("0"):
        rest = rest[:-1]
    digits = digits.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        digits = f"{int(digits or 0):,}".replace(",", locale.group) if digits else ""
    return before + digits + (locale.decimal + rest if rest else "") + after


def _date(serial: float, tokens: list[str], locale: Locale) -> str:
    try:
        moment = datetime.combine(EPOCH, time()) + timedelta(seconds=round(serial * 86400))
    except OverflowError:
        return str(number(serial))
    half = any(piece in {"AM/PM", "am/pm"} for piece in tokens)
    shown: list[str] = []
    minutes = False
    for at, piece in enumerate(tokens):
        letter = piece[0].lower()
        if letter == "m":
            ahead = next((t[0].lower() for t in tokens[at + 1 :] if t[0].lower() in "ymdhs"), "")
            minutes = minutes or ahead == "s"
        shown.append(_part(piece, moment, locale, minutes=minutes, half=half))
        if letter in "hmsyd":
            minutes = letter == "h"
    return "".join(shown)


def _part(piece: str, moment: datetime, locale: Locale, *, minutes: bool, half: bool) -> str:
    letter, length = piece[0].lower(), len(piece)
    if piece in {"AM/PM", "am/pm"}:
        return "PM" if moment.hour >= 12 else "AM"  # noqa: PLR2004  noon
    if letter == "y":
        return f"{moment.year:04}" if length > len("yy") else f"{moment.year % 100:02}"
    if letter == "m" and not minutes and length >= _SHORT:
        name = locale.months[moment.month - 1]
        return name if length > _SHORT else name[:_SHORT]
    if letter == "d" and length >= _SHORT:
        name = locale.days[moment.weekday()]
        return name if length > _SHORT else name[:_SHORT]
    hour = (moment.hour + 11) % 12 + 1 if half else moment.hour
    numbers = {"m": moment.minute if minutes else moment.month, "d": moment.day}
    numbers |= {"h": hour, "s": moment.second}
    return f"{numbers[letter]:0{min(length, 2)}}" if letter in numbers else _literal(piece)
