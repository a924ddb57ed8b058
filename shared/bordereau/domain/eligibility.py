"""What may be bought: pure rules over what a document says (handbook: domain 2.2).

Rules that need the register (who sells, who owes, the contract, the line, duplicates) are in
``services``; here is what can be told from the document, the terms and the day. Facts of problems
are neutral (ISO dates, ``1234.50 EUR``): the texts of a language write them out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain.claims import InvoiceClaim
from bordereau.domain.identifiers import normalised_number
from bordereau.domain.money import format_amount, parse_amount
from bordereau.domain.parties import PublicBody
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.terms import Terms, latest_due, lawful_due

CREDIT_NOTES: Final = frozenset({"261", "262", "381", "396", "502", "503"})
"""Credit notes by their code (BT-3, UNTDID 1001)."""

INVOICES: Final = frozenset({"380", "389", "393", "501", "386", "500", "384", "471", "472", "473"})
"""Invoices by their code, deposits and corrections among them."""

DEPOSITS: Final = frozenset({"386", "500"})
CORRECTION: Final = "384"
ORDINARY: Final = "380"
NUMBER_MAX: Final = 100

FIELDS: Final = (
    "number",
    "issued_on",
    "due_on",
    "amount",
    "currency",
    "type_code",
    "debtor",
    "preceding",
)
"""What a person may confirm of a document (``work.ToComplete``)."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Purpose(StrEnum):
    """What a document is for."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose fields are complete; amount payable in cents of its currency.

    ``due_on`` is there for invoices; ``preceding`` are the numbers of invoices it refers to.
    """

    purpose: Purpose
    number: str
    issued_on: dt.date
    due_on: dt.date | None
    currency: str
    amount_cents: int
    type_code: str = ORDINARY
    preceding: tuple[str, ...] = ()


