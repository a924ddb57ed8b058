"""E2: bill what was assigned since the last statement, and other charges, once a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bordereau.domain import billing
from bordereau.domain.billing import Bill, Fee
from bordereau.domain.books import AdvanceStatement, Position
from bordereau.domain.charges import COLLECTION_FEE, PendingCharge
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import Contract
from bordereau.domain.terms import Terms, in_force
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on, vat_rate
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.journal_places import first_of_day
from bordereau.services.outcome import Outcome, already, done, refused


@dataclass(frozen=True, slots=True)
class Billing:
    """What is to be billed today.

    ``entries`` are those since the last statement; ``bill`` holds the charges whose VAT rate is
    known, ``missing`` the rates that lack (``vat/factoring_fee``). ``waits`` says that commissions
    wait for their rate, ``kept`` which other charges do; ``minimum_to`` is the last day whose
    annual minimum is settled with this bill.
    """

    entries: tuple[Entry, ...]
    bill: Bill
    missing: tuple[str, ...] = ()
    waits: bool = False
    kept: tuple[PendingCharge, ...] = ()
    minimum_to: dt.date | None = None

    @property
    def assignments(self) -> tuple[Entry, ...]:
        """The assignments among the entries that were not reversed since."""
        return billing.newly_assigned(self.entries)


def to_bill(ledger: Ledger, position: Position, terms: Terms, *, today: dt.date) -> Billing:
    """Return what the contract is to be billed; reads only entries up to the position's seq.

    A commission is priced by the terms of the day of its document, also when it had to wait.
    """
    entries = _entries(ledger, position, position.billed_seq + 1)
    rate = vat_rate(ledger, billing.FACTORING_FEE, today)
    dated = list(ledger.list(Terms, contract=position.contract))
    fees = billing.factoring_fees(entries, lambda day: in_force(dated, day) or terms, rate or 0)
    waits = bool(fees) and rate is None
    known = () if waits else fees
    owed, minimum_to = _minimum(ledger, position, known, today=today)
    charges, kept, missing = _charges(ledger, (*position.pending, *owed), today=today)
    if waits:
        missing = (f"vat/{billing.FACTORING_FEE}", *missing)
    if terms.is_mandate:
        collected, lacking = _collection(ledger, position, terms, today=today)
        charges, missing = [*collected, *charges], (*lacking, *missing)
    return Billing(entries, Bill((*known, *charges)), missing, waits, kept, minimum_to)


def _collection(
    ledger: Ledger, position: Position, terms: Terms, *, today: dt.date
) -> tuple[tuple[Fee, ...], tuple[str, ...]]:
    """Return a mandate's commission that is due, or the VAT rate for want of which it waits."""
    dated = list(ledger.list(Terms, contract=position.contract))
    if not any(one.factoring_rate_bps or one.factoring_minimum_cents for one in dated):
        return (), ()
    rate = vat_rate(ledger, COLLECTION_FEE, today)
    entries = _entries(ledger, position, 1)
    due = billing.collection_fees(entries, lambda day: in_force(dated, day) or terms, rate or 0)
    return (due, ()) if rate is not None or not due else ((), (f"vat/{COLLECTION_FEE}",))


def _entries(ledger: Ledger, position: Position, first: int) -> tuple[Entry, ...]:
    return tuple(
        ledger.list(
            Entry,
            first=f"E#{first:012d}",
            last=f"E#{position.seq:012d}",
            journal=contract_journal(position.contract),
        )
    )


def _charges(
    ledger: Ledger, pending: Iterable[PendingCharge], *, today: dt.date
) -> tuple[list[Fee], tuple[PendingCharge, ...], tuple[str, ...]]:
    """Split charges into those with a VAT rate today and those that wait for one."""
    fees: list[Fee] = []
    kept: list[PendingCharge] = []
    missing: list[str] = []
    for charge in pending:
        rate = vat_rate(ledger, charge.code, today)
        if charge.code == billing.FINANCING_FEE or rate is None:
            kept.append(charge)
            missing += [f"vat/{charge.code}"] if rate is None else []
        else:
            fees.append(Fee(charge.code, charge.net_cents, rate))
    return fees, tuple(kept), tuple(dict.fromkeys(missing))


