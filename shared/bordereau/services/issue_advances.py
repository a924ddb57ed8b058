"""Per contract and day one commit: charges (E2), the pay-out (E3a), the advance statement.

A charge whose VAT rate is missing waits for the first day with one (settled story rule): staff get
an alert, the statement says so, and what is available without it is paid all the same.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import account_steps, billing, chart
from bordereau.domain.advance_hours import covers, debited_at, financed_at
from bordereau.domain.availability import Waterfall
from bordereau.domain.bank_calendar import next_bank_day
from bordereau.domain.books import (
    AdvanceStatement,
    ContractStatus,
    PayOut,
    PayOutState,
    Position,
)
from bordereau.domain.charges import CHARGE_LABELS, COLLECTION_FEE
from bordereau.domain.closing import open_day
from bordereau.domain.entries import Entry, contract_journal
from bordereau.domain.figures import DocumentKind
from bordereau.domain.identifiers import ContractId, currency_of, seller_in
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import neutral_money
from bordereau.domain.parties import Seller
from bordereau.domain.problems import ConfigurationError, ConflictError
from bordereau.domain.terms import PayoutMode, Terms
from bordereau.domain.work import Alert, Intent
from bordereau.ports import Ledger, Objects, Queue, civil_date
from bordereau.services import outbox
from bordereau.services.advance_figures import (
    Issued,
    advance_figures,
    entries_since,
    opening_available,
)
from bordereau.services.alerts import (
    Severity,
    close_alert,
    invoice_object,
    open_alerts,
    raise_alert,
)
from bordereau.services.availability import available_of, open_invoices
from bordereau.services.bill_fees import Billing, post_bill, to_bill
from bordereau.services.contract_terms import terms_on
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.payouts import write_payout
from bordereau.services.register import contract_of, seller_of

BACK = (PayOutState.RETURNED, PayOutState.REFUSED)
UNDER_WAY = (PayOutState.ORDERED, PayOutState.SEALED, PayOutState.SENT)


def issue_advances(
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    *,
    contract: ContractId,
    on: dt.date,
    now: dt.datetime,
) -> Outcome:
    """Issue the advance statement of a contract and day, with its charges and its pay-out.

    Nothing happened since the last statement and nothing is payable: no statement
    (``nothing-new``). A second call finds the day's statement (``issued-today``) and writes
    nothing; it asks again for the PDF that is not there yet. A day in a closed month counts as the
    first open one: a tax document is not dated into what is closed. Refused:
    ``contract_not_in_force``.
    """
    on = first_open_day(ledger, contract, on)
    identity = f"{contract}#{on}"

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, on)
        if position is None or terms is None:
            return refused("contract_not_in_force", contract)
        if open_day(on, position.closed_through_on) != on:
            raise ConflictError(f"{contract}: the month of {on} was closed meanwhile")
        if draft.read(AdvanceStatement, contract=contract, issued_on=on) is not None:
            return already("issued-today", identity)
        return _Statement(ledger, objects, draft, position, terms).issue(on=on, now=now)

    outcome = attempt(ledger, "advance-statement", decide)
    if outcome.is_refused:
        return outcome
    _ask_for_pdf(ledger, queue, identity)
    _watch(ledger, contract, on=on)
    return outcome


def first_open_day(ledger: Ledger, contract: ContractId, on: dt.date) -> dt.date:
    """Return the day itself, or the first one on which the contract's books are open."""
    position = ledger.get(Position, contract=contract)
    return open_day(on, position.closed_through_on if position else None)


def _ask_for_pdf(ledger: Ledger, queue: Queue, identity: str) -> None:
    kind = DocumentKind.ADVANCE_STATEMENT
    intent = ledger.get(Intent, kind=kind, id=identity)
    if intent is not None and not intent.pdf_key:
        queue.send("write_documents", {"kind": kind.value, "id": identity})


