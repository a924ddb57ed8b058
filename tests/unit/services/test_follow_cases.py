"""« Litiges et promesses »: what each kind of line does, once, and how it ends."""

from __future__ import annotations

import copy
import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain.books import Position
from bordereau.domain.cases import Case, CaseState, state_of
from bordereau.domain.charges import PendingCharge
from bordereau.domain.decisions import CaseDecision, DecisionKind, RateDecision, SettingDecision
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.problems import ConflictError
from bordereau.domain.work import Intent
from bordereau.services.alerts import open_alerts
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.draft import Draft, attempt
from bordereau.services.follow_cases import Suspended, contracts_to_look_at
from bordereau.services.move_invoice import pay_directly
from bordereau.services.raise_overdue_alerts import alert_contract, sweep_overdue
from bordereau.services.remind_debtors import remind_debtor
from tests.unit.desk.desk_world import World
from tests.unit.services import decided
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.decided import ALPHA_EUR, DAY, FA1, Step, invoice, say, sentence, wrong
from tests.unit.services.test_apply_decisions import BETA

FA2 = InvoiceId("2026#FA2")
LATER = DAY + dt.timedelta(10)
_FIRM = decided.firm("FA-1", "FA-2")


@pytest.fixture
def world() -> World:
    """A firm with two open invoices of 20 000.00."""
    return copy.deepcopy(_FIRM)


def step(kind: str, revision: int = 1, number: str = "FA-1", **facts: Any) -> Step:
    """A revision of the line L-0001."""
    return "L-0001", DecisionKind.CASE, CaseDecision(number, kind, **facts), revision


def case(world: World, ref: str = "L-0001") -> Case:
    """The row of a line."""
    found = world.ledger.get(Case, ref=ref)
    assert found is not None
    return found


def state(world: World, on: dt.date = DAY) -> CaseState:
    """Where the case of L-0001 stands."""
    return state_of(case(world), invoice(world), on)


def told(world: World, on: dt.date) -> list[str]:
    """Look at the contract on a day; the codes of its alerts about cases."""
    alert_contract(world.ledger, contract=ALPHA_EUR, on=on)
    return [alert.code for alert in open_alerts(world.ledger, "case:")]


# --- disputes


def test_a_dispute_holds_its_advance_and_is_over_when_unfounded(world: World) -> None:
    """6 000.00 of 20 000.00 at 90 %: 5 400.00 are held, then all of it is available again."""
    before = decided.balance(world)
    say(world, step("dispute", amount_cents=6_000_00, reason="price"))
    assert sentence(world, "L-0001") == (
        "Litige enregistré : 5 400,00 € retenus, relances suspendues."
    )
    assert decided.balance(world) == before - 5_400_00
    assert Suspended(world.ledger, DAY).holds(invoice(world))
    closed: dict[str, Any] = {"amount_cents": 6_000_00, "closed_on": DAY, "outcome": "unfounded"}
    say(world, step("dispute", 2, **closed))
    assert "5 400,00 € de nouveau disponibles" in sentence(world, "L-0001", 2)
    assert decided.balance(world) == before
    assert state(world) is CaseState.CLOSED
    assert not Suspended(world.ledger, DAY).holds(invoice(world))
    decided.books_are_sound(world)


def test_a_founded_dispute_stays_held_until_its_credit_note(world: World) -> None:
    """Nothing goes back to the seller that the buyer will not pay (handbook: domain 6, 10)."""
    say(world, step("dispute", amount_cents=6_000_00))
    closed: dict[str, Any] = {"amount_cents": 6_000_00, "closed_on": DAY, "outcome": "founded"}
    say(world, step("dispute", 2, **closed))
    assert sentence(world, "L-0001", 2) == (
        "Litige fondé : 5 400,00 € restent retenus jusqu'à l'avoir du client."
    )
    assert state(world) is CaseState.AWAITS_CREDIT
    note = CreditRequest(ALPHA_EUR, "AV1", DAY, 6_000_00, invoice=FA1)
    book_credit_note(world.ledger, note, today=DAY)
    assert (invoice(world).disputed_cents, state(world)) == (0, CaseState.CLOSED)


def test_a_settled_dispute_keeps_only_what_will_be_credited(world: World) -> None:
    """2 000.00 of the 6 000.00 stay: 5 400.00 held become 1 800.00 (domain 6, scenario 10)."""
    say(world, step("dispute", amount_cents=6_000_00))
    closed: dict[str, Any] = {"amount_cents": 2_000_00, "closed_on": DAY, "outcome": "settled"}
    say(world, step("dispute", 2, **closed))
    assert "3 600,00 € de nouveau disponibles" in sentence(world, "L-0001", 2)
    assert invoice(world).hold_dispute_cents == 1_800_00


