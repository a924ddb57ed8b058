"""The first reminder: one message per debtor and day, with all its overdue invoices.

Sent by us, so of every seller whose contract is notified or a mandate, where the seller stays the
creditor and is named as such. It waits while a person or money says so:
a veto, a block, insolvency proceedings, cash of that debtor which is not applied yet. An invoice
that is disputed, promised for a day to come or granted a delay is left out (``follow_cases``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bordereau.domain.books import Receipt
from bordereau.domain.figures import DocumentKind, ReminderFigures, ReminderRow
from bordereau.domain.identifiers import AccountId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.overdue import reminder_days
from bordereau.domain.parties import Debtor
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.terms import Disclosure
from bordereau.domain.work import Alert, Intent, ReceiptProposal
from bordereau.ports import Ledger, Objects, Queue
from bordereau.services import outbox
from bordereau.services.alerts import Severity, close_alert, raise_alert
from bordereau.services.contract_terms import terms_of
from bordereau.services.debtor_figures import account_figures, debtor_figures
from bordereau.services.draft import Draft, attempt
from bordereau.services.firm import firm_of
from bordereau.services.follow_cases import Suspended
from bordereau.services.issue_advances import seller_of_contract
from bordereau.services.outcome import Outcome, already, done, held
from bordereau.services.register import contract_of, debtor_of, setting

LEVEL = 1
INVOICES_MAX = 90
"""New invoices in one message: what one commit holds; the next day's message has the others."""


def remind_debtor(
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    *,
    payer: tuple[PartyId, str],
    on: dt.date,
    now: dt.datetime,
) -> Outcome:
    """Put the first reminder of a debtor, when an invoice of it came to its first reminder day.

    ``payer`` is the debtor and the currency it owes in.

    Levels of the invoices and the intent are one commit. Held: ``blocked``, ``insolvent``,
    ``veto``, ``unallocated_cash``, ``no_email`` (with an alert). A second call finds the day's
    intent (``reminded``), or nothing due (``nothing-due``), and writes nothing.
    """
    debtor, currency = payer
    identity, kind = f"{debtor}#{on}", DocumentKind.REMINDER
    known = debtor_of(ledger, debtor)
    if known is None:
        return already("no-such-debtor", debtor)
    intent = ledger.get(Intent, kind=kind, id=identity)
    if intent is None:
        due = _due(ledger, debtor, currency, on=on)
        if not due:
            return already("nothing-due", debtor)
        if reason := _reason_to_wait(ledger, known, on=on):
            return held(reason, debtor)
        reminder = _Reminder(ledger, objects, known, on, now)
        attempt(ledger, "remind-debtor", lambda draft: reminder.put(draft, due))
        if ledger.get(Intent, kind=kind, id=identity) is None:
            return already("nothing-due", debtor)
    elif intent.pdf_key:
        return already("reminded", identity)
    queue.send("write_documents", {"kind": kind.value, "id": identity})
    return done(identity) if intent is None else already("reminded", identity)


def _due(ledger: Ledger, debtor: PartyId, currency: str, *, on: dt.date) -> list[Invoice]:
    """Return all that a debtor should have paid to one account, when a first reminder is due.

    Invoices that were not reminded of yet stand first. Of several accounts, the one with the most
    to remind of; the others have their own message on another day.
    """
    first_day = reminder_days(setting(ledger, "reminder_days"))[0]
    latest = on - dt.timedelta(first_day)
    by_account: dict[AccountId, list[Invoice]] = {}
    for invoice in _overdue(ledger, debtor, currency, on=on):
        account = _account(ledger, invoice, on=on)
        if account is not None:
            by_account.setdefault(account, []).append(invoice)
    waiting = {
        account: sum(i.open_cents for i in listed if i.reminder_level < LEVEL)
        for account, listed in by_account.items()
        if any(i.reminder_level < LEVEL and i.due_on <= latest for i in listed)
    }
    if not waiting:
        return []
    listed = by_account[max(waiting, key=lambda account: (waiting[account], account))]
    new = [invoice for invoice in listed if invoice.reminder_level < LEVEL]
    return new[:INVOICES_MAX] + [i for i in listed if i.reminder_level >= LEVEL]


