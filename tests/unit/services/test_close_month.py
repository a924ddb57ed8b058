"""A month is closed once; nothing is booked into it again, and nothing that is late is lost."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import BankHead, Position, Receipt
from bordereau.domain.closing import BooksPeriod, JournalClosing
from bordereau.domain.entries import Entry, Posting, bank_journal, contract_journal, credit, debit
from bordereau.domain.identifiers import AccountId, BatchId, ContractId, invoice_id
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.problems import ConflictError
from bordereau.domain.tables import Table
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.terms import FundMethod, Terms
from bordereau.domain.work import Alert
from bordereau.services.alerts import raise_alert
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.book_receipt import book_receipt, open_bank_account
from bordereau.services.close_month import TRIES_MAX, closed_months
from bordereau.services.contract_terms import open_contract, set_terms
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.draft import Draft, attempt
from bordereau.services.fan_out import finish_run
from bordereau.services.financing_fee import charge_financing
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import confirm_payout, order_payout
from bordereau.services.reverse_entry import reverse_entry, reverse_receipt
from tests.unit.services.closing_world import (
    AFTER,
    JANUARY,
    Meanwhile,
    broken,
    close,
    heads,
    prove,
    ready,
)
from tests.unit.services.firm import CrashError, Crashing, CrashPlan, at
from tests.unit.services.small_firm import ACCOUNT, CONTRACTS, DEBTORS, SELLERS, day, small_firm
from tests.unit.services.test_check_books import RestlessLedger

LAST = dt.date(2026, 1, 31)
OPEN = dt.date(2026, 2, 1)
OLD = dt.date(2026, 1, 30)
K = CONTRACTS[0]


def codes(outcome: Outcome) -> list[str]:
    """What stands in the way."""
    return sorted({problem.code for problem in outcome.problems})


def closed() -> MemoryLedger:
    """The small firm's books with January closed."""
    ledger = ready(small_firm())
    assert close(ledger).status is Status.DONE
    return ledger


# ------------------------------------------------------------------------------- closing a month


def test_a_month_that_is_ready_is_closed_under_one_seal() -> None:
    """Each journal's last entry, hash and balances are stored, the day stands on every head."""
    ledger = closed()
    (month,) = closed_months(ledger)
    assert (month.month, month.through_on, month.closed_on) == (JANUARY, LAST, AFTER)
    assert (month.closed_by, month.journal_count) == ("J. Martin", 3)
    rows = {row.journal: row for row in ledger.list(JournalClosing, month=JANUARY)}
    for head in heads(ledger):
        owner = head.contract if isinstance(head, Position) else head.account
        row = rows[f"{'K' if isinstance(head, Position) else 'B'}#{owner}"]
        assert (row.seq, row.head_hash, row.balances) == (head.seq, head.head_hash, head.balances)
        assert head.closed_through_on == LAST
    assert ledger.get(BooksPeriod) == BooksPeriod(LAST, "", 2)
    assert broken(ledger) == []


