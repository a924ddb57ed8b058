"""What must hold of closed months (C1): each journal ends them as it did when they were closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bordereau.domain import closing
from bordereau.domain.closing import JournalClosing
from bordereau.services.read_books import Books, JournalBooks


def closed_months_stand(books: Books) -> Iterator[str]:
    """C1: number, hash and balances at the month's end are those of the closing, under its seal."""
    journals = {journal.journal: journal for journal in books.journals}
    by_month: dict[str, list[JournalClosing]] = defaultdict(list)
    for row in books.closings:
        by_month[row.month].append(row)
        yield from _stands(row, journals.get(row.journal))
    for month in books.months:
        rows = by_month[month.month]
        if (len(rows), closing.seal(rows)) != (month.journal_count, month.sha256):
            yield f"{month.month}: its {len(rows)} journals are not those that were sealed"


def _stands(row: JournalClosing, journal: JournalBooks | None) -> Iterator[str]:
    place = f"{row.month} {row.journal}"
    if journal is None or journal.head is None:
        yield f"{place}: closed, and there is no such journal"
        return
    if closing.journal_closing(row.month, row.journal, journal.entries) != row:
        yield f"{place}: ends at another entry than when it was closed"
    through_on = journal.head.closed_through_on
    if through_on is None or through_on < closing.last_day(row.month):
        yield f"{place}: closed, and entries may still be booked into it"
