"""One statement per contract and day: charges, pay-out, and every figure of the document."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.domain import chart
from bordereau.domain.advance_hours import Hours, debited_at, financed_at, hours_until
from bordereau.domain.books import AdvanceStatement, ContractStatus, PayOut, Position
from bordereau.domain.entries import Entry
from bordereau.domain.figures import AdvanceStatementFigures, StepCode
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import Rate, Seller
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import ConfigurationError, ConflictError
from bordereau.domain.tables import Table
from bordereau.domain.terms import PayoutMode
from bordereau.domain.work import Intent, Run
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.contract_terms import set_status
from bordereau.services.draft import Draft, attempt
from bordereau.services.fan_out import fan_out
from bordereau.services.issue_advances import issue_advances
from bordereau.services.lines import set_line
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.register import set_party
from bordereau.services.release_payouts import release_payout
from tests.unit.services.closing_world import Meanwhile
from tests.unit.services.firm import ACCOUNT, ACME, ALPHA, DAY, K1, K2, Firm, at, every_crash, firm

NEXT = DAY + dt.timedelta(1)


def issue(made: Firm, on: dt.date = DAY, contract: ContractId = K1) -> Outcome:
    """Issue the day's statement at three in the afternoon in Paris."""
    ports = (made.ledger, made.objects, made.queue)
    return issue_advances(*ports, contract=contract, on=on, now=at(on, 14))


def row(made: Firm, on: dt.date = DAY) -> AdvanceStatement:
    """Return the statement of a day."""
    found = made.ledger.get(AdvanceStatement, contract=K1, issued_on=on)
    assert isinstance(found, AdvanceStatement)
    return found


def figures(made: Firm, on: dt.date = DAY) -> AdvanceStatementFigures:
    """Return what a statement shows."""
    data = json.loads(made.objects.stored[row(made, on).figures_key])
    return from_plain(AdvanceStatementFigures, data)


def steps(made: Firm, on: dt.date = DAY) -> dict[StepCode, int]:
    """Return the steps of a statement."""
    return {step.code: step.amount_cents for step in figures(made, on).steps}


def balance(made: Firm, account: str) -> int:
    """Return a balance of the contract."""
    position = made.ledger.get(Position, contract=K1)
    assert isinstance(position, Position)
    return position.balance(account)


def test_the_full_cycle_s_first_statement() -> None:
    """Scenario 1: 12 345.67 at 90 % and 1.20 %: 10 933.32 paid out, every figure on the paper."""
    made = firm()
    made.assign("FA-1", 12_345_67)
    outcome = issue(made)
    assert outcome.amounts == {"net": 148_15, "vat": 29_63, "payout": 10_933_32}
    shown = figures(made)
    assert (shown.number, shown.opening_available_cents) == ("2026-0001", 0)
    assert shown.available_cents == 10_933_32
    assert shown.available_after_cents == 0
    assert steps(made) == {
        StepCode.ASSIGNED: 12_345_67,
        StepCode.FEES: -148_15,
        StepCode.VAT: -29_63,
        StepCode.FUND: -1_234_57,
    }
    line = shown.rows[0]
    assert (line.debtor, line.advance_cents, line.fee_cents) == (
        "ACME Distribution",
        11_111_10,
        148_15,
    )
    assert (line.hours_from_receipt, line.hours_from_completeness) == (5, 5)
    assert shown.fees[0].base_cents == 12_345_67
    assert (shown.vat_cents, shown.gross_cents) == (29_63, 177_78)
    assert shown.payout is not None
    assert (shown.payout.iban_tail, shown.factor.name) == ("2606", "Lumière Factor")
    payout = made.ledger.get(PayOut, contract=K1, ordered_on=DAY, ordinal=1)
    assert payout is not None
    assert (payout.amount_cents, payout.beneficiary) == (10_933_32, "Alpha BTP")
    intent = made.ledger.get(Intent, kind="advance_statement", id=f"{K1}#{DAY}")
    assert intent is not None
    assert intent.to == ("compta@alph.example",)
    wanted = {"kind": "advance_statement", "id": f"{K1}#{DAY}"}
    assert made.sent("write_documents") == [wanted]
    assert row(made).invoice_count == 1
    assert made.alerts() == []


