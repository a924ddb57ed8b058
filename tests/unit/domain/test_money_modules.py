"""Corners of the money modules that no story reaches."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain import billing, chart, entries, fund
from bordereau.domain.availability import waterfall
from bordereau.domain.books import Position
from bordereau.domain.charges import CHARGE_LABELS
from bordereau.domain.entries import Line
from bordereau.domain.identifiers import AccountId, ContractId, parse_end_to_end_id
from bordereau.domain.problems import InvariantError
from bordereau.domain.terms import FundMethod, Terms

K = ContractId("siren:552081317/EUR")
DAY = dt.date(2026, 2, 2)


def test_the_waterfall_names_over_advance_and_what_the_ceiling_cuts() -> None:
    """Current account 400.00, 700.00 in use under a ceiling of 500.00: 200.00 too much."""
    balances = {chart.RECEIVABLES: 110_000, chart.SELLER_CURRENT: -40_000}
    position = Position(K, "EUR", AccountId("A"), balances=balances)
    fall = waterfall(position, Terms(K, DAY, ceiling_cents=50_000))
    assert fall.funds_in_use_cents == 70_000
    assert (fall.available_cents, fall.over_advance_cents) == (-20_000, 20_000)
    assert fall.ceiling_cut_cents == 60_000


def test_each_line_of_the_waterfall_goes_down_and_the_totals_are_sums() -> None:
    """20 000.00 outstanding with something held, drawn, charged and cut in every way."""
    owed = {
        chart.HOLD_UNAPPROVED: 2_000_00,
        chart.HOLD_DISPUTE: 900_00,
        chart.HOLD_DEFUNDED: 450_00,
        chart.HOLD_SPECIFIC: 70_00,
        chart.GUARANTEE_FUND: 1_600_00,
        chart.SELLER_CURRENT: 4_000_00,
        chart.FEE_FACTORING: 240_00,
        chart.VAT_OUTPUT: 48_00,
    }
    balances = {chart.RECEIVABLES: 20_000_00, **{name: -cents for name, cents in owed.items()}}
    position = Position(K, "EUR", AccountId("A"), balances=balances)
    terms = Terms(K, DAY, ceiling_cents=12_000_00)
    fall = waterfall(position, terms, concentration_cents=300_00)
    assert {str(line.code): line.cents for line in fall.lines()} == {
        "outstanding": 20_000_00,
        "unapproved": -2_000_00,
        "disputed": -900_00,
        "defunded": -450_00,
        "specific": -70_00,
        "fund": -1_600_00,
        "drawn": -10_692_00,
        "charged": -288_00,
        "current": 4_000_00,
        "concentration": -300_00,
        "ceiling": -2_680_00,
        "available": 1_020_00,
    }
    assert [str(line.code) for line in fall.lines() if line.is_total] == ["current", "available"]
    assert sum(line.cents for line in fall.lines() if not line.is_total) == fall.available_cents
    assert fall.over_advance_cents == 0


def test_a_minimum_settled_within_a_year_leaves_the_rest_of_that_year() -> None:
    """A portfolio taken on at a year's end owes the days from there to its anniversary."""
    start, settled = dt.date(2025, 3, 15), dt.date(2025, 12, 31)
    periods = billing.minimum_periods(start, settled, None, dt.date(2027, 3, 15))
    assert periods == [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 14)),
        (dt.date(2026, 3, 15), dt.date(2027, 3, 14)),
    ]


@pytest.mark.parametrize("years", [1, 2, 3, 4])
def test_a_year_that_began_on_29_february_ends_before_the_next_anniversary(years: int) -> None:
    """No day is in two periods, none in none."""
    start = dt.date(2024, 2, 29)
    periods = billing.minimum_periods(start, None, None, dt.date(2028, 2, 29))
    assert len(periods) == 4
    first, last = periods[years - 1]
    assert (last - first).days + 1 in (365, 366)
    assert first == (start if years == 1 else periods[years - 2][1] + dt.timedelta(1))


