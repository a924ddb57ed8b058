"""Entries as a seller reads them: what changed what may be drawn, and what moved at all."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain import chart
from bordereau.domain.account_steps import moved, movements, steps, touches_seller
from bordereau.domain.advance_hours import (
    Hours,
    debited_at,
    financed_at,
    hours_until,
    with_clock,
)
from bordereau.domain.books import AdvanceStatement, PayOut, PayOutState
from bordereau.domain.entries import Entry, Line, credit, debit
from bordereau.domain.figures import MovementKind, StepCode
from bordereau.domain.identifiers import BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice

DAY = dt.date(2026, 3, 2)
K1 = ContractId("siren:1/EUR")


def entry(kind: str, *lines: Line, seq: int = 1, reverses: int | None = None) -> Entry:
    """Return an entry of the contract."""
    return Entry(*(f"K#{K1}", seq, DAY, DAY, kind, ("doc",), lines, {}, 1, ""), reverses=reverses)


def assignment(seq: int = 1) -> Entry:
    """Assign 100.00: 60.00 approved at 90 %."""
    lines = (
        *debit(chart.RECEIVABLES, 10_000),
        *credit(chart.SELLER_CURRENT, 5_400),
        *credit(chart.GUARANTEE_FUND, 600),
        *credit(chart.HOLD_UNAPPROVED, 4_000),
    )
    return entry("E1", *lines, seq=seq)


def test_an_assignment_is_shown_whole_with_what_is_kept() -> None:
    """Whole, less what is unapproved, less the fund: what may be drawn."""
    assert steps([assignment()]) == {
        StepCode.ASSIGNED: 10_000,
        StepCode.FUND: -600,
        StepCode.UNAPPROVED: -4_000,
    }
    assert [(m.kind, m.cents) for m in movements([assignment()])] == [
        (MovementKind.ASSIGNMENT, 10_000)
    ]


def test_an_assignment_reversed_again_is_a_correction_of_nothing() -> None:
    """Both entries together change nothing."""
    undone = entry(
        "E28",
        *(Line(line.account, line.credit_cents, line.debit_cents) for line in assignment().lines),
        seq=2,
        reverses=1,
    )
    assert steps([assignment(), undone]) == {}
    assert sum(m.cents for m in movements([assignment(), undone])) == 0


@pytest.mark.parametrize(
    ("kind", "fee", "income"),
    [
        ("E2", MovementKind.FEE, chart.FEE_FACTORING),
        ("E8", MovementKind.FINANCING_FEE, chart.FEE_FINANCING),
    ],
)
def test_charges_stand_apart_from_their_vat(kind: str, fee: MovementKind, income: str) -> None:
    """Two steps, two movements."""
    charge = entry(
        kind,
        *debit(chart.SELLER_CURRENT, 1_200),
        *credit(income, 1_000),
        *credit(chart.VAT_OUTPUT, 200),
    )
    assert steps([charge]) == {StepCode.FEES: -1_000, StepCode.VAT: -200}
    assert [(m.kind, m.cents) for m in movements([charge])] == [
        (fee, -1_000),
        (MovementKind.VAT, -200),
    ]


def test_a_reserve_is_no_release_and_what_is_new_is_other() -> None:
    """Both are E6; an event without a name of its own still counts."""
    reserve = entry("E6", *debit(chart.SELLER_CURRENT, 500), *credit(chart.HOLD_SPECIFIC, 500))
    unknown = entry("E99", *debit(chart.BANK_CLEARING, 70), *credit(chart.SELLER_CURRENT, 70))
    assert steps([reserve, unknown]) == {StepCode.OTHER: 70, StepCode.SPECIFIC: -500}
    assert [m.kind for m in movements([reserve, unknown])] == [MovementKind.OTHER]


def test_what_stays_between_us_and_the_bank_touches_no_seller() -> None:
    """The bank's debit of a pay-out."""
    confirmed = entry("E3b", *debit(chart.PAYOUTS_IN_TRANSIT, 70), *credit(chart.BANK_CLEARING, 70))
    assert not touches_seller(confirmed)
    assert touches_seller(assignment())
    assert movements([confirmed]) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["E2", "E3a", "E5", "E6", "E7", "E9", "E14", "E17", "E18", "E99"]),
            st.integers(-1_000, 1_000),
            st.integers(-1_000, 1_000),
        ),
        max_size=8,
    )
)
def test_steps_and_movements_add_up_to_the_accounts(moves: list[tuple[str, int, int]]) -> None:
    """Whatever happened: the steps are the current account, the movements all sub-accounts."""
    listed = [
        entry(
            kind,
            *credit(chart.SELLER_CURRENT, current),
            *credit(chart.GUARANTEE_FUND, fund),
            *debit(chart.BANK_CLEARING, current + fund),
            seq=place,
        )
        for place, (kind, current, fund) in enumerate(moves, start=1)
    ]
    assert sum(steps(listed).values()) == sum(current for _, current, _ in moves)
    assert sum(m.cents for m in movements(listed)) == sum(a + b for _, a, b in moves)
    assert sum(moved(one, chart.GUARANTEE_FUND) for one in listed) == sum(b for *_, b in moves)


