"""Services of money when others are quicker, indexes lag, or something is not there yet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain import chart
from bordereau.domain.books import (
    BankHead,
    ContractStatus,
    DebtorCredit,
    Position,
    Receipt,
    Reversal,
)
from bordereau.domain.entries import Entry
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import AccountId, BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.domain.tables import Index, Table
from bordereau.domain.terms import FundMethod, Terms
from bordereau.services import contract_terms, insolvency, lines, move_invoice
from bordereau.services.apply_receipt import (
    ApplicationLine,
    NotAssigned,
    OverPayment,
    Pays,
    apply_credits,
    apply_receipt,
)
from bordereau.services.assign_invoices import assign_invoices
from bordereau.services.availability import available_of
from bordereau.services.bill_fees import bill_fees, to_bill
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.defund_overdue import defund_overdue
from bordereau.services.draft import Draft, attempt
from bordereau.services.end_insolvency import end_insolvency
from bordereau.services.financing_fee import charge_financing
from bordereau.services.late_interest_claims import claim_of
from bordereau.services.outcome import Outcome, Status, refused
from bordereau.services.payouts import confirm_payout, order_payout, payable
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.reverse_application import last_application
from bordereau.services.seller_and_debtor_payments import pay_in, refund
from tests.unit.services.one_contract import (
    ACCOUNT,
    DAY,
    DEBTOR,
    F1,
    NEXT,
    NOBODY,
    R1,
    Act,
    K,
    assigned,
    books,
    document,
    received,
    terms,
)
from tests.unit.services.racing import Racing


def test_a_refusal_that_would_write_stops_loudly() -> None:
    """No draft of a refused decision is ever committed: that is how money was once lost."""

    def decide(draft: Draft) -> Outcome:
        draft.write(BankHead(AccountId("X"), "EUR"))
        return refused("over_credit")

    with pytest.raises(InvariantError, match="refused \\(over_credit\\), and yet"):
        attempt(MemoryLedger(), "open-bank-account", decide)


def test_an_application_goes_on_where_it_stopped() -> None:
    """With its command it finds the lines that are done; the third call has nothing left."""
    ledger = books()
    key = received(ledger, 90_000)
    whole: list[ApplicationLine] = [Pays(K, F1, 50_000), NotAssigned(K, 10_000), OverPayment(5_000)]
    assert apply_receipt(ledger, key, whole[:1], today=DAY, command="C").status is Status.DONE
    assert apply_receipt(ledger, key, whole, today=DAY, command="C").status is Status.DONE
    before = ledger.snapshot()
    again = apply_receipt(ledger, key, whole, today=DAY, command="C")
    assert (again.status, again.reason) == (Status.ALREADY, "applied")
    assert ledger.snapshot() == before
    receipt = ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="R1")
    assert receipt is not None
    assert receipt.left_cents == 25_000


def racing(shape: str, meanwhile: Callable[[MemoryLedger], object]) -> MemoryLedger:
    """Return the books, on a ledger where another one is quicker."""
    made = books()
    book_credit_note(made, CreditRequest(K, "AV1", DAY, 10_000, debtor=DEBTOR), today=DAY)
    received(made, 50_000)
    ledger = Racing(shape, meanwhile)
    ledger._partitions, ledger._indexes = made._partitions, made._indexes
    return ledger


def test_what_was_taken_meanwhile_is_refused_and_nothing_is_lost() -> None:
    """Receipt, invoice and credit are looked at again when the race is lost."""
    pays: list[ApplicationLine] = [Pays(K, F1, 40_000)]
    other = lambda ledger: apply_receipt(ledger, R1, pays, today=DAY)  # noqa: E731
    assert apply_receipt(racing("apply-receipt", other), R1, pays, today=DAY).reason == (
        "over_receipt"
    )
    aside = racing("set-aside-receipt", other)
    assert apply_receipt(aside, R1, [OverPayment(40_000)], today=DAY).reason == "over_receipt"
    direct = lambda ledger: move_invoice.pay_directly(ledger, K, F1, 99_000, today=DAY)  # noqa: E731
    assert apply_receipt(racing("apply-receipt", direct), R1, pays, today=DAY).reason == "over_open"
    paid_back = lambda ledger: refund(ledger, DEBTOR, ACCOUNT, 5_000, today=DAY)  # noqa: E731
    with_credit: list[ApplicationLine] = [Pays(K, F1, 40_000, credit_cents=10_000)]
    assert (
        apply_receipt(racing("apply-receipt", paid_back), R1, with_credit, today=DAY).reason
        == "over_credit"
    )
    from_credit = [Pays(K, F1, 10_000)]
    for meanwhile, reason in ((paid_back, "over_credit"), (direct, "over_open")):
        ledger = racing("use-credits", meanwhile)
        outcome = apply_credits(ledger, ACCOUNT, DEBTOR, from_credit, today=DAY)
        assert outcome.reason == reason


def test_what_was_paid_by_credits_alone_is_named_by_its_day() -> None:
    """No receipt names it: day and invoice stand in both journals and on the documents."""
    ledger = books()
    book_credit_note(ledger, CreditRequest(K, "AV1", DAY, 10_000, debtor=DEBTOR), today=DAY)
    assert (
        apply_credits(ledger, ACCOUNT, DEBTOR, [Pays(K, F1, 10_000)], today=NEXT).status
        is Status.DONE
    )
    for journal in (f"K#{K}", f"B#{ACCOUNT}"):
        last = list(ledger.list(Entry, journal=journal))[-1]
        assert last.documents == (f"credits#{NEXT}", F1)


def test_a_long_batch_is_several_commits_and_one_place() -> None:
    """Forty invoices of one file: each is assigned, all have the place of their batch."""
    ledger = books()
    sent = [document(f"G{number}", 100, file_sha="abc") for number in range(40)]
    outcomes = assign_invoices(ledger, K, BatchId("file"), sent, today=DAY)
    assert {outcome.status for outcome in outcomes} == {Status.DONE}
    listed = [one for one in ledger.list(Invoice, contract=K) if one.number.startswith("G")]
    assert {one.place for one in listed} == {2}
    assert assign_invoices(ledger, K, BatchId("none"), [], today=DAY) == []


def test_the_same_file_or_invoice_of_another_contract_is_refused() -> None:
    """I6: nothing is financed twice."""
    ledger = books()
    assert assigned(ledger, "F2", file_sha="abc").status is Status.DONE
    other = PartyId("siren:732829320")
    contract = Contract(NOBODY, other, "EUR", dt.date(2026, 1, 1), ACCOUNT)
    contract_terms.open_contract(ledger, contract, Terms(NOBODY, dt.date(2026, 1, 1)))
    lines.set_line(ledger, RelationLine(DEBTOR, "EUR", NOBODY, limit_cents=1), today=DAY)
    for sent in (document("F3", file_sha="abc"), document("F1")):
        outcome = assign_invoices(ledger, NOBODY, BatchId("b"), [sent], today=DAY)[0]
        assert outcome.reason == "financed_elsewhere"
    suspended = contract_terms.set_status(ledger, K, ContractStatus.SUSPENDED)
    assert suspended.status is Status.DONE
    assert assigned(ledger, "F4").reason == "contract_not_in_force"


def test_charges_are_billed_once_a_day() -> None:
    """The second call of a day finds the statement; nobody has nothing to bill."""
    ledger = books(factoring_rate_bps=100)
    rate = Rate("vat/factoring_fee", dt.date(2026, 1, 1), 2000)
    attempt(ledger, "set-rate", lambda draft: draft.write(rate))
    position = ledger.get(Position, contract=K)
    assert position is not None
    assert len(to_bill(ledger, position, terms(), today=DAY).assignments) == 1
    assert bill_fees(ledger, K, today=DAY).amounts == {"net": 1000, "vat": 200}
    assert bill_fees(ledger, K, today=DAY).reason == "billed-today"
    assert bill_fees(ledger, NOBODY, today=DAY).reason == "nothing-to-bill"
    assert charge_financing(ledger, NOBODY, today=DAY).reason == "no-position"
    assert defund_overdue(ledger, NOBODY, today=DAY) == []
    assert promote_waiting(ledger, PartyId("nobody"), "EUR", today=DAY) == []


def test_what_is_payable_reaches_the_minimum() -> None:
    """900.00 are available: payable at a minimum of 900.00, not of 900.01."""
    ledger = books()
    position = ledger.get(Position, contract=K)
    assert position is not None
    assert payable(ledger, position, terms(minimum_payout_cents=90_000)) == 90_000
    assert payable(ledger, position, terms(minimum_payout_cents=90_001)) == 0


def test_a_pay_out_of_a_day_that_is_looked_at_late_has_a_place_of_its_own() -> None:
    """A run of the 2nd that comes after pay-outs of both days, and the 3rd counts on."""
    ledger = books()
    found = [
        order_payout(ledger, K, today=on, amount_cents=100).amounts["ordinal"]
        for on in (DAY, NEXT, DAY, NEXT)
    ]
    assert found == [1, 1, 2, 2]


def test_an_index_that_lags_is_no_basis_for_a_payout() -> None:
    """Open invoices that are not all listed: come again."""
    ledger = books(concentration_bps=4000)
    ledger._indexes.pop((Index.BY_CONTRACT, f"K#{K}"))
    position = ledger.get(Position, contract=K)
    assert position is not None
    with pytest.raises(SourceUnavailableError):
        available_of(ledger, position, terms(concentration_bps=4000))


def test_a_debtor_rests_only_when_all_who_wait_were_seen() -> None:
    """An index that does not show the waiting invoice leaves the debtor in ``todo``."""
    ledger = books(line_cents=50_000)
    hidden = ledger._indexes.pop((Index.OPEN_BY_DEBTOR, f"D#{DEBTOR}#EUR"))
    assert promote_waiting(ledger, DEBTOR, "EUR", today=DAY) == []
    line = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert line is not None
    assert line.todo_on == DAY
    ledger._indexes[Index.OPEN_BY_DEBTOR, f"D#{DEBTOR}#EUR"] = hidden
    promote_waiting(ledger, DEBTOR, "EUR", today=DAY)
    promote_waiting(ledger, DEBTOR, "EUR", today=DAY)
    rested = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert rested is not None
    assert rested.todo_on is None


def test_terms_must_be_there_when_a_commit_needs_them() -> None:
    """A contract that takes part in a commit before its start is our own mistake."""
    with pytest.raises(InvariantError):
        contract_terms.terms_of(books(), K, dt.date(2025, 1, 1))


def test_a_corrected_invoice_gives_back_what_it_withheld() -> None:
    """ON_OUTSTANDING: 100.00 withheld on 1 000.00; corrected to 600.00 it is 60.00."""
    ledger = books(fund_method=FundMethod.ON_OUTSTANDING, fund_rate_bps=1000)
    outcome = correct_invoice(ledger, Correction(K, F1, 60_000), today=NEXT)
    assert outcome.status is Status.DONE
    position = ledger.get(Position, contract=K)
    invoice = ledger.get(Invoice, contract=K, invoice=F1)
    assert position is not None
    assert invoice is not None
    assert (position.fund_pool_cents, invoice.withheld_cents) == (6_000, 6_000)
    assert len(list(ledger.list(Reversal, journal=f"K#{K}"))) == 1


def test_a_correction_to_more_takes_room_that_nobody_waits_for() -> None:
    """1 000.00 on a line of 1 500.00, corrected to 1 800.00: 1 500.00 approved."""
    ledger = books(line_cents=150_000)
    correct_invoice(ledger, Correction(K, F1, 180_000), today=NEXT)
    invoice = ledger.get(Invoice, contract=K, invoice=F1)
    assert invoice is not None
    assert (invoice.approved_cents, invoice.unapproved_cents) == (150_000, 30_000)


def test_a_correction_of_an_insolvent_debtors_invoice_approves_nothing_more() -> None:
    """It keeps what was approved, at most the new amount."""
    ledger = books(line_cents=60_000)
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=DAY)
    correct_invoice(ledger, Correction(K, F1, 110_000), today=NEXT)
    invoice = ledger.get(Invoice, contract=K, invoice=F1)
    assert invoice is not None
    assert (invoice.approved_cents, invoice.waiting_cents) == (60_000, 50_000)
    line = ledger.get(RelationLine, debtor=DEBTOR, currency="EUR", contract=K)
    assert line is not None
    assert (line.approved_cents, line.queued_cents) == (60_000, 0)
    promote_waiting(ledger, DEBTOR, "EUR", today=NEXT)
    wide = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert wide is not None
    assert wide.todo_on is None, "nobody waits any more: the debtor rests"


NEEDS_A_JOURNAL: dict[str, Act] = {
    "pay-in": lambda ledger: pay_in(ledger, K, 1, today=NEXT),
    "credit note": lambda ledger: book_credit_note(
        ledger, CreditRequest(K, "AV1", DAY, 1, debtor=DEBTOR), today=NEXT
    ),
    "receipt": lambda ledger: book_receipt(
        ledger, Receipt(ACCOUNT, DAY, "R1", 1, 1, "EUR", DAY), today=DAY
    ),
    "debit": lambda ledger: confirm_payout(ledger, (K, DAY, 1), today=NEXT),
}


@pytest.mark.parametrize("name", NEEDS_A_JOURNAL)
def test_an_account_without_a_journal_gets_one_with_its_first_entry(name: str) -> None:
    """In the commit that needs it."""
    ledger = books()
    order_payout(ledger, K, today=DAY, amount_cents=100)
    ledger._partitions.pop((Table.LEDGER, f"B#{ACCOUNT}"))
    assert NEEDS_A_JOURNAL[name](ledger).status is Status.DONE
    head = ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.seq == 1


def test_a_correction_back_to_what_it_was_finds_its_fingerprint() -> None:
    """1 000.00, 900.00, 1 000.00: the mark of the first stays and is not written again."""
    ledger = books()
    for cents in (90_000, 100_000):
        correct_invoice(ledger, Correction(K, F1, cents), today=NEXT)
    invoice = ledger.get(Invoice, contract=K, invoice=F1)
    assert invoice is not None
    assert (invoice.amount_cents, invoice.retained_cents) == (100_000, 10_000)


def test_a_minimum_that_is_reached_adds_nothing() -> None:
    """10.00 billed against a minimum of 5.00: no top-up, and the year is settled."""
    ledger = books(factoring_rate_bps=100, annual_minimum_cents=500)
    rate = Rate("vat/factoring_fee", dt.date(2026, 1, 1), 2000)
    attempt(ledger, "set-rate", lambda draft: draft.write(rate))
    bill_fees(ledger, K, today=DAY)
    assert bill_fees(ledger, K, today=dt.date(2027, 1, 1)).amounts == {"net": 0, "vat": 0}
    position = ledger.get(Position, contract=K)
    assert position is not None
    assert position.minimum_to == dt.date(2026, 12, 31)


def test_a_line_that_is_over_takes_its_queue_out_of_the_wider_row() -> None:
    """700.00 wait for the limit alone until the line's last day, then for the line."""
    ledger = books(line_cents=1)
    lines.set_factor_limit(ledger, FactorLine(DEBTOR, "EUR", limit_cents=30_000), today=DAY)
    relation = RelationLine(DEBTOR, "EUR", K, limit_cents=500_000, valid_until=DAY)
    lines.set_line(ledger, relation, today=DAY)
    promote_waiting(ledger, DEBTOR, "EUR", today=DAY)
    wide = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert wide is not None
    assert wide.waiting_cents == 70_000
    assert lines.expire_line(ledger, relation, today=NEXT).status is Status.DONE
    wide = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert wide is not None
    assert wide.waiting_cents == 0