def test_the_books_are_read_once_to_close_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless something moves: each journal once, also in the first month of all."""
    ledger = ready(small_firm())
    whole, read = ledger.list, list[object]()

    def listed(kind: type, /, **more: Any) -> Any:
        """Note which journal is read whole."""
        if kind is Entry:
            read.append(more["journal"])
        return whole(kind, **more)

    monkeypatch.setattr(ledger, "list", listed)
    assert close(ledger).status is Status.DONE
    assert sorted(map(str, read)) == sorted({*map(str, read)})


def test_a_take_on_that_begins_meanwhile_is_seen_before_any_journal_is_closed() -> None:
    """Its contracts are in no directory yet."""
    ledger = Meanwhile(ready(small_firm()))
    begun = TakeOn("Reprise", LAST, "key", "sha", 9, AFTER)
    ledger.before = {1: lambda: attempt(ledger, "start-take-on", lambda draft: draft.write(begun))}
    assert [one.code for one in close(ledger).problems] == ["closing-take-on"]
    assert list(ledger.list(JournalClosing, month=JANUARY)) == []


def test_the_closing_says_what_a_journal_was_at_the_months_end() -> None:
    """Entries of the next month, booked before the closing, are not in it."""
    ledger = ready(small_firm())
    before = ledger.get(Position, contract=K)
    assert order_payout(ledger, K, amount_cents=100, today=AFTER).status is Status.DONE
    assert close(ledger).status is Status.DONE
    row = ledger.get(JournalClosing, month=JANUARY, journal=contract_journal(K))
    assert before is not None
    assert row is not None
    assert (row.seq, row.balances) == (before.seq, before.balances)


def test_a_second_closing_says_so_and_writes_nothing() -> None:
    """Whoever asks."""
    ledger = closed()
    stored = ledger.snapshot()
    again = close(ledger, today=AFTER + dt.timedelta(9))
    assert (again.status, again.reason) == (Status.ALREADY, "month_closed")
    assert ledger.snapshot() == stored


def test_months_close_in_order() -> None:
    """The first one is that of the first entry; none is left out."""
    ledger = ready(small_firm(), "2026-02")
    march = dt.date(2026, 3, 3)
    early = close(ledger, "2026-02", march)
    assert (early.reason, codes(early)) == ("month_not_next", ["closing-not-next"])
    assert early.problems[0].facts == {"day": "2026-01-31"}
    for month in (JANUARY, "2026-02"):
        assert close(ledger, month, march).status is Status.DONE
    assert [row.month for row in closed_months(ledger)] == [JANUARY, "2026-02"]
    assert all(head.closed_through_on == dt.date(2026, 2, 28) for head in heads(ledger))
    assert broken(ledger) == []


def test_books_without_an_entry_close_any_month() -> None:
    """There is nothing before it."""
    ledger = MemoryLedger()
    open_bank_account(ledger, ACCOUNT, "EUR")
    assert close(ledger, "2025-12").status is Status.DONE
    assert broken(ledger) == []


@pytest.mark.parametrize("month", ["2026-13", "janvier", "2026-1", ""])
def test_what_is_no_month_is_refused(month: str) -> None:
    """With what was expected."""
    refused = close(small_firm(), month)
    assert (refused.reason, codes(refused)) == ("not_a_month", ["closing-not-a-month"])


def test_a_month_that_is_not_over_is_refused() -> None:
    """Its last day included."""
    refused = close(ready(small_firm()), today=LAST)
    assert (refused.reason, codes(refused)) == ("month_not_over", ["closing-not-over"])


# ------------------------------------------------------------------------------- what it lacks


def no_fee(ledger: MemoryLedger) -> None:
    """The next month's first run did not reach a contract."""

    def decide(draft: Draft) -> None:
        position = draft.take(Position, contract=K)
        draft.write(dataclasses.replace(position, financed_month="2025-12"))

    attempt(ledger, "set-terms", decide)


def with_pool(ledger: MemoryLedger) -> None:
    """A contract has a fund on outstanding, and nobody looked at it on the last evening."""
    terms = Terms(K, day(20), fund_method=FundMethod.ON_OUTSTANDING, fund_rate_bps=1000)
    assert set_terms(ledger, terms).status is Status.DONE


def difference(ledger: MemoryLedger) -> None:
    """The bank says another balance than our journal."""
    alert = Alert(f"account:{ACCOUNT}", "balance", LAST, "high", "bank-balance-differs")
    raise_alert(ledger, alert)


def tampered(ledger: MemoryLedger) -> None:
    """Somebody changed a row by hand."""
    stored = ledger._partitions[Table.LEDGER, f"K#{K}"]["POS"][1]
    stored["balances"] = {**stored["balances"], "receivables": 1}
    ledger._read.clear()


def taken_on(ledger: MemoryLedger) -> None:
    """A portfolio is being taken on: its journals are not in the directory yet."""
    row = TakeOn("P-1", LAST, "take-on/x", "sha", 9, LAST)
    attempt(ledger, "start-take-on", partial(Draft.write, record=row))


LACKS: dict[str, tuple[Callable[[MemoryLedger], None], dict[str, str]]] = {
    "closing-take-on": (taken_on, {"dossier": "P-1"}),
    "closing-fee-missing": (no_fee, {"contract": K}),
    "closing-run-missing": (with_pool, {"day": "2026-01-31"}),
    "closing-bank-unproven": (
        lambda ledger: prove(ledger, ACCOUNT, None),
        {"account": ACCOUNT, "day": "2026-01-30"},
    ),
    "closing-bank-behind": (
        lambda ledger: prove(ledger, ACCOUNT, dt.date(2026, 1, 29)),
        {"account": ACCOUNT, "day": "2026-01-30", "day_proven": "2026-01-29"},
    ),
    "closing-bank-differs": (difference, {"account": ACCOUNT, "day": "2026-01-30"}),
    "closing-books-broken": (tampered, {}),
}


