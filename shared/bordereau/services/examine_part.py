"""From a part of a mail to a document that may be booked, or to its ruling.

In this order: who sent it, what the reader refused, who sells (sender *and* document must agree),
which contract, whether it is in the books already, what a person must confirm, what the rules
exclude, who owes. Nothing is written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bordereau.domain.books import CreditNote
from bordereau.domain.clause import has_clause, names_account
from bordereau.domain.eligibility import (
    CREDIT_NOTES,
    Document,
    Purpose,
    beyond_public_term,
    document_of,
    doubts,
    is_beyond_law,
    unfit,
)
from bordereau.domain.identifiers import PartyId, contract_id, invoice_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Alias, Contract, Debtor, DebtorKind, Sender
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.tables import Table
from bordereau.domain.work import Alert, OutcomeKind
from bordereau.ports import Wanted
from bordereau.services import register
from bordereau.services.contract_terms import terms_on
from bordereau.services.debtor_figures import OWN_ACCOUNTS
from bordereau.services.mail_cases import (
    Case,
    Desk,
    Missing,
    Ready,
    Ruling,
    ended,
    held_for,
    outcome_of,
    to_complete,
)
from bordereau.services.mail_release import VIRUS, release_key, released, sender_of
from bordereau.services.part_rulings import (
    contract_missing,
    credited,
    insolvent,
    known_credit_note,
    known_invoice,
    taken,
)

_OURS: Final = frozenset({"payee-is-other", "already-factored", "iban-foreign", "iban-spaces"})
"""What a reader finds odd in an invoice that, as it should, is to be paid to us."""

_IN_BOOKS: Final[Mapping[Purpose, tuple[type, str]]] = {
    Purpose.INVOICE: (Invoice, "invoice"),
    Purpose.CREDIT_NOTE: (CreditNote, "credit_note"),
}
"""What a document is in the books if it is there, and the field of its key."""

_SAID_ALREADY: Final = frozenset({"clause-missing", "clause-account-missing"})

NO_CLAUSE: Final = "clause-missing"
"""The invoice does not say that its claim was assigned."""

_WITHOUT_SELLER: Final = ("SCHEDULE", "PDF", "")
"""Kinds of file that name no seller: the sender alone says who sells."""


def look_ahead(desk: Desk, cases: Iterable[Case]) -> None:
    """Read at once what ``examine`` will ask of the books, as they stand now.

    What cannot be foreseen, ``examine`` reads by itself.
    """
    desk.known.forget(Table.LEDGER)
    desk.known.get_many(*filter(None, [_foreseen(desk, case) for case in cases]))


def _foreseen(desk: Desk, case: Case) -> Wanted | None:
    document = document_of(case.fields, is_confirmed=case.is_reviewed)
    kind = _IN_BOOKS.get(document.purpose) if isinstance(document, Document) else None
    if not isinstance(document, Document) or kind is None or not case.mail.sender.is_proven:
        return None
    seller = register.party_of_claim(desk.known, register.SELLER, case.claim.seller)
    if seller is None:
        address = case.mail.sender.address
        senders = register.sellers_of_sender(desk.known, address, desk.today)
        seller = senders[0].seller if senders else None
    if seller is None:
        return None
    record, name = kind
    identity = invoice_id(document.issued_on.year, document.number)
    return record, {"contract": contract_id(seller, document.currency), name: identity}


def examine(desk: Desk, case: Case) -> Ruling | Ready:
    """Return what may go on to the books, or the ruling of what may not."""
    if case.problems and all(one.severity is Severity.IGNORE for one in case.problems):
        return ended(desk, case, OutcomeKind.IGNORED, case.problems)
    senders = _senders(desk, case)
    if isinstance(senders, Ruling):
        return senders
    if case.confirmed.get("decision") == "refuse":
        return _refused_by_staff(desk, case)
    if refusals := _refusals(case):
        return ended(desk, case, OutcomeKind.REFUSED, refusals)
    seller = _seller(desk, case, senders)
    if isinstance(seller, Ruling):
        return seller
    document = document_of(case.fields, is_confirmed=case.is_reviewed)
    if not isinstance(document, Document):
        is_new_text = case.claim.syntax == "PDF" and not case.is_reviewed
        problems = _reviews(case) if is_new_text else ()
        return to_complete(desk, case, problems or document, seller=seller)
    return _in_contract(desk, case, document, seller)


def _senders(desk: Desk, case: Case) -> list[Sender] | Ruling:
    """Return for whom the proven sender may assign, or the quarantine of the part.

    An unproven mail is never released by listing its address: it proves nothing then either. A
    person may answer for it, and says for which seller.
    """
    evidence = case.mail.sender
    if not evidence.is_proven:
        release = released(desk.ledger, case.mail.mail_id)
        answered_for = sender_of(release, evidence.address) if release else None
        if answered_for is not None:
            return [answered_for]
        problem = Problem(evidence.doubt or "sender-not-proven", Severity.REVIEW)
        return _quarantined(desk, case, problem)
    senders = register.sellers_of_sender(desk.known, evidence.address, desk.today)
    if senders:
        return senders
    missing = Missing(f"sender:{evidence.address}", "staff-sender-unknown")
    problem = Problem("sender-unknown", Severity.REVIEW, facts={"sender": evidence.address})
    return held_for(desk, case, missing, problem, kind=OutcomeKind.QUARANTINED)


def _quarantined(desk: Desk, case: Case, problem: Problem) -> Ruling:
    evidence = case.mail.sender
    alert = Alert(
        object=f"mail:{case.mail.mail_id}",
        stage="quarantined",
        since_on=desk.today,
        severity="high",
        code="staff-mail-quarantined",
        facts={
            "sender": evidence.address or "?",
            "subject": evidence.subject,
            "reason": problem.code,
        },
    )
    lacks = "" if problem.code == VIRUS else release_key(case.mail.mail_id)
    outcome = outcome_of(desk, case, OutcomeKind.QUARANTINED, (problem,), lacks=lacks)
    return Ruling(outcome, alert=alert)


def _refused_by_staff(desk: Desk, case: Case) -> Ruling:
    """Return the ruling that a person made: the seller reads the reason, staff know it."""
    problem = Problem("refused-by-staff", facts={"reason": case.confirmed.get("reason", "")})
    return Ruling(outcome_of(desk, case, OutcomeKind.REFUSED, (problem,)))


def _refusals(case: Case) -> tuple[Problem, ...]:
    """Return why nothing can be made of the part, in the reader's words."""
    found = tuple(one for one in case.problems if one.severity is Severity.REFUSE)
    if not found and case.part.claim is None:
        return case.problems or (Problem("nothing-found", facts={"file": case.part.file}),)
    return found


