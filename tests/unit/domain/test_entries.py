"""Entries: balanced, chained, never decreasing in date, reversed exactly."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from bordereau.domain import chart, entries
from bordereau.domain.entries import Head, Line, Posting, credit, debit
from bordereau.domain.problems import InvariantError

DAY = dt.date(2026, 2, 2)


def posting(cents: int = 500) -> Posting:
    """Return a pay-out order."""
    lines = (*debit(chart.SELLER_CURRENT, cents), *credit(chart.PAYOUTS_IN_TRANSIT, cents))
    return Posting("E3a", lines, ("P1",))


def test_an_entry_takes_the_next_number_and_the_hash_before_it() -> None:
    """The chain finds an overwrite: any other content has another hash."""
    first = entries.book("K#a", Head(), posting(), today=DAY, terms_rev=1)
    head = Head(first.seq, first.balances, first.hash, first.booked_on)
    second = entries.book("K#a", head, posting(7), today=DAY, terms_rev=1)
    assert (first.seq, second.seq, second.previous_hash) == (1, 2, first.hash)
    assert second.balances[chart.PAYOUTS_IN_TRANSIT] == -507
    assert entries.entry_hash(dataclasses.replace(first, kind="E3b")) != first.hash
    assert entries.entry_hash(first) == first.hash


def test_booked_on_never_decreases() -> None:
    """A clock that goes back books on the last day of the journal."""
    head = Head(3, {}, "h", DAY)
    entry = entries.book("K#a", head, posting(), today=DAY - dt.timedelta(5), terms_rev=1)
    assert entry.booked_on == DAY
    assert entry.valued_on == DAY


@pytest.mark.parametrize(
    "lines",
    [
        (Line(chart.SELLER_CURRENT, 5, 0), Line(chart.RECEIVABLES, 0, 4)),
        (Line(chart.SELLER_CURRENT, 5, 0),),
        (Line("no_such_account", 5, 0), Line(chart.RECEIVABLES, 0, 5)),
        (Line(chart.BANK, 5, 0), Line(chart.RECEIVABLES, 0, 5)),
        (Line(chart.SELLER_CURRENT, 5, 5), Line(chart.RECEIVABLES, 0, 0)),
        (Line(chart.SELLER_CURRENT, -5, 0), Line(chart.RECEIVABLES, 0, -5)),
    ],
)
def test_an_unsound_entry_is_our_own_mistake(lines: tuple[Line, ...]) -> None:
    """Unbalanced, alone, unknown or foreign accounts, two-sided or negative lines stop loudly."""
    with pytest.raises(InvariantError):
        entries.check_lines("K#a", lines)


def test_a_reversal_is_the_exact_opposite() -> None:
    """Both together leave nothing, and the reversal names what it undoes."""
    first = entries.book("K#a", Head(), posting(), today=DAY, terms_rev=1)
    undone = entries.reversal_of(first, ("384",))
    assert entries.balances_after(first.balances, undone.lines) == {}
    assert undone.reverses == first.seq
