"""What a receipt certainly pays is applied once; the rest waits with a proposal."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from bordereau.domain.books import Allocation, Receipt
from bordereau.domain.parties import Alias
from bordereau.domain.work import Alert, ReceiptProposal
from bordereau.services import allocate_receipts as service
from bordereau.services.alerts import invoice_object, raise_alert
from bordereau.services.allocate_receipts import allocate_receipts
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payers import learn_payer, payers_of
from tests.unit.services.firm import (
    ACCOUNT,
    ACME,
    DAY,
    K1,
    K2,
    ZIMMER,
    Firm,
    every_crash,
    firm,
)

IBAN = "DE89370400440532013000"
LATER = DAY + dt.timedelta(30)


def receive(made: Firm, cents: int, text: str = "", ref: str = "R1", iban: str = IBAN) -> None:
    """Book a receipt of the later day."""
    receipt = Receipt(
        *(ACCOUNT, LATER, ref, cents, cents, "EUR", LATER),
        payer="ACME DISTRIBUTION",
        payer_iban=iban,
        text=text,
    )
    book_receipt(made.ledger, receipt, today=LATER)


def message(ref: str = "R1") -> dict[str, str]:
    """Return the message about a receipt."""
    return {"account": ACCOUNT, "booked_on": LATER.isoformat(), "ref": ref}


def allocate(made: Firm, ref: str = "R1") -> Outcome:
    """Match a receipt."""
    return allocate_receipts(made.ledger, made.queue, message=message(ref), today=LATER)


def left(made: Firm, ref: str = "R1") -> int:
    """Return what is left of a receipt."""
    receipt: Receipt | None = made.ledger.get(Receipt, account=ACCOUNT, booked_on=LATER, ref=ref)
    assert receipt is not None
    return receipt.left_cents


def proposal(made: Firm, ref: str = "R1") -> ReceiptProposal:
    """Return what is proposed for a receipt."""
    found: ReceiptProposal | None = made.ledger.get(
        ReceiptProposal, account=ACCOUNT, booked_on=LATER, ref=ref
    )
    assert found is not None
    return found


def test_a_named_invoice_is_paid_and_everybody_concerned_hears_of_it() -> None:
    """Its alerts close, its payer is learnt, who waits for room is woken."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    object_ = invoice_object(K1, invoice)
    raise_alert(made.ledger, Alert(object_, "overdue", LATER, "attention", "overdue"))
    receive(made, 1_000_00, "REGLEMENT FA202612")
    outcome = allocate(made)
    assert (outcome.status, outcome.amounts) == (Status.DONE, {"applied": 1_000_00, "left": 0})
    assert made.invoice(invoice).state == "paid"
    assert made.alerts() == []
    assert payers_of(made.ledger, IBAN) == (ACME,)
    wake = {"debtor": ACME, "currency": "EUR", "on": LATER.isoformat()}
    assert made.sent("update_reserves") == [wake]
    allocation = next(made.ledger.list(Allocation, account=ACCOUNT, booked_on=LATER))
    assert allocation.command == f"auto#{ACCOUNT}#{LATER}#R1#0"


def test_the_second_call_writes_nothing() -> None:
    """Nothing is left, and the answer says so."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00, "FA-2026-12")
    allocate(made)
    before = made.ledger.snapshot()
    assert allocate(made).status is Status.ALREADY
    assert made.ledger.snapshot() == before


def test_a_known_payer_needs_no_number() -> None:
    """The account is a debtor's: the exact amount of its one invoice is enough."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    learn_payer(made.ledger, IBAN, ACME)
    receive(made, 1_000_00)
    assert allocate(made).status is Status.DONE
    assert not made.invoice(invoice).is_open


def test_an_over_payment_stays_for_staff() -> None:
    """What is named is paid; the rest is nobody's yet, however often it is asked."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    made.assign("FA-2026-77", 300_00)
    receive(made, 1_200_00, "FA-2026-12")
    assert allocate(made).amounts["left"] == 200_00
    assert proposal(made).rest_cents == 200_00
    assert (allocate(made).status, allocate(made).reason) == (Status.HELD, "named-and-more")
    assert left(made) == 200_00


def test_a_part_payment_leaves_the_rest_open() -> None:
    """One invoice is named and less than it comes in; its alerts stay."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    object_ = invoice_object(K1, invoice)
    raise_alert(made.ledger, Alert(object_, "overdue", LATER, "attention", "overdue"))
    receive(made, 400_00, "FA-2026-12")
    allocate(made)
    assert made.invoice(invoice).open_cents == 600_00
    assert made.codes() == ["overdue"]


