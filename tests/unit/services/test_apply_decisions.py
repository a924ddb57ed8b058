"""One decision of staff: its effect once, its answer beside the line, whom it wakes."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.documents.pain001 import pain001
from bordereau.domain.books import (
    Allocation,
    BankHead,
    ContractStatus,
    DebtorCredit,
    PayOut,
    PayOutState,
    Position,
    Receipt,
)
from bordereau.domain.closing import MonthClosing
from bordereau.domain.decisions import (
    AllocationDecision,
    ClosingDecision,
    CompletionDecision,
    DecisionKind,
    LineDecision,
    ManualReceiptDecision,
    NamedAmount,
    RateDecision,
    ReleaseDecision,
    SettingDecision,
    TermsDecision,
    facts_of,
    facts_sha,
)
from bordereau.domain.guarantee_lines import UNLIMITED_CENTS, FactorLine, RelationLine
from bordereau.domain.identifiers import AccountId, BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, Debtor, Rate, Seller, Sender, Setting
from bordereau.domain.plain import NotPlainError, to_plain
from bordereau.domain.sepa import fingerprint, release_code
from bordereau.domain.terms import ContractKind, Disclosure, Terms
from bordereau.domain.work import Command, Intent, ToComplete
from bordereau.services.apply_decisions import AGAIN_SECONDS, apply_decisions
from bordereau.services.apply_receipt import OverPayment, ReceiptKey, apply_receipt
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_receipt import book_receipt
from bordereau.services.contract_terms import open_contract, terms_on
from bordereau.services.decisions.cash import name_payer
from bordereau.services.decisions.reply import Desk
from bordereau.services.draft import Draft
from bordereau.services.move_fund import close_contract
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout
from bordereau.services.register import contract_of, debtor_of, seller_of, sellers_of_sender
from bordereau.services.release_payouts import payee_of
from bordereau.services.seal_payouts import hand_over
from tests.unit.desk.desk_world import World
from tests.unit.services.closing_world import ready
from tests.unit.services.racing import Racing

IBAN = AccountId("FR7630006000011234567890189")
ALPHA, BETA = PartyId("siren:732829320"), PartyId("siren:552032534")
ALPHA_EUR = ContractId(f"{ALPHA}/EUR")
BETA_EUR = ContractId(f"{BETA}/EUR")
ACME = PartyId("siren:443061841")
DAY = dt.date(2026, 1, 5)

SELLER = Seller(ALPHA, 0, "C-0001", "ALPHA", siren="732829320", iban=IBAN)
DEBTOR = Debtor(
    ACME, 0, "D-0001", "ACME", siren="443061841", vat="FR64443061841", emails=("ap@acme.example",)
)
SENDER = Sender("a@alpha.example", ALPHA, "X-0001", DAY)
CONTRACT = Contract(ALPHA_EUR, ALPHA, "EUR", DAY, IBAN, "K-0001")
TERMS = TermsDecision(CONTRACT, Terms(ALPHA_EUR, DAY, factoring_rate_bps=120))
LINE = LineDecision(ACME, "EUR", "grant", 1_000_00, DAY, contract=ALPHA_EUR)


def command(ref: str, kind: DecisionKind, decision: object, revision: int = 1) -> dict[str, Any]:
    """The message that carries a decision."""
    facts = facts_of(decision)
    made = Command(ref, revision, kind, facts_sha(kind, facts), facts)
    return {"command": to_plain(made)}


def post(
    world: World, ref: str, kind: DecisionKind, decision: object, revision: int = 1
) -> Outcome:
    """Post a decision."""
    return apply_decisions(world.desk, command(ref, kind, decision, revision))


def answer(world: World, ref: str, revision: int = 1) -> Command:
    """The stored answer of a revision."""
    stored = world.ledger.get(Command, ref=ref, revision=revision)
    assert stored is not None
    return stored


def opened() -> World:
    """A firm with one contract, one debtor and a line of 1 000.00."""
    world = World()
    post(world, "C-0001", DecisionKind.SELLER, SELLER)
    post(world, "K-0001", DecisionKind.TERMS, TERMS)
    post(world, "D-0001", DecisionKind.DEBTOR, DEBTOR)
    post(world, "G-0001", DecisionKind.LINE, LINE)
    return world


_OPENED = opened()


@pytest.fixture
def world() -> World:
    """A firm with one contract, one debtor and a line."""
    made = copy.deepcopy(_OPENED)
    made.queue.sent.clear()
    made.queue.waiting.clear()
    return made


def assign(world: World, number: str, cents: int, contract: ContractId = ALPHA_EUR) -> None:
    """Assign an invoice on ACME."""
    document = Assignment(ACME, number, DAY, dt.date(2026, 2, 5), cents)
    assign_invoices(world.ledger, contract, BatchId(number), [document], today=DAY)


def receive(world: World, cents: int, debtor: PartyId | None = ACME, ref: str = "B1") -> Receipt:
    """Book a receipt."""
    receipt = Receipt(IBAN, DAY, ref, cents, cents, "EUR", DAY, debtor)
    book_receipt(world.ledger, receipt, today=DAY)
    return receipt


def says(world: World, ref: str, revision: int = 1) -> list[str]:
    """The codes of what is wrong with a decision."""
    return [problem.code for problem in answer(world, ref, revision).problems]


def allocation(action: str, *pays: NamedAmount, **more: Any) -> AllocationDecision:
    """A decision on the receipt B1."""
    return AllocationDecision(IBAN, DAY, "B1", action, pays, **more)


# --- the register


def test_the_first_terms_open_the_contract(world: World) -> None:
    """Position, bank journal, terms with the tolerance of the day; mails that waited are tried."""
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert position.status is ContractStatus.ACTIVE
    assert world.ledger.get(BankHead, account=IBAN) is not None
    assert answer(world, "K-0001").in_force_on == DAY
    assert f"contract:{ALPHA_EUR}" in _OPENED.woken()


def test_terms_of_an_open_contract_are_a_new_dated_set(world: World) -> None:
    """The account stays, the tolerance comes from the settings."""
    post(world, "S-0001", DecisionKind.SETTING, SettingDecision("tolerance", "1.00"))
    later = replace(TERMS.terms, from_on=dt.date(2026, 2, 1), factoring_rate_bps=100)
    post(world, "K-0002", DecisionKind.TERMS, TermsDecision(CONTRACT, later))
    found = terms_on(world.ledger, ALPHA_EUR, dt.date(2026, 2, 1))
    assert found is not None
    assert (found.factoring_rate_bps, found.tolerance_cents) == (100, 1_00)


def test_terms_that_contradict_each_other_are_refused_and_change_nothing(world: World) -> None:
    """Each cell that is meant is told; no row, no revision."""
    wrong = replace(TERMS.terms, margin_bps=200, maximum_term_days=90, factoring_rate_bps=150)
    before = world.ledger.get(Position, contract=ALPHA_EUR)
    post(world, "K-0002", DecisionKind.TERMS, replace(TERMS, terms=wrong))
    assert says(world, "K-0002") == ["terms-margin-without-index", "terms-longest-term"]
    told = [one.facts["field"] for one in answer(world, "K-0002").problems]
    assert told == ["index", "max_term_days"]
    assert world.ledger.get(Position, contract=ALPHA_EUR) == before
    assert len(list(world.ledger.list(Terms, contract=ALPHA_EUR))) == 1


def test_a_clause_on_late_interest_waits_for_the_legal_rate_and_keeps_to_it(world: World) -> None:
    """Three times 2.62 % are 7.86 %: 7.85 % is refused, 7.86 % agreed."""
    clause = replace(TERMS.terms, late_interest="CLAUSE", late_interest_rate_bps=785)
    held = post(world, "K-0002", DecisionKind.TERMS, replace(TERMS, terms=clause))
    assert held.reason == "not_yet"
    post(world, "S-0099", DecisionKind.RATE, RateDecision("legal", dt.date(2026, 1, 1), 26_200))
    post(world, "K-0002", DecisionKind.TERMS, replace(TERMS, terms=clause))
    assert says(world, "K-0002") == ["terms-clause-below-legal"]
    lawful = replace(clause, late_interest_rate_bps=786)
    post(world, "K-0002", DecisionKind.TERMS, replace(TERMS, terms=lawful), 2)
    found = terms_on(world.ledger, ALPHA_EUR, DAY)
    assert found is not None
    assert found.late_interest_rate_bps == 786


def test_terms_that_would_reprice_the_past_are_refused(world: World) -> None:
    """Entries of that day exist: the cell with the date turns red."""
    assign(world, "F1", 10_00)
    earlier = replace(TERMS.terms, from_on=dt.date(2026, 1, 1))
    post(world, "K-0002", DecisionKind.TERMS, TermsDecision(CONTRACT, earlier))
    assert says(world, "K-0002") == ["decision-terms-in-the-past"]
    assert answer(world, "K-0002").problems[0].facts["field"] == "from_on"


def test_the_account_of_an_open_contract_does_not_change(world: World) -> None:
    """Debtors were told that account."""
    other = replace(CONTRACT, account=AccountId("DE75999000010202600001"))
    later = replace(TERMS.terms, from_on=dt.date(2026, 2, 1))
    post(world, "K-0002", DecisionKind.TERMS, TermsDecision(other, later))
    assert says(world, "K-0002") == ["decision-account-fixed"]


def test_what_builds_on_nothing_comes_again(world: World) -> None:
    """No seller, debtor or contract yet: nothing is stored, and the message goes round again."""
    for ref, kind, decision in (
        ("K-0009", DecisionKind.TERMS, replace(TERMS, contract=replace(CONTRACT, seller=BETA))),
        ("X-0009", DecisionKind.SENDER, replace(SENDER, seller=BETA)),
        ("G-0009", DecisionKind.LINE, replace(LINE, debtor=PartyId("siren:000000000"))),
        ("G-0010", DecisionKind.LINE, replace(LINE, contract=BETA_EUR)),
    ):
        outcome = post(world, ref, kind, decision)
        assert (outcome.status, outcome.reason) == (Status.HELD, "not_yet")
        assert world.ledger.get(Command, ref=ref, revision=1) is None
    assert [sent.queue for sent in world.queue.sent] == ["apply_decisions"] * 4


def test_what_builds_on_nothing_comes_again_three_times_and_then_with_the_sheet() -> None:
    """A line whose debtor never comes does not go round for ever; the sheet has it still."""
    world = World()
    delays: list[int] = []
    send = world.queue.send

    def noted(queue: str, message: Any, *, group: str = "", delay_seconds: int = 0) -> None:
        delays.append(delay_seconds)
        send(queue, message, group=group, delay_seconds=delay_seconds)

    world.queue.send = noted  # type: ignore[method-assign]
    post(world, "G-0001", DecisionKind.LINE, LINE)
    while waiting := world.queue.take("apply_decisions"):
        assert apply_decisions(world.desk, waiting.message).reason == "not_yet"
    assert delays == list(AGAIN_SECONDS) == sorted(delays)


TOGETHER = (
    command("C-0001", DecisionKind.SELLER, SELLER),
    command("K-0001", DecisionKind.TERMS, TERMS),
    command("X-0001", DecisionKind.SENDER, SENDER),
    command("D-0001", DecisionKind.DEBTOR, DEBTOR),
    command("G-0001", DecisionKind.LINE, LINE),
)
"""A whole relation, typed at once."""


@given(st.permutations(TOGETHER))
def test_what_is_typed_together_takes_effect_in_whatever_order_it_arrives(
    order: list[dict[str, Any]],
) -> None:
    """Each answered once, the line in force, nothing left: no second look at the sheet needed."""
    world = World()
    for message in order:
        world.queue.send("apply_decisions", message)
    while waiting := world.queue.take("apply_decisions"):
        apply_decisions(world.desk, waiting.message)
    for message in TOGETHER:
        assert answer(world, message["command"]["ref"]).problems == ()
    key = {"debtor": ACME, "currency": "EUR", "contract": ALPHA_EUR}
    line = world.ledger.get(RelationLine, **key)
    assert line is not None
    assert line.limit_cents == 1_000_00


def test_a_suspended_seller_suspends_its_contracts(world: World) -> None:
    """Also one that is opened later; active again, they are active again."""
    suspended = replace(SELLER, status=ContractStatus.SUSPENDED)
    post(world, "C-0001", DecisionKind.SELLER, suspended, 2)
    dollars = ContractId(f"{ALPHA}/USD")
    contract = replace(CONTRACT, contract=dollars, currency="USD")
    terms = TermsDecision(contract, replace(TERMS.terms, contract=dollars))
    post(world, "K-0002", DecisionKind.TERMS, terms)
    states = {world.ledger.get(Position, contract=one).status for one in (ALPHA_EUR, dollars)}  # type: ignore[union-attr]
    assert states == {ContractStatus.SUSPENDED}
    post(world, "C-0001", DecisionKind.SELLER, SELLER, 3)
    position = world.ledger.get(Position, contract=dollars)
    assert position is not None
    assert position.status is ContractStatus.ACTIVE


def test_a_contract_that_ended_does_not_begin_again_with_its_seller_s_row(world: World) -> None:
    """Another e-mail address is no reason to take on invoices again."""
    assert close_contract(world.ledger, ALPHA_EUR, today=DAY).status is Status.DONE
    post(world, "C-0001", DecisionKind.SELLER, replace(SELLER, name="ALPHA SAS"), 2)
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert position.status is ContractStatus.CLOSED


def test_the_contract_of_a_closed_client_has_its_last_day_all_the_same(world: World) -> None:
    """The annual minimum is charged up to it."""
    post(world, "C-0001", DecisionKind.SELLER, replace(SELLER, status=ContractStatus.CLOSED), 2)
    assert close_contract(world.ledger, ALPHA_EUR, today=DAY).status is Status.DONE
    assert close_contract(world.ledger, ALPHA_EUR, today=DAY).is_refused
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert (position.status, position.closed_on) == (ContractStatus.CLOSED, DAY)


def test_a_debtor_wakes_under_each_of_its_identifiers(world: World) -> None:
    """Whatever the held invoice named it by."""
    post(world, "D-0001", DecisionKind.DEBTOR, replace(DEBTOR, name="ACME SA"), 2)
    assert debtor_of(world.ledger, ACME).name == "ACME SA"  # type: ignore[union-attr]
    assert world.woken() == [f"debtor:{ACME}", "debtor:vat:FR64443061841"]


def test_a_sender_may_send_from_its_day_on(world: World) -> None:
    """The mail that waited for it is tried again."""
    post(world, "X-0001", DecisionKind.SENDER, SENDER)
    assert [one.seller for one in sellers_of_sender(world.ledger, "a@alpha.example", DAY)] == [
        ALPHA
    ]
    assert world.woken() == ["sender:a@alpha.example"]


def test_settings_and_rates_are_kept(world: World) -> None:
    """A setting has one value, a rate one for each day."""
    post(world, "S-0001", DecisionKind.SETTING, SettingDecision("firm/name", "Nous"))
    post(world, "S-0001", DecisionKind.SETTING, SettingDecision("firm/name", "Nous SA"), 2)
    assert world.ledger.get(Setting, key="firm/name").value == "Nous SA"  # type: ignore[union-attr]
    for day, value, ref in ((1, 2000, "S-0002"), (2, 2100, "S-0003")):
        rate = RateDecision("vat/factoring_fee", dt.date(2026, day, 1), value)
        post(world, ref, DecisionKind.RATE, rate)
    rates = [rate.value for rate in world.ledger.list(Rate, code="vat/factoring_fee")]
    assert rates == [2000, 2100]


# --- lines


def test_the_first_line_tells_the_debtor_whom_to_pay(world: World) -> None:
    """The notice is in the outbox with its figures; a second line sends none."""
    notice = world.ledger.get(Intent, kind="debtor_notice", id=f"{ALPHA_EUR}#{ACME}")
    assert notice is not None
    assert notice.to == ("ap@acme.example",)
    assert notice.figures_key in world.objects.stored
    sent = [(one.queue, one.message) for one in _OPENED.queue.sent]
    assert ("write_documents", {"kind": "debtor_notice", "id": notice.id}) in sent
    post(world, "G-0001", DecisionKind.LINE, replace(LINE, amount_cents=2_000_00), 2)
    assert "prévenu" not in answer(world, "G-0001", 2).message


def test_a_line_wakes_what_waited_and_promotes(world: World) -> None:
    """New room goes to update_reserves, held invoices to register_invoices."""
    post(world, "G-0001", DecisionKind.LINE, replace(LINE, amount_cents=2_000_00), 2)
    queues = {one.queue: one.message for one in world.queue.sent}
    assert queues["update_reserves"] == {"debtor": ACME, "currency": "EUR", "on": "2026-01-05"}
    assert f"line:{ALPHA_EUR}|{ACME}" in world.woken()


def test_a_cut_and_a_cancelled_line_leave_what_is_approved(world: World) -> None:
    """A line is for what comes."""
    assign(world, "F1", 800_00)
    post(world, "G-0002", DecisionKind.LINE, replace(LINE, action="cut", amount_cents=500_00))
    line = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert line is not None
    assert (line.limit_cents, line.approved_cents) == (500_00, 800_00)
    post(world, "G-0003", DecisionKind.LINE, replace(LINE, action="cancel", amount_cents=0))
    assert "résiliée" in answer(world, "G-0003").message


def test_a_cut_without_a_line_is_refused(world: World) -> None:
    """There is nothing to cut."""
    post(world, "D-0002", DecisionKind.DEBTOR, replace(DEBTOR, party=PartyId("siren:552032534")))
    decision = replace(LINE, debtor=PartyId("siren:552032534"), action="cut")
    post(world, "G-0002", DecisionKind.LINE, decision)
    assert says(world, "G-0002") == ["decision-no-line"]


def test_a_line_without_seller_is_the_limit_of_all(world: World) -> None:
    """It counts for every contract; cancelled, there is none."""
    wide = replace(LINE, contract=None, amount_cents=5_000_00)
    post(world, "G-0002", DecisionKind.LINE, wide)
    factor = world.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert factor is not None
    assert factor.limit_cents == 5_000_00
    post(world, "G-0003", DecisionKind.LINE, replace(wide, action="cancel"))
    factor = world.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert factor is not None
    assert factor.limit_cents == UNLIMITED_CENTS


def test_a_confidential_contract_tells_nobody(world: World) -> None:
    """The debtor must not know of us."""
    dollars = ContractId(f"{ALPHA}/USD")
    contract = replace(CONTRACT, contract=dollars, currency="USD")
    terms = replace(TERMS.terms, contract=dollars, disclosure=Disclosure.CONFIDENTIAL)
    post(world, "K-0002", DecisionKind.TERMS, TermsDecision(contract, terms))
    post(world, "G-0002", DecisionKind.LINE, replace(LINE, currency="USD", contract=dollars))
    assert world.ledger.get(Intent, kind="debtor_notice", id=f"{dollars}#{ACME}") is None


# --- receipts


def test_a_whole_invoice_and_a_part_of_another_are_paid(world: World) -> None:
    """« FA-1 ; FA-2=30,00 » of 100.00: ten stay to allocate."""
    assign(world, "FA-1", 60_00)
    assign(world, "FA-2", 50_00)
    receive(world, 100_00)
    pays = NamedAmount("fa 1"), NamedAmount("FA-2", 30_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", *pays))
    paid = [invoice.open_cents for invoice in world.ledger.list(Invoice, contract=ALPHA_EUR)]
    assert paid == [0, 20_00]
    assert {one.queue for one in world.queue.sent} == {"update_reserves"}
    assert "10,00" in answer(world, "E-0001").message


def test_another_revision_applies_only_what_is_new(world: World) -> None:
    """The cell says what the receipt is for in all; what was applied before counts."""
    assign(world, "FA-1", 60_00)
    assign(world, "FA-2", 50_00)
    receive(world, 100_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", NamedAmount("FA-1")))
    more = allocation("apply", NamedAmount("FA-1"), NamedAmount("FA-2", 40_00))
    post(world, "E-0001", DecisionKind.ALLOCATION, more, 2)
    listed = world.ledger.list(Allocation, account=IBAN, booked_on=DAY)
    assert [one.amount_cents for one in listed] == [60_00, 40_00]


def test_a_receipt_that_is_too_small_pays_in_part(world: World) -> None:
    """An invoice without an amount takes what there is."""
    assign(world, "FA-1", 60_00)
    receive(world, 45_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", NamedAmount("FA-1")))
    invoice = world.ledger.get(Invoice, contract=ALPHA_EUR, invoice=InvoiceId("2026#FA1"))
    assert invoice is not None
    assert invoice.open_cents == 15_00


def test_settling_closes_the_rest_with_the_seller_s_consent(world: World) -> None:
    """« Imputer et solder »: paid short, and closed."""
    assign(world, "FA-1", 60_00)
    receive(world, 45_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("settle", NamedAmount("FA-1")))
    invoice = world.ledger.get(Invoice, contract=ALPHA_EUR, invoice=InvoiceId("2026#FA1"))
    assert invoice is not None
    assert not invoice.is_open


def test_an_over_payment_is_kept_for_the_debtor(world: World) -> None:
    """What the invoice does not take is its payer's; later it pays, named by nothing or a note."""
    assign(world, "FA-1", 60_00)
    receive(world, 100_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("keep", NamedAmount("FA-1")))
    (credit,) = world.ledger.list(DebtorCredit, debtor=ACME)
    assert credit.left_cents == 40_00


