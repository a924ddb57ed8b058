"""E28 of one charge per event: net and VAT by their opposites, once (handbook domain 2.6)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import billing, chart
from bordereau.domain.books import AdvanceStatement, Position
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.identifiers import ContractId
from bordereau.ports import Ledger
from bordereau.services.advance_figures import entries_since
from bordereau.services.contract_terms import vat_rate
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, already, done, refused


def reverse_charge(
    ledger: Ledger,
    contract: ContractId,
    seq: int,
    code: str,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Undo a charge that the entry E2 ``seq`` booked under a code; the first that still stands.

    VAT given back is the difference to the statement's total at its rate (settled reading 7). When
    all charges of that code are undone it answers ``already``. Refused: ``no_such_entry`` (or it
    holds no such charge), ``vat_changed`` (the day's rate is not the statement's any more).
    """
    documents = (f"{contract_journal(contract)}#{seq}", code)

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        entry = ledger.get(Entry, journal=contract_journal(contract), seq=seq)
        if position is None or entry is None or entry.kind != "E2":
            return refused("no_such_entry", contract)
        charges = [cents for name, cents in billing.charges_in(entry) if name == code]
        if not charges:
            return refused("no_such_entry", contract)
        later = entries_since(ledger, position, seq + 1)
        undone = sum(one.kind == "E28" and one.documents == documents for one in later)
        if undone >= len(charges):
            return already("reversed", contract)
        issued_on = dt.date.fromisoformat(entry.documents[0].removeprefix("S#"))
        row = draft.take(AdvanceStatement, contract=contract, issued_on=issued_on)
        rate = vat_rate(ledger, code, issued_on)
        if rate is None or row.net_by_rate.get(str(rate), 0) < charges[undone]:
            return refused("vat_changed", contract)
        posting, net = billing.fee_reversal(
            charges[undone],
            row.net_by_rate,
            documents,
            vat_rate_bps=rate,
            account=chart.ANCILLARY,
        )
        posted = draft.post(contract, posting, today=today)
        draft.write(dataclasses.replace(row, net_by_rate=net))
        amounts = {"net": charges[undone]}
        return finished(draft, done(f"{contract}#{posted.seq}", amounts=amounts), also)

    return attempt(ledger, "reverse-entry", decide)
