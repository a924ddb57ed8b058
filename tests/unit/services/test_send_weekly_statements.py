"""The week is cut once; opening + movements = closing, and closing is the next opening."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.domain import billing
from bordereau.domain.books import DebtorCredit, Position, Receipt, StatementCut
from bordereau.domain.charges import PendingCharge
from bordereau.domain.figures import (
    ActionCode,
    MovementKind,
    Stage,
    StepCode,
    WeeklyStatementFigures,
)
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Rate
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.terms import PayoutMode
from bordereau.domain.work import Intent, ToComplete
from bordereau.services.apply_receipt import NotAssigned, Pays, ReceiptKey, apply_receipt
from bordereau.services.bill_fees import add_charge
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.draft import Draft
from bordereau.services.issue_advances import issue_advances
from bordereau.services.move_fund import close_contract
from bordereau.services.move_invoice import open_dispute
from bordereau.services.outcome import Outcome
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.reverse_application import reverse_application
from bordereau.services.send_weekly_statements import send_weekly_statement
from tests.unit.services.firm import (
    ACCOUNT,
    ACME,
    ALPHA,
    DAY,
    K1,
    ZIMMER,
    Firm,
    at,
    every_crash,
    firm,
)

MONDAY = DAY + dt.timedelta(7)
WEEK = "2026-W10"


def cut(made: Firm, on: dt.date = MONDAY, contract: ContractId = K1) -> Outcome:
    """Cut the week before a Monday morning."""
    ports = (made.ledger, made.objects, made.queue)
    return send_weekly_statement(*ports, contract=contract, on=on, now=at(on, 5))


def figures(made: Firm, week: str = WEEK) -> WeeklyStatementFigures:
    """Return what a week's statement shows."""
    row = made.ledger.get(StatementCut, contract=K1, week=week)
    assert row is not None
    return from_plain(WeeklyStatementFigures, json.loads(made.objects.stored[row.figures_key]))


def issue(made: Firm, on: dt.date) -> None:
    """Issue a day's advances."""
    ports = (made.ledger, made.objects, made.queue)
    issue_advances(*ports, contract=K1, on=on, now=at(on, 14))


def receive(made: Firm, cents: int, on: dt.date, *lines: Any) -> None:
    """Receive money and apply it."""
    receipt = Receipt(ACCOUNT, on, f"R{cents}", cents, cents, "EUR", on)
    book_receipt(made.ledger, receipt, today=on)
    apply_receipt(made.ledger, ReceiptKey(ACCOUNT, on, f"R{cents}"), lines, today=on)


def a_week() -> tuple[Firm, InvoiceId]:
    """Two invoices, a pay-out debited on Tuesday, a part payment and a credit note."""
    made = firm()
    first = made.assign("FA-1", 12_345_67)
    made.assign("FA-2", 500_00, debtor=ZIMMER)
    issue(made, DAY)
    tuesday = DAY + dt.timedelta(1)
    confirm_payout(made.ledger, (K1, DAY, 1), today=tuesday)
    receive(made, 10_000_00, DAY + dt.timedelta(2), Pays(K1, first, 10_000_00))
    note = CreditRequest(K1, "AV-1", DAY, 345_67, invoice=first)
    book_credit_note(made.ledger, note, today=DAY + dt.timedelta(3))
    return made, first