@pytest.mark.parametrize("code", LACKS)
def test_what_lacks_is_said_and_nothing_is_closed(code: str) -> None:
    """Each thing by itself; once it is there the month closes."""
    change, facts = LACKS[code]
    ledger = ready(small_firm())
    change(ledger)
    stored = ledger.snapshot()
    refused = close(ledger)
    assert refused.reason == "month_not_ready"
    assert codes(refused) == [code]
    assert facts.items() <= refused.problems[0].facts.items()
    assert ledger.snapshot() == stored


def test_a_portfolio_that_was_taken_on_is_no_hindrance() -> None:
    """Its journals are in the directory, and closed like all others."""
    ledger = ready(small_firm())
    row = TakeOn("P-1", LAST, "take-on/x", "sha", 9, LAST, done=9, completed_on=LAST)
    attempt(ledger, "start-take-on", partial(Draft.write, record=row))
    assert close(ledger).status is Status.DONE


def test_everything_that_lacks_is_said_at_once() -> None:
    """So that staff need not ask four times."""
    ledger = ready(small_firm())
    for change, _ in LACKS.values():
        change(ledger)
    assert len(codes(close(ledger))) == len(LACKS) - 1  # unproven and behind are one account's


def test_the_last_evenings_run_lets_a_fund_on_outstanding_close() -> None:
    """Its surplus was given back, or there was none."""
    ledger = ready(small_firm())
    with_pool(ledger)
    finish_run(ledger, "update_reserves", on=LAST, now=at(LAST), counts={})
    assert close(ledger).status is Status.DONE


def test_what_began_after_the_month_holds_nothing_up() -> None:
    """Neither the fee of a contract of February nor its account's statements are waited for."""
    ledger = ready(small_firm())
    _charge(ledger, _contract(ledger, start=OPEN), OPEN)
    book_receipt(ledger, Receipt(AccountId("FR99"), OPEN, "r", 5, 5, "CHF", OPEN), today=OPEN)
    assert close(ledger).status is Status.DONE
    assert broken(ledger) == []


def test_a_statement_of_the_last_bank_day_is_enough() -> None:
    """31 January 2026 is a Saturday."""
    ledger = ready(small_firm())
    prove(ledger, ACCOUNT, OLD)
    assert close(ledger).status is Status.DONE


# ------------------------------------------------------------------------------- races


def _other(ledger: MemoryLedger, on: dt.date = OLD) -> Outcome:
    receipt = Receipt(ACCOUNT, on, "late", 700, 700, "EUR", on)
    return book_receipt(ledger, receipt, today=on)


def test_who_read_before_the_closing_and_commits_after_it_books_in_the_open_month() -> None:
    """The closing moves no number of the journal; its day alone makes the commit fail."""
    ledger = Meanwhile(ready(small_firm()))
    ledger.before[1] = partial(close, ledger)
    assert _other(ledger).status is Status.DONE
    entry = list(ledger.list(Entry, journal=bank_journal(ACCOUNT)))[-1]
    assert (entry.documents, entry.booked_on, entry.valued_on) == (("late",), OPEN, OLD)
    head = ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert head.closed_through_on == LAST
    assert broken(ledger) == []


@pytest.mark.parametrize("commit", range(1, 7))
def test_an_entry_that_comes_in_while_the_month_is_closed_is_in_it_or_after_it(commit: int) -> None:
    """Before its journal is stamped it is checked with it, after that it is of the next month."""
    ledger = Meanwhile(ready(small_firm()))
    ledger.before[commit] = partial(_other, ledger)
    assert close(ledger).status is Status.DONE
    entries = list(ledger.list(Entry, journal=bank_journal(ACCOUNT)))
    row = ledger.get(JournalClosing, month=JANUARY, journal=bank_journal(ACCOUNT))
    assert row is not None
    late = [entry for entry in entries if entry.documents == ("late",)]
    assert all((entry.booked_on == OLD) == (entry.seq <= row.seq) for entry in late)
    assert broken(ledger) == []


