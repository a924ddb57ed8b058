"""Who we are, as documents show it: the settings ``firm/…`` that staff keep in the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from bordereau.domain.figures import ContactFigures, PartyFigures
from bordereau.domain.parties import Seller, Setting
from bordereau.ports import Ledger


@dataclass(frozen=True, slots=True)
class Firm:
    """The factor as printed, and whom the reader asks."""

    party: PartyFigures
    contact: ContactFigures


def firm_of(ledger: Ledger) -> Firm:
    """Return the firm from its settings; what is not set is empty.

    Keys: ``firm/name``, ``street``, ``postcode``, ``city``, ``country``, ``siren``, ``vat``;
    ``firm/contact`` (a person), ``firm/email``, ``firm/phone``.
    """
    known = {
        setting.key.removeprefix("firm/"): setting.value
        for setting in ledger.list(Setting, first="firm/", last="firm/~")
    }
    party = PartyFigures(
        name=known.get("name", ""),
        street=known.get("street", ""),
        postcode=known.get("postcode", ""),
        city=known.get("city", ""),
        country=known.get("country", "FR"),
        siren=known.get("siren", ""),
        vat=known.get("vat", ""),
    )
    contact = ContactFigures(
        name=known.get("contact", ""),
        email=known.get("email", ""),
        phone=known.get("phone", ""),
    )
    return Firm(party, contact)


def seller_figures(seller: Seller) -> PartyFigures:
    """Return a seller as printed."""
    place = seller.address
    return PartyFigures(
        name=seller.name,
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        country=place.country,
        siren=seller.siren,
        vat=seller.vat,
    )
