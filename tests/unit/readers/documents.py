"""Documents for the tests of the readers: the sample firm's, and spoilt ones made from them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from local.sample_invoices import SampleFactor, SampleInvoice, SampleLine, SampleParty, cii_xml

FACTOR: Final = SampleFactor("Bordereau Affacturage SA", "FR7630006000011234567890189", "AGRIFRPP")
SELLER: Final = SampleParty(
    "Ateliers Métallerie du Rhône SAS", "732829320", "12 rue de Gerland", "69007", "Lyon"
)
BUYER: Final = SampleParty(
    "Compagnie des Bâtisseurs SA", "123456782", "3 place Voltaire", "75011", "Paris"
)
ABROAD: Final = SampleParty(
    "Nordwind Handels GmbH", "", "Hafenstraße 4", "20457", "Hamburg", "DE", "DE136695976"
)
LINES: Final = (
    SampleLine("Garde-corps acier galvanisé", 10, 12345),
    SampleLine("Escalier hélicoïdal sur mesure", 1, 845000),
)
INVOICE: Final = SampleInvoice(
    "FA-2026-0117",
    dt.date(2026, 10, 30),
    dt.date(2026, 12, 14),
    SELLER,
    BUYER,
    LINES,
    FACTOR,
    order_reference="CDE-4411",
)
CREDIT_NOTE: Final = SampleInvoice(
    "AV-2026-0004",
    dt.date(2026, 11, 5),
    dt.date(2026, 11, 5),
    SELLER,
    BUYER,
    LINES[:1],
    FACTOR,
    type_code="381",
    preceding="FA-2026-0117",
    preceding_on=dt.date(2026, 10, 30),
)
REVERSE_CHARGE: Final = SampleInvoice(
    "FA-2026-0118",
    dt.date(2026, 10, 30),
    dt.date(2026, 12, 14),
    SELLER,
    ABROAD,
    LINES,
    FACTOR,
    vat_rate_bps=0,
)
ALL: Final = (INVOICE, CREDIT_NOTE, REVERSE_CHARGE)


def spoilt(old: str, new: str, count: int = -1) -> bytes:
    """Return the sample CII with a text replaced; the text must be there."""
    text = cii_xml(INVOICE).decode()
    assert old in text
    return text.replace(old, new, count).encode()
