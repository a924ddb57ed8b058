"""Money that lies in a receipt, taken for what it is: an invoice, a pay-in, an indemnity.

Cash on an account that statements are read for is booked once, by E4; every later event takes it
from there and leaves an allocation (docs/adr/0013).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordereau.domain import cash
from bordereau.domain.books import Allocation, BankHead, Position, Receipt, Reversal
from bordereau.domain.cash import Pair
from bordereau.domain.entries import bank_journal
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Draft

if TYPE_CHECKING:
    from bordereau.services.apply_receipt import ReceiptKey


@dataclass(frozen=True, slots=True)
class Taking:
    """The receipt in which the money lies, and the name of what asks for it."""

    key: ReceiptKey
    name: str


def left_of(draft: Draft, key: ReceiptKey) -> int:
    """Return what is left of a receipt that is there."""
    receipt = draft.take(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    return receipt.left_cents


def take_from(draft: Draft, key: ReceiptKey, cents: int) -> Receipt:
    """Take cents from a receipt that has them left."""
    receipt = draft.take(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    draft.require(receipt, "left_cents", ">=", cents)
    left = receipt.left_cents - cents
    after = dataclasses.replace(
        receipt,
        left_cents=left,
        allocation_count=receipt.allocation_count + 1,
        is_waiting=left > 0,
    )
    draft.write(after)
    return after


def allocations_of(ledger: Ledger, receipt: ReceiptKey | Receipt) -> list[Allocation]:
    """Return every application of a receipt in its order, the reversed ones too."""
    return list(
        ledger.list(
            Allocation,
            first=f"{receipt.ref}#A",
            last=f"{receipt.ref}#B",
            account=receipt.account,
            booked_on=receipt.booked_on,
        )
    )


def is_taken_back(ledger: Ledger, allocation: Allocation) -> bool:
    """Return whether an application was reversed: its entry in the bank's journal was (ADR 20)."""
    journal = bank_journal(allocation.account)
    return ledger.get(Reversal, journal=journal, seq=allocation.bank_seq) is not None


def standing_allocations(ledger: Ledger, receipt: ReceiptKey | Receipt) -> list[Allocation]:
    """Return the applications of a receipt that count: those that nobody reversed."""
    listed = allocations_of(ledger, receipt)
    return [one for one in listed if not is_taken_back(ledger, one)]


def is_undone(ledger: Ledger, receipt: Receipt) -> bool:
    """Return whether a receipt was taken back: nothing of it is left, and nothing of it pays."""
    return not receipt.left_cents and not standing_allocations(ledger, receipt)


def value_date(ledger: Ledger, contract: ContractId, receipt_on: dt.date) -> dt.date:
    """Return when a receipt counts for the financing fee: its booking day + v2 of that day."""
    terms = terms_on(ledger, contract, receipt_on)
    return receipt_on + dt.timedelta(terms.receipt_value_days if terms else 0)


def ensure_bank(draft: Draft, account: AccountId, currency: str) -> None:
    """Give an account its journal in this commit when it has none yet."""
    if draft.read(BankHead, account=account) is None:
        draft.write(BankHead(account, currency))


def reason_against(
    draft: Draft, position: Position, cents: int, taking: Taking | None
) -> str | None:
    """Return why money cannot come in so, or nothing.

    ``needs_receipt``: statements are read for the account, money enters by them alone. Of a
    receipt: ``no_such_receipt``, ``other_currency``, ``over_receipt``.
    """
    if taking is None:
        head = draft.read(BankHead, account=position.account)
        return "needs_receipt" if head is not None and head.through_on is not None else None
    key = taking.key
    receipt = draft.read(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    if receipt is None:
        return "no_such_receipt"
    if receipt.currency != position.currency:
        return "other_currency"
    return "over_receipt" if receipt.left_cents < cents else None


def post_pair(
    draft: Draft, position: Position, pair: Pair, taking: Taking | None, *, today: dt.date
) -> None:
    """Book both halves of money that comes in; from a receipt, its allocation is written too."""
    cents = sum(line.debit_cents for line in pair[0].lines)
    if taking is None:
        ensure_bank(draft, position.account, position.currency)
        draft.post_bank(position.account, pair[0], today=today)
        draft.post(position.contract, pair[1], today=today)
        return
    key = taking.key
    receipt = take_from(draft, key, cents)
    bank, contract = cash.from_receipt(pair, cents, key.ref, debtor=receipt.debtor or "")
    bank_entry = draft.post_bank(key.account, bank, today=today)
    entry = draft.post(position.contract, contract, today=today)
    draft.write(
        Allocation(
            *(key.account, key.booked_on, key.ref, receipt.allocation_count, today),
            amount_cents=cents,
            contract=position.contract,
            kind=bank.kind,
            bank_seq=bank_entry.seq,
            contract_seq=entry.seq,
            command=taking.name,
        )
    )