def test_two_sellers_and_a_credit_note_of_one_transfer() -> None:
    """Scenario 12: each seller's invoices, the credit note owed, 149.75 stays."""
    made = firm()
    made.assign("F1", 4_200_00)
    made.assign("F2", 3_150_50)
    made.assign("F9", 2_800_00, contract=K2)
    note = CreditRequest(K1, "AV3", DAY, 300_25, debtor=ACME)
    book_credit_note(made.ledger, note, today=DAY)
    learn_payer(made.ledger, IBAN, ACME)
    receive(made, 10_000_00, "VIR ACME F1 F2 F9 -AV3")
    assert allocate(made).amounts == {"applied": 10_150_50, "left": 149_75}


def test_a_stranger_without_a_number_is_only_proposed() -> None:
    """The name and the amount fit: a person says yes."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00)
    assert (allocate(made).status, allocate(made).reason) == (Status.HELD, "payer-name")
    found = proposal(made)
    assert [line.invoice for line in found.lines] == [invoice]
    assert not found.is_certain
    assert left(made) == 1_000_00
    assert payers_of(made.ledger, IBAN) == ()


def test_what_staff_applied_makes_the_proposal_old() -> None:
    """Nothing is left: no plan is made."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00)
    allocate(made)
    key = ReceiptKey(ACCOUNT, LATER, "R1")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 1_000_00)], today=LATER, command="staff")
    assert allocate(made).status is Status.ALREADY


def test_a_treasury_that_pays_for_another_firm_is_matched_by_number() -> None:
    """The account is ACME's, the invoice another debtor's: the number decides, both are kept."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    other = made.assign("FZ-2026-99", 500_00, debtor=ZIMMER)
    learn_payer(made.ledger, IBAN, ACME)
    receive(made, 500_00, "FZ-2026-99")
    assert allocate(made).status is Status.DONE
    assert not made.invoice(other).is_open
    assert payers_of(made.ledger, IBAN) == (ACME, ZIMMER)


def test_a_known_payer_with_nothing_that_fits_keeps_its_own_reason() -> None:
    """Its receipt is marked as its own, so that reminders wait."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    learn_payer(made.ledger, IBAN, ACME)
    receive(made, 77_00)
    assert allocate(made).reason == "no-match"
    receipt = made.ledger.get(Receipt, account=ACCOUNT, booked_on=LATER, ref="R1")
    assert receipt is not None
    assert receipt.debtor == ACME


def test_the_same_amount_again_waits_for_a_person() -> None:
    """A monthly amount that was paid before: is it the next one, or paid twice?"""
    made = firm()
    first = made.assign("FA-2026-12", 812_34)
    made.assign("FA-2026-57", 812_34)
    receive(made, 812_34, "FA-2026-12")
    allocate(made)
    assert not made.invoice(first).is_open
    receive(made, 812_34, "VIREMENT", ref="R2")
    assert (allocate(made, "R2").status, allocate(made, "R2").reason) == (
        Status.HELD,
        "paid-before",
    )
    assert [line.number for line in proposal(made, "R2").lines] == ["FA-2026-57"]


@pytest.mark.parametrize(("tolerance_cents", "left_open"), [(100, 0), (0, 5_00)])
def test_cents_that_lack_on_several_invoices_are_let_go_by_the_terms(
    tolerance_cents: int, left_open: int
) -> None:
    """Within the tolerance of the contract both are closed (E18); without one a person looks."""
    made = firm(terms={"tolerance_cents": tolerance_cents})
    one, two = made.assign("FA-2026-12", 812_34), made.assign("FA-2026-57", 500_05)
    receive(made, 1_312_36, "FA-2026-12 FA-2026-57")
    outcome = allocate(made)
    is_open = made.invoice(one).is_open or made.invoice(two).is_open
    assert (outcome.status is Status.DONE, is_open) == (not left_open, bool(left_open))


