"""« Opérations »: each kind posts what stories post, once, and says why when it cannot."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bordereau.documents.texts import Phrases
from bordereau.domain import chart
from bordereau.domain.books import Allocation, BankHead, Position, Receipt
from bordereau.domain.charges import CHARGE_LABELS, PendingCharge, price_code
from bordereau.domain.decisions import (
    DecisionKind,
    NamedReceipt,
    Operation,
    OperationDecision,
    RateDecision,
)
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.terms import FundMethod
from bordereau.domain.workbook.known_settings import BY_CODE
from bordereau.services import insolvency, move_fund, move_invoice
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.bill_fees import add_charge, bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Draft, attempt
from bordereau.services.late_interest_claims import book_interest
from bordereau.services.outcome import Outcome
from bordereau.services.payouts import order_payout
from bordereau.services.seller_and_debtor_payments import pay_in
from bordereau.services.take_receipt import Taking
from tests.unit.desk.desk_world import World
from tests.unit.services import decided
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.decided import (
    ACME,
    ALPHA,
    ALPHA_EUR,
    DAY,
    FA1,
    IBAN,
    Step,
    invoice,
    say,
    sentence,
    wrong,
)

LATER = DAY + dt.timedelta(60)
NAMED = NamedReceipt(IBAN, DAY, "B1")
COVER = insolvency.Cover(9000, 2000)
GUARANTEE: Mapping[str, Any] = {"seller": ALPHA, "debtor": ACME, "share_bps": 9000, "vat_bps": 2000}
_FIRM = decided.firm("FA-1", "FA-2")


@pytest.fixture
def world() -> World:
    """A firm with two open invoices of 20 000.00, and 36 000.00 available."""
    return copy.deepcopy(_FIRM)


def step(operation: str, ref: str = "O-0001", revision: int = 1, **facts: Any) -> Step:
    """A line of « Opérations »."""
    return ref, DecisionKind.OPERATION, OperationDecision(operation, **facts), revision


def receipt(world: World, cents: int) -> Receipt:
    """Money on our account of a payer that nobody named."""
    return made.receive(world, cents, None)


def read_statements(world: World) -> None:
    """Say that statements are read for the account."""

    def decide(draft: Draft) -> None:
        draft.write(replace(draft.take(BankHead, account=IBAN), through_on=DAY))

    attempt(world.ledger, "prove-statement", decide)


def insolvent(world: World) -> None:
    """ACME is insolvent."""
    insolvency.declare_insolvency(world.ledger, ACME, "EUR", judged_on=DAY)


def guaranteed(world: World) -> None:
    """The guarantee took effect for ACME: 40 000.00 approved, claim 29 999.99 or so."""
    insolvent(world)
    insolvency.take_guarantee(world.ledger, ALPHA_EUR, ACME, COVER, today=DAY)


def late_paid(world: World) -> None:
    """FA-1 was paid 20 days late, the rates are known."""
    for ref, code, value in (("S-0001", "ecb", 21_500), ("S-0002", "legal", 26_200)):
        rate = RateDecision(code, dt.date(2026, 1, 1), value)
        say(world, (ref, DecisionKind.RATE, rate, 1))
    paid_on = dt.date(2026, 2, 25)
    made.receive(world, 1)  # so that the account has a journal
    known = Receipt(IBAN, paid_on, "B9", 20_000_00, 20_000_00, "EUR", paid_on, ACME)
    book_receipt(world.ledger, known, today=paid_on)
    pays = [Pays(ALPHA_EUR, FA1, 20_000_00)]
    apply_receipt(world.ledger, ReceiptKey(IBAN, paid_on, "B9"), pays, today=paid_on, command="x")
    world.today = paid_on


def late_paid_with_half_a_euro(world: World) -> None:
    """Late interest is owed, and a receipt of 0.50 came."""
    late_paid(world)
    made.receive(world, 50, None, ref="B2")


def priced(world: World) -> None:
    """What an unpaid invoice costs: 15.00 last year, 18.50 now, 99.00 from tomorrow on."""
    days = (dt.date(2025, 1, 1), dt.date(2026, 1, 1), DAY + dt.timedelta(1))
    for ref, (day, cents) in enumerate(zip(days, (15_00, 18_50, 99_00), strict=True)):
        price = RateDecision(price_code("unpaid", ALPHA), day, cents)
        say(world, (f"S-{ref:04d}", DecisionKind.RATE, price, 1))
    for seller, cents in ((None, 77_00), (made.BETA, 88_00)):
        price = RateDecision(price_code("unpaid", seller), dt.date(2026, 1, 2), cents)
        say(world, (f"S-1{cents}", DecisionKind.RATE, price, 1))


def reserved(world: World) -> None:
    """5 000.00 are reserved."""
    move_fund.reserve(world.ledger, ALPHA_EUR, 5_000_00, today=DAY)


def pooled(world: World) -> None:
    """The fund is on outstanding, with something in it."""
    terms = replace(
        made.TERMS.terms,
        from_on=DAY,
        fund_method=FundMethod.ON_OUTSTANDING,
        fund_rate_bps=1000,
        fund_minimum_cents=100_00,
    )
    say(world, ("K-0001", DecisionKind.TERMS, replace(made.TERMS, terms=terms), 2))
    made.assign(world, "FA-3", 10_000_00)


Service = Callable[[Any, dt.date], Outcome]
Case = tuple[str, Mapping[str, Any], Callable[[World], object], Service, str]


def ordered(cents: int | None) -> Service:
    """A pay-out to ALPHA, as the register has it."""
    whom = "ALPHA", IBAN
    return lambda ledger, today: order_payout(
        ledger, ALPHA_EUR, today=today, amount_cents=cents, beneficiary=whom
    )


BY_INVOICE: Mapping[str, Any] = {"number": "fa 1", "reason": "pourquoi"}

CASES: tuple[Case, ...] = (
    ("payout", {"seller": ALPHA}, lambda _: None, ordered(None), "36 000,00 € ordonné"),
    (
        "payout",
        {"seller": ALPHA, "amount_cents": 1_000_00},
        lambda _: None,
        ordered(1_000_00),
        "il reste 35 000,00 € disponibles",
    ),
    (
        "chargeback",
        BY_INVOICE,
        lambda _: None,
        lambda ledger, today: move_invoice.charge_back(ledger, ALPHA_EUR, FA1, today=today),
        "Facture FA-1 rétrocédée : 20 000,00 € repris",
    ),
    (
        "credit-note",
        {"number": "FA-1", "document": "AV-1", "amount_cents": 21_000_00},
        lambda _: None,
        lambda ledger, today: book_credit_note(
            ledger,
            CreditRequest(ALPHA_EUR, "AV-1", DAY, 21_000_00, invoice=FA1, source="O-0001"),
            today=today,
        ),
        "20 000,00 € en moins sur la facture, 1 000,00 € dus",
    ),
    (
        "credit-note",
        {"seller": ALPHA, "debtor": ACME, "document": "AV-2", "amount_cents": 5_00},
        lambda _: None,
        lambda ledger, today: book_credit_note(
            ledger,
            CreditRequest(ALPHA_EUR, "AV-2", DAY, 5_00, debtor=ACME, source="O-0001"),
            today=today,
        ),
        "0,00 € en moins sur la facture, 5,00 € dus",
    ),
    (
        "accept-short",
        {"number": "FA-1"},
        lambda _: None,
        lambda ledger, today: accept_short_payment(ledger, ALPHA_EUR, FA1, today=today),
        "20 000,00 € soldés sur FA-1",
    ),
    (
        "charge",
        {"seller": ALPHA, "code": "ancillary", "amount_cents": 15_00},
        lambda _: None,
        lambda ledger, today: add_charge(
            ledger, ALPHA_EUR, PendingCharge("ancillary", 15_00, DAY), today=today
        ),
        "Frais de 15,00 € HT",
    ),
    (
        "charge",
        {"seller": ALPHA, "code": "unpaid"},
        priced,
        lambda ledger, today: add_charge(
            ledger, ALPHA_EUR, PendingCharge("unpaid", 18_50, DAY), today=today
        ),
        "Frais de 18,50 € HT",
    ),
    (
        "reserve",
        {"seller": ALPHA, "amount_cents": 5_000_00, "reason": "URSSAF"},
        lambda _: None,
        lambda ledger, today: move_fund.reserve(ledger, ALPHA_EUR, 5_000_00, today=today),
        "Réserve de 5 000,00 € retenue",
    ),
    (
        "reserve-release",
        {"seller": ALPHA, "amount_cents": 1_000_00},
        reserved,
        lambda ledger, today: move_fund.reserve(ledger, ALPHA_EUR, -1_000_00, today=today),
        "Réserve de 1 000,00 € levée",
    ),
    (
        "use-fund",
        {"number": "FA-1", "amount_cents": 500_00},
        lambda _: None,
        lambda ledger, today: move_invoice.use_retained(
            ledger, ALPHA_EUR, FA1, 500_00, today=today
        ),
        "500,00 € du fonds",
    ),
    (
        "use-fund",
        {"seller": ALPHA, "amount_cents": 50_00},
        pooled,
        lambda ledger, today: move_fund.use_fund(ledger, ALPHA_EUR, 50_00, today=today),
        "50,00 € du fonds",
    ),
    (
        "formal-notice",
        {"number": "FA-1"},
        lambda _: None,
        lambda ledger, today: move_invoice.note_formal_notice(ledger, ALPHA_EUR, FA1, today=today),
        "Mise en demeure du 05/01/2026 notée sur FA-1",
    ),
    (
        "interest",
        {"number": "FA-1", "amount_cents": 50_00, "indemnity_cents": 40_00},
        late_paid,
        lambda ledger, today: book_interest(
            ledger,
            ALPHA_EUR,
            FA1,
            interest_cents=10_00,
            indemnity_cents=40_00,
            is_public=False,
            today=today,
        ),
        "50,00 € d'intérêts et d'indemnité reçus sur FA-1",
    ),
    (
        "guarantee",
        GUARANTEE,
        insolvent,
        lambda ledger, today: insolvency.take_guarantee(
            ledger, ALPHA_EUR, ACME, COVER, today=today
        ),
        "40 000,00 € garantis, 29 999,99 € réclamés à l'assureur, 0,00 € rendus",
    ),
    (
        "indemnity",
        {"seller": ALPHA, "debtor": ACME, "amount_cents": 10_000_00},
        guaranteed,
        lambda ledger, today: insolvency.book_indemnity(
            ledger, ALPHA_EUR, ACME, 10_000_00, today=today
        ),
        "l'assureur doit encore 19 999,99 €",
    ),
    (
        "dividend",
        {"seller": ALPHA, "debtor": ACME, "amount_cents": 1_000_00},
        guaranteed,
        lambda ledger, today: insolvency.book_dividend(
            ledger, ALPHA_EUR, ACME, 1_000_00, today=today
        ),
        "0,00 € au client, 750,00 € à l'assureur, 250,00 € pour nous",
    ),
    (
        "write-off",
        BY_INVOICE,
        lambda _: None,
        lambda ledger, today: insolvency.write_off(ledger, ALPHA_EUR, FA1, today=today),
        "FA-1 passée en perte : 20 000,00 € à notre charge",
    ),
    (
        "closing",
        {"seller": ALPHA, "reason": "fin"},
        lambda _: None,
        lambda ledger, today: move_fund.close_contract(ledger, ALPHA_EUR, today=today),
        "Contrat clos le 05/01/2026",
    ),
    (
        "pay-in",
        {"seller": ALPHA, "amount_cents": 700_00},
        lambda _: None,
        lambda ledger, today: pay_in(ledger, ALPHA_EUR, 700_00, today=today),
        "Versement de 700,00 € porté",
    ),
)


@pytest.mark.parametrize("book", [insolvency.book_indemnity, insolvency.book_dividend])
def test_money_of_a_receipt_that_is_not_there_is_refused(world: World, book: Any) -> None:
    """Nothing is booked for what nobody saw come in."""
    guaranteed(world)
    nowhere = Taking(ReceiptKey(IBAN, DAY, "B404"), "O-0001#1")
    before = world.ledger.snapshot()
    outcome = book(world.ledger, ALPHA_EUR, ACME, 10_000_00, today=DAY, taking=nowhere)
    assert (outcome.is_refused, outcome.reason) == (True, "no_such_receipt")
    assert world.ledger.snapshot() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def test_an_operation_posts_what_its_service_posts(case: Case) -> None:
    """The same balances, lines, pool and charges as the event of a story; the answer says it."""
    operation, facts, prepare, service, words = case
    world = copy.deepcopy(_FIRM)
    prepare(world)
    told = copy.deepcopy(world)
    outcome = service(told.ledger, told.today)
    assert not outcome.is_refused, outcome
    say(world, step(operation, **facts))
    assert wrong(world, "O-0001") == []
    assert words in sentence(world, "O-0001")
    assert without_commands(world) == without_commands(told)
    decided.books_are_sound(world)


def without_commands(world: World) -> dict[str, Any]:
    """Everything that is kept but the answers to staff."""
    return {
        str(place): stored
        for place, stored in world.ledger.snapshot().items()
        if "CMD#" not in str(place)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def test_a_crash_anywhere_then_redelivery_gives_the_same_books(case: Case) -> None:
    """Entry and answer are one commit; twice is once."""
    operation, facts, prepare, _, _ = case
    world = copy.deepcopy(_FIRM)
    prepare(world)
    decided.crash_anywhere(world, [], step(operation, **facts))


def test_a_charge_is_reversed_once_with_its_vat(world: World) -> None:
    """15.00 of two charges at 20 %: 18.00 back, then it is known; another code is none."""
    for code in ("ancillary", "amendment"):
        rate = RateDecision(f"vat/{code}", dt.date(2026, 1, 1), 2_000)
        say(world, (f"S-{code}", DecisionKind.RATE, rate, 1))
        charge = PendingCharge(code, 15_00, DAY)
        assert not add_charge(world.ledger, ALPHA_EUR, charge, today=DAY).is_refused
    bill_fees(world.ledger, ALPHA_EUR, today=DAY)
    (seq,) = (
        entry.seq
        for entry in world.ledger.list(Entry, journal=contract_journal(ALPHA_EUR))
        if entry.kind == "E2"
    )
    before = decided.balance(world)

    def undo(ref: str, code: str, entry: int = seq) -> None:
        wants = OperationDecision(
            Operation.REVERSAL, seller=ALPHA, entry=entry, code=code, reason="Geste commercial"
        )
        say(world, (ref, DecisionKind.OPERATION, wants, 1))

    undo("O-0001", "amendment")
    assert "15,00 € HT contre-passés" in sentence(world, "O-0001")
    assert decided.balance(world) == before + 18_00
    undo("O-0002", "amendment")
    undo("O-0003", "unpaid")
    assert wrong(world, "O-0002") == [("decision-operation-known", "kind")]
    assert wrong(world, "O-0003") == [("decision-no-such-entry", "entry")]
    undo("O-0005", "amendment", entry=1)
    assert wrong(world, "O-0005") == [("decision-no-such-entry", "entry")]
    gone = RateDecision("vat/ancillary", dt.date(2026, 1, 1), 1_000)
    say(world, ("S-x", DecisionKind.RATE, gone, 1))
    undo("O-0004", "ancillary")
    assert wrong(world, "O-0004") == [("decision-vat-changed", "code")]
    assert decided.balance(world) == before + 18_00


def test_every_charge_bears_one_name_in_sheet_and_statement() -> None:
    """And has a dated VAT rate and a dated price in Réglages."""
    texts = Phrases.load("fr").tables["charges"]
    for code, label in CHARGE_LABELS.items():
        assert texts[code] == label
        assert BY_CODE[f"vat/{code}"].is_rate
        assert BY_CODE[price_code(code)].is_rate


def test_an_operation_that_was_carried_out_does_not_change(world: World) -> None:
    """Other facts ask for a new line; the same facts, or another reason, answer the same."""
    facts: dict[str, Any] = {"seller": ALPHA, "amount_cents": 5_000_00}
    say(world, step("reserve", **facts, reason="URSSAF"))
    say(world, step("reserve", revision=2, seller=ALPHA, amount_cents=6_000_00, reason="URSSAF"))
    assert wrong(world, "O-0001", 2) == [("decision-operation-done", "kind")]
    say(world, step("reserve", revision=3, **facts, reason="URSSAF, 1er trimestre"))
    assert wrong(world, "O-0001", 3) == []
    assert sentence(world, "O-0001", 3) == sentence(world, "O-0001")
    assert decided.balance(world, chart.HOLD_SPECIFIC) == 5_000_00


def test_an_operation_that_was_refused_may_be_mended(world: World) -> None:
    """Its line is as free as before."""
    say(world, step("reserve-release", seller=ALPHA, amount_cents=1_00))
    assert wrong(world, "O-0001") == [("decision-over-reserve", "amount")]
    say(world, step("reserve", revision=2, seller=ALPHA, amount_cents=1_00))
    assert wrong(world, "O-0001", 2) == []


Wrong = tuple[str, Mapping[str, Any], Callable[[World], object], str, str]
NOBODY = made.BETA
REFUSED: tuple[Wrong, ...] = (
    ("payout", {"seller": NOBODY}, lambda _: None, "decision-no-iban", "seller"),
    (
        "payout",
        {"seller": ALPHA, "amount_cents": 36_000_01},
        lambda _: None,
        "decision-over-available",
        "amount",
    ),
    (
        "charge",
        {"seller": ALPHA, "code": "amendment"},
        priced,
        "decision-no-price",
        "amount",
    ),
    ("reserve", {"seller": NOBODY}, lambda _: None, "decision-contract-not-in-force", "seller"),
    ("chargeback", {"number": "FA-9"}, lambda _: None, "decision-no-such-invoice", "invoice"),
    (
        "use-fund",
        {"number": "FA-1", "amount_cents": 2_000_01},
        lambda _: None,
        "decision-over-fund",
        "amount",
    ),
    (
        "use-fund",
        {"seller": ALPHA, "amount_cents": 1},
        lambda _: None,
        "decision-over-fund",
        "amount",
    ),
    (
        "interest",
        {"number": "FA-1", "amount_cents": 1_00},
        lambda _: None,
        "decision-over-claim",
        "amount",
    ),
    (
        "interest",
        {"number": "FA-1", "amount_cents": 1_00, "indemnity_cents": 2_00},
        lambda _: None,
        "decision-over-amount",
        "indemnity",
    ),
    ("interest", {"number": "FA-1"}, lambda _: None, "decision-nothing-left", "receipt"),
    (
        "interest",
        {"number": "FA-1", "amount_cents": 51, "receipt": NamedReceipt(IBAN, DAY, "B2")},
        late_paid_with_half_a_euro,
        "decision-over-receipt",
        "amount",
    ),
    ("guarantee", GUARANTEE, lambda _: None, "decision-not-insolvent", "debtor"),
    ("guarantee", GUARANTEE, guaranteed, "decision-operation-known", "kind"),
    (
        "indemnity",
        {"seller": ALPHA, "debtor": ACME, "amount_cents": 1},
        lambda _: None,
        "decision-no-guarantee",
        "debtor",
    ),
    (
        "indemnity",
        {"seller": ALPHA, "debtor": ACME, "amount_cents": 30_000_00},
        guaranteed,
        "decision-over-claim",
        "amount",
    ),
    (
        "pay-in",
        {"seller": ALPHA, "amount_cents": 1, "receipt": NAMED},
        lambda _: None,
        "decision-no-such-receipt",
        "receipt",
    ),
    (
        "pay-in",
        {"seller": ALPHA, "receipt": NAMED},
        lambda _: None,
        "decision-nothing-left",
        "receipt",
    ),
    (
        "pay-in",
        {"seller": ALPHA, "amount_cents": 1},
        read_statements,
        "decision-needs-receipt",
        "receipt",
    ),
    (
        "pay-in",
        {"seller": ALPHA, "amount_cents": 10_01, "receipt": NAMED},
        partial(receipt, cents=10_00),
        "decision-over-receipt",
        "amount",
    ),
    (
        "reversal",
        {"seller": ALPHA, "entry": 1},
        lambda _: None,
        "decision-entry-has-documents",
        "entry",
    ),
    ("reversal", {"seller": ALPHA, "entry": 99}, lambda _: None, "decision-no-such-entry", "entry"),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]}-{case[3]}")
def test_an_operation_that_cannot_be_says_why(case: Wrong) -> None:
    """One sentence, one cell; nothing is posted."""
    operation, facts, prepare, code, field = case
    world = copy.deepcopy(_FIRM)
    prepare(world)
    before = without_commands(world)
    say(world, step(operation, **facts))
    assert wrong(world, "O-0001") == [(code, field)]
    assert without_commands(world) == before
    text = world.desk.phrases.problem(made.answer(world, "O-0001").problems[0])
    assert code not in text
    assert "{" not in text


def test_a_credit_note_is_booked_once_under_its_number(world: World) -> None:
    """The same again from another line is known; other facts under the number are told."""
    for ref, cents in (("O-0001", 5_00), ("O-0002", 5_00), ("O-0003", 6_00)):
        say(world, step("credit-note", ref, number="FA-1", document="AV-1", amount_cents=cents))
    assert wrong(world, "O-0001") == []
    assert wrong(world, "O-0002") == [("decision-operation-known", "kind")]
    assert wrong(world, "O-0003") == [("decision-number-conflict", "document")]


def test_a_loss_needs_no_recourse_and_no_dispute(world: World) -> None:
    """With recourse the seller bears it; a dispute is ended first."""
    move_invoice.open_dispute(world.ledger, ALPHA_EUR, FA1, today=DAY)
    say(world, step("write-off", number="FA-1"))
    assert wrong(world, "O-0001") == [("decision-in-dispute", "invoice")]
    terms = replace(made.TERMS.terms, from_on=DAY, recourse_days=60)
    say(world, ("K-0001", DecisionKind.TERMS, replace(made.TERMS, terms=terms), 2))
    made.assign(world, "FA-5", 1_00)
    say(world, step("write-off", "O-0002", number="FA-5"))
    assert wrong(world, "O-0002") == [("decision-with-recourse", "kind")]
    outcome = insolvency.write_off(world.ledger, ALPHA_EUR, InvoiceId("2026#X"), today=DAY)
    assert outcome.reason == "no_such_invoice"
    insolvency.write_off(world.ledger, ALPHA_EUR, InvoiceId("2026#FA2"), today=DAY)
    again = insolvency.write_off(world.ledger, ALPHA_EUR, InvoiceId("2026#FA2"), today=DAY)
    assert again.reason == "nothing_open"


def test_a_reversal_is_the_opposite_once_and_fills_the_fund_again(world: World) -> None:
    """E19 on the fund on outstanding: balances, pool and answer go back."""
    pooled(world)
    before = world.ledger.get(Position, contract=ALPHA_EUR)
    say(world, step("use-fund", seller=ALPHA, amount_cents=50_00))
    used = world.ledger.get(Position, contract=ALPHA_EUR)
    assert before is not None
    assert used is not None
    assert used.fund_pool_cents == before.fund_pool_cents - 50_00
    for ref in ("O-0002", "O-0003"):
        say(world, step("reversal", ref, seller=ALPHA, entry=used.seq, reason="erreur"))
    after = world.ledger.get(Position, contract=ALPHA_EUR)
    assert after is not None
    assert (dict(after.balances), after.fund_pool_cents) == (
        dict(before.balances),
        before.fund_pool_cents,
    )
    assert sentence(world, "O-0002") == f"Écriture {used.seq} contre-passée."
    assert wrong(world, "O-0003") == [("decision-operation-known", "kind")]
    decided.books_are_sound(world)


# --- money that came with a statement


FROM_RECEIPT: tuple[tuple[str, Mapping[str, Any], Callable[[World], object]], ...] = (
    ("pay-in", {"seller": ALPHA}, lambda _: None),
    ("indemnity", {"seller": ALPHA, "debtor": ACME}, guaranteed),
    ("dividend", {"seller": ALPHA, "debtor": ACME}, guaranteed),
    ("interest", {"number": "FA-1"}, late_paid),
)


@pytest.mark.parametrize("case", FROM_RECEIPT, ids=lambda case: case[0])
def test_money_of_a_statement_is_taken_from_its_receipt(
    case: tuple[str, Mapping[str, Any], Callable[[World], object]],
) -> None:
    """Cash is booked by E4 alone; both entries together are the event of the stories."""
    operation, facts, prepare = case
    world = copy.deepcopy(_FIRM)
    prepare(world)
    alone = copy.deepcopy(world)
    came = made.receive(world, 30_00, None, ref="B2")
    named = NamedReceipt(IBAN, DAY, "B2")
    read_statements(world)
    start = copy.deepcopy(world)
    say(world, step(operation, **facts, receipt=named))
    say(alone, step(operation, **facts, amount_cents=30_00))
    assert wrong(world, "O-0001") == []
    assert balances(world) == balances(alone)
    left = world.ledger.get(Receipt, account=IBAN, booked_on=DAY, ref="B2")
    assert left is not None
    assert (left.left_cents, left.is_waiting) == (0, False)
    (taken,) = (
        one for one in world.ledger.list(Allocation, account=IBAN, booked_on=DAY) if one.ref == "B2"
    )
    assert (taken.amount_cents, taken.command) == (came.amount_cents, "O-0001#1")
    decided.crash_anywhere(start, [], step(operation, **facts, receipt=named))


def balances(world: World) -> tuple[dict[str, int], dict[str, int]]:
    """The balances of the contract and of the bank that are not zero."""
    position = world.ledger.get(Position, contract=ALPHA_EUR)
    head = world.ledger.get(BankHead, account=IBAN)
    assert position is not None
    assert head is not None
    listed = (position.balances, head.balances)
    contract, bank = ({name: cents for name, cents in one.items() if cents} for one in listed)
    return contract, bank


def test_a_pay_in_counts_from_the_day_of_its_receipt(world: World) -> None:
    """Settled reading 12: the receipt's booking day, plus v2 of that day."""
    made.receive(world, 30_00, None)
    world.today = LATER
    say(world, step("pay-in", seller=ALPHA, receipt=NAMED))
    last = list(world.ledger.list(Entry, journal=contract_journal(ALPHA_EUR)))[-1]
    assert (last.kind, last.booked_on, last.valued_on) == ("E15", LATER, DAY)


