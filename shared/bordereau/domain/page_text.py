"""What stands in the text of a page: dates, amounts, identifiers, each with the words before it.

Pure and forgiving: nothing here decides. PDF text comes line by line, labels often stand on the
line of their value, sometimes on the line above (handbook: corpora 5).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bordereau.domain.identifiers import SIREN_LENGTH, siren_is_valid, siren_of_vat, siret_is_valid

TEXT_MAX: Final = 20_000
_LABEL_LENGTH: Final = 48
_CENTURY: Final = 2000
_PHONE_LENGTH: Final = 10
_MONTH_MAX: Final = 12
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "janvier janv jan january januar",
            "fevrier fevr fev feb february februar",
            "mars mar march marz",
            "avril avr apr april",
            "mai may",
            "juin jun june juni",
            "juillet juil jul july juli",
            "aout aug august",
            "septembre sept sep september",
            "octobre oct october okt oktober",
            "novembre nov november",
            "decembre dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_NAME: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE: Final = re.compile(
    r"(?<![\d/.-])(?:"
    r"(?P<y1>20\d{2})-(?P<m1>\d{2})-(?P<d1>\d{2})"
    r"|(?P<d2>\d{1,2})[/.-](?P<m2>\d{1,2})[/.-](?P<y2>20\d{2}|\d{2})"
    r"|(?P<y3>20\d{2})(?P<m3>[01]\d)(?P<d3>[0-3]\d)"
    rf"|(?P<d4>\d{{1,2}})(?:er|\.)? (?P<m4>{_NAME})\.?,? (?P<y4>20\d{{2}})"
    rf"|(?P<m5>{_NAME})\.? (?P<d5>\d{{1,2}}),? (?P<y5>20\d{{2}})"
    r")(?![\d/-])"
)
_AMOUNT: Final = re.compile(
    r"(?<![\w.,])-?(?:\d{1,3}(?:[ .,]\d{3})+|\d+)[.,]\d{2}(?![\d.,]\d|\d|%| ?%)"
)
_DIGITS: Final = re.compile(r"(?<![\w])\d(?:[ .]?\d){8,13}(?![\w])")
_VAT: Final = re.compile(
    r"\b((?:at|be|bg|cy|cz|de|dk|ee|el|es|fi|fr|hr|hu|ie|it|lt|lu|lv|mt|nl|pl|pt|ro|se|si|sk|xi)"
    r" ?[0-9a-z]{1,2}(?: ?\d){6,10}[a-z]?(?:\d\d)?)\b"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A value found in a text: as a plain text, with the words before it and its place."""

    value: str
    label: str
    place: int


def folded(text: str) -> str:
    r"""Return a page's text as searched: no accents, lower case, plain spaces, lines kept.

    >>> folded("Échéance\u00a0: 30\u202f000,00\u00a0€")
    'echeance : 30 000,00 €'
    """
    bare = unicodedata.normalize("NFKD", text[:TEXT_MAX].replace("\u2019", "'")).lower()
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return "\n".join(" ".join(line.split()) for line in bare.splitlines())


def dates_in(text: str) -> Iterator[Seen]:
    """Yield the dates of a folded text as ISO, day first unless another date can only be otherwise.

    >>> [seen.value for seen in dates_in("du 28/11/2022 au 1er mars 2023, jan 5, 2023")]
    ['2022-11-28', '2023-03-01', '2023-01-05']
    >>> [seen.value for seen in dates_in("due 11/03/2017, paid 11/17/2017")]
    ['2017-11-03', '2017-11-17']
    """
    is_month_first = _is_month_first(text)
    for match in _DATE.finditer(text):
        found = {name[0]: value for name, value in match.groupdict().items() if value}
        if is_month_first and match["d2"]:
            found["d"], found["m"] = found["m"], found["d"]
        month = _MONTHS.get(found["m"]) or int(found["m"])
        year = int(found["y"])
        year = year if year >= _CENTURY else _CENTURY + year
        try:
            day = dt.date(year, month, int(found["d"]))
        except ValueError:
            continue
        yield Seen(day.isoformat(), _label(text, match.start()), match.start())


def _is_month_first(text: str) -> bool:
    pairs = [(int(m["d2"]), int(m["m2"])) for m in _DATE.finditer(text) if m["d2"]]
    return any(second > _MONTH_MAX for _, second in pairs) and all(
        first <= _MONTH_MAX for first, _ in pairs
    )


def amounts_in(text: str) -> Iterator[Seen]:
    """Yield the amounts with two decimals of a folded text, as plain decimals.

    >>> [seen.value for seen in amounts_in("total 1 234,50 € dont 1.000,00 et 12.00; tva 20,00 %")]
    ['1234.50', '1000.00', '12.00']
    """
    end = 0
    for match in _AMOUNT.finditer(text):
        label = _label(text, match.start(), end)
        end = match.end()
        whole, cents = match[0][:-3], match[0][-2:]
        plain = re.sub(r"[ .,]", "", whole)
        yield Seen(f"{int(plain)}.{cents}", label, match.start())


def identifiers_in(text: str) -> tuple[str, ...]:
    """Return the identifiers of a folded text as aliases of the register, the first seen first.

    A SIRET counts as its SIREN too; only numbers with a right key are taken.

    >>> identifiers_in("siret 732 829 320 00074, tva fr44732829320, tel 01 02 03 04 05")
    ('siren:732829320', 'vat:FR44732829320')
    """
    found: dict[str, int] = {}
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) == _PHONE_LENGTH and digits.startswith("0"):
            continue
        for siren in _sirens(digits):
            found.setdefault(f"siren:{siren}", match.start())
    for match in _VAT.finditer(text):
        number = match[1].replace(" ", "").upper()
        if not number.startswith("FR") or siren_of_vat(number):
            found.setdefault(f"vat:{number}", match.start())
    return tuple(sorted(found, key=lambda alias: found[alias]))


def _sirens(digits: str) -> Iterator[str]:
    """Yield the SIREN of a SIREN, a SIRET, or nine digits that others follow."""
    if siret_is_valid(digits) or siren_is_valid(digits[:SIREN_LENGTH]):
        yield digits[:SIREN_LENGTH]


def _label(text: str, place: int, after: int = 0) -> str:
    """Return the words before a value: those of its line, else the end of the line above.

    ``after`` is where the value before it ends: its words are not this one's.
    """
    start = text.rfind("\n", 0, place) + 1
    own = text[max(start, after, place - _LABEL_LENGTH) : place].strip(" :=-")
    if any(sign.isalpha() for sign in own):
        return own
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return text[max(above, start - _LABEL_LENGTH) : max(start - 1, 0)].strip(" :=-")
