"""Collection only: followed, reminded, handed over; nothing is bought (ADR 12)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain import chart
from bordereau.domain.account_steps import movements, steps
from bordereau.domain.books import PayOut, Position
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.figures import MovementKind, StepCode
from bordereau.domain.identifiers import BatchId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Rate
from bordereau.domain.tables import Table
from bordereau.domain.terms import ContractKind, collection_fee
from bordereau.services import move_invoice
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.advance_figures import charge_lines
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.bill_fees import bill_fees
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.contract_terms import set_terms
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.defund_overdue import defund_overdue
from bordereau.services.draft import Draft, attempt
from bordereau.services.explain import explain
from bordereau.services.financing_fee import charge_financing
from bordereau.services.insolvency import Cover, declare_insolvency, take_guarantee, write_off
from bordereau.services.outcome import Outcome, Status
from bordereau.services.past_books import balances_on, open_items_on
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.reverse_application import reverse_application
from tests.unit.services.closing_world import broken
from tests.unit.services.mandate_world import (
    ACCOUNT,
    DAY,
    DEBTORS,
    F,
    M,
    balances,
    invoice,
    mandate_terms,
    mandated,
    received,
    registered,
)

LATER = DAY + dt.timedelta(60)


def applied(ledger: MemoryLedger, ref: str, identity: InvoiceId, cents: int) -> Outcome:
    """Receive money and apply it to an invoice under the mandate."""
    received(ledger, ref, cents)
    lines = [Pays(M, identity, cents)]
    return apply_receipt(ledger, ReceiptKey(ACCOUNT, DAY, ref), lines, today=DAY, command=ref)


def entries(ledger: MemoryLedger) -> list[Entry]:
    """The entries of the mandate's journal."""
    return list(ledger.list(Entry, journal=contract_journal(M)))


def test_an_invoice_is_registered_without_a_line_and_stands_in_memo_accounts() -> None:
    """Followed whole: nothing of it is approved, waits for room, or is a receivable."""
    ledger = mandated()
    found = invoice(ledger, registered(ledger, "F1"))
    assert (found.open_cents, found.approved_cents, found.waiting_cents) == (100_000, 0, 0)
    assert found.is_mandate
    assert found.deadline_at is None
    assert balances(ledger) == {"mandate_claims": 100_000, "mandate_counterpart": -100_000}
    (entry,) = entries(ledger)
    assert entry.kind == "E30"
    assert broken(ledger) == []


def test_what_is_received_is_the_sellers_and_goes_out_with_the_normal_run() -> None:
    """In part, then whole: each cent in his account, then on its way; no fee, no fund."""
    ledger = mandated()
    identity = registered(ledger, "F1")
    assert applied(ledger, "r1", identity, 40_000).status is Status.DONE
    assert balances(ledger)["seller_current"] == -40_000
    assert invoice(ledger, identity).state == "part_paid"
    applied(ledger, "r2", identity, 60_000)
    assert balances(ledger) == {"seller_current": -100_000}
    assert invoice(ledger, identity).state == "paid"
    assert bill_fees(ledger, M, today=DAY).amounts.get("net", 0) == 0
    assert order_payout(ledger, M, today=DAY).amounts["amount"] == 100_000
    assert confirm_payout(ledger, (M, DAY, 1), today=DAY).status is Status.DONE
    assert balances(ledger) == {}
    assert steps(entries(ledger)) == {StepCode.COLLECTED: 100_000, StepCode.PAYOUTS: -100_000}
    kinds = [one.kind for one in movements(entries(ledger))]
    assert kinds == [MovementKind.COLLECTED, MovementKind.COLLECTED, MovementKind.PAYOUT]
    assert broken(ledger) == []