def test_books_that_never_stand_still_are_left_for_later() -> None:
    """The message goes back to its queue; what was closed of it stays."""
    ledger = Meanwhile(ready(small_firm()))
    moves = iter(range(1000))

    def move() -> None:
        number = next(moves)
        receipt = Receipt(ACCOUNT, OLD, f"late-{number}", 700, 700, "EUR", OLD)
        book_receipt(ledger, receipt, today=OLD)
        ledger.before[ledger.count + 1] = move

    ledger.before[2] = move
    with pytest.raises(ConflictError, match=f"moved {TRIES_MAX} times"):
        close(ledger)
    ledger.before.clear()
    assert close(ledger).status is Status.DONE
    assert broken(ledger) == []


def test_who_closes_at_the_same_time_closes_it_once() -> None:
    """Whoever seals second finds the seal of the first, and says so."""
    alone = Meanwhile(ready(small_firm()))
    close(alone)
    ledger = Meanwhile(ready(small_firm()))
    ledger.before[alone.count] = partial(close, ledger)
    outcome = close(ledger)
    assert (outcome.status, outcome.reason) == (Status.ALREADY, "month_closed")
    assert ledger.snapshot() == alone.snapshot()


def test_books_that_move_while_they_are_read_are_not_judged() -> None:
    """Half of them would be of before and half of after: the message goes back to its queue."""
    restless = RestlessLedger(ready(small_firm()), 99)
    with pytest.raises(ConflictError, match="entries came in while the books were read"):
        close(restless)
    assert restless.get(BooksPeriod) is None


def test_what_broke_while_the_month_was_closed_stops_it_half_way_and_it_goes_on() -> None:
    """The month is under way: no later one may begin, the same call ends it."""
    ledger = Meanwhile(ready(small_firm()))

    def unprove() -> None:
        prove(ledger, ACCOUNT, None)
        assert order_payout(ledger, CONTRACTS[1], amount_cents=100, today=OLD).ids

    ledger.before[2] = unprove
    refused = close(ledger)
    assert (refused.reason, codes(refused)) == ("month_not_ready", ["closing-bank-unproven"])
    assert closed_months(ledger) == []
    assert broken(ledger) == []
    prove(ledger, ACCOUNT, LAST)
    assert close(ledger, "2026-02", dt.date(2026, 3, 3)).reason == "month_not_next"
    assert close(ledger).status is Status.DONE
    assert broken(ledger) == []


# ------------------------------------------------------------------------------- journals to come


def _contract(ledger: MemoryLedger, start: dt.date = OLD) -> ContractId:
    party, name = SELLERS[0], ContractId(f"{SELLERS[0]}/CHF")
    opened = Contract(name, party, "CHF", start, AccountId("FR99"))
    assert open_contract(ledger, opened, Terms(name, start)).status is Status.DONE
    return name


def test_a_journal_that_begins_later_begins_after_what_is_closed() -> None:
    """A new contract, its bank account, and another account of ours."""
    ledger = closed()
    name = _contract(ledger)
    open_bank_account(ledger, AccountId("FR98"), "EUR")
    new = [
        ledger.get(Position, contract=name),
        ledger.get(BankHead, account=AccountId("FR99")),
        ledger.get(BankHead, account=AccountId("FR98")),
    ]
    assert [head.closed_through_on for head in new if head] == [LAST] * 3
    receipt = Receipt(AccountId("FR97"), OLD, "r", 5, 5, "EUR", OLD)
    book_receipt(ledger, receipt, today=OLD)
    (entry,) = ledger.list(Entry, journal="B#FR97")
    assert entry.booked_on == OPEN


@pytest.mark.parametrize("commit", range(1, 7))
def test_a_contract_that_opens_while_a_month_is_closed_is_not_missed(commit: int) -> None:
    """It is among the closed journals, or begins after them."""
    ledger = Meanwhile(ready(small_firm()))
    ledger.before[commit] = partial(_contract, ledger)
    assert close(ledger).status is Status.DONE
    if commit not in ledger.before:
        found = ledger.get(Position, contract=ContractId(f"{SELLERS[0]}/CHF"))
        assert found is not None
        assert found.closed_through_on == LAST
    assert broken(ledger) == []


def test_a_contract_that_was_being_opened_meanwhile_reads_again() -> None:
    """The firm's day is demanded by the commit that makes the position."""
    ledger = Meanwhile(ready(small_firm()))
    ledger.before[1] = partial(close, ledger)
    name = _contract(ledger)
    position = ledger.get(Position, contract=name)
    assert position is not None
    assert position.closed_through_on == LAST