def test_the_week_ties_together() -> None:
    """Every figure of a small week, to the cent."""
    made, _ = a_week()
    assert cut(made).amounts == {"closing": 938_90}
    shown = figures(made)
    assert (shown.number, shown.first_on, shown.last_on) == (
        "2026-S10",
        MONDAY - dt.timedelta(7),
        MONDAY - dt.timedelta(1),
    )
    assert [(m.kind, m.reference, m.amount_cents) for m in shown.movements] == [
        (MovementKind.ASSIGNMENT, "FA-1", 12_345_67),
        (MovementKind.ASSIGNMENT, "FA-2", 500_00),
        (MovementKind.FEE, "2026-0001", -156_15),
        (MovementKind.VAT, "2026-0001", -31_23),
        (MovementKind.PAYOUT, "S552081317.EUR.20260302.1", -11_373_72),
        (MovementKind.CREDIT_NOTE, "AV-1", -345_67),
    ]
    assert shown.opening_cents == 0
    assert shown.closing_cents == sum(m.amount_cents for m in shown.movements)
    assert (
        sum(step.amount_cents for step in shown.holds)
        == shown.available_cents - shown.closing_cents
    )
    assert shown.fund.retained_cents == 1_234_57 + 50_00
    assert shown.fund.used_cents == 34_57
    assert shown.fund.closing_cents == 1_250_00
    assert shown.cost_cents == 156_15
    assert (shown.fees[0].base_cents, shown.fees[0].at_minimum) == (12_845_67, 1)
    assert shown.vat_cents == 31_23
    assert shown.financed_cents == 11_111_10 + 450_00
    assert [(d.debtor, d.open_cents, d.invoices) for d in shown.debtors] == [
        ("ACME Distribution", 2_000_00, 1),
        ("Zimmermann Holzbau GmbH", 500_00, 1),
    ]
    receipt = shown.receipts[0]
    assert (receipt.number, receipt.amount_cents, receipt.left_cents) == (
        "FA-1",
        10_000_00,
        2_345_67,
    )
    assert [(r.number, r.amount_cents) for r in shown.releases] == [
        ("FA-1", 1_200_00),
        ("FA-2", 50_00),
    ]
    assert (shown.hours.invoices, shown.hours.within) == (2, 2)
    assert shown.hours.longest_from_receipt == 32
    assert shown.fund.history[-1].amount_cents == 1_250_00


def test_a_payment_that_was_taken_back_stands_below_zero() -> None:
    """The line of the wrong payment and its opposite; the fund ties, nothing is released."""
    made = firm()
    first = made.assign("FA-1", 1_000_00)
    day = DAY + dt.timedelta(1)
    receive(made, 950_00, day, Pays(K1, first, 950_00))
    key = ReceiptKey(ACCOUNT, day, "R95000")
    assert not reverse_application(made.ledger, key, K1, first, today=day).is_refused
    cut(made)
    shown = figures(made)
    assert [(r.amount_cents, r.left_cents, r.released_cents) for r in shown.receipts] == [
        (950_00, 50_00, 50_00),
        (-950_00, 1_000_00, -50_00),
    ]
    assert shown.fund.closing_cents == 100_00
    assert shown.closing_cents == sum(m.amount_cents for m in shown.movements)


def test_the_next_opening_is_this_closing() -> None:
    """Over a quiet week too; the fund's history grows."""
    made, first = a_week()
    cut(made)
    cut(made, MONDAY + dt.timedelta(7))
    quiet = figures(made, "2026-W11")
    assert quiet.movements == ()
    assert quiet.opening_cents == quiet.closing_cents == figures(made).closing_cents
    assert quiet.first_on == MONDAY
    receive(made, 2_000_00, MONDAY + dt.timedelta(8), Pays(K1, first, 2_000_00))
    issue(made, MONDAY + dt.timedelta(8))
    cut(made, MONDAY + dt.timedelta(14))
    third = figures(made, "2026-W12")
    assert third.opening_cents == quiet.closing_cents
    assert len(third.fund.history) == 3
    assert third.fund.released_cents == 1_200_00


def test_the_second_cut_of_a_week_writes_nothing() -> None:
    """It asks for the PDF again."""
    made, _ = a_week()
    cut(made)
    before = made.ledger.snapshot()
    assert cut(made).reason == "cut"
    assert made.ledger.snapshot() == before
    wanted = {"kind": "weekly_statement", "id": f"{K1}#{WEEK}"}
    assert made.sent("write_documents")[-2:] == [wanted, wanted]
    intent = made.ledger.get(Intent, kind="weekly_statement", id=f"{K1}#{WEEK}")
    assert intent is not None
    assert intent.to == ("compta@alph.example",)


