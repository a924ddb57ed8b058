"""After a take-on life goes on: each event of the trade meets what the old system left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain import chart
from bordereau.domain.books import (
    AdvanceStatement,
    BankHead,
    PayOut,
    PayOutState,
    Position,
    Receipt,
    StatementCut,
)
from bordereau.domain.claims import BankEntry
from bordereau.domain.figures import AdvanceStatementFigures, WeeklyStatementFigures
from bordereau.domain.identifiers import BatchId, ContractId, InvoiceId, invoice_id
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Rate
from bordereau.domain.plain import from_plain
from bordereau.services.alerts import open_alerts
from bordereau.services.apply_bank_statement import apply_bank_statement
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.defund_overdue import defund_overdue
from bordereau.services.draft import Draft
from bordereau.services.financing_fee import charge_financing
from bordereau.services.issue_advances import issue_advances
from bordereau.services.move_invoice import end_dispute
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.seller_and_debtor_payments import refund
from bordereau.services.send_weekly_statements import send_weekly_statement
from tests.unit.services.portfolio import (
    ACCOUNT,
    ACME,
    K1,
    K2,
    POOLED,
    ZIMMER,
    broken,
    day,
    known_parties,
    portfolio,
    take_on,
    taken_on,
    terms,
    with_totals,
)
from tests.unit.services.test_apply_bank_statement import PlainReader, put, statement
from tests.unit.services.test_check_books import Damage

JANUARY = day("2026-01-05")


def of(number: str, year: int = 2025) -> InvoiceId:
    """Return the identity of an invoice."""
    return invoice_id(year, number)


def standing(ledger: MemoryLedger, number: str, contract: ContractId = K1) -> Invoice:
    """Return an invoice as it stands."""
    found = ledger.get(Invoice, contract=contract, invoice=of(number))
    assert found is not None
    return found


def current(ledger: MemoryLedger, contract: ContractId = K1) -> int:
    """Return what the seller's current account stands at."""
    position = ledger.get(Position, contract=contract)
    assert position is not None
    return position.balance(chart.SELLER_CURRENT)


def pay(ledger: MemoryLedger, number: str, cents: int, on: dt.date = JANUARY) -> Outcome:
    """Receive money of a debtor and apply it to one invoice."""
    ref = f"R-{number}-{cents}"
    debtor = standing(ledger, number).debtor
    receipt = Receipt(ACCOUNT, on, ref, cents, cents, "EUR", on, debtor)
    book_receipt(ledger, receipt, today=on)
    key = ReceiptKey(ACCOUNT, on, ref)
    return apply_receipt(ledger, key, [Pays(K1, of(number), cents)], today=on)


def done(outcome: Outcome) -> None:
    """Expect that it was done."""
    assert outcome.status is Status.DONE, outcome


def test_an_invoice_that_was_taken_on_is_paid_and_its_fund_comes_free() -> None:
    """10 000.00 of which 1 000.00 was retained: 250.00 become 1 250.00."""
    ledger = taken_on()
    done(pay(ledger, "F-1", 1_000_000))
    assert standing(ledger, "F-1").state is InvoiceState.PAID
    assert current(ledger) == 125_000
    assert broken(ledger) == {}


def test_a_receipt_that_was_taken_on_is_allocated_by_staff() -> None:
    """550.00 that the old system could not place pay a part of F-1; the fund stays."""
    ledger = taken_on()
    key = ReceiptKey(ACCOUNT, day("2025-12-29"), "BNK77")
    done(apply_receipt(ledger, key, [Pays(K1, of("F-1"), 55_000)], today=JANUARY))
    assert standing(ledger, "F-1").open_cents == 945_000
    assert standing(ledger, "F-1").retained_cents == 100_000
    assert broken(ledger) == {}


def test_a_rest_within_the_tolerance_is_closed() -> None:
    """The tolerance of the settings is in the terms that were opened: 0.60 goes to the fund."""
    ledger = taken_on()
    done(pay(ledger, "F-1", 999_940))
    assert standing(ledger, "F-1").state is InvoiceState.PAID
    assert current(ledger) == 25_000 + 100_000 - 60
    assert broken(ledger) == {}


