"""E28: a corrected invoice (type 384): all of the old one is reversed, the new one booked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from bordereau.domain import billing, invoice_life, invoices
from bordereau.domain.advance_hours import with_clock
from bordereau.domain.books import AdvanceStatement, Fingerprint, Position
from bordereau.domain.entries import Entry, contract_journal, reversal_of
from bordereau.domain.guarantee_lines import FactorLine, LineStatus
from bordereau.domain.identifiers import ContractId, InvoiceId, currency_of, fingerprint
from bordereau.domain.invoices import Invoice
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Draft, attempt
from bordereau.services.fund_withheld import change_pool, post_approval
from bordereau.services.lines import move_lines, read_lines
from bordereau.services.outcome import Outcome, already, done, refused


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected facts of an invoice that keeps its number.

    ``source`` is the part of a mail that it came with: what was corrected by it once is not
    corrected by it again, even if another correction came between. ``is_new`` says that the caller
    knows it for a document of its own: the same facts are booked again then, and not taken for the
    same document that comes a second time. ``complete_at`` is when it lacked nothing: it starts the
    clock of an invoice that was wholly over the line before.
    """

    contract: ContractId
    invoice: InvoiceId
    amount_cents: int
    due_on: dt.date | None = None
    is_new: bool = False
    source: str = ""
    complete_at: dt.datetime | None = None


def correct_invoice(ledger: Ledger, correction: Correction, *, today: dt.date) -> Outcome:
    """Reverse assignment, promotions and fee of an invoice and assign the corrected one.

    The new invoice keeps its place in the order and what was approved; more is approved only if
    nobody waits (settled reading 7). Refused: ``no_such_invoice``, ``contract_not_in_force``,
    ``moved_on`` (after any event but a promotion). The same source or the same facts again answer
    ``duplicate``; the invoice remembers every source.
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=correction.contract)
        old = draft.read(Invoice, contract=correction.contract, invoice=correction.invoice)
        if old is None:
            return refused("no_such_invoice", correction.invoice)
        if correction.source and correction.source in old.corrected_by:
            return already("duplicate", correction.invoice)
        due_on = correction.due_on or old.due_on
        is_same = (old.amount_cents, old.due_on) == (correction.amount_cents, due_on)
        if is_same and not correction.is_new:
            draft.write(_remembering(old, correction))
            return already("duplicate", correction.invoice)
        terms = terms_on(ledger, correction.contract, today)
        if terms is None:
            return refused("contract_not_in_force", correction.invoice)
        if old.moved_on or not old.is_open or _fund_is_short(draft, old):
            return refused("moved_on", correction.invoice)
        _reverse(ledger, draft, old, today=today)
        old = _remembering(old, correction)
        return _assign_again(draft, old, correction, due_on, terms, today=today)

    return attempt(ledger, "correct-invoice", decide)


def _remembering(old: Invoice, correction: Correction) -> Invoice:
    if not correction.source:
        return old
    return dataclasses.replace(old, corrected_by=(*old.corrected_by, correction.source))


def _fund_is_short(draft: Draft, old: Invoice) -> bool:
    """A fund on outstanding that holds less than the invoice added cannot give it back."""
    position = draft.take(Position, contract=old.contract)
    return position.fund_pool_cents < old.withheld_cents


def _reverse(ledger: Ledger, draft: Draft, old: Invoice, *, today: dt.date) -> None:
    """Reverse what the old invoice booked, the last entry first, and its fee if it was billed."""
    documents = (old.invoice, "384")
    for seq in reversed(old.opening_seqs):
        entry = draft.take(Entry, journal=contract_journal(old.contract), seq=seq)
        draft.post(old.contract, reversal_of(entry, documents), today=today)
    if old.withheld_cents:
        change_pool(draft, old, -old.withheld_cents)
    billed = _billed(ledger, old)
    if billed is None:
        return
    statement, fee = billed
    current = draft.take(AdvanceStatement, contract=old.contract, issued_on=statement.issued_on)
    posting, net = billing.fee_reversal(
        fee,
        current.net_by_rate,
        documents,
        invoice=old.invoice,
        vat_rate_bps=current.fee_vat_bps,
    )
    draft.post(old.contract, posting, today=today)
    draft.write(dataclasses.replace(current, net_by_rate=net))


def _billed(ledger: Ledger, invoice: Invoice) -> tuple[AdvanceStatement, int] | None:
    """Return the statement that billed an invoice and the fee; ``None`` while it is not billed."""
    statements = ledger.list(
        AdvanceStatement, first=f"S#{invoice.assigned_on}", last="S#9", contract=invoice.contract
    )
    for statement in statements:
        if statement.fee_seq is None or statement.last_seq < invoice.assigned_seq:
            continue
        journal = contract_journal(invoice.contract)
        entry = ledger.get(Entry, journal=journal, seq=statement.fee_seq)
        fee = billing.fee_in(entry, invoice.invoice) if entry else 0
        return (statement, fee) if fee else None
    return None


def _assign_again(
    draft: Draft,
    old: Invoice,
    correction: Correction,
    due_on: dt.date,
    terms: Terms,
    *,
    today: dt.date,
) -> Outcome:
    amount_cents = correction.amount_cents
    blank = dataclasses.replace(
        old,
        due_on=due_on,
        amount_cents=amount_cents,
        open_cents=amount_cents,
        approved_cents=0,
        financed_basis_cents=0,
        retained_cents=0,
        advance_rate_bps=terms.advance_rate_bps,
        fund_method=terms.fund_method,
        recourse_days=terms.recourse_days,
        late_interest=terms.late_interest,
        late_interest_rate_bps=terms.late_interest_rate_bps,
        withheld_cents=0,
        assigned_seq=0,
        opening_seqs=(),
        fingerprint=_fingerprint(old, amount_cents),
    )
    approved = _approved_again(draft, old, amount_cents, today=today)
    invoice = with_clock(invoices.approve(blank, approved), correction.complete_at)
    invoice_life.check("E28", old.state, invoice.state)
    mark = Fingerprint(invoice.fingerprint, old.contract, old.invoice)
    if draft.read(Fingerprint, sha=mark.sha) is None:
        draft.write(mark)
    invoice = post_approval(
        draft,
        invoice.opening_event,
        None,
        invoice,
        terms=terms,
        documents=(invoice.invoice, "384"),
        today=today,
    )
    draft.write(invoice)
    move_lines(draft, old, invoice, today=today)
    return done(invoice.invoice, amounts={"amount": amount_cents, "approved": approved})


def _fingerprint(old: Invoice, amount_cents: int) -> str:
    return fingerprint(old.debtor, old.number, old.issued_on.isoformat(), amount_cents)


def _approved_again(draft: Draft, old: Invoice, amount_cents: int, *, today: dt.date) -> int:
    """Return what of the corrected amount is approved: as before, more only if nobody waits."""
    if old.is_mandate:
        return 0
    lines = read_lines(draft, old.contract, old.debtor)
    assert lines is not None, "an assigned invoice has a relation line"
    kept = min(old.approved_cents, amount_cents)
    if lines.relation.status is LineStatus.INSOLVENT:  # nobody waits, and nothing more is approved
        return kept
    freed = lines.moved(approved=-old.approved_cents, waiting=-old.waiting_cents, today=today)
    more = max(0, min(amount_cents, freed.newcomer_room(today)) - kept)
    raised = kept + more - old.approved_cents
    if raised > 0:
        line = draft.take(FactorLine, debtor=old.debtor, currency=currency_of(old.contract))
        draft.require(line, "avail_cents", ">=", raised)
        draft.require(line, "status", "=", "active")
    return kept + more