def test_nothing_ever_happened_is_nothing_to_state() -> None:
    """And a contract that is not there is refused."""
    made = firm()
    assert cut(made).reason == "nothing-to-state"
    assert cut(made, contract=ContractId("siren:1/EUR")).reason == "contract_not_in_force"
    assert made.sent("write_documents") == []


def test_late_clients_stand_with_their_stage_and_age() -> None:
    """Not due, 1 to 30 days, older; disputed and reminded."""
    made = firm(terms={"payout": PayoutMode.ON_REQUEST})
    sunday = MONDAY - dt.timedelta(1)
    for number, days in (("FA-1", 0), ("FA-2", 1), ("FA-3", 31), ("FA-4", 61), ("FA-5", 91)):
        made.assign(number, 100_00, due_on=sunday - dt.timedelta(days))
    disputed = made.assign("FA-6", 300_00, due_on=sunday - dt.timedelta(2))
    open_dispute(made.ledger, K1, disputed, today=DAY)
    reminded = made.invoice(InvoiceId("2026#FA3"))
    write(made, dataclasses.replace(reminded, reminder_level=1))
    cut(made)
    shown = figures(made)
    assert shown.debtors[0].buckets_cents == (100_00, 400_00, 100_00, 100_00, 100_00)
    assert [(row.number, row.days_late, row.stage) for row in shown.overdue] == [
        ("FA-5", 91, Stage.OVERDUE),
        ("FA-4", 61, Stage.OVERDUE),
        ("FA-3", 31, Stage.REMINDER_1),
        ("FA-6", 2, Stage.DISPUTED),
        ("FA-2", 1, Stage.OVERDUE),
    ]
    assert [release.number for release in shown.releases] == ["FA-1"]
    action = shown.actions[0]
    assert (action.code, action.facts["amount"]) == (ActionCode.SETTLE_DISPUTE, "300.00 EUR")
    dispute = next(step for step in shown.holds if step.code is StepCode.DISPUTE)
    assert dispute.amount_cents == -270_00


def write(made: Firm, invoice: Invoice) -> None:
    """Write an invoice as it is given."""
    draft = Draft(made.ledger)
    draft.read(Invoice, contract=invoice.contract, invoice=invoice.invoice)
    draft.write(invoice)
    assert draft.commit("set-alert")


def test_an_over_advance_and_papers_that_lack_are_asked_for() -> None:
    """The seller reads what to do."""
    made = firm()
    invoice = made.assign("FA-1", 10_000_00)
    issue(made, DAY)
    note = CreditRequest(K1, "AV-1", DAY, 5_000_00, invoice=invoice)
    book_credit_note(made.ledger, note, today=DAY)
    for part, seller in (("1", ALPHA), ("2", None)):
        draft = Draft(made.ledger)
        row = ToComplete(f"m#{part}", "m", part, f"{part}.pdf", seller, at(DAY), "mail/m")
        draft.write(row)
        assert draft.commit("part-outcome")
    cut(made)
    shown = figures(made)
    assert shown.available_cents < 0
    assert shown.payable_cents == 0
    assert [action.code for action in shown.actions] == [
        ActionCode.REPAY_OVER_ADVANCE,
        ActionCode.COMPLETE_INVOICES,
    ]
    assert shown.actions[1].facts == {"count": "1", "number": "1.pdf"}


def test_every_kind_of_movement_has_its_name() -> None:
    """A payment not assigned, a pay-out that came back, a credit note on nothing we hold."""
    made = firm()
    made.assign("FA-1", 10_000_00)
    issue(made, DAY)
    return_payout(made.ledger, (K1, DAY, 1), today=DAY)
    receive(made, 70_00, DAY, NotAssigned(K1, 70_00))
    book_credit_note(made.ledger, CreditRequest(K1, "AV-9", DAY, 5_00, debtor=ACME), today=DAY)
    cut(made)
    kinds = [(m.kind, m.reference, m.amount_cents) for m in figures(made).movements][-3:]
    assert kinds == [
        (MovementKind.PAYOUT_RETURNED, "S552081317.EUR.20260302.1", 8_856_00),
        (MovementKind.RECEIPT_NOT_ASSIGNED, "R7000", 70_00),
        (MovementKind.CREDIT_NOTE, "AV-9", -5_00),
    ]
    assert next(made.ledger.list(DebtorCredit, debtor=ACME)).left_cents == 5_00


