"""One entry of a statement: a receipt (E4), a pay-out of ours (E3b, E3c), a charge (E29), or told.

Nothing is booked silently and nothing is dropped; what was booked is found by the entry's identity.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import bank_entries
from bordereau.domain.bank_entries import Named, Part, PayOutKey
from bordereau.domain.books import (
    BankCharge,
    BankHead,
    PayOut,
    PayOutState,
    Position,
    Receipt,
)
from bordereau.domain.identifiers import AccountId
from bordereau.domain.money import neutral_money
from bordereau.domain.refunds import Refund, RefundKey, RefundState, named_refund
from bordereau.domain.taking_on.records import TakenPayOut
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, raise_alert
from bordereau.services.bank_run import TEXT_SHOWN, BankRun
from bordereau.services.book_receipt import book_bank_charge, book_receipt
from bordereau.services.payouts import confirm_payout, return_payout
from bordereau.services.refund_debtor import confirm_refund, return_refund
from bordereau.services.take_back_receipt import take_back

TEXT_KEPT = 1_000
UNDER_WAY = (PayOutState.ORDERED, PayOutState.SEALED, PayOutState.SENT)


def book_entry(run: BankRun, head: BankHead, entry: Named) -> None:
    """Book one entry of an account, or tell staff why it is not booked; once for ever.

    What the bank booked by the day of a take-on is in the balance that was taken on.
    """
    if head.taken_on is not None and entry.booked_on <= head.taken_on:
        run.counts["before_take_on"] += 1
        return
    parts = entry.parts
    payouts = [_payout_of(run.ledger, head, part) for part in parts]
    if not any(payouts):
        refund = _refund_of(run.ledger, head, parts)
        if refund is None:
            _foreign(run, head, entry)
        else:
            _refund(run, entry, refund)
        return
    for number, (part, payout) in enumerate(zip(parts, payouts, strict=True), start=1):
        if payout is None:
            code = "bank-debit-unknown" if part.cents < 0 else "bank-credit-mixed"
            run.not_booked(code, entry, part.cents, place=f"-{number}")
        elif reason := _mismatch(run.ledger, payout, part, head.account):
            run.not_booked(reason, entry, part.cents, place=f"-{number}")
        else:
            _settle(run, entry, part, payout)


def _payout_of(ledger: Ledger, head: BankHead, part: Part) -> PayOut | None:
    key = bank_entries.own_payout(part) or _taken(ledger, head, part)
    if key is None:
        return None
    contract, ordered_on, ordinal = key
    return ledger.get(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)


def _taken(ledger: Ledger, head: BankHead, part: Part) -> PayOutKey | None:
    """Return the pay-out of an old system that a transfer names by that system's reference."""
    if head.taken_on is None:
        return None
    for taken in ledger.list(TakenPayOut, first="X#", last="X#~", account=head.account):
        if taken.reference in (part.end_to_end_id, *part.text.split()):
            return taken.contract, taken.ordered_on, taken.ordinal
    return None


def _refund_of(ledger: Ledger, head: BankHead, parts: tuple[Part, ...]) -> Refund | None:
    """Return the refund to a debtor that an entry names, alone."""
    key = named_refund(head.account, parts[0].end_to_end_id, parts[0].text)
    if key is None or len(parts) > 1:
        return None
    account, ordered_on, ordinal = key
    return ledger.get(Refund, account=account, ordered_on=ordered_on, ordinal=ordinal)


def _refund(run: BankRun, entry: Named, refund: Refund) -> None:
    """E16: a refund's debit, or its money back."""
    key: RefundKey = (refund.account, refund.ordered_on, refund.ordinal)
    if abs(entry.cents) != refund.amount_cents:
        run.not_booked("bank-payout-other-amount", entry, entry.cents)
        return
    if entry.cents < 0 and refund.paid_on is not None:  # known, and it may have come back since
        _debited_again(run, entry, entry.cents, refund.settled_on)
        return
    if entry.cents < 0:
        outcome = confirm_refund(run.ledger, key, today=entry.booked_on)
        if outcome.is_refused:
            run.not_booked("bank-payout-refused-before", entry, entry.cents)
            return
        run.counts["confirmed"] += 1
    else:
        if refund.state is RefundState.ORDERED:  # it left in a file that we did not get
            confirm_refund(run.ledger, key, today=entry.booked_on)
        outcome = return_refund(run.ledger, key, today=entry.booked_on)
        run.counts["returned"] += 1
    run.new += bool(outcome.amounts)


def _mismatch(ledger: Ledger, payout: PayOut, part: Part, account: AccountId) -> str:
    """Return why a transfer that names our pay-out cannot be it, or nothing."""
    position = ledger.get(Position, contract=payout.contract)
    if position is None or position.account != account:
        return "bank-payout-other-account"
    return "" if abs(part.cents) == payout.amount_cents else "bank-payout-other-amount"


