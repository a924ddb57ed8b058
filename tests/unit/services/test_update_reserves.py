"""Ended lines leave the queue, room is asked for, old invoices are de-funded."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bordereau.domain import chart
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.parties import Rate
from bordereau.domain.terms import FundMethod
from bordereau.services.lines import set_factor_limit, set_line
from bordereau.services.payouts import order_payout
from bordereau.services.promote_waiting import promote_waiting
from bordereau.services.update_reserves import expire_line, sweep_reserves, update_contract
from tests.unit.services.firm import ACME, DAY, K1, K2, Firm, at, every_crash, firm

LATER = DAY + dt.timedelta(10)


def grant(made: Firm, cents: int, contract: Any = K1, until: dt.date | None = None) -> None:
    """Set a relation's line."""
    line = RelationLine(ACME, "EUR", contract, cents, valid_until=until)
    set_line(made.ledger, line, today=DAY)


def limit(made: Firm, cents: int) -> None:
    """Set the factor-wide limit."""
    set_factor_limit(made.ledger, FactorLine(ACME, "EUR", cents), today=DAY)


def sweep(made: Firm, on: dt.date) -> dict[str, int]:
    """Run the schedule of a day."""
    return sweep_reserves(made.ledger, made.queue, on=on, now=at(on, 5)).amounts


def wide(made: Firm) -> FactorLine:
    """Return the factor-wide row."""
    found = made.ledger.get(FactorLine, debtor=ACME, currency="EUR")
    assert isinstance(found, FactorLine)
    return found


def two_sellers_in_the_queue() -> Firm:
    """Both wait for the factor-wide limit; the line of the first ends on the day."""
    made = firm()
    limit(made, 100_00)
    made.assign("FA-1", 100_00, contract=K2)
    grant(made, 1_000_00, until=DAY)
    made.assign("FA-2", 60_00)
    made.assign("FA-3", 50_00, contract=K2)
    assert wide(made).waiting_cents == 110_00
    return made


def test_the_queue_of_an_ended_line_holds_nobody_up() -> None:
    """On its last day it counts; the day after it does not, and the debtor is woken."""
    made = two_sellers_in_the_queue()
    assert sweep(made, DAY)["expired"] == 0
    assert wide(made).waiting_cents == 110_00
    assert sweep(made, LATER) == {"expired": 1, "due": 0, "debtors": 2}
    assert wide(made).waiting_cents == 50_00
    assert {"debtor": ACME, "currency": "EUR", "on": LATER.isoformat()} in made.sent(
        "update_reserves"
    )


def test_a_line_that_was_prolonged_meanwhile_stays() -> None:
    """The index showed it older than it is."""
    made = two_sellers_in_the_queue()
    line = made.ledger.get(RelationLine, debtor=ACME, currency="EUR", contract=K1)
    assert line is not None
    grant(made, 1_000_00, until=LATER)
    assert expire_line(made.ledger, line, on=LATER).reason == "line-ended"
    assert expire_line(made.ledger, line, on=LATER + dt.timedelta(1)).ids == (K1,)
    assert expire_line(made.ledger, line, on=LATER + dt.timedelta(1)).reason == "line-ended"


def test_the_sweep_asks_for_debtors_with_room_and_for_every_contract_once() -> None:
    """A debtor at rest is not asked for; the second run of a day sends nothing."""
    made = firm(limit_cents=50_00)
    made.assign("FA-1", 100_00)
    for _ in (1, 2):
        sweep(made, LATER)
    debtors = [m["debtor"] for m in made.sent("update_reserves") if "debtor" in m]
    contracts = [m["contract"] for m in made.sent("update_reserves") if "contract" in m]
    assert ACME in debtors
    assert contracts == sorted((K1, K2))
    promote_waiting(made.ledger, ACME, "EUR", today=LATER)
    assert sweep(made, LATER + dt.timedelta(1))["debtors"] == len(debtors) - 1


def test_an_old_invoice_is_defunded_once() -> None:
    """Due and recourse days are over."""
    made = firm(terms={"recourse_days": 5})
    made.assign("FA-1", 1_000_00, due_on=DAY)
    assert update_contract(made.ledger, contract=K1, on=DAY).amounts["defunded"] == 0
    assert update_contract(made.ledger, contract=K1, on=LATER).amounts["defunded"] == 1
    assert update_contract(made.ledger, contract=K1, on=LATER).amounts["defunded"] == 0


