"""Parties and accounts as a document names them: schemes to SIREN, SIRET, VAT number and IBAN.

Scheme 0002 is SIREN, 0009 SIRET, 0088 GLN (ISO 6523 codes); ``VA`` a VAT number. Real French
files put a 14-digit SIRET under 0002: it is cut to its SIREN (handbook: corpora 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bordereau.domain.claims import AccountClaim, PartyClaim
from bordereau.domain.identifiers import SIREN_LENGTH, SIRET_LENGTH

_BLANKS: Final = re.compile(r"[\s\u200b\u2060]+")
_IBAN_FORM: Final = re.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{10,30}")
_FRENCH_SCHEMES: Final = frozenset({"0002", "0009"})
NO_PARTY: Final = PartyClaim()
NO_IDENTIFIER: Final = ("", "")


def compact(text: str) -> str:
    """Return an identifier without white space.

    >>> compact("FR 05 987 654 321")
    'FR05987654321'
    """
    return text if text.isalnum() or not text else _BLANKS.sub("", text)


def party(
    name: str,
    legal: tuple[str, str],
    others: Iterable[tuple[str, str]],
    *,
    vat: str = "",
    is_french: bool = False,
) -> PartyClaim:
    """Return the party claim; ``legal`` (BT-30, BT-47) and ``others`` are ``(scheme, value)``.

    ``is_french`` counts only for a legal identifier without scheme.

    ``siren`` comes from scheme 0002 (nine digits, or the first nine of a SIRET), else from a
    SIRET under 0009, else from a French legal identifier without scheme; an odd value under 0002
    is kept as it is so that judgement can name it.
    """
    siren = siret = ""
    ids = []
    for pair in (legal, *others):
        scheme, value = pair
        if not value:
            continue
        ids.append(f"{scheme}:{value}")
        if scheme not in _FRENCH_SCHEMES and not (is_french and not scheme and pair == legal):
            continue
        digits = compact(value)
        length = len(digits)
        if length == SIRET_LENGTH and digits.isdigit():
            siret = siret or digits
        elif scheme == "0002" or (length == SIREN_LENGTH and digits.isdigit()):
            siren = siren or digits
    short = compact(vat).upper()
    return PartyClaim(
        name, siren or siret[:SIREN_LENGTH], siret, short, tuple(ids), vat if vat != short else ""
    )


def account(number: str, *, bic: str = "", holder: str = "") -> AccountClaim:
    """Return the account claim; what has the form of an IBAN is one, whatever its key.

    >>> account("FR76 3000 6000 0112 3456 7890 189").iban
    'FR7630006000011234567890189'
    >>> account("12345678").account
    '12345678'
    """
    short = compact(number).upper()
    if _IBAN_FORM.fullmatch(short):
        written = number if number != short else ""
        return AccountClaim(iban=short, bic=bic, holder=holder, written=written)
    return AccountClaim(account=number, bic=bic, holder=holder)
