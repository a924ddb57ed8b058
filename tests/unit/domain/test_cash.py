"""The two journals: each event's lines are those of the table (decisions 5), clearing is empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from bordereau.domain import cash, chart
from bordereau.domain.entries import Line, Posting, credit

DAY = dt.date(2026, 2, 2)
D1 = ("D1",)
BANK, CLEARING = chart.BANK, chart.BANK_CLEARING
UNALLOCATED, CREDITS = chart.UNALLOCATED, chart.DEBTOR_CREDITS
CURRENT, TRANSIT = chart.SELLER_CURRENT, chart.PAYOUTS_IN_TRANSIT

Wanted = tuple[str, str, str]
CASES: tuple[tuple[str, Sequence[Posting], Sequence[Wanted]], ...] = (
    ("receipt", [cash.receipt(7, D1, debtor="d", valued_on=DAY)], [("E4", BANK, UNALLOCATED)]),
    (
        "credit note on a paid invoice",
        cash.credit_to_debtor(7, D1, debtor="d"),
        [("E10", CLEARING, CREDITS), ("E10", CURRENT, CLEARING)],
    ),
    ("over-payment", [cash.over_payment(7, D1, debtor="d")], [("E16", UNALLOCATED, CREDITS)]),
    ("refund ordered", [cash.refund_ordered(7, D1, debtor="d")], [("E16", CREDITS, TRANSIT)]),
    ("refund paid", [cash.refund_paid(7, D1, debtor="d")], [("E16", TRANSIT, BANK)]),
    (
        "refund not paid",
        [cash.refund_back(7, D1, debtor="d", was_paid=False)],
        [("E16", TRANSIT, CREDITS)],
    ),
    (
        "refund that came back",
        [cash.refund_back(7, D1, debtor="d", was_paid=True)],
        [("E16", BANK, CREDITS)],
    ),
    ("refund", [cash.refund(7, D1, debtor="d")], [("E16", CREDITS, BANK)]),
    (
        "bank's charge",
        [cash.bank_charge(7, D1, valued_on=DAY)],
        [("E29", chart.BANK_CHARGES, BANK)],
    ),
    (
        "not assigned",
        cash.not_assigned(7, D1, debtor="d"),
        [("E17", UNALLOCATED, CLEARING), ("E17", CLEARING, CURRENT)],
    ),
    (
        "paid in",
        cash.paid_in(7, D1, valued_on=DAY),
        [("E15", BANK, CLEARING), ("E15", CLEARING, CURRENT)],
    ),
    (
        "recovered",
        cash.recovered(7, D1, kind="E24", lines=credit(chart.RECOVERIES, 7)),
        [("E24", BANK, CLEARING), ("E24", CLEARING, chart.RECOVERIES)],
    ),
    ("ordered", [cash.payout_ordered(7, D1)], [("E3a", CURRENT, TRANSIT)]),
    (
        "confirmed",
        cash.payout_confirmed(7, D1, valued_on=DAY),
        [("E3b", CLEARING, BANK), ("E3b", TRANSIT, CLEARING)],
    ),
    (
        "returned",
        cash.payout_returned(7, D1, valued_on=DAY),
        [("E3c", BANK, CLEARING), ("E3c", CLEARING, CURRENT)],
    ),
    ("refused", [cash.payout_refused(7, D1)], [("E3c", TRANSIT, CURRENT)]),
    (
        "paid in, told by a statement",
        cash.from_receipt(cash.paid_in(7, D1, valued_on=DAY), 7, "R1", debtor="d"),
        [("E15", UNALLOCATED, CLEARING), ("E15", CLEARING, CURRENT)],
    ),
)


@pytest.mark.parametrize(("name", "postings", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_an_event_books_what_the_table_says(
    name: str, postings: Sequence[Posting], wanted: Sequence[Wanted]
) -> None:
    """Kind, one debit and one credit of the whole amount in each journal; nothing left between."""
    found = [
        (one.kind, [line.account for line in one.lines], [line.cents for line in one.lines])
        for one in postings
    ]
    assert found == [(kind, [debit, credit], [7, -7]) for kind, debit, credit in wanted], name
    lines: list[Line] = [line for one in postings for line in one.lines]
    assert sum(line.cents for line in lines if line.account == CLEARING) == 0
    assert all(one.documents[-1] == "D1" for one in postings)


def test_an_application_takes_from_receipt_and_credits_what_each_pays() -> None:
    """E5: 100.00 of which 30.00 from credits; only what came in has the receipt's value date."""
    bank, clearing = cash.application(70_00, 30_00, ("R1", "F1"), debtor="d", valued_on=DAY)
    assert [(line.account, line.cents) for line in bank.lines] == [
        (UNALLOCATED, 70_00),
        (CREDITS, 30_00),
        (CLEARING, -100_00),
    ]
    assert (bank.kind, bank.documents) == ("E5", ("R1", "F1"))
    assert [(line.account, line.cents, line.valued_on) for line in clearing] == [
        (CLEARING, 70_00, DAY),
        (CLEARING, 30_00, None),
    ]
