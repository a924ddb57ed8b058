"""Figures tie together or are refused, and survive being frozen as JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from bordereau.domain.figures import (
    FIGURES_OF,
    HOLDS,
    AgedDebtor,
    FundFigures,
    Step,
    StepCode,
    VatLine,
    masked_iban,
)
from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.terms import FundMethod
from tests.golden.samples import SAMPLES, advance_statement, reminder, weekly_statement


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_frozen_figures_are_read_back_as_they_were(name: str) -> None:
    """Through JSON text, as they lie in the object store."""
    kind, figures = SAMPLES[name]
    stored = json.loads(json.dumps(to_plain(figures), ensure_ascii=False))
    assert from_plain(FIGURES_OF[kind], stored) == figures


def test_a_week_whose_closing_is_not_opening_and_movements_is_refused() -> None:
    """Opening + movements = closing."""
    week = weekly_statement()
    with pytest.raises(AssertionError, match=r"opening \+ movements"):
        dataclasses.replace(week, closing_cents=week.closing_cents + 1)


def test_a_movement_with_a_wrong_balance_is_refused() -> None:
    """Each line's balance is the one before and its amount."""
    week = weekly_statement()
    wrong = dataclasses.replace(week.movements[0], balance_cents=1)
    with pytest.raises(AssertionError, match=r"balance after FA-2026-0401"):
        dataclasses.replace(week, movements=(wrong, *week.movements[1:]))


def test_a_week_whose_available_is_not_closing_less_holds_is_refused() -> None:
    """Closing - holds = available."""
    week = weekly_statement()
    with pytest.raises(AssertionError, match=r"closing - holds"):
        dataclasses.replace(week, holds=(*week.holds, Step(StepCode.SPECIFIC, -1)))


def test_more_than_is_available_cannot_be_payable() -> None:
    """The hero never promises money that is held."""
    week = weekly_statement()
    with pytest.raises(AssertionError):
        dataclasses.replace(week, payable_cents=week.available_cents + 1)


def test_an_advance_statement_that_does_not_walk_to_its_availability_is_refused() -> None:
    """Opening and steps give the availability; less the pay-out, what is left."""
    figures = advance_statement()
    with pytest.raises(AssertionError):
        dataclasses.replace(figures, steps=figures.steps[1:])
    with pytest.raises(AssertionError):
        dataclasses.replace(figures, available_after_cents=1)


def test_an_advance_statement_has_a_pay_out_or_says_why_not() -> None:
    """Never neither, never both."""
    with pytest.raises(AssertionError, match=r"the reason why not"):
        dataclasses.replace(advance_statement(), no_payout_code="on-request")


def test_every_fee_of_an_advance_statement_has_its_vat_line() -> None:
    """The nets of the rates are the charges."""
    with pytest.raises(AssertionError, match=r"each fee has its VAT"):
        dataclasses.replace(advance_statement(), vat=())


def test_vat_is_on_the_total_of_its_rate() -> None:
    """R4: 20 % on 53.09 is 10.62."""
    with pytest.raises(AssertionError):
        VatLine(rate_bps=2000, net_cents=5309, vat_cents=1061)


def test_a_fund_that_does_not_walk_to_its_closing_is_refused() -> None:
    """Opening + retained - released - used = closing."""
    with pytest.raises(AssertionError):
        FundFigures(FundMethod.PER_INVOICE, 1000, 100, 50, 30, 0, 121)


def test_a_reminder_that_does_not_add_up_is_refused() -> None:
    """The total in the subject is the sum of what is open."""
    with pytest.raises(AssertionError):
        dataclasses.replace(reminder(), total_cents=1)


def test_a_debtor_has_five_ages() -> None:
    """A sixth would stand in no column."""
    with pytest.raises(AssertionError):
        AgedDebtor("D", (1, 2, 3, 4))


def test_the_cost_per_thousand_is_of_what_was_financed() -> None:
    """1 492.57 on 98 712.45 is 15.12 per 1 000.00; nothing financed costs nothing."""
    week = weekly_statement()
    assert week.cost_per_thousand_cents == 1512
    assert dataclasses.replace(week, financed_cents=0).cost_per_thousand_cents == 0


def test_every_hold_takes_away() -> None:
    """The second group of the steps, and only it."""
    codes = list(StepCode)
    assert tuple(codes[codes.index(StepCode.FUND) :]) == HOLDS


def test_an_unknown_account_is_masked_as_nothing() -> None:
    """No dots for an account that is not there."""
    assert masked_iban("") == ""
