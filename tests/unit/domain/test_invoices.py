"""The life of one invoice: any order of events keeps the books and the holds in step."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain import chart, invoices
from bordereau.domain.entries import Line, check_lines, debit
from bordereau.domain.identifiers import BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.invoices import Invoice

DAY = dt.date(2026, 2, 2)
CENTS = st.integers(min_value=1, max_value=10_000_000)


def blank(amount_cents: int, *, rate_bps: int = 9000) -> Invoice:
    """Return an invoice just assigned, nothing approved."""
    return Invoice(
        contract=ContractId("siren:552081317/EUR"),
        invoice=InvoiceId("2026#F1"),
        number="F1",
        debtor=PartyId("siren:732829320"),
        issued_on=DAY,
        due_on=DAY + dt.timedelta(30),
        amount_cents=amount_cents,
        open_cents=amount_cents,
        approved_cents=0,
        financed_basis_cents=0,
        retained_cents=0,
        assigned_on=DAY,
        batch=BatchId("b"),
        place=1,
        advance_rate_bps=rate_bps,
    )


def test_full_cycle_of_scenario_one() -> None:
    """12 345.67 at 90 % is 11 111.10 and 1 234.57 retained; payment releases the fund."""
    assigned = invoices.approve(blank(1234567), 1234567)
    assert (assigned.advance_cents, assigned.retained_cents) == (1111110, 123457)
    paid = invoices.pay(assigned, 1234567, on=DAY)
    posting = invoices.posting(
        "E5", assigned, paid, documents=("R1",), counter=debit(chart.BANK_CLEARING, 1234567)
    )
    released = [line for line in posting.lines if line.account == chart.SELLER_CURRENT]
    assert released == [Line(chart.SELLER_CURRENT, 0, 123457, assigned.debtor, assigned.invoice)]
    assert paid.state is InvoiceState.PAID


def test_an_invoice_that_was_disputed_has_been_for_ever() -> None:
    """Whoever decides on a line sees it in the analysis, long after the dispute ended."""
    known = invoices.approve(blank(400000), 400000)
    ended = invoices.end_dispute(invoices.dispute(known, 1000), 1000)
    assert (known.was_disputed, ended.was_disputed, ended.disputed_cents) == (False, True, 0)


def test_promotion_of_scenario_three_pays_the_difference_of_the_quota() -> None:
    """From B = 500.00 to 4 000.00 the advance grows by 3 150.00, the fund by 350.00."""
    first = invoices.approve(blank(400000), 50000)
    more = invoices.approve(first, 350000)
    assert more.advance_cents - first.advance_cents == 315000
    assert more.retained_cents - first.retained_cents == 35000


def test_credit_note_of_scenario_five_takes_the_quota_from_the_seller() -> None:
    """1 234.56 on 10 000.00: the seller gives back 1 111.11, the fund 123.45."""
    before = invoices.approve(blank(1000000), 1000000)
    after = invoices.credit_note(before, 123456, on=DAY)
    assert before.advance_cents - after.advance_cents == 111111
    assert before.retained_cents - after.retained_cents == 12345


def test_payment_takes_the_approved_part_first_and_a_credit_note_the_unapproved() -> None:
    """The financier is repaid first; what was never financed is credited first."""
    before = invoices.approve(blank(1000000), 600000)
    assert invoices.pay(before, 300000, on=DAY).approved_cents == 300000
    assert invoices.credit_note(before, 300000, on=DAY).approved_cents == 600000


def test_short_rest_is_closed_from_hold_then_fund_then_lacks() -> None:
    """0.80 open of an approved invoice: G covers what it can, the rest is said to lack."""
    before = invoices.approve(blank(500000), 500000)
    paid = invoices.pay(before, 499920, on=DAY)
    closed, lacking = invoices.close_rest(paid, on=DAY)
    assert (closed.open_cents, lacking, closed.state) == (0, 0, InvoiceState.PAID)
    emptied = dataclasses.replace(paid, retained_cents=30)
    assert invoices.close_rest(emptied, on=DAY)[1] == 50


def test_disputed_and_defunded_parts_are_held() -> None:
    """Scenario 10 holds 5 400.00 of a dispute on 6 000.00; de-funding holds the whole advance."""
    before = invoices.approve(blank(2000000), 2000000)
    disputed = dataclasses.replace(before, disputed_cents=600000)
    assert disputed.hold_dispute_cents == 540000
    assert disputed.state is InvoiceState.DISPUTED
    defunded = dataclasses.replace(before, is_defunded=True)
    assert defunded.hold_defunded_cents == 1800000
    assert (defunded.waiting_cents, defunded.state) == (0, InvoiceState.DEFUNDED)


EVENTS = {
    "approve": "E7",
    "pay": "E5",
    "credit": "E9",
    "dispute": "E11",
    "settle": "E11",
    "defund": "E12",
    "close": "E18",
}


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Return a list of events with parts of what is possible, in thousandths."""
    kinds = st.sampled_from(list(EVENTS))
    return draw(st.lists(st.tuples(kinds, st.integers(1, 1000)), max_size=12))