def test_a_payment_of_something_not_sold_goes_to_its_seller(world: World) -> None:
    """The rest of the receipt is the seller's."""
    receive(world, 100_00, None)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("pass-on", seller=ALPHA))
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    assert position is not None
    assert position.balance("seller_current") == 100_00


def test_an_unknown_payer_is_named_by_staff(world: World) -> None:
    """Then its invoices are found; the name stays with the receipt."""
    assign(world, "FA-1", 60_00)
    receive(world, 60_00, None)
    decision = allocation("apply", NamedAmount("FA-1"))
    post(world, "E-0001", DecisionKind.ALLOCATION, decision)
    assert says(world, "E-0001") == ["decision-no-debtor"]
    post(world, "E-0001", DecisionKind.ALLOCATION, replace(decision, debtor=ACME), 2)
    receipt = world.ledger.get(Receipt, account=IBAN, booked_on=DAY, ref="B1")
    assert receipt is not None
    assert (receipt.debtor, receipt.left_cents) == (ACME, 0)


@pytest.mark.parametrize("known", [None, PartyId("siren:356000000")])
def test_a_payer_that_was_named_wrongly_is_named_anew(world: World, known: PartyId | None) -> None:
    """As long as nothing of the receipt pays anything: a slip, or a group that pays for its firms.

    What was applied stays its payer's.
    """
    assign(world, "FA-1", 60_00)
    assign(world, "FA-2", 60_00)
    receive(world, 100_00, known)
    wanted = allocation("apply", NamedAmount("FA-1"))
    wrongly = replace(wanted, debtor=PartyId("siren:552100554"))
    post(world, "E-0001", DecisionKind.ALLOCATION, wrongly)
    assert says(world, "E-0001") == ["decision-no-such-invoice"]
    post(world, "E-0001", DecisionKind.ALLOCATION, replace(wanted, debtor=ACME), 2)
    assert answer(world, "E-0001", 2).status == "ok"
    post(world, "E-0001", DecisionKind.ALLOCATION, wrongly, 3)
    receipt = world.ledger.get(Receipt, account=IBAN, booked_on=DAY, ref="B1")
    assert receipt is not None
    assert (receipt.debtor, receipt.left_cents) == (ACME, 40_00)


