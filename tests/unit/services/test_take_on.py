"""A portfolio is taken on: the books hold, and life goes on from where the old system ended."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain import chart
from bordereau.domain.books import Batch, ContractStatus, Fingerprint, Position
from bordereau.domain.closing import BooksPeriod
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import BatchId
from bordereau.domain.invoice_life import ways
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import InvariantError, SourceUnavailableError
from bordereau.domain.taking_on.snapshot import sha_of
from bordereau.domain.taking_on.steps import StepKind, steps_of
from bordereau.domain.transactions import Cancelled, Transaction
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.contract_terms import open_contract, set_status, set_terms, terms_on
from bordereau.services.draft import Draft
from bordereau.services.financing_fee import charge_financing
from bordereau.services.lines import set_line
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import order_payout
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.register import contracts, seller_of, set_party
from bordereau.services.take_on import check_take_on, go_on, start_take_on
from bordereau.services.take_on_steps import DOES, Booking
from tests.unit.services.firm import Firm, every_crash
from tests.unit.services.portfolio import (
    ACCOUNT,
    ACME,
    ALPHA,
    K1,
    K2,
    TODAY,
    broken,
    faults,
    known_parties,
    portfolio,
    take_on,
    taken_on,
    terms,
)


def test_a_sound_portfolio_has_no_fault() -> None:
    """Nothing is wrong with what adds up."""
    assert faults(portfolio()) == []


def test_the_books_hold_after_a_take_on() -> None:
    """Every invariant, over both contracts and the bank account."""
    assert broken(taken_on()) == {}


def test_a_second_take_on_writes_nothing() -> None:
    """The same dossier again changes no byte."""
    ledger = taken_on()
    before = ledger.snapshot()
    take_on(ledger, portfolio())
    assert ledger.snapshot() == before


def test_balances_are_those_of_the_old_system() -> None:
    """Each sub-account stands where the old system left it."""
    ledger = taken_on()
    position = ledger.get(Position, contract=K1)
    assert position is not None
    wanted = {
        chart.RECEIVABLES: 2_000_000,
        chart.SELLER_CURRENT: 25_000,
        chart.HOLD_SPECIFIC: 30_000,
        chart.HOLD_UNAPPROVED: 150_000,
        chart.GUARANTEE_FUND: 245_000,
        chart.PAYOUTS_IN_TRANSIT: 44_000,
    }
    assert {name: position.balance(name) for name in wanted} == wanted


def test_an_invoice_is_taken_on_in_any_open_state() -> None:
    """Open, part paid, disputed, de-funded: every way that the life of an invoice draws for E0."""
    ledger = taken_on()
    drawn = {after for event, _, after in ways() if event == "E0"}
    assert {invoice.state for invoice in ledger.list(Invoice, contract=K1)} == drawn


def under_way(steps: int) -> MemoryLedger:
    """Return books in which so many steps of the portfolio are done."""
    ledger = known_parties()
    start(ledger)
    go_on(Booking(ledger, portfolio(), TODAY), most=steps)
    return ledger


def start(ledger: MemoryLedger) -> Outcome:
    """Note that the portfolio was checked."""
    sha = sha_of(portfolio().data())
    return start_take_on(ledger, portfolio(), key="k", sha=sha, today=TODAY)


STEPS = steps_of(portfolio())


@pytest.mark.parametrize("count", range(len(STEPS) + 1))
def test_the_books_hold_after_each_step(count: int) -> None:
    """A take-on that stops half-way leaves books that hold."""
    assert broken(under_way(count)) == {}


def test_the_steps_come_in_the_order_that_keeps_business_out() -> None:
    """Limits, then each contract from opened to open for business, then cash, then the answer."""
    assert [step.kind for step in STEPS] == [
        StepKind.LINES,
        StepKind.CONTRACT,
        StepKind.LINES,
        StepKind.INVOICES,
        StepKind.PAYOUTS,
        StepKind.BALANCES,
        StepKind.CONTRACT,
        StepKind.LINES,
        StepKind.INVOICES,
        StepKind.BALANCES,
        StepKind.ACCOUNT,
        StepKind.CASH,
        StepKind.CASH,
        StepKind.FINISH,
    ]


def test_no_money_run_touches_a_contract_under_way() -> None:
    """Whoever wants to pay, bill, assign or change its terms comes again later."""
    ledger = under_way(5)
    with pytest.raises(SourceUnavailableError, match="is being taken on"):
        set_status(ledger, K1, ContractStatus.ACTIVE)
    with pytest.raises(SourceUnavailableError, match="is being taken on"):
        set_terms(ledger, terms(K1, from_on=TODAY))
    with pytest.raises(SourceUnavailableError, match="is being taken on"):
        charge_financing(ledger, K1, today=TODAY)
    before = ledger.snapshot()
    with pytest.raises(SourceUnavailableError, match="is being taken on"):
        order_payout(ledger, K1, today=TODAY)
    document = Assignment(ACME, "N-1", TODAY, TODAY, 1_000)
    with pytest.raises(SourceUnavailableError, match="is being taken on"):
        assign_invoices(ledger, K1, BatchId("b"), [document], today=TODAY)
    assert ledger.snapshot() == before
    assert list(contracts(ledger)) == []


def test_a_debtor_s_other_contracts_are_promoted_meanwhile() -> None:
    """One contract under way does not stop the queue of another; the debtor stays awake."""
    ledger = under_way(5)
    assert promote_waiting(ledger, ACME, "EUR", today=TODAY) == []
    wide = ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert wide is not None
    assert wide.todo_on == TODAY
    go_on(Booking(ledger, portfolio(), TODAY), most=100)
    promote_waiting(ledger, ACME, "EUR", today=TODAY)
    wide = ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert wide is not None
    assert wide.todo_on is None


def test_a_contract_does_business_as_its_seller_may() -> None:
    """A suspended client's contract is suspended from its last step on."""
    ledger = known_parties()
    known = seller_of(ledger, ALPHA)
    assert known is not None
    set_party(ledger, dataclasses.replace(known, status=ContractStatus.SUSPENDED))
    take_on(ledger, portfolio())
    position = ledger.get(Position, contract=K1)
    assert position is not None
    assert position.status is ContractStatus.SUSPENDED