def test_a_small_rest_stays_open_under_a_mandate() -> None:
    """Closing it would be our loss on another's claim; the seller may accept it."""
    ledger = mandated()
    assert set_terms(ledger, mandate_terms(tolerance_cents=500)).status is Status.DONE
    identity = registered(ledger, "F1")
    applied(ledger, "r1", identity, 99_950)
    assert invoice(ledger, identity).open_cents == 50
    assert accept_short_payment(ledger, M, identity, today=DAY).status is Status.DONE
    assert balances(ledger) == {"seller_current": -99_950}
    assert broken(ledger) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda ledger, one: move_invoice.charge_back(ledger, M, one, today=DAY),
        lambda ledger, one: move_invoice.pay_directly(ledger, M, one, 100_000, today=DAY),
        lambda ledger, one: book_credit_note(
            ledger, CreditRequest(M, "A1", DAY, 100_000, invoice=one), today=DAY
        ),
    ],
    ids=("given back", "paid to the seller", "credit note"),
)
def test_what_ends_an_invoice_without_money_leaves_nothing(
    act: Callable[[MemoryLedger, InvoiceId], Outcome],
) -> None:
    """The memo accounts go back, the seller's account does not move."""
    ledger = mandated()
    identity = registered(ledger, "F1")
    assert act(ledger, identity).status is Status.DONE
    assert balances(ledger) == {}
    assert not invoice(ledger, identity).is_open
    assert broken(ledger) == []


def test_a_dispute_moves_no_account_and_a_correction_registers_anew() -> None:
    """The claim stays the seller's all along."""
    ledger = mandated()
    identity = registered(ledger, "F1")
    correction = Correction(M, identity, 90_000)
    assert correct_invoice(ledger, correction, today=DAY).amounts["approved"] == 0
    assert balances(ledger) == {"mandate_claims": 90_000, "mandate_counterpart": -90_000}
    assert move_invoice.open_dispute(ledger, M, identity, today=DAY).status is Status.DONE
    assert invoice(ledger, identity).state == "disputed"
    assert [entry.kind for entry in entries(ledger)] == ["E30", "E28", "E30"]
    assert broken(ledger) == []


def test_age_insolvency_and_guarantee_do_nothing_to_it() -> None:
    """It is not ours to be de-funded, guaranteed or written off."""
    ledger = mandated()
    identity = registered(ledger, "F1")
    stands = balances(ledger)
    assert defund_overdue(ledger, M, today=DAY + dt.timedelta(400)) == []
    declare_insolvency(ledger, DEBTORS[0], "EUR", judged_on=DAY)
    cover = Cover(9_000, 2_000)
    assert take_guarantee(ledger, M, DEBTORS[0], cover, today=LATER).reason == "with_recourse"
    assert write_off(ledger, M, identity, today=LATER).reason == "with_recourse"
    charge_financing(ledger, M, today=LATER)
    assert balances(ledger) == stands
    assert broken(ledger) == []


def test_a_past_day_shows_what_was_followed() -> None:
    """The aged balance of a mandate is its memo account."""
    ledger = mandated()
    identity = registered(ledger, "F1")
    applied(ledger, "r1", identity, 40_000)
    (item,) = open_items_on(ledger, on=DAY)
    (contract,) = (one for one in balances_on(ledger, on=DAY) if one.journal == f"K#{M}")
    assert item.open_cents == contract.balances["mandate_claims"] == 60_000
    found = explain(ledger, M, on=DAY)
    assert found is not None
    assert {step.code: step.cents for step in found.steps if step.cents}.keys() <= {
        "drawn",
        "current",
        "available",
    }


def test_the_kind_of_a_contract_is_fixed() -> None:
    """One that collects never buys, and the reverse."""
    ledger = mandated()
    other = dataclasses.replace(mandate_terms(), kind=ContractKind.FACTORING, from_on=LATER)
    assert set_terms(ledger, other).reason == "kind_fixed"


def test_what_was_bought_under_a_mandate_is_found() -> None:
    """M1 and D1 are not blind."""
    ledger = mandated()
    registered(ledger, "F1")
    kind, plain = ledger._partitions[Table.LEDGER, f"K#{M}"]["I#2026#F1"]
    ledger._partitions[Table.LEDGER, f"K#{M}"]["I#2026#F1"] = (kind, {**plain, "approved_cents": 5})
    assert {"M1", "D1"} <= set(broken(ledger))