def test_a_receipt_may_wait(world: World) -> None:
    """The line says so, and nothing is booked."""
    receive(world, 60_00)
    before = world.ledger.get(BankHead, account=IBAN)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("wait"))
    assert answer(world, "E-0001").status == "waiting"
    assert world.ledger.get(BankHead, account=IBAN) == before


@pytest.mark.parametrize(
    ("pays", "code"),
    [
        (NamedAmount("FA-9"), "decision-no-such-invoice"),
        (NamedAmount("FA-1", 70_00), "decision-over-open"),
        (NamedAmount("FA-2", 200_00), "decision-over-receipt"),
    ],
    ids=str,
)
def test_what_cannot_be_applied_is_refused_whole(
    world: World, pays: NamedAmount, code: str
) -> None:
    """Nothing of it is booked, and the cell with the invoices turns red."""
    assign(world, "FA-1", 60_00)
    assign(world, "FA-2", 200_00)
    receive(world, 100_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", pays))
    assert says(world, "E-0001") == [code]
    assert list(world.ledger.list(Allocation, account=IBAN, booked_on=DAY)) == []


def with_two_sellers(world: World) -> None:
    """ALPHA and BETA have each sold a FA-1 on ACME."""
    beta = replace(SELLER, party=BETA, siren="552032534")
    post(world, "C-0002", DecisionKind.SELLER, beta)
    contract = replace(CONTRACT, contract=BETA_EUR, seller=BETA)
    terms = TermsDecision(contract, replace(TERMS.terms, contract=BETA_EUR))
    post(world, "K-0002", DecisionKind.TERMS, terms)
    post(world, "G-0002", DecisionKind.LINE, replace(LINE, contract=BETA_EUR))
    assign(world, "FA-1", 60_00)
    assign(world, "FA-1", 50_00, BETA_EUR)


def test_the_same_number_of_two_sellers_needs_the_seller(world: World) -> None:
    """A payment is never guessed across sellers."""
    with_two_sellers(world)
    receive(world, 50_00)
    decision = allocation("apply", NamedAmount("FA-1"))
    post(world, "E-0001", DecisionKind.ALLOCATION, decision)
    assert says(world, "E-0001") == ["decision-number-of-several"]
    post(world, "E-0001", DecisionKind.ALLOCATION, replace(decision, seller=BETA), 2)
    paid = world.ledger.get(Invoice, contract=BETA_EUR, invoice=InvoiceId("2026#FA1"))
    assert paid is not None
    assert not paid.is_open


def test_a_credit_named_beside_invoices_pays_its_part(world: World) -> None:
    """« FA-1 ; AV-3 »: the debtor deducted its credit note."""
    assign(world, "FA-1", 60_00)
    receive(world, 45_00)
    credit = DebtorCredit(ACME, f"{ALPHA_EUR}#2026#AV3", IBAN, "EUR", DAY, 15_00, 15_00)
    draft = Draft(world.ledger)
    draft.write(credit)
    assert draft.commit("credit-note")
    pays = NamedAmount("FA-1"), NamedAmount("AV-3")
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", *pays))
    invoice = world.ledger.get(Invoice, contract=ALPHA_EUR, invoice=InvoiceId("2026#FA1"))
    assert invoice is not None
    assert not invoice.is_open
    (left,) = world.ledger.list(DebtorCredit, debtor=ACME)
    assert left.left_cents == 0


@pytest.mark.parametrize(
    ("pays", "code"),
    [
        ((NamedAmount("AV-3"),), "decision-credit-alone"),
        ((NamedAmount("FA-1"), NamedAmount("1")), "decision-no-such-invoice"),
    ],
)
def test_a_credit_is_named_by_its_note_and_beside_an_invoice(
    world: World, pays: tuple[NamedAmount, ...], code: str
) -> None:
    """Alone it pays nothing; « 1 » is no credit because something was paid too much once."""
    assign(world, "FA-1", 60_00)
    receive(world, 45_00)
    draft = Draft(world.ledger)
    for name in (f"{ALPHA_EUR}#2026#AV3", f"{DAY}#B0#1"):
        draft.write(DebtorCredit(ACME, name, IBAN, "EUR", DAY, 15_00, 15_00))
    assert draft.commit("use-credits")
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", *pays))
    assert says(world, "E-0001") == [code]
    assert {one.left_cents for one in world.ledger.list(DebtorCredit, debtor=ACME)} == {15_00}


@pytest.mark.parametrize(("typed", "left"), [(None, 0), (10_00, 5_00)])
def test_so_much_of_a_credit_is_used_as_is_typed(
    world: World, typed: int | None, left: int
) -> None:
    """« AV-3=10,00 » leaves 5.00 of the credit note; without an amount all of it is meant."""
    assign(world, "FA-1", 60_00)
    receive(world, 60_00)
    credit = DebtorCredit(ACME, f"{ALPHA_EUR}#2026#AV3", IBAN, "EUR", DAY, 15_00, 15_00)
    draft = Draft(world.ledger)
    draft.write(credit)
    assert draft.commit("credit-note")
    pays = NamedAmount("FA-1"), NamedAmount("AV-3", typed)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", *pays))
    (found,) = world.ledger.list(DebtorCredit, debtor=ACME)
    assert found.left_cents == left
    receipt = world.ledger.get(Receipt, account=IBAN, booked_on=DAY, ref="B1")
    assert receipt is not None
    assert receipt.left_cents == 15_00 - left


def test_a_receipt_that_is_not_in_the_books_is_applied_to_nothing(world: World) -> None:
    """The line says so."""
    assign(world, "FA-1", 60_00)
    post(world, "E-0001", DecisionKind.ALLOCATION, allocation("apply", NamedAmount("FA-1")))
    assert says(world, "E-0001") == ["decision-no-such-receipt"]


def test_a_payer_that_is_known_stays(world: World) -> None:
    """Something was applied in that name meanwhile: the first name counts."""
    receive(world, 60_00, None)
    key = ReceiptKey(IBAN, DAY, "B1")
    assert name_payer(world.desk, key, BETA).debtor == BETA
    assert name_payer(world.desk, key, ACME).debtor == ACME
    apply_receipt(world.ledger, key, [OverPayment(1_00)], today=DAY)
    assert name_payer(world.desk, key, BETA).debtor == ACME


def test_terms_that_others_opened_the_contract_with_meanwhile_are_followed_by_these() -> None:
    """Whoever comes second has new terms for an open contract, and no contract of its own."""
    first = replace(TERMS.terms, factoring_rate_bps=90)
    ledger = Racing("open-contract", lambda made: open_contract(made, CONTRACT, first))
    world = World(ledger=ledger)
    post(world, "C-0001", DecisionKind.SELLER, SELLER)
    post(world, "K-0001", DecisionKind.TERMS, TERMS)
    assert answer(world, "K-0001").status == "in_force"
    rates = [one.factoring_rate_bps for one in ledger.list(Terms, contract=ALPHA_EUR)]
    assert rates == [90, 120]


MANUAL = ManualReceiptDecision(IBAN, DAY, 60_00, ACME, "CHQ 12", "book", "cheque")


def test_a_manual_receipt_is_booked_and_matched(world: World) -> None:
    """Without invoices it goes the way of every receipt."""
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, MANUAL)
    receipt = world.ledger.get(Receipt, account=IBAN, booked_on=DAY, ref="R-0001")
    assert receipt is not None
    assert receipt.left_cents == 60_00
    (sent,) = world.queue.sent
    assert (sent.queue, sent.message["ref"]) == ("allocate_receipts", "R-0001")