def test_a_revision_moves_only_what_it_changes(world: World) -> None:
    """A comment books nothing, another amount the difference, also after a credit note."""
    say(world, step("dispute", amount_cents=6_000_00))
    note = CreditRequest(ALPHA_EUR, "AV1", DAY, 2_000_00, invoice=FA1)
    book_credit_note(world.ledger, note, today=DAY)
    say(world, step("dispute", 2, amount_cents=6_000_00, comment="rappeler"))
    assert invoice(world).disputed_cents == 4_000_00
    say(world, step("dispute", 3, amount_cents=5_000_00))
    assert invoice(world).disputed_cents == 3_000_00
    say(world, step("dispute", 4))
    assert invoice(world).disputed_cents == 18_000_00
    decided.books_are_sound(world)


def test_two_disputes_of_one_invoice_add_up_and_end_apart(world: World) -> None:
    """The end of one leaves the other."""
    say(world, step("dispute", amount_cents=6_000_00))
    say(world, ("L-0002", *step("dispute", amount_cents=1_000_00)[1:]))
    assert invoice(world).disputed_cents == 7_000_00
    closed: dict[str, Any] = {"amount_cents": 6_000_00, "closed_on": DAY, "outcome": "unfounded"}
    say(world, step("dispute", 2, **closed))
    assert invoice(world).disputed_cents == 1_000_00


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_dispute_that_is_closed_with_nothing_held_is_only_noted(
    world: World, *, is_paid: bool
) -> None:
    """Typed and closed at once, or closed after the invoice was paid: nothing is booked."""
    if is_paid:
        say(world, step("dispute", amount_cents=6_000_00))
        pay_directly(world.ledger, ALPHA_EUR, FA1, 20_000_00, today=DAY)
    before = decided.balance(world)
    closed: dict[str, Any] = {"amount_cents": 6_000_00, "closed_on": DAY, "outcome": "founded"}
    say(world, step("dispute", 2, **closed))
    assert made.answer(world, "L-0001", 2).status == "ok"
    assert (state(world), decided.balance(world)) == (CaseState.CLOSED, before)


def test_where_the_terms_say_so_a_dispute_is_of_the_whole_invoice(world: World) -> None:
    """``dispute_scope`` WHOLE: a part that is typed disputes all of it."""
    terms = replace(made.TERMS.terms, from_on=LATER, dispute_scope="WHOLE")
    wanted = replace(made.TERMS, terms=terms)
    say(world, ("K-0001", DecisionKind.TERMS, wanted, 2))
    world.today = LATER
    say(world, step("dispute", amount_cents=1_00))
    assert invoice(world).disputed_cents == 20_000_00


def test_what_was_not_financed_has_nothing_to_be_held(world: World) -> None:
    """The dispute takes the unapproved part first."""
    made.assign(world, "FA-9", 90_000_00)
    say(world, step("dispute", number="FA-9", amount_cents=10_000_00))
    assert "n'étaient pas financés" in sentence(world, "L-0001")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"amount_cents": 20_000_01}, "decision-over-open", "amount"),
        ({"number": "FA-7"}, "decision-no-such-invoice", "invoice"),
        ({"seller": BETA}, "decision-no-such-invoice", "invoice"),
    ],
)
def test_a_dispute_that_cannot_be_says_why(
    world: World, facts: dict[str, Any], code: str, field: str
) -> None:
    """The cell is named, nothing is booked, no case begins."""
    say(world, step("dispute", **facts))
    assert wrong(world, "L-0001") == [(code, field)]
    assert world.ledger.get(Case, ref="L-0001") is None


def test_a_paid_invoice_cannot_be_disputed_nor_promised(world: World) -> None:
    """It is settled."""
    say(world, ("L-0009", DecisionKind.CASE, CaseDecision("FA-1", "direct-payment"), 1))
    for revision, kind in enumerate(("dispute", "promise", "direct-payment"), 1):
        say(world, step(kind, revision, promised_on=LATER))
        assert wrong(world, "L-0001", revision) == [("decision-nothing-open", "invoice")]


def test_a_line_that_names_another_invoice_leaves_the_first(world: World) -> None:
    """The wrong number was typed: what it held is free again, the right one is held."""
    say(world, step("dispute", amount_cents=6_000_00))
    say(world, step("dispute", 2, number="FA-2", amount_cents=6_000_00))
    assert invoice(world).disputed_cents == 0
    assert invoice(world, FA2).disputed_cents == 6_000_00
    assert case(world).invoice == FA2
    decided.books_are_sound(world)


