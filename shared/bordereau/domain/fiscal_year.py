"""One accounting year of the books, as the file for the tax office shows it (handbook: domain 3.8).

Pure: rows of all journals go in, and come out as what was brought forward and the year's entries,
with the items that settle each other lettered. Amounts are cents, accounts codes of the chart.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from bordereau.domain import chart
from bordereau.domain.figures.journal import JournalLine, JournalRow

OPENING: Final = "OPENING"
"""The journal of what is brought forward: one entry, the first of the year."""

BROUGHT_FORWARD: Final = "result_brought_forward"
"""Takes what income and losses of earlier years left; not an account of the chart."""

_YEARLY: Final = (chart.Kind.INCOME, chart.Kind.LOSS)
_BY_DEBTOR: Final = (chart.RECEIVABLES, chart.UNALLOCATED, chart.DEBTOR_CREDITS)
_BY_CONTRACT: Final = (*chart.SELLER_ACCOUNTS, chart.PAYOUTS_IN_TRANSIT)
_BANK: Final = "B#"
_BY_DOCUMENT: Final = (chart.UNALLOCATED, chart.PAYOUTS_IN_TRANSIT)


@dataclass(frozen=True, slots=True)
class Item:
    """What a line belongs to: its account, whose it is, and the document that it settles.

    ``party`` is a debtor or a contract's journal, empty where the account has no sub-accounts.
    ``settles`` is empty on accounts whose items are not lettered.
    """

    account: str
    party: str = ""
    settles: str = ""


@dataclass(frozen=True, slots=True)
class YearLine:
    """One line with its item; ``letter`` and its day where the item is settled."""

    item: Item
    debit_cents: int
    credit_cents: int
    letter: str = ""
    lettered_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class YearEntry:
    """One entry of the year; ``number`` has no gap within its journal."""

    journal: str
    number: int
    booked_on: dt.date
    kind: str
    documents: tuple[str, ...]
    piece_on: dt.date
    lines: tuple[YearLine, ...]


def first_day(closing_on: dt.date) -> dt.date:
    """Return the first day of the twelve months that end with the closing.

    >>> first_day(dt.date(2026, 12, 31)), first_day(dt.date(2028, 2, 28))
    (datetime.date(2026, 1, 1), datetime.date(2027, 3, 1))
    """
    following = closing_on + dt.timedelta(1)
    if (following.month, following.day) == (2, 29):
        return following.replace(year=following.year - 1, month=3, day=1)
    return following.replace(year=following.year - 1)


def validated_on(booked_on: dt.date, closed_on: Mapping[str, dt.date]) -> dt.date:
    """Return the day from which an entry is final for the tax office.

    Entries are final when they are posted; in a closed month that is the day of its closing. Never
    before that of an entry above it: the file is in the order of these days.

    >>> validated_on(dt.date(2026, 1, 5), {"2026-01": dt.date(2026, 2, 3)}).isoformat()
    '2026-02-03'
    >>> validated_on(dt.date(2026, 2, 1), {"2026-01": dt.date(2026, 2, 3)}).isoformat()
    '2026-02-03'
    """
    month = f"{booked_on:%Y-%m}"
    return max([booked_on, *(day for closed, day in closed_on.items() if closed <= month)])


def year_entries(rows: Iterable[JournalRow], *, closing_on: dt.date) -> list[YearEntry]:
    """Return the year that ends with ``closing_on``: brought forward, then by day of booking.

    What was open at the first day is brought forward item by item, so that what settles it later
    is lettered with it. Entries after the closing are left out, also for the lettering: the same
    journals give the same year however late it is asked.
    """
    starts_on = first_day(closing_on)
    until = [row for row in rows if row.booked_on <= closing_on]
    before = [row for row in until if row.booked_on < starts_on]
    during = [row for row in until if row.booked_on >= starts_on]
    during.sort(key=lambda row: (row.booked_on, row.journal, row.seq))
    brought = _brought_forward(before, starts_on)
    entries = ([brought] if brought.lines else []) + [_entry(row) for row in during]
    return _lettered(entries)


def item_of(line: JournalLine, row: JournalRow) -> Item:
    """Return what a line belongs to."""
    if line.account in _BY_CONTRACT and not row.journal.startswith(_BANK):
        party = row.journal
    elif line.account in _BY_CONTRACT:
        party = line.debtor  # a refund on its way
    else:
        party = line.debtor if line.account in _BY_DEBTOR else ""
    if line.account == chart.RECEIVABLES:
        return Item(line.account, party, f"{row.journal} {line.invoice}")
    if line.account in _BY_DOCUMENT:
        return Item(line.account, party, f"{row.journal} {row.documents[0]}")
    return Item(line.account, party)


def _entry(row: JournalRow) -> YearEntry:
    lines = (YearLine(item_of(one, row), one.debit_cents, one.credit_cents) for one in row.lines)
    return YearEntry(
        row.journal,
        row.seq,
        row.booked_on,
        row.kind,
        row.documents,
        row.piece_on or row.booked_on,
        tuple(lines),
    )


def _brought_forward(rows: Iterable[JournalRow], starts_on: dt.date) -> YearEntry:
    balances: dict[Item, int] = defaultdict(int)
    for row in rows:
        for line in row.lines:
            is_yearly = chart.CHART[line.account].kind in _YEARLY
            item = Item(BROUGHT_FORWARD) if is_yearly else item_of(line, row)
            balances[item] += line.cents
    ordered = sorted(balances, key=lambda item: (item.account, item.party, item.settles))
    lines = tuple(
        YearLine(item, max(0, balances[item]), max(0, -balances[item]))
        for item in ordered
        if balances[item]
    )
    return YearEntry(OPENING, 1, starts_on, OPENING, (f"{OPENING} {starts_on}",), starts_on, lines)


def _lettered(entries: Sequence[YearEntry]) -> list[YearEntry]:
    """Return the entries with a letter on each item that is settled, the first settled first."""
    balances: dict[Item, int] = defaultdict(int)
    settled_on: dict[Item, dt.date] = {}
    for entry in entries:
        for line in entry.lines:
            if line.item.settles:
                balances[line.item] += line.debit_cents - line.credit_cents
                settled_on[line.item] = entry.booked_on
    settled = [item for item in settled_on if balances[item] == 0]
    settled.sort(key=lambda item: (settled_on[item], item.account, item.party, item.settles))
    letter = dict(zip(settled, letters(len(settled)), strict=True))
    return [_with_letters(entry, letter, settled_on) for entry in entries]


def _with_letters(
    entry: YearEntry, letter: dict[Item, str], settled_on: dict[Item, dt.date]
) -> YearEntry:
    lines = (
        dataclasses.replace(line, letter=letter[line.item], lettered_on=settled_on[line.item])
        if line.item in letter
        else line
        for line in entry.lines
    )
    return dataclasses.replace(entry, lines=tuple(lines))


def letters(count: int) -> Iterator[str]:
    """Yield ``A`` to ``Z``, then ``AA`` and so on.

    >>> list(letters(28))[-3:]
    ['Z', 'AA', 'AB']
    """
    for number in range(1, count + 1):
        text, rest = "", number
        while rest:
            rest, place = divmod(rest - 1, len(ascii_uppercase))
            text = ascii_uppercase[place] + text
        yield text