def _step(invoice: Invoice, kind: str, part: int) -> Invoice:
    if kind == "approve":
        return invoices.approve(invoice, invoice.waiting_cents * part // 1000)
    if kind == "dispute":
        more = (invoice.open_cents - invoice.disputed_cents) * part // 1000
        return invoices.dispute(invoice, more) if more else invoice
    if kind == "settle":
        less = invoice.disputed_cents * part // 1000
        return invoices.end_dispute(invoice, less) if less else invoice
    if kind == "defund":
        return invoice if invoice.is_defunded else invoices.defund(invoice)
    cents = invoice.open_cents * part // 1000
    if cents == 0:
        return invoice
    if kind == "pay":
        return invoices.pay(invoice, cents, on=DAY)
    if kind == "credit":
        return invoices.credit_note(invoice, cents, on=DAY)
    return invoices.close_rest(invoice, on=DAY)[0] if part == 1000 else invoice


@given(amount=CENTS, rate_bps=st.integers(0, 9000), history=histories())
def test_any_history_keeps_the_holds_within_the_invoice(
    amount: int, rate_bps: int, history: list[tuple[str, int]]
) -> None:
    """D2 and I11: 0 <= G <= approved <= open, all holds within it, every entry balanced."""
    invoice = blank(amount, rate_bps=rate_bps)
    for kind, part in history:
        if not invoice.is_open:
            break
        before, invoice = invoice, _step(invoice, kind, part)
        if invoice == before:
            continue
        assert 0 <= invoice.retained_cents <= invoice.approved_cents <= invoice.open_cents
        holds = invoice.retained_cents + invoice.hold_dispute_cents + invoice.hold_defunded_cents
        assert holds <= invoice.approved_cents
        assert min(invoice.hold_dispute_cents, invoice.hold_defunded_cents) >= 0
        posting = invoices.posting(EVENTS[kind], before, invoice, documents=())
        if posting.lines:
            check_lines("K#x", posting.lines)


@given(amount=CENTS, parts=st.lists(st.integers(1, 1000), max_size=8))
def test_promotion_in_parts_gives_what_one_approval_gives(amount: int, parts: list[int]) -> None:
    """No cent is created by promoting in several steps."""
    whole = invoices.approve(blank(amount), amount)
    invoice = blank(amount)
    for part in parts:
        invoice = invoices.approve(invoice, invoice.unapproved_cents * part // 1000)
    invoice = invoices.approve(invoice, invoice.unapproved_cents)
    assert invoice == whole


MOVES: dict[str, Callable[[Invoice], Invoice]] = {
    "payment": lambda one: invoices.pay(one, 1, on=DAY),
    "credit note": lambda one: invoices.credit_note(one, 1, on=DAY),
    "dispute": lambda one: invoices.dispute(one, 1),
    "end of a dispute": lambda one: invoices.end_dispute(one, 1),
    "de-funding": invoices.defund,
    "chargeback": lambda one: invoices.close_whole(one, "charged_back", on=DAY),
    "use of what is retained": lambda one: invoices.use_retained(one, 1),
    "small rest": lambda one: invoices.close_rest(one, on=DAY)[0],
}


@pytest.mark.parametrize("name", MOVES)
def test_whatever_happens_to_an_invoice_it_can_no_longer_be_corrected(name: str) -> None:
    """Reading 7 and ``moved_on``: any event but a promotion."""
    before = dataclasses.replace(invoices.approve(blank(1000), 600), disputed_cents=5)
    assert not before.moved_on
    assert MOVES[name](before).moved_on


def test_payments_add_up() -> None:
    """Two parts of 3.00 and 4.00 are 7.00 paid."""
    first = invoices.pay(invoices.approve(blank(1000), 1000), 300, on=DAY)
    assert invoices.pay(first, 400, on=DAY).paid_cents == 700


def test_an_invoice_under_mandate_is_followed_and_not_ours() -> None:
    """ADR 12: nothing of it is a receivable, held or advanced, also in dispute."""
    mandate = dataclasses.replace(blank(1000), is_mandate=True, disputed_cents=400)
    assert (mandate.receivable_cents, mandate.mandated_cents) == (0, 1000)
    assert (mandate.unapproved_cents, mandate.hold_dispute_cents) == (0, 0)
    assert (mandate.opening_event, blank(1000).opening_event) == ("E30", "E1")
    assert (blank(1000).receivable_cents, blank(1000).mandated_cents) == (1000, 0)
    credited = invoices.credit_note(mandate, 300, on=DAY)
    assert (credited.approved_cents, credited.financed_basis_cents, credited.open_cents) == (
        0,
        0,
        700,
    )


def test_what_the_seller_was_paid_adds_up() -> None:
    """E14 twice: 3.00 and 4.00 are 7.00 to be handed over."""
    first = invoices.pay_directly(invoices.approve(blank(1000), 1000), 300, on=DAY)
    assert invoices.pay_directly(first, 400, on=DAY).direct_cents == 700
