"""E5, E6, E16, E17, E18: apply a receipt to invoices, or set parts of it aside.

All amounts of an application are checked first; then each line is one commit, complete with its
releases and tolerance, before the next (settled reading 17).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bordereau.domain import cash, invoices
from bordereau.domain.books import Allocation, BankHead, DebtorCredit, Position, Receipt
from bordereau.domain.identifiers import AccountId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger
from bordereau.services.accept_short_payment import post_close
from bordereau.services.contract_terms import terms_of, terms_on
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.seller_and_debtor_payments import credits_of, take_credits
from bordereau.services.take_receipt import left_of, take_from, value_date


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """Which receipt: account, booking date, reference."""

    account: AccountId
    booked_on: dt.date
    ref: str


@dataclass(frozen=True, slots=True)
class Pays:
    """A line of an application: so much of an invoice; ``credit_cents`` of it from credits."""

    contract: ContractId
    invoice: InvoiceId
    amount_cents: int
    credit_cents: int = 0


@dataclass(frozen=True, slots=True)
class NotAssigned:
    """A line of an application: a payment of something never assigned, the seller's (E17)."""

    contract: ContractId
    amount_cents: int


@dataclass(frozen=True, slots=True)
class OverPayment:
    """A line of an application: paid too much, the debtor's (E16)."""

    amount_cents: int


ApplicationLine = Pays | NotAssigned | OverPayment