def _overdue(ledger: Ledger, debtor: PartyId, currency: str, *, on: dt.date) -> Iterator[Invoice]:
    suspended = Suspended(ledger, on)
    listed = list(ledger.find(Invoice, Index.OPEN_BY_DEBTOR, f"D#{debtor}#{currency}"))
    for one in sorted(listed, key=lambda invoice: (invoice.due_on, invoice.number)):
        now = ledger.get(Invoice, contract=one.contract, invoice=one.invoice)
        if now is None or not now.is_open or now.due_on >= on or now.disputed_cents:
            continue
        if not suspended.holds(now):
            yield now


def _account(ledger: Ledger, invoice: Invoice, *, on: dt.date) -> AccountId | None:
    """Return where the debtor pays an invoice; ``None`` where it is not told that we collect."""
    contract = contract_of(ledger, invoice.contract)
    assert contract is not None, "an invoice is of a contract"
    terms = terms_of(ledger, invoice.contract, on)
    if not (invoice.is_mandate or terms.disclosure is Disclosure.NOTIFIED):
        return None
    return contract.account


def _reason_to_wait(ledger: Ledger, debtor: Debtor, *, on: dt.date) -> str:
    object_ = f"debtor:{debtor.party}"
    if debtor.is_blocked:
        return "blocked"
    if debtor.is_insolvent:
        return "insolvent"
    if debtor.no_reminder_until is not None and on <= debtor.no_reminder_until:
        return "veto"
    if has_unallocated_cash(ledger, debtor.party):
        return "unallocated_cash"
    if debtor.emails:
        close_alert(ledger, object_, "email", on=on)
        return ""
    facts = {"debtor": debtor.name}
    code = "debtor-without-email"
    alert = Alert(object_, "email", on, Severity.NORMAL, code, facts, debtor=debtor.party)
    raise_alert(ledger, alert, reopens=True)
    return "no_email"


def has_unallocated_cash(ledger: Ledger, debtor: PartyId) -> bool:
    """Return whether money that is, or seems to be, a debtor's lies with us and pays nothing."""
    for shard in range(INDEX_SHARDS):
        for receipt in ledger.find(Receipt, Index.TODO, f"receipt#{shard}"):
            if debtor in (receipt.debtor, _proposed(ledger, receipt)):
                return True
    return False


def _proposed(ledger: Ledger, receipt: Receipt) -> PartyId | None:
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    proposal = ledger.get(ReceiptProposal, **key)
    return proposal.debtor if proposal else None


@dataclass(frozen=True, slots=True)
class _Reminder:
    """One reminder in the making."""

    ledger: Ledger
    objects: Objects
    debtor: Debtor
    on: dt.date
    now: dt.datetime

    def put(self, draft: Draft, due: list[Invoice]) -> None:
        """Write levels and intent; what was paid since it was listed is left out."""
        kind, identity = DocumentKind.REMINDER, f"{self.debtor.party}#{self.on}"
        fresh = [draft.take(Invoice, contract=i.contract, invoice=i.invoice) for i in due]
        listed = [invoice for invoice in fresh if invoice.is_open and not invoice.disputed_cents]
        new = [invoice for invoice in listed if invoice.reminder_level < LEVEL]
        if not new or draft.read(Intent, kind=kind, id=identity) is not None:
            return
        for invoice in new:
            draft.write(dataclasses.replace(invoice, reminder_level=LEVEL))
        frozen = outbox.freeze(self.objects, kind, identity, self._figures(listed))
        draft.write(
            outbox.intent(
                kind,
                identity,
                frozen,
                to=self.debtor.emails,
                party=self.debtor.party,
                created_at=self.now,
                language=self.debtor.language,
            )
        )

    def _figures(self, listed: list[Invoice]) -> ReminderFigures:
        firm = firm_of(self.ledger)
        contract = contract_of(self.ledger, listed[0].contract)
        assert contract is not None, "an invoice without a contract has no account to pay to"
        return ReminderFigures(
            id=f"dun#{self.debtor.party}#{self.on}",
            level=LEVEL,
            issued_on=self.on,
            factor=firm.party,
            debtor=debtor_figures(self.debtor),
            account=account_figures(self.ledger, contract.account),
            contact=firm.contact,
            rows=tuple(self._row(invoice) for invoice in listed),
            total_cents=sum(invoice.open_cents for invoice in listed),
            currency=contract.currency,
        )

    def _row(self, invoice: Invoice) -> ReminderRow:
        return ReminderRow(
            seller=seller_of_contract(self.ledger, invoice.contract).name,
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            amount_cents=invoice.amount_cents,
            open_cents=invoice.open_cents,
            days_late=(self.on - invoice.due_on).days,
            order_reference=invoice.order_reference,
            is_mandate=invoice.is_mandate,
        )
