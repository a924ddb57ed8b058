"""Lines of two sources, frozen, dated, asked for and analysed: decisions of « Garanties »."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from bordereau.domain.decisions import DecisionKind, LineDecision, TermsDecision
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import BatchId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.line_agreements import Basis, Source
from bordereau.domain.line_requests import DatedLine, LineRequest
from bordereau.domain.parties import DebtorFacts
from bordereau.services.apply_due_line import apply_due_line
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.check_books import check_books
from bordereau.services.desk.answers import NOTHING
from bordereau.services.desk.figures import gather
from bordereau.services.desk.line_pages import analysis_rows, line_room
from bordereau.services.draft import Draft
from bordereau.services.insolvency import declare_insolvency
from bordereau.services.lines import set_line
from bordereau.services.move_invoice import open_dispute, pay_directly
from bordereau.services.outcome import Outcome, Status
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.update_reserves import sweep_reserves
from tests.unit.desk.desk_world import FRENCH, World
from tests.unit.services.test_apply_decisions import (
    ACME,
    ALPHA_EUR,
    BETA,
    BETA_EUR,
    CONTRACT,
    DAY,
    DEBTOR,
    IBAN,
    LINE,
    SELLER,
    TERMS,
    answer,
    assign,
    opened,
    post,
    says,
)

SOON: Final = DAY + dt.timedelta(3)
INSURED: Final = replace(
    LINE,
    source=Source.INSURER,
    amount_cents=1_000_00,
    basis=Basis.HT,
    vat_bps=2000,
    policy_ref="P-77",
    insured_share_bps=9000,
)
_OPENED: Final = opened()


@pytest.fixture
def world() -> World:
    """A firm with one contract, one debtor and a line of 1 000.00 of its own."""
    made = copy.deepcopy(_OPENED)
    made.queue.sent.clear()
    made.queue.waiting.clear()
    return made


def decide(world: World, ref: str, decision: LineDecision, revision: int = 1) -> Outcome:
    """Post a decision of « Garanties »."""
    return post(world, ref, DecisionKind.LINE, decision, revision)


def line(world: World) -> RelationLine:
    """The relation's row."""
    found = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert found is not None
    return found


def wide(world: World) -> FactorLine:
    """The factor-wide row."""
    found = world.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert found is not None
    return found


def invoice(world: World, number: str) -> Invoice:
    """An invoice as it stands."""
    identity = InvoiceId(f"2026#{number}")
    found = world.ledger.get(Invoice, contract=ALPHA_EUR, invoice=identity)
    assert found is not None
    return found


# --- two sources


def test_the_line_is_the_least_of_our_own_and_the_insurer_s_with_vat(world: World) -> None:
    """1 000.00 HT at 20 % support 1 200.00: our own 1 000.00 is less, then 5 000.00 is more."""
    decide(world, "G-0002", INSURED)
    assert line(world).limit_cents == 1_000_00
    decide(world, "G-0003", replace(LINE, amount_cents=5_000_00))
    assert line(world).limit_cents == 1_200_00
    said = answer(world, "G-0003").message.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Ligne de 1 200,00 € en vigueur" in said
    assert "Assureur : 1 000,00 € HT, soit 1 200,00 € TTC" in said
    found = line(world).insurer
    assert found is not None
    assert (found.policy_ref, found.insured_share_bps) == ("P-77", 9000)


def test_a_line_ends_with_the_earlier_of_its_two_ends(world: World) -> None:
    """After it, it counts as nothing; what is approved stays."""
    decide(world, "G-0002", replace(INSURED, to_on=DAY + dt.timedelta(9)))
    decide(world, "G-0003", replace(LINE, to_on=DAY + dt.timedelta(30)))
    assert line(world).valid_until == DAY + dt.timedelta(9)
    assign(world, "F1", 800_00)
    later = DAY + dt.timedelta(10)
    shown = line_room(line(world), later)
    assert (shown.limit_cents, shown.used_cents, shown.left_cents) == (0, 800_00, 0)
    assert shown.review_on == DAY + dt.timedelta(9 - 30)


