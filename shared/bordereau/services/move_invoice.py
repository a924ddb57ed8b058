"""E11 to E14 and E19: what a dispute, an age, a fault or a direct payment does to one invoice."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from bordereau.domain import invoices
from bordereau.domain.books import Position
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, done, refused

Move = Callable[[Invoice], Invoice | str]
"""Returns the invoice after the event, or the reason why it is refused."""


def _move(  # noqa: PLR0913 - one event with what it is called and who asks
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    kind: str,
    move: Move,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        before = draft.read(Invoice, contract=contract, invoice=invoice)
        if before is None:
            return refused("no_such_invoice", invoice)
        after = move(before)
        if isinstance(after, str):
            return refused(after, invoice)
        if after != before:
            posting = invoices.posting(kind, before, after, documents=(invoice,))
            if posting.lines:
                draft.post(contract, posting, today=today)
            draft.write(after)
            move_lines(draft, before, after, today=today)
        return finished(draft, done(invoice, amounts=_moved(before, after)), also)

    return attempt(ledger, "move-invoice", decide)


def _moved(before: Invoice, after: Invoice) -> dict[str, int]:
    """Return what is open and held now, what was open, and by how much the dispute moved."""
    return {
        "open": after.open_cents,
        "was_open": before.open_cents,
        "held": after.hold_dispute_cents + after.hold_defunded_cents,
        "hold_dispute": after.hold_dispute_cents,
        "held_more": after.hold_dispute_cents - before.hold_dispute_cents,
        "disputed_more": after.disputed_cents - before.disputed_cents,
        "retained": after.retained_cents,
    }


def open_dispute(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    amount_cents: int | None = None,
    also: Also | None = None,
) -> Outcome:
    """Dispute an amount, or all that is open and undisputed; disputes add up (E11).

    Where the terms of the day say so, any dispute is one on the whole invoice. Refused:
    ``no_such_invoice``, ``nothing_open``, ``over_open``.
    """
    terms = terms_on(ledger, contract, today)
    is_whole = terms is not None and terms.dispute_scope == "WHOLE"

    def move(before: Invoice) -> Invoice | str:
        undisputed = before.open_cents - before.disputed_cents
        wanted = undisputed if amount_cents is None else amount_cents
        if not before.is_open:
            return "nothing_open"
        if wanted > undisputed or undisputed == 0:
            return "over_open"
        return invoices.dispute(before, undisputed if is_whole else wanted)

    return _move(ledger, contract, invoice, "E11", move, today=today, also=also)


def end_dispute(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    amount_cents: int | None = None,
    also: Also | None = None,
) -> Outcome:
    """End a dispute on an amount, or all of it (E11).

    Refused: ``no_such_invoice``, ``nothing_open``, ``no_dispute``, ``over_open``.
    """

    def move(before: Invoice) -> Invoice | str:
        wanted = before.disputed_cents if amount_cents is None else amount_cents
        if not before.is_open:
            return "nothing_open"
        if before.disputed_cents == 0:
            return "no_dispute"
        if wanted > before.disputed_cents:
            return "over_open"
        return invoices.end_dispute(before, wanted)

    return _move(ledger, contract, invoice, "E11", move, today=today, also=also)


def change_dispute(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    change: Callable[[Invoice], int | str],
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Dispute so much more of an invoice, or less (E11), as ``change`` says of it as it stands.

    Refused: ``no_such_invoice``, and what ``change`` answers. Nothing to change posts nothing.
    """

    def move(before: Invoice) -> Invoice | str:
        cents = change(before)
        if isinstance(cents, str):
            return cents
        if cents > before.open_cents - before.disputed_cents or cents < -before.disputed_cents:
            return "over_open"
        if cents == 0:
            return before
        return (
            invoices.dispute(before, cents) if cents > 0 else invoices.end_dispute(before, -cents)
        )

    return _move(ledger, contract, invoice, "E11", move, today=today, also=also)


def charge_back(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Give the receivable back to the seller (E13).

    Refused: ``no_such_invoice``, ``nothing_open``.
    """

    def move(before: Invoice) -> Invoice | str:
        if not before.is_open:
            return "nothing_open"
        return invoices.close_whole(before, "charged_back", on=today)

    return _move(ledger, contract, invoice, "E13", move, today=today, also=also)


def pay_directly(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    amount_cents: int,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Note that the debtor paid the seller: the seller owes it (E14).

    Refused: ``no_such_invoice``, ``nothing_open``, ``over_open``.
    """

    def move(before: Invoice) -> Invoice | str:
        if not before.is_open:
            return "nothing_open"
        if amount_cents > before.open_cents:
            return "over_open"
        return invoices.pay_directly(before, amount_cents, on=today)

    return _move(ledger, contract, invoice, "E14", move, today=today, also=also)


def use_retained(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    amount_cents: int,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Use a part of what is retained on an invoice (E19).

    Refused: ``no_such_invoice``, ``nothing_open``, ``over_fund``.
    """

    def move(before: Invoice) -> Invoice | str:
        if not before.is_open:
            return "nothing_open"
        if amount_cents > before.retained_cents:
            return "over_fund"
        return invoices.use_retained(before, amount_cents)

    return _move(ledger, contract, invoice, "E19", move, today=today, also=also)


def defund(ledger: Ledger, contract: ContractId, invoice: InvoiceId, *, today: dt.date) -> Outcome:
    """Hold what was advanced on an invoice that is too long overdue (E12).

    Refused: ``not_due`` before its day or without recourse, or when it is de-funded or closed: a
    second call posts nothing.
    """

    def move(before: Invoice) -> Invoice | str:
        return invoices.defund(before) if is_due_for_defunding(before, today) else "not_due"

    return _move(ledger, contract, invoice, "E12", move, today=today)


def is_due_for_defunding(invoice: Invoice, today: dt.date) -> bool:
    """Return whether due date plus recourse days has come; only with recourse (reading 14)."""
    if invoice.recourse_days is None or invoice.is_defunded or not invoice.is_open:
        return False
    return not invoice.is_mandate and (today - invoice.due_on).days >= invoice.recourse_days


def note_formal_notice(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Note the formal notice of an invoice; the first one counts, a second writes nothing."""

    def decide(draft: Draft) -> Outcome:
        known = draft.read(Invoice, contract=contract, invoice=invoice)
        if known is None:
            return refused("no_such_invoice", invoice)
        if known.notice_on is None:
            draft.write(dataclasses.replace(known, notice_on=today, moved_on=True))
        return finished(draft, done(invoice), also)

    return attempt(ledger, "late-interest", decide)