def test_a_line_of_another_kind_leaves_what_it_was(world: World) -> None:
    """A dispute that was a promise after all, and back."""
    say(world, step("dispute", amount_cents=6_000_00))
    say(world, step("promise", 2, promised_on=LATER))
    assert invoice(world).disputed_cents == 0
    say(world, step("dispute", 3, amount_cents=1_000_00))
    assert (invoice(world).disputed_cents, case(world).promised_on) == (1_000_00, None)


# --- promises, delays, awaited credit notes


def test_a_promise_suspends_reminders_to_its_day_and_is_told_when_broken(world: World) -> None:
    """It is closed by itself when it is kept."""
    say(world, step("promise", promised_on=LATER))
    assert sentence(world, "L-0001") == (
        "Promesse enregistrée : 20 000,00 € attendus le 15/01/2026, relances suspendues jusque-là."
    )
    known = invoice(world)
    assert Suspended(world.ledger, LATER).holds(known)
    assert not Suspended(world.ledger, LATER + dt.timedelta(1)).holds(known)
    assert told(world, LATER) == []
    assert told(world, LATER + dt.timedelta(1)) == ["promise-broken"]
    assert state(world, LATER + dt.timedelta(1)) is CaseState.BROKEN
    say(world, ("L-0002", DecisionKind.CASE, CaseDecision("FA-1", "direct-payment"), 1))
    assert "promise-broken" not in told(world, LATER + dt.timedelta(2))
    assert case(world).closed_on == LATER + dt.timedelta(2)


def test_a_broken_promise_is_found_by_the_daily_sweep(world: World) -> None:
    """Also of an invoice that is not due yet."""
    say(world, step("promise", promised_on=DAY))
    world.queue.sent.clear()
    on = DAY + dt.timedelta(1)
    sweep_overdue(world.ledger, world.queue, on=on, now=world.now)
    sent = [(one.queue, one.message) for one in world.queue.sent]
    assert ("raise_overdue_alerts", {"contract": ALPHA_EUR, "on": on.isoformat()}) in sent


def test_a_promised_invoice_is_left_out_of_the_reminder(world: World) -> None:
    """The other one is reminded of alone; the day after the promise both are."""
    due = dt.date(2026, 2, 5)
    world.today = due + dt.timedelta(10)
    say(world, step("promise", promised_on=world.today))
    world.today = due + dt.timedelta(8)
    assert listed(world) == ["FA-2"]
    world.today = due + dt.timedelta(11)
    assert listed(world) == ["FA-1", "FA-2"]


def listed(world: World) -> list[str]:
    """The invoices of the reminder that is put on the day."""
    remind_debtor(
        world.ledger,
        world.objects,
        world.queue,
        payer=(decided.ACME, "EUR"),
        on=world.today,
        now=world.now,
    )
    intent = world.ledger.get(Intent, kind="reminder", id=f"{decided.ACME}#{world.today}")
    assert intent is not None
    figures = json.loads(world.objects.stored[intent.figures_key])
    return [row["number"] for row in figures["rows"]]


def test_what_staff_moved_meanwhile_is_looked_at_the_next_day(world: World) -> None:
    """The sweep finds contracts by their open alerts too."""
    say(world, step("promise", promised_on=DAY))
    assert told(world, LATER) == ["promise-broken"]
    assert ALPHA_EUR in set(contracts_to_look_at(world.ledger, DAY))


def test_a_broken_promise_is_told_once(world: World) -> None:
    """The next day finds its alert as it should be."""
    say(world, step("promise", promised_on=DAY))
    assert told(world, LATER) == ["promise-broken"]
    before = world.ledger.snapshot()
    assert told(world, LATER) == ["promise-broken"]
    assert world.ledger.snapshot() == before


def test_a_case_that_is_over_but_still_listed_is_left_alone(world: World) -> None:
    """The index lags: the case is read again by its key."""
    say(world, step("promise", promised_on=DAY))
    stale, find = [case(world)], world.ledger.find
    closing = replace(case(world), closed_on=DAY)
    attempt(world.ledger, "follow-case", lambda draft: draft.write(_read(draft, closing)))
    before = world.ledger.snapshot()
    world.ledger.find = lambda kind, *place, **more: (  # type: ignore[assignment,method-assign]
        iter(stale) if kind is Case else find(kind, *place, **more)
    )
    assert told(world, LATER) == []
    assert world.ledger.snapshot() == before