def test_a_receipt_in_another_currency_pays_nothing_in(world: World) -> None:
    """Francs are no euros."""
    known = Receipt(IBAN, DAY, "B1", 10_00, 10_00, "CHF", DAY)
    book_receipt(world.ledger, known, today=DAY)
    say(world, step("pay-in", seller=ALPHA, receipt=NAMED))
    assert wrong(world, "O-0001") == [("decision-other-currency", "receipt")]


def test_the_day_of_a_formal_notice_is_the_one_that_is_typed(world: World) -> None:
    """The first one counts, also when another line says it again."""
    sent_on = DAY - dt.timedelta(3)
    say(world, step("formal-notice", number="FA-1", on=sent_on))
    say(world, step("formal-notice", "O-0002", number="FA-1", on=DAY))
    assert invoice(world).notice_on == sent_on
    assert sentence(world, "O-0002") == "Mise en demeure du 02/01/2026 notée sur FA-1."


def test_an_operation_wakes_whom_it_gives_room(world: World) -> None:
    """The debtor's other invoices, and the alerts of the contract."""
    say(world, step("chargeback", number="FA-1", reason="r"))
    queues = {one.queue for one in world.queue.sent}
    assert {"update_reserves", "raise_overdue_alerts"} <= queues
    world.queue.sent.clear()
    insolvent(world)
    say(world, step("guarantee", "O-0002", **GUARANTEE))
    assert {one.queue for one in world.queue.sent} == {"update_reserves", "raise_overdue_alerts"}
    assert terms_on(world.ledger, ALPHA_EUR, DAY) is not None


def test_every_kind_of_operation_is_tried_here() -> None:
    """A kind that nobody tries is not built."""
    elsewhere = {"reversal", "refund", "refund-cancel", "unapply"}
    assert {case[0] for case in CASES} | elsewhere == {str(kind) for kind in Operation}
