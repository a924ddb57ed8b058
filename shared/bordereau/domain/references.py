"""Find document numbers in the text of a transfer, whatever the bank did to it.

Debtors drop zeros and separators; banks cut a text at 27, 31, 35 or 140 characters, so that a
number may stand on both sides of a cut. Regular expressions are linear: no nested repetition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

CUTS = (27, 31, 35, 140)
"""Where banks cut a transfer's text: statement line, CFONB, MT940, SEPA."""

DIGITS_MIN = 5
"""A number without letters counts as named from so many digits on: shorter ones are dates."""

_RUN = re.compile(r"\d+|[^\W\d_]+")
_BEFORE, _AFTER, _BETWEEN = r"(?<![^\W_])", r"(?![^\W_])", r"[\W_]{0,3}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a text names of the numbers asked for, and whether it names others of their kind."""

    numbers: frozenset[str]
    names_others: bool


def find(text: str, numbers: Iterable[str]) -> Found:
    """Return which numbers a text names; where two overlap, the longer one.

    >>> sorted(find("VIR FACT F2026/1 ET FA-0012", ["F-2026-001", "FA12", "FA1"]).numbers)
    ['F-2026-001', 'FA12']
    >>> find("REGLEMENT FA-2026-0412 FA-2026-0999", ["FA-2026-0412"]).names_others
    True
    """
    wanted = sorted({number for number in numbers if is_telling(number)})
    best: frozenset[str] = frozenset()
    others = True
    for variant in variants(folded(text)):
        named, spans = _named(variant, wanted)
        if len(named) > len(best) or (named == best and others):
            best, others = named, _names_others(variant, wanted, spans)
    return Found(best, others)


def is_telling(number: str) -> bool:
    """Return whether a number can be told from other words of a transfer.

    >>> is_telling("F1"), is_telling("2026"), is_telling("202600412")
    (True, False, True)
    """
    runs = _RUN.findall(folded(number))
    digits = [run for run in runs if run.isdigit()]
    return bool(digits) and (len(digits) < len(runs) or sum(map(len, digits)) >= DIGITS_MIN)


def folded(text: str) -> str:
    """Return a text as compared: NFKC, upper case."""
    return unicodedata.normalize("NFKC", text).upper()


def variants(text: str) -> tuple[str, ...]:
    """Return the text as it is, and with the space of each usual cut taken out.

    >>> variants("X" * 29 + "FA 12")[1]
    'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXFA12'
    """
    found = [text]
    for width in CUTS:
        cuts = range(width, len(text), width + 1)
        if cuts and all(text[place] == " " for place in cuts):
            step = width + 1
            pieces = (text[start : start + width] for start in range(0, len(text), step))
            found.append("".join(pieces))
    return tuple(found)


def _pattern(number: str) -> re.Pattern[str]:
    runs = _RUN.findall(folded(number))
    parts = (f"0{{0,9}}{run.lstrip('0') or '0'}" if run.isdigit() else run for run in runs)
    return re.compile(_BEFORE + _BETWEEN.join(parts) + _AFTER)


Span = tuple[int, int]


def _named(text: str, numbers: list[str]) -> tuple[frozenset[str], list[Span]]:
    hits = [(match.span(), number) for number in numbers for match in _hits(text, number)]
    kept = [hit for hit in hits if not any(_holds(other[0], hit[0]) for other in hits)]
    return frozenset(number for _, number in kept), [span for span, _ in kept]


def _hits(text: str, number: str) -> Iterable[re.Match[str]]:
    return _pattern(number).finditer(text)


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and outer != inner


def _names_others(text: str, numbers: list[str], spans: list[Span]) -> bool:
    """Return whether the text holds a number of the same make that was not asked for."""
    heads = {_RUN.findall(folded(number))[0] for number in numbers}
    makes = [
        rf"{_BEFORE}{head}{_BETWEEN}\d+" if not head.isdigit() else rf"{_BEFORE}\d{{5,}}{_AFTER}"
        for head in sorted(heads)
    ]
    found = (match.span() for make in makes for match in re.finditer(make, text))
    return any(all(b <= start or end <= a for a, b in spans) for start, end in found)
