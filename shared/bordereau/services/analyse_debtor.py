"""Gather what a person needs who decides on a line: a debtor's record with us, over all contracts.

Reads only. Every invoice of the last two years of issue of the contracts that have a line on the
debtor is read once, for a request; nothing is read again while it waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bordereau.domain import chart
from bordereau.domain.books import CreditNote, Position
from bordereau.domain.debtor_analysis import DebtorAnalysis, dilution, exposure, payment_record
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.identifiers import ContractId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger

YEARS = 2


def analyse_debtor(
    ledger: Ledger,
    debtor: PartyId,
    currency: str,
    *,
    contract: ContractId | None,
    today: dt.date,
) -> DebtorAnalysis:
    """Return the figures of a debtor in a currency, as of ``today``.

    ``contract`` is the one that asks for a line, ``None`` for a factor-wide limit.
    """
    lines = lines_on(ledger, debtor, currency)
    invoices = [one for line in lines for one in _invoices(ledger, line, today)]
    notes = [one for line in lines for one in _notes(ledger, line)]
    first = min((one.assigned_on for one in invoices), default=None)
    return DebtorAnalysis(
        made_on=today,
        record=payment_record(invoices, today),
        exposure=exposure(
            lines,
            ledger.get(FactorLine, debtor=debtor, currency=currency),
            invoices,
            contract=contract,
            contract_open_cents=_open_on(ledger, contract),
        ),
        dilution=dilution(invoices, notes, today),
        known_since_on=first,
    )


def lines_on(ledger: Ledger, debtor: PartyId, currency: str) -> list[RelationLine]:
    """Return the lines that contracts of a currency have on a debtor."""
    first, last = f"LINE#{currency}#", f"LINE#{currency}$"
    return list(ledger.list(RelationLine, first=first, last=last, debtor=debtor))


def _invoices(ledger: Ledger, line: RelationLine, today: dt.date) -> Iterator[Invoice]:
    listed = ledger.list(
        Invoice, first=f"I#{today.year - YEARS}", last="I#~", contract=line.contract
    )
    return (one for one in listed if one.debtor == line.debtor)


def _notes(ledger: Ledger, line: RelationLine) -> Iterator[tuple[dt.date, int]]:
    listed = ledger.list(CreditNote, first="CN#", last="CN#~", contract=line.contract)
    return ((one.booked_on, one.amount_cents) for one in listed if one.debtor == line.debtor)


def _open_on(ledger: Ledger, contract: ContractId | None) -> int:
    position = ledger.get(Position, contract=contract) if contract else None
    return position.balance(chart.RECEIVABLES) if position else 0