def test_an_insurer_that_withdraws_stops_new_approvals_until_own_risk_is_decided(
    world: World,
) -> None:
    """Zero at once; a later own agreement is our own risk, an insurer's alone lifts nothing."""
    decide(world, "G-0002", INSURED)
    assign(world, "F1", 600_00)
    decide(world, "G-0003", replace(INSURED, action="cancel", amount_cents=0))
    assert line(world).limit_cents == 0
    assert invoice(world, "F1").approved_cents == 600_00
    decide(world, "G-0004", replace(LINE, amount_cents=900_00))
    assert (line(world).limit_cents, line(world).insurer) == (900_00, None)
    decide(world, "G-0005", replace(LINE, action="cancel", amount_cents=0))
    decide(world, "G-0006", replace(INSURED, amount_cents=9_000_00))
    assert line(world).limit_cents == 0


def test_the_wide_limit_has_two_sources_too(world: World) -> None:
    """Our own cancelled leaves the insurer's."""
    own = replace(LINE, contract=None, amount_cents=5_000_00)
    decide(world, "G-0002", own)
    decide(world, "G-0003", replace(INSURED, contract=None))
    assert wide(world).limit_cents == 1_200_00
    decide(world, "G-0004", replace(own, action="cancel"))
    assert wide(world).limit_cents == 1_200_00
    decide(world, "G-0005", replace(INSURED, contract=None, action="freeze", reason="x"))
    assert wide(world).status is LineStatus.FROZEN


def test_a_plain_limit_is_not_lifted_by_an_insurer(world: World) -> None:
    """A row that a take-on or a story set keeps its limit as our own."""
    set_line(world.ledger, replace(line(world), limit_cents=300_00), today=DAY)
    plain = replace(line(world), own=None)
    draft_put(world, plain)
    decide(world, "G-0002", INSURED)
    assert line(world).limit_cents == 300_00


