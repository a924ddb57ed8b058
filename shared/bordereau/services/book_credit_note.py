"""E9 and E10: a credit note on an open invoice, or what the debtor will deduct later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordereau.domain import cash, invoices
from bordereau.domain.books import BankHead, CreditNote, DebtorCredit, Position
from bordereau.domain.identifiers import (
    ContractId,
    InvoiceId,
    PartyId,
    currency_of,
    invoice_id,
)
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, already, done, refused


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """A credit note as read; either ``invoice`` or, for one we do not hold, ``debtor``."""

    contract: ContractId
    number: str
    issued_on: dt.date
    amount_cents: int
    invoice: InvoiceId | None = None
    debtor: PartyId | None = None
    source: str = ""


def book_credit_note(
    ledger: Ledger, request: CreditRequest, *, today: dt.date, also: Also | None = None
) -> Outcome:
    """Book a credit note: on the invoice as far as it is open (E9), the rest is E10.

    Refused: ``number_conflict`` (same number, other facts), ``no_such_invoice``. A second call with
    the same facts answers ``duplicate`` and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        identity = invoice_id(request.issued_on.year, request.number)
        position = draft.read(Position, contract=request.contract)
        known = draft.read(CreditNote, contract=request.contract, credit_note=identity)
        if known is not None:
            return _known(known, request)
        invoice = _invoice_of(draft, request)
        if request.invoice is not None and invoice is None:
            return refused("no_such_invoice", identity)
        if position is None or terms_on(ledger, request.contract, today) is None:
            return refused("contract_not_in_force", identity)
        outcome = _book(draft, request, identity, invoice, today=today)
        return finished(draft, outcome, also)

    return attempt(ledger, "credit-note", decide)


def _invoice_of(draft: Draft, request: CreditRequest) -> Invoice | None:
    if request.invoice is None:
        return None
    return draft.read(Invoice, contract=request.contract, invoice=request.invoice)


def _known(known: CreditNote, request: CreditRequest) -> Outcome:
    same_target = known.invoice == request.invoice and (
        request.debtor is None or known.debtor == request.debtor
    )
    if same_target and known.amount_cents == request.amount_cents:
        return already("duplicate", known.credit_note)
    return refused("number_conflict", known.credit_note)


def _book(
    draft: Draft,
    request: CreditRequest,
    identity: InvoiceId,
    invoice: Invoice | None,
    *,
    today: dt.date,
) -> Outcome:
    debtor = invoice.debtor if invoice else request.debtor
    assert debtor is not None, "a credit note names an invoice or a debtor"
    on_invoice = min(request.amount_cents, invoice.open_cents) if invoice else 0
    to_debtor = request.amount_cents - on_invoice
    seqs: list[int] = []
    if invoice is not None and on_invoice:
        seqs.append(_on_invoice(draft, invoice, identity, on_invoice, today=today))
    if to_debtor:
        seqs.append(_to_debtor(draft, request, identity, debtor, cents=to_debtor, today=today))
    draft.write(
        CreditNote(
            contract=request.contract,
            credit_note=identity,
            number=request.number,
            debtor=debtor,
            amount_cents=request.amount_cents,
            issued_on=request.issued_on,
            booked_on=today,
            invoice=request.invoice,
            on_invoice_cents=on_invoice,
            to_debtor_cents=to_debtor,
            seqs=tuple(seqs),
            source=request.source,
        )
    )
    return done(identity, amounts={"on_invoice": on_invoice, "to_debtor": to_debtor})


def _on_invoice(
    draft: Draft, before: Invoice, identity: InvoiceId, cents: int, *, today: dt.date
) -> int:
    after = invoices.credit_note(before, cents, on=today)
    posting = invoices.posting("E9", before, after, documents=(identity, before.invoice))
    entry = draft.post(before.contract, posting, today=today)
    draft.write(after)
    move_lines(draft, before, after, today=today)
    return entry.seq


def _to_debtor(
    draft: Draft,
    request: CreditRequest,
    identity: InvoiceId,
    debtor: PartyId,
    *,
    cents: int,
    today: dt.date,
) -> int:
    position = draft.take(Position, contract=request.contract)
    currency = currency_of(request.contract)
    if draft.read(BankHead, account=position.account) is None:
        draft.write(BankHead(position.account, currency))
    bank, seller = cash.credit_to_debtor(cents, (identity,), debtor=debtor)
    draft.post_bank(position.account, bank, today=today)
    entry = draft.post(request.contract, seller, today=today)
    draft.write(
        DebtorCredit(
            debtor=debtor,
            credit=f"{request.contract}#{identity}",
            account=position.account,
            currency=currency,
            since_on=today,
            amount_cents=cents,
            left_cents=cents,
        )
    )
    return entry.seq
