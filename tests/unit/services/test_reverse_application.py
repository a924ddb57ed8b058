"""A payment that was another invoice's is taken back: everything is as before, once."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain import chart, invoice_life
from bordereau.domain.books import (
    Allocation,
    BankHead,
    DebtorCredit,
    Position,
    Receipt,
    Reversal,
)
from bordereau.domain.decisions import (
    DecisionKind,
    NamedAmount,
    NamedReceipt,
    OperationDecision,
)
from bordereau.domain.entries import Entry, bank_journal, contract_journal
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.invoices import Invoice
from bordereau.domain.terms import FundMethod
from bordereau.services import insolvency, lines, move_invoice
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.allocate_receipts import allocate_receipts
from bordereau.services.apply_receipt import NotAssigned, OverPayment, Pays, apply_receipt
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt
from bordereau.services.check_books import check_books
from bordereau.services.draft import Draft, attempt
from bordereau.services.late_interest_claims import _payments
from bordereau.services.outcome import Outcome, Status
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.reverse_application import reverse_application
from bordereau.services.reverse_entry import reverse_receipt
from tests.unit.desk.desk_world import World
from tests.unit.services import decided, mandate_world
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.firm import CrashError, Crashing, CrashPlan
from tests.unit.services.one_contract import (
    ACCOUNT,
    DAY,
    DEBTOR,
    F1,
    NEXT,
    NONE,
    R1,
    K,
    assigned,
    books,
    received,
)

LATER = DAY + dt.timedelta(5)


def paid(ledger: MemoryLedger, cents: int, *, command: str = "c", credit: int = 0) -> Outcome:
    """Pay F1 from R1."""
    lines_ = [Pays(K, F1, cents, credit)]
    outcome = apply_receipt(ledger, R1, lines_, today=NEXT, command=command)
    assert outcome.status is Status.DONE, outcome
    return outcome


def undo(ledger: Any, *, today: dt.date = LATER) -> Outcome:
    """Take back what R1 paid of F1."""
    return reverse_application(ledger, R1, K, F1, today=today)


def invoice(ledger: MemoryLedger) -> Invoice:
    """F1 as it stands."""
    found = ledger.get(Invoice, contract=K, invoice=F1)
    assert found is not None
    return found


def where_it_stands(ledger: MemoryLedger) -> dict[str, Any]:
    """Balances, pool, invoice, both lines, receipts and credits: what must be as before."""
    position = ledger.get(Position, contract=K)
    head = ledger.get(BankHead, account=ACCOUNT)
    factor = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    relation = ledger.get(RelationLine, debtor=DEBTOR, currency="EUR", contract=K)
    receipt = ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="R1")
    assert position is not None
    assert head is not None
    assert factor is not None
    assert relation is not None
    assert receipt is not None
    return {
        "contract": dict(position.balances),
        "pool": position.fund_pool_cents,
        "bank": dict(head.balances),
        "invoice": dataclasses.replace(invoice(ledger), v=0, moved_on=True),
        "relation": dataclasses.replace(relation, v=0),
        "factor": dataclasses.replace(factor, todo_rev=0, todo_on=None),
        "receipt": dataclasses.replace(receipt, allocation_count=0),
        "credits": list(ledger.list(DebtorCredit, debtor=DEBTOR)),
    }


def sound(ledger: MemoryLedger) -> None:
    """Every invariant holds."""
    checks = check_books(ledger, [K], [ACCOUNT])
    assert [(check.code, check.details) for check in checks if not check.ok] == []


def whole() -> MemoryLedger:
    """F1 of 1 000.00 under a line of 5 000.00, and 1 000.00 received."""
    ledger = books()
    received(ledger, 100_000)
    return ledger


def over_the_line() -> MemoryLedger:
    """800.00 of F1 are approved, 200.00 wait."""
    ledger = books(line_cents=80_000)
    received(ledger, 100_000)
    return ledger


def tolerant() -> MemoryLedger:
    """A rest of 1.00 is closed with the payment."""
    ledger = books(tolerance_cents=100)
    received(ledger, 100_000)
    return ledger


def pooled() -> MemoryLedger:
    """The fund is the contract's, and bears what a small rest lacks."""
    ledger = books(tolerance_cents=100, fund_method=FundMethod.ON_OUTSTANDING, fund_rate_bps=1_000)
    received(ledger, 100_000)
    return ledger


