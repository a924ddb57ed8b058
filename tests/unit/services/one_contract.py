"""Books with one contract, one debtor and one invoice, for the services of money."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import (
    Receipt,
)
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import AccountId, BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.parties import Contract
from bordereau.domain.terms import Terms
from bordereau.services import contract_terms, lines
from bordereau.services.apply_receipt import (
    ReceiptKey,
)
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_receipt import book_receipt
from bordereau.services.outcome import Outcome, Status

ACCOUNT = AccountId("FR7630006000011234567890189")
K = ContractId("siren:552081317/EUR")
NOBODY = ContractId("siren:732829320/EUR")
DEBTOR = PartyId("siren:356000000")
DAY = dt.date(2026, 2, 2)
NEXT = DAY + dt.timedelta(1)
F1 = InvoiceId("2026#F1")
NONE = InvoiceId("2026#F9")
R1 = ReceiptKey(ACCOUNT, DAY, "R1")


def terms(**facts: object) -> Terms:
    """Return the first terms of the contract."""
    return dataclasses.replace(Terms(K, dt.date(2026, 1, 1)), **facts)  # type: ignore[arg-type]


def books(*, line_cents: int = 500_000, **facts: object) -> MemoryLedger:
    """Return books with a contract, a line and F1 of 1 000.00."""
    ledger = MemoryLedger()
    contract = Contract(K, PartyId("siren:552081317"), "EUR", dt.date(2026, 1, 1), ACCOUNT)
    contract_terms.open_contract(ledger, contract, terms(**facts))
    line = RelationLine(DEBTOR, "EUR", K, limit_cents=line_cents)
    lines.set_line(ledger, line, today=DAY)
    assert assigned(ledger, "F1").status is Status.DONE
    return ledger


def document(number: str, cents: int = 100_000, **facts: object) -> Assignment:
    """Return an invoice as it is sent."""
    due_on = DAY + dt.timedelta(30)
    found = Assignment(DEBTOR, number, DAY, due_on, cents)
    return dataclasses.replace(found, **facts)  # type: ignore[arg-type]


def assigned(ledger: MemoryLedger, number: str, cents: int = 100_000, **facts: object) -> Outcome:
    """Assign one invoice in a batch of its own."""
    batch = BatchId(f"batch-{number}")
    return assign_invoices(ledger, K, batch, [document(number, cents, **facts)], today=DAY)[0]


def received(ledger: MemoryLedger, cents: int, ref: str = "R1") -> ReceiptKey:
    """Book a receipt of the debtor."""
    receipt = Receipt(ACCOUNT, DAY, ref, cents, cents, "EUR", DAY, DEBTOR)
    book_receipt(ledger, receipt, today=DAY)
    return ReceiptKey(ACCOUNT, DAY, ref)


Act = Callable[[MemoryLedger], Outcome]
