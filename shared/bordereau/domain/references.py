"""Find document numbers in the text of a transfer, whatever people and banks did to it.

Debtors drop zeros, separators and prefixes and type O for 0; banks cut a text at 27, 31, 35, 65 or
140 characters, so that a number may stand on both sides of a cut, or end there. A creditor's
reference (ISO 11649) holds the number after four signs. Regular expressions are linear: no nested
repetition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

CUTS = (27, 31, 35, 65, 140)
"""Where banks cut a transfer's text: fields and lines of MT940, CFONB, SEPA."""

DIGITS_MIN = 5
"""A number without letters counts as named from so many digits on: shorter ones are dates."""

WORDS = frozenset({"F", "FA", "FAC", "FACT", "FACTURE", "INV", "INVOICE", "N", "NO", "NUM", "REF"})
"""Prefixes of numbers that stand in a text as words, too."""

HINT_MIN = 3
"""So many last digits of a number are a hint; fewer are nothing."""

NEAR_MIN = 6
"""A number of so many digits is still recognised with one of them wrong."""

_DATE_LIKE = re.compile(
    r"20\d\d[\W_]{1,3}\d{1,2}|\d{1,2}[\W_]{1,3}(?:\d{1,2}[\W_]{1,3})?(?:20)?\d\d"
)
_DOCUMENT_WORD = re.compile(r"(?<![^\W_])(?:FACTURES?|FACT?|FA|F|INV(?:OICE)?|NO|N|REF)[\W_]{1,3}$")
_WORD_MAX = 14
_YEAR = re.compile(r"20[0-9]{2}")
_RUN = re.compile(r"\d+|[^\W\d_]+")
_SIGNS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+(?:[ ./-]\d+)*")
_OPEN_ENDS = (",", ";", "/", "+", "-", "&")
_LETTER_O = re.compile(r"(?<=\d)O|O(?=O*\d)")
_CREDITOR_REFERENCE = re.compile(r"(?<![^\W_])RF\d\d[A-Z0-9 ]{1,26}")
_BEFORE, _AFTER, _BETWEEN = r"(?<![^\W_])", r"(?![^\W_])", r"[\W_]{0,3}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a text names of the numbers asked for, and whether it names others of their kind.

    ``written`` gives the letters and digits by which each number is named; ``by_word`` are those
    whose letters may be a word of the text (« FAC 697 » for FAC00697).
    """

    numbers: frozenset[str]
    names_others: bool
    written: Mapping[str, str] = field(default_factory=dict)
    by_word: frozenset[str] = frozenset()


def find(text: str, numbers: Iterable[str]) -> Found:
    """Return which numbers a text names; where two overlap, the longer one.

    >>> sorted(find("VIR FACT F2026/1 ET FA-0012", ["F-2026-001", "FA12", "FA1"]).numbers)
    ['F-2026-001', 'FA12']
    >>> find("REGLEMENT FA-2026-0412 FA-2026-0999", ["FA-2026-0412"]).names_others
    True
    >>> sorted(find("RF84FA20260412", ["FA-2026-0412"]).numbers)
    ['FA-2026-0412']
    """
    wanted = sorted({number for number in numbers if is_telling(number)})
    best = Found(frozenset(), names_others=True)
    for variant in variants(folded(text)):
        hits = _hits(variant, wanted)
        named = frozenset(number for _, number in hits)
        if len(named) > len(best.numbers) or (named == best.numbers and best.names_others):
            spans = [span for span, _ in hits]
            written = {number: bare(variant[start:end]) for (start, end), number in hits}
            by_word = {n for (start, end), n in hits if _is_by_word(variant[start:end], n)}
            others = _names_others(variant, wanted, spans)
            best = Found(named, others, written, frozenset(by_word))
    return best


@lru_cache(maxsize=8192)
def is_telling(number: str) -> bool:
    """Return whether a number can be told from other words of a transfer.

    >>> is_telling("F1"), is_telling("2026"), is_telling("202600412")
    (True, False, True)
    """
    runs = _runs(number)
    digits = [run for run in runs if run.isdigit()]
    return bool(digits) and (len(digits) < len(runs) or sum(map(len, digits)) >= DIGITS_MIN)


def folded(text: str) -> str:
    """Return a text as compared: NFKC, upper case."""
    return unicodedata.normalize("NFKC", text).upper()


def variants(text: str) -> tuple[str, ...]:
    """Return the text as it is, without the space of each usual cut, and with 0 for O in numbers.

    >>> variants("X" * 29 + "FA 12")[1]
    'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXFA12'
    >>> variants("FA-2O26-O4")
    ('FA-2O26-O4', 'FA-2026-04')
    """
    found = [text + _creditor_references(text)]
    for width in CUTS:
        cuts = range(width, len(text), width + 1)
        if cuts and all(text[place] == " " for place in cuts):
            step = width + 1
            pieces = (text[start : start + width] for start in range(0, len(text), step))
            found.append("".join(pieces))
    found += [_LETTER_O.sub("0", variant) for variant in found]
    return tuple(dict.fromkeys(found))


def may_be_cut(text: str) -> bool:
    """Return whether more may have followed: a text as long as a bank lets it be, or a list open.

    >>> may_be_cut("X" * 31), may_be_cut("X" * 33), may_be_cut("F12 + ")
    (True, False, True)
    """
    whole = text.rstrip()
    return whole.endswith(_OPEN_ENDS) or any(0 <= cut - len(whole) <= 1 for cut in CUTS)


def _creditor_references(text: str) -> str:
    """Return what the creditor's references of a text hold behind their check digits."""
    found = []
    for match in _CREDITOR_REFERENCE.finditer(text):
        words = match.group().split()
        joined = ("".join(words[:count]) for count in range(1, len(words) + 1))
        found += [one[4:] for one in joined if is_creditor_reference(one)]
    return "".join(f" {one}" for one in found)