def test_terms_do_not_begin_in_a_closed_month() -> None:
    """Not even of a contract that has no entry: its past would be explained otherwise."""
    ledger = closed()
    name = _contract(ledger)
    early = Terms(name, LAST, factoring_rate_bps=150)
    assert set_terms(ledger, early).reason == "terms_in_the_past"
    assert set_terms(ledger, dataclasses.replace(early, from_on=OPEN)).status is Status.DONE


# ------------------------------------------------------------------------------- what comes late


def _receive(ledger: MemoryLedger) -> Outcome:
    receipt = Receipt(ACCOUNT, OLD, "r9", 9_000, 9_000, "EUR", OLD, debtor=DEBTORS[0])
    return book_receipt(ledger, receipt, today=OLD)


def _apply(ledger: MemoryLedger) -> Outcome:
    lines = [Pays(K, invoice_id(2026, "F2"), 500)]
    key = ReceiptKey(ACCOUNT, day(1), "r5")
    return apply_receipt(ledger, key, lines, today=OLD, command="c9")


def _credit(ledger: MemoryLedger) -> Outcome:
    note = CreditRequest(K, "A9", OLD, 500, invoice=invoice_id(2026, "F2"))
    return book_credit_note(ledger, note, today=OLD)


def _assign(ledger: MemoryLedger) -> Outcome:
    document = Assignment(DEBTORS[1], "F9", OLD, OLD + dt.timedelta(30), 1_000)
    return assign_invoices(ledger, K, BatchId("late"), [document], today=OLD)[0]


def _correct(ledger: MemoryLedger) -> Outcome:
    return correct_invoice(
        ledger, Correction(CONTRACTS[1], invoice_id(2026, "G2"), 70_000), today=OLD
    )


def _charge(ledger: MemoryLedger, contract: ContractId = K, on: dt.date = OLD) -> Outcome:
    lines = (*debit("seller_current", 50), *credit("ancillary_income", 50))

    def decide(draft: Draft) -> Outcome:
        draft.post(contract, Posting("E27", lines, ("x",)), today=on)
        return Outcome(Status.DONE)

    return attempt(ledger, "move-fund", decide)


def _reverse(ledger: MemoryLedger) -> Outcome:
    _charge(ledger)
    last = list(ledger.list(Entry, journal=contract_journal(K)))[-1]
    return reverse_entry(ledger, last.journal, last.seq, today=OLD)


LATE: dict[str, Callable[[MemoryLedger], Outcome]] = {
    "receipt": _receive,
    "application": _apply,
    "credit note": _credit,
    "assignment": _assign,
    "correction": _correct,
    "pay-out": lambda ledger: order_payout(ledger, K, amount_cents=100, today=OLD),
    "confirmation": lambda ledger: confirm_payout(ledger, (K, day(0), 3), today=OLD, valued_on=OLD),
    "reversal of a receipt": lambda ledger: reverse_receipt(
        ledger, ReceiptKey(ACCOUNT, day(1), "r5"), today=OLD
    ),
    "reversal": _reverse,
}


@pytest.mark.parametrize("name", LATE)
def test_what_comes_late_is_booked_on_the_first_open_day(name: str) -> None:
    """Through whatever service: in both journals, with its own dates beside."""
    ledger = closed()
    before = dict(map(_journal_of, heads(ledger)))
    assert LATE[name](ledger).status is Status.DONE
    new = _new(ledger, before)
    assert new
    assert {entry.booked_on for entry in new} == {OPEN}
    assert broken(ledger) == []


def _journal_of(head: Position | BankHead) -> tuple[str, int]:
    if isinstance(head, Position):
        return contract_journal(head.contract), head.seq
    return bank_journal(head.account), head.seq


def _new(ledger: MemoryLedger, before: dict[str, int]) -> list[Entry]:
    return [
        entry
        for journal, seq in before.items()
        for entry in ledger.list(Entry, journal=journal)
        if entry.seq > seq
    ]