def test_the_second_call_of_a_day_writes_nothing_and_asks_for_the_pdf_again() -> None:
    """Another invoice of the same day waits for the next statement."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    issue(made)
    made.assign("FA-2", 500_00)
    before = made.ledger.snapshot()
    assert issue(made).reason == "issued-today"
    assert made.ledger.snapshot() == before
    assert len(made.sent("write_documents")) == 2
    issue(made, NEXT)
    assert figures(made, NEXT).number == "2026-0002"
    assert [line.number for line in figures(made, NEXT).rows] == ["FA-2"]


def test_nothing_new_and_nothing_payable_is_no_statement() -> None:
    """Neither on an empty contract nor after the bank's debit."""
    made = firm()
    assert issue(made).reason == "nothing-new"
    made.assign("FA-1", 1_000_00)
    issue(made)
    confirm_payout(made.ledger, (K1, DAY, 1), today=NEXT)
    assert issue(made, NEXT).reason == "nothing-new"


def test_a_receipt_releases_the_fund_and_is_paid_out_next_day() -> None:
    """The steps go on from where the last statement ended."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00)
    issue(made)
    receive(made, 1_000_00)
    apply_receipt(
        made.ledger, ReceiptKey(ACCOUNT, NEXT, "R"), [Pays(K1, invoice, 1_000_00)], today=NEXT
    )
    assert issue(made, NEXT).amounts["payout"] == 100_00
    assert steps(made, NEXT) == {StepCode.RELEASED: 100_00}


def receive(made: Firm, cents: int) -> None:
    """Book a receipt of the next day."""
    from bordereau.domain.books import Receipt  # noqa: PLC0415

    receipt = Receipt(ACCOUNT, NEXT, "R", cents, cents, "EUR", NEXT)
    book_receipt(made.ledger, receipt, today=NEXT)


def test_a_credit_note_after_the_payout_is_recouped_from_the_next_invoice() -> None:
    """Scenario 5: an over-advance of 511.11, then 1 260.09 available."""
    made = firm(terms={"factoring_minimum_cents": 0, "payout": PayoutMode.ON_REQUEST})
    first = made.assign("FA-1", 10_000_00)
    issue(made)
    order_payout(made.ledger, K1, today=DAY, amount_cents=8_400_00)
    note = CreditRequest(K1, "AV-1", DAY, 1_234_56, invoice=first)
    book_credit_note(made.ledger, note, today=NEXT)
    issue(made, NEXT)
    shown = figures(made, NEXT)
    assert shown.available_after_cents == -511_11 - 144_00
    line = shown.credit_notes[0]
    assert (line.current_cents, line.fund_cents, line.invoice_number) == (1_111_11, 123_45, "FA-1")
    assert steps(made, NEXT) == {StepCode.PAYOUTS: -8_400_00, StepCode.CREDIT_NOTES: -1_111_11}
    assert shown.no_payout_code == "nothing-available"


def test_a_credit_note_on_what_we_do_not_hold_is_shown_too() -> None:
    """E10: all of it from the current account."""
    made = firm()
    made.assign("FA-1", 10_000_00)
    note = CreditRequest(K1, "AV-1", DAY, 100_00, debtor=ACME)
    book_credit_note(made.ledger, note, today=DAY)
    issue(made)
    line = figures(made).credit_notes[0]
    assert (line.current_cents, line.invoice_number) == (100_00, "")


def test_an_invoice_that_only_fills_a_hole_is_financed_at_once() -> None:
    """Its availability went against a debit balance: no pay-out is needed, no alert either."""
    made = firm()
    first = made.assign("FA-1", 10_000_00)
    issue(made)
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=DAY)
    book_credit_note(
        made.ledger, CreditRequest(K1, "AV-1", DAY, 5_000_00, invoice=first), today=NEXT
    )
    issue(made, NEXT)
    later = NEXT + dt.timedelta(1)
    made.assign("FA-2", 1_000_00, on=later)
    issue(made, later)
    assert row(made, later).is_offset
    assert not row(made, NEXT).is_offset
    issue(made, later + dt.timedelta(1))
    assert made.codes() == []


def test_without_a_vat_rate_the_charge_waits_and_the_payout_does_not() -> None:
    """Staff get an alert; the first statement with a rate bills it, and the alert ends."""
    made = firm(has_vat=False)
    made.assign("FA-1", 1_000_00)
    outcome = issue(made)
    assert outcome.alerts == ("vat/factoring_fee",)
    assert outcome.amounts == {"net": 0, "vat": 0, "payout": 900_00}
    assert [warning.code for warning in figures(made).warnings] == ["charges-wait"]
    assert made.codes() == ["rate-missing"]
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=DAY)
    made.put(Rate("vat/factoring_fee", dt.date(2026, 1, 1), 2000))
    assert issue(made, NEXT).amounts == {"net": 12_00, "vat": 2_40, "payout": 0}
    assert figures(made, NEXT).rows == ()
    assert made.codes() == []


def test_no_iban_no_payout_and_an_alert_until_there_is_one() -> None:
    """The money waits for the register."""
    made = firm(iban="")
    made.assign("FA-1", 1_000_00)
    issue(made)
    assert figures(made).no_payout_code == "no-iban"
    assert made.codes() == ["seller-without-iban"]
    seller = Seller(ALPHA, 1, "C-A", "Alpha BTP", iban="FR76", statement_emails=("a@a.example",))
    set_party(made.ledger, seller)
    assert issue(made, NEXT).amounts["payout"] == 885_60
    assert made.codes() == []


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"payout": PayoutMode.ON_REQUEST}, "on-request"),
        ({"minimum_payout_cents": 1_000_000_00}, "below-minimum"),
        ({"ceiling_cents": 0}, "nothing-available"),
    ],
)
def test_why_nothing_is_paid_is_said(terms: dict[str, Any], code: str) -> None:
    """One code of the texts each."""
    made = firm(terms=terms)
    made.assign("FA-1", 1_000_00)
    issue(made)
    assert figures(made).no_payout_code == code


def test_what_the_ceiling_withholds_is_a_step() -> None:
    """Funds in use are 500.00 at most."""
    made = firm(terms={"ceiling_cents": 500_00})
    made.assign("FA-1", 1_000_00)
    issue(made)
    assert figures(made).available_cents == 500_00 - 14_40
    assert steps(made)[StepCode.CEILING] == -400_00


def test_a_suspended_contract_pays_nothing() -> None:
    """Charges and statement go on."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    set_status(made.ledger, K1, ContractStatus.SUSPENDED)
    issue(made)
    assert figures(made).no_payout_code == "suspended"


