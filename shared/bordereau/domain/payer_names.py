"""Whether the name of a payer may be that of a debtor: it supports a number, it proves nothing."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LEGAL_FORMS = frozenset({"SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "GMBH", "AG", "LTD"})


def same_name(payer: str, name: str) -> bool:
    """Return whether two names are the same words but for case, marks and legal form.

    >>> same_name("BATI RHONE SA", "Bati Rhone"), same_name("BATI", "Bati Rhone")
    (True, False)
    """
    return bool(_words(payer)) and _words(payer) == _words(name)


def may_be_same(payer: str, text: str, name: str) -> bool:
    """Return whether a payer, or the text of its transfer, may stand for a firm of that name.

    >>> may_be_same("ACME", "", "Acme Distribution"), may_be_same("", "VIR ACME F1", "ACME SAS")
    (True, True)
    >>> may_be_same("", "", "Acme"), may_be_same("Bâti Rhône", "", "Bati Loire")
    (False, False)
    """
    said, wanted = _words(payer), _words(name)
    if not wanted:
        return False
    return (bool(said) and (said <= wanted or wanted <= said)) or wanted <= _words(text)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    apart = unicodedata.normalize("NFKD", name).upper()
    kept = (sign for sign in apart if not unicodedata.combining(sign))
    words = "".join(sign if sign.isalnum() else " " for sign in kept).split()
    return frozenset(words) - _LEGAL_FORMS