def test_a_contract_that_is_open_and_empty_is_taken_over() -> None:
    """Typed into Conditions too early: it keeps its revisions, and gets what was typed since."""
    ledger = known_parties()
    row = portfolio().contracts[0]
    open_contract(ledger, row.contract, terms(K1, advance_rate_bps=8_000, tolerance_cents=100))
    set_line(ledger, RelationLine(ACME, "EUR", K1, limit_cents=1), today=TODAY)
    assert faults(portfolio(), collecting={K1: ACCOUNT}) == []
    take_on(ledger, portfolio())
    in_use = terms_on(ledger, K1, TODAY)
    assert in_use is not None
    assert (in_use.revision, in_use.advance_rate_bps, in_use.tolerance_cents) == (2, 9_000, 100)
    assert broken(ledger) == {}


def test_terms_that_stand_already_are_not_written_again() -> None:
    """A contract that was opened with the same terms keeps its revision."""
    ledger = known_parties()
    row = portfolio().contracts[0]
    open_contract(ledger, row.contract, terms(K1, tolerance_cents=100))
    take_on(ledger, portfolio())
    in_use = terms_on(ledger, K1, TODAY)
    assert in_use is not None
    assert in_use.revision == 1
    assert broken(ledger) == {}


def test_a_line_on_an_insolvent_debtor_counts_as_nothing() -> None:
    """Nobody waits there, as people read it; the queue is kept for the end of a procedure."""
    ledger = known_parties()
    draft = Draft(ledger)
    draft.write(FactorLine(ACME, "EUR", status=LineStatus.INSOLVENT))
    assert draft.commit("set-factor-limit")
    take_on(ledger, portfolio())
    line = ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=K1)
    assert line is not None
    assert (line.status, line.queued_cents) == (LineStatus.INSOLVENT, 0)
    assert broken(ledger) == {}


def test_a_dossier_is_booked_with_the_rows_that_were_checked_only() -> None:
    """Other rows under the same name are refused, before and after."""
    ledger = taken_on()
    other = dataclasses.replace(portfolio(), payouts=())
    outcome = start_take_on(ledger, other, key="k", sha="other", today=TODAY)
    assert (outcome.status, outcome.reason) == (Status.REFUSED, "other_snapshot")
    assert start(ledger).reason == "taken-on"
    assert start(under_way(3)).reason == "started"


