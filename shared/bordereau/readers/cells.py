"""Cells of a schedule to amounts and dates, the French way first.

A cell is text with one letter in front: ``t`` text, ``n`` number (plain decimal), ``d`` ISO date;
an empty cell is an empty text. What can be read in two ways is not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Final

from bordereau.readers.amounts import WHOLE_DIGITS_MAX, decimal_of, is_exact_in_cents

_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']+")
_CURRENCY: Final = re.compile(r"^(?:EUROS?|EUR|€)|(?:EUROS?|EUR|€)$", re.IGNORECASE)
_SIGN_APART: Final = re.compile(r"^(?:\+|(-)\s)\s*(?=[0-9])")
_PLAIN: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]{1,2})?")
_FRENCH: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_ENGLISH: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}")
_AMBIGUOUS: Final = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?|-?[0-9]+(?:[.,][0-9,.]+)?")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST: Final = re.compile(
    r"((?:19|20)[0-9]{2})(?:[/.-](?=[0-9]{1,2}[/.-])|(?=[0-9]{4}$))([0-9]{1,2})[/.-]?([0-9]{1,2})"
)
_CLOCK: Final = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?$")
_IN_WORDS: Final = re.compile(
    r"(?:[a-z]+ )?([0-9]{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,9}) ([0-9]{4}|[0-9]{2})"
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janv jan",
            "fevr fev febr feb",
            "mars marc mar",
            "avri avr apri apr",
            "mai may",
            "juin june jun",
            "juil july jul",
            "aout aou augu aug",
            "sept sep",
            "octo oct",
            "nove nov",
            "dece dec",
        ),
        start=1,
    )
    for name in names.split()
}
"""First letters of months in French and English, without accents."""
_EPOCH: Final = dt.date(1899, 12, 30)
_SERIAL_MIN: Final = 20_000
_SERIAL_MAX: Final = 80_000
_CENTURY: Final = 2000


def text_of(cell: str) -> str:
    r"""Return what a cell shows, on one line.

    >>> text_of("tFA-1\n2"), text_of("n123456782"), text_of("")
    ('FA-1 2', '123456782', '')
    """
    return " ".join(cell[1:].split())


def amount_of(cell: str) -> tuple[str, str]:
    """Return ``(plain decimal, problem code)``; one of the two is empty.

    >>> amount_of("t1 200,00 €"), amount_of("t1,200.50"), amount_of("n0.3")
    (('1200.00', ''), ('1200.50', ''), ('0.30', ''))
    >>> amount_of("t(1 200,00)"), amount_of("t12,00-"), amount_of("tEUR -1.200,00")
    (('-1200.00', ''), ('-12.00', ''), ('-1200.00', ''))
    >>> amount_of("t1.200"), amount_of("tdouze")
    (('', 'amount-ambiguous'), ('', 'amount-malformed'))
    """
    if cell.startswith("n"):
        return _in_cents(cell[1:])
    text = _CURRENCY.sub("", cell[1:].strip().replace("\u2212", "-")).strip()
    single = _SPACES.sub(" ", _minus_first(text))
    if " " in single and not _GROUPED.fullmatch(single):
        return "", "amount-malformed"
    bare = single.replace(" ", "")
    if _PLAIN.fullmatch(bare):
        return _in_cents(bare.replace(",", "."))
    if _FRENCH.fullmatch(bare):
        return _in_cents(bare.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(bare):
        return _in_cents(bare.replace(",", ""))
    return "", "amount-ambiguous" if _AMBIGUOUS.fullmatch(bare) else "amount-malformed"


def _minus_first(text: str) -> str:
    """Return an amount with its sign in front: ``(12)``, ``12-`` and ``- 12`` are negative."""
    text = _SIGN_APART.sub(r"\1", text)
    bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text.removesuffix("-")
    return text if bare == text or "-" in bare else f"-{_CURRENCY.sub('', bare.strip()).strip()}"


def _in_cents(text: str) -> tuple[str, str]:
    amount = decimal_of(text)
    if amount is None:
        return "", "amount-malformed"
    if len(text.lstrip("-").partition(".")[0]) > WHOLE_DIGITS_MAX:
        return "", "amount-too-big"
    if not is_exact_in_cents(amount):
        return "", "amount-not-in-cents"
    return str(amount.quantize(Decimal("0.01"))), ""


def date_of(cell: str) -> str:
    """Return the ISO date of a cell: a date, day first, ISO, or a serial number; else as written.

    >>> date_of("t30/10/26"), date_of("n46325"), date_of("t2026-10-30"), date_of("t10/30/2026")
    ('2026-10-30', '2026-10-30', '2026-10-30', '10/30/2026')
    >>> date_of("t1er août 2026"), date_of("t30-oct.-26"), date_of("t2026/10/30 00:00:00")
    ('2026-08-01', '2026-10-30', '2026-10-30')
    >>> date_of("n20261030"), date_of("tFriday 30 October 2026")
    ('2026-10-30', '2026-10-30')
    """
    text = text_of(cell)
    bare = _CLOCK.sub("", text)
    match = _DAY_FIRST.fullmatch(bare)
    if match:
        day, month, year = map(int, match.groups())
        return _iso(year, month, day) or text
    match = _IN_WORDS.fullmatch(header_key(bare))
    if match:
        return _iso(int(match[3]), _MONTHS.get(match[2][:4], 0), int(match[1])) or text
    match = _YEAR_FIRST.fullmatch(bare)
    if match:
        year, month, day = map(int, match.groups())
        return _iso(year, month, day) or text
    if text.isascii() and text.isdigit() and _SERIAL_MIN <= int(text[:6]) <= _SERIAL_MAX:
        return (_EPOCH + dt.timedelta(days=int(text))).isoformat()
    return text


def is_month_first(cell: str) -> bool:
    """Return whether a date can only be read month first.

    >>> is_month_first("t10/30/2026"), is_month_first("t30/10/2026")
    (True, False)
    """
    match = _DAY_FIRST.fullmatch(text_of(cell))
    if not match:
        return False
    first, second, year = map(int, match.groups())
    return not _iso(year, second, first) and bool(_iso(year, first, second))


def _iso(year: int, month: int, day: int) -> str:
    full = year if year >= 100 else _CENTURY + year  # noqa: PLR2004 - two digits
    try:
        return dt.date(full, month, day).isoformat()
    except ValueError:
        return ""


def header_key(text: str) -> str:
    """Return a column title as compared: no accents, no signs, lower case.

    >>> header_key("N° Facture "), header_key("Échéance"), header_key("Date d\u2019émission")
    ('n facture', 'echeance', 'date d emission')
    """
    spread = unicodedata.normalize("NFKD", text.replace("\u2019", " "))
    plain = spread.encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