def test_a_refund_uses_as_many_small_credits_as_it_needs() -> None:
    """Forty-five credit notes of 1.00 are paid back in one go."""
    ledger = books()
    for number in range(45):
        note = CreditRequest(K, f"AV{number}", DAY, 100, debtor=DEBTOR)
        assert book_credit_note(ledger, note, today=DAY).status is Status.DONE
    assert refund(ledger, DEBTOR, ACCOUNT, 4_501, today=NEXT).reason == "over_credit"
    assert refund(ledger, DEBTOR, ACCOUNT, 4_500, today=NEXT).status is Status.DONE
    assert sum(one.left_cents for one in ledger.list(DebtorCredit, debtor=DEBTOR)) == 0


def test_more_small_credits_than_a_commit_holds_are_used_from_the_largest() -> None:
    """Ninety of 1.00 and one of 50.00: 90.00 are paid back in one go, from 41 of them."""
    ledger = books()
    for number, cents in enumerate([100] * 90 + [5_000]):
        note = CreditRequest(K, f"AV{number}", DAY, cents, debtor=DEBTOR)
        assert book_credit_note(ledger, note, today=DAY).status is Status.DONE
    assert refund(ledger, DEBTOR, ACCOUNT, 9_000, today=NEXT).status is Status.DONE
    left = [one.left_cents for one in ledger.list(DebtorCredit, debtor=DEBTOR)]
    assert (sum(left), left.count(0)) == (5_000, 41)


