"""A debtor's credit is paid back: ordered in the sheet, known at the bank, back when it returns."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bordereau.domain import chart
from bordereau.domain.bank_entries import Named
from bordereau.domain.books import BankHead, DebtorCredit
from bordereau.domain.claims import BankEntry
from bordereau.domain.decisions import DecisionKind, OperationDecision
from bordereau.domain.entries import Entry, bank_journal
from bordereau.domain.figures.journal import JournalLine, JournalRow
from bordereau.domain.fiscal_year import item_of
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.refunds import Refund, RefundState, named_refund
from bordereau.services.alerts import open_alerts
from bordereau.services.apply_receipt import OverPayment, ReceiptKey, apply_receipt
from bordereau.services.bank_run import BankRun
from bordereau.services.book_bank_entry import book_entry
from bordereau.services.check_books import check_books
from bordereau.services.outcome import Status
from bordereau.services.refund_debtor import (
    confirm_refund,
    order_refund,
    return_refund,
    watch_refunds,
)
from tests.unit.desk.desk_world import World
from tests.unit.services import decided
from tests.unit.services import test_apply_decisions as made
from tests.unit.services.decided import ACME, DAY, IBAN, Step, say, sentence, wrong

PAYEE = "DE75999000010202600001"
ID = "REMB.0189.20260105.1"
KEY = (IBAN, DAY, 1)


def with_credit() -> World:
    """A firm with which ACME has 500.00: it paid too much."""
    world = decided.firm()
    made.receive(world, 500_00)
    key = ReceiptKey(IBAN, DAY, "B1")
    apply_receipt(world.ledger, key, [OverPayment(500_00)], today=DAY, command="x")
    world.queue.sent.clear()
    return world


_FIRM = with_credit()


@pytest.fixture
def world() -> World:
    """That firm."""
    return copy.deepcopy(_FIRM)


def step(operation: str = "refund", ref: str = "O-0001", **facts: Any) -> Step:
    """A line of « Opérations »."""
    wanted = {"debtor": ACME, "iban": PAYEE} | facts
    return ref, DecisionKind.OPERATION, OperationDecision(operation, **wanted), 1


def bank(world: World, account: str) -> int:
    """A balance of our account's journal."""
    head = world.ledger.get(BankHead, account=IBAN)
    assert head is not None
    return chart.signed(account, head.balances.get(account, 0))


def refund(world: World) -> Refund:
    """The refund."""
    found = world.ledger.get(Refund, account=IBAN, ordered_on=DAY, ordinal=1)
    assert found is not None
    return found


def credit(world: World) -> int:
    """What ACME has with us."""
    return sum(one.left_cents for one in world.ledger.list(DebtorCredit, debtor=ACME))


def at_bank(world: World, sign: str, amount: str = "150.00", on: dt.date = DAY) -> BankRun:
    """Book an entry of the statement that names the refund in its text."""
    run = BankRun(world.ledger, world.queue, "f.xml", on)
    head = world.ledger.get(BankHead, account=IBAN)
    assert head is not None
    entry = BankEntry(
        booked_on=on.isoformat(),
        value_on=on.isoformat(),
        amount=amount,
        currency="EUR",
        sign=sign,
        reference=f"R{sign}",
        text=f"VIR {ID} ACME",
    )
    cents = int(amount.replace(".", "")) * (1 if sign == "+" else -1)
    book_entry(run, head, Named(entry, f"R{sign}", cents, on, on))
    return run


def test_a_refund_is_on_its_way_until_the_statement_shows_it(world: World) -> None:
    """The credit is used up at once; both steps together are E16 of the stories."""
    say(world, step(amount_cents=150_00))
    assert sentence(world, "O-0001") == (
        f"Remboursement ordonné : virez 150,00 € à ACME, {PAYEE}, sous la référence {ID} ; "
        "le relevé le confirmera."
    )
    assert (credit(world), bank(world, chart.PAYOUTS_IN_TRANSIT)) == (350_00, 150_00)
    assert [alert.code for alert in open_alerts(world.ledger, "refund:")] == ["refund-to-pay"]
    decided.books_are_sound(world)
    assert at_bank(world, "-").counts["confirmed"] == 1
    assert refund(world).state is RefundState.CONFIRMED
    assert bank(world, chart.PAYOUTS_IN_TRANSIT) == 0
    assert bank(world, chart.BANK) == 500_00 - 150_00
    assert list(open_alerts(world.ledger, "refund:")) == []
    decided.books_are_sound(world)