def is_creditor_reference(text: str) -> bool:
    """Return whether a text (no spaces) is an ISO 11649 reference: RF, check digits, up to 21.

    >>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
    (True, False)
    """
    if not re.fullmatch(r"RF\d\d[A-Z0-9]{1,21}", text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


@lru_cache(maxsize=8192)
def _runs(number: str) -> tuple[str, ...]:
    return tuple(_RUN.findall(folded(number)))


@lru_cache(maxsize=8192)
def _digit_runs(number: str) -> tuple[str, ...]:
    """Return the digits that a text must hold for a number to be named at all."""
    return tuple(run.lstrip("0") or "0" for run in _runs(number) if run.isdigit())


@lru_cache(maxsize=8192)
def _pattern(number: str) -> re.Pattern[str]:
    runs = _runs(number)
    zeros = max(0, DIGITS_MIN - len(number.lstrip("0"))) if number.isdigit() else 0
    zero = f"0{{{zeros},9}}"  # FACT 3 is not 000003: so short a number stands in every date
    parts = (f"{zero}{run.lstrip('0') or '0'}" if run.isdigit() else run for run in runs)
    return re.compile(_BEFORE + _BETWEEN.join(parts) + _AFTER)


Span = tuple[int, int]


def _hits(text: str, numbers: Iterable[str]) -> list[tuple[Span, str]]:
    possible = (number for number in numbers if all(run in text for run in _digit_runs(number)))
    hits = [
        (match.span(), number)
        for number in possible
        for match in _pattern(number).finditer(text)
        if not _may_be_a_date(text, match)
    ]
    return [hit for hit in hits if not any(_holds(other[0], hit[0]) for other in hits)]


def _may_be_a_date(text: str, match: re.Match[str]) -> bool:
    """Return whether what names a number may be a month or a day: « 03 2026 » for 003/2026.

    A word for a document in front of it says that it is none.
    """
    if not _DATE_LIKE.fullmatch(match.group()):
        return False
    return not _DOCUMENT_WORD.search(text[: match.start()][-_WORD_MAX:])


def _is_by_word(written: str, number: str) -> bool:
    """Return whether a number is named by a word and a number that may not belong together."""
    runs = _runs(number)
    return len(runs) == 2 and runs[0] in WORDS and " " in written  # noqa: PLR2004


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and outer != inner


def _names_others(text: str, numbers: Iterable[str], spans: list[Span]) -> bool:
    """Return whether the text holds a number of the same make that was not asked for.

    The beginning of a number that was asked for, cut off by the bank, is no other number.
    """
    heads = tuple(sorted({_runs(number)[0] for number in numbers}))
    asked = [bare(number) for number in numbers]
    for match in _make_pattern(heads).finditer(text):
        start, end = match.span()
        is_known = any(start < b and a < end for a, b in spans)
        is_cut = end == len(text) and any(one.startswith(bare(match.group())) for one in asked)
        if not is_known and not is_cut:
            return True
    return False


@lru_cache(maxsize=512)
def _make_pattern(heads: tuple[str, ...]) -> re.Pattern[str]:
    makes = [
        rf"{head}[-/.]\d+|\d{{5,}}{_AFTER}" if head.isdigit() else rf"{head}{_BETWEEN}\d+"
        for head in heads
    ]
    return re.compile(rf"{_BEFORE}(?:{'|'.join(dict.fromkeys(makes)) or '(?!)'})")


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """Return the letters and digits of a text, in upper case.

    >>> bare("FA-2026/04")
    'FA202604'
    """
    return "".join(_SIGNS.findall(folded(text)))


def hint(text: str, number: str) -> int:
    """Return how many of a number's last digits a text shows, the last part of it at least.

    0 is no hint, and a year is none. A hint proves something only together with the exact amount.

    >>> hint("FACT 412", "FA-2026-0412"), hint("2026/0412", "FA-2026-0412"), hint("12", "F-112")
    (3, 8, 0)
    >>> hint("LOYER 03 2026", "011/2026")
    0
    """
    digits, last = "".join(run for run in _runs(number) if run.isdigit()), _digit_runs(number)[-1:]
    least = max(HINT_MIN, *map(len, last))
    if len(digits) > len("2026") and _YEAR.fullmatch(last[0]):
        least += HINT_MIN  # 013/2026: « 03 2026 » is a month
    return max(
        (
            len(token)
            for variant in variants(folded(text))
            for token in _tokens(variant)
            if len(token) >= least and digits.endswith(token) and not _YEAR.fullmatch(token)
        ),
        default=0,
    )


def is_begun(text: str, number: str) -> bool:
    """Return whether a text ends with the beginning of a number, cut off.

    >>> is_begun("VOS FACTURES FA-2026-04", "FA-2026-0412"), is_begun("FA-20", "FA-2026-0412")
    (True, False)
    """
    signs = bare(number)
    sizes = range(NEAR_MIN, len(signs))
    tails = [bare(variant[-40:]) for variant in variants(folded(text))]
    return any(tail.endswith(signs[:size]) for tail in tails for size in sizes)


def _tokens(text: str) -> Iterator[str]:
    """Yield the digits of a text: each run, and each sequence of runs, without leading zeros."""
    for match in _DIGITS.finditer(text):
        runs = re.findall(r"\d+", match.group())
        for first in range(len(runs)):
            for end in range(first + 1, min(len(runs), first + 4) + 1):
                yield "".join(runs[first:end]).lstrip("0")


def is_near(text: str, number: str) -> bool:
    """Return whether a text shows a number with one digit wrong or two neighbours exchanged.

    >>> is_near("FA-2026-0421", "FA-2026-0412"), is_near("FA-2026-0499", "FA-2026-0412")
    (True, False)
    """
    wanted = "".join(run for run in _runs(number) if run.isdigit()).lstrip("0")
    if len(wanted) < NEAR_MIN:
        return False
    return any(
        _is_one_off(token, wanted)
        for variant in variants(folded(text))
        for token in _tokens(variant)
    )


def _is_one_off(token: str, wanted: str) -> bool:
    if len(token) != len(wanted):
        return False
    wrong = [place for place, sign in enumerate(token) if sign != wanted[place]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:  # noqa: PLR2004 - two neighbours
        first, second = wrong
        return token[first] == wanted[second] and token[second] == wanted[first]
    return len(wrong) == 1
