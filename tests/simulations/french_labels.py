"""How French debtors write invoice numbers into transfers, and what banks leave of it.

Knows nothing of how the product reads them. Everything random comes from the given generator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

SHORT, LONG = 31, 140
"""Columns of a label of CFONB 120, signs of a SEPA remittance text."""

WORDS: Final = (
    "VIREMENT",
    "REGLEMENT",
    "REGLEMENT FACTURE",
    "VIR SEPA",
    "PAIEMENT FOURNISSEUR",
    "SOLDE",
    "RGT FACT",
    "REGLT",
    "",
)
WITH_NUMBERS: Final = (
    "FACTURE {}",
    "REGLEMENT FACT {}",
    "RGT FAC {} MERCI",
    "VOS FACTURES {}",
    "PAIEMENT {}",
    "{}",
    "REF CLIENT 4110{code} FACT {}",
    "FACT {} DU {day:%d/%m/%Y}",
    "CDE {code}88 - {}",
    "REGLEMENT DU {day:%d.%m.%y} : {}",
)
JOINS: Final = (" ", " + ", ", ", " ET ", "/", ";", " - ")
CREDIT_WORDS: Final = (" MOINS ", " - AVOIR ", " AV ", " DEDUIT ")


@dataclass(frozen=True)
class Written:
    """A number as somebody typed it; ``is_whole`` unless a part of it was left out or mistyped."""

    number: str
    text: str
    is_whole: bool
    is_wrong: bool = False


def write_number(random: Random, number: str) -> Written:
    """Return a number as a debtor types it: mostly right, often shortened or respaced."""
    way = random.random()
    if way < 0.48:
        return Written(number, number, is_whole=True)
    if way < 0.60:
        return Written(
            number, re.sub(r"[-/. ]", random.choice(("", " ", "/", ".")), number), is_whole=True
        )
    if way < 0.67:
        return Written(number, re.sub(r"(?<!\d)0+(?=\d)", "", number), is_whole=True)
    if way < 0.70:
        return Written(number, re.sub(r"(?<!\d)(?=\d+$)", "0", number), is_whole=True)
    if way < 0.76:
        return Written(number, _letter_o(random, number), is_whole=True)
    if way < 0.86:
        return Written(number, re.sub(r"^[^\d]+", "", number), is_whole=False)
    if way < 0.93:
        return Written(number, re.split(r"\D", number)[-1], is_whole=False)
    if way < 0.97:
        return Written(number, re.split(r"\D", number)[-1].lstrip("0"), is_whole=False)
    return Written(number, _mistyped(random, number), is_whole=False, is_wrong=True)


def _letter_o(random: Random, number: str) -> str:
    zeros = [match.start() for match in re.finditer("0", number)]
    if not zeros:
        return number
    place = random.choice(zeros)
    return f"{number[:place]}O{number[place + 1 :]}"


def _mistyped(random: Random, number: str) -> str:
    """Return a number with one digit wrong, or its last two exchanged."""
    signs = list(number)
    last = [place for place, sign in enumerate(signs) if sign.isdigit()][-2:]
    if random.random() < 0.5 and signs[last[0]] != signs[last[-1]]:
        signs[last[0]], signs[last[-1]] = signs[last[-1]], signs[last[0]]
    else:
        signs[last[-1]] = str((int(signs[last[-1]]) + random.randint(1, 9)) % 10)
    return "".join(signs)


def shown(written: Written, label: str) -> bool:
    """Return whether a number as typed still stands whole in what the bank left of a label."""
    place = label.find(written.text)
    if place < 0 or not written.text:
        return False
    after = label[place + len(written.text) :][:1]
    return not after.isalnum() and not (not after and len(label) in (SHORT, LONG))


def is_same(number: str, text: str) -> bool:
    """Return whether a text is a number but for separators, leading zeros and O for 0.

    >>> is_same("FA-2026-0412", "FA2O260412"), is_same("FA-2026-0412", "FA/2026/412")
    (True, True)
    """
    (joined, stripped), (other_joined, other_stripped) = _forms(number), _forms(text)
    return joined == other_joined or stripped == other_stripped


@lru_cache(maxsize=8192)
def _forms(text: str) -> tuple[str, tuple[str, ...]]:
    runs = re.findall(r"[A-Z]+|\d+", re.sub(r"(?<=\d)O|O(?=\d)", "0", text.upper()))
    return "".join(runs), tuple(run.lstrip("0") for run in runs)


@lru_cache(maxsize=8192)
def digits_of(text: str) -> str:
    """Return the digits of a number, O as zero, the zeros of its beginning left out."""
    return re.sub(r"\D", "", re.sub(r"(?<=\d)O|O(?=\d)", "0", text.upper())).lstrip("0")


def creditor_reference(number: str) -> str:
    """Return the ISO 11649 reference that a seller prints for a number.

    >>> creditor_reference("FA-2026-0412")
    'RF84FA20260412'
    """
    bare = re.sub(r"[^A-Z0-9]", "", number.upper())
    check = 98 - int("".join(str(int(sign, 36)) for sign in f"{bare}RF00")) % 97
    return f"RF{check:02d}{bare}"
