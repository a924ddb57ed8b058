"""The totals of a snapshot: what its rows add up to, to be compared with the old system's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from bordereau.domain.invoices import Invoice
from bordereau.domain.taking_on.snapshot import Figure, Snapshot

UNIT_CENTS = 100
"""A count of invoices is typed as a number, which is read as so many units of a hundred."""

REQUIRED = (
    Figure.OUTSTANDING,
    Figure.APPROVED,
    Figure.FUND,
    Figure.CURRENT,
    Figure.TRANSIT,
)
"""Totals that every currency of a dossier must have, be they zero."""

REQUIRED_OF_BANKS = (Figure.BANK, Figure.UNALLOCATED, Figure.CREDITS)
"""Those of a currency whose bank accounts are taken on."""

Totals = Mapping[tuple[Figure, str], int]


def totals_of(snapshot: Snapshot, taken: Iterable[Invoice]) -> Totals:
    """Return every total by figure and currency; ``taken`` are the invoices as they will be."""
    found: Counter[tuple[Figure, str]] = Counter()
    for invoice in taken:
        currency = invoice.contract.rsplit("/", 1)[1]
        for figure, cents in _of_invoice(invoice):
            found[figure, currency] += cents
    for row in snapshot.contracts:
        currency = row.contract.currency
        found[Figure.FUND, currency] += row.fund_cents
        found[Figure.CURRENT, currency] += row.current_cents
        found[Figure.SPECIFIC, currency] += row.specific_cents
        owed = row.fund_cents + row.current_cents + row.specific_cents
        found[Figure.IN_USE, currency] -= owed
    for payout in snapshot.payouts:
        found[Figure.TRANSIT, payout.contract.rsplit("/", 1)[1]] += payout.amount_cents
    for bank in snapshot.banks:
        found[Figure.BANK, bank.currency] += bank.balance_cents
    for receipt in snapshot.receipts:
        found[Figure.UNALLOCATED, receipt.currency] += receipt.amount_cents
    for owed_to_debtor in snapshot.credits:
        found[Figure.CREDITS, owed_to_debtor.currency] += owed_to_debtor.amount_cents
    return found


def _of_invoice(invoice: Invoice) -> Iterable[tuple[Figure, int]]:
    held = invoice.unapproved_cents + invoice.hold_dispute_cents + invoice.hold_defunded_cents
    return (
        (Figure.COUNT, UNIT_CENTS),
        (Figure.OUTSTANDING, invoice.open_cents),
        (Figure.APPROVED, invoice.approved_cents),
        (Figure.UNAPPROVED, invoice.unapproved_cents),
        (Figure.DISPUTED, invoice.hold_dispute_cents),
        (Figure.DEFUNDED, invoice.hold_defunded_cents),
        (Figure.IN_USE, invoice.open_cents - held),
    )


def required(snapshot: Snapshot) -> tuple[tuple[Figure, str], ...]:
    """Return the totals that must be typed."""
    currencies = sorted({row.contract.currency for row in snapshot.contracts})
    banks = sorted({row.currency for row in snapshot.banks})
    return (
        *((figure, currency) for currency in currencies for figure in REQUIRED),
        *((figure, currency) for currency in banks for figure in REQUIRED_OF_BANKS),
    )
