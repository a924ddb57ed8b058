"""E18 without limit: the seller accepts a short payment, and the rest is closed."""

from __future__ import annotations

import datetime as dt

from bordereau.domain import chart, invoices
from bordereau.domain.books import Position
from bordereau.domain.entries import debit
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.terms import FundMethod
from bordereau.ports import Ledger
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.fund_withheld import change_pool
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, done, refused


def accept_short_payment(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Close what is open from the unapproved hold, then from G, the seller bearing what lacks.

    Refused: ``no_such_invoice``, ``nothing_open`` (also on a second call).
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        before = draft.read(Invoice, contract=contract, invoice=invoice)
        if before is None:
            return refused("no_such_invoice", invoice)
        if not before.is_open:
            return refused("nothing_open", invoice)
        after = post_close(draft, before, today=today, to_small_differences=False)
        draft.write(after)
        move_lines(draft, before, after, today=today)
        return finished(draft, done(invoice, amounts={"closed": before.open_cents}), also)

    return attempt(ledger, "accept-short", decide)


def post_close(
    draft: Draft, before: Invoice, *, today: dt.date, to_small_differences: bool
) -> Invoice:
    """Post E18 and return the closed invoice: unapproved hold, then G (or the fund on outstanding).

    What lacks is a small difference, or the seller's who accepted it (settled reading 6).
    """
    after, lacking = invoices.close_rest(before, on=today)
    from_pool = 0
    if before.fund_method is FundMethod.ON_OUTSTANDING:
        position = draft.take(Position, contract=before.contract)
        from_pool = min(lacking, position.fund_pool_cents)
    loss = lacking - from_pool if to_small_differences else 0
    marks = {"debtor": before.debtor, "invoice": before.invoice}
    posting = invoices.posting(
        "E18",
        before,
        after,
        documents=(before.invoice,),
        counter=(
            *debit(chart.GUARANTEE_FUND, from_pool, **marks),
            *debit(chart.SMALL_DIFFERENCES, loss, **marks),
        ),
    )
    draft.post(before.contract, posting, today=today)
    if from_pool:
        change_pool(draft, before, -from_pool)
    return after