def test_a_manual_receipt_with_its_invoices_is_applied_at_once(world: World) -> None:
    """What staff name needs no matching."""
    assign(world, "FA-1", 60_00)
    pays = (NamedAmount("FA-1"),)
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, replace(MANUAL, pays=pays))
    invoice = world.ledger.get(Invoice, contract=ALPHA_EUR, invoice=InvoiceId("2026#FA1"))
    assert invoice is not None
    assert not invoice.is_open
    assert [one.queue for one in world.queue.sent] == ["update_reserves"]


def test_a_booked_receipt_does_not_change_its_amount(world: World) -> None:
    """It is undone, and another line says it right."""
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, MANUAL)
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, replace(MANUAL, amount_cents=61_00), 2)
    assert says(world, "R-0001", 2) == ["decision-number-conflict"]


def test_a_manual_receipt_is_undone_while_nothing_is_applied(world: World) -> None:
    """By the exact opposite, once; applied, it is refused."""
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, MANUAL)
    undo = replace(MANUAL, action="reverse")
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, undo, 2)
    head = world.ledger.get(BankHead, account=IBAN)
    assert head is not None
    assert head.balances == {}
    assert answer(world, "R-0001", 2).status == "cancelled"
    assign(world, "FA-1", 60_00)
    pays = (NamedAmount("FA-1"),)
    post(world, "R-0002", DecisionKind.MANUAL_RECEIPT, replace(MANUAL, pays=pays))
    post(world, "R-0002", DecisionKind.MANUAL_RECEIPT, undo, 2)
    assert says(world, "R-0002", 2) == ["decision-receipt-applied"]


