"""Balances and open items as of the end of any day: folds of the journals, which never change.

Reads only. What is asked of a day in a closed month is answered alike for ever (ADR 11); of an
open one, until something more is booked on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bordereau.domain.aging import OpenItem
from bordereau.domain.books import BankHead, Position
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.past import PastInvoice, entries_until, open_invoices_after
from bordereau.domain.problems import InvariantError
from bordereau.ports import Ledger
from bordereau.services.control_books import own_accounts
from bordereau.services.read_books import known_contracts


@dataclass(frozen=True, slots=True)
class PastJournal:
    """One journal at the end of a day: its last entry by then, its balances (debit-positive)."""

    journal: str
    currency: str
    seq: int
    head_hash: str
    balances: Mapping[str, int]


def balances_on(ledger: Ledger, *, on: dt.date) -> list[PastJournal]:
    """Return every journal that had an entry by the end of a day, the contracts' first."""
    found = (
        _past(journal, currency, entries_until(ledger.list(Entry, journal=journal), on))
        for journal, currency in _journals(ledger)
    )
    return [past for past in found if past is not None]


def _journals(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield every journal that there is with its currency."""
    contracts = known_contracts(ledger)
    for contract in contracts:
        position = ledger.get(Position, contract=contract)
        assert position is not None, "a contract is listed with its position"
        yield contract_journal(contract), position.currency
    for account in own_accounts(ledger, contracts):
        head = ledger.get(BankHead, account=account)
        assert head is not None, "own accounts have a journal"
        yield bank_journal(account), head.currency


def _past(journal: str, currency: str, entries: Sequence[Entry]) -> PastJournal | None:
    if not entries:
        return None
    last = entries[-1]
    return PastJournal(journal, currency, last.seq, last.hash, last.balances)


def open_items_on(ledger: Ledger, *, on: dt.date) -> list[OpenItem]:
    """Return every invoice that was open at the end of a day, by contract, debtor and due date."""
    found = []
    for contract in known_contracts(ledger):
        position = ledger.get(Position, contract=contract)
        entries = entries_until(ledger.list(Entry, journal=contract_journal(contract)), on)
        if position is None or not entries:
            continue
        found += [_item(ledger, position, past) for past in open_invoices_after(entries)]
    return sorted(found, key=lambda one: (one.contract, one.debtor, one.due_on, one.invoice))


def _item(ledger: Ledger, position: Position, past: PastInvoice) -> OpenItem:
    return OpenItem(
        position.contract,
        position.currency,
        past.debtor,
        past.invoice,
        past.due_on or _due_on(ledger, position.contract, past.invoice),
        past.open_cents,
        past.approved_cents,
        past.disputed_cents,
    )


def _due_on(ledger: Ledger, contract: ContractId, invoice: str) -> dt.date:
    """Return the due date of an invoice whose entries were written before they carried it."""
    known = ledger.get(Invoice, contract=contract, invoice=InvoiceId(invoice))
    if known is None:
        raise InvariantError(f"{contract}: entries speak of {invoice}, and there is no such row")
    return known.due_on
