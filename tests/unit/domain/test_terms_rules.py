"""Terms that contradict each other or the law are refused, each with its cell; sound ones pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.eligibility import (
    Document,
    Purpose,
    beyond_public_term,
    is_beyond_law,
    unfit,
)
from bordereau.domain.financing import month_fee
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import PublicBody
from bordereau.domain.problems import Severity
from bordereau.domain.terms import FIXED_INDEX, ContractKind, FundMethod, TermCount, Terms
from bordereau.domain.terms_rules import contradictions

K = ContractId("siren:552081317/EUR")
DAY = dt.date(2026, 1, 5)
LEGAL_PPM = 26_200
"""2.62 % in the first half of 2026: a clause is at least 7.86 %."""

OUTSTANDING = {"fund_method": FundMethod.ON_OUTSTANDING, "fund_rate_bps": 1000}


def wrong(legal_ppm: int | None = LEGAL_PPM, **facts: Any) -> list[tuple[str, str]]:
    """What is told of a set of terms: cells and codes."""
    terms = dataclasses.replace(Terms(K, DAY), **facts)
    return [(one.cell, one.code) for one in contradictions(terms, legal_ppm=legal_ppm)]


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"advance_rate_bps": 9001}, "advance_rate", "terms-advance-rate"),
    ({"fund_rate_bps": 1000}, "fund_rate", "terms-fund-per-invoice"),
    ({"fund_minimum_cents": 1}, "fund_min", "terms-fund-per-invoice"),
    ({"fund_ceiling_cents": 1}, "fund_max", "terms-fund-per-invoice"),
    ({**OUTSTANDING, "fund_rate_bps": 499}, "fund_rate", "terms-fund-rate"),
    ({**OUTSTANDING, "fund_rate_bps": 2501}, "fund_rate", "terms-fund-rate"),
    (
        {**OUTSTANDING, "fund_minimum_cents": 2, "fund_ceiling_cents": 1},
        "fund_max",
        "terms-fund-ceiling",
    ),
    ({"factoring_rate_bps": 501}, "factoring_fee_rate", "terms-factoring-rate"),
    ({"margin_bps": 1}, "index", "terms-margin-without-index"),
    ({"index": FIXED_INDEX}, "margin", "terms-fixed-without-margin"),
    (
        {"late_interest": "CLAUSE", "late_interest_rate_bps": 785},
        "late_interest_rate",
        "terms-clause-below-legal",
    ),
    ({"late_interest_rate_bps": 900}, "late_interest_rate", "terms-clause-unused"),
    ({"maximum_term_days": 61}, "max_term_days", "terms-longest-term"),
    (
        {"maximum_term_days": 46, "term_count": TermCount.THEN_MONTH_END},
        "max_term_days",
        "terms-longest-term",
    ),
    ({"maximum_term_days": 181, "is_export": True}, "max_term_days", "terms-longest-term"),
    ({"term_count": TermCount.AFTER_MONTH_END}, "max_term_days", "cell-missing"),
    ({"concentration_bps": 0}, "concentration", "terms-concentration"),
    ({"concentration_bps": 10_001}, "concentration", "terms-concentration"),
    ({"ceiling_cents": 5, "minimum_payout_cents": 6}, "payout_min", "terms-payout-above-ceiling"),
]


@pytest.mark.parametrize(("facts", "cell", "code"), CASES, ids=lambda value: str(value)[:40])
def test_each_contradiction_is_told_with_its_cell(
    facts: dict[str, Any], cell: str, code: str
) -> None:
    """And nothing else is."""
    assert wrong(**facts) == [(cell, code)]


@pytest.mark.parametrize(
    "facts",
    [
        {"advance_rate_bps": 9000},
        {**OUTSTANDING, "advance_rate_bps": 10_000, "fund_minimum_cents": 500_000},
        {"margin_bps": 250, "index": "EURIBOR3M"},
        {"margin_bps": 250, "index": FIXED_INDEX},
        {"late_interest": "CLAUSE", "late_interest_rate_bps": 786},
        {"late_interest": "LEGAL"},
        {"maximum_term_days": 60},
        {"maximum_term_days": 45, "term_count": TermCount.THEN_MONTH_END},
        {"maximum_term_days": 120, "is_export": True},
        {"concentration_bps": 4000, "ceiling_cents": 7_000_000},
    ],
    ids=lambda value: str(value)[:40],
)
def test_sound_terms_are_told_nothing(facts: dict[str, Any]) -> None:
    """At each bound."""
    assert wrong(**facts) == []


def test_a_clause_waits_for_the_legal_rate() -> None:
    """It cannot be judged without: no default."""
    clause = {"late_interest": "CLAUSE", "late_interest_rate_bps": 2000}
    told = [("late_interest_rate", "terms-legal-rate-missing")]
    assert wrong(None, **clause) == told


def test_the_floor_of_a_clause_is_said() -> None:
    """Three times 2.62 %."""
    terms = dataclasses.replace(Terms(K, DAY), late_interest="CLAUSE", late_interest_rate_bps=700)
    (one,) = contradictions(terms, legal_ppm=LEGAL_PPM)
    assert one.facts == {"floor": "7,86 %"}


def document(due_on: dt.date) -> Document:
    """An invoice of 15 January."""
    return Document(Purpose.INVOICE, "F1", dt.date(2026, 1, 15), due_on, "EUR", 100_00)


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (TermCount.NET, dt.date(2026, 3, 1)),
        (TermCount.THEN_MONTH_END, dt.date(2026, 3, 31)),
        (TermCount.AFTER_MONTH_END, dt.date(2026, 3, 17)),
    ],
)
def test_the_contract_s_longest_term_is_enforced_in_its_own_way_of_counting(
    count: TermCount, last: dt.date
) -> None:
    """The last day passes, the next does not."""
    terms = dataclasses.replace(Terms(K, DAY), maximum_term_days=45, term_count=count)
    assert unfit(document(last), terms, DAY) == ()
    (problem,) = unfit(document(last + dt.timedelta(1)), terms, DAY)
    assert problem.code == "term-beyond-maximum"


def test_the_law_s_longest_term_is_a_question_and_export_is_not_asked() -> None:
    """31 March is 45 days end of month from 15 January."""
    assert not is_beyond_law(document(dt.date(2026, 3, 31)), None)
    late = document(dt.date(2026, 4, 1))
    assert is_beyond_law(late, Terms(K, DAY))
    assert not is_beyond_law(late, dataclasses.replace(Terms(K, DAY), is_export=True))


@pytest.mark.parametrize("body", PublicBody)
@given(issued=st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), days=st.integers(0, 120))
def test_a_public_body_s_term_is_a_warning_from_its_next_day_on(
    body: PublicBody, issued: dt.date, days: int
) -> None:
    """30, 50 or 60 days are lawful, one more is told; without a due day nothing is."""
    paper = Document(Purpose.INVOICE, "F", issued, issued + dt.timedelta(days), "EUR", 100_00)
    found = beyond_public_term(paper, body)
    assert (found is None) == (days <= body.payment_days)
    assert found is None or (found.severity, found.facts["days"]) == (
        Severity.WARN,
        str(body.payment_days),
    )
    assert beyond_public_term(dataclasses.replace(paper, due_on=None), body) is None


def test_a_mandate_s_commission_is_not_bounded_as_a_factor_s() -> None:
    """12 % of what is collected may be agreed; of what is bought it is refused."""
    mandate: dict[str, Any] = {"kind": ContractKind.MANDATE, "advance_rate_bps": 0}
    assert wrong(factoring_rate_bps=1200, **mandate) == []
    assert wrong(factoring_rate_bps=1200) == [("factoring_fee_rate", "terms-factoring-rate")]


def test_a_fixed_rate_needs_no_index_and_is_charged() -> None:
    """10 000.00 for 31 days at 3.60 %: 31.00."""
    terms = dataclasses.replace(Terms(K, DAY), index=FIXED_INDEX, margin_bps=360)
    fee = month_fee("2026-01", {dt.date(2025, 12, 31): 1_000_000}, {}, lambda _: terms)
    assert fee.missing == ()
    assert fee.fee_cents == 31_00