def test_the_same_debit_books_nothing_twice(world: World) -> None:
    """Another file that tells of it finds it done."""
    say(world, step(amount_cents=150_00))
    at_bank(world, "-")
    before = world.ledger.snapshot()
    run = at_bank(world, "-")
    assert (run.new, run.counts["confirmed"]) == (0, 1)
    assert world.ledger.snapshot() == before


@pytest.mark.parametrize("is_debited", [True, False])
def test_a_refund_that_comes_back_is_the_debtor_s_credit_again(
    world: World, *, is_debited: bool
) -> None:
    """Also when the file with its debit never came."""
    say(world, step(amount_cents=150_00))
    if is_debited:
        at_bank(world, "-")
    run = at_bank(world, "+", on=DAY + dt.timedelta(2))
    assert (run.counts["returned"], run.new) == (1, 1)
    assert (credit(world), bank(world, chart.BANK)) == (500_00, 500_00)
    decided.books_are_sound(world)
    assert at_bank(world, "+", on=DAY + dt.timedelta(2)).new == 0


def test_the_debit_of_a_refund_that_came_back_is_known_in_another_file(world: World) -> None:
    """A statement that overlaps tells both again: nothing is booked, and nobody is alarmed."""
    say(world, step(amount_cents=150_00))
    for sign in "-+":
        at_bank(world, sign)
    before = world.ledger.snapshot()
    assert [at_bank(world, sign).counts["alerts"] for sign in "-+"] == [0, 0]
    assert world.ledger.snapshot() == before


@pytest.mark.parametrize("is_back", [False, True])
def test_a_refund_that_left_twice_is_told(world: World, *, is_back: bool) -> None:
    """A person typed the transfer again on another day: its money is nobody's yet."""
    say(world, step(amount_cents=150_00))
    for sign in "-+" if is_back else "-":
        at_bank(world, sign)
    run = at_bank(world, "-", on=DAY + dt.timedelta(1))
    assert (run.new, run.counts["confirmed"], run.counts["alerts"]) == (0, 0, 1)
    assert "bank-debited-twice" in [alert.code for alert in open_alerts(world.ledger, "entry:")]


def test_a_debit_of_another_amount_is_told(world: World) -> None:
    """Nothing is booked: a person looks."""
    say(world, step(amount_cents=150_00))
    at_bank(world, "-", amount="151.00")
    assert refund(world).state is RefundState.ORDERED
    assert [alert.code for alert in open_alerts(world.ledger, "entry:")] == [
        "bank-payout-other-amount"
    ]


def test_a_refund_that_nobody_paid_is_cancelled_once(world: World) -> None:
    """The credit is free again; its debit, if it comes all the same, is told."""
    say(world, step(amount_cents=150_00))
    say(world, step("refund-cancel", "O-0002", number=ID.lower(), reason="faux IBAN"))
    assert ID in sentence(world, "O-0002")
    assert credit(world) == 500_00
    say(world, step("refund-cancel", "O-0003", number=ID, reason="encore"))
    assert wrong(world, "O-0003") == [("decision-operation-known", "kind")]
    at_bank(world, "-")
    assert [alert.code for alert in open_alerts(world.ledger, "entry:")] == [
        "bank-payout-refused-before"
    ]
    decided.books_are_sound(world)


def test_what_is_paid_is_not_cancelled(world: World) -> None:
    """Nor is what was never ordered."""
    say(world, step(amount_cents=150_00))
    at_bank(world, "-")
    for ref, number in (("O-0002", ID), ("O-0003", "REMB.0189.20260105.9"), ("O-0004", "X")):
        say(world, step("refund-cancel", ref, number=number))
        assert wrong(world, ref) == [("decision-no-such-refund", "invoice")]


def test_a_refund_of_all_takes_all(world: World) -> None:
    """Two on a day have their own ids."""
    say(world, step(amount_cents=150_00))
    say(world, step(ref="O-0002"))
    assert "350,00 €" in sentence(world, "O-0002")
    assert "REMB.0189.20260105.2" in sentence(world, "O-0002")
    assert credit(world) == 0


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"amount_cents": 500_01}, "decision-over-credit", "amount"),
        ({"debtor": PartyId("siren:000000000")}, "decision-no-debtor", "debtor"),
        ({"currency": "USD"}, "decision-over-credit", "amount"),
    ],
)
def test_a_refund_that_cannot_be_says_why(
    world: World, facts: dict[str, Any], code: str, field: str
) -> None:
    """More than there is, nobody we know, another currency."""
    say(world, step(**facts))
    assert wrong(world, "O-0001") == [(code, field)]
    assert credit(world) == 500_00