class _Statement:
    """The decision on one statement."""

    def __init__(
        self, ledger: Ledger, objects: Objects, draft: Draft, position: Position, terms: Terms
    ) -> None:
        self._ledger, self._objects, self._draft = ledger, objects, draft
        self._position, self._terms = position, terms
        self._contract = position.contract
        self._seller = seller_of_contract(ledger, self._contract)

    def issue(self, *, on: dt.date, now: dt.datetime) -> Outcome:
        entries = entries_since(self._ledger, self._position, self._position.stated_seq + 1)
        wanted = to_bill(self._ledger, self._position, self._terms, today=on)
        before = available_of(self._ledger, self._position, self._terms)
        is_new = any(map(account_steps.touches_seller, entries)) or bool(wanted.bill.fees)
        may_be_paid = not self._no_payout(before.available_cents)
        if not is_new and not may_be_paid:
            return already("nothing-new", self._contract)
        row, billed = self._bill(wanted, on=on)
        available = self._available()
        code = self._no_payout(available.available_cents)
        payout = None if code else self._pay(available.available_cents, on=on)
        last = self._draft.take(Position, contract=self._contract)
        issued = Issued(
            before=self._position,
            terms=self._terms,
            seller=self._seller,
            number=row.number,
            entries=(*entries, *billed),
            bill=wanted.bill,
            missing=wanted.missing,
            available=available,
            payout=payout,
            no_payout_code=code,
            on=on,
            now=now,
            last_seq=last.seq,
        )
        self._draft.write(dataclasses.replace(last, stated_seq=last.seq, stated_on=on))
        return self._write(row, issued)

    def _bill(self, wanted: Billing, *, on: dt.date) -> tuple[AdvanceStatement, tuple[Entry, ...]]:
        """Post what is charged; return the day's row, and the bill's entry when there is one."""
        row = post_bill(self._draft, self._position, wanted, today=on)
        if row is not None and row.fee_seq is not None:
            journal = contract_journal(self._contract)
            return row, (self._draft.take(Entry, journal=journal, seq=row.fee_seq),)
        position = self._draft.take(Position, contract=self._contract)
        number = position.statement_count + 1
        self._draft.write(dataclasses.replace(position, statement_count=number))
        first = self._position.billed_seq + 1
        return AdvanceStatement(self._contract, on, number, first, position.billed_seq), ()

    def _available(self) -> Waterfall:
        position = self._draft.take(Position, contract=self._contract)
        return available_of(self._ledger, position, self._terms)

    def _no_payout(self, available_cents: int) -> str:
        """Return why nothing is paid out today (a text of ``[no_payout]``), or nothing."""
        if available_cents <= 0:
            return "nothing-available"
        if self._terms.payout is not PayoutMode.AUTOMATIC:
            return "on-request"
        if self._position.status is ContractStatus.SUSPENDED or self._came_back():
            return "suspended"
        if available_cents < self._terms.minimum_payout_cents:
            return "below-minimum"
        return "" if self._seller.iban else "no-iban"

    def _came_back(self) -> bool:
        """Return whether the last pay-out came back, for its payee, from the IBAN that stands."""
        if self._position.payout_day is None:
            return False
        last = self._ledger.get(
            PayOut,
            contract=self._contract,
            ordered_on=self._position.payout_day,
            ordinal=self._position.payout_count,
        )
        if last is None or last.state not in BACK or last.fault_is_ours:
            return False
        return last.iban == self._seller.iban

    def _pay(self, cents: int, *, on: dt.date) -> PayOut:
        return write_payout(
            self._draft,
            cents,
            contract=self._contract,
            today=on,
            beneficiary=(self._seller.name, self._seller.iban),
            value_days=self._terms.payout_value_days,
        )

    def _write(self, row: AdvanceStatement, issued: Issued) -> Outcome:
        """Freeze what the statement shows, and put row and intent into the commit."""
        kind, identity = DocumentKind.ADVANCE_STATEMENT, f"{self._contract}#{issued.on}"
        figures = advance_figures(self._ledger, issued)
        frozen = outbox.freeze(self._objects, kind, identity, figures)
        paid = issued.payout.amount_cents if issued.payout else 0
        opening = opening_available(self._ledger, self._position)
        written = dataclasses.replace(
            row,
            assigned_cents=sum(line.amount_cents for line in figures.rows),
            advance_cents=sum(line.advance_cents for line in figures.rows),
            retained_cents=sum(line.retained_cents for line in figures.rows),
            invoice_count=len(figures.rows),
            payout_cents=paid,
            payout_id=issued.payout.end_to_end_id if issued.payout else "",
            available_cents=figures.available_after_cents,
            is_offset=_gives(issued.entries) and opening < 0 and figures.available_cents <= 0,
            figures_key=frozen.key,
            figures_sha=frozen.sha,
            stated_seq=issued.last_seq,
        )
        self._draft.write(written)
        self._draft.write(
            outbox.intent(
                kind,
                identity,
                frozen,
                to=self._seller.statement_emails,
                party=self._seller.party,
                created_at=issued.now,
                language=self._seller.language,
            )
        )
        amounts = {"net": written.fee_cents, "vat": written.vat_cents, "payout": paid}
        return dataclasses.replace(done(identity, amounts=amounts), alerts=issued.missing)


def _gives(entries: tuple[Entry, ...]) -> bool:
    """Return whether something was assigned or promoted: it makes available, or fills a hole."""
    return any(entry.kind in ("E1", "E7") for entry in entries)


def seller_of_contract(ledger: Ledger, contract: ContractId) -> Seller:
    """Return the seller of a contract; a contract without one is a broken register."""
    known = contract_of(ledger, contract)
    party = known.seller if known else seller_in(contract)
    seller = seller_of(ledger, party)
    if seller is None:
        raise ConfigurationError(f"{contract} has no seller in the register")
    return seller


