"""Whole journals as rows that other bookkeepers' programs read (I17)."""

from __future__ import annotations

from bordereau.domain.entries import Entry
from bordereau.domain.figures import JournalLine, JournalRow
from bordereau.services.read_books import Books


def journal_rows(books: Books) -> list[JournalRow]:
    """Return every entry of every journal, journal by journal, in the order of the numbers.

    What an entry is described by is its event and its documents; no name of a party is in it.
    """
    return [
        _row(entry, journal.currency) for journal in books.journals for entry in journal.entries
    ]


def _row(entry: Entry, currency: str) -> JournalRow:
    return JournalRow(
        journal=entry.journal,
        seq=entry.seq,
        booked_on=entry.booked_on,
        description=" ".join((entry.kind, *entry.documents)),
        lines=tuple(
            JournalLine(line.account, line.debit_cents, line.credit_cents) for line in entry.lines
        ),
        currency=currency,
    )
