"""Whole journals as rows that other bookkeepers' programs read (I17)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from bordereau.domain import chart
from bordereau.domain.books import CreditNote
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.figures.journal import (
    JournalLine,
    JournalRow,
    LegalBooks,
    MappedAccount,
    mapped_account,
)
from bordereau.domain.fiscal_year import BROUGHT_FORWARD
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import Setting
from bordereau.domain.problems import ConfigurationError
from bordereau.ports import Ledger
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.firm import firm_of
from bordereau.services.read_books import Books, JournalBooks
from bordereau.services.register import contract_of, seller_of

ACCOUNT_PREFIX = "account/"
"""Settings that map a code of the chart to a number and a label: ``account/receivables``."""

_SIREN = re.compile(r"\d{9}")


def journal_rows(books: Books, pieces: Mapping[str, dt.date] | None = None) -> list[JournalRow]:
    """Return every entry of every journal, journal by journal, in the order of the numbers.

    What an entry is described by is its event and its documents; no name of a party is in it.
    ``pieces`` are dates of documents by ``journal document``.
    """
    return [row for journal in books.journals for row in rows_of(journal, pieces or {})]


def rows_of(journal: JournalBooks, pieces: Mapping[str, dt.date]) -> list[JournalRow]:
    """Return the entries of one journal in the order of their numbers."""
    return [_row(entry, journal, pieces) for entry in journal.entries]


def _row(entry: Entry, journal: JournalBooks, pieces: Mapping[str, dt.date]) -> JournalRow:
    documents = entry.documents
    if entry.reverses is not None and (reversed_ := journal.entry(entry.reverses)) is not None:
        documents = reversed_.documents
    return JournalRow(
        journal=entry.journal,
        seq=entry.seq,
        booked_on=entry.booked_on,
        description=" ".join((entry.kind, *entry.documents)),
        lines=tuple(
            JournalLine(
                line.account, line.debit_cents, line.credit_cents, line.debtor, line.invoice
            )
            for line in entry.lines
        ),
        currency=journal.currency,
        kind=entry.kind,
        documents=documents,
        piece_on=pieces.get(f"{entry.journal} {documents[0]}") if documents else None,
    )


def account_mapping(ledger: Ledger) -> dict[str, MappedAccount]:
    """Return number and label of each account, as staff keep them or as the chart proposes.

    A setting is a number, then a label if another than the usual one is wanted: ``411100 Clients
    cédés``. Raises ``ConfigurationError`` for a number that is none: three digits at least.
    """
    found = {code: MappedAccount(f"{row.pcg:0<6}") for code, row in chart.CHART.items()}
    found[BROUGHT_FORWARD] = MappedAccount("110000")
    for setting in ledger.list(Setting, first=ACCOUNT_PREFIX, last=f"{ACCOUNT_PREFIX}~"):
        code = setting.key.removeprefix(ACCOUNT_PREFIX)
        mapped = mapped_account(setting.value)
        if code not in found or mapped is None:
            raise ConfigurationError(
                f"setting {setting.key}: {setting.value!r} is no account: a number that begins"
                " with three digits, then perhaps a label"
            )
        found[code] = mapped
    return found


def legal_books(ledger: Ledger, books: Books) -> LegalBooks:
    """Return the books with numbers, labels and names, as the law wants them.

    The file is kept in euros: raises ``ConfigurationError`` when a journal is in another currency
    (there is no rate to convert it by), and when the firm's SIREN is not set.
    """
    siren = firm_of(ledger).party.siren.replace(" ", "")
    if not _SIREN.fullmatch(siren):
        raise ConfigurationError("setting firm/siren: the file is named after it, nine digits")
    for journal in books.journals:
        if journal.entries and journal.currency != "EUR":
            raise ConfigurationError(f"{journal.journal} is in {journal.currency}, not in euros")
    pieces = dict(_pieces(ledger, books))
    rows = tuple(journal_rows(books, pieces))
    closed_on = {row.month: row.closed_on for row in books.months}
    names = _names(ledger, books, rows)
    return LegalBooks(siren, rows, account_mapping(ledger), names, closed_on)


def _pieces(ledger: Ledger, books: Books) -> Iterable[tuple[str, dt.date]]:
    """Yield the dates of invoices and credit notes, and when the bank booked receipts."""
    for part in books.contracts:
        for invoice in part.invoices:
            yield f"{part.journal.journal} {invoice.invoice}", invoice.issued_on
        for note in ledger.list(CreditNote, contract=part.contract):
            yield f"{part.journal.journal} {note.credit_note}", note.issued_on
    for bank in books.banks:
        for receipt in bank.receipts:
            yield f"{bank.journal.journal} {receipt.ref}", receipt.booked_on


def _names(ledger: Ledger, books: Books, rows: Iterable[JournalRow]) -> dict[str, str]:
    names = {
        contract_journal(part.contract): _seller(ledger, part.contract) for part in books.contracts
    }
    names |= {bank_journal(part.account): part.account for part in books.banks}
    debtors = DebtorNames(ledger)
    parties = {line.debtor for row in rows for line in row.lines if line.debtor}
    return names | {party: debtors.of(party) for party in sorted(parties)}


def _seller(ledger: Ledger, contract: ContractId) -> str:
    known = contract_of(ledger, contract)
    seller = seller_of(ledger, known.seller) if known else None
    return seller.name if seller else contract