def _watch(ledger: Ledger, contract: ContractId, *, on: dt.date) -> None:
    """Tell staff what stands in the way of the contract's money, from the books as they are."""
    position = ledger.get(Position, contract=contract)
    terms = terms_on(ledger, contract, on)
    assert position is not None and terms is not None, "asked after a statement was decided"  # noqa: PT018
    _watch_rates(ledger, position, terms, on=on)
    _watch_iban(ledger, position, terms, on=on)
    _watch_deadlines(ledger, position, terms, on=on)


def _watch_rates(ledger: Ledger, position: Position, terms: Terms, *, on: dt.date) -> None:
    object_ = f"contract:{position.contract}"
    missing = to_bill(ledger, position, terms, today=on).missing
    told = {alert.stage for alert in open_alerts(ledger, f"{object_}#")}
    charges = told & {f"vat/{code}" for code in (*CHARGE_LABELS, COLLECTION_FEE)}
    for rate in {*missing, *charges, f"vat/{billing.FACTORING_FEE}"}:
        if rate in missing:
            facts = {"rate": rate}
            alert = Alert(
                object_, rate, on, Severity.HIGH, "rate-missing", facts, position.contract
            )
            raise_alert(ledger, alert, reopens=True)
        else:
            close_alert(ledger, object_, rate, on=on)


def _watch_iban(ledger: Ledger, position: Position, terms: Terms, *, on: dt.date) -> None:
    seller = seller_of_contract(ledger, position.contract)
    object_, stage = f"contract:{position.contract}", "iban"
    is_paid = terms.payout is PayoutMode.AUTOMATIC
    if seller.iban or not is_paid or position.balance(chart.SELLER_CURRENT) <= 0:
        close_alert(ledger, object_, stage, on=on)
        return
    amount = neutral_money(position.balance(chart.SELLER_CURRENT), position.currency)
    facts = {"seller": seller.name, "amount": amount}
    code = "seller-without-iban"
    alert = Alert(object_, stage, on, Severity.HIGH, code, facts, position.contract)
    raise_alert(ledger, alert, reopens=True)


def _watch_deadlines(ledger: Ledger, position: Position, terms: Terms, *, on: dt.date) -> None:
    """Alert before the 48 hours end without a pay-out on its way; close what was answered.

    A contract that is paid on request has its advance with the statement that makes it available.
    """
    late_at = debited_at(next_bank_day(on))
    listed = open_invoices(ledger, position)
    oldest = min((invoice.assigned_on for invoice in listed), default=on)
    payouts = list(ledger.list(PayOut, first=f"P#{oldest}", last="P#~", contract=position.contract))
    statements = list(
        ledger.list(AdvanceStatement, first=f"S#{oldest}", last="S#~", contract=position.contract)
    )
    waiting = {
        invoice_object(position.contract, invoice.invoice): invoice
        for invoice in listed
        if invoice.deadline_at is not None
        and invoice.deadline_at <= late_at
        and invoice.advance_cents > 0
        and not _is_served(invoice, payouts, statements, terms, on=on)
    }
    prefix = invoice_object(position.contract, "")
    for alert in list(open_alerts(ledger, prefix)):
        if alert.stage == "deadline" and alert.object not in waiting:
            close_alert(ledger, alert.object, alert.stage, on=on)
    names = DebtorNames(ledger)
    for object_, invoice in waiting.items():
        raise_alert(ledger, _deadline(object_, invoice, names, on=on), reopens=True)


def _is_served(
    invoice: Invoice,
    payouts: list[PayOut],
    statements: list[AdvanceStatement],
    terms: Terms,
    *,
    on: dt.date,
) -> bool:
    """Return whether money is on its way: ordered today, or released; not what waits since."""
    if financed_at(invoice, payouts, statements) is not None:
        return True
    if terms.payout is PayoutMode.ON_REQUEST:
        since = civil_date(invoice.complete_at) if invoice.complete_at else invoice.assigned_on
        return any(row.issued_on >= since for row in statements)
    on_the_way = (
        row
        for row in payouts
        if row.state in UNDER_WAY and (row.ordered_on == on or row.released_facts or row.batch)
    )
    return any(covers(row, invoice) for row in on_the_way)


def _deadline(object_: str, invoice: Invoice, names: DebtorNames, *, on: dt.date) -> Alert:
    assert invoice.deadline_at is not None, "only invoices with a deadline are watched"
    facts = {
        "number": invoice.number,
        "debtor": names.of(invoice.debtor),
        "amount": neutral_money(invoice.amount_cents, currency_of(invoice.contract)),
        "day": invoice.deadline_at.date().isoformat(),
    }
    return Alert(
        object_,
        "deadline",
        on,
        Severity.HIGH,
        "deadline",
        facts,
        contract=invoice.contract,
        debtor=invoice.debtor,
        invoice=invoice.invoice,
        due_at=invoice.deadline_at,
    )
