"""E8: the financing commission, on the first run of a month for the month before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from bordereau.domain import billing, chart, financing
from bordereau.domain.books import Position
from bordereau.domain.charges import PendingCharge
from bordereau.domain.closing import first_day, month_after, month_of
from bordereau.domain.entries import Entry, Posting, contract_journal, credit, debit
from bordereau.domain.identifiers import ContractId
from bordereau.domain.money import charge
from bordereau.domain.parties import Rate
from bordereau.domain.rule_shapes import MONTHS_MAX
from bordereau.domain.terms import Terms, in_force
from bordereau.ports import Ledger
from bordereau.services.contract_terms import vat_rate
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done


def charge_financing(ledger: Ledger, contract: ContractId, *, today: dt.date) -> Outcome:
    """Charge the month before, once for ever, with its own VAT; months that no run charged too.

    A missing index gives no commission for that month and an alert (``index/NAME/2026-01``); a
    missing VAT rate makes it wait for the first day with one. A charged month is never recharged.
    A second call finds the month settled and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None:
            return already("no-position", contract)
        settled, missing = _settle_months(ledger, position, today=today)
        waiting = [one for one in settled.pending if one.code == billing.FINANCING_FEE]
        rate = vat_rate(ledger, billing.FINANCING_FEE, today)
        if waiting and rate is None:
            missing = (*missing, f"vat/{billing.FINANCING_FEE}")
        draft.write(settled)
        for fee in waiting[:MONTHS_MAX] if rate is not None else ():
            _post(draft, contract, fee, rate or 0, today=today)
        return dataclasses.replace(done(contract), alerts=missing)

    return attempt(ledger, "charge-financing", decide)


def _settle_months(
    ledger: Ledger, position: Position, *, today: dt.date
) -> tuple[Position, tuple[str, ...]]:
    """Return the position with the months before settled, and the rates that were missing."""
    month = financing.month_before(today)
    if position.financed_month >= month:
        return position, ()
    settled = dataclasses.replace(position, financed_month=month)
    terms = list(ledger.list(Terms, contract=position.contract))
    if not any(one.index for one in terms):
        return settled, ()
    entries = list(ledger.list(Entry, journal=contract_journal(position.contract)))
    moved, rates = financing.movements(entries), _index_rates(ledger, terms)
    pending, missing = position.pending, dict[str, None]()
    for one in _unsettled(position, entries, month):
        fee = financing.month_fee(one, moved, rates, lambda day: in_force(terms, day))
        missing |= dict.fromkeys(fee.missing)
        if fee.fee_cents:
            since_on = first_day(month_after(one))
            pending = (*pending, PendingCharge(billing.FINANCING_FEE, fee.fee_cents, since_on))
    return dataclasses.replace(settled, pending=pending), tuple(missing)


def _unsettled(position: Position, entries: Sequence[Entry], last: str) -> Iterator[str]:
    """Yield the months that are not settled, up to ``last``: a month without runs is not lost."""
    month = last
    if position.financed_month:
        month = month_after(position.financed_month)
    elif entries:
        month = min(last, month_of(entries[0].booked_on))
    while month <= last:
        yield month
        month = month_after(month)


def _index_rates(ledger: Ledger, terms: list[Terms]) -> dict[tuple[str, str], int]:
    """Return the index rates of the terms by name and month."""
    names = {one.index for one in terms if one.index}
    return {
        (name, f"{rate.from_on:%Y-%m}"): rate.value
        for name in names
        for rate in ledger.list(Rate, code=f"index/{name}")
    }


def _post(
    draft: Draft, contract: ContractId, fee: PendingCharge, vat_bps: int, *, today: dt.date
) -> None:
    vat = charge(fee.net_cents, vat_bps)
    lines = (
        *debit(chart.SELLER_CURRENT, fee.net_cents + vat),
        *credit(chart.FEE_FINANCING, fee.net_cents),
        *credit(chart.VAT_OUTPUT, vat),
    )
    month = financing.month_before(fee.since_on)
    posting = Posting(financing.FEE_KIND, lines, (f"{financing.FEE_KIND}#{month}",))
    draft.post(contract, posting, today=today)
    moved = draft.take(Position, contract=contract)
    kept = tuple(one for one in moved.pending if one != fee)
    draft.write(dataclasses.replace(moved, pending=kept))
