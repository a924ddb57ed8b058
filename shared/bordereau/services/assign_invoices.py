"""E1: assign the invoices of one batch, within the debtor's line; E30 under a mandate."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bordereau.domain import invoices
from bordereau.domain.advance_hours import with_clock
from bordereau.domain.books import Batch, ContractStatus, FileHash, Fingerprint, Position
from bordereau.domain.guarantee_lines import FactorLine, Lines, LineStatus, RelationLine
from bordereau.domain.identifiers import (
    BatchId,
    ContractId,
    PartyId,
    currency_of,
    fingerprint,
    invoice_id,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import DOCUMENTS_MAX
from bordereau.domain.terms import Terms
from bordereau.ports import Ledger, Wanted
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Draft, attempt
from bordereau.services.fund_withheld import post_approval
from bordereau.services.lines import move_lines, read_lines
from bordereau.services.outcome import Outcome, already, done, held, refused


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is assigned: an invoice whose debtor is known. Amount including VAT, in cents.

    ``checks_double_financing`` is off in stories alone, where several contracts may hold the same
    invoice on purpose: the block is a matter of eligibility (I6).
    """

    debtor: PartyId
    number: str
    issued_on: dt.date
    due_on: dt.date
    amount_cents: int
    received_at: dt.datetime | None = None
    complete_at: dt.datetime | None = None
    deadline_at: dt.datetime | None = None
    has_assignment_clause: bool = True
    order_reference: str = ""
    source: str = ""
    file_sha: str = ""
    checks_double_financing: bool = True


def assign_invoices(
    ledger: Ledger,
    contract: ContractId,
    batch: BatchId,
    documents: Sequence[Assignment],
    *,
    today: dt.date,
) -> list[Outcome]:
    """Assign documents in their order; one outcome each, in the same order.

    Refused: ``duplicate`` (same facts), ``number_conflict`` (other facts), ``financed_elsewhere``,
    ``contract_not_in_force``, ``debtor_insolvent``; held: ``not_notified`` (no line yet). Done
    carries ``approved`` and ``amount``. A second call finds the invoices and answers ``duplicate``.
    """
    outcomes: list[Outcome] = []
    for chunk in _chunks(documents):

        def decide(draft: Draft, chunk: Sequence[Assignment] = chunk) -> list[Outcome]:
            return _Batch(ledger, draft, contract, batch, today).assign(chunk)

        outcomes += attempt(ledger, "assign-invoices", decide)
    return outcomes


def _chunks(documents: Sequence[Assignment]) -> Iterator[Sequence[Assignment]]:
    """Cut the documents so that each commit keeps its counted items within the limit."""
    chunk: list[Assignment] = []
    for document in documents:
        if len(chunk) == DOCUMENTS_MAX:
            yield chunk
            chunk = []
        chunk.append(document)
    if chunk:
        yield chunk


