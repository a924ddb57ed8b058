"""The rulings on a part of a mail that the books decide: taken, known already, held for a line."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain.books import CreditNote, FileHash, Fingerprint
from bordereau.domain.eligibility import Document, money_fact
from bordereau.domain.identifiers import (
    ContractId,
    currency_of,
    fingerprint,
    normalised_number,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.work import OutcomeKind
from bordereau.ports import civil_date
from bordereau.services import register
from bordereau.services.mail_cases import (
    Case,
    Desk,
    Missing,
    Ready,
    Ruling,
    alert_of,
    ended,
    held_for,
    outcome_of,
    with_books,
)


def taken(
    desk: Desk, case: Case, invoice: Invoice, warnings: tuple[Problem, ...], *, corrected: bool
) -> Ruling:
    """Return the ruling of an invoice that is in the books, as it stands there."""
    debtor = register.debtor_of(desk.known, invoice.debtor)
    name = debtor.name if debtor else case.fields["debtor"]
    kind = OutcomeKind.CORRECTED if corrected else _approval(invoice)
    problems = warnings
    if invoice.unapproved_cents:
        over = Problem("line-exceeded", Severity.WARN, facts={"debtor": name})
        problems = (over, *warnings)
    ruling = Ruling(
        outcome_of(desk, case, kind, problems, contract=invoice.contract), invoice=invoice
    )
    return with_books(
        ruling,
        invoice=invoice.invoice,
        number=invoice.number,
        debtor=invoice.debtor,
        debtor_name=name,
        amount_cents=invoice.amount_cents,
        approved_cents=invoice.approved_cents,
        advance_cents=invoice.opened_cents,
        currency=currency_of(invoice.contract),
        deadline_at=invoice.deadline_at,
    )


def _approval(invoice: Invoice) -> OutcomeKind:
    if invoice.is_mandate:
        return OutcomeKind.REGISTERED
    if invoice.unapproved_cents == 0:
        return OutcomeKind.ASSIGNED
    return OutcomeKind.PARTLY_APPROVED if invoice.approved_cents else OutcomeKind.OVER_LINE


def credited(
    desk: Desk, case: Case, booked: CreditNote, warnings: tuple[Problem, ...] = ()
) -> Ruling:
    """Return the ruling of a credit note that is in the books."""
    debtor = register.debtor_of(desk.known, booked.debtor)
    problems = warnings
    if booked.to_debtor_cents:
        amount = money_fact(booked.to_debtor_cents, currency_of(booked.contract))
        rest = Problem("credit-note-beyond-open", Severity.WARN, facts={"amount": amount})
        problems = (rest, *warnings)
    outcome = outcome_of(desk, case, OutcomeKind.CREDITED, problems, contract=booked.contract)
    return with_books(
        Ruling(outcome),
        invoice=booked.invoice,
        debtor=booked.debtor,
        debtor_name=debtor.name if debtor else outcome.debtor_name,
        amount_cents=booked.amount_cents,
    )


def known_invoice(desk: Desk, case: Case, known: Invoice, document: Document) -> Ruling:
    """Return the ruling of an invoice whose number is in the books from another mail or part.

    The same facts: a duplicate, with the day on which the first one came. Other facts: refused, and
    staff are told, because one of the two is wrong.
    """
    debtor = desk.debtor_of(case.claim.buyer)
    same = (
        document.issued_on == known.issued_on
        and document.amount_cents == known.amount_cents
        and document.due_on in (None, known.due_on)
        and (debtor is None or debtor.party == known.debtor)
    )
    if same:
        day = civil_date(known.received_at) if known.received_at else known.assigned_on
        return duplicate(desk, case, day)
    return conflict(desk, case)


def known_credit_note(desk: Desk, case: Case, known: CreditNote, document: Document) -> Ruling:
    """Return the ruling of a credit note whose number is in the books: known, or of other facts."""
    debtor = desk.debtor_of(case.claim.buyer)
    same = (
        document.amount_cents == known.amount_cents
        and document.issued_on == known.issued_on
        and (debtor is None or debtor.party == known.debtor)
        and _means(document, known)
    )
    return duplicate(desk, case, known.booked_on) if same else conflict(desk, case)


def _means(document: Document, known: CreditNote) -> bool:
    """Return whether a credit note refers to the invoice that it was booked on, or to none."""
    meant = {normalised_number(reference) for reference in document.preceding}
    if not meant or known.invoice is None:
        return True
    return known.invoice.partition("#")[2] in meant


def duplicate(desk: Desk, case: Case, day: dt.date) -> Ruling:
    """Return the ruling of something that came before, on ``day``."""
    problem = Problem("already-registered", Severity.IGNORE, facts={"day": day.isoformat()})
    return ended(desk, case, OutcomeKind.DUPLICATE, (problem,))


def conflict(desk: Desk, case: Case) -> Ruling:
    """Return the ruling of a number that is in the books with other facts."""
    problem = Problem("registered-with-other-content", facts={"number": case.fields["number"]})
    alert = alert_of(desk, case, "refused", problem, severity="high")
    return ended(desk, case, OutcomeKind.REFUSED, (problem,), alert=alert)


def elsewhere(desk: Desk, ready: Ready) -> Ruling:
    """Return the ruling of what another seller had financed: refused without naming that seller.

    Staff are told who, in an alert of their own.
    """
    told = Problem("registered-elsewhere")
    owner = _owner(desk, ready)
    shown = Problem("financed-elsewhere", facts={"contract": owner or ""})
    alert = alert_of(desk, ready.case, "refused", shown, severity="high")
    alert = dataclasses.replace(alert, code=shown.code)
    return ended(desk, ready.case, OutcomeKind.REFUSED, (told,), alert=alert)


def _owner(desk: Desk, ready: Ready) -> ContractId | None:
    assert ready.debtor is not None, "only an invoice with a debtor is financed elsewhere"
    document = ready.document
    sha = fingerprint(
        ready.debtor.party,
        document.number,
        document.issued_on.isoformat(),
        document.amount_cents,
    )
    mark, file = desk.ledger.get_many(
        (Fingerprint, {"sha": sha}), (FileHash, {"sha": ready.case.part.sha256})
    )
    found: Fingerprint | FileHash | None = mark or file
    return found.contract if found else None


def contract_missing(desk: Desk, case: Case, contract: ContractId, seller_name: str) -> Ruling:
    """Return the ruling of a document in a currency for which the seller has no contract."""
    currency = currency_of(contract)
    missing = Missing(
        f"contract:{contract}",
        "staff-contract-missing",
        {"currency": currency, "seller": seller_name},
        contract=contract,
    )
    problem = Problem("contract-missing", Severity.REVIEW, facts={"currency": currency})
    return held_for(desk, case, missing, problem)


def contract_closed(desk: Desk, ready: Ready) -> Ruling:
    """Return the ruling of a document for a contract that takes on nothing now."""
    contract = ready.contract.contract
    missing = Missing(f"contract:{contract}", "staff-contract-suspended", contract=contract)
    return held_for(desk, ready.case, missing, Problem("contract-suspended", Severity.REVIEW))


def line_missing(desk: Desk, ready: Ready) -> Ruling:
    """Return the ruling of an invoice whose relation has no line, so no notice either."""
    assert ready.debtor is not None, "a line is missing on a known debtor"
    contract, debtor = ready.contract.contract, ready.debtor
    missing = Missing(
        f"line:{contract}|{debtor.party}",
        "staff-line-missing",
        {"debtor": debtor.name},
        contract=contract,
        debtor=debtor.party,
    )
    problem = Problem("line-missing", Severity.REVIEW, facts={"debtor": debtor.name})
    return held_for(desk, ready.case, missing, problem)


def insolvent(desk: Desk, case: Case, debtor_name: str) -> Ruling:
    """Return the ruling of an invoice on a debtor in insolvency."""
    problem = Problem("debtor-insolvent", facts={"debtor": debtor_name})
    return ended(desk, case, OutcomeKind.REFUSED, (problem,))
