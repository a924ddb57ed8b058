"""E8: the financing commission, on the first run of a month for the month before."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import billing, chart, financing
from bordereau.domain.books import PendingCharge, Position
from bordereau.domain.entries import Entry, Posting, contract_journal, credit, debit
from bordereau.domain.identifiers import ContractId
from bordereau.domain.money import charge
from bordereau.domain.parties import Rate
from bordereau.domain.terms import Terms, in_force
from bordereau.ports import Ledger
from bordereau.services.contract_terms import vat_rate
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done


def charge_financing(ledger: Ledger, contract: ContractId, *, today: dt.date) -> Outcome:
    """Charge the month before, once for ever, with its own VAT.

    A missing index gives no commission for that month and an alert (``index/NAME/2026-01``); a
    missing VAT rate makes it wait for the first day with one. A charged month is never recharged.
    A second call finds the month settled and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None:
            return already("no-position", contract)
        settled, missing = _settle_month(ledger, position, today=today)
        waiting = [one for one in settled.pending if one.code == billing.FINANCING_FEE]
        rate = vat_rate(ledger, billing.FINANCING_FEE, today)
        if waiting and rate is None:
            missing = (*missing, f"vat/{billing.FINANCING_FEE}")
        draft.write(settled)
        for fee in waiting if rate is not None else ():
            _post(draft, contract, fee, rate or 0, today=today)
        return dataclasses.replace(done(contract), alerts=missing)

    return attempt(ledger, "charge-financing", decide)


def _settle_month(
    ledger: Ledger, position: Position, *, today: dt.date
) -> tuple[Position, tuple[str, ...]]:
    """Return the position with the month before settled, and the rates that were missing."""
    month = financing.month_before(today)
    if position.financed_month >= month:
        return position, ()
    terms = list(ledger.list(Terms, contract=position.contract))
    if not any(one.index for one in terms):
        return dataclasses.replace(position, financed_month=month), ()
    entries = ledger.list(Entry, journal=contract_journal(position.contract))
    fee = financing.month_fee(
        month,
        financing.movements(entries),
        _index_rates(ledger, terms),
        lambda day: in_force(terms, day),
    )
    pending = position.pending
    if fee.fee_cents:
        pending = (*pending, PendingCharge(billing.FINANCING_FEE, fee.fee_cents, today))
    return dataclasses.replace(position, financed_month=month, pending=pending), fee.missing


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