def test_a_late_value_date_counts_in_the_next_month_and_the_charged_one_stays() -> None:
    """Reading 12: February begins with it, January is not charged again."""
    ledger = small_firm()
    for month in (1, 2):
        rate = Rate("index/EURIBOR3M", dt.date(2026, month, 1), 20_000)
        attempt(ledger, "set-rate", partial(Draft.write, record=rate))
    vat = Rate("vat/financing_fee", dt.date(2026, 1, 1), 0)
    attempt(ledger, "set-rate", partial(Draft.write, record=vat))
    terms = Terms(K, day(3), factoring_rate_bps=150, index="EURIBOR3M", margin_bps=250)
    assert set_terms(ledger, terms).status is Status.DONE
    assert order_payout(ledger, K, today=day(4)).status is Status.DONE
    twin = copy.deepcopy(ready(ledger))
    assert close(ledger).status is Status.DONE

    def fees(books: MemoryLedger) -> list[tuple[str, int]]:
        entries = books.list(Entry, journal=contract_journal(K))
        return [
            (entry.documents[0], line.credit_cents)
            for entry in entries
            if entry.kind == "E8"
            for line in entry.lines
            if line.account == "fee_income_financing"
        ]

    assert confirm_payout(ledger, (K, day(0), 3), today=OLD, valued_on=day(4)).ids
    assert _apply(ledger).status is Status.DONE
    charge_financing(ledger, K, today=OLD)
    assert fees(ledger) == fees(twin)
    for books in (ledger, twin):
        charge_financing(books, K, today=dt.date(2026, 3, 1))
    (first, january), (second, february) = fees(ledger)
    assert (first, second) == ("E8#2026-01", "E8#2026-02")
    assert (first, january) == fees(twin)[0]
    assert february < fees(twin)[1][1]


def test_an_old_billing_run_bills_on_the_first_open_day() -> None:
    """The entry is of the open month; the row that makes it once is of the day that was asked."""
    ledger = closed()
    assert _assign(ledger).status is Status.DONE
    assert bill_fees(ledger, K, today=OPEN).status is Status.DONE
    assert broken(ledger) == []


# ------------------------------------------------------------------------------- crashes


def test_a_crash_at_any_port_call_and_a_second_call_give_the_same_books() -> None:
    """Before or after each call: byte for byte."""
    wanted = closed().snapshot()
    is_before, at_call, crashes = True, 1, 0
    while True:
        ledger = ready(small_firm())
        plan = CrashPlan(at_call, is_before)
        port: Any = Crashing(ledger, plan)
        try:
            close(port)
        except CrashError:
            crashes += 1
            close(ledger)
        assert ledger.snapshot() == wanted, (at_call, is_before)
        if not plan.has_crashed:
            break
        is_before, at_call = (False, at_call) if is_before else (True, at_call + 1)
    assert crashes > 50


# ------------------------------------------------------------------------------- C1


def test_an_entry_in_a_closed_month_breaks_the_books() -> None:
    """However it came there."""
    ledger = closed()
    stored = ledger._partitions[Table.LEDGER, f"B#{ACCOUNT}"]["HEAD"][1]
    del stored["closed_through_on"]
    ledger._read.clear()
    assert broken(ledger) == ["C1"]
    assert _other(ledger).status is Status.DONE
    assert broken(ledger) == ["C1"]


@pytest.mark.parametrize("field", ["seq", "head_hash", "balances"])
def test_a_closing_that_was_changed_breaks_the_books(field: str) -> None:
    """The row disagrees with its journal, and the seal with the row."""
    ledger = closed()
    stored = ledger._partitions[Table.LEDGER, f"CLOSING#{JANUARY}"][f"K#{K}"][1]
    stored[field] = {"seq": 1, "head_hash": "x", "balances": {}}[field]
    ledger._read.clear()
    assert broken(ledger) == ["C1"]


def test_a_journal_that_is_gone_breaks_the_books() -> None:
    """A closed month names it."""
    ledger = closed()
    ledger._partitions[Table.LEDGER, f"CLOSING#{JANUARY}"]["K#siren:1/EUR"] = (
        JournalClosing,
        {"month": JANUARY, "journal": "K#siren:1/EUR", "seq": 0, "head_hash": "", "balances": {}},
    )
    assert broken(ledger) == ["C1"]


def test_a_seal_that_was_changed_breaks_the_books() -> None:
    """Or the count."""
    ledger = closed()
    stored = ledger._partitions[Table.LEDGER, "MONTHS"][JANUARY][1]
    stored["journal_count"] = 2
    ledger._read.clear()
    assert broken(ledger) == ["C1"]