def test_what_came_back_is_not_paid_to_the_same_iban_again() -> None:
    """Until the register has another one."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    issue(made)
    confirm_payout(made.ledger, (K1, DAY, 1), today=NEXT)
    return_payout(made.ledger, (K1, DAY, 1), today=NEXT)
    issue(made, NEXT)
    assert figures(made, NEXT).no_payout_code == "suspended"
    assert steps(made, NEXT) == {StepCode.PAYOUTS_RETURNED: 885_60}
    seller = Seller(ALPHA, 1, "C-A", "Alpha BTP", iban="FR76")
    set_party(made.ledger, seller)
    later = NEXT + dt.timedelta(1)
    assert issue(made, later).amounts["payout"] == 885_60


def test_what_our_own_file_was_refused_for_is_paid_again() -> None:
    """The account is not in doubt: the next statement orders the same money."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    issue(made)
    return_payout(made.ledger, (K1, DAY, 1), today=NEXT, fault_is_ours=True)
    assert issue(made, NEXT).amounts["payout"] == 885_60


def test_staff_hear_before_the_48_hours_end() -> None:
    """Complete on Monday at nine: on Tuesday afternoon it is time; the pay-out answers it."""
    made = firm(terms={"minimum_payout_cents": 1_000_00})
    made.assign("FA-1", 1_000_00)
    issue(made)
    assert made.codes() == []
    issue(made, NEXT)
    alert = made.alerts()[0]
    assert (alert.code, alert.due_at, alert.facts["number"]) == (
        "deadline",
        at(DAY + dt.timedelta(2)),
        "FA-1",
    )
    made.assign("FA-2", 1_000_00, on=NEXT)
    issue(made, NEXT + dt.timedelta(1))
    assert made.codes() == []


