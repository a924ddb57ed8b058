"""E2: bill the commission on what was assigned since the last statement, once a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from bordereau.domain import billing
from bordereau.domain.billing import Bill
from bordereau.domain.books import AdvanceStatement, Position
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.identifiers import ContractId
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on, vat_rate
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, Status, already, done


@dataclass(frozen=True, slots=True)
class Billing:
    """What is to be billed: the assignments since the last statement, and the bill on them.

    ``bill`` is ``None`` when the VAT rate is missing; ``missing_rate`` then names it.
    """

    assignments: tuple[Entry, ...]
    bill: Bill | None
    missing_rate: str = ""


def to_bill(ledger: Ledger, position: Position, terms: Terms, *, today: dt.date) -> Billing:
    """Return what the contract is to be billed; reads only entries up to the position's seq."""
    entries = ledger.list(
        Entry,
        first=f"E#{position.billed_seq + 1:012d}",
        last=f"E#{position.seq:012d}",
        journal=contract_journal(position.contract),
    )
    assignments = billing.newly_assigned(entries)
    fees = billing.factoring_fees(assignments, terms)
    if not fees:
        return Billing(assignments, billing.bill((), 0))
    rate = vat_rate(ledger, billing.FACTORING_FEE, today)
    if rate is None:
        return Billing(assignments, None, f"vat/{billing.FACTORING_FEE}")
    return Billing(assignments, billing.bill(fees, rate))


def bill_fees(ledger: Ledger, contract: ContractId, *, today: dt.date) -> Outcome:
    """Post E2 with VAT on its total, and the row of the day's statement.

    A missing VAT rate is an alert, and the charge waits for the first day with one. A second call
    on the day finds the statement, or nothing new, and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, today)
        if position is None or terms is None or position.billed_seq == position.seq:
            return already("nothing-to-bill", contract)
        if draft.read(AdvanceStatement, contract=contract, issued_on=today) is not None:
            return already("billed-today", contract)
        wanted = to_bill(ledger, position, terms, today=today)
        if wanted.bill is None:
            return Outcome(Status.HELD, "rate_missing", alerts=(wanted.missing_rate,))
        post_bill(draft, position, wanted.bill, today=today)
        return done(contract, amounts={"net": wanted.bill.net_cents, "vat": wanted.bill.vat_cents})

    return attempt(ledger, "bill-fees", decide)


def post_bill(
    draft: Draft, position: Position, charged: Bill, *, today: dt.date
) -> AdvanceStatement | None:
    """Post the bill and write the day's statement row; without fees only the mark moves on."""
    contract = position.contract
    if not charged.fees:
        draft.write(dataclasses.replace(position, billed_seq=position.seq))
        return None
    number = position.statement_count + 1
    statement = f"S#{today}"
    entry = draft.post(contract, billing.posting_of(charged, statement), today=today)
    moved = draft.take(Position, contract=contract)
    draft.write(dataclasses.replace(moved, billed_seq=position.seq, statement_count=number))
    row = AdvanceStatement(
        contract=contract,
        issued_on=today,
        number=number,
        first_seq=position.billed_seq + 1,
        last_seq=position.seq,
        fee_seq=entry.seq,
        fee_cents=charged.net_cents,
        vat_cents=charged.vat_cents,
        net_by_rate={str(charged.vat_rate_bps): charged.net_cents},
    )
    draft.write(row)
    return row
