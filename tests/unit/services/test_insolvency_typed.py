"""A procedure typed in « Débiteurs »: lines to nothing, a claim watched until it is filed."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain.decisions import DecisionKind
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.services.alerts import open_alerts
from bordereau.services.insolvency import date_insolvency
from bordereau.services.raise_overdue_alerts import sweep_overdue
from tests.unit.desk.desk_world import World
from tests.unit.services import decided
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.decided import ACME, ALPHA_EUR, DAY, Step, say, sentence, wrong

PUBLISHED = dt.date(2026, 1, 20)
_FIRM = decided.firm("FA-1")


@pytest.fixture
def world() -> World:
    """A firm with an open invoice of 20 000.00 on ACME."""
    return copy.deepcopy(_FIRM)


def step(revision: int = 2, **facts: Any) -> Step:
    """A revision of the line D-0001."""
    return "D-0001", DecisionKind.DEBTOR, replace(made.DEBTOR, **facts), revision


def wide(world: World) -> FactorLine:
    """The factor-wide row of ACME."""
    found = world.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert found is not None
    return found


def told(world: World) -> list[tuple[str, str]]:
    """Code and severity of the open alerts about ACME."""
    return [(alert.code, alert.severity) for alert in open_alerts(world.ledger, "debtor:")]


def test_a_procedure_sets_the_lines_to_nothing_and_says_what_to_do(world: World) -> None:
    """What is approved stays covered, nothing new is financed, the claim waits for its day."""
    say(world, step(insolvent_on=DAY))
    assert sentence(world, "D-0001", 2) == (
        "Procédure enregistrée : 1 ligne à zéro, 20 000,00 € approuvés restent couverts, relances "
        "arrêtées. Notez la publication au BODACC dès qu'elle paraît : la créance se déclare dans "
        "les deux mois."
    )
    line = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert line is not None
    assert (line.status, line.approved_cents) == (LineStatus.INSOLVENT, 20_000_00)
    assert wide(world).insolvent_on == DAY
    assert told(world) == [("claim-unpublished", "normal")]
    decided.books_are_sound(world)


def test_the_publication_starts_the_two_months_and_the_filing_ends_them(world: World) -> None:
    """Published on 20 January: to be filed by 20 March, urgent fifteen days before."""
    say(world, step(insolvent_on=DAY))
    say(world, step(3, insolvent_on=DAY, published_on=PUBLISHED))
    assert "Créance à déclarer avant le 20/03/2026." in sentence(world, "D-0001", 3)
    assert wide(world).published_on == PUBLISHED
    assert told(world) == [("claim-due", "normal")]
    sweep_overdue(world.ledger, world.queue, on=dt.date(2026, 3, 5), now=world.now)
    assert told(world) == [("claim-due", "high")]
    filed = {"insolvent_on": DAY, "published_on": PUBLISHED, "claim_filed_on": PUBLISHED}
    say(world, step(4, **filed))
    assert "Créance déclarée le 20/01/2026." in sentence(world, "D-0001", 4)
    assert told(world) == []


def test_a_corrected_judgment_moves_only_its_day(world: World) -> None:
    """The lines are at nothing already; a day of publication that was noted stays."""
    say(world, step(insolvent_on=DAY, published_on=PUBLISHED))
    say(world, step(3, insolvent_on=DAY - dt.timedelta(1)))
    assert wide(world).insolvent_on == DAY - dt.timedelta(1)
    assert wide(world).published_on == PUBLISHED


def test_a_procedure_does_not_go_away_by_an_empty_cell(world: World) -> None:
    """The cell turns red, nothing changes."""
    say(world, step(insolvent_on=DAY))
    say(world, step(3))
    assert wrong(world, "D-0001", 3) == [("decision-insolvency-stays", "insolvency")]


def test_a_debtor_without_any_line_is_insolvent_all_the_same(world: World) -> None:
    """A line that is granted later counts as nothing."""
    world.ledger = World().ledger
    for ref, kind, decision in (
        ("C-0001", DecisionKind.SELLER, made.SELLER),
        ("K-0001", DecisionKind.TERMS, made.TERMS),
    ):
        say(world, (ref, kind, decision, 1))
    say(world, step(1, insolvent_on=DAY))
    assert "0 ligne à zéro, rien n'était financé" in sentence(world, "D-0001")
    say(world, ("G-0001", DecisionKind.LINE, made.LINE, 1))
    line = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert line is not None
    assert line.status is LineStatus.INSOLVENT


def test_days_of_a_procedure_that_is_not_there_are_refused(world: World) -> None:
    """Nothing is written."""
    outcome = date_insolvency(world.ledger, ACME, "EUR", judged_on=DAY, published_on=None)
    assert outcome.reason == "not_insolvent"


def test_a_crash_anywhere_then_redelivery_gives_the_same_books() -> None:
    """The lines first, then the party with the answer: twice is once."""
    facts: dict[str, Any] = {"insolvent_on": DAY, "published_on": DAY}
    decided.crash_anywhere(copy.deepcopy(_FIRM), [], step(**facts))
    decided.crash_anywhere(copy.deepcopy(_FIRM), [step(insolvent_on=DAY)], step(3, **facts))
