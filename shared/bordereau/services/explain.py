"""Explain what a contract may draw at the end of any day, down to the entries (handbook 2.5).

Reads only, through the port: the journal is folded, so that the answer of a past day never changes,
whatever was booked since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bordereau.domain import chart, concentration
from bordereau.domain.availability import StepCode, waterfall
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.explanation import ACCOUNTS, Explanation, Share, shares, steps_of
from bordereau.domain.identifiers import ContractId, seller_in
from bordereau.domain.parties import Contract, ContractListing
from bordereau.domain.past import entries_until, open_invoices_after, position_after
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on


def explain(
    ledger: Ledger, contract: ContractId, *, on: dt.date, seq: int | None = None
) -> Explanation | None:
    """Return the waterfall at the end of a day; ``None`` before the contract's first terms.

    With ``seq`` it is that of the day as it stood after this entry, as a statement was cut.
    """
    position = ledger.get(Position, contract=contract)
    terms = terms_on(ledger, contract, on)
    if position is None or terms is None:
        return None
    entries = entries_of(ledger, contract, on=on)
    if seq is not None:
        entries = entries[:seq]
    past = position_after(position, entries)
    held = concentration.holds(open_invoices_after(entries), terms)
    found = waterfall(past, terms, concentration_cents=sum(one.cents for one in held))
    return Explanation(
        contract=contract,
        currency=position.currency,
        on=on,
        seq=past.seq,
        terms_revision=terms.revision,
        steps=steps_of(entries, found, held),
    )


def entries_of(ledger: Ledger, contract: ContractId, *, on: dt.date) -> tuple[Entry, ...]:
    """Return a contract's entries until the end of a day."""
    return entries_until(ledger.list(Entry, journal=contract_journal(contract)), on)


def amount_of(entries: Sequence[Entry], name: str) -> tuple[Share, ...]:
    """Return what makes an amount: a line of the waterfall, or the balance of an account.

    Signed as statements show it: what is owed to the seller, or earned, is positive.
    """
    if name in chart.CHART:
        return shares(entries, (name,), chart.signed(name, 1))
    code = StepCode(name)
    return shares(entries, ACCOUNTS[code], -1 if code is StepCode.CURRENT else 1)


def contracts_named(ledger: Ledger, text: str) -> list[ContractId]:
    """Return the contracts that a person may mean: id, line of the sheet, or its party's number."""
    listed = [listing.contract for listing in ledger.list(ContractListing)]
    if text in listed:
        return [ContractId(text)]
    number = text.replace(" ", "")
    found = []
    for contract in listed:
        known = ledger.get(Contract, contract=contract)
        party = seller_in(contract)
        if number in (party, party.split(":", 1)[1]) or (known and known.line_ref == text):
            found.append(contract)
    return found
