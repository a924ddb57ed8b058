"""Every cent of what is available is explained, and a past day's explanation never changes."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest

from bordereau.cli.story.figures import answer
from bordereau.cli.story.player import play
from bordereau.cli.story.reader import read_story
from bordereau.cli.story.world import World, contract
from bordereau.domain import chart
from bordereau.domain.availability import StepCode
from bordereau.domain.books import Position
from bordereau.domain.explanation import Explanation, Part, Share, Step
from bordereau.domain.identifiers import ContractId
from bordereau.domain.money import format_amount
from bordereau.services.explain import amount_of, contracts_named, entries_of, explain
from tests.referees.played import STORIES, random_story
from tests.unit.services.small_firm import CONTRACTS, day, small_firm

FIGURE_OF = {
    StepCode.OUTSTANDING: ("receivables", 1),
    StepCode.UNAPPROVED: ("hold_unapproved", -1),
    StepCode.DISPUTED: ("hold_dispute", -1),
    StepCode.DEFUNDED: ("hold_defunded", -1),
    StepCode.SPECIFIC: ("hold_specific", -1),
    StepCode.FUND: ("guarantee_fund", -1),
    StepCode.CURRENT: ("seller_current", 1),
    StepCode.CONCENTRATION: ("hold_concentration", -1),
    StepCode.AVAILABLE: ("available", 1),
}
"""The figure of a story's output that a line of the waterfall is, and its sign there."""

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in STORIES} | {
    f"random-{seed}": random_story(seed, 60) for seed in range(20)
}


@cache
def played(name: str) -> tuple[World, list[tuple[dt.date, dict[str, Any]]]]:
    """The books after a story's last day, and what was answered on each day that asked."""
    story = read_story(TEXTS[name])
    answers, world = [], None
    for number, world in play(story):
        ask = story.asks[number - 1]
        answers.append((ask.date, answer(world, ask)))
    assert world is not None
    return world, answers


def explained(world: World, name: str, on: dt.date) -> Explanation | None:
    """What is said now of a day."""
    return explain(world.ledger, contract(name), on=on)


@pytest.mark.parametrize("name", TEXTS)
def test_a_past_day_is_explained_as_it_was_answered_then(name: str) -> None:
    """After everything that followed, each line is the figure that was asked on that day."""
    world, answers = played(name)
    for on, figures in answers:
        for owner, wanted in figures["contracts"].items():
            found = explained(world, owner, on)
            if found is None:
                continue
            for code, (figure, sign) in FIGURE_OF.items():
                cents = sign * found.step(code).cents
                assert format_amount(cents) == wanted[figure], f"{owner} {on} {code}"


@pytest.mark.parametrize("name", TEXTS)
def test_every_line_is_the_sum_of_its_entries(name: str) -> None:
    """Posted lines open into parts that add up, and each part is in the journal."""
    world, answers = played(name)
    on = answers[-1][0]
    for owner in world.contracts:
        found = explained(world, owner, on)
        if found is None:
            continue
        for step in found.steps:
            if step.code is StepCode.AVAILABLE:
                continue
            assert sum(share.cents for share in step.shares) == step.cents
            for share in step.shares:
                pieces = [part.cents for part in share.parts]
                pieces += [term.cents for term in share.basis]
                assert sum(pieces) == share.cents


@pytest.mark.parametrize("name", TEXTS)
def test_the_entries_of_any_account_are_its_balance(name: str) -> None:
    """Whatever amount of a statement: fees, VAT, pay-outs under way."""
    world, answers = played(name)
    on = answers[-1][0]
    for owner in world.contracts:
        position = world.ledger.get(Position, contract=contract(owner))
        assert position is not None
        entries = entries_of(world.ledger, contract(owner), on=on)
        for code in chart.CHART:
            made = sum(share.cents for share in amount_of(entries, code))
            assert made == position.balance(code)


def test_the_stories_reach_every_line() -> None:
    """Else a line that is never there would always agree."""
    reached = set()
    for name in TEXTS:
        world, answers = played(name)
        for on, _ in answers:
            found = (explained(world, owner, on) for owner in world.contracts)
            reached |= {step.code for one in found if one for step in one.steps if step.cents}
    assert reached == set(StepCode)


def test_before_its_terms_a_contract_has_nothing_to_explain() -> None:
    """Neither has one that does not exist."""
    assert explain(small_firm(), CONTRACTS[0], on=day(-1)) is None
    assert explain(small_firm(), ContractId("siren:000000000/EUR"), on=day(0)) is None


def test_before_its_first_entry_everything_is_zero() -> None:
    """Terms are in force, nothing is booked."""
    world, _ = played("01-full-cycle")
    found = explain(world.ledger, contract("K1"), on=dt.date(2026, 1, 1))
    assert found is not None
    assert {step.cents for step in found.steps} == {0}
    assert found.seq == 0


@pytest.mark.parametrize("text", ["siren:552081317/EUR", "siren:552081317", "552 081 317"])
def test_a_contract_is_found_by_what_a_person_types(text: str) -> None:
    """Its id, its party, its SIREN with spaces."""
    assert contracts_named(small_firm(), text) == ["siren:552081317/EUR"]


def test_a_contract_is_found_by_its_line_in_the_sheet() -> None:
    """And nothing by what is nobody's."""
    world, _ = played("01-full-cycle")
    assert contracts_named(world.ledger, "K1") == [contract("K1")]
    assert contracts_named(world.ledger, "K9") == []


def test_sums_that_do_not_tie_are_our_own_mistake() -> None:
    """A share of other parts, a line of other shares, a total of other lines."""
    part = Part(1, day(0), "E1", (), 5)
    with pytest.raises(AssertionError, match="the parts of F1"):
        Share(6, "F1", parts=(part,))
    with pytest.raises(AssertionError, match="shares of fund"):
        Step(StepCode.FUND, 6, (Share(5, "F1", parts=(part,)),))
    steps = (Step(StepCode.OUTSTANDING, 5), Step(StepCode.CURRENT, 6, is_total=True))
    with pytest.raises(AssertionError, match="the lines above current"):
        Explanation("K", "EUR", day(0), 1, 1, steps)
