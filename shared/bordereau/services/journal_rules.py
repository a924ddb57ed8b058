"""What must hold of journals alone: I1, I2, I12 (clearing), I13, I16, D3 (reliability 1.8).

Each rule yields one sentence for each breach, with journal and entry, and nothing when it holds.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator

from bordereau.domain import chart
from bordereau.domain.books import Position
from bordereau.domain.entries import (
    Entry,
    Head,
    balances_after,
    check_lines,
    entry_hash,
    reversal_of,
)
from bordereau.domain.problems import InvariantError
from bordereau.services.read_books import Books, JournalBooks


def entries_balance(books: Books) -> Iterator[str]:
    """I1: debit = credit, integer cents, two lines or more, accounts that may stand there."""
    for journal in books.journals:
        for entry in journal.entries:
            try:
                check_lines(entry.journal, entry.lines)
            except InvariantError as error:
                yield f"{_place(journal, entry)}: {error}"


def journals_are_whole(books: Books) -> Iterator[str]:
    """I2: numbers without hole, dates never decreasing, chained, folded, head at the end."""
    for journal in books.journals:
        head = Head()
        for entry in journal.entries:
            yield from _follows(journal, head, entry)
            balances = balances_after(head.balances, entry.lines)
            head = Head(entry.seq, balances, entry.hash, entry.booked_on)
        yield from _ends_at(journal, head)


def _follows(journal: JournalBooks, head: Head, entry: Entry) -> Iterator[str]:
    place = _place(journal, entry)
    if entry.journal != journal.journal:
        yield f"{place}: belongs to {entry.journal}"
    if entry.seq != head.seq + 1:
        yield f"{place}: comes after {head.seq}"
    if head.booked_on is not None and entry.booked_on < head.booked_on:
        yield f"{place}: booked on {entry.booked_on}, after {head.booked_on}"
    if entry.previous_hash != head.head_hash:
        yield f"{place}: is not chained to the one before"
    if entry_hash(entry) != entry.hash:
        yield f"{place}: is not what was hashed"
    if dict(entry.balances) != balances_after(head.balances, entry.lines):
        yield f"{place}: balances are not the fold of the lines"


def _ends_at(journal: JournalBooks, last: Head) -> Iterator[str]:
    if journal.head is None:
        yield f"{journal.journal}: has no row that says where it stands"
        return
    stated = journal.head.head()
    for name in (spec.name for spec in dataclasses.fields(Head)):
        says, is_so = getattr(stated, name), getattr(last, name)
        if says != is_so:
            yield f"{journal.journal}: {name} says {says}, the entries say {is_so}"


def clearing_is_zero(books: Books) -> Iterator[str]:
    """I12: what a bank journal and a contract's journal clear is zero over all, by currency."""
    totals: Counter[str] = Counter()
    for journal in books.journals:
        totals[journal.currency] += journal.balance(chart.BANK_CLEARING)
    for currency, cents in sorted(totals.items()):
        if cents:
            yield f"{currency}: {chart.BANK_CLEARING} stands at {cents} cents"


def reversals_are_opposites(books: Books) -> Iterator[str]:
    """I13: at most one reversal of an entry, its exact opposite, with its row."""
    for journal in books.journals:
        rows = {(row.seq, row.by_seq) for row in journal.reversals}
        undoing = [entry for entry in journal.entries if entry.reverses is not None]
        for entry in undoing:
            yield from _undoes(journal, entry)
            if (entry.reverses, entry.seq) not in rows:
                yield f"{_place(journal, entry)}: reverses {entry.reverses} without a row"
        for seq, by_seq in sorted(rows - {(entry.reverses or 0, entry.seq) for entry in undoing}):
            yield f"{journal.journal}: {seq} has a row of reversal by {by_seq}, and no such entry"
        for undone, count in Counter(entry.reverses for entry in undoing).items():
            if count > 1:
                yield f"{journal.journal}: {undone} is reversed {count} times"


def _undoes(journal: JournalBooks, entry: Entry) -> Iterator[str]:
    undone = journal.entry(entry.reverses or 0)
    if undone is None or undone.seq >= entry.seq:
        yield f"{_place(journal, entry)}: reverses {entry.reverses}, which is not before it"
    elif reversal_of(undone, ()).lines != entry.lines:
        yield f"{_place(journal, entry)}: is not the opposite of {undone.seq}"


def terms_were_in_force(books: Books) -> Iterator[str]:
    """I16: each entry was decided under terms that were there, never under superseded ones."""
    for contract in books.contracts:
        position, journal = contract.journal.head, contract.journal
        known = {terms.revision for terms in contract.terms}
        latest = position.terms_rev if isinstance(position, Position) else 0
        if known != set(range(1, latest + 1)):
            yield f"{journal.journal}: terms {sorted(known)}, and the position is at {latest}"
        revision = 0
        for entry in journal.entries:
            if entry.terms_rev < revision or entry.terms_rev not in known:
                yield f"{_place(journal, entry)}: under terms {entry.terms_rev}, after {revision}"
            revision = max(revision, entry.terms_rev)


def trial_balance_is_zero(books: Books) -> Iterator[str]:
    """D3: the balances of each journal, and so of all, add up to zero."""
    for journal in books.journals:
        balances = journal.entries[-1].balances if journal.entries else {}
        if total := sum(balances.values()):
            yield f"{journal.journal}: balances add up to {total} cents"


def _place(journal: JournalBooks, entry: Entry) -> str:
    return f"{journal.journal} entry {entry.seq} ({entry.kind})"


def fund_moves_begin_at_the_cut(books: Books) -> Iterator[str]:
    """I14: what the fund held at the last cut, and what moved since, is what it holds."""
    for contract in books.contracts:
        position = contract.journal.head
        if not isinstance(position, Position):
            continue
        cut = contract.cuts[-1] if contract.cuts else None
        stood = -cut.balances.get(chart.GUARANTEE_FUND, 0) if cut else 0
        opening = position.fund_moves.opening_of(position.balance(chart.GUARANTEE_FUND))
        if opening != stood:
            yield f"{contract.contract}: the fund opens at {opening}, its last cut says {stood}"
