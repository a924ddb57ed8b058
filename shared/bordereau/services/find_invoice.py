"""Which invoice a person means by the number that they typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

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
    return list(_numbered(ledger, number, seller, today))


def _numbered(
    ledger: Ledger, number: str, seller: PartyId | None, today: dt.date
) -> Iterator[Invoice]:
    for listing in contracts(ledger):
        if seller is not None and listing.seller != seller:
            continue
        for year in range(today.year, today.year - YEARS_BACK, -1):
            identity = invoice_id(year, number)
            invoice = ledger.get(Invoice, contract=listing.contract, invoice=identity)
            if invoice is not None:
                yield invoice