def test_an_invoice_that_another_contract_took_meanwhile_is_still_taken_on() -> None:
    """The old system's fact stands; the other one keeps the fingerprint, both are lookalikes."""
    ledger = under_way(2)
    row = portfolio().invoices[0]
    draft = Draft(ledger)
    draft.write(Fingerprint(row.mark, K2, row.identity))
    draft.write(Batch(K2, BatchId("b"), TODAY, 1))
    assert draft.commit("assign-invoices")
    go_on(Booking(ledger, portfolio(), TODAY), most=100)
    invoice = ledger.get(Invoice, contract=K1, invoice=row.identity)
    assert invoice is not None
    assert invoice.fingerprint == ""
    assert broken(ledger) == {}


def test_two_dossiers_of_one_contract_book_it_once() -> None:
    """The second is refused while the first is under way; one that was checked before it stops."""
    other = dataclasses.replace(portfolio(), dossier="Autre")
    ledger = known_parties()
    start_take_on(ledger, other, key="k2", sha=sha_of(other.data()), today=TODAY)
    start(ledger)
    first = next(n for n, step in enumerate(STEPS) if step.kind is StepKind.CONTRACT) + 1
    go_on(Booking(ledger, portfolio(), TODAY), most=first)
    assert check_take_on(ledger, other, today=TODAY) != ()
    with pytest.raises(InvariantError, match="another dossier"):
        go_on(Booking(ledger, other, TODAY), most=len(STEPS))


def test_an_account_that_another_dossier_brought_is_not_brought_again() -> None:
    """The contracts of the two differ, the account is one: its cash would be in the books twice."""
    ledger = taken_on()
    account = next(step for step in STEPS if step.kind is StepKind.ACCOUNT)
    other = Booking(ledger, dataclasses.replace(portfolio(), dossier="Autre"), TODAY)
    with pytest.raises(InvariantError, match="another dossier"):
        DOES[account.kind](other, Draft(ledger), account.rows)


def test_what_the_books_know_is_read_for_the_check() -> None:
    """Contracts and accounts with entries, invoices that another contract holds."""
    ledger = taken_on()
    found = {
        (fault.ref, fault.problem.code) for fault in check_take_on(ledger, portfolio(), today=TODAY)
    }
    assert ("T-0002", "take-on-has-entries") in found
    assert ("T-0018", "take-on-account-has-entries") in found
    assert ("T-0008", "take-on-financed") in found
    assert check_take_on(known_parties(), portfolio(), today=TODAY) == ()


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        (BooksPeriod(through_on=portfolio().on), {"take-on-closed"}),
        (BooksPeriod(under_way="2025-12"), {"take-on-closed"}),
        (BooksPeriod(through_on=portfolio().on - timedelta(31)), set()),
    ],
)
def test_nothing_is_taken_on_in_a_closed_month(period: BooksPeriod, wanted: set[str]) -> None:
    """A month that is closed, or is being closed, takes no opening entries."""
    ledger = known_parties()
    draft = Draft(ledger)
    draft.write(period)
    assert draft.commit("begin-closing")
    found = check_take_on(ledger, portfolio(), today=TODAY)
    assert {fault.problem.code for fault in found} == wanted


def test_crashes_anywhere_end_in_the_same_books() -> None:
    """Before and after each port call, then again: byte by byte what one quiet run leaves."""

    def made() -> Firm:
        return Firm(known_parties())

    def run(ledger: MemoryLedger, objects: object, queue: object) -> None:
        start(ledger)
        go_on(Booking(ledger, portfolio(), TODAY), most=100)

    _, crashes = every_crash(made, run)
    assert crashes > 100


def test_two_runs_at_once_do_each_step_once() -> None:
    """A run that reads a step which another one commits first leaves it alone."""

    class Slow(MemoryLedger):
        """A ledger on which another run is always one step ahead."""

        def commit(self, transaction: Transaction) -> Cancelled | None:
            if transaction.shape.startswith("take-on") and not self.is_nested:
                self.is_nested = True
                go_on(Booking(self, portfolio(), TODAY), most=1)
                self.is_nested = False
            return super().commit(transaction)

        is_nested = False

    ledger = Slow()
    known_parties(ledger)
    start(ledger)
    while go_on(Booking(ledger, portfolio(), TODAY), most=1).completed_on is None:
        pass
    assert ledger.snapshot() == _plain().snapshot()


def _plain() -> MemoryLedger:
    return under_way(100)
