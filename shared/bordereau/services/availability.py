"""What a contract may draw, with the concentration hold computed from its open invoices."""

from __future__ import annotations

from bordereau.domain import chart, concentration
from bordereau.domain.availability import Waterfall, waterfall
from bordereau.domain.books import Position
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger


def available_of(ledger: Ledger, position: Position, terms: Terms) -> Waterfall:
    """Return the waterfall of a contract at its position.

    Open invoices are listed from an index, which lags: a list whose sums are not the position's is
    no basis for a pay-out. Raises ``SourceUnavailableError`` then, and the caller comes again.
    """
    if terms.concentration_bps is None:
        return waterfall(position, terms)
    listed = open_invoices(ledger, position)
    if sum(invoice.receivable_cents for invoice in listed) != position.balance(chart.RECEIVABLES):
        raise SourceUnavailableError(f"the open invoices of {position.contract} are not all listed")
    held = concentration.hold(listed, terms)
    return waterfall(position, terms, concentration_cents=held)


def open_invoices(ledger: Ledger, position: Position) -> list[Invoice]:
    """Return a contract's open invoices by debtor and order, as the index shows them."""
    partition = f"K#{position.contract}"
    return list(ledger.find(Invoice, Index.BY_CONTRACT, partition, prefix="O#"))
