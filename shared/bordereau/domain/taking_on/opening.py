"""What each row of a snapshot becomes: a record of ours, and the entry E0 that brings it.

Entries stand against ``opening_balance``; receivables, fund and holds follow the invoice as every
other event's do (``invoices.posting``), so that an opening cannot disagree with its invoice.
"""

from __future__ import annotations

import datetime as dt

from bordereau.domain import chart, invoices
from bordereau.domain.billing import anniversary
from bordereau.domain.books import DebtorCredit, PayOut, PayOutState, Receipt
from bordereau.domain.entries import Line, Posting, credit, debit
from bordereau.domain.identifiers import BatchId, normalised_number
from bordereau.domain.invoices import Invoice
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    ContractRow,
    CreditRow,
    InvoiceRow,
    PayoutRow,
    ReceiptRow,
    Snapshot,
)
from bordereau.domain.terms import FundMethod

OPENING_KIND = "E0"


def batch_of(dossier: str) -> BatchId:
    """Return the batch of everything that one dossier brings.

    >>> batch_of("1")
    'E0#1'
    """
    return BatchId(f"{OPENING_KIND}#{dossier}")


def basis_of(row: InvoiceRow) -> int:
    """Return the part ever financed: as typed, else what is approved and what was paid of it.

    Of 10 000.00, 4 000.00 paid and 6 000.00 approved of the rest: 10 000.00.
    """
    if row.basis_cents is not None:
        return row.basis_cents
    return min(row.amount_cents, row.approved_cents + row.amount_cents - row.open_cents)


def invoice_of(snapshot: Snapshot, contract: ContractRow, row: InvoiceRow) -> Invoice:
    """Return an invoice as it stands on the date; its clocks never ran, its fees are billed.

    It keeps the terms of the day of its assignment, those of the date where there are none older.
    """
    terms = contract.terms_on(row.assigned_on) or contract.terms_on(snapshot.on)
    assert terms is not None, "a checked contract has terms on the date"
    return Invoice(
        contract=row.contract,
        invoice=row.identity,
        number=row.number,
        debtor=row.debtor,
        issued_on=row.issued_on,
        due_on=row.due_on,
        amount_cents=row.amount_cents,
        open_cents=row.open_cents,
        approved_cents=row.approved_cents,
        financed_basis_cents=basis_of(row),
        retained_cents=row.retained_cents,
        assigned_on=row.assigned_on,
        batch=batch_of(snapshot.dossier),
        place=row.place,
        advance_rate_bps=(
            terms.advance_rate_bps if row.advance_rate_bps is None else row.advance_rate_bps
        ),
        fund_method=terms.fund_method,
        recourse_days=terms.recourse_days,
        late_interest=terms.late_interest,
        late_interest_rate_bps=terms.late_interest_rate_bps,
        disputed_cents=row.disputed_cents,
        is_defunded=row.is_defunded,
        paid_cents=row.amount_cents - row.open_cents,
        moved_on=True,
        source=batch_of(snapshot.dossier),
        reminder_level=row.reminder_level,
    )


def pool_of(contract: ContractRow, taken: list[Invoice]) -> int:
    """Return the fund on outstanding: what the contract's fund holds beyond its invoices'."""
    own = [invoice for invoice in taken if invoice.contract == contract.name]
    return contract.fund_cents - sum(invoice.retained_cents for invoice in own)


def has_pool(contract: ContractRow, on: dt.date) -> bool:
    """Return whether the contract keeps a fund on outstanding on a day."""
    terms = contract.terms_on(on)
    return terms is not None and terms.fund_method is FundMethod.ON_OUTSTANDING


def invoice_posting(snapshot: Snapshot, invoice: Invoice) -> Posting:
    """E0 of an invoice: receivables against fund, holds, and what was advanced on it.

    The advance is the old system's payment, so it stands against the opening, and the seller's
    current account is not touched.
    """
    held = invoice.unapproved_cents + invoice.hold_dispute_cents + invoice.hold_defunded_cents
    advanced = invoice.open_cents - invoice.retained_cents - held
    marks = {"debtor": invoice.debtor, "invoice": invoice.invoice}
    return invoices.posting(
        OPENING_KIND,
        None,
        invoice,
        documents=(invoice.invoice, invoice.batch),
        counter=credit(chart.OPENING_BALANCE, advanced, **marks),
        valued_on=snapshot.starts_on,
    )