def disputed() -> MemoryLedger:
    """300.00 of F1 are disputed."""
    ledger = whole()
    move_invoice.open_dispute(ledger, K, F1, today=DAY, amount_cents=30_000)
    return ledger


def credited() -> MemoryLedger:
    """The debtor has two credits, of 30.00 and of 50.00; a part of the first is used."""
    ledger = whole()
    for number, cents in (("R2", 3_000), ("R3", 5_000)):
        key = received(ledger, cents, number)
        apply_receipt(ledger, key, [OverPayment(cents)], today=DAY, command=number)
    return ledger


WORLDS: dict[str, tuple[Callable[[], MemoryLedger], int, int]] = {
    "full": (whole, 100_000, 0),
    "part": (whole, 40_000, 0),
    "one cent": (whole, 1, 0),
    "the fund's release": (whole, 95_000, 0),
    "with what waits": (over_the_line, 90_000, 0),
    "tolerance from the retained part": (tolerant, 99_900, 0),
    "tolerance from the pool": (pooled, 99_950, 0),
    "disputed, in part": (disputed, 80_000, 0),
    "disputed, in full": (disputed, 100_000, 0),
    "partly from credits": (credited, 60_000, 4_000),
}


@pytest.mark.parametrize("name", WORLDS)
def test_all_is_as_before_the_application(name: str) -> None:
    """Balances, invoice, both lines, receipt, credits and pool; the entries are the opposites."""
    make, cents, credit = WORLDS[name]
    ledger = make()
    before = where_it_stands(ledger)
    paid(ledger, cents, credit=credit)
    assert where_it_stands(ledger) != before
    outcome = undo(ledger)
    assert outcome.status is Status.DONE, outcome
    assert outcome.amounts["amount"] == cents
    assert where_it_stands(ledger) == before
    sound(ledger)


@pytest.mark.parametrize("name", WORLDS)
def test_twice_is_once_and_says_so(name: str) -> None:
    """Nothing is written the second time."""
    make, cents, credit = WORLDS[name]
    ledger = make()
    paid(ledger, cents, credit=credit)
    undo(ledger)
    before = ledger.snapshot()
    again = undo(ledger)
    assert (again.status, again.reason) == (Status.ALREADY, "reversed")
    assert ledger.snapshot() == before


@pytest.mark.parametrize("name", WORLDS)
def test_a_crash_anywhere_ends_in_the_same_books(name: str) -> None:
    """One commit: before it nothing, after it everything."""
    make, cents, credit = WORLDS[name]
    start = make()
    paid(start, cents, credit=credit)
    done = copy.deepcopy(start)
    undo(done)
    crashes = 0
    for is_before in (True, False):
        for number in range(1, 100):
            ledger, plan = copy.deepcopy(start), CrashPlan(number, is_before)
            try:
                undo(Crashing(ledger, plan))
            except CrashError:
                crashes += 1
                assert ledger.snapshot() in (start.snapshot(), done.snapshot())
            if not plan.has_crashed:
                break
            undo(ledger)
            assert ledger.snapshot() == done.snapshot(), (number, is_before)
    assert crashes > 10


def test_the_entries_are_opposites_in_both_journals_and_name_what_they_undo() -> None:
    """Three of them with a tolerance: E18 first, then E5, and the bank's; each once."""
    ledger = tolerant()
    paid(ledger, 99_900)
    undo(ledger)
    (allocation,) = ledger.list(Allocation, first="R1#A", account=ACCOUNT, booked_on=DAY)
    contract = list(ledger.list(Entry, journal=contract_journal(K)))
    kinds = [(entry.kind, entry.reverses) for entry in contract[-4:]]
    assert kinds == [
        ("E5", None),
        ("E18", None),
        ("E28", allocation.close_seq),
        ("E28", allocation.contract_seq),
    ]
    assert [entry.booked_on for entry in contract[-2:]] == [LATER, LATER]
    assert contract[-1].invoices[0].open_cents == 100_000
    bank = bank_journal(ACCOUNT)
    assert ledger.get(Reversal, journal=bank, seq=allocation.bank_seq) is not None


