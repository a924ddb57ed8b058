"""Identifiers that carry their own check: SIREN, VAT number, IBAN, BIC, e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.identifiers import (
    SIREN_LENGTH,
    french_vat_key,
    iban_is_valid,
    luhn_is_valid,
    siren_is_valid,
)

CODE_MAX: Final = 100
_INNER: Final = re.compile(r"[\s.\u00a0\u202f-]+")
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_FRENCH_VAT: Final = re.compile(r"FR([0-9A-Z]{2})(\d{9})")
_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no such identifier: the code of the sentence, and its facts."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


def free(text: str) -> str | Fault:
    """Return a number or reference as typed."""
    return (
        text
        if len(text) <= CODE_MAX
        else Fault("too-long", {"count": str(len(text)), "most": str(CODE_MAX)})
    )


def siren(text: str) -> str | Fault:
    """Return a SIREN; zeros that a number lost come back where the check digit proves them.

    >>> siren("552 081 317"), siren("5580013").code
    ('552081317', 'siren-length')
    """
    bare = _INNER.sub("", text)
    if not (bare.isascii() and bare.isdigit()):
        return Fault("siren")
    padded = bare.zfill(SIREN_LENGTH)
    if len(bare) < SIREN_LENGTH and len(bare) >= SIREN_LENGTH - 2 and luhn_is_valid(padded):
        return padded
    if len(bare) != SIREN_LENGTH:
        return Fault("siren-length", {"count": str(len(bare))})
    return bare if siren_is_valid(bare) else Fault("siren-key")


def vat(text: str) -> str | Fault:
    """Return a VAT number; a French one is checked with the SIREN in it.

    >>> vat("fr 44 732829320"), vat("FR45732829320").code
    ('FR44732829320', 'vat-key')
    """
    bare = _INNER.sub("", text).upper()
    match = _FRENCH_VAT.fullmatch(bare)
    if match and match[1].isdigit() and match[1] != french_vat_key(match[2]):
        return Fault("vat-key")
    if bare.startswith("FR") and not match:
        return Fault("vat")
    return bare if _VAT.fullmatch(bare) else Fault("vat")


def iban(text: str) -> str | Fault:
    """Return an IBAN without spaces.

    >>> iban("FR76 3000 6000 0112 3456 7890 189")
    'FR7630006000011234567890189'
    """
    bare = _INNER.sub("", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", bare):
        return Fault("iban")
    return bare if iban_is_valid(bare) else Fault("iban-key")


def bic(text: str) -> str | Fault:
    """Return a BIC of 8 or 11 characters."""
    bare = _INNER.sub("", text).upper()
    return bare if _BIC.fullmatch(bare) else Fault("bic")


def email(text: str) -> str | Fault:
    """Return one exact address in lower case; a name beside it is refused, and so is a domain.

    >>> email("Compta@Alpha.example"), email("@alpha.example").code
    ('compta@alpha.example', 'email')
    """
    if "<" in text or ">" in text:
        return Fault("email-name")
    return text.lower() if _EMAIL.fullmatch(text) else Fault("email")