def test_a_payout_that_nobody_releases_is_not_on_its_way() -> None:
    """On its own day it may still be; the day after staff hear of it, until it is released."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    issue(made)
    assert made.codes() == []
    issue(made, NEXT)
    assert made.codes() == ["deadline"]
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=NEXT)
    issue(made, NEXT)
    assert made.codes() == []


def test_over_the_line_nobody_waits_until_a_part_is_approved() -> None:
    """No clock, no hours, no deadline; the first promotion starts them, the next pay-out ends."""
    made = firm(limit_cents=1_000_00)
    made.assign("FA-1", 1_000_00)
    over = made.assign("FA-2", 500_00)
    found = made.invoice(over)
    assert (found.complete_at, found.deadline_at, found.approved_seq) == (None, None, 0)
    issue(made)
    shown = {row.number: row for row in figures(made).rows}
    assert (shown["FA-1"].hours_from_completeness, shown["FA-2"].hours_from_receipt) == (5, None)
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=DAY)
    confirm_payout(made.ledger, (K1, DAY, 1), today=DAY)
    issue(made, NEXT)
    assert made.codes() == []
    payouts = list(made.ledger.list(PayOut, first="P#", last="P#~", contract=K1))
    statements = list(made.ledger.list(AdvanceStatement, first="S#", last="S#~", contract=K1))
    assert financed_at(made.invoice(over), payouts, statements) is None
    set_line(made.ledger, RelationLine(ACME, "EUR", K1, 2_000_00), today=NEXT)
    promote_waiting(made.ledger, ACME, "EUR", today=NEXT, now=at(NEXT, 15))
    found = made.invoice(over)
    assert (found.complete_at, found.deadline_at) == (at(NEXT, 15), at(NEXT + dt.timedelta(2), 15))
    later = NEXT + dt.timedelta(1)
    issue(made, later)
    confirm_payout(made.ledger, (K1, later, 1), today=later)
    payouts = list(made.ledger.list(PayOut, first="P#", last="P#~", contract=K1))
    end = financed_at(found, payouts, statements)
    assert end == debited_at(later)
    assert end is not None
    assert hours_until(found, end) == Hours(56, 26)


def test_a_promotion_that_only_fills_a_hole_is_financed_at_once() -> None:
    """As an assignment is: its availability went against a debit balance."""
    made = firm(limit_cents=10_000_00)
    first = made.assign("FA-1", 10_000_00)
    over = made.assign("FA-2", 1_000_00)
    issue(made)
    release_payout(made.ledger, (K1, DAY, 1), by="c", today=DAY)
    note = CreditRequest(K1, "AV-1", DAY, 5_000_00, invoice=first)
    book_credit_note(made.ledger, note, today=NEXT)
    issue(made, NEXT)
    promote_waiting(made.ledger, ACME, "EUR", today=NEXT, now=at(NEXT, 16))
    later = NEXT + dt.timedelta(1)
    issue(made, later)
    assert row(made, later).is_offset
    statements = list(made.ledger.list(AdvanceStatement, first="S#", last="S#~", contract=K1))
    assert financed_at(made.invoice(over), [], statements) == at(NEXT, 16)


def test_on_request_the_advance_is_made_with_its_statement() -> None:
    """The seller draws when he likes."""
    made = firm(terms={"payout": PayoutMode.ON_REQUEST})
    made.assign("FA-1", 1_000_00)
    issue(made)
    issue(made, NEXT)
    assert made.alerts() == []


def test_an_invoice_without_assignment_clause_is_mentioned() -> None:
    """The seller reads what to mend."""
    made = firm()
    invoice = made.assign("FA-1", 1_000_00)
    from dataclasses import replace  # noqa: PLC0415

    from bordereau.services.draft import Draft  # noqa: PLC0415

    draft = Draft(made.ledger)
    draft.read(type(made.invoice(invoice)), contract=K1, invoice=invoice)
    draft.write(replace(made.invoice(invoice), has_assignment_clause=False))
    assert draft.commit("set-alert")
    issue(made)
    assert [(w.code, w.where) for w in figures(made).warnings] == [("clause-missing", "FA-1")]


def test_a_contract_that_is_not_there_is_refused() -> None:
    """Nor one whose seller the register does not know."""
    assert issue(firm(), contract=ContractId("siren:1/EUR")).reason == "contract_not_in_force"
    made = firm()
    made.assign("FA-1", 1_000_00)
    made.ledger._partitions.pop((Table.PARTY, f"SELLER#{ALPHA}"))
    with pytest.raises(ConfigurationError):
        issue(made)


def test_the_schedule_asks_for_each_contract_once() -> None:
    """The run's row is the answer of the second call."""
    made = firm()
    fan_out(made.ledger, made.queue, "issue_advances", on=DAY, now=at(DAY))
    again = fan_out(made.ledger, made.queue, "issue_advances", on=DAY, now=at(DAY, 20))
    assert (again.status, again.reason) == (Status.ALREADY, "run-finished")
    wanted = [{"contract": contract, "on": "2026-03-02"} for contract in sorted((K1, K2))]
    assert made.sent("issue_advances") == wanted
    run = made.ledger.get(Run, kind="issue_advances", day="2026-03-02")
    assert run is not None
    assert run.counts == {"contracts": 2}