def test_two_applications_are_undone_from_the_last_on() -> None:
    """The first is covered by the second until that one is undone; then nothing stands."""
    ledger = whole()
    before = where_it_stands(ledger)
    paid(ledger, 30_000)
    first = where_it_stands(ledger)
    paid(ledger, 20_000, command="d")
    assert undo(ledger).amounts["amount"] == 20_000
    assert where_it_stands(ledger) == first
    assert undo(ledger).amounts["amount"] == 30_000
    assert where_it_stands(ledger) == before
    assert undo(ledger).status is Status.ALREADY
    sound(ledger)


def test_the_cash_may_pay_the_right_invoice_and_be_undone_again() -> None:
    """Another invoice, then the same one anew: each application has its own reversal."""
    ledger = whole()
    assigned(ledger, "F2")
    f2 = InvoiceId("2026#F2")
    paid(ledger, 100_000)
    undo(ledger)
    other = apply_receipt(ledger, R1, [Pays(K, f2, 60_000)], today=LATER, command="d")
    assert other.status is Status.DONE
    paid(ledger, 40_000, command="e")
    assert undo(ledger).amounts == {
        "amount": 40_000,
        "credit": 0,
        "left": 40_000,
        "open": 100_000,
    }
    sound(ledger)


def test_the_first_order_does_not_apply_it_again() -> None:
    """Its redelivery finds its allocation, reversed or not."""
    ledger = whole()
    paid(ledger, 100_000)
    undo(ledger)
    before = ledger.snapshot()
    again = apply_receipt(ledger, R1, [Pays(K, F1, 100_000)], today=LATER, command="c")
    assert again.status is Status.ALREADY
    assert ledger.snapshot() == before


def test_a_receipt_whose_application_was_reversed_waits_for_a_person() -> None:
    """The matching would find the same invoice again; it is not asked."""
    ledger, queue = books(), MemoryQueue()
    receipt = Receipt(ACCOUNT, DAY, "R1", 100_000, 100_000, "EUR", DAY, DEBTOR, text="F1")
    made_by = {"account": ACCOUNT, "booked_on": DAY.isoformat(), "ref": "R1"}
    book_receipt(ledger, receipt, today=DAY)
    first = allocate_receipts(ledger, queue, message=made_by, today=NEXT)
    assert first.amounts["applied"] == 100_000
    undo(ledger)
    before = ledger.snapshot()
    again = allocate_receipts(ledger, queue, message=made_by, today=LATER)
    assert (again.status, again.reason) == (Status.HELD, "application-reversed")
    assert ledger.snapshot() == before


def test_a_receipt_is_reversed_after_its_application() -> None:
    """The bank takes it back: nothing stands applied, so its booking is undone, once."""
    ledger = whole()
    paid(ledger, 100_000)
    assert reverse_receipt(ledger, R1, today=LATER).reason == "receipt_applied"
    undo(ledger)
    assert reverse_receipt(ledger, R1, today=LATER).status is Status.DONE
    assert reverse_receipt(ledger, R1, today=LATER).status is Status.ALREADY
    sound(ledger)


def test_a_payment_that_was_taken_back_stops_no_late_interest() -> None:
    """The memo of an invoice counts what stands."""
    ledger = whole()
    paid(ledger, 40_000)
    assert _payments(ledger, invoice(ledger)) == [(DAY, 40_000)]
    undo(ledger)
    assert _payments(ledger, invoice(ledger)) == []


def test_in_a_closed_month_it_is_booked_on_the_first_open_day() -> None:
    """What was undone stands in the month that is closed, its opposite after it."""
    ledger = whole()
    paid(ledger, 100_000)
    closed_on = dt.date(2026, 2, 28)

    def close(draft: Draft) -> None:
        for head in (
            draft.take(Position, contract=K),
            draft.take(BankHead, account=ACCOUNT),
        ):
            draft.write(dataclasses.replace(head, closed_through_on=closed_on))

    attempt(ledger, "close-journal", close)
    undo(ledger)
    for journal in (contract_journal(K), bank_journal(ACCOUNT)):
        last = list(ledger.list(Entry, journal=journal))[-1]
        assert (last.kind, last.booked_on) == ("E28", dt.date(2026, 3, 1))


