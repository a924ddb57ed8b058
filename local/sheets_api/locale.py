"""What a person types, in French and in English: numbers, dates, yes and no.

Only these two languages; any other name of a locale behaves as `en_US`.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sheets_api.errors import Json

EPOCH = date(1899, 12, 30)
_EXACT = 1e15
ERRORS = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#ERROR!": "ERROR",
}
"""The errors a cell may show, and the name that the API gives them."""


@dataclass(frozen=True, slots=True)
class Locale:
    """How one country writes; `patterns` are those of a format that names no pattern."""

    decimal: str
    group: str
    group_typed: str
    separator: str
    day_first: bool
    date_marks: str
    true: str
    false: str
    patterns: dict[str, str]
    months: tuple[str, ...]
    days: tuple[str, ...]


ENGLISH = Locale(
    decimal=".",
    group=",",
    group_typed=",",
    separator=",",
    day_first=False,
    date_marks="/-",
    true="TRUE",
    false="FALSE",
    patterns={
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": '"$"#,##0.00',
        "DATE": "m/d/yyyy",
        "TIME": "h:mm:ss am/pm",
        "DATE_TIME": "m/d/yyyy h:mm:ss",
        "SCIENTIFIC": "0.00E+00",
    },
    months=(
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
FRENCH = Locale(
    decimal=",",
    group="\u202f",
    group_typed=" \u00a0\u202f",
    separator=";",
    day_first=True,
    date_marks="/.-",
    true="VRAI",
    false="FAUX",
    patterns={
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": '#,##0.00\u00a0"€"',
        "DATE": "dd/mm/yyyy",
        "TIME": "hh:mm:ss",
        "DATE_TIME": "dd/mm/yyyy hh:mm:ss",
        "SCIENTIFIC": "0.00E+00",
    },
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
        *("septembre", "octobre", "novembre", "décembre"),
    ),
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
)


def locale_of(name: str) -> Locale:
    """Return the habits of a locale: French for `fr…`, English for all others."""
    return FRENCH if name.startswith("fr") else ENGLISH


def number(value: float) -> float:
    """Return a whole number as int, as JSON prints it.

    >>> number(2.0), number(1.5)
    (2, 1.5)
    """
    return int(value) if float(value).is_integer() and abs(value) < _EXACT else value


def typed(text: str, locale: Locale) -> tuple[Json, Json | None]:
    """Read a text as if a person had typed it.

    Args:
        text: not empty and no formula.
        locale: that of the spreadsheet.

    Returns:
        The value, and the number format that such an entry gives to a cell without one.

    >>> typed("12,50 €", FRENCH)[0], typed("0042", FRENCH)[0], typed("12.50", ENGLISH)[0]
    ({'numberValue': 12.5}, {'numberValue': 42}, {'numberValue': 12.5})
    """
    if text.startswith("'"):
        return {"stringValue": text[1:]}, None
    bare = text.strip()
    if bare.upper() in {locale.true, "TRUE"}:
        return {"boolValue": True}, None
    if bare.upper() in {locale.false, "FALSE"}:
        return {"boolValue": False}, None
    if bare.upper() in ERRORS:
        return {"errorValue": {"type": ERRORS[bare.upper()], "message": ""}}, None
    found = _number(bare, locale) or _moment(bare, locale)
    return found or ({"stringValue": text}, None)


def _number(text: str, locale: Locale) -> tuple[Json, Json | None] | None:
    mark, group = re.escape(locale.decimal), f"[{locale.group_typed}]"
    match = re.fullmatch(
        rf"(?P<open>\()?(?P<sign>[-+])?\s*(?P<before>[$€£])?\s*"
        rf"(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+|\d*)(?P<part>{mark}\d*)?(?P<power>[eE][-+]?\d+)?"
        rf"\s*(?P<after>[%€])?(?P<close>\))?",
        text,
    )
    if not match or not re.search(r"\d", match["whole"] + (match["part"] or "")):
        return None
    if bool(match["open"]) != bool(match["close"]):
        return None
    digits = re.sub(group, "", match["whole"]) or "0"
    part = (match["part"] or "")[1:]
    value = float(f"{digits}.{part or 0}{match['power'] or ''}")
    if value == float("inf"):
        return None
    percent = match["after"] == "%"
    value = (value / 100 if percent else value) * (
        -1 if match["open"] or match["sign"] == "-" else 1
    )
    grouped = len(digits) != len(match["whole"]) and bool(match["whole"])
    return {"numberValue": number(value)}, _pattern(match, part=bool(part), grouped=grouped)


def _pattern(match: re.Match[str], *, part: bool, grouped: bool) -> Json | None:
    currency = match["before"] or (match["after"] if match["after"] != "%" else None)
    body = "#,##0.00" if part else "#,##0"
    if match["after"] == "%":
        return {"type": "PERCENT", "pattern": "0.00%" if part else "0%"}
    if currency and match["before"]:
        return {"type": "CURRENCY", "pattern": f'"{currency}"{body}'}
    if currency:
        return {"type": "CURRENCY", "pattern": f'{body}\u00a0"{currency}"'}
    if match["power"]:
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    return {"type": "NUMBER", "pattern": body} if grouped else None


_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"


def _moment(text: str, locale: Locale) -> tuple[Json, Json | None] | None:
    clock = re.fullmatch(_TIME, text)
    if clock:
        shown = {"type": "TIME", "pattern": locale.patterns["TIME"]}
        return {"numberValue": _fraction(clock)}, shown
    marks = re.escape(locale.date_marks)
    match = re.fullmatch(
        rf"(?:(?P<iso>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})"
        rf"|(?P<a>\d{{1,2}})[{marks}](?P<b>\d{{1,2}})(?:[{marks}](?P<y>\d{{4}}|\d{{2}}))?)"
        rf"(?:[ T]{_TIME})?",
        text,
    )
    day = _day(match, locale) if match else None
    if not match or not day:
        return None
    kind = "DATE_TIME" if match["hour"] else "DATE"
    pattern = "yyyy-mm-dd" if match["iso"] else locale.patterns["DATE"]
    if match["hour"]:
        pattern += " hh:mm:ss"
    serial = (day - EPOCH).days + (_fraction(match) if match["hour"] else 0)
    return {"numberValue": number(serial)}, {"type": kind, "pattern": pattern}


def _day(match: re.Match[str], locale: Locale) -> date | None:
    if match["iso"]:
        year, month, day = int(match["iso"]), int(match["m"]), int(match["d"])
    else:
        day, month = int(match["a"]), int(match["b"])
        if not locale.day_first:
            day, month = month, day
        typed_year = match["y"]
        year = int(typed_year) if typed_year else time.localtime().tm_year
        if typed_year and len(typed_year) == len("yy"):
            year += 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fraction(match: re.Match[str]) -> float:
    seconds = int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"] or 0)
    return number(seconds / 86400)