def _minimum(
    ledger: Ledger, position: Position, fees: tuple[Fee, ...], *, today: dt.date
) -> tuple[list[PendingCharge], dt.date | None]:
    """Return the top-ups of the annual minimum that are due, and the day they settle."""
    contract = ledger.get(Contract, contract=position.contract)
    if contract is None:
        return [], position.minimum_to
    periods = billing.minimum_periods(
        contract.start_on, position.minimum_to, position.closed_on, today
    )
    owed = []
    for first, last in periods:
        terms = terms_on(ledger, position.contract, last)
        if terms is None or not terms.annual_minimum_cents:
            continue
        journal = contract_journal(position.contract)
        place = first_of_day(ledger, journal, first, last=position.seq)
        billed = billing.commissions_between(_entries(ledger, position, place), first, last)
        if position.opening is not None and first <= position.opening.on <= last:
            billed += position.opening.billed_cents
        if first <= today <= last:
            billed += sum(fee.amount_cents for fee in fees)
        lacking = billing.top_up(terms.annual_minimum_cents, (last - first).days + 1, billed)
        if lacking:
            owed.append(PendingCharge(billing.ANNUAL_MINIMUM, lacking, today))
    return owed, periods[-1][1] if periods else position.minimum_to


def bill_fees(ledger: Ledger, contract: ContractId, *, today: dt.date) -> Outcome:
    """Post E2 with VAT on its totals, and the row of the day's statement.

    A missing VAT rate is an alert, and the charge waits for the first day with one. A second call
    on the day finds the statement, or nothing new, and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, today)
        if position is None or terms is None:
            return already("nothing-to-bill", contract)
        if draft.read(AdvanceStatement, contract=contract, issued_on=today) is not None:
            return already("billed-today", contract)
        wanted = to_bill(ledger, position, terms, today=today)
        post_bill(draft, position, wanted, today=today)
        amounts = {"net": wanted.bill.net_cents, "vat": wanted.bill.vat_cents}
        return dataclasses.replace(done(contract, amounts=amounts), alerts=wanted.missing)

    return attempt(ledger, "bill-fees", decide)


def post_bill(
    draft: Draft, position: Position, wanted: Billing, *, today: dt.date
) -> AdvanceStatement | None:
    """Post the bill and write the day's statement row; without charges only the marks move on."""
    contract = position.contract
    marked = dataclasses.replace(
        position,
        billed_seq=position.billed_seq if wanted.waits else position.seq,
        pending=wanted.kept,
        minimum_to=wanted.minimum_to,
    )
    draft.write(marked)
    if not wanted.bill.fees:
        return None
    number = position.statement_count + 1
    entry = draft.post(contract, billing.posting_of(wanted.bill, f"S#{today}"), today=today)
    moved = draft.take(Position, contract=contract)
    draft.write(dataclasses.replace(moved, statement_count=number))
    row = _statement(position, wanted, number, entry.seq, today=today)
    draft.write(row)
    return row


def _statement(
    position: Position, wanted: Billing, number: int, fee_seq: int, *, today: dt.date
) -> AdvanceStatement:
    rates = [fee.vat_rate_bps for fee in wanted.bill.fees if fee.code == billing.FACTORING_FEE]
    return AdvanceStatement(
        contract=position.contract,
        issued_on=today,
        number=number,
        first_seq=position.billed_seq + 1,
        last_seq=position.billed_seq if wanted.waits else position.seq,
        fee_seq=fee_seq,
        fee_cents=wanted.bill.net_cents,
        vat_cents=wanted.bill.vat_cents,
        net_by_rate={str(rate): net for rate, net in wanted.bill.net_by_rate.items()},
        fee_vat_bps=rates[0] if rates else 0,
    )


def add_charge(
    ledger: Ledger,
    contract: ContractId,
    charge: PendingCharge,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Put a charge of the price list on the next statement.

    Each call is a charge of its own: a caller that may repeat itself writes its command ``also``.
    Refused: ``contract_not_in_force``.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        if position is None or terms_on(ledger, contract, today) is None:
            return refused("contract_not_in_force", contract)
        draft.write(dataclasses.replace(position, pending=(*position.pending, charge)))
        return finished(draft, done(contract, amounts={"net": charge.net_cents}), also)

    return attempt(ledger, "bill-fees", decide)
