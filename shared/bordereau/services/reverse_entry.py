"""E28: undo an entry by its exact opposite, once; never an edit (I13).

Reversed directly is only what no other record builds on. An entry that moved an invoice is undone
by the event that undoes it (a credit note, a correction, a returned pay-out), or by
``reverse_application``, which also puts lines and funds right.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import chart
from bordereau.domain.books import BankHead, Position, Receipt, Reversal
from bordereau.domain.entries import Entry, bank_journal, reversal_of
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.ports import Ledger
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.journal_places import first_of_day
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.take_receipt import is_undone

DIRECT = frozenset({"E19", "E27"})
"""Charges without an invoice behind them: nothing but balances hangs on their entries."""


def reverse_receipt(
    ledger: Ledger, key: ReceiptKey, *, today: dt.date, because: str = ""
) -> Outcome:
    """Undo the booking of a receipt of which nothing was applied (E4).

    ``because`` is the bank's entry that takes it back, if one does; the reversal names it.
    Refused: ``no_such_receipt``, ``receipt_applied``. A second call answers ``already``.
    """
    bookings = _bookings_of(ledger, key)
    if not bookings:
        return refused("no_such_receipt", key.ref)

    def decide(draft: Draft) -> Outcome:
        draft.take(BankHead, account=key.account)
        receipt = draft.take(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
        if is_undone(ledger, receipt):
            return already("reversed", key.ref)
        if receipt.left_cents != receipt.amount_cents:
            return refused("receipt_applied", key.ref)
        entry = next(one for one in bookings if not _is_reversed(draft, one))
        draft.require(receipt, "left_cents", ">=", receipt.amount_cents)
        draft.write(dataclasses.replace(receipt, left_cents=0, is_waiting=False))
        documents = (key.ref, because) if because else (key.ref,)
        draft.post_bank(key.account, reversal_of(entry, documents), today=today)
        return done(key.ref, amounts={"amount": receipt.amount_cents})

    return attempt(ledger, "reverse-entry", decide)


def _bookings_of(ledger: Ledger, key: ReceiptKey) -> list[Entry]:
    """Return the entries that may be a receipt's E4: a bank may use a reference on another day."""
    receipt = ledger.get(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    if receipt is None:
        return []
    wanted = ("E4", (key.ref,), receipt.value_on, receipt.amount_cents)
    journal = bank_journal(key.account)
    head = ledger.get(BankHead, account=key.account)
    first = first_of_day(ledger, journal, key.booked_on, last=head.seq if head else 0)
    entries = ledger.list(Entry, journal=journal, first=f"E#{first:012d}")
    return [
        one for one in entries if (one.kind, one.documents, one.valued_on, _cash(one)) == wanted
    ]


def reversed_because(ledger: Ledger, key: ReceiptKey, because: str) -> bool:
    """Return whether a receipt was reversed for this entry of the bank, or by a person."""
    for entry in _bookings_of(ledger, key):
        undone = ledger.get(Reversal, journal=entry.journal, seq=entry.seq)
        by = ledger.get(Entry, journal=entry.journal, seq=undone.by_seq) if undone else None
        if by is not None and by.documents in {(key.ref,), (key.ref, because)}:
            return True
    return False


def _cash(entry: Entry) -> int:
    return sum(line.cents for line in entry.lines if line.account == chart.BANK)


def _is_reversed(draft: Draft, entry: Entry) -> bool:
    return draft.read(Reversal, journal=entry.journal, seq=entry.seq) is not None


def reverse_entry(
    ledger: Ledger, journal: str, seq: int, *, today: dt.date, also: Also | None = None
) -> Outcome:
    """Undo an entry on which nothing else builds.

    Refused: ``no_such_entry``, ``entry_has_documents`` (undo it by its own event). A second call
    answers ``already``.
    """
    entry = ledger.get(Entry, journal=journal, seq=seq)
    if entry is None:
        return refused("no_such_entry", f"{journal}#{seq}")

    def decide(draft: Draft) -> Outcome:
        owner = journal[2:]
        if journal.startswith("K#"):
            draft.take(Position, contract=owner)
        else:
            draft.take(BankHead, account=owner)
        if _is_reversed(draft, entry):
            return already("reversed", f"{journal}#{seq}")
        if entry.kind not in DIRECT or entry.invoices:
            return refused("entry_has_documents", entry.kind)
        posting = reversal_of(entry, (f"{journal}#{seq}",))
        if journal.startswith("K#"):
            posted = draft.post(ContractId(owner), posting, today=today)
            _give_pool_back(draft, ContractId(owner), entry)
        else:
            posted = draft.post_bank(AccountId(owner), posting, today=today)
        return finished(draft, done(f"{journal}#{posted.seq}"), also)

    return attempt(ledger, "reverse-entry", decide)


def _give_pool_back(draft: Draft, contract: ContractId, entry: Entry) -> None:
    """What was used of the fund on outstanding (E19, no invoice's) is in it again."""
    used = sum(line.cents for line in entry.lines if line.account == chart.GUARANTEE_FUND)
    if used:
        position = draft.take(Position, contract=contract)
        pool = position.fund_pool_cents + used
        draft.write(dataclasses.replace(position, fund_pool_cents=pool))
