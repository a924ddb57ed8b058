"""Whatever portfolio an old system hands over: the books hold, and show its totals."""

from __future__ import annotations

import dataclasses
import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.domain import chart
from bordereau.domain.books import BankHead, Position
from bordereau.domain.identifiers import PartyId
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    CreditRow,
    Figure,
    InvoiceRow,
    LineRow,
    PayoutRow,
    ReceiptRow,
    Snapshot,
)
from bordereau.services.promote_waiting import promote_waiting
from tests.unit.services.portfolio import (
    ACCOUNT,
    ACME,
    K1,
    K2,
    ON,
    POOLED,
    START,
    TODAY,
    ZIMMER,
    broken,
    contract_row,
    faults,
    known_parties,
    take_on,
    terms,
    with_totals,
)

DEBTORS = (ACME, ZIMMER, PartyId("local:D-0009"))
CENTS = st.integers(1, 10**9)


@st.composite
def invoices(draw: st.DrawFn, number: int) -> InvoiceRow:
    """Any open invoice that can stand."""
    contract = draw(st.sampled_from((K1, K2)))
    amount = draw(CENTS)
    opened = draw(st.integers(1, amount))
    approved = draw(st.integers(0, opened))
    issued_on = draw(st.dates(START, ON))
    return InvoiceRow(
        ref=f"T-{number:04d}",
        contract=contract,
        debtor=draw(st.sampled_from(DEBTORS)),
        number=f"F-{number}",
        issued_on=issued_on,
        due_on=issued_on + dt.timedelta(draw(st.integers(0, 90))),
        assigned_on=draw(st.dates(issued_on, ON)),
        amount_cents=amount,
        open_cents=opened,
        approved_cents=approved,
        retained_cents=draw(st.integers(0, approved)) if contract == K1 else 0,
        disputed_cents=draw(st.integers(0, opened)),
        basis_cents=draw(st.one_of(st.none(), st.integers(approved, amount))),
        place=draw(st.integers(1, 3)),
        is_defunded=draw(st.booleans()),
    )


@st.composite
def portfolios(draw: st.DrawFn) -> Snapshot:
    """Two contracts, three debtors, up to forty invoices, pay-outs, cash and credits."""
    signed = st.integers(-(10**9), 10**9)
    listed = [draw(invoices(number)) for number in range(draw(st.integers(0, 40)))]
    relations = sorted({(row.contract, row.debtor) for row in listed})
    days = st.dates(START, ON)
    return with_totals(
        Snapshot(
            "1",
            "H",
            ON,
            contracts=(
                contract_row(
                    "C-1", K1, current_cents=draw(signed), specific_cents=draw(st.integers(0, 999))
                ),
                contract_row(
                    "C-2",
                    K2,
                    terms=(terms(K2, **POOLED),),
                    current_cents=draw(signed),
                    fund_cents=draw(st.integers(0, 10**6)),
                ),
            ),
            lines=tuple(
                LineRow(f"L-{place}", debtor, "EUR", draw(CENTS), contract)
                for place, (contract, debtor) in enumerate(relations)
            ),
            invoices=tuple(listed),
            payouts=tuple(
                PayoutRow(f"P-{n}", draw(st.sampled_from((K1, K2))), f"OLD{n}", draw(days), cents)
                for n, cents in enumerate(draw(st.lists(CENTS, max_size=4)))
            ),
            receipts=tuple(
                ReceiptRow(f"R-{n}", ACCOUNT, "EUR", f"B{n}", draw(days), cents)
                for n, cents in enumerate(draw(st.lists(CENTS, max_size=20)))
            ),
            credits=tuple(
                CreditRow(f"A-{n}", ACCOUNT, "EUR", ACME, f"AV{n}", draw(days), cents)
                for n, cents in enumerate(draw(st.lists(CENTS, max_size=3)))
            ),
            banks=(BankRow("B-1", ACCOUNT, "EUR", draw(signed)),),
        )
    )


@settings(max_examples=60, deadline=None)
@given(portfolios())
def test_a_random_portfolio_gives_sound_books_with_its_totals(snapshot: Snapshot) -> None:
    """Checked, taken on, checked again; each total is the balances' own; promotions keep it."""
    assert faults(snapshot) == []
    ledger = known_parties()
    take_on(ledger, snapshot)
    assert broken(ledger) == {}
    shown = {total.figure: total.cents for total in snapshot.totals}
    positions = [ledger.get(Position, contract=name) for name in (K1, K2)]
    head = ledger.get(BankHead, account=ACCOUNT)
    assert head is not None

    def over_contracts(account: str) -> int:
        return sum(position.balance(account) for position in positions if position)

    for figure, account in (
        (Figure.OUTSTANDING, chart.RECEIVABLES),
        (Figure.FUND, chart.GUARANTEE_FUND),
        (Figure.CURRENT, chart.SELLER_CURRENT),
        (Figure.UNAPPROVED, chart.HOLD_UNAPPROVED),
        (Figure.DISPUTED, chart.HOLD_DISPUTE),
        (Figure.DEFUNDED, chart.HOLD_DEFUNDED),
        (Figure.SPECIFIC, chart.HOLD_SPECIFIC),
        (Figure.TRANSIT, chart.PAYOUTS_IN_TRANSIT),
    ):
        assert over_contracts(account) == shown[figure], figure
    for figure, account in (
        (Figure.BANK, chart.BANK),
        (Figure.UNALLOCATED, chart.UNALLOCATED),
        (Figure.CREDITS, chart.DEBTOR_CREDITS),
    ):
        assert chart.signed(account, head.balances.get(account, 0)) == shown[figure], figure
    for debtor in DEBTORS:
        promote_waiting(ledger, debtor, "EUR", today=TODAY)
    assert broken(ledger) == {}


@settings(max_examples=40, deadline=None)
@given(portfolios(), st.sampled_from(list(Figure)), st.integers(1, 100))
def test_any_difference_refuses_the_whole(snapshot: Snapshot, figure: Figure, cents: int) -> None:
    """One total that is not what the rows add up to, by a cent or more."""
    wrong = tuple(
        dataclasses.replace(total, cents=total.cents + cents) if total.figure is figure else total
        for total in snapshot.totals
    )
    found = faults(dataclasses.replace(snapshot, totals=wrong))
    assert [code for _, _, code in found] == ["take-on-differs"]