def test_undoing_what_was_never_booked_is_refused(world: World) -> None:
    """There is nothing to undo."""
    post(world, "R-0001", DecisionKind.MANUAL_RECEIPT, replace(MANUAL, action="reverse"))
    assert says(world, "R-0001") == ["decision-no-such-receipt"]


def test_a_closed_document_takes_no_answer(world: World) -> None:
    """Somebody decided before."""
    decision = CompletionDecision("m1#1", {"decision": "accept"})
    post(world, "F-0001", DecisionKind.COMPLETION, decision)
    assert says(world, "F-0001") == ["decision-document-closed"]


def test_a_refused_document_is_told_to_whoever_reads_mails(world: World) -> None:
    """The reason goes with it."""
    row = ToComplete("m1#1", "m1", "1", "f.pdf", None, world.now, "mail/m1")
    draft = Draft(world.ledger)
    draft.write(row)
    assert draft.commit("answer-command")
    decision = CompletionDecision("m1#1", {"decision": "refuse", "reason": "illisible"})
    post(world, "F-0001", DecisionKind.COMPLETION, decision)
    assert world.woken() == ["fields:m1#1"]
    stored = world.ledger.get(ToComplete, ref="m1#1")
    assert stored is not None
    assert stored.confirmed["reason"] == "illisible"


