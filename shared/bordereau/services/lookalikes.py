"""Lookalikes of an invoice: what a person sees before money moves (handbook: reliability 3.2).

Two weak keys: same debtor, amount and date of issue; same debtor, year and number in another
contract. The strong keys (fingerprint, file hash) are the assignment's own. Rows are put after the
assignment, so one may be missing for a moment after a crash; a repetition puts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bordereau.domain.books import Fingerprint, SameNumber, SoftDuplicate
from bordereau.domain.identifiers import (
    ContractId,
    PartyId,
    currency_of,
    fingerprint,
    invoice_id,
    normalised_number,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.shape import DOCUMENTS_MAX
from bordereau.ports import Ledger
from bordereau.services.assign_invoices import Assignment
from bordereau.services.draft import Draft, attempt

Twin = tuple[ContractId, str]
"""Contract and number of the invoice that it looks like."""


def twin_of(
    ledger: Ledger, contract: ContractId, document: Assignment, among: Iterable[Assignment] = ()
) -> Twin | None:
    """Return what a document that is about to be assigned looks like, or ``None``.

    ``among`` are the documents of the same contract that go before it. The very same invoice
    (same fingerprint) is no lookalike: the assignment answers for it.
    """
    mark = fingerprint(
        document.debtor, document.number, document.issued_on.isoformat(), document.amount_cents
    )
    if ledger.get(Fingerprint, sha=mark) is not None:
        return None
    return next(_twins(ledger, contract, document, among), None)


def _twins(
    ledger: Ledger, contract: ContractId, document: Assignment, among: Iterable[Assignment]
) -> Iterator[Twin]:
    own = normalised_number(document.number)
    facts = (document.debtor, document.amount_cents, document.issued_on)
    for other in among:
        same_facts = (other.debtor, other.amount_cents, other.issued_on) == facts
        if same_facts and normalised_number(other.number) != own:
            yield contract, other.number
    prefix = f"{document.amount_cents}#{document.issued_on}#"
    for row in ledger.list(SoftDuplicate, first=prefix, last=prefix + "~", debtor=document.debtor):
        is_itself = row.contract == contract and normalised_number(row.number) == own
        if not is_itself and currency_of(row.contract) == currency_of(contract):
            yield row.contract, row.number
    yield from _same_numbers(ledger, contract, document.debtor, document)


def _same_numbers(
    ledger: Ledger, contract: ContractId, debtor: PartyId, document: Assignment
) -> Iterator[Twin]:
    prefix = f"N#{invoice_id(document.issued_on.year, document.number)}#"
    for row in ledger.list(SameNumber, first=prefix, last=prefix + "~", debtor=debtor):
        if row.contract != contract and currency_of(row.contract) == currency_of(contract):
            yield row.contract, document.number


def note_invoices(ledger: Ledger, taken: Sequence[Invoice]) -> None:
    """Put both keys of assigned invoices; a second call writes the same."""
    rest = iter(taken)
    while chunk := tuple(islice(rest, DOCUMENTS_MAX)):

        def decide(draft: Draft, chunk: tuple[Invoice, ...] = chunk) -> None:
            for invoice in chunk:
                draft.write(_by_facts(invoice))
                draft.write(SameNumber(invoice.debtor, invoice.invoice, invoice.contract))

        attempt(ledger, "note-lookalike", decide)


def _by_facts(invoice: Invoice) -> SoftDuplicate:
    return SoftDuplicate(
        invoice.debtor, invoice.amount_cents, invoice.issued_on, invoice.contract, invoice.number
    )
