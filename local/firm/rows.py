"""The sample firm as lines of the workbook: what a person would type on the first day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from bordereau.domain.sepa import CUT_OFF
from bordereau.domain.workbook.known_settings import BY_CODE
from bordereau.ports import SheetValue
from local.firm import parties
from local.firm.parties import OWN, DebtorSample, LineSample, SellerSample

Row = Mapping[str, SheetValue]
TERM_DAYS: Final = 60
DEFUND_DAYS: Final = 60
LINES_UNTIL: Final = parties.START_ON.replace(month=12, day=31)
COUNTRIES: Final = {"FR": "France", "DE": "Allemagne"}
KINDS: Final = {"company": "Entreprise", "public": "Public", "abroad": "Étranger"}
METHODS: Final = {"PER_INVOICE": "Par facture", "ON_OUTSTANDING": "Sur encours"}
RATES: Final = (
    ("vat/factoring_fee", 2_000),
    ("vat/financing_fee", 2_000),
    ("vat/ancillary", 2_000),
    ("index/EURIBOR1M", 193),
    ("index/EURIBOR3M", 202),
    ("ecb", 215),
    ("legal", 276),
)
"""Dated rates in basis points."""


def all_rows() -> dict[str, Sequence[Row]]:
    """Return the lines of every tab of staff, by the tab's code name."""
    return {
        "sellers": [seller_row(seller) for seller in parties.SELLERS],
        "senders": [_sender(seller) for seller in parties.SELLERS],
        "terms": [_terms(seller) for seller in parties.SELLERS],
        "debtors": [debtor_row(debtor) for debtor in parties.DEBTORS],
        "lines": [line_row(line) for line in parties.LINES],
        "settings": [*_settings(), *_rates()],
    }


def euros(cents: int) -> Decimal:
    """Return cents as the number that a person types."""
    return Decimal(cents).scaleb(-2)


def rate(bps: int) -> Decimal:
    """Return basis points as the fraction that a percent cell holds."""
    return Decimal(bps).scaleb(-4)


def seller_row(seller: SellerSample) -> Row:
    """Return a line of « Clients »."""
    return {
        "name": seller.party.name,
        "siren": seller.party.siren,
        "vat": seller.party.vat_number,
        **_address(seller.party.street, seller.party.postcode, seller.party.city),
        "statement_email": seller.statement_email,
        "iban": seller.iban,
        "bic": seller.bic,
        "manager": OWN.contact,
        "state": "Actif",
    }


def _address(street: str, postcode: str, city: str, country: str = "FR") -> Row:
    return {
        "street": street,
        "postcode": postcode,
        "city": city,
        "country": COUNTRIES[country],
        "language": "Français",
    }


def _sender(seller: SellerSample) -> Row:
    return {
        "seller": seller.label,
        "sender": seller.sender,
        "from_on": parties.START_ON,
        "may_assign": "Oui",
    }


def _terms(seller: SellerSample) -> Row:
    agreed = seller.conditions
    return {
        "seller": seller.label,
        "currency": "EUR",
        "from_on": parties.START_ON,
        "advance_rate": rate(agreed.advance_bps),
        "fund_method": METHODS[agreed.fund_method],
        "fund_rate": rate(agreed.fund_bps) if agreed.fund_bps else None,
        "fund_min": euros(agreed.fund_min_cents) if agreed.fund_min_cents else None,
        "factoring_fee_rate": rate(agreed.fee_bps),
        "fee_min": euros(agreed.fee_min_cents),
        "margin": rate(agreed.margin_bps),
        "index": "Euribor 3M",
        "defund_days": DEFUND_DAYS,
        "max_term_days": TERM_DAYS,
        "disclosure": "Notifié",
        "payout": "Automatique",
        "payout_min": euros(50_00),
        "account": f"{OWN.party.name} ({OWN.iban})",
    }


def debtor_row(debtor: DebtorSample) -> Row:
    """Return a line of « Débiteurs »."""
    party = debtor.party
    return {
        "name": party.name,
        "kind": KINDS[debtor.kind],
        "siren": party.siren or None,
        "vat": party.vat_number,
        **_address(party.street, party.postcode, party.city, party.country),
        "ap_email": debtor.email,
        "state": "Actif",
    }


def line_row(line: LineSample) -> Row:
    """Return a line of « Garanties »: a grant."""
    return {
        "seller": line.seller.label if line.seller else None,
        "currency": "EUR",
        "debtor": line.debtor.label,
        "kind": "Accord",
        "amount": euros(line.amount_cents),
        "from_on": parties.START_ON,
        "to_on": LINES_UNTIL,
        "source": "Interne",
        "asked_by": OWN.contact,
    }


def _settings() -> list[Row]:
    own = OWN.party
    values = {
        "firm/name": own.name,
        "firm/street": own.street,
        "firm/postcode": own.postcode,
        "firm/city": own.city,
        "firm/country": own.country,
        "firm/siren": own.siren,
        "firm/vat": own.vat_number,
        "firm/contact": OWN.contact,
        "firm/email": OWN.email,
        "firm/phone": OWN.phone,
        "account.1.iban": OWN.iban,
        "account.1.bic": OWN.bic,
        "account.1.name": own.name,
        "tolerance": "1,00",
        "reminder_days": "7 ; 21 ; 35",
        "calendar": "TARGET",
    }
    return [
        {"setting": BY_CODE[code].label, "value": value, "comment": BY_CODE[code].meaning}
        for code, value in values.items()
    ]


def _rates() -> list[Row]:
    typed = [(code, f"{rate(bps) * 100:f} %".replace(".", ",")) for code, bps in RATES]
    return [
        {"setting": BY_CODE[code].label, "value": value, "from_on": parties.START_ON}
        for code, value in (*typed, (CUT_OFF, "17:00"))
    ]
