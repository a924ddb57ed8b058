"""The notice that a claim was assigned: does a text tell the debtor to pay a factor?

French law asks for no fixed words (Civil code 1346-1, 1324; Monetary code L313-23 to -29; circulars
of Chorus Pro): so two things must stand in the text, that the claim was assigned and that payment
goes elsewhere, and the first must not be denied. Pure: texts in, an answer out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_STEMS: Final = (
    "subrog",
    "affactur",
    "factor",
    "cession",
    "cédé",
    "cede",
    "dailly",
    "l313",
    "313-2",
    "assign",
    "libér",
    "liber",
    "quittance",
    "transféré",
    "transfere",
)
"""One of them stands in every notice as it is usually typed: the quick look."""
_ASSIGNED: Final = re.compile(
    r"subrog|\baffactur|\bfactor(?:ing|s)?\b|\bdailly\b|\bcessionnaire"
    r"|\bcessions? (?:professionnelles? )?(?:des? |de (?:la|cette|nos) )?(?:presentes? )?crean"
    r"|\b(?:crean\w*|factures?|somme)(?: \w+){0,6} (?:cedee?s?|transferee?s?)\b"
    r"|\b(?:cede|cedons|transferons|transfere) (?:\w+ ){0,4}(?:crean\w*|facture|propriete)"
    r"|\bl[. ]{0,2}313[- ]?2[3-9]"
    r"|\b(?:invoice|receivables?|claims?|debt)(?: \w+){0,6} (?:assigned|transferred|sold)\b"
    r"|\bassign(?:ment|ed|ee)\b"
)
_PAY: Final = re.compile(
    r"\bpay|\bpaie|\bregl|\bvire|\bverse|\bliberatoire|\bliberer|\bquittance"
    r"|\bremit|\bremised?\b|\bsettle|\bacquitte|\bencaiss|\ba l'ordre\b|\bdomicili"
)
_RELEASE: Final = re.compile(r"\bquittance subrogative|(?:\bliberatoire|\bliberer)")
_THIRD: Final = re.compile(r"\b(?:a|au|aupres de|entre les mains de|to) [\w' ]{2,60}")
"""A release that names a payee is a notice too: « n'est libératoire qu'entre les mains de X »."""
_DENIED: Final = re.compile(
    r"\b(?:pas|sans|aucune?|non|not|no|never|jamais|ni|plus)\b(?: [\w']{1,20}){0,4}? ?"
    r"(?:d'|l'|de )?(?:subrog|affactur|factor|cession|cede|assign|dailly|transfere)"
)
_HYPHEN: Final = re.compile(r"(?<=\w)[\u00ad\u2010-][ \t]{0,4}\r?\n[ \t]{0,20}(?=\w)")
_SENTENCE: Final = re.compile(r"(?<=[a-z0-9)])[.;!?] |\n\n")
_TEXT_MAX: Final = 60_000


def has_clause(texts: Iterable[str]) -> bool:
    """Return whether the texts together tell the debtor to pay a factor.

    >>> has_clause(["Pour être libératoire, votre règlement doit être fait à X, subrogé."])
    True
    >>> has_clause(["Nous ne recourons pas à l'affacturage.", "Payer par virement."])
    False
    """
    together = "\n\n".join(texts)[:_TEXT_MAX]
    lower = together.lower()
    if not _has_stem(lower) and (lower.isascii() or not _is_odd(lower)):
        return False
    sentences = _SENTENCE.split(plain(together))
    said = [one for one in sentences if _ASSIGNED.search(one) and not _DENIED.search(one)]
    if not said:
        return any(_RELEASE.search(one) and _THIRD.search(one) for one in sentences)
    return any(map(_PAY.search, sentences))


def _has_stem(lower: str) -> bool:
    for stem in _STEMS:  # noqa: SIM110 - every invoice comes here: a generator costs three times
        if stem in lower:
            return True
    return False


def _is_odd(lower: str) -> bool:
    """Return whether accents stand alone, words are cut at the line end, or letters are wide."""
    return "\u00ad" in lower or "-\n" in lower or not unicodedata.is_normalized("NFKC", lower)


def plain(text: str) -> str:
    r"""Return text as compared: no accents, lower case, plain apostrophes, cut words joined.

    >>> plain("Créance  cédée à l\u2019affac-\nturage")
    "creance cedee a l'affacturage"
    """
    joined = _HYPHEN.sub("", text.replace("\u2019", "'").replace("\u02bc", "'"))
    bare = unicodedata.normalize("NFKD", joined).casefold()
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return "\n\n".join(" ".join(part.split()) for part in bare.split("\n\n"))


def names_account(texts: Iterable[str], ibans: Iterable[str]) -> bool:
    """Return whether one of the accounts stands in the texts, however it is spaced.

    >>> names_account(["IBAN FR76 3000 6000 0112 3456 7890 189"], ["FR7630006000011234567890189"])
    True
    """
    together = re.sub(r"[\W_]+", "", " ".join(texts)).upper()
    return any(iban and iban in together for iban in ibans)