def test_the_oldest_of_many_credits_go_first_where_they_cover_it() -> None:
    """Ninety of 1.00: 50.00 come from the fifty of the day before."""
    ledger = books()
    for number in range(90):
        day = DAY if number < 50 else NEXT
        note = CreditRequest(K, f"AV{number}", day, 100, debtor=DEBTOR)
        assert book_credit_note(ledger, note, today=day).status is Status.DONE
    assert refund(ledger, DEBTOR, ACCOUNT, 5_000, today=NEXT).status is Status.DONE
    left = [(one.since_on, one.left_cents) for one in ledger.list(DebtorCredit, debtor=DEBTOR)]
    assert sorted(left) == [(DAY, 0)] * 50 + [(NEXT, 100)] * 40


def test_a_guarantee_covers_more_invoices_than_one_commit_holds() -> None:
    """150 invoices, three entries: one claim, floor(half-up(3 876.03 / 1.2) x 90 %) = 2 907.02."""
    ledger = books(line_cents=387_603)
    for number in range(149):
        assert assigned(ledger, f"G{number}", 1_930 if number else 1_963).status is Status.DONE
    cover = insolvency.Cover(9000, 2000)
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)
    outcome = insolvency.take_guarantee(ledger, K, DEBTOR, cover, today=NEXT)
    assert (outcome.amounts["claim"], outcome.amounts["whole"]) == (290_702, 1)
    position = ledger.get(Position, contract=K)
    assert position is not None
    assert position.balance(chart.RECEIVABLES) == 0
    assert position.balance(chart.INSURER_CLAIMS) == 290_702
    assert position.balance(chart.CREDIT_LOSSES) == 387_603 - 290_702
    assert len([one for one in ledger.list(Entry, journal=f"K#{K}") if one.kind == "E20"]) == 3
    again = insolvency.take_guarantee(ledger, K, DEBTOR, cover, today=NEXT)
    assert (again.status, again.reason) == (Status.ALREADY, "duplicate")