def test_contracts_that_collect_elsewhere_are_not_looked_at() -> None:
    """A stranger's transfer pays what is to be paid to that account."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    receipt = Receipt("FR99", LATER, "R1", 100, 100, "EUR", LATER, text="FA-2026-12")  # type: ignore[arg-type]
    book_receipt(made.ledger, receipt, today=LATER)
    other = {"account": "FR99", "booked_on": LATER.isoformat(), "ref": "R1"}
    outcome = allocate_receipts(made.ledger, made.queue, message=other, today=LATER)
    assert outcome.reason == "no-match"


def test_a_receipt_that_is_not_there_is_refused() -> None:
    """The message is older than the books, or wrong."""
    assert allocate(firm()).reason == "no_such_receipt"


def test_a_plan_that_the_books_refuse_is_made_anew() -> None:
    """Staff paid the invoice from another receipt between plan and application."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00, "FA-2026-12")
    receive(made, 1_000_00, ref="R2")
    stale = service._plan(made.ledger, _receipt(made), today=LATER)
    assert stale.is_certain
    key = ReceiptKey(ACCOUNT, LATER, "R2")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 1_000_00)], today=LATER)
    outcome = allocate(made)
    assert (outcome.status, outcome.reason) == (Status.HELD, "no-match")
    assert proposal(made).trial == 1
    assert left(made) == 1_000_00


def test_a_plan_refused_again_and_again_goes_to_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    """After three plans a person looks at it."""
    made = firm()
    made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00, "FA-2026-12")
    monkeypatch.setattr(service, "_carry_out", lambda *_, **__: False)
    assert allocate(made).reason == "plan-refused"


def test_staff_between_reading_and_writing_down_make_nothing_sure() -> None:
    """What was left moved: the plan is not kept."""
    made = firm()
    invoice = made.assign("FA-2026-12", 1_000_00)
    receive(made, 1_000_00, "FA-2026-12")
    old = _receipt(made)
    key = ReceiptKey(ACCOUNT, LATER, "R1")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 400_00)], today=LATER)
    plan = service._plan(made.ledger, old, today=LATER)
    assert not plan.is_certain
    assert made.ledger.get(ReceiptProposal, account=ACCOUNT, booked_on=LATER, ref="R1") is None


def test_a_payment_of_nothing_known_wakes_nobody() -> None:
    """The invoice is not ours."""
    made = firm()
    assert service.after_payment(made.ledger, made.queue, K1, "2026#X", today=LATER) is None  # type: ignore[arg-type]


def test_an_account_that_pays_for_several_is_known_for_each() -> None:
    """An empty account is nobody's; a second debtor comes behind the first, each once."""
    made = firm()
    assert learn_payer(made.ledger, "", ACME).status is Status.ALREADY
    learn_payer(made.ledger, IBAN, ACME)
    learn_payer(made.ledger, IBAN, ZIMMER)
    assert learn_payer(made.ledger, IBAN, ACME).status is Status.ALREADY
    assert learn_payer(made.ledger, IBAN, ZIMMER).status is Status.ALREADY
    assert payers_of(made.ledger, IBAN) == (ACME, ZIMMER)
    alias = made.ledger.get(Alias, role="DEBTOR", alias=f"iban:{IBAN}")
    assert alias is not None
    assert alias.party == ACME


def _receipt(made: Firm) -> Receipt:
    receipt: Receipt | None = made.ledger.get(Receipt, account=ACCOUNT, booked_on=LATER, ref="R1")
    assert receipt is not None
    return dataclasses.replace(receipt)


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Two invoices of one transfer: the plan is finished, not made anew from half of it."""

    def make() -> Firm:
        made = firm()
        made.assign("FA-2026-12", 1_000_00)
        made.assign("FA-2026-13", 300_00)
        receive(made, 1_300_00, "FA-2026-12 FA-2026-13")
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        allocate_receipts(ledger, queue, message=message(), today=LATER)

    made, crashes = every_crash(make, run)
    assert left(made) == 0
    assert crashes > 60