# ------------------------------------------------------------------------------- its commission


def paid_by_commission() -> MemoryLedger:
    """5 % of what is collected, at least 25.00 on an invoice; its VAT is not known yet."""
    ledger = mandated()
    terms = mandate_terms(factoring_rate_bps=500, factoring_minimum_cents=25_00)
    assert set_terms(ledger, terms).status is Status.DONE
    return ledger


def billed(ledger: MemoryLedger, day: int) -> Outcome:
    """Bill the mandate some days later."""
    return bill_fees(ledger, M, today=DAY + dt.timedelta(day))


def test_a_mandate_s_commission_is_withheld_from_what_is_handed_over() -> None:
    """400.00: the minimum of 25.00; 600.00 more: 50.00 in all. Without VAT rate it waits."""
    ledger = paid_by_commission()
    identity = registered(ledger, "F1")
    applied(ledger, "r1", identity, 40_000)
    waits = billed(ledger, 0)
    assert (waits.alerts, waits.amounts["net"]) == (("vat/collection_fee",), 0)
    rate = Rate("vat/collection_fee", DAY, 2_000)
    attempt(ledger, "set-rate", partial(Draft.write, record=rate))
    assert billed(ledger, 1).amounts == {"net": 25_00, "vat": 5_00}
    assert billed(ledger, 2).amounts.get("net", 0) == 0
    assert order_payout(ledger, M, today=DAY).amounts["amount"] == 370_00
    applied(ledger, "r2", identity, 60_000)
    assert billed(ledger, 3).amounts == {"net": 25_00, "vat": 5_00}
    assert balances(ledger)["ancillary_income"] == -50_00
    assert broken(ledger) == []


def test_a_receipt_that_was_applied_again_pays_no_second_commission() -> None:
    """Taken back after it was charged, then applied again: 50.00 once."""
    ledger = paid_by_commission()
    attempt(ledger, "set-rate", partial(Draft.write, record=Rate("vat/collection_fee", DAY, 0)))
    identity = registered(ledger, "F1")
    applied(ledger, "r1", identity, 100_000)
    assert billed(ledger, 0).amounts["net"] == 50_00
    key = ReceiptKey(ACCOUNT, DAY, "r1")
    assert not reverse_application(ledger, key, M, identity, today=DAY).is_refused
    assert billed(ledger, 1).amounts.get("net", 0) == 0
    again = apply_receipt(ledger, key, [Pays(M, identity, 100_000)], today=DAY, command="again")
    assert again.status is Status.DONE
    assert billed(ledger, 2).amounts.get("net", 0) == 0
    assert broken(ledger) == []


@given(st.lists(st.integers(1, 10**8), max_size=6), st.integers(0, 2_000), st.integers(0, 10**6))
def test_a_commission_charged_in_parts_is_that_on_all(
    receipts: list[int], rate_bps: int, minimum_cents: int
) -> None:
    """After each receipt what is due never falls, and in the end it is the fee on all of them."""
    due = [
        collection_fee([(cents, rate_bps) for cents in receipts[:count]], minimum_cents)
        for count in range(len(receipts) + 1)
    ]
    assert due == sorted(due)
    assert due[0] == 0
    assert not receipts or due[-1] >= minimum_cents
    assert sum(after - before for before, after in pairwise(due)) == due[-1]
    exact = sum(receipts) * rate_bps / 10_000
    assert not receipts or abs(max(exact, minimum_cents) - due[-1]) <= len(receipts) / 2


# ------------------------------------------------------------------------------- any order


