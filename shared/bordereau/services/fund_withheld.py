"""What an approval adds to a fund on outstanding, in the same posting (settled reading 8)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import chart, fund, invoices
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry, credit
from bordereau.domain.invoices import Invoice
from bordereau.domain.terms import FundMethod, Terms
from bordereau.services.draft import Draft


def post_approval(  # noqa: PLR0913 - one posting with all that it says
    draft: Draft,
    kind: str,
    before: Invoice | None,
    after: Invoice,
    *,
    terms: Terms,
    documents: tuple[str, ...],
    today: dt.date,
) -> Invoice:
    """Post an assignment or a promotion and return the invoice with its entry noted.

    With the fund on outstanding, the newly approved part withholds its share into the contract's
    pool; outstanding counts the new invoice.
    """
    position = draft.take(Position, contract=after.contract)
    approved = after.approved_cents - (before.approved_cents if before else 0)
    opened = after.open_cents - (before.open_cents if before else 0)
    withheld = 0
    if after.fund_method is FundMethod.ON_OUTSTANDING:
        withheld = fund.withheld(
            terms,
            approved,
            outstanding_cents=position.balance(chart.RECEIVABLES) + opened,
            fund_cents=position.fund_pool_cents,
        )
    marks = {"debtor": after.debtor, "invoice": after.invoice}
    posting = invoices.posting(
        kind,
        before,
        after,
        documents=documents,
        counter=credit(chart.GUARANTEE_FUND, withheld, **marks),
    )
    entry = draft.post(after.contract, posting, today=today)
    if withheld:
        change_pool(draft, after, withheld)
    return _noted(after, entry, withheld)


def _noted(invoice: Invoice, entry: Entry, withheld_cents: int) -> Invoice:
    return dataclasses.replace(
        invoice,
        withheld_cents=invoice.withheld_cents + withheld_cents,
        assigned_seq=invoice.assigned_seq or entry.seq,
        approved_seq=invoice.approved_seq or (entry.seq if invoice.approved_cents else 0),
        opening_seqs=(*invoice.opening_seqs, entry.seq),
    )


def change_pool(draft: Draft, invoice: Invoice, cents: int) -> None:
    """Move the contract's fund on outstanding by so many cents."""
    position = draft.take(Position, contract=invoice.contract)
    pool = position.fund_pool_cents + cents
    draft.write(dataclasses.replace(position, fund_pool_cents=pool))
