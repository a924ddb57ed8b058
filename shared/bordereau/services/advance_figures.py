"""What the advance statement shows, gathered from the entries since the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bordereau.domain import billing, chart
from bordereau.domain.account_steps import moved, steps
from bordereau.domain.advance_hours import Hours, hours_until
from bordereau.domain.availability import Waterfall
from bordereau.domain.billing import Bill
from bordereau.domain.books import AdvanceStatement, CreditNote, PayOut, Position
from bordereau.domain.charges import COLLECTION_FEE
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.figures import (
    AdvanceStatementFigures,
    AssignedRow,
    CreditNoteRow,
    FeeLine,
    PayoutFigures,
    Step,
    StepCode,
    VatLine,
    masked_iban,
)
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import charge
from bordereau.domain.parties import Seller
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.firm import firm_of, seller_figures


@dataclass(frozen=True, slots=True)
class Issued:
    """Everything that a statement is made of, as its commit will write it.

    ``before`` is the position that was read, ``entries`` what happened since the last statement
    (with the bill that this one posts), ``available`` the waterfall before the pay-out.
    """

    before: Position
    terms: Terms
    seller: Seller
    number: int
    entries: tuple[Entry, ...]
    bill: Bill
    missing: tuple[str, ...]
    available: Waterfall
    payout: PayOut | None
    no_payout_code: str
    on: dt.date
    now: dt.datetime
    last_seq: int


def statement_number(number: int, on: dt.date) -> str:
    """Return the number of an advance statement as printed; gapless per contract.

    >>> statement_number(87, dt.date(2026, 11, 23))
    '2026-0087'
    """
    return f"{on.year}-{number:04d}"


def advance_figures(ledger: Ledger, issued: Issued) -> AdvanceStatementFigures:
    """Return the figures of a statement; they tie together or nothing is issued."""
    firm, names, payout = firm_of(ledger), DebtorNames(ledger), issued.payout
    opening = opening_available(ledger, issued.before)
    available = issued.available.available_cents
    return AdvanceStatementFigures(
        number=statement_number(issued.number, issued.on),
        contract=issued.before.contract,
        currency=issued.before.currency,
        issued_on=issued.on,
        factor=firm.party,
        seller=seller_figures(issued.seller),
        contact=firm.contact,
        opening_available_cents=opening,
        steps=_steps(issued, opening),
        available_cents=available,
        available_after_cents=available - (payout.amount_cents if payout else 0),
        rows=tuple(_rows(ledger, issued, names)),
        credit_notes=tuple(_credit_notes(ledger, issued, names)),
        fees=fee_lines(issued.bill, issued.terms),
        vat=vat_lines(issued.bill),
        payout=_payout(payout),
        no_payout_code=issued.no_payout_code,
        warnings=tuple(_warnings(ledger, issued)),
        collection_iban_masked=masked_iban(issued.before.account),
        advance_rate_bps=issued.terms.advance_rate_bps,
        first_seq=issued.before.stated_seq + 1,
        last_seq=issued.last_seq,
    )


def opening_available(ledger: Ledger, position: Position) -> int:
    """Return what the last statement left to draw, or what was taken on; else nothing yet."""
    if position.stated_on is None:
        return position.opening.available_cents if position.opening else 0
    last = ledger.get(AdvanceStatement, contract=position.contract, issued_on=position.stated_on)
    return last.available_cents if last else 0


def _steps(issued: Issued, opening: int) -> tuple[Step, ...]:
    """Return what changed the availability: the entries, then what a limit cuts now or no more."""
    found = steps(issued.entries)
    cut = opening + sum(found.values()) - issued.available.available_cents
    if cut:
        code = cut_code(issued.terms)
        found[code] = found.get(code, 0) - cut
    return tuple(Step(code, cents) for code, cents in found.items() if cents)


def cut_code(terms: Terms) -> StepCode:
    """Return what the difference that no entry makes is called: the limit that cuts."""
    return StepCode.CEILING if terms.concentration_bps is None else StepCode.CONCENTRATION


def _rows(ledger: Ledger, issued: Issued, names: DebtorNames) -> Iterator[AssignedRow]:
    fees = {fee.invoice: fee.amount_cents for fee in issued.bill.fees if fee.invoice}
    for entry in billing.newly_assigned(issued.entries):
        invoice = _invoice(ledger, issued, entry)
        after = entry.invoices[0]
        retained = moved(entry, chart.GUARANTEE_FUND)
        is_over = not after.approved_cents  # wholly over the line: no clock of an advance runs
        hours = Hours(None, None) if is_over else hours_until(invoice, issued.now)
        yield AssignedRow(
            number=invoice.number,
            debtor=names.of(invoice.debtor),
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            amount_cents=after.open_cents,
            approved_cents=after.approved_cents,
            unapproved_cents=after.open_cents - after.approved_cents,
            advance_cents=after.approved_cents - retained,
            retained_cents=retained,
            fee_cents=fees.get(invoice.invoice, 0),
            hours_from_receipt=hours.from_receipt,
            hours_from_completeness=hours.from_completeness,
        )


def _invoice(ledger: Ledger, issued: Issued, entry: Entry) -> Invoice:
    identity = entry.invoices[0].invoice
    found = ledger.get(Invoice, contract=issued.before.contract, invoice=identity)
    assert found is not None, "an assignment's entry and its invoice are one commit"
    return found


def _credit_notes(ledger: Ledger, issued: Issued, names: DebtorNames) -> Iterator[CreditNoteRow]:
    for note, amount in billing.credited_amounts(issued.entries).items():
        own = [entry for entry in issued.entries if entry.documents[:1] == (note,)]
        unapproved = -sum(moved(entry, chart.HOLD_UNAPPROVED) for entry in own)
        fund = -sum(moved(entry, chart.GUARANTEE_FUND) for entry in own)
        contract = issued.before.contract
        known = ledger.get(CreditNote, contract=contract, credit_note=InvoiceId(note))
        assert known is not None, "a credit note's entry and its row are one commit"
        on = (
            ledger.get(Invoice, contract=contract, invoice=known.invoice) if known.invoice else None
        )
        yield CreditNoteRow(
            number=known.number,
            debtor=names.of(known.debtor),
            issued_on=known.issued_on,
            amount_cents=amount,
            unapproved_cents=unapproved,
            current_cents=amount - unapproved - fund,
            fund_cents=fund,
            invoice_number=on.number if on else "",
        )


def fee_lines(bill: Bill, terms: Terms) -> tuple[FeeLine, ...]:
    """Return the charges of a bill: commissions as base x rate, the others each on its own."""
    own = [fee for fee in bill.fees if fee.code == billing.FACTORING_FEE]
    others = [fee for fee in bill.fees if fee.code != billing.FACTORING_FEE]
    lines = charge_lines((fee.code, fee.amount_cents) for fee in others)
    if own:
        bases = [(fee.base_cents, fee.amount_cents) for fee in own]
        lines.insert(0, commission_line(bases, terms))
    return tuple(lines)


def charge_lines(charges: Iterable[tuple[str, int]]) -> list[FeeLine]:
    """Return one line for each charge, and one for a mandate's commission on all invoices."""
    listed = list(charges)
    fees = [cents for code, cents in listed if code == COLLECTION_FEE]
    lines = [FeeLine(code, cents) for code, cents in listed if code != COLLECTION_FEE]
    if fees:
        lines.insert(0, FeeLine(COLLECTION_FEE, sum(fees), documents=len(fees)))
    return lines