def fields_of(claim: InvoiceClaim, confirmed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a document as texts: what a person confirmed, else what was read.

    Of several due dates the last counts (the earlier ones earn a discount).
    """
    read = {
        "number": claim.number,
        "issued_on": claim.issue_date,
        "due_on": max(claim.due_dates, default=""),
        "amount": claim.payable or claim.gross,
        "currency": claim.currency,
        "type_code": claim.type_code,
        "debtor": claim.buyer.name,
        "preceding": ", ".join(claim.preceding),
    }
    return read | {name: confirmed[name] for name in FIELDS if confirmed.get(name)}


def document_of(fields: Mapping[str, str], *, is_confirmed: bool) -> Document | tuple[Problem, ...]:
    """Return the document, or what lacks for a person to fill in (``review``).

    A person's confirmation of a text without a code means an ordinary invoice in euros.

    >>> document_of({"number": "FA-1"}, is_confirmed=False)[0].code
    'issue-date-missing'
    """
    type_code = fields.get("type_code") or (ORDINARY if is_confirmed else "")
    currency = fields.get("currency") or ("EUR" if is_confirmed else "")
    issued_on, due_on = day_of(fields.get("issued_on", "")), day_of(fields.get("due_on", ""))
    cents = parse_amount(fields.get("amount", ""))
    lacking = tuple(_lacking(fields, type_code, currency))
    if lacking or issued_on is None or cents is None:
        return lacking
    purpose = _purpose(type_code)
    references = (part.strip() for part in fields.get("preceding", "").split(","))
    return Document(
        purpose=purpose,
        number=fields["number"].strip(),
        issued_on=issued_on,
        due_on=due_on,
        currency=currency,
        amount_cents=abs(cents) if is_confirmed and purpose is Purpose.CREDIT_NOTE else cents,
        type_code=type_code,
        preceding=tuple(part for part in references if part),
    )


def _lacking(fields: Mapping[str, str], type_code: str, currency: str) -> Iterator[Problem]:
    review = Severity.REVIEW
    number = fields.get("number", "")
    if not normalised_number(number):
        yield Problem("number-missing", review)
    elif len(number) > NUMBER_MAX:
        yield Problem("number-too-long", review, facts={"length": str(len(number))})
    if day_of(fields.get("issued_on", "")) is None:
        yield Problem("issue-date-missing", review)
    if type_code not in CREDIT_NOTES and day_of(fields.get("due_on", "")) is None:
        yield Problem("due-date-missing", review)
    if parse_amount(fields.get("amount", "")) is None:
        yield Problem("payable-missing", review)
    if not _CURRENCY.fullmatch(currency):
        yield Problem("currency-missing", review)
    if type_code not in CREDIT_NOTES | INVOICES:
        yield Problem("type-missing", review)


def _purpose(type_code: str) -> Purpose:
    if type_code in CREDIT_NOTES:
        return Purpose.CREDIT_NOTE
    return Purpose.CORRECTION if type_code == CORRECTION else Purpose.INVOICE


def day_of(text: str) -> dt.date | None:
    """Return an ISO date, or ``None`` for any other text.

    >>> day_of("2026-02-30"), day_of("2026-02-28")
    (None, datetime.date(2026, 2, 28))
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def money_fact(cents: int, currency: str) -> str:
    """Return an amount as a fact of a problem.

    >>> money_fact(-51111, "EUR")
    '-511.11 EUR'
    """
    return f"{format_amount(cents)} {currency}"


def unfit(document: Document, terms: Terms | None, today: dt.date) -> tuple[Problem, ...]:
    """Return why a document cannot be taken at all; nothing a person confirms changes it.

    The total is positive (below zero, a credit note is only doubtful). An invoice is due after its
    issue and within the contract's longest term (``maximum_term_days``); unless it is a correction
    it is not overdue. Under a mandate it may be: nothing is bought.
    """
    return tuple(_unfit(document, terms, today))


def _unfit(document: Document, terms: Terms | None, today: dt.date) -> Iterator[Problem]:
    is_credit_note = document.purpose is Purpose.CREDIT_NOTE
    if document.amount_cents == 0 or (document.amount_cents < 0 and not is_credit_note):
        amount = money_fact(document.amount_cents, document.currency)
        yield Problem("total-not-positive", facts={"amount": amount})
    due_on = document.due_on
    if is_credit_note or due_on is None:
        return
    facts = {"due": due_on.isoformat(), "issued": document.issued_on.isoformat()}
    if due_on < document.issued_on:
        yield Problem("due-before-issue", facts=facts)
    elif terms is not None and terms.is_mandate:
        return
    elif document.purpose is Purpose.INVOICE and due_on < today:
        yield Problem("already-overdue", facts={"day": due_on.isoformat()})
    longest = terms.maximum_term_days if terms else None
    if terms is None or longest is None:
        return
    if due_on > latest_due(document.issued_on, longest, terms.term_count):
        yield Problem("term-beyond-maximum", facts={"days": str(longest)})


def is_beyond_law(document: Document, terms: Terms | None) -> bool:
    """Return whether an invoice between firms in France is due later than L441-10 allows.

    A person may confirm it (the law has exceptions); contracts of export are not asked.
    """
    if document.due_on is None or (terms is not None and terms.is_export):
        return False
    return document.due_on > lawful_due(document.issued_on)


def beyond_public_term(document: Document, body: PublicBody) -> Problem | None:
    """Return a warning where an invoice to a public body is due later than the law lets it pay.

    ``due > issued + 30, 50 or 60 days`` (Code de la commande publique R2192-10 and R2192-11;
    handbook domain 3.2). The term runs from receipt, never before issue and mostly the same day:
    so it is a warning, and the invoice is bought.

    >>> invoice = Document(Purpose.INVOICE, "FA-1", dt.date(2026, 3, 1), dt.date(2026, 4, 15),
    ...                    "EUR", 100_00)
    >>> beyond_public_term(invoice, PublicBody.ADMINISTRATION).facts["days"]
    '30'
    >>> beyond_public_term(invoice, PublicBody.HEALTH) is None
    True
    """
    days = body.payment_days
    if document.due_on is None or document.due_on <= latest_due(document.issued_on, days):
        return None
    facts = {
        "due": document.due_on.isoformat(),
        "issued": document.issued_on.isoformat(),
        "days": str(days),
    }
    return Problem("public-term-beyond-law", Severity.WARN, facts=facts)


def doubts(document: Document) -> tuple[Problem, ...]:
    """Return what a person must confirm before the document is bought."""
    if document.type_code in DEPOSITS:
        return (Problem("deposit-invoice", Severity.REVIEW),)
    if document.amount_cents < 0:
        amount = money_fact(document.amount_cents, document.currency)
        return (Problem("credit-note-negative", Severity.REVIEW, facts={"amount": amount}),)
    return ()
