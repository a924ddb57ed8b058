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

_FRENCH_VAT: Final = re.compile(r"FR[0-9A-Z]{2}([0-9]{9})")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_NO_CURRENCY: Final = frozenset({"XXX", "XTS"})


def identity_problems(reading: Reading) -> Iterator[Problem]:
    """Yield doubts about who sells, who owes, where to pay and in what currency."""
    yield from _party_problems(reading.seller, "BT-30", "BT-31")
    yield from _party_problems(reading.buyer, "BT-47", "BT-48")
    seller, buyer = reading.seller, reading.buyer
    if (seller.siren and seller.siren == buyer.siren) or (seller.vat and seller.vat == buyer.vat):
        yield Problem("seller-is-buyer", Severity.REVIEW)
    for account in reading.accounts:
        yield from _account_problems(account, reading.seller_country)
    yield from _currency_problems(reading)


def _party_problems(who: PartyClaim, term: str, vat_term: str) -> Iterator[Problem]:
    if any(item.startswith("0002:") and _is_siret(item[5:]) for item in who.ids):
        yield Problem("siret-as-siren", Severity.WARN, where=term, facts={"number": who.siret})
    if who.siren and not who.siret.startswith(who.siren):
        if len(who.siren) != SIREN_LENGTH or not who.siren.isdigit():
            yield Problem("siren-form", Severity.REVIEW, where=term, facts={"number": who.siren})
        elif not siren_is_valid(who.siren):
            yield Problem("siren-key", Severity.REVIEW, where=term, facts={"number": who.siren})
    if who.siret and not siret_is_valid(who.siret):
        yield Problem("siret-key", Severity.WARN, where=term, facts={"number": who.siret})
    match = _FRENCH_VAT.fullmatch(who.vat)
    if match and who.siren and match.group(1) != who.siren:
        facts = {"vat": who.vat, "siren": who.siren}
        yield Problem("vat-not-of-siren", Severity.REVIEW, where=vat_term, facts=facts)


def _is_siret(text: str) -> bool:
    digits = text.replace(" ", "")
    return len(digits) == SIRET_LENGTH and digits.isdigit()


def _account_problems(account: AccountClaim, country: str) -> Iterator[Problem]:
    iban = account.iban
    if not iban:
        return
    if not iban_is_valid(iban):
        yield Problem("iban-key", Severity.REVIEW, where="BT-84", facts={"iban": iban})
    elif country and not iban.startswith(country):
        facts = {"iban": iban, "country": country}
        yield Problem("iban-foreign", Severity.REVIEW, where="BT-84", facts=facts)
    if account.written:
        yield Problem("iban-spaces", Severity.REVIEW, where="BT-84", facts={"iban": iban})


def _currency_problems(reading: Reading) -> Iterator[Problem]:
    currency = reading.currency
    if not currency:
        return
    if not _CURRENCY.fullmatch(currency) or currency in _NO_CURRENCY:
        facts = {"currency": currency}
        yield Problem("currency-unknown", Severity.REVIEW, where="BT-5", facts=facts)
    elif (
        currency != "EUR"
        and reading.seller_country == "FR"
        and not reading.sums.vat_other.startswith("EUR:")
    ):
        facts = {"currency": currency}
        yield Problem("vat-not-in-euro", Severity.REVIEW, where="BT-111", facts=facts)
