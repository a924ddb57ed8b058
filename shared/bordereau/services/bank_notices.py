"""camt.054: the details of an entry that a statement books, whichever of the two comes first.

A notification books nothing. What it says is kept under the entry's references, the servicer's and
the entry's own, and is taken over when the statement comes; where the entry was booked or told
before, it is completed now: a receipt gets its words, a batch of our pay-outs is confirmed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from bordereau.domain import bank_entries
from bordereau.domain.bank_entries import Named
from bordereau.domain.books import BankHead, Receipt
from bordereau.domain.claims import BankDetail, BankEntry, StatementClaim
from bordereau.domain.identifiers import AccountId
from bordereau.domain.money import format_amount
from bordereau.domain.work import Alert, BankNotice
from bordereau.services.alerts import close_alert
from bordereau.services.bank_run import NOT_BOOKED, BankRun
from bordereau.services.book_bank_entry import TEXT_KEPT, book_entry, send_to_match
from bordereau.services.draft import Draft, attempt

DETAILS_MAX = 250
"""So many transfers of one batch are kept; a longer one is taken as one entry."""


def take_notification(run: BankRun, statement: StatementClaim, head: BankHead) -> None:
    """Keep what a notification says of each entry, and complete what is booked or told already."""
    for entry in _by_reference(statement.entries):
        run.counts["details"] += len(entry.entry.details)
        _complete(run, head, _as_booked(run, entry))
        _keep(run, _notice(run, head, entry))


def _as_booked(run: BankRun, entry: Named) -> Named:
    """Return an entry under the reference and day by which its statement named it."""
    known = run.ledger.get(BankNotice, account=run.account, ref=entry.ref)
    if known is None or known.entry_on is None or known.cents != entry.cents:
        return entry
    return dataclasses.replace(entry, ref=known.entry_ref, booked_on=known.entry_on)


def with_details(run: BankRun, entry: Named) -> Named:
    """Return an entry of a statement with what a notification said of it before.

    One without details that has a second reference is remembered under that, too.
    """
    for reference in (entry.entry.reference, entry.entry.entry_reference):
        ref = bank_entries.clean(reference)
        if ref in bank_entries.NO_REFERENCES:
            continue
        notice = run.ledger.get(BankNotice, account=run.account, ref=ref)
        if notice is not None and notice.cents == entry.cents:
            return _merged(entry, notice.details)
    _remember(run, entry)
    return entry


def _remember(run: BankRun, entry: Named) -> None:
    second = bank_entries.clean(entry.entry.entry_reference)
    if entry.entry.details or second in {entry.ref, *bank_entries.NO_REFERENCES}:
        return
    _keep(
        run,
        BankNotice(
            account=AccountId(run.account),
            ref=second,
            cents=entry.cents,
            file=run.name,
            told_on=run.today,
            entry_ref=entry.ref,
            entry_on=entry.booked_on,
        ),
    )


def _merged(entry: Named, details: tuple[BankDetail, ...]) -> Named:
    """Return an entry that says what it said, and what the details say besides."""
    own = entry.entry
    known = own.details or (BankDetail(own.amount, own.sign),)
    if len(details) < len(known):
        return entry
    first = details[0] if len(details) == 1 else BankDetail(own.amount, own.sign)
    return dataclasses.replace(
        entry,
        entry=dataclasses.replace(
            own,
            details=details,
            end_to_end_id=own.end_to_end_id or first.end_to_end_id,
            counterparty=own.counterparty or first.counterparty,
            account=own.account or first.account,
            is_return=own.is_return or first.is_return,
            return_reason=own.return_reason or first.return_reason,
        ),
    )


def _by_reference(entries: Iterable[BankEntry]) -> Iterator[Named]:
    """Yield one entry for each reference; those that share their batch's are taken together."""
    groups: dict[str, list[Named]] = {}
    for entry in bank_entries.named(entries):
        references = (entry.entry.reference, entry.entry.entry_reference)
        for ref in dict.fromkeys(map(bank_entries.clean, references)):
            if ref not in bank_entries.NO_REFERENCES:
                groups.setdefault(ref, []).append(entry)
    for ref, group in groups.items():
        cents = sum(entry.cents for entry in group)
        details = tuple(detail for entry in group for detail in _details(entry.entry))
        whole = dataclasses.replace(
            group[0].entry,
            amount=format_amount(abs(cents)),
            sign="-" if cents < 0 else "+",
            details=details,
        )
        if len(group) > 1:
            whole = dataclasses.replace(whole, end_to_end_id="", counterparty="", account="")
        yield dataclasses.replace(group[0], entry=whole, ref=ref, cents=cents)


def _notice(run: BankRun, head: BankHead, entry: Named) -> BankNotice:
    details = entry.entry.details
    return BankNotice(
        account=head.account,
        ref=entry.ref,
        cents=entry.cents,
        file=run.name,
        told_on=run.today,
        details=details[:DETAILS_MAX],
        is_whole=len(details) <= DETAILS_MAX,
    )


def _details(entry: BankEntry) -> tuple[BankDetail, ...]:
    """Return the transfers of an entry; one without any is its own."""
    if entry.details:
        return entry.details
    names = [field.name for field in dataclasses.fields(BankDetail)]
    return (BankDetail(**{name: getattr(entry, name) for name in names}),)


def _keep(run: BankRun, notice: BankNotice) -> None:
    def decide(draft: Draft) -> None:
        old = draft.read(BankNotice, account=notice.account, ref=notice.ref)
        if old is None:
            draft.write(notice)
        elif (old.cents, old.details) != (notice.cents, notice.details) and notice.details:
            draft.write(
                dataclasses.replace(notice, v=old.v, entry_ref=old.entry_ref, entry_on=old.entry_on)
            )

    attempt(run.ledger, "note-bank-details", decide)


def _complete(run: BankRun, head: BankHead, entry: Named) -> None:
    """Complete the receipt of an entry, or book the pay-outs of one that was only told."""
    told = run.ledger.get(Alert, object=run.entry_object(entry), stage=NOT_BOOKED)
    if told is not None and told.closed_on is None and told.code == "bank-debit-unknown":
        before = run.counts["confirmed"]
        if any(map(bank_entries.own_payout, entry.parts)):
            book_entry(run, head, entry)
        if run.counts["confirmed"] > before:
            close_alert(run.ledger, told.object, NOT_BOOKED, on=run.today)
        return
    if entry.cents > 0:
        _complete_receipt(run, entry)


def _complete_receipt(run: BankRun, entry: Named) -> None:
    key = {"account": run.account, "booked_on": entry.booked_on, "ref": entry.ref}

    def decide(draft: Draft) -> Receipt | None:
        receipt = draft.read(Receipt, **key)
        if receipt is None or receipt.amount_cents != entry.cents:
            return None
        wanted = _with_words(receipt, entry)
        if wanted == receipt:
            return None
        draft.write(wanted)
        return wanted

    changed = attempt(run.ledger, "detail-receipt", decide)
    if changed is not None and changed.left_cents:
        send_to_match(run, changed)


def _with_words(receipt: Receipt, entry: Named) -> Receipt:
    said = entry.text
    is_new = any(word not in receipt.text.split() for word in said.split())
    text = f"{receipt.text} {said}".strip()[:TEXT_KEPT] if is_new else receipt.text
    return dataclasses.replace(
        receipt,
        text=text,
        payer=receipt.payer or entry.entry.counterparty,
        payer_iban=receipt.payer_iban or entry.entry.account.replace(" ", ""),
        end_to_end_id=receipt.end_to_end_id or entry.entry.end_to_end_id,
    )
