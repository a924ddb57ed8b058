"""A procedure typed in « Débiteurs »: lines to nothing, a claim watched until it is filed."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain.books import GuaranteeClaim, Position
from bordereau.domain.decisions import DecisionKind
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.transactions import ABSENT, Put, Transaction
from bordereau.services.alerts import open_alerts
from bordereau.services.end_insolvency import end_insolvency
from bordereau.services.insolvency import date_insolvency
from bordereau.services.promote_waiting import promote_waiting
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


def ended(how: str, **facts: Any) -> dict[str, Any]:
    """A procedure of that day that is over."""
    return {
        "insolvent_on": DAY,
        "procedure_end": how,
        "ended_on": DAY,
        "ended_why": "homonyme",
        **facts,
    }


def relation(world: World) -> RelationLine:
    """The line of Alpha on ACME."""
    found = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert found is not None
    return found


def test_a_procedure_typed_in_error_gives_the_lines_and_the_queue_back(world: World) -> None:
    """100 000.00 of the line count again; 10 000.00 that waited are promoted; no claim is filed."""
    made.assign(world, "FA-2", 90_000_00)
    assert relation(world).waiting_cents == 10_000_00
    say(world, step(insolvent_on=DAY))
    assert (relation(world).queued_cents, wide(world).waiting_cents) == (0, 0)
    decided.books_are_sound(world)
    world.queue.sent.clear()
    stands = balance_of(world)
    say(world, step(3, **ended("error")))
    assert sentence(world, "D-0001", 3) == (
        "Procédure saisie par erreur, retirée le 05/01/2026 : 1 ligne compte de nouveau comme "
        "convenu, ce qui attendait reprend sa place, les relances reprennent. Ce qui a été "
        "comptabilisé entre-temps reste."
    )
    assert (relation(world).status, wide(world).status) == (LineStatus.ACTIVE, LineStatus.ACTIVE)
    assert (relation(world).queued_cents, wide(world).insolvent_on) == (10_000_00, None)
    assert told(world) == []
    room = {"debtor": ACME, "currency": "EUR", "on": DAY.isoformat()}
    assert ("update_reserves", room, "") in [
        (one.queue, one.message, one.group) for one in world.queue.sent
    ]
    assert balance_of(world) == stands, "nothing is booked by the end of a procedure"
    decided.books_are_sound(world)
    more = replace(made.LINE, amount_cents=120_000_00)
    say(world, ("G-0002", DecisionKind.LINE, more, 1))
    promote_waiting(world.ledger, ACME, "EUR", today=DAY)
    assert relation(world).approved_cents == 110_000_00
    decided.books_are_sound(world)


def balance_of(world: World) -> int:
    """Where the contract's journal stands."""
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    return position.seq


@pytest.mark.parametrize("how", ["lifted", "closed"])
def test_after_a_procedure_that_was_one_a_person_decides_again(world: World, how: str) -> None:
    """The lines stay frozen until they are unfrozen, with the reason of the end."""
    say(world, step(insolvent_on=DAY))
    say(world, step(3, **ended(how)))
    assert "1 ligne reste gelée jusqu'à son dégel dans Garanties" in sentence(world, "D-0001", 3)
    by = "la fin de procédure du 05/01/2026"
    for line in (relation(world), wide(world)):
        assert (line.status, line.frozen_why) == (LineStatus.FROZEN, "homonyme")
        assert line.frozen_by.replace("\u00a0", " ") == by
    decided.books_are_sound(world)


def test_what_was_frozen_before_or_during_a_procedure_is_frozen_after_it(world: World) -> None:
    """A freeze is a person's; so is its end, even where a procedure hides it."""
    freeze = replace(made.LINE, action="freeze", asked_by="Awa", reason="retards")
    say(world, ("G-0002", DecisionKind.LINE, freeze, 1))
    say(world, step(insolvent_on=DAY))
    say(world, step(3, **ended("error")))
    assert (relation(world).status, relation(world).frozen_by) == (LineStatus.FROZEN, "Awa")
    say(world, step(4, insolvent_on=DAY))
    say(world, ("G-0003", DecisionKind.LINE, replace(freeze, action="unfreeze"), 1))
    say(world, step(5, **ended("error")))
    assert relation(world).status is LineStatus.ACTIVE
    say(world, step(6))
    assert sentence(world, "D-0001", 6) == "Pris en compte le 05/01/2026."
    decided.books_are_sound(world)


def test_a_guarantee_that_took_effect_stays_when_the_procedure_ends(world: World) -> None:
    """It is said; the claim on the insurer is undone by its own event."""
    say(world, step(insolvent_on=DAY))
    say(world, ("K-0001", DecisionKind.TERMS, made.TERMS, 2))
    world.ledger.commit(
        Transaction(
            "take-guarantee", (Put(GuaranteeClaim(ALPHA_EUR, ACME, DAY, 1, 0, 1), (ABSENT,)),)
        )
    )
    say(world, step(3, **ended("error")))
    assert sentence(world, "D-0001", 3).endswith(
        "La garantie a déjà joué : ce qui est réclamé à l'assureur ou reçu de lui n'est pas annulé."
    )


def test_a_procedure_that_is_not_there_does_not_end(world: World) -> None:
    """Nothing is written; so is it for a debtor without any line."""
    outcome = end_insolvency(world.ledger, ACME, "EUR", today=DAY)
    assert outcome.reason == "not_insolvent"
    assert end_insolvency(World().ledger, ACME, "EUR", today=DAY).reason == "not_insolvent"


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
    for how in ("error", "closed"):
        decided.crash_anywhere(
            copy.deepcopy(_FIRM), [step(insolvent_on=DAY)], step(3, **ended(how))
        )