def test_the_books_agree_with_the_paper() -> None:
    """What was ordered is in transit, what was charged is earned."""
    made = firm()
    made.assign("FA-1", 12_345_67)
    issue(made)
    assert balance(made, chart.PAYOUTS_IN_TRANSIT) == 10_933_32
    assert balance(made, chart.FEE_FACTORING) == 148_15
    assert balance(made, chart.SELLER_CURRENT) == 0


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Before and after each port call."""

    def make() -> Firm:
        made = firm(has_vat=False)
        first = made.assign("FA-1", 1_000_00)
        made.assign("FA-2", 300_00)
        note = CreditRequest(K1, "AV-1", DAY, 100_00, invoice=first)
        book_credit_note(made.ledger, note, today=DAY)
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        issue_advances(ledger, objects, queue, contract=K1, on=DAY, now=at(DAY, 14))

    _, crashes = every_crash(make, run)
    assert crashes > 60


def test_a_run_for_a_day_of_a_closed_month_is_of_the_first_open_day() -> None:
    """The tax document and its entries are dated into what is open; a second run finds it."""
    made = firm()
    made.assign("FA-1", 12_345_67)
    stamped = made.ledger.get(Position, contract=K1)

    def close(draft: Draft) -> None:
        position = draft.take(Position, contract=K1)
        draft.write(dataclasses.replace(position, closed_through_on=dt.date(2026, 3, 31)))

    attempt(made.ledger, "set-terms", close)
    first = dt.date(2026, 4, 1)
    assert stamped is not None
    assert issue(made).amounts["payout"] == 10_933_32
    assert row(made, first).number == 1
    new = list(made.ledger.list(Entry, journal=f"K#{K1}"))[stamped.seq :]
    assert {entry.booked_on for entry in new} == {first}
    assert {payout.ordered_on for payout in made.ledger.list(PayOut, contract=K1)} == {first}
    assert issue(made, NEXT).reason == "issued-today"


def test_a_month_that_closes_while_the_statement_is_decided_sends_the_message_back() -> None:
    """It comes again and finds the first open day."""
    made = firm()
    made.assign("FA-1", 12_345_67)
    ledger = Meanwhile(made.ledger)

    def close() -> None:
        def stamp(draft: Draft) -> None:
            position = draft.take(Position, contract=K1)
            draft.write(dataclasses.replace(position, closed_through_on=dt.date(2026, 3, 31)))

        attempt(ledger, "set-terms", stamp)

    ledger.before[1] = close
    made.ledger = ledger
    with pytest.raises(ConflictError):
        issue(made)
    assert issue(made).status is Status.DONE
    assert row(made, dt.date(2026, 4, 1)).number == 1