def invoice(**facts: object) -> Invoice:
    """Return an invoice that arrived at nine and was complete at ten, UTC."""
    at = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    made = Invoice(
        *(K1, InvoiceId("2026#1"), "1", PartyId("siren:2"), DAY, DAY, 100, 100, 100, 100, 10),
        *(DAY, BatchId("b"), 1, 9000),
        assigned_seq=5,
        approved_seq=5,
        received_at=at,
        complete_at=at + dt.timedelta(hours=1),
    )
    for name, value in facts.items():
        object.__setattr__(made, name, value)
    return made


def payout(covers: int, state: PayOutState, ordinal: int = 1, day: dt.date = DAY) -> PayOut:
    """Return a pay-out that was debited on a day."""
    return PayOut(K1, DAY, ordinal, 100, "EUR", "E", covers, state=state, settled_on=day)


def test_the_first_payout_that_covers_and_stayed_ends_the_clock() -> None:
    """Neither one ordered before, nor one that came back, nor one still under way."""
    later = DAY + dt.timedelta(2)
    payouts = [
        payout(4, PayOutState.CONFIRMED),
        payout(5, PayOutState.RETURNED, 2),
        payout(6, PayOutState.CONFIRMED, 3, later),
        payout(7, PayOutState.CONFIRMED, 4, later + dt.timedelta(1)),
        payout(7, PayOutState.ORDERED, 5),
    ]
    assert financed_at(invoice(), payouts, []) == debited_at(later)
    assert financed_at(invoice(), payouts[:2], []) is None
    assert hours_until(invoice(), debited_at(later)) == Hours(56, 55)


def test_what_fills_a_debit_balance_is_financed_when_it_is_complete() -> None:
    """And what the invoice itself says wins."""
    row = AdvanceStatement(K1, DAY, 1, 3, 9, is_offset=True, stated_seq=9)
    assert financed_at(invoice(), [], [row]) == invoice().complete_at
    assert financed_at(invoice(complete_at=None), [], [row]) == invoice().received_at
    fixed = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    assert financed_at(invoice(financed_at=fixed), [], [row]) == fixed
    assert hours_until(invoice(received_at=None), fixed).from_receipt is None


def test_only_the_first_statement_that_shows_an_invoice_says_whether_it_was_offset() -> None:
    """A later one that went against a debit balance is about others."""
    rows = [
        AdvanceStatement(K1, DAY, 2, 6, 9, is_offset=True, stated_seq=9),
        AdvanceStatement(K1, DAY, 1, 1, 0, stated_seq=5),
    ]
    assert financed_at(invoice(), [], rows) is None
    assert financed_at(invoice(approved_seq=6), [], rows) == invoice().complete_at


def test_what_is_wholly_over_the_line_runs_no_clock() -> None:
    """No pay-out of others and no offset finances it; complete with its first approved part."""
    over = dataclasses.replace(invoice(), approved_cents=0, approved_seq=0)
    stopped = with_clock(over, None)
    assert (stopped.complete_at, stopped.deadline_at) == (None, None)
    assert with_clock(over, over.received_at) == stopped
    row = AdvanceStatement(K1, DAY, 1, 3, 9, is_offset=True, stated_seq=9)
    assert financed_at(stopped, [payout(9, PayOutState.CONFIRMED)], [row]) is None
    promoted_at = dt.datetime(2026, 3, 6, 9, tzinfo=dt.UTC)  # a Friday
    promoted = dataclasses.replace(stopped, approved_cents=50)
    running = with_clock(promoted, promoted_at)
    assert running.complete_at == promoted_at
    assert running.deadline_at == promoted_at + dt.timedelta(4)  # no hour of the weekend counts
    assert with_clock(running, promoted_at + dt.timedelta(1)) == running
    assert with_clock(promoted, None) == promoted
    assert with_clock(dataclasses.replace(promoted, received_at=None), promoted_at).complete_at is (
        None
    )
