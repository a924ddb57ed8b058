"""From documents that may go on to the books: assignment, credit note, correction, and rulings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bordereau.domain.bank_calendar import advance_deadline
from bordereau.domain.books import CreditNote, FileHash, Fingerprint
from bordereau.domain.eligibility import Purpose
from bordereau.domain.identifiers import (
    BatchId,
    ContractId,
    PartyId,
    currency_of,
    fingerprint,
    invoice_id,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.work import OutcomeKind
from bordereau.ports import Ledger, Wanted
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_credit_note import CreditRequest, book_credit_note
from bordereau.services.correct_invoice import Correction, correct_invoice
from bordereau.services.examine_part import NO_CLAUSE, debtor_unknown
from bordereau.services.glance import Glance
from bordereau.services.lookalikes import Twin, twin_of
from bordereau.services.mail_cases import Desk, Ready, Ruling, ended, to_complete
from bordereau.services.outcome import Outcome, Status
from bordereau.services.part_rulings import (
    contract_closed,
    credited,
    elsewhere,
    insolvent,
    known_credit_note,
    known_invoice,
    line_missing,
    taken,
)


def book(desk: Desk, batch: BatchId, ready: Sequence[Ready]) -> list[Ruling]:
    """Book documents in their order, invoices before what refers to them; a ruling for each.

    Each use case is repeatable by itself; what this very part did before is found and answered as
    done.
    """
    rulings: list[Ruling] = []
    invoices = [one for one in ready if one.document.purpose is Purpose.INVOICE]
    for contract in dict.fromkeys(one.contract.contract for one in invoices):
        of_contract = [one for one in invoices if one.contract.contract == contract]
        rulings += _assign(desk, batch, contract, of_contract)
    for one in ready:
        if one.document.purpose is Purpose.CREDIT_NOTE:
            rulings.append(_credit(desk, one))
        elif one.document.purpose is Purpose.CORRECTION:
            rulings.append(_correct(desk, one))
    return rulings


def _assign(
    desk: Desk, batch: BatchId, contract: ContractId, ready: Sequence[Ready]
) -> list[Ruling]:
    rulings: list[Ruling] = []
    clear: list[tuple[Ready, Assignment]] = []
    books = Glance(desk.ledger)  # of this moment: another contract's lot may have been booked
    books.get_many(*(wanted for one in ready for wanted in _marks(one)))
    for one in ready:
        document = _assignment(desk, books, one)
        earlier = [assignment for _, assignment in clear]
        twin = None
        if not one.case.is_reviewed:
            twin = twin_of(books, contract, document, earlier)
        if twin is not None:
            rulings.append(_lookalike(desk, one, twin))
        else:
            clear.append((one, document))
    documents = [document for _, document in clear]
    outcomes = assign_invoices(desk.ledger, contract, batch, documents, today=desk.today)
    found = Glance(desk.ledger)
    found.get_many(*(_invoice(one) for one, _ in clear))
    for (one, _), outcome in zip(clear, outcomes, strict=True):
        rulings.append(_assigned(desk, found, one, outcome))
    return rulings


def _marks(ready: Ready) -> Iterator[Wanted]:
    """Yield the strong keys of a document, under which it may be in the books already."""
    yield FileHash, {"sha": ready.case.part.sha256}
    if not ready.case.is_reviewed:
        document = ready.document
        day = document.issued_on.isoformat()
        sha = fingerprint(_debtor(ready), document.number, day, document.amount_cents)
        yield Fingerprint, {"sha": sha}


def _debtor(ready: Ready) -> PartyId:
    assert ready.debtor is not None, "an invoice goes on with its debtor"
    return ready.debtor.party


def _invoice(ready: Ready) -> Wanted:
    identity = invoice_id(ready.document.issued_on.year, ready.document.number)
    return Invoice, {"contract": ready.contract.contract, "invoice": identity}


def _assignment(desk: Desk, books: Ledger, ready: Ready) -> Assignment:
    document, case = ready.document, ready.case
    assert document.due_on is not None, "an invoice goes on with its due date"
    complete_at = case.complete_at or desk.now
    return Assignment(
        debtor=_debtor(ready),
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        amount_cents=document.amount_cents,
        received_at=case.mail.received_at,
        complete_at=complete_at,
        deadline_at=advance_deadline(complete_at),
        has_assignment_clause=all(one.code != NO_CLAUSE for one in case.problems),
        order_reference=case.claim.order_reference,
        source=case.source,
        file_sha=_file_sha(books, ready),
    )


def _file_sha(books: Ledger, ready: Ready) -> str:
    """Return the file's hash, unless another contract of the same seller owns the file.

    A file may hold invoices in two currencies; the hash blocks other sellers only.
    """
    sha, contract = ready.case.part.sha256, ready.contract
    owner = books.get(FileHash, sha=sha) if sha else None
    is_own = owner is not None and owner.contract.rpartition("/")[0] == contract.seller
    return "" if is_own and owner and owner.contract != contract.contract else sha


def _lookalike(desk: Desk, ready: Ready, twin: Twin) -> Ruling:
    """Hold an invoice that looks like another; the seller is not told about another seller's."""
    contract, number = twin
    own = number if contract == ready.contract.contract else ready.document.number
    problem = Problem("lookalike", Severity.REVIEW, facts={"number": own})
    return to_complete(
        desk,
        ready.case,
        (problem, *ready.warnings),
        kind=OutcomeKind.HELD,
        seller=ready.contract.seller,
        looks_like=f"{number} ({contract})",
    )


