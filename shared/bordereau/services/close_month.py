"""Close a month of the firm's books, once (ADR 11): check, then journal by journal, then the seal.

A crash between two commits leaves some journals closed; the same call goes on from there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from bordereau.domain import closing
from bordereau.domain.books import BankHead, Position
from bordereau.domain.closing import BooksPeriod, JournalClosing, MonthClosing
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.problems import ConflictError, Problem
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.closing_checks import lacking
from bordereau.services.contract_terms import write_command
from bordereau.services.control_books import own_accounts
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.read_books import Books, JournalBooks, known_contracts, read_books

TRIES_MAX = 5
"""How often everything is checked anew because a journal moved before it was closed."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def close_month(
    ledger: Ledger, month: str, *, by: str, today: dt.date, command: Command | None = None
) -> Outcome:
    """Close a month (``2026-01``); nothing is booked into it from then on.

    Refused ``not_a_month``, ``month_not_over``, ``month_not_next`` (an earlier month with entries
    is open), ``month_not_ready`` with one problem for each thing that lacks. A closed month answers
    ``month_closed`` and writes nothing. Raises ``ConflictError`` while the books never stand still.
    """
    if refusal := _untimely(ledger, month, today=today):
        return refusal
    books = _books(ledger)
    if problems := lacking(ledger, books, month):
        return _not_ready(month, problems)
    _begin(ledger, month)
    for _ in range(TRIES_MAX):
        if _are_all(ledger, books) and all(
            _close_journal(ledger, month, journal) for journal in books.journals
        ):
            return _finish(ledger, month, by=by, today=today, command=command)
        books = _books(ledger)
        if problems := lacking(ledger, books, month):
            return _not_ready(month, problems)
    raise ConflictError(f"{month}: the books moved {TRIES_MAX} times while they were closed")


def closed_months(ledger: Ledger) -> list[MonthClosing]:
    """Return the closed months, the first first."""
    return list(ledger.list(MonthClosing))


def _untimely(ledger: Ledger, month: str, *, today: dt.date) -> Outcome | None:
    if not _MONTH.fullmatch(month):
        return _refused("not_a_month", month, "closing-not-a-month", typed=month)
    if ledger.get(MonthClosing, month=month) is not None:
        return already("month_closed", month)
    last_on = closing.last_day(month)
    if today <= last_on:
        return _refused("month_not_over", month, "closing-not-over", day=last_on.isoformat())
    wanted = _next_month(ledger)
    if wanted is not None and month != wanted:
        day = closing.last_day(wanted).isoformat()
        return _refused("month_not_next", month, "closing-not-next", day=day)
    return None


def _next_month(ledger: Ledger) -> str | None:
    """Return the month that is to be closed now; ``None`` while nothing was ever booked."""
    period = ledger.get(BooksPeriod) or BooksPeriod()
    if period.under_way:
        return period.under_way
    if period.through_on is not None:
        return closing.month_after(closing.month_of(period.through_on))
    contracts = known_contracts(ledger)
    journals = [contract_journal(name) for name in contracts]
    journals += [bank_journal(name) for name in own_accounts(ledger, contracts)]
    first = (ledger.get(Entry, journal=journal, seq=1) for journal in journals)
    days = [entry.booked_on for entry in first if entry is not None]
    return closing.month_of(min(days)) if days else None


def _refused(reason: str, month: str, code: str, **facts: str) -> Outcome:
    return dataclasses.replace(refused(reason, month), problems=(Problem(code, facts=facts),))


def _not_ready(month: str, problems: tuple[Problem, ...]) -> Outcome:
    return dataclasses.replace(refused("month_not_ready", month), problems=problems)


def _books(ledger: Ledger) -> Books:
    contracts = known_contracts(ledger)
    books = read_books(ledger, contracts, own_accounts(ledger, contracts))
    if books.moved:
        raise ConflictError(f"entries came in while the books were read: {', '.join(books.moved)}")
    return books


def _are_all(ledger: Ledger, books: Books) -> bool:
    """Return whether no journal began between the reading and the beginning of the closing.

    Those of a take-on under way are in no directory yet.
    """
    if any(row.completed_on is None for row in ledger.list(TakeOn)):
        return False
    contracts = known_contracts(ledger)
    read = {part.contract for part in books.contracts}, {bank.account for bank in books.banks}
    return read == (set(contracts), set(own_accounts(ledger, contracts)))


def _begin(ledger: Ledger, month: str) -> None:
    """From now on a new journal begins after the month: none is missed."""

    def decide(draft: Draft) -> None:
        old = draft.read(BooksPeriod) or BooksPeriod()
        wanted = dataclasses.replace(old, through_on=closing.last_day(month), under_way=month)
        if wanted != old:
            draft.write(wanted)

    attempt(ledger, "begin-closing", decide)


def _close_journal(ledger: Ledger, month: str, journal: JournalBooks) -> bool:
    """Close one journal as it was checked; false when it moved since."""
    seen = journal.head
    assert seen is not None, "books without a head are broken, and were refused"
    row = closing.journal_closing(month, journal.journal, journal.entries)
    owner = journal.journal[2:]

    def decide(draft: Draft) -> bool:
        head: Position | BankHead = (
            draft.take(Position, contract=owner)
            if isinstance(seen, Position)
            else draft.take(BankHead, account=owner)
        )
        if draft.read(JournalClosing, month=month, journal=journal.journal) is not None:
            return True
        if head.seq != seen.seq:
            return False
        draft.write(dataclasses.replace(head, closed_through_on=closing.last_day(month)))
        draft.write(row)
        return True

    return attempt(ledger, "close-journal", decide)


def _finish(
    ledger: Ledger, month: str, *, by: str, today: dt.date, command: Command | None
) -> Outcome:
    rows = list(ledger.list(JournalClosing, month=month))
    row = MonthClosing(month, closing.last_day(month), today, by, len(rows), closing.seal(rows))

    def decide(draft: Draft) -> Outcome:
        period = draft.take(BooksPeriod)
        if draft.read(MonthClosing, month=month) is not None:
            return already("month_closed", month)
        draft.write(dataclasses.replace(period, under_way=""))
        draft.write(row)
        write_command(draft, command)
        return done(month, amounts={"journals": len(rows)})

    return attempt(ledger, "close-month", decide)