def commission_line(fees: Sequence[tuple[int, int]], terms: Terms) -> FeeLine:
    """Return one line for commissions, given as base and amount, under one set of terms."""
    rate, minimum = terms.factoring_rate_bps, terms.factoring_minimum_cents
    return FeeLine(
        code=billing.FACTORING_FEE,
        amount_cents=sum(amount for _, amount in fees),
        base_cents=sum(base for base, _ in fees),
        rate_bps=rate,
        minimum_cents=minimum,
        documents=len(fees),
        at_minimum=sum(charge(base, rate) < minimum for base, _ in fees),
    )


def vat_lines(bill: Bill) -> tuple[VatLine, ...]:
    """Return VAT per rate on its total (R4)."""
    return tuple(VatLine(rate, net, charge(net, rate)) for rate, net in bill.net_by_rate.items())


def _payout(payout: PayOut | None) -> PayoutFigures | None:
    if payout is None:
        return None
    tail = payout.iban[-4:]
    return PayoutFigures(payout.end_to_end_id, payout.amount_cents, tail, payout.ordered_on)


def _warnings(ledger: Ledger, issued: Issued) -> Iterator[Problem]:
    for entry in billing.newly_assigned(issued.entries):
        invoice = _invoice(ledger, issued, entry)
        if not invoice.has_assignment_clause:
            yield Problem("clause-missing", Severity.WARN, invoice.number)
    if issued.missing:
        yield Problem("charges-wait", Severity.WARN)


def entries_since(ledger: Ledger, position: Position, first: int) -> tuple[Entry, ...]:
    """Return the entries of a contract from a number up to its position's."""
    return tuple(
        ledger.list(
            Entry,
            first=f"E#{first:012d}",
            last=f"E#{position.seq:012d}",
            journal=contract_journal(position.contract),
        )
    )