# --- repetition


def test_a_stale_revision_changes_nothing(world: World) -> None:
    """Two messages of one revision: the first is posted, the sheet sends the other again."""
    outcome = post(world, "G-0001", DecisionKind.LINE, replace(LINE, amount_cents=7_00))
    assert (outcome.status, outcome.reason) == (Status.REFUSED, "stale")
    line = world.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=ALPHA_EUR)
    assert line is not None
    assert line.limit_cents == 1_000_00


def test_a_message_of_another_shape_is_our_mistake(world: World) -> None:
    """It is parked where a person sees it."""
    broken = command("G-0001", DecisionKind.LINE, LINE, 2)
    broken["command"]["facts"] = {"debtor": ACME}
    with pytest.raises(NotPlainError):
        apply_decisions(world.desk, broken)


PAYOUT = "S732829320.EUR.20260105.1"
OTHER_IBAN = AccountId("FR7699999000192026002010641")


def paid(world: World) -> PayOut:
    """A pay-out of 50.00 to ALPHA, ordered today."""
    assign(world, "FA-1", 100_00)
    order_payout(world.ledger, ALPHA_EUR, today=DAY, amount_cents=50_00)
    return the_payout(world)


def the_payout(world: World) -> PayOut:
    """The pay-out as it stands."""
    found = world.ledger.get(PayOut, contract=ALPHA_EUR, ordered_on=DAY, ordinal=1)
    assert found is not None
    return found


