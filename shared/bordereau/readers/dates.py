"""Dates as documents write them, to ISO texts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}(?:[0-9]{2})?)?")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.{0,40})?")
_COMPACT_LENGTH: Final = len("20261030")
_ISO_LENGTH: Final = len("2026-10-30")


def iso_date(text: str) -> str:
    """Return ``CCYYMMDD`` (code 102, 203, 204) or an ``xs:date`` as ``CCYY-MM-DD``.

    What is neither, or no day of the calendar, comes back as written; ``is_date`` tells.

    >>> iso_date("20261030"), iso_date("2026-10-30+01:00"), iso_date("2026-02-30")
    ('2026-10-30', '2026-10-30', '2026-02-30')
    """
    if len(text) == _COMPACT_LENGTH and text.isascii() and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = _COMPACT.fullmatch(text) or _ISO.fullmatch(text)
    return "-".join(match.groups()) if match else text


def short_date(yymmdd: str) -> str:
    """Return six digits, year first, as an ISO date of this century; nothing for any other text.

    >>> short_date("260131"), short_date("260231")
    ('2026-01-31', '')
    """
    text = f"20{yymmdd[:2]}-{yymmdd[2:4]}-{yymmdd[4:]}"
    return text if is_date(text) else ""


def is_date(text: str) -> bool:
    """Return whether ``text`` is an ISO date that exists.

    >>> is_date("2026-02-28"), is_date("2026-02-30"), is_date("20260228")
    (True, False, False)
    """
    return day_of(text) is not None


def day_of(text: str) -> dt.date | None:
    """Return the date of an ISO text (``CCYY-MM-DD`` only), or ``None`` when it is none."""
    if len(text) != _ISO_LENGTH or text[4] != "-" or text[7] != "-":
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
