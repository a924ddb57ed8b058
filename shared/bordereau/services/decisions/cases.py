"""« Litiges et promesses »: a line follows one invoice, each revision moves its case along.

The row of the case and the answer are in the commit of the entry that the revision causes, so that
a repetition finds all of it or nothing (docs/adr/0013).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from bordereau.domain.books import Position
from bordereau.domain.cases import Case, CaseEnd, CaseKind
from bordereau.domain.charges import DIRECT_PAYMENT, PendingCharge
from bordereau.domain.decisions import CaseDecision
from bordereau.domain.identifiers import currency_of, seller_in
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import parse_amount
from bordereau.domain.problems import ConflictError
from bordereau.domain.work import Command
from bordereau.services.contract_terms import price_on, terms_on, write_command
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.draft import Draft, attempt
from bordereau.services.find_invoice import invoice_numbered
from bordereau.services.move_invoice import change_dispute, pay_directly
from bordereau.services.outcome import Outcome
from bordereau.services.register import setting


@dataclasses.dataclass(frozen=True, slots=True)
class _Revision:
    """One revision of a line: what is wanted of which invoice, and the case that stands."""

    desk: Desk
    command: Command
    decision: CaseDecision
    invoice: Invoice
    old: Case | None

    @property
    def running(self) -> Case | None:
        """The case that this revision goes on with: open, of the same kind."""
        is_same = self.old is not None and self.old.is_open and self.old.kind == self.decision.kind
        return self.old if is_same else None

    def case(self, **values: object) -> Case:
        """Return the row of the case after this revision; what was open then stays with it."""
        running, wants = self.running, self.decision
        is_restated = running is None or (running.amount_cents, running.promised_on) != (
            wants.amount_cents,
            wants.promised_on,
        )
        made = Case(
            ref=self.command.ref,
            contract=self.invoice.contract,
            invoice=self.invoice.invoice,
            number=self.invoice.number,
            debtor=self.invoice.debtor,
            kind=CaseKind(wants.kind),
            since_on=running.since_on if running else self.desk.today,
            open_cents=self.invoice.open_cents if running is None else running.open_cents,
            amount_cents=wants.amount_cents,
            disputed_cents=running.disputed_cents if running else 0,
            direct_cents=running.direct_cents if running else 0,
            promised_on=wants.promised_on,
            reason=wants.reason,
            outcome=CaseEnd(wants.outcome) if wants.outcome else None,
            closed_on=wants.closed_on,
            v=self.old.v if self.old else 0,
        )
        if is_restated and made.kind is not CaseKind.DIRECT_PAYMENT:
            made = dataclasses.replace(made, open_cents=self.invoice.open_cents)
        return dataclasses.replace(made, **values)  # type: ignore[arg-type]

    def write(self, draft: Draft, case: Case, reply: Reply) -> None:
        """Write case and answer into a commit, over the case that was read."""
        if draft.read(Case, ref=case.ref) != self.old:
            raise ConflictError(f"{case.ref} moved meanwhile")
        draft.write(case)
        write_command(draft, reply.on(self.command, self.desk.today))

    def money(self, cents: int) -> str:
        """Return an amount as people read it."""
        return self.desk.money(cents, currency_of(self.invoice.contract))

    def says(self, phrase: str, *, status: str = "ok", **facts: str) -> Reply:
        """Return an answer with its sentence."""
        return Reply(status, self.desk.phrases.say(f"sheet.{phrase}", **facts))


def follow_case(desk: Desk, command: Command, decision: CaseDecision) -> Reply:
    """Move the case of a line to what it says now.

    Another invoice, or another kind of case, first ends what the line held before. What was booked
    as paid to the seller cannot be taken back here.
    """
    old = desk.ledger.get(Case, ref=command.ref)
    found = _invoice_of(desk, old, decision)
    if isinstance(found, str):
        return wrong(f"decision-{found.replace('_', '-')}", "invoice", number=decision.number)
    if old is not None and old.is_open and _is_another(old, found, decision):
        if old.direct_cents:
            return wrong("decision-case-booked", "kind", number=old.number)
        _leave(desk, old)
        old = desk.ledger.get(Case, ref=command.ref)
    return _FOLLOW[CaseKind(decision.kind)](_Revision(desk, command, decision, found, old))


def _invoice_of(desk: Desk, old: Case | None, decision: CaseDecision) -> Invoice | str:
    """Return the invoice that is meant; that of the case while its number stays."""
    if old is not None and old.number == decision.number:
        known = desk.ledger.get(Invoice, contract=old.contract, invoice=old.invoice)
        is_sellers = not decision.seller or old.contract.startswith(f"{decision.seller}/")
        if known is not None and is_sellers:
            return known
    return invoice_numbered(desk.ledger, decision.number, seller=decision.seller, today=desk.today)


def _is_another(old: Case, invoice: Invoice, decision: CaseDecision) -> bool:
    place = (old.contract, old.invoice, old.kind)
    return place != (invoice.contract, invoice.invoice, CaseKind(decision.kind))


def _leave(desk: Desk, old: Case) -> None:
    """End what a case held, because its line is about something else now."""

    def end(draft: Draft) -> None:
        if draft.read(Case, ref=old.ref) != old:
            raise ConflictError(f"{old.ref} moved meanwhile")
        draft.write(dataclasses.replace(old, disputed_cents=0, closed_on=desk.today))

    if not old.disputed_cents:
        attempt(desk.ledger, "follow-case", end)
        return
    change_dispute(
        desk.ledger,
        old.contract,
        old.invoice,
        lambda before: -min(old.disputed_cents, before.disputed_cents),
        today=desk.today,
        also=lambda draft, _: end(draft),
    )


# --- disputes: E11


def _dispute(revision: _Revision) -> Reply:
    """Hold what the line says is disputed; at its end, only what awaits a credit note stays."""
    desk, invoice, said = revision.desk, revision.invoice, Reply()
    terms = terms_on(desk.ledger, invoice.contract, desk.today)
    is_whole = terms is not None and terms.dispute_scope == "WHOLE"
    own = 0

    def change(before: Invoice) -> int | str:
        nonlocal own
        own = _own(revision.running, before)
        wanted = _wanted(revision, before, own=own)
        if revision.decision.closed_on is None and not before.is_open:
            return "nothing_open"
        if wanted > own and is_whole:
            wanted = own + before.open_cents - before.disputed_cents
        return wanted - own

    def also(draft: Draft, outcome: Outcome) -> None:
        nonlocal said
        held = own + outcome.amounts["disputed_more"]
        said = _of_dispute(revision, outcome, held)
        revision.write(draft, revision.case(disputed_cents=held), said)

    outcome = change_dispute(
        desk.ledger, invoice.contract, invoice.invoice, change, today=desk.today, also=also
    )
    return _refused(revision, outcome) if outcome.is_refused else said


def _refused(revision: _Revision, outcome: Outcome) -> Reply:
    field = "invoice" if outcome.reason == "nothing_open" else "amount"
    return refusal(outcome, field, number=revision.invoice.number)


def _own(running: Case | None, invoice: Invoice) -> int:
    """Return what a case still holds disputed: payments and credit notes shrink it."""
    return min(running.disputed_cents, invoice.disputed_cents) if running else 0


def _wanted(revision: _Revision, before: Invoice, *, own: int) -> int:
    running, wants = revision.running, revision.decision
    if wants.closed_on is not None:
        stays = {CaseEnd.UNFOUNDED: 0, CaseEnd.FOUNDED: own}
        return stays.get(CaseEnd(wants.outcome), min(own, wants.amount_cents or own))
    if running is not None and running.amount_cents == wants.amount_cents:
        return own
    if wants.amount_cents is None:
        return own + before.open_cents - before.disputed_cents
    if running is not None and running.amount_cents is not None:
        return max(0, own + wants.amount_cents - running.amount_cents)
    return wants.amount_cents


def _of_dispute(revision: _Revision, outcome: Outcome, disputed: int) -> Reply:
    held, more = outcome.amounts["hold_dispute"], outcome.amounts["held_more"]
    amount, released = revision.money(held), revision.money(max(0, -more))
    if revision.decision.closed_on is None:
        if held == 0:
            return revision.says("dispute_unfinanced", amount=revision.money(disputed))
        return revision.says("dispute_recorded", amount=amount)
    if disputed and more < 0:
        return revision.says("dispute_settled", amount=amount, released=released)
    if disputed:
        return revision.says("dispute_founded", amount=amount)
    return revision.says("dispute_over", released=released)


# --- promises, delays, awaited credit notes: nothing is booked


def _wait(revision: _Revision) -> Reply:
    """Note what is promised, granted or awaited; its day is in the future when it is noted."""
    desk, wants, running = revision.desk, revision.decision, revision.running
    case = revision.case()
    is_new = running is None or running.promised_on != wants.promised_on
    if wants.closed_on is None:
        if not revision.invoice.is_open:
            return wrong("decision-nothing-open", "invoice", number=revision.invoice.number)
        if is_new and wants.promised_on is not None and wants.promised_on < desk.today:
            return wrong("decision-day-past", "promised_on", day=desk.day(wants.promised_on))
        if case.wanted_cents > case.open_cents:
            return wrong("decision-over-open", "amount")
    reply = _of_waiting(revision, case)
    attempt(desk.ledger, "follow-case", lambda draft: revision.write(draft, case, reply))
    return reply


def _of_waiting(revision: _Revision, case: Case) -> Reply:
    day = revision.desk.day(case.promised_on) if case.promised_on else ""
    amount = revision.money(case.wanted_cents)
    if case.closed_on is not None:
        return revision.says("case_closed", day=revision.desk.day(case.closed_on))
    if case.kind is CaseKind.PROMISE:
        return revision.says("promise_recorded", amount=amount, day=day)
    if case.kind is CaseKind.DELAY:
        return revision.says("delay_recorded", day=day)
    return revision.says("credit_awaited", amount=amount)


# --- payments to the seller: E14


def _direct(revision: _Revision) -> Reply:
    """Book what the debtor paid to the seller, once; a greater amount books the difference."""
    desk, wants, running = revision.desk, revision.decision, revision.running
    booked = running.direct_cents if running else 0
    wanted = booked or revision.invoice.open_cents
    if wants.amount_cents is not None:
        wanted = wants.amount_cents
    if wanted < booked:
        return wrong("decision-case-booked", "amount", number=revision.invoice.number)
    fee = 0 if booked else _price(desk, revision.invoice)
    reply = _of_direct(revision, wanted, fee)
    case = revision.case(direct_cents=wanted)
    if wanted == booked and booked:
        attempt(desk.ledger, "follow-case", lambda draft: revision.write(draft, case, reply))
        return reply

    def also(draft: Draft, outcome: Outcome) -> None:  # noqa: ARG001 - as every other
        if fee:
            _charge(draft, revision.invoice, fee, on=desk.today)
        revision.write(draft, case, reply)

    place = revision.invoice.contract, revision.invoice.invoice
    more = wanted - booked
    outcome = pay_directly(desk.ledger, *place, more, today=desk.today, also=also)
    return _refused(revision, outcome) if outcome.is_refused else reply


def _price(desk: Desk, invoice: Invoice) -> int:
    """Return what a payment to the seller costs him: the dated price, else the older setting."""
    seller = seller_in(invoice.contract)
    dated = price_on(desk.ledger, DIRECT_PAYMENT, desk.today, seller=seller)
    if dated is not None:
        return dated
    return parse_amount(setting(desk.ledger, f"charge/{DIRECT_PAYMENT}")) or 0


def _charge(draft: Draft, invoice: Invoice, fee_cents: int, *, on: dt.date) -> None:
    position = draft.take(Position, contract=invoice.contract)
    charge = PendingCharge(DIRECT_PAYMENT, fee_cents, on)
    draft.write(dataclasses.replace(position, pending=(*position.pending, charge)))


def _of_direct(revision: _Revision, cents: int, fee_cents: int) -> Reply:
    closed_on = revision.decision.closed_on
    amount = revision.money(cents)
    if closed_on is not None:
        return revision.says("direct_handed_over", amount=amount, day=revision.desk.day(closed_on))
    if fee_cents:
        fee = revision.money(fee_cents)
        return revision.says("direct_recorded_charged", amount=amount, fee=fee)
    return revision.says("direct_recorded", amount=amount)


_FOLLOW: Final[Mapping[CaseKind, Callable[[_Revision], Reply]]] = {
    CaseKind.DISPUTE: _dispute,
    CaseKind.PROMISE: _wait,
    CaseKind.DELAY: _wait,
    CaseKind.CREDIT_AWAITED: _wait,
    CaseKind.DIRECT_PAYMENT: _direct,
}