def _settle(run: BankRun, entry: Named, part: Part, payout: PayOut) -> None:
    key: PayOutKey = (payout.contract, payout.ordered_on, payout.ordinal)
    if part.cents < 0:
        _debited(run, entry, part, key, payout)
        return
    if payout.state in UNDER_WAY:  # it left before it came back, in a file that we did not get
        confirm_payout(run.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    returned = return_payout(run.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    run.counts["returned"] += 1
    run.new += bool(returned.amounts)
    _tell_return(run, entry, payout)


def _tell_return(run: BankRun, entry: Named, payout: PayOut) -> None:
    facts = {
        "number": payout.end_to_end_id,
        "debtor": payout.beneficiary,
        "amount": neutral_money(payout.amount_cents, payout.currency),
        "day": entry.booked_on.isoformat(),
        "reason": entry.entry.return_reason,
    }
    object_ = f"payout:{payout.end_to_end_id}"
    code = "payout-returned"
    alert = Alert(object_, code, run.today, Severity.HIGH, code, facts, payout.contract)
    raise_alert(run.ledger, alert)


def _debited(run: BankRun, entry: Named, part: Part, key: PayOutKey, payout: PayOut) -> None:
    if payout.state in (PayOutState.CONFIRMED, PayOutState.RETURNED):
        _debited_again(run, entry, part.cents, payout.settled_on)
        return
    confirmed = confirm_payout(run.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    if confirmed.is_refused:
        run.not_booked("bank-payout-refused-before", entry, part.cents)
        return
    run.counts["confirmed"] += 1
    run.new += bool(confirmed.amounts)


def _debited_again(run: BankRun, entry: Named, cents: int, settled_on: dt.date | None) -> None:
    """Know a debit in another file; one of a later day took the money once more, and is told."""
    if settled_on is None or entry.booked_on <= settled_on:
        run.counts["confirmed"] += 1
        return
    more = {"day_before": settled_on.isoformat()}
    run.not_booked("bank-debited-twice", entry, cents, severity=Severity.HIGH, more=more)


def _foreign(run: BankRun, head: BankHead, entry: Named) -> None:
    """Book money of others and what our bank charges; whatever else it is, is told."""
    if entry.entry.currency not in ("", head.currency):
        run.not_booked("bank-entry-currency", entry, entry.cents, severity=Severity.HIGH)
    elif entry.entry.is_return:
        if entry.cents < 0:
            take_back(run, head, entry)
        else:
            run.not_booked("bank-return-unknown", entry, entry.cents, severity=Severity.HIGH)
    elif entry.cents > 0:
        _receipt(run, head, entry)
    elif bank_entries.is_bank_charge(entry):
        _charge(run, head, entry)
    else:
        run.not_booked("bank-debit-unknown", entry, entry.cents)


def _charge(run: BankRun, head: BankHead, entry: Named) -> None:
    """E29, once: an entry of the same identity in another file is known."""
    charge = BankCharge(
        account=head.account,
        booked_on=entry.booked_on,
        ref=entry.ref,
        amount_cents=-entry.cents,
        value_on=entry.value_on,
        bank_code=entry.entry.bank_code,
        text=entry.text[:TEXT_SHOWN],
    )
    run.counts["charges"] += 1
    run.new += not book_bank_charge(run.ledger, charge, today=entry.booked_on).reason


def _receipt(run: BankRun, head: BankHead, entry: Named) -> None:
    receipt = Receipt(
        account=head.account,
        booked_on=entry.booked_on,
        ref=entry.ref,
        amount_cents=entry.cents,
        left_cents=entry.cents,
        currency=head.currency,
        value_on=entry.value_on,
        payer=entry.entry.counterparty,
        payer_iban=entry.entry.account.replace(" ", ""),
        text=entry.text[:TEXT_KEPT],
        end_to_end_id=entry.entry.end_to_end_id,
    )
    receipt = _told_apart(run.ledger, receipt, entry)
    known = _stored(run.ledger, receipt)
    run.counts["receipts"] += 1
    if known is None:
        book_receipt(run.ledger, receipt, today=receipt.booked_on)
        run.new += 1
    if known is None or known.left_cents:
        send_to_match(run, receipt)


def send_to_match(run: BankRun, receipt: Receipt) -> None:
    """Ask for the match of a receipt; matching itself finds what was done before.

    The cause is told, because equal messages to a FIFO queue are dropped for five minutes: another
    file, and another day's look at this one, are reasons to match again.
    """
    message = {
        "cause": f"{run.name}#{run.today}",
        "account": receipt.account,
        "booked_on": receipt.booked_on.isoformat(),
        "ref": receipt.ref,
    }
    run.queue.send("allocate_receipts", message, group=receipt.account)


def _stored(ledger: Ledger, receipt: Receipt) -> Receipt | None:
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    return ledger.get(Receipt, **key)


def _told_apart(ledger: Ledger, receipt: Receipt, entry: Named) -> Receipt:
    """Give a receipt a reference of its own where the bank used one twice for other money."""
    known = _stored(ledger, receipt)
    if known is None:
        return receipt
    ibans = {known.payer_iban, receipt.payer_iban} - {""}  # a notification may bring it later
    if known.amount_cents == receipt.amount_cents and len(ibans) <= 1:
        return receipt
    return dataclasses.replace(
        receipt, ref=f"{receipt.ref}-{bank_entries.content_hash(entry.entry)}"
    )
