"""A portfolio of an old system, as its snapshot, and books in which its parties are known."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import Position
from bordereau.domain.identifiers import AccountId, ContractId, PartyId, contract_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, Debtor, Rate, Seller
from bordereau.domain.taking_on.check import Known, check, taken_invoices
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    ContractRow,
    CreditRow,
    Figure,
    InvoiceRow,
    LineRow,
    PayoutRow,
    ReceiptRow,
    Snapshot,
    TotalRow,
    sha_of,
)
from bordereau.domain.taking_on.totals import required, totals_of
from bordereau.domain.terms import FundMethod, Terms
from bordereau.services.check_books import check_books
from bordereau.services.draft import Draft
from bordereau.services.register import set_party
from bordereau.services.take_on import go_on, start_take_on
from bordereau.services.take_on_steps import Booking

ON = dt.date(2025, 12, 31)
TODAY = dt.date(2026, 1, 2)
ACCOUNT = AccountId("FR7630006000011234567890189")
ALPHA, BETA = PartyId("siren:552081317"), PartyId("siren:404833048")
K1, K2 = contract_id(ALPHA, "EUR"), contract_id(BETA, "EUR")
ACME, ZIMMER = PartyId("siren:732829320"), PartyId("vat:DE136695976")
START = dt.date(2024, 3, 15)
POOLED = {
    "fund_method": FundMethod.ON_OUTSTANDING,
    "fund_rate_bps": 1_000,
    "advance_rate_bps": 9_000,
}


def day(text: str) -> dt.date:
    """Return a day."""
    return dt.date.fromisoformat(text)


def terms(contract: ContractId, **facts: Any) -> Terms:
    """Return the terms of a contract since its start."""
    usual = Terms(contract, START, factoring_rate_bps=120, recourse_days=60)
    return dataclasses.replace(usual, **facts)


def contract_row(ref: str, contract: ContractId, **facts: Any) -> ContractRow:
    """Return a contract's row; ``terms`` may be replaced."""
    seller = PartyId(contract.rsplit("/", 1)[0])
    opened = Contract(contract, seller, "EUR", START, ACCOUNT, "K-0001")
    row = ContractRow(ref, opened, (terms(contract),), 0, 0, 0, 0)
    return dataclasses.replace(row, **facts)


def invoice_row(ref: str, number: str, cents: int, **facts: Any) -> InvoiceRow:
    """Return an invoice of ALPHA on ACME: all of it approved, a tenth of it retained."""
    row = InvoiceRow(
        ref=ref,
        contract=K1,
        debtor=ACME,
        number=number,
        issued_on=day("2025-12-01"),
        due_on=day("2026-01-30"),
        assigned_on=day("2025-12-02"),
        amount_cents=cents,
        open_cents=cents,
        approved_cents=cents,
        retained_cents=cents - cents * 9 // 10,
    )
    return dataclasses.replace(row, **facts)


def portfolio() -> Snapshot:
    """Return two contracts with everything that can be taken on, totals as the rows have them."""
    part_paid = {"open_cents": 400_000, "approved_cents": 400_000, "retained_cents": 100_000}
    above = {"approved_cents": 150_000, "retained_cents": 15_000}
    pooled = {"contract": K2, "debtor": ZIMMER, "retained_cents": 0}
    late = {
        "issued_on": day("2025-09-01"),
        "due_on": day("2025-10-15"),
        "assigned_on": day("2025-09-02"),
    }
    return with_totals(
        Snapshot(
            dossier="1",
            ref="T-0001",
            on=ON,
            contracts=(
                contract_row(
                    "T-0002",
                    K1,
                    current_cents=25_000,
                    specific_cents=30_000,
                    statement_number=87,
                    fees_cents=98_765,
                ),
                contract_row(
                    "T-0003",
                    K2,
                    terms=(terms(K2, **POOLED),),
                    current_cents=-12_345,
                    fund_cents=70_000,
                ),
            ),
            lines=(
                LineRow("T-0004", ACME, "EUR", 1_550_000, K1, notified_on=day("2024-04-01")),
                LineRow("T-0005", ZIMMER, "EUR", 900_000, K1, valid_until=day("2026-06-30")),
                LineRow("T-0006", ZIMMER, "EUR", 2_000_000, K2),
                LineRow("T-0007", ACME, "EUR", 5_000_000),
            ),
            invoices=(
                invoice_row("T-0008", "F-1", 1_000_000),
                invoice_row("T-0009", "F-2", 1_000_000, **part_paid),
                invoice_row("T-0010", "F-3", 300_000, **above, assigned_on=day("2025-12-03")),
                invoice_row("T-0011", "F-4", 200_000, disputed_cents=50_000),
                invoice_row("T-0012", "F-5", 100_000, debtor=ZIMMER, is_defunded=True, **late),
                invoice_row("T-0013", "G-1", 600_000, **pooled),
            ),
            payouts=(PayoutRow("T-0014", K1, "OLD-PAY-4711", day("2025-12-30"), 44_000),),
            receipts=(
                ReceiptRow("T-0015", ACCOUNT, "EUR", "BNK77", day("2025-12-29"), 55_000, ACME),
                ReceiptRow("T-0016", ACCOUNT, "EUR", "BNK42", day("2025-03-03"), 1_234),
            ),
            credits=(CreditRow("T-0017", ACCOUNT, "EUR", ACME, "AV-9", day("2025-11-05"), 6_000),),
            banks=(BankRow("T-0018", ACCOUNT, "EUR", 8_765_432),),
        )
    )