def test_what_waited_is_promoted_when_room_comes() -> None:
    """The line of 15 500.00 was cut below what is approved; F-1 paid, F-3 gets its 1 500.00."""
    ledger = taken_on()
    assert promote_waiting(ledger, ACME, "EUR", today=JANUARY) == []
    done(pay(ledger, "F-1", 1_000_000))
    assert [o.amounts for o in promote_waiting(ledger, ACME, "EUR", today=JANUARY)] == [
        {"promoted": 150_000}
    ]
    after = standing(ledger, "F-3")
    assert (after.approved_cents, after.retained_cents) == (300_000, 30_000)
    assert current(ledger) == 125_000 + 135_000
    assert broken(ledger) == {}


def test_a_credit_note_shrinks_what_was_financed() -> None:
    """10 000.00 were financed of F-2: a note of 1 000.00 takes 900.00 back and 100.00 of fund."""
    ledger = taken_on()
    note = CreditRequest(K1, "AV-1", JANUARY, 100_000, invoice=of("F-2"))
    done(book_credit_note(ledger, note, today=JANUARY))
    after = standing(ledger, "F-2")
    assert (after.open_cents, after.retained_cents) == (300_000, 90_000)
    assert current(ledger) == 25_000 - 90_000
    assert broken(ledger) == {}


def test_a_dispute_that_was_taken_on_ends() -> None:
    """500.00 of F-4 were disputed and 450.00 held; they are the seller's again."""
    ledger = taken_on()
    done(end_dispute(ledger, K1, of("F-4"), today=JANUARY))
    assert current(ledger) == 25_000 + 45_000
    assert broken(ledger) == {}


def test_an_invoice_is_de_funded_on_its_own_day_and_not_while_cash_waits() -> None:
    """Due on 30 January with 60 days of recourse: 31 March, once the debtor's cash is applied."""
    ledger, on = taken_on(), day("2026-03-31")
    assert defund_overdue(ledger, K1, today=on) == []
    key = ReceiptKey(ACCOUNT, day("2025-12-29"), "BNK77")
    done(apply_receipt(ledger, key, [Pays(K1, of("F-1"), 55_000)], today=on))
    assert [o.ids for o in defund_overdue(ledger, K1, today=on)] == [
        (of(number),) for number in ("F-1", "F-2", "F-4", "F-3")
    ]
    assert broken(ledger) == {}


def test_what_was_de_funded_comes_back_when_it_is_paid() -> None:
    """F-5 of 1 000.00: fund and hold are the seller's."""
    ledger = taken_on()
    done(pay(ledger, "F-5", 100_000))
    assert current(ledger) == 125_000
    assert broken(ledger) == {}


def test_a_corrected_invoice_is_not_taken_for_ours() -> None:
    """Its fees are in other books: a person books a credit note and a new invoice."""
    ledger = taken_on()
    outcome = correct_invoice(ledger, Correction(K1, of("F-1"), 900_000), today=JANUARY)
    assert outcome.reason == "moved_on"


def assign(ledger: MemoryLedger, number: str, cents: int, on: dt.date = JANUARY) -> Outcome:
    """Assign an invoice of ALPHA on Zimmer."""
    document = Assignment(ZIMMER, number, on, on + dt.timedelta(30), cents)
    return assign_invoices(ledger, K1, BatchId(f"b-{number}"), [document], today=on)[0]


def test_the_same_invoice_by_mail_is_a_duplicate() -> None:
    """It is known by its number, whoever sends it."""
    ledger = taken_on()
    old = standing(ledger, "F-1")
    document = Assignment(ACME, old.number, old.issued_on, old.due_on, old.amount_cents)
    outcome = assign_invoices(ledger, K1, BatchId("b"), [document], today=JANUARY)[0]
    assert (outcome.status, outcome.reason) == (Status.ALREADY, "duplicate")
    elsewhere = assign_invoices(ledger, K2, BatchId("b"), [document], today=JANUARY)[0]
    assert elsewhere.reason == "financed_elsewhere"


