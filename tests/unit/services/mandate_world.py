"""A firm with a contract of collection only beside one that buys, on the same debtors."""

from __future__ import annotations

import datetime as dt
from functools import partial

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import Position, Receipt
from bordereau.domain.chart import BANK_CLEARING
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import AccountId, BatchId, InvoiceId, PartyId, contract_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, Rate
from bordereau.domain.terms import ContractKind, Terms
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_receipt import book_receipt
from bordereau.services.contract_terms import open_contract
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import set_line
from bordereau.services.outcome import Outcome, Status

ACCOUNT = AccountId("FR7630006000011234567890189")
SELLER, OTHER = PartyId("siren:552081317"), PartyId("siren:732829320")
M, F = contract_id(SELLER, "EUR"), contract_id(OTHER, "EUR")
DEBTORS = (PartyId("siren:356000000"), PartyId("vat:DE136695976"))
DAY = dt.date(2026, 1, 5)


def mandate_terms(**facts: object) -> Terms:
    """Terms of a contract of collection only."""
    return Terms(M, DAY, advance_rate_bps=0, kind=ContractKind.MANDATE, **facts)  # type: ignore[arg-type]


def mandated() -> MemoryLedger:
    """Two contracts: ``M`` collects, ``F`` buys, with lines on both debtors."""
    ledger = MemoryLedger()
    open_contract(ledger, Contract(M, SELLER, "EUR", DAY, ACCOUNT), mandate_terms())
    terms = Terms(F, DAY, factoring_rate_bps=120, tolerance_cents=100)
    open_contract(ledger, Contract(F, OTHER, "EUR", DAY, ACCOUNT), terms)
    for debtor in DEBTORS:
        set_line(ledger, RelationLine(debtor, "EUR", F, limit_cents=500_000), today=DAY)
    for code in ("factoring_fee", "ancillary"):
        rate = Rate(f"vat/{code}", DAY, 2_000)
        attempt(ledger, "set-rate", partial(Draft.write, record=rate))
    return ledger


def registered(
    ledger: MemoryLedger, number: str, cents: int = 100_000, *, on: dt.date = DAY, debtor: int = 0
) -> InvoiceId:
    """Register an invoice under the mandate."""
    document = Assignment(DEBTORS[debtor], number, on, on + dt.timedelta(30), cents)
    (outcome,) = assign_invoices(ledger, M, BatchId(f"b-{number}"), [document], today=on)
    assert outcome.status is Status.DONE, outcome
    return InvoiceId(outcome.ids[0])


def received(ledger: MemoryLedger, ref: str, cents: int, *, on: dt.date = DAY) -> Outcome:
    """Book a receipt of the first debtor."""
    receipt = Receipt(ACCOUNT, on, ref, cents, cents, "EUR", on, DEBTORS[0])
    return book_receipt(ledger, receipt, today=on)


def invoice(ledger: MemoryLedger, identity: InvoiceId) -> Invoice:
    """Return an invoice under the mandate as it stands."""
    found = ledger.get(Invoice, contract=M, invoice=identity)
    assert found is not None
    return found


def balances(ledger: MemoryLedger) -> dict[str, int]:
    """The balances of the mandate's contract, debit-positive, but for clearing."""
    position = ledger.get(Position, contract=M)
    assert position is not None
    return {code: cents for code, cents in position.balances.items() if code != BANK_CLEARING}