def contract_posting(snapshot: Snapshot, contract: ContractRow, pool_cents: int) -> Posting | None:
    """E0 of a contract's own accounts: current account, fund on outstanding, specific reserves."""
    lines = (
        *credit(chart.SELLER_CURRENT, contract.current_cents),
        *credit(chart.GUARANTEE_FUND, pool_cents),
        *credit(chart.HOLD_SPECIFIC, contract.specific_cents),
    )
    return _against(snapshot, lines, (batch_of(snapshot.dossier),)) if lines else None


def _against(snapshot: Snapshot, lines: tuple[Line, ...], documents: tuple[str, ...]) -> Posting:
    counter = debit(chart.OPENING_BALANCE, -sum(line.cents for line in lines))
    return Posting(OPENING_KIND, (*lines, *counter), documents, snapshot.starts_on)


def payout_of(row: PayoutRow, *, ordinal: int, currency: str) -> PayOut:
    """Return a pay-out that is with the bank: it is never sent again, and covers no new invoice."""
    return PayOut(
        contract=row.contract,
        ordered_on=row.ordered_on,
        ordinal=ordinal,
        amount_cents=row.amount_cents,
        currency=currency,
        end_to_end_id=row.reference,
        covers_seq=0,
        state=PayOutState.SENT,
    )


def payout_posting(snapshot: Snapshot, row: PayoutRow) -> Posting:
    """E0 of a pay-out in transit."""
    lines = credit(chart.PAYOUTS_IN_TRANSIT, row.amount_cents)
    return _against(snapshot, lines, (row.reference, batch_of(snapshot.dossier)))


def receipt_of(row: ReceiptRow) -> Receipt:
    """Return a receipt of which nothing is applied in our books: what is left is its amount."""
    return Receipt(
        account=row.account,
        booked_on=row.received_on,
        ref=row.reference,
        amount_cents=row.amount_cents,
        left_cents=row.amount_cents,
        currency=row.currency,
        value_on=row.received_on,
        debtor=row.debtor,
        text=row.text,
    )


def receipt_posting(snapshot: Snapshot, row: ReceiptRow) -> Posting:
    """E0 of a receipt that pays nothing yet; the cash itself is in the bank's balance.

    Valued on the day of the receipt, so that its day is found again from the journal.
    """
    lines = (
        *credit(chart.UNALLOCATED, row.amount_cents, debtor=row.debtor or ""),
        *debit(chart.OPENING_BALANCE, row.amount_cents),
    )
    documents = (row.reference, batch_of(snapshot.dossier))
    return Posting(OPENING_KIND, lines, documents, row.received_on)


def credit_of(row: CreditRow) -> DebtorCredit:
    """Return what a debtor has with us, under the number by which staff name it."""
    return DebtorCredit(
        debtor=row.debtor,
        credit=f"{OPENING_KIND}#{normalised_number(row.number)}",
        account=row.account,
        currency=row.currency,
        since_on=row.since_on,
        amount_cents=row.amount_cents,
        left_cents=row.amount_cents,
    )


def credit_posting(snapshot: Snapshot, row: CreditRow) -> Posting:
    """E0 of a debtor's credit."""
    lines = credit(chart.DEBTOR_CREDITS, row.amount_cents, debtor=row.debtor)
    return _against(snapshot, lines, (credit_of(row).credit, batch_of(snapshot.dossier)))


def bank_posting(snapshot: Snapshot, row: BankRow) -> Posting | None:
    """E0 of what lies on one of our accounts; nothing for an empty one."""
    lines = debit(chart.BANK, row.balance_cents)
    return _against(snapshot, lines, (batch_of(snapshot.dossier),)) if lines else None


def minimum_settled_to(start_on: dt.date, on: dt.date) -> dt.date | None:
    """Return the last day of the contract's years that ended by a day, ``None`` in its first.

    The old system settled their annual minimum.

    >>> minimum_settled_to(dt.date(2024, 3, 15), dt.date(2026, 1, 31))
    datetime.date(2025, 3, 14)
    """
    years = on.year - start_on.year + 1
    ends = (anniversary(start_on, count) - dt.timedelta(1) for count in range(years, 0, -1))
    return next((day for day in ends if day <= on), None)