def test_the_first_advance_statement_goes_on_from_the_old_one() -> None:
    """Number 88, opening 250.00, a fee on the new invoice alone; what was billed is not again."""
    ledger, objects = taken_on(), MemoryObjects()
    done(assign(ledger, "N-1", 100_000))
    now = dt.datetime.combine(JANUARY, dt.time(14), dt.UTC)
    done(issue_advances(ledger, objects, MemoryQueue(), contract=K1, on=JANUARY, now=now))
    row = ledger.get(AdvanceStatement, contract=K1, issued_on=JANUARY)
    assert row is not None
    assert (row.number, row.fee_cents, row.vat_cents) == (88, 1_200, 240)
    shown = from_plain(AdvanceStatementFigures, json.loads(objects.stored[row.figures_key]))
    assert shown.number == "2026-0088"
    assert shown.opening_available_cents == 25_000
    assert shown.available_cents == 25_000 + 90_000 - 1_440
    assert broken(ledger) == {}


def test_nothing_new_gives_no_statement() -> None:
    """The take-on itself is nothing to state."""
    now = dt.datetime.combine(JANUARY, dt.time(14), dt.UTC)
    ports = (taken_on(), MemoryObjects(), MemoryQueue())
    outcome = issue_advances(*ports, contract=K1, on=JANUARY, now=now)
    assert outcome.reason == "nothing-new"
    assert list(open_alerts(ports[0])) == []


def test_the_first_weekly_statement_opens_with_what_was_taken_on() -> None:
    """All that was owed to the seller: 5 850.00; then what moved since."""
    ledger, objects, monday = taken_on(), MemoryObjects(), day("2026-01-12")
    done(pay(ledger, "F-1", 1_000_000))
    now = dt.datetime.combine(monday, dt.time(5), dt.UTC)
    ports = (ledger, objects, MemoryQueue())
    done(send_weekly_statement(*ports, contract=K1, on=monday, now=now))
    cut = ledger.get(StatementCut, contract=K1, week="2026-W02")
    assert cut is not None
    shown = from_plain(WeeklyStatementFigures, json.loads(objects.stored[cut.figures_key]))
    assert shown.opening_cents == shown.closing_cents == 585_000
    assert shown.first_on == day("2026-01-01")
    assert shown.movements == ()
    assert [row.number for row in shown.receipts] == ["F-1"]
    assert shown.fund.opening_cents == 245_000
    assert broken(ledger) == {}


def test_december_is_never_charged_and_january_is_from_its_first_day() -> None:
    """5 423.45 in use x 31 days x 4.5 % / 360 = 21.02."""
    ledger = known_parties()
    draft = Draft(ledger)
    draft.write(Rate("index/EURIBOR3M", day("2026-01-01"), 20_000))
    assert draft.commit("set-rate")
    first, second = portfolio().contracts
    priced = terms(K2, **POOLED, index="EURIBOR3M", margin_bps=250)
    contracts = (first, dataclasses.replace(second, terms=(priced,)))
    take_on(ledger, with_totals(dataclasses.replace(portfolio(), contracts=contracts)))
    charge_financing(ledger, K2, today=day("2026-01-02"))
    assert current(ledger, K2) == -12_345
    charge_financing(ledger, K2, today=day("2026-02-02"))
    assert current(ledger, K2) == -12_345 - 2_102 - 420
    assert broken(ledger) == {}


def test_the_annual_minimum_counts_from_its_own_anniversary() -> None:
    """6 000.00 a year from 15 March: 987.65 were billed before, 12.00 since."""
    ledger = known_parties()
    first, second = portfolio().contracts
    least = dataclasses.replace(first, terms=(terms(K1, annual_minimum_cents=600_000),))
    take_on(ledger, with_totals(dataclasses.replace(portfolio(), contracts=(least, second))))
    done(bill_fees(ledger, K1, today=JANUARY))
    assert current(ledger) == 25_000
    done(assign(ledger, "N-1", 100_000))
    done(bill_fees(ledger, K1, today=day("2026-01-06")))
    before = current(ledger)
    done(bill_fees(ledger, K1, today=day("2026-03-15")))
    lacking = 600_000 - 98_765 - 1_200
    assert current(ledger) == before - lacking - lacking // 5
    assert broken(ledger) == {}