def test_a_reversed_fee_of_an_earlier_year_is_no_reason_for_more_than_the_day_owes() -> None:
    """Nothing is owed where there is no minimum."""
    assert billing.top_up(0, 365, 0) == 0
    assert billing.top_up(10_000, 366, 0) == 10_000


def test_terms_without_a_fund_on_outstanding_withhold_nothing() -> None:
    """An invoice keeps its method, but today's terms know no rate."""
    kept = fund.withheld(Terms(K, DAY), 100_000, outstanding_cents=100_000, fund_cents=0)
    assert kept == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("S552081317.EUR.20260230.1", "no such day"),
        ("S552081317.EUR.20260202.x", "no ordinal"),
        ("X552081317.EUR.20260202.1", "no such scheme"),
        ("anything", "not ours"),
    ],
)
def test_a_text_that_is_no_id_of_a_pay_out_is_none(text: str, why: str) -> None:
    """The bank's texts are of any kind."""
    assert parse_end_to_end_id(text) is None, why


@pytest.mark.parametrize(
    "lines",
    [
        (Line("no_such_account", 1), Line(chart.SELLER_CURRENT, 0, 1)),
        (Line(chart.BANK, 1), Line(chart.SELLER_CURRENT, 0, 1)),
        (Line(chart.RECEIVABLES, 1, 1), Line(chart.SELLER_CURRENT, 0, 1)),
        (Line(chart.RECEIVABLES), Line(chart.SELLER_CURRENT, 0, 1)),
        (Line(chart.RECEIVABLES, -1), Line(chart.SELLER_CURRENT, 0, -1)),
        (Line(chart.RECEIVABLES, 2), Line(chart.SELLER_CURRENT, 0, 1)),
        (Line(chart.RECEIVABLES, 1),),
    ],
)
def test_lines_that_are_no_entry_are_never_booked(lines: tuple[Line, ...]) -> None:
    """I1: accounts of the journal, one side each, above zero, in balance."""
    with pytest.raises(InvariantError):
        entries.check_lines(entries.contract_journal(K), lines)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("E1", "E5", "E6", "E7", "E9", "E18", "E19", "E28")),
            st.integers(-(10**9), 10**9),
        )
    ),
    st.integers(0, 10**9),
)
def test_a_fund_s_moves_lead_back_to_its_opening(
    steps: list[tuple[str, int]], opening_cents: int
) -> None:
    """Whatever moves it: closing - retained + released + used is what it held at the cut."""
    moves = fund.FundMoves()
    for kind, cents in steps:
        moves = moves.moved(kind, cents)
    closing = opening_cents + sum(cents for _, cents in steps)
    assert moves.opening_of(closing) == opening_cents


def test_only_a_fund_on_outstanding_has_a_target() -> None:
    """And none is wanted of a contract that is over."""
    pool = Terms(K, DAY, fund_method=FundMethod.ON_OUTSTANDING, fund_rate_bps=1000)
    assert fund.wanted(Terms(K, DAY), 100_00, is_over=False) is None
    assert fund.wanted(pool, 100_00, is_over=False) == 10_00
    assert fund.wanted(pool, 0, is_over=True) == 0


@given(st.lists(st.tuples(st.sampled_from(sorted(CHARGE_LABELS)), st.integers(1, 10**7))))
def test_an_entry_says_which_charges_it_holds(charges: list[tuple[str, int]]) -> None:
    """Whatever is charged with a commission: codes and cents come back in their order."""
    listed = ((billing.FACTORING_FEE, 12_00), *charges)
    fees = tuple(billing.Fee(code, cents, 2000) for code, cents in listed)
    posting = billing.posting_of(billing.Bill(fees), "S#2026-02-02")
    entry = entries.book("K#" + K, entries.Head(), posting, today=DAY, terms_rev=1)
    assert list(billing.charges_in(entry)) == charges
    older = dataclasses.replace(entry, documents=entry.documents[:1])
    assert [code for code, _ in billing.charges_in(older)] == ["ancillary"] * len(charges)
