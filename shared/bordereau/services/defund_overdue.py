"""E12: de-fund what is too long overdue, unless cash of its debtor waits to be applied."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.books import Position, Receipt
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.ports import Ledger
from bordereau.services.availability import open_invoices
from bordereau.services.move_invoice import defund, is_due_for_defunding
from bordereau.services.outcome import Outcome


def defund_overdue(ledger: Ledger, contract: ContractId, *, today: dt.date) -> list[Outcome]:
    """De-fund every invoice of a contract whose day has come (settled reading 14).

    While a debtor has unallocated cash, its invoices wait. A second call finds nothing due.
    """
    position = ledger.get(Position, contract=contract)
    if position is None:
        return []
    due = [one for one in open_invoices(ledger, position) if is_due_for_defunding(one, today)]
    if not due:
        return []
    waiting = debtors_with_cash(ledger, position.account)
    return [
        defund(ledger, contract, invoice.invoice, today=today)
        for invoice in due
        if invoice.debtor not in waiting
    ]


def debtors_with_cash(ledger: Ledger, account: AccountId) -> frozenset[PartyId]:
    """Return the debtors of receipts at an account that are not wholly applied."""
    found: set[PartyId] = set()
    for shard in range(INDEX_SHARDS):
        for receipt in ledger.find(Receipt, Index.TODO, f"receipt#{shard}"):
            if receipt.account == account and receipt.debtor is not None:
                found.add(receipt.debtor)
    return frozenset(found)