def _read(draft: Draft, wanted: Case) -> Case:
    draft.take(Case, ref=wanted.ref)
    return wanted


def test_a_case_that_staff_close_while_it_is_looked_at_is_theirs(world: World) -> None:
    """A kept promise would be closed on this day; they closed it on another."""
    say(world, step("promise", promised_on=LATER))
    say(world, ("L-0002", DecisionKind.CASE, CaseDecision("FA-1", "direct-payment"), 1))
    outcome = alert_contract(Moving(world.ledger), contract=ALPHA_EUR, on=LATER)
    assert outcome.amounts["over"] == 0
    assert case(world).closed_on == DAY


def test_a_line_that_names_another_seller_is_of_its_invoice(world: World) -> None:
    """The number stays, the client changes: that client has no such invoice."""
    say(world, step("promise", promised_on=LATER))
    say(world, step("promise", 2, promised_on=LATER, seller=BETA))
    assert wrong(world, "L-0001", 2) == [("decision-no-such-invoice", "invoice")]
    assert case(world).contract == ALPHA_EUR


def test_a_part_that_was_promised_is_kept_when_it_has_come(world: World) -> None:
    """5 000.00 of 20 000.00."""
    say(world, step("promise", amount_cents=5_000_00, promised_on=LATER))
    paid = CaseDecision("FA-1", "direct-payment", amount_cents=5_000_00)
    say(world, ("L-0002", DecisionKind.CASE, paid, 1))
    assert state(world, LATER + dt.timedelta(9)) is CaseState.KEPT


def test_a_new_day_is_a_new_promise(world: World) -> None:
    """What was paid before does not keep it, and its alert goes away."""
    say(world, step("promise", promised_on=DAY))
    world.today = LATER
    assert told(world, LATER) == ["promise-broken"]
    say(world, step("promise", 2, promised_on=LATER + dt.timedelta(2)))
    assert told(world, LATER) == []


def test_a_granted_delay_ends_with_its_day(world: World) -> None:
    """Nobody is told: reminders go on."""
    say(world, step("delay", promised_on=LATER))
    assert sentence(world, "L-0001") == "Délai accordé : relances suspendues jusqu'au 15/01/2026."
    assert told(world, LATER + dt.timedelta(1)) == []
    assert state(world, LATER + dt.timedelta(1)) is CaseState.EXPIRED


def test_an_awaited_credit_note_suspends_until_it_has_come(world: World) -> None:
    """No day is needed; the credit note closes it."""
    say(world, step("credit-awaited", amount_cents=500_00))
    assert "Avoir attendu : 500,00 €" in sentence(world, "L-0001")
    assert Suspended(world.ledger, LATER).holds(invoice(world))
    note = CreditRequest(ALPHA_EUR, "AV1", DAY, 500_00, invoice=FA1)
    book_credit_note(world.ledger, note, today=DAY)
    told(world, LATER)
    assert case(world).closed_on == LATER


def test_a_person_closes_what_does_not_come(world: World) -> None:
    """The reminders go on."""
    say(world, step("credit-awaited"))
    say(world, step("credit-awaited", 2, closed_on=DAY))
    assert sentence(world, "L-0001", 2) == "Clos le 05/01/2026 : les relances suivent leur cours."
    assert not Suspended(world.ledger, DAY).holds(invoice(world))
    assert state(world) is CaseState.CLOSED


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"promised_on": DAY - dt.timedelta(1)}, "decision-day-past", "promised_on"),
        (
            {"promised_on": LATER, "amount_cents": 20_000_01},
            "decision-over-open",
            "amount",
        ),
    ],
)
def test_a_promise_that_cannot_be_says_why(
    world: World, facts: dict[str, Any], code: str, field: str
) -> None:
    """A day that has passed, more than is open."""
    say(world, step("promise", **facts))
    assert wrong(world, "L-0001") == [(code, field)]


def test_the_day_of_a_known_promise_may_have_passed(world: World) -> None:
    """A comment on a broken promise is no new promise."""
    say(world, step("promise", promised_on=DAY))
    world.today = LATER
    say(world, step("promise", 2, promised_on=DAY, comment="rappelé"))
    assert wrong(world, "L-0001", 2) == []


# --- payments to the seller


def test_the_dated_price_of_a_direct_payment_wins_even_when_it_is_nothing(world: World) -> None:
    """A price of 0.00 from today on: no charge, whatever the older setting says."""
    price = SettingDecision("charge/direct_payment", "15.00")
    say(world, ("S-0001", DecisionKind.SETTING, price, 1))
    dated = RateDecision("price/direct_payment", DAY, 0)
    say(world, ("S-0002", DecisionKind.RATE, dated, 1))
    say(world, step("direct-payment"))
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert position.pending == ()


