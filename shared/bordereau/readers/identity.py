"""Checks of identifiers: SIREN, SIRET, VAT number, IBAN, currency.

A wrong SIRET key and a SIRET in the place of a SIREN are warnings (real sample files have both);
what could hide another party or another account goes to a person (handbook: corpora 2 and 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bordereau.domain.claims import AccountClaim, PartyClaim
from bordereau.domain.identifiers import (
    SIREN_LENGTH,
    SIRET_LENGTH,
    iban_is_valid,
    siren_is_valid,
    siret_is_valid,
)
from bordereau.domain.problems import Problem, Severity
from bordereau.readers.reading import Reading

_FRENCH_VAT: Final = re.compile(r"FR[0-9A-Z]{2}[0-9]{9}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_NO_CURRENCY: Final = frozenset({"XXX", "XTS"})


def identity_problems(reading: Reading) -> Iterator[Problem]:
    """Yield doubts about who sells, who owes, where to pay and in what currency."""
    seller, buyer = reading.seller, reading.buyer
    if seller.siren:
        yield from _party_problems(seller, "BT-30", "BT-31")
    if buyer.siren:
        yield from _party_problems(buyer, "BT-47", "BT-48")
    if (seller.siren and seller.siren == buyer.siren) or (seller.vat and seller.vat == buyer.vat):
        yield Problem("seller-is-buyer", Severity.REVIEW)
    for account in reading.accounts:
        if account.iban:
            yield from _account_problems(account, reading.seller_country)
    if reading.currency and reading.currency != "EUR":
        yield from _currency_problems(reading)


def _party_problems(who: PartyClaim, term: str, vat_term: str) -> Iterator[Problem]:
    siren, siret = who.siren, who.siret
    if siret:
        yield from _siret_problems(who, term)
    if not siren_is_valid(siren) and not siret.startswith(siren):
        is_odd = len(siren) != SIREN_LENGTH or not siren.isdigit()
        code = "siren-form" if is_odd else "siren-key"
        yield Problem(code, Severity.REVIEW, where=term, facts={"number": siren})
    if siret and len(siren) == SIREN_LENGTH and not siret.startswith(siren):
        facts = {"number": siret, "siren": siren}
        yield Problem("siret-not-of-siren", Severity.REVIEW, where=term, facts=facts)
    vat = who.vat
    if vat and vat[4:] != siren and _FRENCH_VAT.fullmatch(vat):
        facts = {"vat": vat, "siren": siren}
        yield Problem("vat-not-of-siren", Severity.REVIEW, where=vat_term, facts=facts)


def _siret_problems(who: PartyClaim, term: str) -> Iterator[Problem]:
    facts = {"number": who.siret}
    if any(item.startswith("0002:") and _is_siret(item[5:]) for item in who.ids):
        yield Problem("siret-as-siren", Severity.WARN, where=term, facts=facts)
    if not siret_is_valid(who.siret):
        yield Problem("siret-key", Severity.WARN, where=term, facts=facts)


def _is_siret(text: str) -> bool:
    digits = text.replace(" ", "")
    return len(digits) == SIRET_LENGTH and digits.isdigit()


def _account_problems(account: AccountClaim, country: str) -> Iterator[Problem]:
    iban = account.iban
    if not iban_is_valid(iban):
        yield Problem("iban-key", Severity.REVIEW, where="BT-84", facts={"iban": iban})
    elif country and not iban.startswith(country):
        facts = {"iban": iban, "country": country}
        yield Problem("iban-foreign", Severity.REVIEW, where="BT-84", facts=facts)
    if account.written:
        yield Problem("iban-spaces", Severity.REVIEW, where="BT-84", facts={"iban": iban})


def _currency_problems(reading: Reading) -> Iterator[Problem]:
    currency = reading.currency
    if not _CURRENCY.fullmatch(currency) or currency in _NO_CURRENCY:
        facts = {"currency": currency}
        yield Problem("currency-unknown", Severity.REVIEW, where="BT-5", facts=facts)
    elif reading.seller_country == "FR" and not reading.vat_other.startswith("EUR:"):
        facts = {"currency": currency}
        yield Problem("vat-not-in-euro", Severity.REVIEW, where="BT-111", facts=facts)
