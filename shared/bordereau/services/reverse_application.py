"""E28 of an application: the payment was another invoice's, its cash waits again (ADR 20).

One commit undoes all that the application booked (E5 with its releases, the tolerance's E18) by
exact opposites, and puts receipt, credits, invoice, fund and both lines back where they were.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bordereau.domain import chart, invoice_life, invoices
from bordereau.domain.books import Allocation, BankHead, Position, Receipt, Reversal
from bordereau.domain.entries import (
    Entry,
    InvoiceAfter,
    bank_journal,
    contract_journal,
    reversal_of,
)
from bordereau.domain.guarantee_lines import FactorLine, LineStatus
from bordereau.domain.identifiers import ContractId, InvoiceId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.fund_withheld import change_pool
from bordereau.services.lines import move_lines, read_lines
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.seller_and_debtor_payments import give_credits_back
from bordereau.services.take_receipt import allocations_of


def reverse_application(
    ledger: Ledger,
    key: ReceiptKey,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Undo the last application of a receipt to an invoice that stands.

    Done: amounts ``amount`` (paid, of which ``credit`` from the debtor's credits), ``left`` (of the
    receipt) and ``open`` (of the invoice). Refused: ``no_such_receipt``, ``no_such_invoice``,
    ``not_applied``, ``entry_has_documents`` (a row of before ADR 20), ``moved_since`` (the invoice
    is not where the application left it, approvals aside), ``interest_received``,
    ``insolvent_debtor``, ``no_room``.
    Where every application of the two is undone, a second call answers ``already``.
    """

    def decide(draft: Draft) -> Outcome:
        receipt = draft.read(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
        if receipt is None:
            return refused("no_such_receipt", key.ref)
        draft.read(Position, contract=contract)
        draft.take(BankHead, account=key.account)
        now = draft.read(Invoice, contract=contract, invoice=invoice)
        if now is None:
            return refused("no_such_invoice", invoice)
        mine = [
            one
            for one in allocations_of(ledger, key)
            if (one.kind, one.contract, one.invoice) == ("E5", contract, invoice)
        ]
        if not mine:
            return refused("not_applied", invoice)
        standing = [one for one in mine if not _is_reversed(draft, one)]
        if not standing:
            return already("reversed", invoice)
        undone = _Undone(draft, standing[-1], now)
        if reason := undone.reason_against():
            return refused(reason, invoice)
        return finished(draft, undone.carry_out(ledger, receipt, today=today), also)

    return attempt(ledger, "reverse-application", decide)


def _is_reversed(draft: Draft, allocation: Allocation) -> bool:
    journal = bank_journal(allocation.account)
    return draft.read(Reversal, journal=journal, seq=allocation.bank_seq) is not None


class _Undone:
    """An application in a draft that undoes it: its entries, and the invoice as it was."""

    def __init__(self, draft: Draft, allocation: Allocation, now: Invoice) -> None:
        self._draft, self._allocation, self._now = draft, allocation, now
        bank, journal = bank_journal(allocation.account), contract_journal(now.contract)
        self._bank = draft.take(Entry, journal=bank, seq=allocation.bank_seq)
        seqs = (allocation.contract_seq, allocation.close_seq)
        self._entries = [draft.take(Entry, journal=journal, seq=seq) for seq in seqs if seq]
        self._left = self._entries[-1].invoices[0]
        was, paid_cents = allocation.was, allocation.amount_cents
        self._restored = None if was is None else _restored(now, was, self._left, paid_cents)

    def reason_against(self) -> str:
        """Return why it cannot be undone, or nothing."""
        if self._restored is None:
            return "entry_has_documents"
        if not self._stands_where_left() or not self._is_opposite(self._restored):
            return "moved_since"
        if self._now.interest_received_cents or self._now.indemnity_received_cents:
            return "interest_received"
        return self._reason_of_lines(self._restored.approved_cents - self._now.approved_cents)

    def _stands_where_left(self) -> bool:
        """Nothing came later but approvals (E7), which follow a payment by themselves."""
        now, left = invoices.snapshot(self._now), self._left
        if now == left:
            return True
        more = now.approved_cents - left.approved_cents
        approved = dataclasses.replace(
            left, approved_cents=now.approved_cents, retained_cents=now.retained_cents
        )
        return more > 0 and now.retained_cents >= left.retained_cents and approved == now

    def _is_opposite(self, restored: Invoice) -> bool:
        """The opposites lead exactly to the invoice: each hold moves by what they book on it."""
        return all(
            getattr(restored, figure) - getattr(self._now, figure) == self._booked(account)
            for account, figure in _HOLDS
        )

    def _booked(self, account: str) -> int:
        listed = (line for entry in self._entries for line in entry.lines)
        return sum(line.cents for line in listed if line.account == account)

    def _reason_of_lines(self, more_cents: int) -> str:
        """What is approved again needs room that nobody took, and a debtor that is sound."""
        if more_cents <= 0:
            return ""
        lines = read_lines(self._draft, self._now.contract, self._now.debtor)
        assert lines is not None, "an assigned invoice has a relation line"
        if LineStatus.INSOLVENT in {lines.relation.status, lines.factor.status}:
            return "insolvent_debtor"
        room = min(lines.relation.avail_cents, lines.factor.avail_cents)
        return "no_room" if room < more_cents else ""

    def carry_out(self, ledger: Ledger, receipt: Receipt, *, today: dt.date) -> Outcome:
        """Write all of it; the caller found nothing against it."""
        draft, now, restored, one = self._draft, self._now, self._restored, self._allocation
        assert restored is not None, "asked before"
        invoice_life.check("E28", now.state, restored.state)
        self._post(restored, today=today)
        cash = one.amount_cents - one.credit_cents
        left = receipt.left_cents + cash
        draft.write(dataclasses.replace(receipt, left_cents=left, is_waiting=left > 0))
        give_credits_back(ledger, draft, now.debtor, one.account, cents=one.credit_cents)
        draft.write(restored)
        self._move_lines(restored, today=today)
        amounts = {"amount": one.amount_cents, "credit": one.credit_cents}
        more = {"left": left, "open": restored.open_cents}
        return done(restored.invoice, amounts=amounts | more)

    def _post(self, restored: Invoice, *, today: dt.date) -> None:
        """Book the opposites, the last entry first; each says where it leaves the invoice."""
        draft, one = self._draft, self._allocation
        documents = (one.ref, restored.invoice)
        draft.post_bank(one.account, reversal_of(self._bank, documents), today=today)
        left_at = [invoices.snapshot(restored), self._entries[0].invoices[0]]
        for entry, after in reversed(list(zip(self._entries, left_at, strict=False))):
            posting = dataclasses.replace(reversal_of(entry, documents), invoices=(after,))
            draft.post(restored.contract, posting, today=today)
        from_pool = self._booked(chart.GUARANTEE_FUND) - (
            restored.retained_cents - self._now.retained_cents
        )
        if from_pool:
            change_pool(draft, restored, from_pool)

    def _move_lines(self, restored: Invoice, *, today: dt.date) -> None:
        more = restored.approved_cents - self._now.approved_cents
        if more > 0:
            currency = currency_of(restored.contract)
            factor = self._draft.take(FactorLine, debtor=restored.debtor, currency=currency)
            self._draft.require(factor, "avail_cents", ">=", more)
        move_lines(self._draft, self._now, restored, today=today)


_HOLDS: Final = (
    (chart.HOLD_UNAPPROVED, "unapproved_cents"),
    (chart.HOLD_DISPUTE, "hold_dispute_cents"),
    (chart.HOLD_DEFUNDED, "hold_defunded_cents"),
)


def _restored(now: Invoice, was: InvoiceAfter, left: InvoiceAfter, paid_cents: int) -> Invoice:
    """Return the invoice as it was, with what was approved since; ``moved_on`` stays."""
    return dataclasses.replace(
        now,
        open_cents=was.open_cents,
        approved_cents=was.approved_cents + now.approved_cents - left.approved_cents,
        retained_cents=was.retained_cents + now.retained_cents - left.retained_cents,
        disputed_cents=was.disputed_cents,
        paid_cents=now.paid_cents - paid_cents,
        closed_by="",
        closed_on=None,
    )


def last_application(ledger: Ledger, known: Invoice) -> ReceiptKey | None:
    """Return the receipt of an invoice's last application, before those that stand no more.

    One that was undone is found only where none stands: a second call then says that it is done.
    The journal is read from the invoice's own assignment on.
    """
    position = ledger.get(Position, contract=known.contract)
    assert position is not None, "an invoice has a contract"
    first, journal = f"E#{known.assigned_seq:012d}", contract_journal(known.contract)
    listed = list(ledger.list(Entry, first=first, journal=journal))
    undone = {entry.reverses for entry in listed if entry.reverses is not None}
    paid = [
        entry
        for entry in listed
        if entry.kind == "E5" and entry.paid_on and known.invoice in entry.documents
    ]
    standing = [entry for entry in paid if entry.seq not in undone]
    last = next(reversed(standing or paid), None)
    if last is None or last.paid_on is None:
        return None
    return ReceiptKey(position.account, last.paid_on, last.documents[0])