def seen(world: World) -> str:
    """What stands beside the line now."""
    return fingerprint(the_payout(world), payee_of(world.ledger, the_payout(world)))


def says_of(world: World, action: str, revision: int = 1, **more: str) -> Command:
    """A person's answer on the line, and what it is answered."""
    facts = {"seen": seen(world), "reason": "vu"} | more
    decision = ReleaseDecision(PAYOUT, action, "Claire", **facts)
    post(world, "P-0001", DecisionKind.RELEASE, decision, revision)
    return answer(world, "P-0001", revision)


def test_a_person_releases_a_payout_in_the_sheet(world: World) -> None:
    """Who and when stand on it; nothing has left yet."""
    paid(world)
    assert says_of(world, "release").status == "ok"
    found = the_payout(world)
    assert (found.released_by, found.released_on, found.batch) == ("Claire", DAY, "")
    assert found.released_facts == seen(world)


def test_a_release_for_other_facts_is_to_be_confirmed(world: World) -> None:
    """The account changed after the person looked, or nothing was beside the line."""
    paid(world)
    before = seen(world)
    post(world, "C-0001", DecisionKind.SELLER, replace(SELLER, iban=OTHER_IBAN), 2)
    found = says_of(world, "release", seen=before)
    assert found.status == "to_confirm"
    assert release_code(seen(world)) in found.message
    assert says_of(world, "release", 2, seen="").status == "to_confirm"
    assert the_payout(world).released_by == ""
    assert says_of(world, "release", 3).status == "ok"
    assert the_payout(world).iban == OTHER_IBAN


def test_a_payout_is_kept_back_or_cancelled(world: World) -> None:
    """The release ends; cancelled, the money is the seller's again, and a release comes late."""
    paid(world)
    says_of(world, "release")
    assert says_of(world, "keep", 2).status == "waiting"
    assert the_payout(world).released_facts == ""
    assert says_of(world, "keep", 3, reason="encore").status == "waiting"
    found = says_of(world, "cancel", 4)
    assert (found.status, "50,00" in found.message) == ("cancelled", True)
    assert the_payout(world).state is PayOutState.CANCELLED
    late = says_of(world, "release", 5)
    assert (late.status, says(world, "P-0001", 5)) == ("error", ["decision-payout-state"])


def test_a_payout_in_a_file_is_not_taken_back(world: World) -> None:
    """It will be paid; the person reads so."""
    paid(world)
    for key, value in (("account.1.iban", IBAN), ("firm/name", "Nous")):
        post(world, f"S-{key[-4:]}", DecisionKind.SETTING, SettingDecision(key, value))
    says_of(world, "release")
    hand_over(world.ledger, world.objects, pain001, now=world.now, is_asked=True)
    says_of(world, "cancel", 2)
    assert says(world, "P-0001", 2) == ["decision-payout-in-batch"]
    assert says_of(world, "release", 3).status == "ok"


@pytest.mark.parametrize("name", ["S732829320.EUR.20260105.9", "nonsense"])
def test_an_answer_on_no_payout_is_refused(world: World, name: str) -> None:
    """It does not exist, or is no id of ours."""
    decision = ReleaseDecision(name, "release", "Claire", seen="x")
    post(world, "P-0001", DecisionKind.RELEASE, decision)
    assert says(world, "P-0001") == ["decision-no-such-payout"]


def test_the_cut_off_is_a_dated_hour(world: World) -> None:
    """Not a rate, in words."""
    decision = RateDecision("sepa/cut_off", DAY, 16 * 60)
    post(world, "S-0001", DecisionKind.RATE, decision)
    assert answer(world, "S-0001").message == "Appliqué à partir du 05/01/2026."


class Crash(BaseException):
    """The process ended."""