def _seller(desk: Desk, case: Case, senders: list[Sender]) -> PartyId | Ruling:
    """Return who sells: the sender may assign for the seller that the document names."""
    allowed = [sender.seller for sender in senders]
    claim = case.claim.seller
    named = register.party_of_claim(desk.known, register.SELLER, claim)
    if named in allowed:
        assert named is not None, "a party that is allowed is a party"
        return named
    if named is not None or register.aliases_of(claim):
        return _mismatch(desk, case, allowed)
    chosen = PartyId(case.confirmed.get("seller", ""))
    if chosen in allowed:
        return chosen
    is_sender_enough = case.claim.syntax in _WITHOUT_SELLER or case.is_reviewed
    if len(allowed) == 1 and is_sender_enough:
        return allowed[0]
    only = allowed[0] if len(allowed) == 1 else None
    problem = Problem("seller-not-identified", Severity.REVIEW)
    return to_complete(desk, case, (problem, *_reviews(case)), seller=only)


def _mismatch(desk: Desk, case: Case, allowed: list[PartyId]) -> Ruling:
    sellers = [register.seller_of(desk.known, party) for party in allowed]
    names = ", ".join(seller.name for seller in sellers if seller)
    address = case.mail.sender.address
    missing = Missing(f"sender:{address}", "staff-seller-mismatch", {"expected": names})
    facts = {"seller": case.claim.seller.name, "sender": address}
    problem = Problem("seller-mismatch", Severity.REVIEW, facts=facts)
    return held_for(desk, case, missing, problem)


