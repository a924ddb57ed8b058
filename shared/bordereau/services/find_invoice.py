"""Which invoice a person means by the number that they typed."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.identifiers import PartyId, invoice_id
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger
from bordereau.services.register import contracts

YEARS_BACK = 4
"""Years of issue in which a number is looked for, this one included."""


def invoice_numbered(
    ledger: Ledger, number: str, *, seller: PartyId | None, today: dt.date
) -> Invoice | str:
    """Return the invoice with a number, of one seller or of all; an open one before closed ones.

    Otherwise the reason: ``no_such_invoice``, or ``number_of_several`` when it is not one alone.
    Reads keys, no index: what was assigned a moment ago is found.
    """
    found = invoices_numbered(ledger, number, seller=seller, today=today)
    opened = [invoice for invoice in found if invoice.is_open]
    meant = opened or found
    if not meant:
        return "no_such_invoice"
    return meant[0] if len(meant) == 1 else "number_of_several"


def invoices_numbered(
    ledger: Ledger, number: str, *, seller: PartyId | None, today: dt.date
) -> list[Invoice]:
    """Return every invoice with a number, of one seller or of all, open or closed."""
    wanted = [
        {"contract": listing.contract, "invoice": invoice_id(year, number)}
        for listing in contracts(ledger)
        if seller is None or listing.seller == seller
        for year in range(today.year, today.year - YEARS_BACK, -1)
    ]
    found: tuple[Invoice | None, ...] = ledger.get_many(*((Invoice, key) for key in wanted))
    return [invoice for invoice in found if invoice is not None]