def entry(amount: str, sign: str, on: dt.date, **more: Any) -> BankEntry:
    """Return an entry of a day."""
    return BankEntry(on.isoformat(), on.isoformat(), amount, sign, "EUR", **more)


class _Inbox:
    """Where a bank file is put."""

    def __init__(self) -> None:
        self.objects = MemoryObjects()


def test_the_bank_s_days_up_to_the_take_on_are_not_booked_again() -> None:
    """Its balance of the day was taken on; the day after is booked, and the balance agrees."""
    ledger, inbox = taken_on(), _Inbox()
    before = entry("550.00", "+", day("2025-12-29"), reference="BNK77")
    after = entry("10.00", "+", day("2026-01-02"), reference="BNK90")
    put(inbox, "a.xml", statement(before, after, opening=8_765_432 - 55_000))  # type: ignore[arg-type]
    ports = (ledger, inbox.objects, PlainReader(), MemoryQueue())
    outcome = apply_bank_statement(*ports, key="bank/a.xml", today=JANUARY)
    assert outcome.amounts == {"before_take_on": 1, "receipts": 1, "alerts": 0, "new": 1}
    head = ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.balances[chart.BANK] == 8_765_432 + 1_000
    assert broken(ledger) == {}


@pytest.mark.parametrize(
    "words", [{"end_to_end_id": "OLD-PAY-4711"}, {"text": "VIR OLD-PAY-4711 ALPHA"}]
)
def test_a_payout_of_the_old_system_is_debited_by_our_bank(words: dict[str, str]) -> None:
    """Its own reference names it, in the field for it or in the label."""
    ledger, inbox = taken_on(), _Inbox()
    debited = entry("440.00", "-", day("2026-01-02"), reference="BNK91", **words)
    put(inbox, "a.xml", statement(debited, opening=8_765_432))  # type: ignore[arg-type]
    ports = (ledger, inbox.objects, PlainReader(), MemoryQueue())
    outcome = apply_bank_statement(*ports, key="bank/a.xml", today=JANUARY)
    assert outcome.amounts == {"confirmed": 1, "alerts": 0, "new": 1}
    payout = ledger.get(PayOut, contract=K1, ordered_on=day("2025-12-30"), ordinal=1)
    assert payout is not None
    assert payout.state is PayOutState.CONFIRMED
    assert broken(ledger) == {}


def test_a_debtor_s_credit_is_paid_back() -> None:
    """60.00 of ACME."""
    ledger = taken_on()
    done(refund(ledger, ACME, ACCOUNT, 6_000, today=JANUARY))
    assert broken(ledger) == {}


def test_a_new_payout_of_the_day_takes_the_next_place() -> None:
    """One that was taken on for the day of the take-on keeps its own."""
    ledger = known_parties()
    (payout,) = portfolio().payouts
    same_day = dataclasses.replace(payout, ordered_on=portfolio().on)
    take_on(ledger, with_totals(dataclasses.replace(portfolio(), payouts=(same_day,))))
    done(order_payout(ledger, K1, today=portfolio().on, amount_cents=100))
    assert broken(ledger) == {}


def test_an_invoice_taken_on_with_more_open_than_it_has_breaks_the_books() -> None:
    """What the old system said was open is never more than the invoice."""
    ledger = taken_on()
    known = next(one for one in ledger.list(Invoice, contract=K1) if one.open_cents)
    less = known.open_cents - 1
    key = {"contract": K1, "invoice": known.invoice}
    Damage(ledger).edit(Invoice, key, amount_cents=less)
    wanted = f"{K1} {known.invoice}: taken on with {known.open_cents} open, of {less}"
    assert wanted in broken(ledger)["I4"]