def test_a_fund_s_surplus_comes_back_on_the_last_day_of_a_month() -> None:
    """And on no other day."""
    made = firm(
        terms={
            "fund_method": FundMethod.ON_OUTSTANDING,
            "fund_rate_bps": 1000,
            "fund_minimum_cents": 5_000_00,
        }
    )
    made.assign("FA-1", 60_000_00)
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.balance(chart.GUARANTEE_FUND) == 6_000_00
    from bordereau.services.book_credit_note import CreditRequest, book_credit_note  # noqa: PLC0415

    note = CreditRequest(K1, "AV-1", DAY, 30_000_00, invoice=made.invoice("2026#FA1").invoice)  # type: ignore[arg-type]
    book_credit_note(made.ledger, note, today=DAY)
    assert (
        update_contract(made.ledger, contract=K1, on=dt.date(2026, 3, 30)).amounts["released"] == 0
    )
    end = dt.date(2026, 3, 31)
    assert update_contract(made.ledger, contract=K1, on=end).amounts["released"] == 1_000_00


def test_a_missing_index_and_a_missing_vat_rate_are_alerts() -> None:
    """The index of a month gone is a person's business; the VAT alert ends with the rate."""
    made = firm(terms={"index": "EURIBOR3M", "margin_bps": 250})
    made.put(Rate("index/EURIBOR3M", dt.date(2026, 3, 1), 20_000))
    made.assign("FA-1", 10_000_00)
    order_payout(made.ledger, K1, today=DAY)
    update_contract(made.ledger, contract=K1, on=dt.date(2026, 4, 1))
    assert [alert.facts["rate"] for alert in made.alerts()] == ["vat/financing_fee"]
    before = made.ledger.snapshot()
    update_contract(made.ledger, contract=K1, on=dt.date(2026, 4, 1))
    assert made.ledger.snapshot() == before, "told once, as long as it lacks"
    made.put(Rate("vat/financing_fee", dt.date(2026, 1, 1), 0))
    update_contract(made.ledger, contract=K1, on=dt.date(2026, 4, 2))
    assert made.alerts() == []
    update_contract(made.ledger, contract=K1, on=dt.date(2026, 5, 1))
    assert [alert.facts["rate"] for alert in made.alerts()] == ["index/EURIBOR3M/2026-04"]


def test_a_month_in_which_nothing_ran_is_charged_all_the_same() -> None:
    """1 000.00 less its fund at 3.60 % of 360 days: one fee a month, in their order, once."""
    made = firm(terms={"index": "EURIBOR3M", "margin_bps": 160})
    for month in (3, 4, 5):
        made.put(Rate("index/EURIBOR3M", dt.date(2026, month, 1), 20_000))
    made.put(Rate("vat/financing_fee", dt.date(2026, 1, 1), 0))
    made.assign("FA-1", 1_000_00)
    order_payout(made.ledger, K1, today=DAY)
    for on in (dt.date(2026, 6, 2), dt.date(2026, 6, 3)):
        update_contract(made.ledger, contract=K1, on=on)
    charged = [
        (entry.documents[0], entry.lines[0].debit_cents)
        for entry in made.ledger.list(Entry, journal=f"K#{K1}")
        if entry.kind == "E8"
    ]
    days = (31 - DAY.day + 1, 30, 31)
    wanted = [(f"E8#2026-{month:02d}", 9 * count) for month, count in enumerate(days, 3)]
    assert charged == wanted


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books() -> None:
    """Sweep, promotion and contract, before and after each port call."""

    def make() -> Firm:
        made = two_sellers_in_the_queue()
        made.assign("FA-9", 10_00, contract=K2, due_on=DAY)
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        sweep_reserves(ledger, queue, on=LATER, now=at(LATER))
        promote_waiting(ledger, ACME, "EUR", today=LATER)
        update_contract(ledger, contract=K2, on=LATER)

    _, crashes = every_crash(make, run)
    assert crashes > 60