def something(ledger: MemoryLedger, draw: Random, on: dt.date) -> None:
    """One thing that may happen to either contract; the facts may not allow it."""
    name = draw.choice((M, M, F))
    listed = list(ledger.list(Invoice, contract=name))
    number, debtor = f"N{draw.randrange(10**9)}", draw.choice(DEBTORS)
    cents = draw.randint(1, 200_000)
    document = Assignment(debtor, number, on, on + dt.timedelta(draw.randint(0, 40)), cents)
    acts: list[Callable[[], object]] = [
        partial(assign_invoices, ledger, name, BatchId(number), [document], today=on),
        partial(order_payout, ledger, name, today=on),
        partial(bill_fees, ledger, name, today=on),
        partial(charge_financing, ledger, name, today=on),
        partial(defund_overdue, ledger, name, today=on),
        partial(promote_waiting, ledger, debtor, "EUR", today=on),
    ]
    for payout in ledger.list(PayOut, contract=name):
        key = (payout.contract, payout.ordered_on, payout.ordinal)
        acts.append(partial(draw.choice((confirm_payout, return_payout)), ledger, key, today=on))
    if draw.random() < 0.02:
        acts = [partial(declare_insolvency, ledger, debtor, "EUR", judged_on=on)]
    if listed and draw.random() < 0.7:
        acts = _on_invoice(ledger, draw.choice(listed), draw, on)
    draw.choice(acts)()


def _on_invoice(
    ledger: MemoryLedger, one: Invoice, draw: Random, on: dt.date
) -> list[Callable[[], object]]:
    place, cents = (one.contract, one.invoice), draw.randint(1, 120_000)
    ref = f"R{draw.randrange(10**9)}"
    note = CreditRequest(one.contract, ref, on, cents, invoice=one.invoice)

    def pay() -> None:
        whole = max(1, one.open_cents) if draw.random() < 0.5 else cents
        received(ledger, ref, whole, on=on)
        key = ReceiptKey(ACCOUNT, on, ref)
        apply_receipt(ledger, key, [Pays(*place, whole)], today=on, command=ref)

    return [
        pay,
        pay,
        partial(book_credit_note, ledger, note, today=on),
        partial(correct_invoice, ledger, Correction(*place, cents), today=on),
        partial(move_invoice.open_dispute, ledger, *place, today=on),
        partial(move_invoice.end_dispute, ledger, *place, today=on),
        partial(move_invoice.charge_back, ledger, *place, today=on),
        partial(move_invoice.pay_directly, ledger, *place, cents, today=on),
        partial(accept_short_payment, ledger, *place, today=on),
        partial(write_off, ledger, *place, today=on),
    ]


@settings(max_examples=max(10, settings().max_examples // 8), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nothing_is_ever_bought_under_a_mandate(seed: int) -> None:
    """Whatever happens in whatever order: the books hold, and what came in is what is owed."""
    draw = Random(seed)  # noqa: S311 - a test's draw
    ledger, on = mandated(), DAY
    for _ in range(40):
        something(ledger, draw, on)
        on += dt.timedelta(draw.randint(0, 4))
    assert broken(ledger) == [], seed
    owned = {chart.SELLER_CURRENT, chart.PAYOUTS_IN_TRANSIT, chart.BANK_CLEARING}
    memo = {chart.MANDATE_CLAIMS, chart.MANDATE_COUNTERPART}
    moved = {line.account for entry in entries(ledger) for line in entry.lines}
    assert moved <= owned | memo
    for entry in entries(ledger):
        pair = [line.cents for line in entry.lines if line.account in memo]
        assert sum(pair) == 0
    position = ledger.get(Position, contract=M)
    assert position is not None
    assert position.balance(chart.MANDATE_CLAIMS) == sum(
        one.open_cents for one in ledger.list(Invoice, contract=M)
    )


def test_a_statement_shows_one_line_for_the_commission_of_a_mandate() -> None:
    """Over all its invoices, with their count; other charges stand each for itself."""
    charges = [("collection_fee", 10_00), ("amendment", 5_00), ("collection_fee", 2_00)]
    lines = [(one.code, one.amount_cents, one.documents) for one in charge_lines(charges)]
    assert lines == [("collection_fee", 12_00, 2), ("amendment", 5_00, 1)]