def _assigned(desk: Desk, books: Ledger, ready: Ready, outcome: Outcome) -> Ruling:
    document, case = ready.document, ready.case
    if outcome.status in (Status.DONE, Status.ALREADY) or outcome.reason == "number_conflict":
        identity = invoice_id(document.issued_on.year, document.number)
        invoice = books.get(Invoice, contract=ready.contract.contract, invoice=identity)
        assert invoice is not None, "what is assigned or known is in the books"
        if invoice.source == case.source:
            return taken(desk, case, invoice, ready.warnings, corrected=False)
        return known_invoice(desk, case, invoice, document)
    if outcome.reason == "financed_elsewhere":
        return elsewhere(desk, ready)
    if outcome.reason == "not_notified":
        return line_missing(desk, ready)
    if outcome.reason == "debtor_insolvent":
        return insolvent(desk, case, ready.debtor.name if ready.debtor else "")
    return contract_closed(desk, ready)


def _credit(desk: Desk, ready: Ready) -> Ruling:
    document, case, contract = ready.document, ready.case, ready.contract
    found = _referenced(desk, ready)
    if (stopped := _doubtful_target(desk, ready, found)) is not None:
        return stopped
    invoice = found[0] if found else None
    if invoice is None and ready.debtor is None:
        return debtor_unknown(desk, case, contract)
    request = CreditRequest(
        contract=contract.contract,
        number=document.number,
        issued_on=document.issued_on,
        amount_cents=document.amount_cents,
        invoice=invoice.invoice if invoice else None,
        debtor=None if invoice else _party(ready),
        source=case.source,
    )
    outcome = book_credit_note(desk.ledger, request, today=desk.today)
    if outcome.reason == "contract_not_in_force":
        return contract_closed(desk, ready)
    identity = invoice_id(document.issued_on.year, document.number)
    booked = desk.ledger.get(CreditNote, contract=contract.contract, credit_note=identity)
    assert booked is not None, "with a contract and its invoice or debtor it is booked"
    if booked.source != case.source:
        return known_credit_note(desk, case, booked, document)
    wake_debtor(desk, contract.contract, booked.debtor)
    return credited(desk, case, booked, ready.warnings)


def _party(ready: Ready) -> PartyId | None:
    return ready.debtor.party if ready.debtor else None


def _correct(desk: Desk, ready: Ready) -> Ruling:
    document, case = ready.document, ready.case
    found = _referenced(desk, ready)
    if (stopped := _doubtful_target(desk, ready, found)) is not None:
        return stopped
    if not found:
        problem = Problem("correction-without-invoice", Severity.REVIEW)
        return to_complete(desk, case, (problem,), seller=ready.contract.seller)
    old = found[0]
    correction = Correction(
        *(old.contract, old.invoice, document.amount_cents, document.due_on),
        source=case.source,
        complete_at=case.complete_at or desk.now,
    )
    outcome = correct_invoice(desk.ledger, correction, today=desk.today)
    if outcome.is_refused:
        problem = Problem("correction-too-late", facts={"number": old.number})
        return ended(desk, case, OutcomeKind.REFUSED, (problem,))
    wake_debtor(desk, old.contract, old.debtor)
    invoice = desk.ledger.get(Invoice, contract=old.contract, invoice=old.invoice)
    assert invoice is not None, "a corrected invoice is in the books"
    return taken(desk, case, invoice, ready.warnings, corrected=True)


def _referenced(desk: Desk, ready: Ready) -> list[Invoice]:
    """Return the invoices of the contract that a document refers to, the latest year first.

    References carry no year: the document's own and the one before are tried. A correction that
    refers to nothing corrects the invoice of its own number.
    """
    document = ready.document
    references = document.preceding
    if not references and document.purpose is Purpose.CORRECTION:
        references = (document.number,)
    years = (document.issued_on.year, document.issued_on.year - 1)
    wanted = [invoice_id(year, reference) for reference in references for year in years]
    found: tuple[Invoice | None, ...] = desk.ledger.get_many(
        *((Invoice, {"contract": ready.contract.contract, "invoice": one}) for one in wanted)
    )
    return list({one.invoice: one for one in found if one is not None}.values())


def _doubtful_target(desk: Desk, ready: Ready, found: Sequence[Invoice]) -> Ruling | None:
    """Return the ruling of a document that refers to several invoices or to another debtor's.

    A person who confirmed the document has settled it: the first reference counts.
    """
    if ready.case.is_reviewed:
        return None
    problem = None
    if len(found) > 1:
        numbers = ", ".join(invoice.number for invoice in found)
        problem = Problem("several-invoices-meant", Severity.REVIEW, facts={"numbers": numbers})
    elif found and ready.debtor is not None and found[0].debtor != ready.debtor.party:
        facts = {"number": found[0].number, "debtor": ready.debtor.name}
        problem = Problem("invoice-of-other-debtor", Severity.REVIEW, facts=facts)
    if problem is None:
        return None
    return to_complete(desk, ready.case, (problem,), seller=ready.contract.seller)


def wake_debtor(desk: Desk, contract: ContractId, debtor: PartyId) -> None:
    """Tell that room may have come free on a debtor; what is lost is found in ``todo``."""
    message = {"debtor": debtor, "currency": currency_of(contract), "on": desk.today.isoformat()}
    desk.queue.send("update_reserves", message)


def in_order(ready: Sequence[Ready]) -> list[Ready]:
    """Return documents in the order of a batch: date of issue, number, then as they came."""
    return sorted(ready, key=lambda one: one.order)
