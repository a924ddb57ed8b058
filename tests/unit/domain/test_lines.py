"""Guarantee lines: nobody jumps the queue, and both levels count the same cents."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.guarantee_lines import (
    UNLIMITED_CENTS,
    FactorLine,
    Lines,
    LineStatus,
    RelationLine,
    effective_limit,
    is_in_force,
    with_limit,
)
from bordereau.domain.identifiers import ContractId, PartyId

DAY = dt.date(2026, 2, 2)
DEBTOR = PartyId("siren:732829320")


def lines(limit: int, *, wide: int = UNLIMITED_CENTS) -> Lines:
    """Return two fresh rows."""
    relation = RelationLine(DEBTOR, "EUR", ContractId("k/EUR"), limit, limit)
    return Lines(relation, FactorLine(DEBTOR, "EUR", wide, wide))


def test_a_newcomer_has_no_room_while_somebody_waits() -> None:
    """A row on which somebody waits gives nothing to a new invoice, but to the queue."""
    waiting = lines(10_000).moved(approved=4_000, waiting=500, today=DAY)
    assert waiting.newcomer_room(DAY) == 0
    assert waiting.queue_room(DAY) == 6_000


def test_the_wider_queue_counts_only_what_the_relation_would_have_allowed() -> None:
    """One seller's full line never blocks another's room."""
    full = lines(5_000).moved(approved=5_000, waiting=700, today=DAY)
    assert full.factor.waiting_cents == 0
    limited = lines(5_000, wide=3_000).moved(approved=3_000, waiting=700, today=DAY)
    assert limited.factor.waiting_cents == 700


def test_a_cut_keeps_what_is_approved_and_leaves_no_room() -> None:
    """A cut acts on later assignments only; avail may go below zero."""
    used = lines(30_000).moved(approved=18_000, waiting=0, today=DAY).relation
    cut = with_limit(used, 10_000, valid_until=None)
    assert (cut.approved_cents, cut.avail_cents) == (18_000, -8_000)
    assert Lines(cut, FactorLine(DEBTOR, "EUR")).newcomer_room(DAY) == 0


def test_an_expired_or_frozen_line_counts_as_nothing() -> None:
    """Validity ends with its last day; a frozen line takes on nothing."""
    line = with_limit(lines(1).relation, 10_000, valid_until=DAY)
    assert effective_limit(line, DAY) == 10_000
    assert effective_limit(line, DAY + dt.timedelta(1)) == 0
    frozen = FactorLine(DEBTOR, "EUR", status=LineStatus.FROZEN)
    assert not is_in_force(frozen, DAY)


@given(
    limit=st.integers(0, 10_000),
    wide=st.integers(0, 10_000),
    moves=st.lists(st.tuples(st.integers(0, 4_000), st.integers(-2_000, 2_000)), max_size=10),
)
def test_both_levels_count_the_same(limit: int, wide: int, moves: list[tuple[int, int]]) -> None:
    """I3 on both rows after any moves, and the wider queue is the relation's share."""
    both = lines(limit, wide=wide)
    for want, change in moves:
        approved = min(want, both.queue_room(DAY))
        waiting = max(change, -both.relation.waiting_cents)
        both = both.moved(approved=approved, waiting=waiting, today=DAY)
        assert both.relation.approved_cents == both.factor.approved_cents
        assert both.relation.avail_cents >= 0
        assert both.factor.avail_cents >= 0
        share = min(both.relation.waiting_cents, both.relation.avail_cents)
        assert both.factor.waiting_cents == share