def test_the_debtor_is_looked_at_again_when_something_waits() -> None:
    """200.00 of F1 wait again: the debtor stands in ``todo``."""
    ledger = over_the_line()
    paid(ledger, 100_000)
    undo(ledger)
    factor = ledger.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert factor is not None
    assert (factor.todo_on, factor.waiting_cents) == (LATER, 0)
    assert invoice(ledger).waiting_cents == 20_000


def promoted(ledger: MemoryLedger, *, line_cents: int) -> None:
    """Give the line a limit, and its room to who waits."""
    line = RelationLine(DEBTOR, "EUR", K, limit_cents=line_cents)
    lines.set_line(ledger, line, today=NEXT)
    promote_waiting(ledger, DEBTOR, "EUR", today=NEXT)


def test_what_was_approved_since_stays_approved() -> None:
    """A part payment made room for the rest: its approval is no obstacle, room is.

    800.00 of 1 000.00 approved, 500.00 paid, then the last 200.00 approved: undone, all 1 000.00
    are, as if the line had been raised to it before.
    """
    ledger = over_the_line()
    paid(ledger, 50_000)
    promoted(ledger, line_cents=80_000)
    assert invoice(ledger).approved_cents == 50_000
    assert undo(ledger).reason == "no_room"
    promoted(ledger, line_cents=100_000)
    assert undo(ledger).status is Status.DONE
    sound(ledger)
    raised = over_the_line()
    promoted(raised, line_cents=100_000)
    ours, theirs = where_it_stands(ledger), where_it_stands(raised)
    assert {name: ours[name] for name in ("contract", "bank", "pool", "receipt")} == {
        name: theirs[name] for name in ("contract", "bank", "pool", "receipt")
    }
    assert invoice(ledger).approved_cents == invoice(raised).approved_cents == 100_000
    assert invoice(ledger).retained_cents == invoice(raised).retained_cents


@given(
    line=st.integers(0, 99_999),
    raised=st.integers(0, 200_000),
    dispute=st.integers(0, 100_000),
    share=st.integers(1, 100_000),
    is_pooled=st.booleans(),
)
def test_an_approval_in_between_never_breaks_the_books(
    *, line: int, raised: int, dispute: int, share: int, is_pooled: bool
) -> None:
    """Undone and sound, or refused with nothing written."""
    ledger = books(
        line_cents=line,
        fund_method=FundMethod.ON_OUTSTANDING if is_pooled else FundMethod.PER_INVOICE,
        fund_rate_bps=1_000 if is_pooled else 0,
    )
    received(ledger, 100_000)
    if dispute:
        move_invoice.open_dispute(ledger, K, F1, today=DAY, amount_cents=dispute)
    paid(ledger, share)
    promoted(ledger, line_cents=raised)
    before = ledger.snapshot()
    outcome = undo(ledger)
    if outcome.is_refused:
        assert outcome.reason in {"no_room", "moved_since"}
        assert ledger.snapshot() == before
    else:
        assert invoice(ledger).open_cents == 100_000
    sound(ledger)


def _room_taken(ledger: MemoryLedger) -> None:
    paid(ledger, 100_000)
    assigned(ledger, "F2", 500_000)


def _cut(ledger: MemoryLedger) -> None:
    paid(ledger, 100_000)
    cut = RelationLine(DEBTOR, "EUR", K, limit_cents=50_000)
    lines.set_line(ledger, cut, today=NEXT)


def _wide_cut(ledger: MemoryLedger) -> None:
    paid(ledger, 100_000)
    lines.set_factor_limit(ledger, FactorLine(DEBTOR, "EUR", limit_cents=99_999), today=NEXT)


def _insolvent(ledger: MemoryLedger) -> None:
    paid(ledger, 100_000)
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)


def _indemnified(ledger: MemoryLedger) -> None:
    paid(ledger, 40_000)
    insolvency.declare_insolvency(ledger, DEBTOR, "EUR", judged_on=NEXT)
    cover = insolvency.Cover(9_000, 2_000)
    assert not insolvency.take_guarantee(ledger, K, DEBTOR, cover, today=NEXT).is_refused