def test_the_services_answer_for_themselves(world: World) -> None:
    """What is not there, and a second call."""
    for call in (confirm_refund, return_refund):
        assert call(world.ledger, KEY, today=DAY).reason == "no_such_refund"
    payee = ("ACME", PAYEE)
    much = order_refund(world.ledger, ACME, IBAN, 500_01, payee=payee, today=DAY)
    assert much.reason == "over_credit"
    order_refund(world.ledger, ACME, IBAN, 1_00, payee=payee, today=DAY)
    assert confirm_refund(world.ledger, KEY, today=DAY).status is Status.DONE
    assert confirm_refund(world.ledger, KEY, today=DAY).status is Status.ALREADY
    assert return_refund(world.ledger, KEY, today=DAY).status is Status.DONE
    assert return_refund(world.ledger, KEY, today=DAY).status is Status.ALREADY
    assert confirm_refund(world.ledger, KEY, today=DAY).reason == "refund_state"


def test_a_refund_is_told_of_while_no_statement_shows_it(world: World) -> None:
    """What the bank has paid is nobody's business any more."""
    payee = ("ACME", PAYEE)
    for cents in (1_00, 2_00):
        order_refund(world.ledger, ACME, IBAN, cents, payee=payee, today=DAY)
    confirm_refund(world.ledger, KEY, today=DAY)
    watch_refunds(world.ledger, ACME, on=DAY)
    told = [alert.facts["number"] for alert in open_alerts(world.ledger, "refund:")]
    assert told == ["REMB.0189.20260105.2"]


def test_a_refund_whose_row_is_gone_breaks_the_books(world: World) -> None:
    """Its entry still names it, and its money is still on the way."""
    order_refund(world.ledger, ACME, IBAN, 1_00, payee=("ACME", PAYEE), today=DAY)
    decided.books_are_sound(world)
    for partition in world.ledger._partitions.values():
        for sk in [sk for sk, (kind, _) in partition.items() if kind is Refund]:
            del partition[sk]
    checks = check_books(world.ledger, [decided.ALPHA_EUR], [IBAN])
    assert [check.code for check in checks if not check.ok] == ["I12c"]


def test_a_text_that_only_looks_like_a_refund_names_none() -> None:
    """Another account's, a day that does not exist."""
    assert named_refund(IBAN, "REMB.0190.20260105.1", "REMB.0189.20261305.1") is None
    assert named_refund(AccountId("FR0190"), "REMB.0190.20260105.1") is not None


def test_the_tax_office_reads_whose_refund_it_is(world: World) -> None:
    """The sub-account of what is on its way is the debtor's, lettered by the refund's id."""
    say(world, step(amount_cents=150_00))
    last = list(world.ledger.list(Entry, journal=bank_journal(IBAN)))[-1]
    line = next(one for one in last.lines if one.account == chart.PAYOUTS_IN_TRANSIT)
    lines = (JournalLine(line.account, line.debit_cents, line.credit_cents, line.debtor),)
    documents = last.documents
    row = JournalRow(last.journal, last.seq, DAY, "E16", lines, documents=documents)
    item = item_of(lines[0], row)
    assert (item.party, item.settles) == (ACME, f"{last.journal} {ID}")


def test_a_crash_anywhere_then_redelivery_gives_the_same_books() -> None:
    """Order and cancellation: entry, row, credit and answer are one commit."""
    order = step(amount_cents=150_00)
    decided.crash_anywhere(copy.deepcopy(_FIRM), [], order)
    cancel = step("refund-cancel", "O-0002", number=ID, reason="r")
    decided.crash_anywhere(copy.deepcopy(_FIRM), [order], cancel)
    assert replace(refund_of(order), v=0).state is RefundState.ORDERED


def refund_of(order: Step) -> Refund:
    """The refund of an order on fresh books."""
    world = copy.deepcopy(_FIRM)
    say(world, order)
    return refund(world)