def _in_contract(desk: Desk, case: Case, document: Document, seller: PartyId) -> Ruling | Ready:
    identity = contract_id(seller, document.currency)
    contract = register.contract_of(desk.known, identity)
    if contract is None:
        known_seller = register.seller_of(desk.known, seller)
        name = known_seller.name if known_seller else seller
        return contract_missing(desk, case, identity, name)
    if (known := _known(desk, case, document, contract)) is not None:
        return known
    if unsold := _not_for_sale(desk, case, document, contract):
        return ended(desk, case, OutcomeKind.REFUSED, unsold)
    terms = terms_on(desk.known, contract.contract, desk.today)
    if terms is not None and terms.is_mandate:
        case = _without_clause(case)
    if excluded := unfit(document, terms, desk.today):
        return ended(desk, case, OutcomeKind.REFUSED, excluded)
    if not case.is_reviewed:
        reviews = _own_reviews(desk, case, contract)
        seen = {problem.code for problem in reviews}
        open_points = (*reviews, *(one for one in doubts(document) if one.code not in seen))
        if open_points:
            return to_complete(desk, case, open_points, seller=seller)
    return _with_debtor(desk, case, document, contract)


def _without_clause(case: Case) -> Case:
    """Return the case without what only an assignment needs: the claim stays the seller's."""
    claim = case.claim
    kept = tuple(one for one in claim.problems if one.code != NO_CLAUSE)
    part = dataclasses.replace(
        case.part,
        claim=dataclasses.replace(claim, problems=kept) if case.part.claim else None,
        problems=tuple(one for one in case.part.problems if one.code != NO_CLAUSE),
    )
    return dataclasses.replace(case, part=part)


def _known(desk: Desk, case: Case, document: Document, contract: Contract) -> Ruling | None:
    """Return the ruling of what the books hold already.

    What this very part became before a crash is what it is, whatever has changed since.
    """
    identity = invoice_id(document.issued_on.year, document.number)
    if document.purpose is Purpose.INVOICE:
        invoice = desk.known.get(Invoice, contract=contract.contract, invoice=identity)
        if invoice is None:
            return None
        if invoice.source == case.source:
            return taken(desk, case, invoice, _warnings(desk, case, contract), corrected=False)
        return known_invoice(desk, case, invoice, document)
    if document.purpose is Purpose.CREDIT_NOTE:
        note = desk.known.get(CreditNote, contract=contract.contract, credit_note=identity)
        if note is None:
            return None
        if note.source == case.source:
            return credited(desk, case, note, case.warnings)
        return known_credit_note(desk, case, note, document)
    return None


def _reviews(case: Case) -> tuple[Problem, ...]:
    return tuple(one for one in case.problems if one.severity is Severity.REVIEW)


def _own_reviews(desk: Desk, case: Case, contract: Contract) -> tuple[Problem, ...]:
    return tuple(_but_ours(desk, case, contract, Severity.REVIEW))


def _not_for_sale(
    desk: Desk, case: Case, document: Document, contract: Contract
) -> tuple[Problem, ...]:
    """Return why a document is sold to nobody; a credit note counts against us all the same."""
    if document.purpose is Purpose.CREDIT_NOTE:
        return ()
    return tuple(_but_ours(desk, case, contract, Severity.NOT_FOR_SALE))


def _but_ours(desk: Desk, case: Case, contract: Contract, severity: Severity) -> Iterator[Problem]:
    for problem in case.problems:
        if problem.severity is not severity:
            continue
        if problem.code in _OURS and _pays_us(desk, case, contract):
            continue
        yield problem


def _pays_us(desk: Desk, case: Case, contract: Contract) -> bool:
    """Return whether the document tells the debtor to pay to the contract's account or to us."""
    if any(account.iban == contract.account for account in case.claim.accounts):
        return True
    own = register.setting(desk.known, "firm/siren")
    return bool(own) and case.claim.payee.siren == own


def _warnings(desk: Desk, case: Case, contract: Contract) -> tuple[Problem, ...]:
    """Return what the reader warns of, and whether the debtor is told where to pay us."""
    own = {contract.account, *(_own_iban(desk, name) for name in OWN_ACCOUNTS)} - {""}
    ibans = {account.iban for account in case.claim.accounts if account.iban}
    if ibans & own:
        return case.warnings
    if ibans:
        return (*case.warnings, Problem("account-not-ours", Severity.WARN))
    if _has_notice_without(case, own):
        problem = Problem("clause-account-missing", Severity.WARN, where="BT-22")
        return (*case.warnings, problem)
    return case.warnings


