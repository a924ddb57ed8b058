"""Cash in two journals: what touches a bank account and a contract goes through clearing.

Each function returns the bank's posting and the contract's, to be booked in one commit, so that
``bank_clearing`` is zero over all journals after it (decisions 5).
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import chart
from bordereau.domain.entries import Line, Posting, credit, debit

Pair = tuple[Posting, Posting]


def receipt(
    cents: int, documents: tuple[str, ...], *, debtor: str, valued_on: dt.date | None
) -> Posting:
    """E4: money on our account, whole, before anybody says what it is for."""
    lines = (*debit(chart.BANK, cents), *credit(chart.UNALLOCATED, cents, debtor=debtor))
    return Posting("E4", lines, documents, valued_on)


def application(
    from_receipt_cents: int,
    from_credit_cents: int,
    documents: tuple[str, ...],
    *,
    debtor: str,
    valued_on: dt.date | None = None,
) -> tuple[Posting, tuple[Line, ...]]:
    """E5: the bank's posting, and the clearing lines of the contract's.

    The contract's posting is the invoice's own (``invoices.posting``) against those lines; what
    comes from the receipt counts from ``valued_on``, what comes from credits from the day.
    """
    total = from_receipt_cents + from_credit_cents
    lines = (
        *debit(chart.UNALLOCATED, from_receipt_cents, debtor=debtor),
        *debit(chart.DEBTOR_CREDITS, from_credit_cents, debtor=debtor),
        *credit(chart.BANK_CLEARING, total),
    )
    from_receipt = tuple(
        dataclasses.replace(line, valued_on=valued_on)
        for line in debit(chart.BANK_CLEARING, from_receipt_cents)
    )
    clearing = (*from_receipt, *debit(chart.BANK_CLEARING, from_credit_cents))
    return Posting("E5", lines, documents), clearing


def credit_to_debtor(cents: int, documents: tuple[str, ...], *, debtor: str) -> Pair:
    """E10: a credit note on a paid or unknown invoice; the debtor will deduct it."""
    bank = (*debit(chart.BANK_CLEARING, cents), *credit(chart.DEBTOR_CREDITS, cents, debtor=debtor))
    contract = (
        *debit(chart.SELLER_CURRENT, cents, debtor=debtor),
        *credit(chart.BANK_CLEARING, cents),
    )
    return Posting("E10", bank, documents), Posting("E10", contract, documents)


def over_payment(cents: int, documents: tuple[str, ...], *, debtor: str) -> Posting:
    """E16: what was paid too much is the debtor's."""
    lines = (
        *debit(chart.UNALLOCATED, cents, debtor=debtor),
        *credit(chart.DEBTOR_CREDITS, cents, debtor=debtor),
    )
    return Posting("E16", lines, documents)


def refund(cents: int, documents: tuple[str, ...], *, debtor: str) -> Posting:
    """E16: a debtor's credit is paid back."""
    lines = (*debit(chart.DEBTOR_CREDITS, cents, debtor=debtor), *credit(chart.BANK, cents))
    return Posting("E16", lines, documents)


def refund_ordered(cents: int, documents: tuple[str, ...], *, debtor: str) -> Posting:
    """E16: a debtor's credit is to be paid back: from now on nobody else may use it."""
    lines = (
        *debit(chart.DEBTOR_CREDITS, cents, debtor=debtor),
        *credit(chart.PAYOUTS_IN_TRANSIT, cents, debtor=debtor),
    )
    return Posting("E16", lines, documents)


def refund_paid(cents: int, documents: tuple[str, ...], *, debtor: str) -> Posting:
    """E16: the bank statement shows the refund's debit."""
    lines = (
        *debit(chart.PAYOUTS_IN_TRANSIT, cents, debtor=debtor),
        *credit(chart.BANK, cents),
    )
    return Posting("E16", lines, documents)


def refund_back(cents: int, documents: tuple[str, ...], *, debtor: str, was_paid: bool) -> Posting:
    """E16: a refund was not paid, or came back: it is the debtor's credit again."""
    out = debit(chart.BANK, cents)
    if not was_paid:
        out = debit(chart.PAYOUTS_IN_TRANSIT, cents, debtor=debtor)
    return Posting("E16", (*out, *credit(chart.DEBTOR_CREDITS, cents, debtor=debtor)), documents)


