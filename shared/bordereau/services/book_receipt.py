"""E4: money on one of our accounts is booked whole, once, whatever file tells of it."""

from __future__ import annotations

import datetime as dt

from bordereau.domain import cash
from bordereau.domain.books import BankCharge, BankHead, Receipt
from bordereau.domain.identifiers import AccountId
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused


def book_receipt(ledger: Ledger, receipt: Receipt, *, today: dt.date) -> Outcome:
    """Book a receipt; its identity is account, booking date and reference.

    A second call with the same date, debtor and amount answers ``duplicate`` and writes nothing;
    with other facts it is refused ``number_conflict``.
    """

    def decide(draft: Draft) -> Outcome:
        head = draft.read(BankHead, account=receipt.account)
        known = draft.read(
            Receipt, account=receipt.account, booked_on=receipt.booked_on, ref=receipt.ref
        )
        if known is not None:
            same = (known.amount_cents, known.debtor) == (receipt.amount_cents, receipt.debtor)
            return already("duplicate", receipt.ref) if same else refused("number_conflict")
        if head is None:
            draft.write(BankHead(receipt.account, receipt.currency))
        posting = cash.receipt(
            receipt.amount_cents,
            (receipt.ref,),
            debtor=receipt.debtor or "",
            valued_on=receipt.value_on,
        )
        draft.post_bank(receipt.account, posting, today=today)
        draft.write(receipt)
        return done(receipt.ref, amounts={"amount": receipt.amount_cents})

    return attempt(ledger, "book-receipt", decide)


def book_bank_charge(ledger: Ledger, charge: BankCharge, *, today: dt.date) -> Outcome:
    """E29: book what our bank took for itself; a second call answers ``duplicate``."""

    def decide(draft: Draft) -> Outcome:
        key = {"account": charge.account, "booked_on": charge.booked_on, "ref": charge.ref}
        draft.take(BankHead, account=charge.account)
        if draft.read(BankCharge, **key) is not None:
            return already("duplicate", charge.ref)
        posting = cash.bank_charge(charge.amount_cents, (charge.ref,), valued_on=charge.value_on)
        draft.post_bank(charge.account, posting, today=today)
        draft.write(charge)
        return done(charge.ref, amounts={"amount": charge.amount_cents})

    return attempt(ledger, "book-bank-charge", decide)


def open_bank_account(ledger: Ledger, account: AccountId, currency: str) -> Outcome:
    """Give one of our own accounts its journal; a second call writes nothing."""

    def decide(draft: Draft) -> Outcome:
        if draft.read(BankHead, account=account) is not None:
            return already("account-open", account)
        draft.write(BankHead(account, currency))
        return done(account)

    return attempt(ledger, "open-bank-account", decide)