def _interest(ledger: MemoryLedger) -> None:
    paid(ledger, 100_000)

    def decide(draft: Draft) -> None:
        known = draft.take(Invoice, contract=K, invoice=F1)
        draft.write(dataclasses.replace(known, interest_received_cents=1))

    attempt(ledger, "late-interest", decide)


def _old_row(ledger: MemoryLedger) -> None:
    """A row of before ADR 20 does not say what the invoice stood at."""
    paid(ledger, 40_000)
    (known,) = ledger.list(Allocation, first="R1#A", account=ACCOUNT, booked_on=DAY)

    def decide(draft: Draft) -> None:
        draft.write(dataclasses.replace(known, ordinal=2, was=None))

    attempt(ledger, "seller-pays-in", decide)


REFUSED: dict[str, tuple[Callable[[MemoryLedger], object], str]] = {
    "nothing applied": (lambda _: None, "not_applied"),
    "not assigned": (
        lambda ledger: apply_receipt(ledger, R1, [NotAssigned(K, 100)], today=DAY, command="c"),
        "not_applied",
    ),
    "paid again": (
        lambda ledger: (
            paid(ledger, 40_000),
            received(ledger, 10_000, "R2"),
            apply_receipt(
                ledger,
                dataclasses.replace(R1, ref="R2"),
                [Pays(K, F1, 10_000)],
                today=NEXT,
                command="d",
            ),
        ),
        "moved_since",
    ),
    "charged back": (
        lambda ledger: (
            paid(ledger, 40_000),
            move_invoice.charge_back(ledger, K, F1, today=NEXT),
        ),
        "moved_since",
    ),
    "disputed since": (
        lambda ledger: (
            paid(ledger, 40_000),
            move_invoice.open_dispute(ledger, K, F1, today=NEXT, amount_cents=1_00),
        ),
        "moved_since",
    ),
    "credited": (
        lambda ledger: (
            paid(ledger, 40_000),
            book_credit_note(ledger, CreditRequest(K, "A1", NEXT, 10_000, invoice=F1), today=NEXT),
        ),
        "moved_since",
    ),
    "accepted short": (
        lambda ledger: (paid(ledger, 90_000), accept_short_payment(ledger, K, F1, today=NEXT)),
        "moved_since",
    ),
    "fund used": (
        lambda ledger: (
            paid(ledger, 40_000),
            move_invoice.use_retained(ledger, K, F1, 1_00, today=NEXT),
        ),
        "moved_since",
    ),
    "indemnified": (_indemnified, "moved_since"),
    "an older row": (_old_row, "entry_has_documents"),
    "interest": (_interest, "interest_received"),
    "insolvent": (_insolvent, "insolvent_debtor"),
    "room taken": (_room_taken, "no_room"),
    "line cut": (_cut, "no_room"),
    "limit cut": (_wide_cut, "no_room"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_undone_says_why_and_writes_nothing(name: str) -> None:
    """A later event on the invoice is undone first; room that is gone is not invented."""
    prepare, reason = REFUSED[name]
    ledger = whole()
    prepare(ledger)
    before = ledger.snapshot()
    outcome = undo(ledger)
    assert (outcome.status, outcome.reason) == (Status.REFUSED, reason)
    assert ledger.snapshot() == before


def test_what_was_never_there_is_refused() -> None:
    """No receipt, no invoice."""
    ledger = whole()
    other = dataclasses.replace(R1, ref="R9")
    assert reverse_application(ledger, other, K, F1, today=NEXT).reason == "no_such_receipt"
    assert reverse_application(ledger, R1, K, NONE, today=NEXT).reason == "no_such_invoice"


def test_under_a_mandate_the_claim_is_open_again() -> None:
    """What was collected is not the seller's any more; no line is touched."""
    ledger = mandate_world.mandated()
    number = mandate_world.registered(ledger, "F1")
    mandate_world.received(ledger, "R1", 100_000)
    key = dataclasses.replace(R1, booked_on=mandate_world.DAY)
    pays = [Pays(mandate_world.M, number, 100_000)]
    today = mandate_world.DAY
    before = ledger.get(Position, contract=mandate_world.M)
    apply_receipt(ledger, key, pays, today=today, command="c")
    outcome = reverse_application(ledger, key, mandate_world.M, number, today=today)
    assert outcome.status is Status.DONE, outcome
    after = ledger.get(Position, contract=mandate_world.M)
    assert before is not None
    assert after is not None
    assert dict(after.balances) == dict(before.balances)
    checks = check_books(ledger, [mandate_world.M, mandate_world.F], [mandate_world.ACCOUNT])
    assert [check.details for check in checks if not check.ok] == []


def _reach(ledger: MemoryLedger, state: InvoiceState) -> None:
    """Bring F1 into a state, with 50.00 paid where it is part paid."""
    if state is InvoiceState.PART_PAID:
        received(ledger, 5_000, "R0")
        other = dataclasses.replace(R1, ref="R0")
        apply_receipt(ledger, other, [Pays(K, F1, 5_000)], today=DAY, command="0")
    elif state is InvoiceState.DISPUTED:
        move_invoice.open_dispute(ledger, K, F1, today=DAY, amount_cents=10_000)
    elif state is InvoiceState.DEFUNDED:
        late = invoice(ledger).due_on + dt.timedelta(61)
        assert move_invoice.defund(ledger, K, F1, today=late).status is Status.DONE


BACK = [
    (before, after)
    for event, before, after in invoice_life.ways()
    if event == "E28" and before is not InvoiceState.OPEN
]


@pytest.mark.parametrize(("before", "after"), BACK, ids=str)
def test_every_way_back_of_the_table_is_taken(before: InvoiceState, after: InvoiceState) -> None:
    """From paid, part paid, disputed or de-funded to where it came from."""
    ledger = books(recourse_days=60)
    received(ledger, 100_000)
    _reach(ledger, after)
    open_cents = invoice(ledger).open_cents
    paid(ledger, open_cents if before is InvoiceState.PAID else 2_000)
    assert invoice(ledger).state is before
    assert undo(ledger).status is Status.DONE
    assert invoice(ledger).state is after
    sound(ledger)


@given(
    line=st.integers(0, 120_000),
    rate=st.sampled_from((0, 8_000, 9_000, 10_000)),
    tolerance=st.integers(0, 500),
    is_pooled=st.booleans(),
    dispute=st.integers(0, 100_000),
    earlier=st.integers(0, 50_000),
    share=st.integers(1, 100_000),
)
def test_apply_then_reverse_is_nothing(  # noqa: PLR0913 - one figure each
    *,
    line: int,
    rate: int,
    tolerance: int,
    is_pooled: bool,
    dispute: int,
    earlier: int,
    share: int,
) -> None:
    """Whatever the line, the fund, a dispute and an earlier payment: all is as before."""
    fund: dict[str, object] = (
        {"fund_method": FundMethod.ON_OUTSTANDING, "fund_rate_bps": 1_000}
        if is_pooled
        else {"advance_rate_bps": rate}
    )
    ledger = books(line_cents=line, tolerance_cents=tolerance, **fund)
    received(ledger, 100_000)
    if earlier:
        received(ledger, earlier, "R0")
        other = dataclasses.replace(R1, ref="R0")
        apply_receipt(ledger, other, [Pays(K, F1, earlier)], today=DAY, command="0")
    if 0 < dispute <= invoice(ledger).open_cents:
        move_invoice.open_dispute(ledger, K, F1, today=DAY, amount_cents=dispute)
    before = where_it_stands(ledger)
    paid(ledger, max(1, min(share, invoice(ledger).open_cents)))
    outcome = undo(ledger)
    assert outcome.status is Status.DONE, outcome
    assert where_it_stands(ledger) == before
    sound(ledger)


NAMED = NamedReceipt(decided.IBAN, decided.DAY, "B1")
FACTS: dict[str, Any] = {"number": "fa 1", "reason": "erreur de facture"}


def desk(*, cents: int = 20_000_00) -> World:
    """A firm whose B1 was applied to FA-1 in « Encaissements »."""
    world = decided.firm("FA-1", "FA-2")
    made.receive(world, 20_000_00)
    pays = [Pays(decided.ALPHA_EUR, decided.FA1, cents)]
    key = dataclasses.replace(R1, account=decided.IBAN, booked_on=decided.DAY, ref="B1")
    apply_receipt(world.ledger, key, pays, today=decided.DAY, command="x")
    return world


def order(ref: str = "O-0001", **facts: Any) -> decided.Step:
    """A line « Annuler une imputation »."""
    decision = OperationDecision("unapply", **{**FACTS, **facts})
    return ref, DecisionKind.OPERATION, decision, 1


@pytest.mark.parametrize("named", [NAMED, None], ids=("receipt", "no receipt"))
def test_staff_take_an_application_back(named: NamedReceipt | None) -> None:
    """The answer says the amounts; whoever waits and the alerts are looked at again."""
    world = desk()
    world.queue.sent.clear()
    decided.say(world, order(receipt=named))
    assert decided.wrong(world, "O-0001") == []
    assert decided.sentence(world, "O-0001") == (
        "Imputation de 20 000,00 € sur FA-1 annulée : 20 000,00 € restent dus sur la facture, "
        "20 000,00 € à imputer dans Encaissements."
    )
    assert {one.queue for one in world.queue.sent} == {"update_reserves", "raise_overdue_alerts"}
    assert decided.balance(world, chart.RECEIVABLES) == 40_000_00
    decided.books_are_sound(world)
    decided.say(world, order("O-0002", receipt=named))
    assert decided.wrong(world, "O-0002") == [("decision-operation-known", "kind")]


def test_an_order_of_staff_that_crashes_anywhere_is_carried_out_once() -> None:
    """Entries and answer are one commit."""
    decided.crash_anywhere(desk(), [], order(receipt=NAMED))


def test_staff_may_apply_it_again_on_the_receipts_line() -> None:
    """What an earlier revision of the line applied and was undone does not count any more."""
    world = decided.firm("FA-1", "FA-2")
    made.receive(world, 20_000_00)
    allocation = made.allocation("apply", NamedAmount("FA-1"))
    kind = DecisionKind.ALLOCATION
    decided.say(world, ("E-0001", kind, allocation, 1))
    decided.say(world, order())
    elsewhere = made.allocation("apply", NamedAmount("FA-2"))
    decided.say(world, ("E-0001", kind, elsewhere, 2))
    assert decided.wrong(world, "E-0001", 2) == []
    decided.say(world, order("O-0002", number="FA-2"))
    decided.say(world, ("E-0001", kind, allocation, 3))
    assert decided.wrong(world, "E-0001", 3) == []
    assert decided.invoice(world).state is InvoiceState.PAID
    decided.books_are_sound(world)


def test_an_order_that_cannot_be_says_why() -> None:
    """The invoice was not paid by it, or moved since."""
    world = desk(cents=5_000_00)
    decided.say(world, order("O-0001", number="FA-2"))
    assert decided.wrong(world, "O-0001") == [("decision-not-applied", "invoice")]
    decided.say(world, order("O-0002", number="FA-2", receipt=NAMED))
    assert decided.wrong(world, "O-0002") == [("decision-not-applied", "receipt")]
    move_invoice.charge_back(world.ledger, decided.ALPHA_EUR, decided.FA1, today=decided.DAY)
    decided.say(world, order("O-0003"))
    assert decided.wrong(world, "O-0003") == [("decision-moved-since", "invoice")]


def test_a_number_of_two_sellers_needs_the_seller() -> None:
    """Both were paid; whose application is meant is for staff to say."""
    world = made.opened()
    made.with_two_sellers(world)
    made.receive(world, 110_00)
    key = dataclasses.replace(R1, account=made.IBAN, booked_on=made.DAY, ref="B1")
    pays = [Pays(made.ALPHA_EUR, decided.FA1, 60_00), Pays(made.BETA_EUR, decided.FA1, 50_00)]
    assert apply_receipt(world.ledger, key, pays, today=made.DAY).status is Status.DONE
    decided.say(world, order(number="FA-1"))
    assert decided.wrong(world, "O-0001") == [("decision-number-of-several", "seller")]
    decided.say(world, order("O-0002", number="FA-1", seller=made.BETA))
    assert decided.wrong(world, "O-0002") == []
    assert decided.invoice(world, contract=made.BETA_EUR).open_cents == 50_00
    assert decided.invoice(world).open_cents == 0