class _Batch:
    """The decision on one commit of a batch."""

    def __init__(
        self,
        ledger: Ledger,
        draft: Draft,
        contract: ContractId,
        batch: BatchId,
        today: dt.date,
    ) -> None:
        self._draft, self._contract, self._batch, self._today = draft, contract, batch, today
        self._position = draft.read(Position, contract=contract)  # first: it guards the rest
        self._terms = terms_on(ledger, contract, today)
        self._raised: dict[PartyId, int] = {}

    def assign(self, documents: Sequence[Assignment]) -> list[Outcome]:
        self._draft.fetch(*self._wanted(documents))
        outcomes = [self._one(document) for document in documents]
        for debtor, cents in self._raised.items():
            line = self._draft.take(FactorLine, debtor=debtor, currency=currency_of(self._contract))
            self._draft.require(line, "avail_cents", ">=", cents)
            self._draft.require(line, "waiting_cents", "=", 0)
            self._draft.require(line, "status", "=", LineStatus.ACTIVE)
        return outcomes

    def _wanted(self, documents: Sequence[Assignment]) -> Iterator[Wanted]:
        """Yield what the decision reads, distinct or not, to be read at once."""
        yield Batch, {"contract": self._contract, "batch": self._batch}
        currency = currency_of(self._contract)
        for document in documents:
            identity = invoice_id(document.issued_on.year, document.number)
            line = {"debtor": document.debtor, "currency": currency}
            yield Invoice, {"contract": self._contract, "invoice": identity}
            yield FactorLine, line
            yield RelationLine, {**line, "contract": self._contract}
            if document.file_sha:
                yield FileHash, {"sha": document.file_sha}
            if document.checks_double_financing:
                yield Fingerprint, {"sha": self._fingerprint(document).sha}

    def _one(self, document: Assignment) -> Outcome:
        identity = invoice_id(document.issued_on.year, document.number)
        known = self._draft.read(Invoice, contract=self._contract, invoice=identity)
        if known is not None:
            return self._known(known, document)
        if document.file_sha and not self._is_own_file(document.file_sha):
            return refused("financed_elsewhere", identity)
        mark = self._fingerprint(document)
        if document.checks_double_financing and self._is_financed(mark):
            return refused("financed_elsewhere", identity)
        if self._terms is None or self._position is None or not self._is_active():
            return refused("contract_not_in_force", identity)
        if self._is_insolvent(document.debtor):
            return refused("debtor_insolvent", identity)
        lines = read_lines(self._draft, self._contract, document.debtor)
        if lines is None and not self._terms.is_mandate:
            return held("not_notified", identity)
        if document.checks_double_financing:
            self._draft.write(mark)
        if document.file_sha:
            self._draft.write(FileHash(document.file_sha, self._contract))
        return self._write(document, self._terms, lines, mark)

    def _is_active(self) -> bool:
        assert self._position is not None, "asked only of a contract that exists"
        return self._position.status is ContractStatus.ACTIVE

    def _is_insolvent(self, debtor: PartyId) -> bool:
        currency = currency_of(self._contract)
        line = self._draft.read(FactorLine, debtor=debtor, currency=currency)
        return line is not None and line.status is LineStatus.INSOLVENT

    def _known(self, known: Invoice, document: Assignment) -> Outcome:
        facts = (document.debtor, document.issued_on, document.due_on, document.amount_cents)
        if (known.debtor, known.issued_on, known.due_on, known.amount_cents) == facts:
            return already("duplicate", known.invoice)
        return refused("number_conflict", known.invoice)

    def _is_own_file(self, sha: str) -> bool:
        owner = self._draft.read(FileHash, sha=sha)
        return owner is None or owner.contract == self._contract

    def _is_financed(self, mark: Fingerprint) -> bool:
        return self._draft.read(Fingerprint, sha=mark.sha) is not None

    def _fingerprint(self, document: Assignment) -> Fingerprint:
        sha = fingerprint(
            document.debtor,
            document.number,
            document.issued_on.isoformat(),
            document.amount_cents,
        )
        identity = invoice_id(document.issued_on.year, document.number)
        return Fingerprint(sha, self._contract, identity)

    def _write(
        self, document: Assignment, terms: Terms, lines: Lines | None, mark: Fingerprint
    ) -> Outcome:
        place = self._place(document.amount_cents)
        blank = new_invoice(
            document, terms, contract=self._contract, batch=place, today=self._today
        )
        is_bought = lines is not None and not terms.is_mandate
        room = lines.newcomer_room(self._today) if lines is not None and is_bought else 0
        approved = min(document.amount_cents, room)
        if document.checks_double_financing:
            blank = dataclasses.replace(blank, fingerprint=mark.sha)
        invoice = with_clock(invoices.approve(blank, approved), document.complete_at)
        invoice = post_approval(
            self._draft,
            invoice.opening_event,
            None,
            invoice,
            terms=terms,
            documents=(invoice.invoice, self._batch),
            today=self._today,
        )
        self._draft.write(invoice)
        move_lines(self._draft, None, invoice, today=self._today)
        if approved:
            self._raised[invoice.debtor] = self._raised.get(invoice.debtor, 0) + approved
        return done(invoice.invoice, amounts={"amount": invoice.amount_cents, "approved": approved})

    def _place(self, amount_cents: int) -> Batch:
        """Return the batch with one more document; a new one takes the next place of its day."""
        batch = self._draft.read(Batch, contract=self._contract, batch=self._batch)
        if batch is None:
            position = self._draft.take(Position, contract=self._contract)
            count = position.batch_count if position.batch_day == self._today else 0
            self._draft.write(
                dataclasses.replace(position, batch_day=self._today, batch_count=count + 1)
            )
            batch = Batch(self._contract, self._batch, self._today, count + 1)
        batch = dataclasses.replace(
            batch,
            invoice_count=batch.invoice_count + 1,
            amount_cents=batch.amount_cents + amount_cents,
        )
        self._draft.write(batch)
        return batch


def new_invoice(
    document: Assignment, terms: Terms, *, contract: ContractId, batch: Batch, today: dt.date
) -> Invoice:
    """Return an invoice as it is assigned, nothing of it approved yet."""
    return Invoice(
        contract=contract,
        invoice=invoice_id(document.issued_on.year, document.number),
        number=document.number,
        debtor=document.debtor,
        issued_on=document.issued_on,
        due_on=document.due_on,
        amount_cents=document.amount_cents,
        open_cents=document.amount_cents,
        approved_cents=0,
        financed_basis_cents=0,
        retained_cents=0,
        assigned_on=today,
        batch=batch.batch,
        place=batch.place,
        advance_rate_bps=terms.advance_rate_bps,
        fund_method=terms.fund_method,
        recourse_days=terms.recourse_days,
        late_interest=terms.late_interest,
        late_interest_rate_bps=terms.late_interest_rate_bps,
        received_at=document.received_at,
        complete_at=document.complete_at,
        deadline_at=None if terms.is_mandate else document.deadline_at,
        is_mandate=terms.is_mandate,
        has_assignment_clause=document.has_assignment_clause,
        source=document.source,
        order_reference=document.order_reference,
    )