def test_a_guarantee_leaves_alone_what_the_index_still_shows_as_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F2 was paid a moment ago: it stays paid, and is no part of the claim."""
    ledger = books()
    assigned(ledger, "F2")
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)
    stale = list(ledger.find(Invoice, Index.BY_CONTRACT, f"K#{K}"))
    move_invoice.pay_directly(ledger, K, InvoiceId("2026#F2"), 100_000, today=NEXT)
    monkeypatch.setattr(ledger, "find", lambda *_, **__: iter(stale))
    outcome = insolvency.take_guarantee(ledger, K, DEBTOR, insolvency.Cover(9000, 0), today=NEXT)
    assert outcome.amounts["approved"] == 100_000
    paid = ledger.get(Invoice, contract=K, invoice=InvoiceId("2026#F2"))
    assert paid is not None
    assert paid.state == "paid"


def test_a_debtor_of_more_contracts_than_one_commit_holds_is_insolvent_with_all() -> None:
    """85 lines: two commits, and the judgment with the last; nothing of the queue stays behind."""
    ledger = books(line_cents=60_000)
    for number in range(84):
        relation = RelationLine(DEBTOR, "EUR", ContractId(f"local:{number}/EUR"), limit_cents=1)
        lines.set_line(ledger, relation, today=DAY)
    outcome = insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)
    assert outcome.amounts == {"lines": 85}
    listed = list(ledger.list(RelationLine, first="LINE#EUR#", last="LINE#EUR$", debtor=DEBTOR))
    assert {line.status for line in listed} == {LineStatus.INSOLVENT}
    wide = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert wide is not None
    assert (wide.status, wide.waiting_cents) == (LineStatus.INSOLVENT, 0)
    again = insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)
    assert (again.status, again.reason) == (Status.ALREADY, "duplicate")
    ended = end_insolvency(ledger, DEBTOR, "EUR", today=NEXT)
    assert ended.amounts == {"lines": 85}
    listed = list(ledger.list(RelationLine, first="LINE#EUR#", last="LINE#EUR$", debtor=DEBTOR))
    assert {line.status for line in listed} == {LineStatus.ACTIVE}
    wide = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert wide is not None
    assert wide.status is LineStatus.ACTIVE
    assert wide.waiting_cents == sum(line.counted_cents for line in listed)


def test_what_is_long_ago_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year's minimum, an invoice's payments and its last application begin where they begin."""
    ledger = books(annual_minimum_cents=1)
    position = ledger.get(Position, contract=K)
    assert position is not None
    settled = dataclasses.replace(position, minimum_to=dt.date(2027, 12, 31))

    def settle(draft: Draft) -> None:
        draft.take(Position, contract=K)
        draft.write(settled)

    attempt(ledger, "bill-fees", settle)
    later = dt.date(2028, 2, 1)
    sent = document("F2", issued_on=later, due_on=later)
    assert assign_invoices(ledger, K, BatchId("late"), [sent], today=later)[0].status is Status.DONE
    f2 = InvoiceId("2028#F2")
    apply_receipt(ledger, received(ledger, 100_000), [Pays(K, f2, 100_000)], today=later)
    position, paid = (
        ledger.get(Position, contract=K),
        ledger.get(Invoice, contract=K, invoice=f2),
    )
    assert position is not None
    assert paid is not None
    read: list[str] = []
    whole = ledger.list

    def listed(kind: type, /, **more: Any) -> Any:
        """Note where a reading of the journal begins."""
        if kind is Entry:
            read.append(more.get("first", ""))
        return whole(kind, **more)

    monkeypatch.setattr(ledger, "list", listed)
    assert last_application(ledger, paid) == R1
    assert claim_of(ledger, paid, is_public=False).indemnity_cents == 0
    to_bill(ledger, position, terms(annual_minimum_cents=1), today=dt.date(2029, 1, 1))
    place = f"E#{paid.assigned_seq:012d}"
    assert read == [place, place, f"E#{1:012d}", place]