def draft_put(world: World, record: Any) -> None:
    """Write a record as it is."""
    draft = Draft(world.ledger)
    draft.read(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    draft.read(FactorLine, debtor=ACME, currency="EUR")
    draft.write(record)
    assert draft.commit("set-line")


# --- freeze


def test_a_freeze_stops_what_is_new_and_keeps_what_is_approved(world: World) -> None:
    """With who and why; a new agreement does not end it, an unfreeze does, and it promotes."""
    assign(world, "F1", 400_00)
    frozen = replace(LINE, action="freeze", reason="incident", asked_by="Léa Martin")
    decide(world, "G-0002", frozen)
    assert (line(world).status, line(world).frozen_by) == (LineStatus.FROZEN, "Léa Martin")
    assert "gelée par Léa Martin" in answer(world, "G-0002").message
    assign(world, "F2", 300_00)
    assert (invoice(world, "F1").approved_cents, invoice(world, "F2").approved_cents) == (40_000, 0)
    decide(world, "G-0003", replace(LINE, amount_cents=2_000_00))
    assert "reste gelée par Léa Martin" in answer(world, "G-0003").message
    assert promote_waiting(world.ledger, ACME, "EUR", today=DAY) == []
    decide(world, "G-0004", replace(frozen, action="unfreeze"))
    assert (line(world).status, line(world).frozen_by) == (LineStatus.ACTIVE, "")
    promote_waiting(world.ledger, ACME, "EUR", today=DAY)
    assert invoice(world, "F2").approved_cents == 300_00
    found = check_books(world.ledger, contracts=[ALPHA_EUR], accounts=[IBAN])
    assert [one for one in found if not one.ok] == []


def test_insolvency_is_stronger_than_a_freeze_and_an_unfreeze(world: World) -> None:
    """Nothing lifts it."""
    declare_insolvency(world.ledger, ACME, "EUR", judged_on=DAY)
    for number, action in enumerate(("freeze", "unfreeze", "grant"), 2):
        decided = replace(LINE, action=action, reason="x", asked_by="y", amount_cents=9_000_00)
        decide(world, f"G-{number:04d}", decided)
        assert line(world).status is LineStatus.INSOLVENT


# --- days


def test_a_later_day_waits_and_takes_effect_when_it_comes(world: World) -> None:
    """The sweep of the day sends it; the line moves once, and wakes once more when told again."""
    decide(world, "G-0002", replace(LINE, amount_cents=7_000_00, from_on=SOON))
    assert line(world).limit_cents == 1_000_00
    stored = answer(world, "G-0002")
    assert (stored.status, stored.in_force_on) == ("in_force", SOON)
    assert world.queue.sent == []
    world.today = SOON
    swept = sweep_reserves(world.ledger, world.queue, on=SOON, now=world.now)
    assert swept.amounts["due"] == 1
    assert [m.message for m in world.queue.sent if m.queue == "apply_decisions"] == [
        {"due": "G-0002"}
    ]
    assert apply_due_line(world.desk, "G-0002").reason == "applied"
    assert line(world).limit_cents == 7_000_00
    before = world.ledger.snapshot()
    assert apply_due_line(world.desk, "G-0002").reason == "applied"
    assert world.ledger.snapshot() == before
    next_day = SOON + dt.timedelta(1)
    again = sweep_reserves(world.ledger, world.queue, on=next_day, now=world.now)
    assert again.amounts["due"] == 0


def test_a_dated_line_counts_from_its_day_even_when_the_run_was_missed(world: World) -> None:
    """Booked days in between do not refuse it: it was decided before them."""
    decide(world, "G-0002", replace(LINE, amount_cents=7_000_00, from_on=SOON))
    world.today = SOON + dt.timedelta(5)

    document = Assignment(ACME, "F9", world.today, world.today + dt.timedelta(30), 100_00)
    assign_invoices(world.ledger, ALPHA_EUR, BatchId("F9"), [document], today=world.today)
    assert apply_due_line(world.desk, "G-0002").reason == "applied"
    own = line(world).own
    assert own is not None
    assert own.from_on == SOON


def test_a_dated_line_is_not_applied_before_its_day_nor_when_it_says_something_else(
    world: World,
) -> None:
    """Another revision withdraws it; an unknown one is nothing."""
    decide(world, "G-0002", replace(LINE, amount_cents=7_000_00, from_on=SOON))
    assert apply_due_line(world.desk, "G-0002").reason == "not-due"
    assert apply_due_line(world.desk, "G-0099").reason == "not-due"
    decide(world, "G-0002", replace(LINE, amount_cents=8_000_00, from_on=SOON), 2)
    row = world.ledger.get(DatedLine, ref="G-0002")
    assert row is not None
    assert row.facts["amount_cents"] == 8_000_00
    decide(world, "G-0002", replace(LINE, action="request", asked_by="Léa"), 3)
    world.today = SOON
    assert apply_due_line(world.desk, "G-0002").reason == "withdrawn"
    assert line(world).limit_cents == 1_000_00


def test_a_decision_older_than_what_is_in_force_changes_nothing(world: World) -> None:
    """Of one source the later first day wins, whichever comes first."""
    decide(world, "G-0002", replace(LINE, amount_cents=7_000_00, from_on=SOON))
    world.today = SOON + dt.timedelta(1)
    decide(world, "G-0003", replace(LINE, amount_cents=2_000_00, from_on=world.today))
    assert apply_due_line(world.desk, "G-0002").reason == "line_superseded"
    assert line(world).limit_cents == 2_000_00
    decide(world, "G-0004", replace(LINE, amount_cents=3_000_00, from_on=DAY))
    assert says(world, "G-0004") == ["decision-line-superseded"]


def test_a_wide_limit_older_than_what_is_in_force_changes_nothing(world: World) -> None:
    """The same rule on the factor-wide row, and the day that counts is said."""
    world.today = SOON
    limit = replace(LINE, contract=None, amount_cents=9_000_00, from_on=SOON)
    decide(world, "G-0002", limit)
    decide(world, "G-0003", replace(limit, amount_cents=1_00, from_on=DAY))
    assert says(world, "G-0003") == ["decision-line-superseded"]
    assert "08/01/2026" in FRENCH.problem(answer(world, "G-0003").problems[0])
    assert wide(world).limit_cents == 9_000_00


def test_the_line_that_stands_may_be_typed_again_on_another_row(world: World) -> None:
    """Its first day is before what is booked; nothing changes, so nothing is refused."""
    world.today = SOON
    document = Assignment(ACME, "F1", SOON, SOON + dt.timedelta(30), 100_00)
    assign_invoices(world.ledger, ALPHA_EUR, BatchId("F1"), [document], today=SOON)
    before = line(world)
    decide(world, "G-0002", LINE)
    assert answer(world, "G-0002").status == "in_force"
    assert line(world) == before


def test_a_line_waits_for_the_first_day_of_its_contract(world: World) -> None:
    """Until then nobody knows whether the debtor is told."""
    contract = replace(CONTRACT, contract=BETA_EUR, seller=BETA)
    terms = replace(TERMS.terms, contract=BETA_EUR, from_on=SOON)
    post(world, "C-0002", DecisionKind.SELLER, replace(SELLER, party=BETA, siren="552032534"))
    post(world, "K-0002", DecisionKind.TERMS, TermsDecision(contract, terms))
    outcome = decide(world, "G-0002", replace(LINE, contract=BETA_EUR))
    assert (outcome.status, outcome.reason) == (Status.HELD, "not_yet")
    world.today = SOON
    assert decide(world, "G-0002", replace(LINE, contract=BETA_EUR)).status is Status.DONE


def test_a_request_for_all_sellers_names_no_client(world: World) -> None:
    """Its analysis is the debtor's alone; a row without a limit has no room to show."""
    decide(world, "G-0002", replace(LINE, contract=None, action="request", asked_by="Léa"))
    rows = analysis_rows(gather(world.ledger, today=DAY), FRENCH)
    assert {row[2] for row in rows} == {""}
    assert line_room(FactorLine(ACME, "EUR"), DAY).limit_cents is None


def test_a_backdated_line_is_refused_with_the_day_that_is_booked(world: World) -> None:
    """What was approved on those days rested on the other line; nothing moves."""
    world.today = SOON

    document = Assignment(ACME, "F1", SOON, SOON + dt.timedelta(30), 100_00)
    assign_invoices(world.ledger, ALPHA_EUR, BatchId("F1"), [document], today=SOON)
    yesterday = SOON - dt.timedelta(1)
    before = line(world)
    decide(world, "G-0002", replace(LINE, amount_cents=9_00, action="cut", from_on=yesterday))
    assert says(world, "G-0002") == ["decision-line-in-the-past"]
    assert line(world) == before
    sentence = FRENCH.problem(answer(world, "G-0002").problems[0])
    assert "08/01/2026" in sentence
    decide(world, "G-0003", replace(LINE, amount_cents=9_00, action="cut", from_on=SOON))
    assert line(world).limit_cents == 9_00


def test_a_cut_that_cuts_nothing_is_refused(world: World) -> None:
    """Raising is an agreement of its own; a cut of our own part may leave the line as it is."""
    decide(world, "G-0002", replace(LINE, action="cut", amount_cents=1_500_00))
    assert says(world, "G-0002") == ["decision-cut-not-lower"]
    decide(world, "G-0003", replace(INSURED, amount_cents=100_00))
    decide(world, "G-0004", replace(LINE, action="cut", amount_cents=900_00))
    assert says(world, "G-0004") == []
    assert line(world).limit_cents == 120_00


# --- requests


def a_record(world: World) -> None:
    """A debtor that pays late, disputes, pays the seller, and gets credit notes."""
    assign(world, "F1", 300_00)
    assign(world, "F2", 100_00)
    assign(world, "F3", 200_00)
    late = dt.date(2026, 2, 17)
    pay_directly(world.ledger, ALPHA_EUR, InvoiceId("2026#F1"), 300_00, today=late)
    pay_directly(world.ledger, ALPHA_EUR, InvoiceId("2026#F2"), 100_00, today=DAY)
    open_dispute(world.ledger, ALPHA_EUR, InvoiceId("2026#F3"), today=late, amount_cents=50_00)
    note = CreditRequest(ALPHA_EUR, "AV-1", late, 30_00, invoice=InvoiceId("2026#F3"))
    book_credit_note(world.ledger, note, today=late)


def test_a_request_has_no_effect_but_its_analysis(world: World) -> None:
    """Payment record, exposure, age, dilution and typed facts, as of the day of the request."""
    a_record(world)
    facts = DebtorFacts(dt.date(2001, 5, 2), 48, 12_000_000_00, "72/100", "E4", DAY, "à suivre")
    post(world, "D-0001", DecisionKind.DEBTOR, replace(DEBTOR, facts=facts), 2)
    world.today = dt.date(2026, 3, 2)
    asked = replace(LINE, action="request", amount_cents=4_000_00, asked_by="Léa", reason="hausse")
    decide(world, "G-0002", asked)
    assert line(world).limit_cents == 1_000_00
    request = world.ledger.get(LineRequest, ref="G-0002")
    assert request is not None
    found = request.analysis
    assert (found.record.paid_count, found.record.paid_cents) == (2, 400_00)
    assert (found.record.late_tenths, found.record.late_share_bps) == (90, 7500)
    assert (found.record.disputed_count, found.record.disputed_cents) == (1, 20_00)
    assert (found.record.direct_count, found.record.direct_cents) == (2, 400_00)
    assert (found.record.overdue_cents, found.record.oldest_days) == (170_00, 25)
    assert (found.dilution.credited_cents, found.dilution.rate_bps) == (30_00, 500)
    assert (found.exposure.approved_cents, found.exposure.relation_cents) == (170_00, 1_000_00)
    assert (found.exposure.wide_limit_cents, found.exposure.share_bps) == (None, 10_000)
    assert (found.known_since_on, found.known_days) == (DAY, 56)
    rows = analysis_rows(gather(world.ledger, today=world.today), FRENCH)
    shown = {row[5]: plain(str(row[6])) for row in rows}
    assert {row[1] for row in rows} == {"G-0002"}
    assert shown["Montant demandé"] == "4 000,00 €"
    assert shown["Retard moyen, pondéré par le montant"] == "9,0 j"
    assert shown["Part payée en retard"] == "75 %"
    assert shown["Avoirs sur factures"] == "5 %"
    assert shown["Entreprise créée le"] == "02/05/2001 · 24 ans"
    assert shown["Cotation Banque de France"] == "E4"
    assert shown["Chiffre d'affaires"] == "12 000 000,00 €"


def plain(text: str) -> str:
    """A text with plain spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_decision_on_the_relation_closes_the_request(world: World) -> None:
    """Of another relation it does not; a freeze decides nothing."""
    decide(world, "G-0002", replace(LINE, action="request", asked_by="Léa"))
    decide(world, "G-0003", replace(LINE, contract=None, amount_cents=9_000_00))
    decide(world, "G-0004", replace(LINE, action="freeze", reason="x", asked_by="Léa"))
    assert len(gather(world.ledger, today=DAY).requests) == 1
    decide(world, "G-0005", replace(LINE, amount_cents=2_000_00))
    assert gather(world.ledger, today=DAY).requests == ()
    assert analysis_rows(gather(world.ledger, today=DAY), FRENCH) == []


def test_a_request_that_becomes_an_agreement_is_closed_by_it(world: World) -> None:
    """The same line of the sheet, retyped."""
    decide(world, "G-0002", replace(LINE, action="request", asked_by="Léa"))
    decide(world, "G-0002", replace(LINE, amount_cents=2_000_00), 2)
    assert gather(world.ledger, today=DAY).requests == ()
    assert line(world).limit_cents == 2_000_00


def test_a_debtor_whom_nobody_knows_is_analysed_with_nothing(world: World) -> None:
    """No invoice, no line: zeros, and dashes for what nobody typed."""
    other = PartyId("siren:552032534")
    post(world, "D-0002", DecisionKind.DEBTOR, replace(DEBTOR, party=other, vat=""))
    decide(world, "G-0002", replace(LINE, debtor=other, action="request", asked_by="Léa"))
    rows = analysis_rows(gather(world.ledger, today=DAY), FRENCH)
    shown = {row[5]: row[6] for row in rows}
    assert shown["Connu de nous depuis"] == NOTHING
    assert shown["Entreprise créée le"] == NOTHING


# --- repetition

Decided = Callable[[World], None]


@pytest.mark.parametrize(
    "decision",
    [
        INSURED,
        replace(LINE, action="freeze", reason="x", asked_by="y"),
        replace(LINE, amount_cents=7_00, from_on=SOON),
        replace(LINE, action="request", asked_by="y"),
        replace(INSURED, contract=None),
    ],
    ids=["insurer", "freeze", "dated", "request", "wide"],
)
def test_a_repeated_decision_writes_nothing(world: World, decision: LineDecision) -> None:
    """The command is in the commit."""
    decide(world, "G-0002", decision)
    before = world.ledger.snapshot()
    decide(world, "G-0002", decision)
    assert world.ledger.snapshot() == before