def with_totals(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with the totals that its rows add up to, by contract and as a whole."""
    taken = taken_invoices(snapshot)
    contracts = tuple(_summed(row, taken) for row in snapshot.contracts)
    summed = dataclasses.replace(snapshot, contracts=contracts, totals=())
    found = totals_of(summed, taken)
    wanted = dict.fromkeys((*required(summed), *((figure, "EUR") for figure in Figure)))
    totals = tuple(
        TotalRow(f"T-9{place:03d}", figure, currency, found.get((figure, currency), 0))
        for place, (figure, currency) in enumerate(wanted)
    )
    return dataclasses.replace(summed, totals=totals)


def _summed(row: ContractRow, taken: Iterable[Invoice]) -> ContractRow:
    own = [invoice for invoice in taken if invoice.contract == row.name]
    retained = sum(invoice.retained_cents for invoice in own)
    pooled = row.terms and row.terms[-1].fund_method is FundMethod.ON_OUTSTANDING
    return dataclasses.replace(
        row,
        open_cents=sum(invoice.open_cents for invoice in own),
        approved_cents=sum(invoice.approved_cents for invoice in own),
        fund_cents=row.fund_cents if pooled else retained,
    )


def known_parties(ledger: MemoryLedger | None = None) -> MemoryLedger:
    """Return books in which sellers, debtors and VAT rates are known, and nothing else."""
    books = ledger or MemoryLedger()
    for party, name in ((ALPHA, "Alpha BTP"), (BETA, "Beta")):
        iban = "FR1420041010050500013M02606"
        emails = ("compta@alpha.example",)
        set_party(books, Seller(party, 0, "C-1", name, iban=iban, statement_emails=emails))
    for party, name in ((ACME, "ACME"), (ZIMMER, "Zimmer GmbH")):
        set_party(books, Debtor(party, 0, "D-1", name, emails=("ap@acme.example",)))
    for code in ("factoring_fee", "financing_fee", "annual_minimum"):
        draft = Draft(books)
        draft.write(Rate(f"vat/{code}", START, 2_000))
        assert draft.commit("set-rate")
    return books


def faults(snapshot: Snapshot, **known: Any) -> list[tuple[str, str, str]]:
    """Return line, cell and code of everything that is wrong."""
    found = check(snapshot, Known(**{"today": TODAY, **known}))
    return [(fault.ref, fault.key, fault.problem.code) for fault in found]


def take_on(ledger: MemoryLedger, snapshot: Snapshot, *, today: dt.date = TODAY) -> None:
    """Take a snapshot on, whole."""
    start_take_on(ledger, snapshot, key="k", sha=sha_of(snapshot.data()), today=today)
    done = go_on(Booking(ledger, snapshot, today, tolerance_cents=100), most=10_000)
    assert done.completed_on == today


def taken_on() -> MemoryLedger:
    """Return books that begin with the portfolio."""
    ledger = known_parties()
    take_on(ledger, portfolio())
    return ledger


def broken(ledger: MemoryLedger, *, but: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return the invariants of the books that do not hold."""
    begun = [name for name in (K1, K2) if ledger.get(Position, contract=name)]
    checks = check_books(ledger, begun, [ACCOUNT] if begun else [])
    return {one.code: one.details for one in checks if not one.ok and one.code not in but}
