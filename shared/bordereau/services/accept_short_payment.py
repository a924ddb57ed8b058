"""E18 without limit: the seller accepts a short payment, and the rest is closed."""

from __future__ import annotations

import datetime as dt

from bordereau.domain import invoices
from bordereau.domain.books import Position
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, done, refused


def accept_short_payment(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    command: Command | None = None,
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
        after, _ = invoices.close_rest(before, on=today)
        posting = invoices.posting("E18", before, after, documents=(invoice,))
        draft.post(contract, posting, today=today)
        draft.write(after)
        move_lines(draft, before, after, today=today)
        write_command(draft, command)
        return done(invoice, amounts={"closed": before.open_cents})

    return attempt(ledger, "accept-short", decide)