class Fuse:
    """Ends the process before or after one call of a port."""

    def __init__(self, at: int = -1, *, after: bool = False) -> None:
        self.at, self.after, self.calls = at, after, 0

    def around(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do a call, or end at it."""
        here = self.calls == self.at
        self.calls += 1
        if here and not self.after:
            raise Crash
        done = call(*args, **more)
        if isinstance(done, Iterator):
            done = iter(list(done))
        if here:
            raise Crash
        return done


class Fused:
    """A port behind a fuse."""

    def __init__(self, port: Any, fuse: Fuse) -> None:
        self.port, self.fuse = port, fuse

    def __getattr__(self, name: str) -> Any:
        """Return the port's method behind the fuse."""
        method = getattr(self.port, name)
        return lambda *args, **more: self.fuse.around(method, *args, **more)


def fused(world: World, fuse: Fuse) -> Desk:
    """The desk of a world whose ports may end the process."""
    desk = world.desk
    return Desk(
        Fused(desk.ledger, fuse),
        Fused(desk.objects, fuse),
        Fused(desk.queue, fuse),
        desk.phrases,
        desk.today,
        desk.now,
    )


def prepared() -> World:
    """A firm with an open invoice and receipts, one of an unknown payer."""
    world = copy.deepcopy(_OPENED)
    assign(world, "FA-1", 60_00)
    receive(world, 100_00, None)
    order_payout(world.ledger, ALPHA_EUR, today=DAY, amount_cents=10_00)
    return world


SEEN = seen(prepared())
WIDE = replace(LINE, contract=None, amount_cents=5_000_00)
CRASHED: tuple[tuple[str, DecisionKind, object], ...] = (
    ("C-0001", DecisionKind.SELLER, replace(SELLER, status=ContractStatus.SUSPENDED)),
    (
        "K-0001",
        DecisionKind.TERMS,
        replace(TERMS, terms=replace(TERMS.terms, from_on=dt.date(2026, 3, 1))),
    ),
    ("D-0001", DecisionKind.DEBTOR, replace(DEBTOR, name="ACME SA")),
    ("X-0001", DecisionKind.SENDER, SENDER),
    ("G-0001", DecisionKind.LINE, replace(LINE, amount_cents=2_000_00)),
    ("G-0002", DecisionKind.LINE, WIDE),
    (
        "E-0001",
        DecisionKind.ALLOCATION,
        allocation("settle", NamedAmount("FA-1", 40_00), debtor=ACME),
    ),
    ("E-0001", DecisionKind.ALLOCATION, allocation("keep", NamedAmount("FA-1"), debtor=ACME)),
    ("R-0001", DecisionKind.MANUAL_RECEIPT, replace(MANUAL, pays=(NamedAmount("FA-1"),))),
    ("S-0001", DecisionKind.SETTING, SettingDecision("tolerance", "1.00")),
    ("P-0001", DecisionKind.RELEASE, ReleaseDecision(PAYOUT, "release", "Claire", seen=SEEN)),
    ("P-0001", DecisionKind.RELEASE, ReleaseDecision(PAYOUT, "keep", "Claire", "vu")),
    ("P-0001", DecisionKind.RELEASE, ReleaseDecision(PAYOUT, "cancel", "Claire", "vu")),
)


@pytest.mark.parametrize("case", CRASHED, ids=lambda case: f"{case[0]}-{case[1]}")
def test_a_crash_anywhere_then_redelivery_gives_the_same_books(
    case: tuple[str, DecisionKind, object],
) -> None:
    """Before and after each call of each port: the second delivery finishes what is missing."""
    ref, kind, decision = case
    start = prepared()
    message = command(ref, kind, decision, 9)
    whole = copy.deepcopy(start)
    count = Fuse()
    apply_decisions(fused(whole, count), message)
    assert count.calls > 3
    for at in range(count.calls):
        for after in (False, True):
            world = copy.deepcopy(start)
            with pytest.raises(Crash):
                apply_decisions(fused(world, Fuse(at, after=after)), message)
            apply_decisions(world.desk, message)
            assert world.ledger.snapshot() == whole.ledger.snapshot(), (at, after)
            assert {str(one) for one in whole.queue.sent} <= {str(one) for one in world.queue.sent}


@pytest.mark.parametrize("case", CRASHED, ids=lambda case: f"{case[0]}-{case[1]}")
def test_twice_is_once(case: tuple[str, DecisionKind, object]) -> None:
    """The second delivery writes nothing and says so."""
    ref, kind, decision = case
    world = prepared()
    message = command(ref, kind, decision, 9)
    apply_decisions(world.desk, message)
    before = world.ledger.snapshot()
    assert apply_decisions(world.desk, message).status is Status.ALREADY
    assert world.ledger.snapshot() == before


def test_the_register_is_read_back_as_it_was_typed(world: World) -> None:
    """Versions grow, the line of the sheet stays with the party."""
    seller = seller_of(world.ledger, ALPHA)
    contract = contract_of(world.ledger, ALPHA_EUR)
    assert seller is not None
    assert contract is not None
    assert (seller.version, seller.line_ref, contract.line_ref) == (1, "C-0001", "K-0001")


def closes(world: World, revision: int = 1) -> Command:
    """Ask for January to be closed, and return the answer."""
    post(world, "S-0040", DecisionKind.CLOSING, ClosingDecision("2026-01"), revision)
    return answer(world, "S-0040", revision)


def test_a_month_is_closed_from_the_settings(world: World) -> None:
    """What lacks is said beside the line; asked again when it is there, it is closed, once."""
    assign(world, "F1", 50_000)
    world.today = dt.date(2026, 2, 3)
    refused = closes(world)
    assert refused.status == "error"
    assert says(world, "S-0040") == ["closing-fee-missing"]
    assert refused.problems[0].facts["field"] == "value"
    ready(world.ledger)
    done = closes(world, 2)
    assert (done.status, done.problems) == ("ok", ())
    assert done.message.startswith("Clos jusqu'au 31/01/2026 le 03/02/2026")
    stored = world.ledger.get(MonthClosing, month="2026-01")
    assert stored is not None
    assert stored.closed_by == "S-0040"
    world.today = dt.date(2026, 2, 9)
    again = closes(world, 3)
    assert again.message.startswith("Déjà clos jusqu'au 31/01/2026, le 03/02/2026")
    assert world.ledger.get(MonthClosing, month="2026-01") == stored


def test_the_nature_of_an_open_contract_stays(world: World) -> None:
    """One that buys does not become a mandate; the cell is said."""
    later = replace(TERMS.terms, from_on=DAY, kind=ContractKind.MANDATE)
    post(world, "K-0002", DecisionKind.TERMS, replace(TERMS, terms=later))
    assert says(world, "K-0002") == ["decision-kind-fixed"]
    assert answer(world, "K-0002").problems[0].facts["field"] == "kind"