def test_a_payment_to_the_seller_is_owed_by_him_with_its_charge(world: World) -> None:
    """E14: 20 000.00 to his debit, 2 000.00 of the fund back, 15.00 on the next statement."""
    price = SettingDecision("charge/direct_payment", "15.00")
    say(world, ("S-0001", DecisionKind.SETTING, price, 1))
    before = decided.balance(world)
    say(world, step("direct-payment"))
    assert sentence(world, "L-0001") == (
        "Paiement direct enregistré : 20 000,00 € dus par le client, à reverser ; "
        "frais de 15,00 € HT au prochain décompte."
    )
    assert decided.balance(world) == before - 20_000_00 + 2_000_00
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert position.pending == (PendingCharge("direct_payment", 15_00, DAY),)
    assert told(world, DAY) == ["direct-payment"]
    say(world, step("direct-payment", 2, closed_on=DAY))
    assert "reversement noté le 05/01/2026" in sentence(world, "L-0001", 2)
    assert told(world, DAY) == []
    assert state(world) is CaseState.CLOSED
    decided.books_are_sound(world)


def test_a_greater_payment_books_the_difference_and_a_smaller_one_is_refused(
    world: World,
) -> None:
    """What was booked is not taken back by typing."""
    say(world, step("direct-payment", amount_cents=5_000_00))
    say(world, step("direct-payment", 2, amount_cents=6_000_00))
    assert (invoice(world).open_cents, case(world).direct_cents) == (14_000_00, 6_000_00)
    say(world, step("direct-payment", 3, amount_cents=1_000_00))
    assert wrong(world, "L-0001", 3) == [("decision-case-booked", "amount")]
    say(world, step("dispute", 4))
    assert wrong(world, "L-0001", 4) == [("decision-case-booked", "kind")]


# --- once


def closing(outcome: str) -> dict[str, Any]:
    """The facts of a dispute's end."""
    return {"amount_cents": 6_000_00, "closed_on": DAY, "outcome": outcome}


STEPS: tuple[tuple[list[Step], Step], ...] = (
    ([], step("dispute", amount_cents=6_000_00)),
    ([step("dispute", amount_cents=6_000_00)], step("dispute", 2, **closing("unfounded"))),
    ([step("dispute", amount_cents=6_000_00)], step("dispute", 2, **closing("founded"))),
    ([step("dispute", amount_cents=6_000_00)], step("dispute", 2, number="FA-2")),
    ([step("dispute")], step("promise", 2, promised_on=LATER)),
    ([step("promise", promised_on=LATER)], step("dispute", 2)),
    ([], step("promise", promised_on=LATER)),
    ([], step("direct-payment", amount_cents=500_00)),
)


@pytest.mark.parametrize("case_", STEPS, ids=lambda one: f"{one[1][2].kind}-{one[1][3]}")
def test_a_crash_anywhere_then_redelivery_gives_the_same_books(
    case_: tuple[list[Step], Step],
) -> None:
    """Row, entry and answer are one commit; twice is once."""
    decided.crash_anywhere(copy.deepcopy(_FIRM), *case_)


class Moving:
    """Books in which a case moves right after it was read for the first time."""

    def __init__(self, ledger: Any) -> None:
        self._ledger, self._is_first = ledger, True

    def __getattr__(self, name: str) -> Any:
        """Return the ledger's method."""
        return getattr(self._ledger, name)

    def get(self, kind: type, /, **key: object) -> Any:
        """Read; the first time, the daily review closes the case afterwards."""
        found = self._ledger.get(kind, **key)
        if kind is Case and self._is_first:
            self._is_first = False

            def close(draft: Draft) -> None:
                draft.write(replace(draft.take(Case, ref="L-0001"), closed_on=DAY))

            attempt(self._ledger, "follow-case", close)
        return found


@pytest.mark.parametrize("kind", ["promise", "dispute"])
def test_a_case_that_moved_meanwhile_is_decided_again(world: World, kind: str) -> None:
    """The daily review closed it between reading and writing: the message comes again."""
    say(world, step(kind, promised_on=LATER))
    again = replace(world.desk, ledger=Moving(world.ledger))
    other = step("promise", 2, promised_on=DAY)
    message = made.command(*other[:3], other[3])
    with pytest.raises(ConflictError):
        apply_decisions(again, message)
    apply_decisions(world.desk, message)
    assert (case(world).promised_on, case(world).closed_on) == (DAY, None)
