"""Identities: all come from documents, none is random (handbook: identities, ``docs/glossary.md``).

A party is ``siren:552081317``, else ``vat:DE136695976``, else ``local:D-0007`` (the sheet's
reference). A contract is a seller in one currency. An invoice is contract, year of issue and
normalised number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from typing import NewType

PartyId = NewType("PartyId", str)
ContractId = NewType("ContractId", str)
InvoiceId = NewType("InvoiceId", str)
"""``<year>#<normalised number>``, unique within a contract and a kind of document."""
BatchId = NewType("BatchId", str)
AccountId = NewType("AccountId", str)
"""The factor's own bank account: its IBAN without spaces."""

SIREN_LENGTH = 9
SIRET_LENGTH = 14
LA_POSTE = "356000000"

_RUN = re.compile(r"\d+|[^\W\d_]+")
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
"""Digits to the digit sum of their doubles (Luhn)."""
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")


def luhn_is_valid(digits: str) -> bool:
    """Return whether the digits pass the Luhn check (SIREN, SIRET).

    >>> luhn_is_valid("732829320"), luhn_is_valid("732829321")
    (True, False)
    """
    if not digits.isascii() or not digits.isdigit():
        return False
    last_first = digits.encode()[::-1]
    total = sum(last_first[::2]) + sum(last_first[1::2].translate(_DOUBLED))
    return (total - ord("0") * len(digits)) % 10 == 0


def siren_is_valid(text: str) -> bool:
    """Return whether ``text`` is a SIREN: nine digits with the Luhn key (INSEE)."""
    return len(text) == SIREN_LENGTH and luhn_is_valid(text)


def siret_is_valid(text: str) -> bool:
    """Return whether ``text`` is a SIRET; La Poste's are multiples of five by digit sum instead."""
    if len(text) != SIRET_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    if text.startswith(LA_POSTE):
        return sum(map(int, text)) % 5 == 0
    return luhn_is_valid(text)


def french_vat_key(siren: str) -> str:
    """Return the two digits before the SIREN in a French VAT number.

    >>> french_vat_key("732829320")
    '44'
    """
    return f"{(12 + 3 * (int(siren) % 97)) % 97:02d}"


def siren_of_vat(vat: str) -> str:
    """Return the SIREN in a French VAT number whose key is right, else nothing.

    >>> siren_of_vat("FR44732829320"), siren_of_vat("FR45732829320"), siren_of_vat("DE136695976")
    ('732829320', '', '')
    """
    siren = vat[4:]
    if not vat.startswith("FR") or not siren_is_valid(siren):
        return ""
    return siren if vat[2:4] == french_vat_key(siren) else ""


def iban_is_valid(text: str) -> bool:
    """Return whether ``text`` (no spaces, upper case) passes ISO 7064 mod 97.

    >>> iban_is_valid("FR7630006000011234567890189"), iban_is_valid("FR7630006000011234567890188")
    (True, False)
    """
    if not _IBAN.fullmatch(text):
        return False
    account = text[4:]
    if not account.isdigit():
        account = "".join([str(int(char, 36)) for char in account])
    return int(f"{account}{int(text[0], 36)}{int(text[1], 36)}{text[2:4]}") % 97 == 1


def party_id(*, siren: str = "", vat: str = "", reference: str = "") -> PartyId:
    """Return the identity of a party: SIREN, else VAT number, else the sheet's own reference.

    >>> party_id(siren="552081317", vat="FR27552081317")
    'siren:552081317'
    >>> party_id(reference="D-0007")
    'local:D-0007'
    """
    if siren:
        return PartyId(f"siren:{siren}")
    if vat:
        return PartyId(f"vat:{vat}")
    assert reference, "a party has at least the reference of its line in the sheet"
    return PartyId(f"local:{reference}")


def contract_id(seller: PartyId, currency: str) -> ContractId:
    """Return the contract of a seller in one currency.

    >>> contract_id(PartyId("siren:552081317"), "EUR")
    'siren:552081317/EUR'
    """
    return ContractId(f"{seller}/{currency}")


def seller_in(contract: ContractId) -> PartyId:
    """Return the seller of a contract: its id begins with it.

    >>> seller_in(ContractId("siren:552081317/EUR"))
    'siren:552081317'
    """
    return PartyId(contract.rpartition("/")[0])


def currency_of(contract: ContractId) -> str:
    """Return the currency of a contract: its id ends with it.

    >>> currency_of(ContractId("siren:552081317/EUR"))
    'EUR'
    """
    return contract.rpartition("/")[2]


def normalised_number(number: str) -> str:
    """Return a document number as compared: NFKC, upper case, separators out, zeros of runs out.

    Runs are split *before* merging, so that ``F-2026-001`` and ``F2026/1`` are the same number.

    >>> normalised_number("F-2026-001"), normalised_number("f2026/1"), normalised_number("000")
    ('F2026.1', 'F2026.1', '0')
    """
    runs = _RUN.findall(unicodedata.normalize("NFKC", number).upper())
    merged: list[str] = []
    for run in runs:
        part = (run.lstrip("0") or "0") if run.isdigit() else run
        if merged and part[0].isdigit() and merged[-1][-1].isdigit():
            merged.append("." + part)
        else:
            merged.append(part)
    return "".join(merged)


def invoice_id(issue_year: int, number: str) -> InvoiceId:
    """Return the identity of an invoice or credit note within its contract.

    >>> invoice_id(2026, "FA-0012")
    '2026#FA12'
    """
    return InvoiceId(f"{issue_year:04d}#{normalised_number(number)}")


def fingerprint(debtor: PartyId, number: str, issued_on: str, amount_cents: int) -> str:
    """Return the key that blocks double financing across sellers (I6).

    Debtor, normalised number, issue date (ISO) and amount: 0.002 % of genuine invoices collide.
    """
    text = "|".join((debtor, normalised_number(number), issued_on, str(amount_cents)))
    return hashlib.sha256(text.encode()).hexdigest()


def end_to_end_id(contract: ContractId, ordered_on: dt.date, ordinal: int) -> str:
    """Return the pay-out's id at the bank, 35 characters at most, readable back.

    >>> end_to_end_id(ContractId("siren:552081317/EUR"), dt.date(2026, 1, 5), 1)
    'S552081317.EUR.20260105.1'
    """
    scheme, local = seller_in(contract).split(":", 1)
    return f"{scheme[0].upper()}{local}.{currency_of(contract)}.{ordered_on:%Y%m%d}.{ordinal}"


def parse_end_to_end_id(text: str) -> tuple[ContractId, dt.date, int] | None:
    """Return contract, day and ordinal of a pay-out of ours, or ``None`` for any other text.

    >>> parse_end_to_end_id("S552081317.EUR.20260105.1")[0]
    'siren:552081317/EUR'
    """
    pieces = text.strip().split(".")
    schemes = {"S": "siren", "V": "vat", "L": "local"}
    if len(pieces) != 4 or pieces[0][:1] not in schemes:  # noqa: PLR2004 - as written above
        return None
    party, currency, day, ordinal = pieces
    try:
        ordered_on = dt.datetime.strptime(day, "%Y%m%d").replace(tzinfo=dt.UTC).date()
        number = int(ordinal)
    except ValueError:
        return None
    return ContractId(f"{schemes[party[0]]}:{party[1:]}/{currency}"), ordered_on, number