def _own_iban(desk: Desk, name: str) -> str:
    return register.setting(desk.known, f"{name}.iban").replace(" ", "")


def _has_notice_without(case: Case, ibans: set[str]) -> bool:
    """Return whether the notice of assignment stands there and none of our accounts with it."""
    claim = case.claim
    is_silent = any(problem.code in _SAID_ALREADY for problem in case.problems)
    if is_silent or claim.syntax in {"SCHEDULE", ""} or claim.type_code in CREDIT_NOTES:
        return False
    texts = [*(note.text for note in claim.notes), claim.payment_terms, claim.text]
    return has_clause(texts) and not names_account(texts, ibans)


def _with_debtor(desk: Desk, case: Case, document: Document, contract: Contract) -> Ruling | Ready:
    debtor = _debtor(desk, case)
    warnings = _warnings(desk, case, contract)
    if document.purpose is not Purpose.INVOICE:
        return Ready(case, document, contract, debtor, case.warnings)
    if debtor is None:
        return debtor_unknown(desk, case, contract)
    if debtor.is_insolvent:
        return insolvent(desk, case, debtor.name)
    if debtor.is_blocked:
        missing = Missing(
            f"debtor:{debtor.party}",
            "staff-debtor-blocked",
            {"debtor": debtor.name},
            debtor=debtor.party,
        )
        problem = Problem("debtor-blocked", Severity.REVIEW, facts={"debtor": debtor.name})
        return held_for(desk, case, missing, problem)
    if not case.is_reviewed and _is_domestic(debtor):
        terms = terms_on(desk.known, contract.contract, desk.today)
        if is_beyond_law(document, terms):
            facts = {"due": str(document.due_on), "issued": document.issued_on.isoformat()}
            problem = Problem("term-beyond-law", Severity.REVIEW, facts=facts)
            return to_complete(desk, case, (problem,), seller=contract.seller)
    return Ready(case, document, contract, debtor, (*warnings, *_public_term(document, debtor)))


def _public_term(document: Document, debtor: Debtor) -> Iterator[Problem]:
    """Yield the warning about a public body's term of payment; a credit note has none."""
    if debtor.kind is DebtorKind.PUBLIC and document.purpose is not Purpose.CREDIT_NOTE:
        problem = beyond_public_term(document, debtor.body)
        yield from [problem] if problem else []


def _is_domestic(debtor: Debtor) -> bool:
    """Return whether a debtor is a firm in France, whose terms of payment the law bounds."""
    return debtor.kind is DebtorKind.COMPANY and debtor.address.country == "FR"


def _debtor(desk: Desk, case: Case) -> Debtor | None:
    chosen = case.confirmed.get("debtor")
    if not chosen:
        return desk.debtor_of(case.claim.buyer)
    alias = desk.known.get(Alias, role=register.DEBTOR, alias=chosen)
    return register.debtor_of(desk.known, alias.party) if alias else None


def debtor_unknown(desk: Desk, case: Case, contract: Contract) -> Ruling:
    """Return the ruling of a document on a debtor that staff must add, or must name.

    With an identifier it waits under the surest one; without, a person says who it is, and a
    consumer, who has none, is never bought.
    """
    buyer = case.claim.buyer
    aliases = register.aliases_of(buyer)
    name = buyer.name or case.fields["debtor"]
    if not aliases or case.confirmed.get("debtor"):
        problem = Problem("debtor-not-identified", Severity.REVIEW, facts={"debtor": name})
        return to_complete(
            desk, case, (problem, *_own_reviews(desk, case, contract)), seller=contract.seller
        )
    facts = {"debtor": name, "identifier": aliases[0].partition(":")[2]}
    missing = Missing(f"debtor:{aliases[0]}", "staff-debtor-unknown", facts)
    problem = Problem("debtor-unknown", Severity.REVIEW, facts={"debtor": name})
    return held_for(desk, case, missing, problem)