def apply_receipt(
    ledger: Ledger,
    key: ReceiptKey,
    lines: Sequence[ApplicationLine],
    *,
    today: dt.date,
    command: str = "",
) -> Outcome:
    """Apply a receipt; the rest stays unallocated.

    Refused as a whole, nothing written: ``no_such_receipt``, ``no_such_invoice``,
    ``contract_not_in_force``, ``nothing_open``, ``no_debtor``, ``other_debtor``, ``over_open``,
    ``over_receipt``, ``over_credit``. ``command`` is the id of what asks for it: a second call with
    the same one finds its allocations and goes on with the lines that are missing, or answers
    ``already``.
    """
    receipt = ledger.get(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    if receipt is None:
        return refused("no_such_receipt", key.ref)
    finished = _finished(ledger, key, command)
    missing = [
        (f"{command}#{number}", line)
        for number, line in enumerate(lines)
        if f"{command}#{number}" not in finished
    ]
    if not missing:
        return already("applied", key.ref)
    if reason := _reason_against(ledger, receipt, [line for _, line in missing], today=today):
        return refused(reason, key.ref)
    for name, line in missing:
        outcome = _apply_line(ledger, key, line, today=today, command=name)
        if outcome.is_refused:
            return outcome
    return done(key.ref)


def _finished(ledger: Ledger, key: ReceiptKey, command: str) -> set[str]:
    if not command:
        return set()
    allocations = ledger.list(
        Allocation,
        first=f"{key.ref}#A",
        last=f"{key.ref}#B",
        account=key.account,
        booked_on=key.booked_on,
    )
    return {entry.command for entry in allocations}


def _reason_against(
    ledger: Ledger, receipt: Receipt, lines: Iterable[ApplicationLine], *, today: dt.date
) -> str | None:
    """Return why the application cannot be, the first in the order of the stories."""
    listed = list(lines)
    pays = [line for line in listed if isinstance(line, Pays)]
    found = [
        (line, ledger.get(Invoice, contract=line.contract, invoice=line.invoice)) for line in pays
    ]
    reasons: set[str] = set()
    for line, invoice in found:
        reasons |= _against_invoice(line, invoice, receipt)
    set_aside = [line.contract for line in listed if isinstance(line, NotAssigned)]
    if any(terms_on(ledger, contract, today) is None for contract in set_aside):
        reasons.add("contract_not_in_force")
    if receipt.debtor is None and any(isinstance(line, OverPayment) for line in listed):
        reasons.add("no_debtor")
    if sum(_from_receipt(line) for line in listed) > receipt.left_cents:
        reasons.add("over_receipt")
    if _wants_too_much_credit(ledger, receipt, found):
        reasons.add("over_credit")
    return next((reason for reason in _ORDER if reason in reasons), None)


_ORDER = (
    "no_such_invoice",
    "contract_not_in_force",
    "nothing_open",
    "no_debtor",
    "other_debtor",
    "over_open",
    "over_receipt",
    "over_credit",
)


def _against_invoice(line: Pays, invoice: Invoice | None, receipt: Receipt) -> set[str]:
    if invoice is None:
        return {"no_such_invoice"}
    reasons = set()
    if not invoice.is_open:
        reasons.add("nothing_open")
    if receipt.debtor is not None and invoice.debtor != receipt.debtor:
        reasons.add("other_debtor")
    if line.amount_cents > invoice.open_cents:
        reasons.add("over_open")
    return reasons


def _from_receipt(line: ApplicationLine) -> int:
    return line.amount_cents - (line.credit_cents if isinstance(line, Pays) else 0)


def _wants_too_much_credit(
    ledger: Ledger, receipt: Receipt, found: list[tuple[Pays, Invoice | None]]
) -> bool:
    wanted: dict[PartyId, int] = {}
    for line, invoice in found:
        if invoice is not None and line.credit_cents:
            wanted[invoice.debtor] = wanted.get(invoice.debtor, 0) + line.credit_cents
    return any(
        cents > sum(credit.left_cents for credit in credits_of(ledger, debtor, receipt.account))
        for debtor, cents in wanted.items()
    )


def _apply_line(
    ledger: Ledger, key: ReceiptKey, line: ApplicationLine, *, today: dt.date, command: str
) -> Outcome:
    if isinstance(line, Pays):
        return attempt(
            ledger,
            "apply-receipt",
            lambda draft: _pay(ledger, draft, key, line, today=today, command=command),
        )
    return attempt(
        ledger,
        "set-aside-receipt",
        lambda draft: _set_aside(ledger, draft, key, line, today=today, command=command),
    )


def _pay(
    ledger: Ledger, draft: Draft, key: ReceiptKey, line: Pays, *, today: dt.date, command: str
) -> Outcome:
    draft.take(Position, contract=line.contract)
    draft.take(BankHead, account=key.account)
    before = draft.take(Invoice, contract=line.contract, invoice=line.invoice)
    if line.amount_cents > before.open_cents:
        return refused("over_open", line.invoice)
    if left_of(draft, key) < _from_receipt(line):
        return refused("over_receipt", key.ref)
    if not take_credits(ledger, draft, before.debtor, key.account, cents=line.credit_cents):
        return refused("over_credit", line.invoice)
    receipt = take_from(draft, key, _from_receipt(line))
    documents = (key.ref, line.invoice)
    bank, clearing = cash.application(
        _from_receipt(line),
        line.credit_cents,
        documents,
        debtor=before.debtor,
        valued_on=value_date(ledger, line.contract, receipt.booked_on),
    )
    paid = invoices.pay(before, line.amount_cents, on=receipt.booked_on)
    posting = invoices.posting("E5", before, paid, documents=documents, counter=clearing)
    bank_entry = draft.post_bank(key.account, bank, today=today)
    posting = dataclasses.replace(posting, paid_on=receipt.booked_on)
    entry = draft.post(line.contract, posting, today=today)
    after = within_tolerance(ledger, draft, paid, today=today)
    last = draft.take(Position, contract=line.contract).seq
    draft.write(after)
    move_lines(draft, before, after, today=today)
    draft.write(
        Allocation(
            *(key.account, key.booked_on, key.ref, receipt.allocation_count, today),
            amount_cents=line.amount_cents,
            credit_cents=line.credit_cents,
            contract=line.contract,
            invoice=line.invoice,
            bank_seq=bank_entry.seq,
            contract_seq=entry.seq,
            command=command,
            was=invoices.snapshot(before),
            close_seq=last if last > entry.seq else 0,
        )
    )
    return done(line.invoice)


def within_tolerance(ledger: Ledger, draft: Draft, paid: Invoice, *, today: dt.date) -> Invoice:
    """E18: close an undisputed rest within the tolerance of the terms of the day.

    Never under a mandate: it would be our loss on another's claim.
    """
    if paid.is_mandate:
        return paid
    tolerance = terms_of(ledger, paid.contract, today).tolerance_cents
    if not 0 < paid.open_cents <= tolerance or paid.disputed_cents:
        return paid
    return post_close(draft, paid, today=today, to_small_differences=True)


def _set_aside(
    ledger: Ledger,
    draft: Draft,
    key: ReceiptKey,
    line: NotAssigned | OverPayment,
    *,
    today: dt.date,
    command: str,
) -> Outcome:
    contract = line.contract if isinstance(line, NotAssigned) else None
    if contract is not None:
        draft.take(Position, contract=contract)  # first: it guards the rest
    if left_of(draft, key) < line.amount_cents:
        return refused("over_receipt", key.ref)
    receipt = take_from(draft, key, line.amount_cents)
    seqs = (
        _post_over_payment(draft, receipt, line.amount_cents, today=today)
        if contract is None
        else _post_not_assigned(
            ledger, draft, receipt, contract, cents=line.amount_cents, today=today
        )
    )
    draft.write(
        Allocation(
            *(key.account, key.booked_on, key.ref, receipt.allocation_count, today),
            amount_cents=line.amount_cents,
            contract=contract,
            kind="E16" if contract is None else "E17",
            bank_seq=seqs[0],
            contract_seq=seqs[1],
            command=command,
        )
    )
    return done(key.ref)


def _post_over_payment(
    draft: Draft, receipt: Receipt, cents: int, *, today: dt.date
) -> tuple[int, int]:
    assert receipt.debtor is not None, "checked before: an over-payment is some debtor's"
    posting = cash.over_payment(cents, (receipt.ref,), debtor=receipt.debtor)
    entry = draft.post_bank(receipt.account, posting, today=today)
    draft.write(
        DebtorCredit(
            debtor=receipt.debtor,
            credit=f"{receipt.booked_on}#{receipt.ref}#{receipt.allocation_count}",
            account=receipt.account,
            currency=receipt.currency,
            since_on=today,
            amount_cents=cents,
            left_cents=cents,
        )
    )
    return entry.seq, 0


def _post_not_assigned(
    ledger: Ledger,
    draft: Draft,
    receipt: Receipt,
    contract: ContractId,
    *,
    cents: int,
    today: dt.date,
) -> tuple[int, int]:
    bank, seller = cash.not_assigned(
        cents,
        (receipt.ref,),
        debtor=receipt.debtor or "",
        valued_on=value_date(ledger, contract, receipt.booked_on),
    )
    bank_entry = draft.post_bank(receipt.account, bank, today=today)
    entry = draft.post(contract, seller, today=today)
    return bank_entry.seq, entry.seq


def apply_credits(
    ledger: Ledger, account: AccountId, debtor: PartyId, lines: Sequence[Pays], *, today: dt.date
) -> Outcome:
    """Pay invoices wholly from a debtor's credits (E5).

    Refused as a whole: ``no_such_invoice``, ``nothing_open``, ``other_debtor``, ``over_open``,
    ``over_credit``. Each call uses credits anew: a caller that may repeat itself does not.
    """
    stand_in = Receipt(*(account, today, "credits", 0, 0, "", today), debtor=debtor)
    whole = [dataclasses.replace(line, credit_cents=line.amount_cents) for line in lines]
    if reason := _reason_against(ledger, stand_in, whole, today=today):
        return refused(reason, debtor)
    for line in whole:
        pay = partial(_pay_by_credit, ledger, account=account, line=line, today=today)
        outcome = attempt(ledger, "use-credits", pay)
        if outcome.is_refused:
            return outcome
    return done(debtor)


def _pay_by_credit(
    ledger: Ledger, draft: Draft, *, account: AccountId, line: Pays, today: dt.date
) -> Outcome:
    draft.take(Position, contract=line.contract)
    draft.take(BankHead, account=account)
    before = draft.take(Invoice, contract=line.contract, invoice=line.invoice)
    if line.amount_cents > before.open_cents:
        return refused("over_open", line.invoice)
    if not take_credits(ledger, draft, before.debtor, account, cents=line.credit_cents):
        return refused("over_credit", line.invoice)
    documents = (f"credits#{today}", line.invoice)
    bank, clearing = cash.application(0, line.amount_cents, documents, debtor=before.debtor)
    draft.post_bank(account, bank, today=today)
    paid = invoices.pay(before, line.amount_cents, on=today)
    posting = invoices.posting("E5", before, paid, documents=documents, counter=clearing)
    draft.post(line.contract, posting, today=today)
    after = within_tolerance(ledger, draft, paid, today=today)
    draft.write(after)
    move_lines(draft, before, after, today=today)
    return done(line.invoice)