def bank_charge(cents: int, documents: tuple[str, ...], *, valued_on: dt.date | None) -> Posting:
    """E29: our own bank takes its fee or interest from our account (docs/adr/0009)."""
    lines = (*debit(chart.BANK_CHARGES, cents), *credit(chart.BANK, cents))
    return Posting("E29", lines, documents, valued_on)


def not_assigned(
    cents: int, documents: tuple[str, ...], *, debtor: str, valued_on: dt.date | None = None
) -> Pair:
    """E17: a payment of an invoice that was never assigned is the seller's."""
    bank = (*debit(chart.UNALLOCATED, cents, debtor=debtor), *credit(chart.BANK_CLEARING, cents))
    contract = (*debit(chart.BANK_CLEARING, cents), *credit(chart.SELLER_CURRENT, cents))
    return Posting("E17", bank, documents), Posting("E17", contract, documents, valued_on)


def paid_in(cents: int, documents: tuple[str, ...], *, valued_on: dt.date) -> Pair:
    """E15, E26: the seller hands over a payment, or repays a debit balance."""
    bank = (*debit(chart.BANK, cents), *credit(chart.BANK_CLEARING, cents))
    contract = (*debit(chart.BANK_CLEARING, cents), *credit(chart.SELLER_CURRENT, cents))
    return Posting("E15", bank, documents), Posting("E15", contract, documents, valued_on)


def recovered(
    cents: int, documents: tuple[str, ...], *, kind: str, lines: tuple[Line, ...]
) -> Pair:
    """E23 to E25: money comes in for what ``lines`` say of the contract (they credit it all)."""
    bank = (*debit(chart.BANK, cents), *credit(chart.BANK_CLEARING, cents))
    contract = (*debit(chart.BANK_CLEARING, cents), *lines)
    return Posting(kind, bank, documents), Posting(kind, contract, documents)


def from_receipt(pair: Pair, cents: int, ref: str, *, debtor: str) -> Pair:
    """Money that came in with a statement: the bank's half takes it from the receipt ``ref``.

    E4 booked ``bank / unallocated``; both together are the event as it stands alone.
    """
    bank, contract = pair
    lines = (*debit(chart.UNALLOCATED, cents, debtor=debtor), *credit(chart.BANK_CLEARING, cents))
    return (
        dataclasses.replace(bank, lines=lines, documents=(ref, *bank.documents)),
        dataclasses.replace(contract, documents=(ref, *contract.documents)),
    )


def payout_ordered(
    cents: int, documents: tuple[str, ...], *, valued_on: dt.date | None = None
) -> Posting:
    """E3a: the money leaves the seller's current account when the pay-out is ordered."""
    lines = (*debit(chart.SELLER_CURRENT, cents), *credit(chart.PAYOUTS_IN_TRANSIT, cents))
    return Posting("E3a", lines, documents, valued_on)


def payout_confirmed(cents: int, documents: tuple[str, ...], *, valued_on: dt.date | None) -> Pair:
    """E3b: the bank statement shows our pay-out's debit."""
    bank = (*debit(chart.BANK_CLEARING, cents), *credit(chart.BANK, cents))
    contract = (*debit(chart.PAYOUTS_IN_TRANSIT, cents), *credit(chart.BANK_CLEARING, cents))
    return Posting("E3b", bank, documents, valued_on), Posting(
        "E3b", contract, documents, valued_on
    )


def payout_returned(cents: int, documents: tuple[str, ...], *, valued_on: dt.date | None) -> Pair:
    """E3c after the debit: the money is back, and the seller's again; no invoice is touched."""
    bank = (*debit(chart.BANK, cents), *credit(chart.BANK_CLEARING, cents))
    contract = (*debit(chart.BANK_CLEARING, cents), *credit(chart.SELLER_CURRENT, cents))
    return Posting("E3c", bank, documents, valued_on), Posting(
        "E3c", contract, documents, valued_on
    )


def payout_refused(cents: int, documents: tuple[str, ...]) -> Posting:
    """E3c before the debit: the bank did not take the order."""
    lines = (*debit(chart.PAYOUTS_IN_TRANSIT, cents), *credit(chart.SELLER_CURRENT, cents))
    return Posting("E3c", lines, documents)