def test_a_charge_of_the_price_list_is_a_line_of_its_own() -> None:
    """Beside commissions as base x rate; on credit notes too where the contract says so."""
    made = firm(terms={"fee_on_credit_notes": True})
    made.put(Rate("vat/ancillary", dt.date(2026, 1, 1), 2000))
    invoice = made.assign("FA-1", 10_000_00)
    note = CreditRequest(K1, "AV-1", DAY, 1_000_00, invoice=invoice)
    book_credit_note(made.ledger, note, today=DAY)
    made.put(Rate("vat/amendment", dt.date(2026, 1, 1), 2000))
    for code, cents in (("amendment", 60_00), ("ancillary", 25_00), ("unpaid", 15_00)):
        add_charge(made.ledger, K1, PendingCharge(code, cents, DAY), today=DAY)
    issue(made, DAY)
    cut(made)
    fees = {fee.code: (fee.base_cents, fee.amount_cents) for fee in figures(made).fees}
    assert fees == {
        "amendment": (0, 60_00),
        "ancillary": (0, 25_00),
        "factoring_fee": (11_000_00, 132_00),
    }
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert [charge.code for charge in position.pending] == ["unpaid"]
    assert [alert.facts["rate"] for alert in made.alerts()] == ["vat/unpaid"]
    made.put(Rate("vat/unpaid", dt.date(2026, 1, 1), 2000))
    issue(made, DAY + dt.timedelta(1))
    assert "rate-missing" not in made.codes()


def test_the_annual_minimum_is_a_line_of_its_own() -> None:
    """What lacked when the contract closed: no commission on an invoice, no base."""
    made = firm(terms={"annual_minimum_cents": 3_650_00})
    made.put(Rate(f"vat/{billing.ANNUAL_MINIMUM}", dt.date(2026, 1, 1), 2000))
    made.assign("FA-1", 10_000_00)
    issue(made, DAY)
    close_contract(made.ledger, K1, today=DAY)  # 61 days at 10.00, less the 120.00 billed
    issue(made, DAY + dt.timedelta(1))
    cut(made)
    fees = {fee.code: (fee.base_cents, fee.amount_cents) for fee in figures(made).fees}
    assert fees["factoring_fee"] == (10_000_00, 120_00)
    assert fees["annual_minimum"] == (0, 490_00)


def test_what_may_be_drawn_on_request_is_payable() -> None:
    """The hero of the page; a pay-out on the way is no availability any more."""
    made = firm(terms={"payout": PayoutMode.ON_REQUEST})
    made.assign("FA-1", 10_000_00)
    order_payout(made.ledger, K1, today=DAY, amount_cents=1_000_00)
    cut(made)
    shown = figures(made)
    assert shown.payable_cents == shown.available_cents == 8_000_00
    assert not shown.payout_is_automatic


def test_hours_are_told_of_what_had_a_clock() -> None:
    """What was taken on from an old system came at no hour that we know."""
    made, _ = a_week()
    second = made.invoice(InvoiceId("2026#FA2"))
    write(made, dataclasses.replace(second, received_at=None))
    cut(made)
    assert figures(made).hours.invoices == 1


def test_a_list_that_is_not_the_position_s_is_no_statement() -> None:
    """The index lags: the message comes again."""
    made, first = a_week()
    stale = dataclasses.replace(made.invoice(first), open_cents=1)
    write(made, stale)
    with pytest.raises(SourceUnavailableError):
        cut(made)
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.last_cut == ""


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Before and after each port call."""

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        send_weekly_statement(ledger, objects, queue, contract=K1, on=MONDAY, now=at(MONDAY))

    _, crashes = every_crash(lambda: a_week()[0], run)
    assert crashes > 40
