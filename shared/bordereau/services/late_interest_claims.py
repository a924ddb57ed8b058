"""Late interest and the indemnity: the memo of an invoice, and what is received of it (E25)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import cash, chart, late_interest
from bordereau.domain.books import Position
from bordereau.domain.entries import Entry, contract_journal, credit
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.invoices import Invoice
from bordereau.domain.late_interest import NOTHING, Claim, Rates, semester_of
from bordereau.domain.parties import Rate
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_of
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.outcome import Outcome, done, refused
from bordereau.services.take_receipt import Taking, post_pair, reason_against, value_date

_PAYMENTS = ("E5", "E14")


def claim_of(ledger: Ledger, invoice: Invoice, *, is_public: bool) -> Claim:
    """Return what may be claimed on an invoice, less what was received; nothing while it is open.

    A payment counts on its own day: the receipt's booking day, or the day of the event where it
    comes from credits or went to the seller.
    """
    if invoice.state not in (InvoiceState.PAID, InvoiceState.CREDITED):
        return NOTHING
    rates = Rates(_by_semester(ledger, "ecb"), _by_semester(ledger, "legal"))
    claim = late_interest.claim_on(invoice, _payments(ledger, invoice), rates, is_public=is_public)
    interest = claim.interest_cents
    return dataclasses.replace(
        claim,
        interest_cents=None if interest is None else interest - invoice.interest_received_cents,
        indemnity_cents=claim.indemnity_cents - invoice.indemnity_received_cents,
    )


def _by_semester(ledger: Ledger, code: str) -> dict[str, int]:
    return {semester_of(rate.from_on): rate.value for rate in ledger.list(Rate, code=code)}


def _payments(ledger: Ledger, invoice: Invoice) -> list[tuple[dt.date, int]]:
    """Return (day, cents) of each payment of an invoice that nobody took back, from its entries."""
    found: dict[int, list[tuple[dt.date, int]]] = {}
    first, journal = f"E#{invoice.assigned_seq:012d}", contract_journal(invoice.contract)
    for entry in ledger.list(Entry, first=first, journal=journal):
        if entry.reverses is not None:
            found.pop(entry.reverses, None)
        elif entry.kind in _PAYMENTS and invoice.invoice in entry.documents:
            found[entry.seq] = _parts(entry, invoice)
    return [part for parts in found.values() for part in parts]


def _parts(entry: Entry, invoice: Invoice) -> list[tuple[dt.date, int]]:
    paid = sum(
        line.credit_cents
        for line in entry.lines
        if line.account == chart.RECEIVABLES and line.invoice == invoice.invoice
    )
    if entry.kind == "E14" or entry.paid_on is None:
        return [(entry.booked_on, paid)]
    by_credit = sum(
        line.debit_cents
        for line in entry.lines
        if line.account == chart.BANK_CLEARING and line.valued_on is None
    )
    parts = [(entry.paid_on, paid - by_credit), (entry.booked_on, by_credit)]
    return [(day, cents) for day, cents in parts if cents]


def book_interest(  # noqa: PLR0913 - what was received, on what, for whom
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    interest_cents: int,
    indemnity_cents: int,
    is_public: bool,
    today: dt.date,
    taking: Taking | None = None,
    also: Also | None = None,
) -> Outcome:
    """Book late interest and indemnity received (E25): income, or the seller's by its terms.

    ``taking`` is the receipt in which it lies. Refused: ``no_such_invoice``, ``over_claim`` (more
    than the memo, or a rate is missing), and what ``reason_against`` says of the receipt.
    """

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        known = draft.read(Invoice, contract=contract, invoice=invoice)
        if known is None or position is None:
            return refused("no_such_invoice", invoice)
        claim = claim_of(ledger, known, is_public=is_public)
        if interest_cents > (claim.interest_cents or 0) or indemnity_cents > claim.indemnity_cents:
            return refused("over_claim", invoice)
        total = interest_cents + indemnity_cents
        if total and (reason := reason_against(draft, position, total, taking)):
            return refused(reason, invoice)
        draft.write(
            dataclasses.replace(
                known,
                interest_received_cents=known.interest_received_cents + interest_cents,
                indemnity_received_cents=known.indemnity_received_cents + indemnity_cents,
                moved_on=True,
            )
        )
        if total:
            received = (invoice, interest_cents, indemnity_cents)
            _post(ledger, draft, position, received, taking, today=today)
        return finished(draft, done(invoice, amounts={"received": total}), also)

    return attempt(ledger, "late-interest", decide)


def _post(
    ledger: Ledger,
    draft: Draft,
    position: Position,
    received: tuple[InvoiceId, int, int],
    taking: Taking | None,
    *,
    today: dt.date,
) -> None:
    invoice, interest, indemnity = received
    terms = terms_of(ledger, position.contract, today)
    is_sellers = terms.late_interest_for == "SELLER"
    lines = (
        *credit(chart.SELLER_CURRENT if is_sellers else chart.LATE_INTEREST, interest),
        *credit(chart.SELLER_CURRENT if is_sellers else chart.INDEMNITY, indemnity),
    )
    total = interest + indemnity
    bank, contract = cash.recovered(total, (f"E25#{today}", invoice), kind="E25", lines=lines)
    if is_sellers:
        on = taking.key.booked_on if taking else today
        valued_on = value_date(ledger, position.contract, on)
        contract = dataclasses.replace(contract, valued_on=valued_on)
    post_pair(draft, position, (bank, contract), taking, today=today)
