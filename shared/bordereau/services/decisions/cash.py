"""Receipts: what staff say they are for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bordereau.domain.books import Allocation, DebtorCredit, Receipt
from bordereau.domain.decisions import AllocationDecision, NamedAmount
from bordereau.domain.identifiers import PartyId, contract_id, normalised_number
from bordereau.domain.invoices import Invoice
from bordereau.domain.tables import Index
from bordereau.domain.work import Command
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.allocate_receipts import after_payment
from bordereau.services.apply_receipt import (
    ApplicationLine,
    NotAssigned,
    OverPayment,
    Pays,
    ReceiptKey,
    apply_receipt,
)
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.draft import Draft, attempt
from bordereau.services.open_register import credit_number
from bordereau.services.payers import learn_payer
from bordereau.services.take_receipt import standing_allocations


@dataclass(frozen=True, slots=True)
class _Plan:
    """Lines to apply, and the invoices that they name."""

    lines: tuple[ApplicationLine, ...]
    invoices: tuple[Invoice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Applied:
    """What stands applied of a receipt: by this revision of the line, and by earlier ones.

    A crash may leave a revision half applied. Its plan is made as if it had not begun, so that it
    is the same plan, and the lines that are there already are found by their names. What was taken
    back since does not count (ADR 20): it may be applied again, by another revision.
    """

    own: tuple[Allocation, ...]
    before: tuple[Allocation, ...]

    @property
    def own_cash_cents(self) -> int:
        """What this revision took from the receipt."""
        return sum(one.amount_cents - one.credit_cents for one in self.own)

    @property
    def own_credit_cents(self) -> int:
        """What this revision took from the debtor's credits."""
        return sum(one.credit_cents for one in self.own)

    def own_on(self, invoice: Invoice) -> int:
        """What this revision paid of an invoice."""
        return _on(self.own, invoice)

    def before_on(self, invoice: Invoice) -> int:
        """What earlier revisions paid of an invoice."""
        return _on(self.before, invoice)


def _on(allocations: Sequence[Allocation], invoice: Invoice) -> int:
    place = (invoice.contract, invoice.invoice)
    return sum(one.amount_cents for one in allocations if (one.contract, one.invoice) == place)


def allocate(desk: Desk, command: Command, decision: AllocationDecision) -> Reply:
    """Carry out what staff say of a receipt; what an earlier revision applied stays and counts."""
    key = ReceiptKey(decision.account, decision.booked_on, decision.ref)
    receipt = desk.ledger.get(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    if receipt is None:
        return wrong("decision-no-such-receipt", "action")
    if decision.debtor is not None and decision.debtor != receipt.debtor:
        receipt = name_payer(desk, key, decision.debtor)
    plan = _plan(desk, receipt, decision, command)
    if isinstance(plan, Reply):
        return plan
    if plan.lines:
        name = _name(command)
        outcome = apply_receipt(desk.ledger, key, plan.lines, today=desk.today, command=name)
        if outcome.is_refused:
            return refusal(outcome, "allocation", number=", ".join(outcome.ids))
    if decision.action == "settle":
        _settle(desk, plan.invoices)
    _follow_up(desk, receipt, plan.invoices)
    return _applied(desk, key, plan, decision)


def _name(command: Command) -> str:
    """Return how allocations name what asks for them: its facts too.

    A revision that died half-way may come again with other facts: those are no repetition of it.
    """
    return f"{command.ref}#{command.revision}#{command.facts_sha[:12]}"


def _follow_up(desk: Desk, receipt: Receipt, paid: Sequence[Invoice]) -> None:
    """Close the alerts of what was paid, give its room to who waits, and learn the payer."""
    for invoice in paid:
        after_payment(desk.ledger, desk.queue, invoice.contract, invoice.invoice, today=desk.today)
    debtors = {invoice.debtor for invoice in paid}
    if len(debtors) == 1:
        learn_payer(desk.ledger, receipt.payer_iban, debtors.pop())


def name_payer(desk: Desk, key: ReceiptKey, debtor: PartyId) -> Receipt:
    """Write who paid a receipt; once something of it pays, the payer that is known stays."""

    def decide(draft: Draft) -> Receipt:
        receipt = draft.take(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
        is_used = receipt.left_cents != receipt.amount_cents
        if receipt.debtor is not None and is_used:
            return receipt
        draft.require(receipt, "left_cents", "=", receipt.left_cents)
        named = dataclasses.replace(receipt, debtor=debtor)
        draft.write(named)
        return named

    return attempt(desk.ledger, "name-payer", decide)


def _plan(
    desk: Desk, receipt: Receipt, decision: AllocationDecision, command: Command
) -> _Plan | Reply:
    """Return what the decision applies beyond what earlier revisions of its line applied."""
    if decision.action == "wait":
        return _Plan(())
    applied = _applied_of(desk, receipt, command)
    named = _named(desk, receipt, decision, applied)
    if isinstance(named, Reply):
        return named
    cash = sum(
        line.amount_cents - line.credit_cents for line in named.lines if isinstance(line, Pays)
    )
    rest = receipt.left_cents + applied.own_cash_cents - cash
    if rest > 0 and decision.action == "keep":
        return _Plan((*named.lines, OverPayment(rest)), named.invoices)
    if rest > 0 and decision.action == "pass-on" and decision.seller is not None:
        contract = contract_id(decision.seller, receipt.currency)
        return _Plan((*named.lines, NotAssigned(contract, rest)), named.invoices)
    return named


def _applied_of(desk: Desk, receipt: Receipt, command: Command) -> _Applied:
    own: list[Allocation] = []
    before: list[Allocation] = []
    for allocation in standing_allocations(desk.ledger, receipt):
        if allocation.command.startswith(f"{command.ref}#"):
            is_own = allocation.command.startswith(f"{_name(command)}#")
            (own if is_own else before).append(allocation)
    return _Applied(tuple(own), tuple(before))


def _named(
    desk: Desk, receipt: Receipt, decision: AllocationDecision, applied: _Applied
) -> _Plan | Reply:
    debtor = decision.debtor or receipt.debtor
    if debtor is None and decision.pays:
        return wrong("decision-no-debtor", "debtor")
    credit = _Credit(desk, debtor, receipt, applied)
    found: list[tuple[Invoice, int | None]] = []
    for one in decision.pays:
        matches = list(_matching(desk, str(debtor), receipt, decision, one.number))
        if len(matches) == 1:
            found.append((matches[0], one.amount_cents))
        elif matches:
            return wrong("decision-number-of-several", "allocation", number=one.number)
        elif not credit.names(one):
            return wrong("decision-no-such-invoice", "allocation", number=one.number)
    if decision.pays and not found:
        number = decision.pays[0].number
        return wrong("decision-credit-alone", "allocation", number=number)
    cash_cents = receipt.left_cents + applied.own_cash_cents
    lines = _lines(found, applied, cash_cents, credit.cents)
    return _Plan(tuple(lines), tuple(invoice for invoice, _ in found))


class _Credit:
    """What the named credit notes give: an amount that was typed, else all that is left."""

    def __init__(
        self, desk: Desk, debtor: PartyId | None, receipt: Receipt, applied: _Applied
    ) -> None:
        listed = desk.ledger.list(DebtorCredit, debtor=debtor) if debtor else iter(())
        self._owed = [credit for credit in listed if credit.account == receipt.account]
        self._own_cents = applied.own_credit_cents
        self.cents = 0

    def names(self, one: NamedAmount) -> bool:
        """Add a credit note by its number; false when the debtor has none so called."""
        number = normalised_number(one.number)
        credit = next((c for c in self._owed if credit_number(c) == number), None)
        if credit is None:
            return False
        if one.amount_cents is not None:
            self.cents += one.amount_cents
        else:
            self.cents += credit.left_cents + self._own_cents
            self._own_cents = 0
        return True


def _matching(
    desk: Desk, debtor: str, receipt: Receipt, decision: AllocationDecision, number: str
) -> Iterator[Invoice]:
    """Yield the debtor's invoices with this number: open ones, and those this receipt paid."""
    wanted = normalised_number(number)
    partition = f"D#{debtor}#{receipt.currency}"
    for listed in desk.ledger.find(Invoice, Index.OPEN_BY_DEBTOR, partition):
        if decision.seller and not listed.contract.startswith(f"{decision.seller}/"):
            continue
        if normalised_number(listed.number) == wanted:
            current = desk.ledger.get(Invoice, contract=listed.contract, invoice=listed.invoice)
            assert current is not None, "invoices are never deleted"
            yield current
    yield from _paid_by(desk, receipt, wanted)


def _paid_by(desk: Desk, receipt: Receipt, wanted: str) -> Iterator[Invoice]:
    seen = set()
    for allocation in standing_allocations(desk.ledger, receipt):
        place = (allocation.contract, allocation.invoice)
        if None in place or place in seen:
            continue
        seen.add(place)
        paid = desk.ledger.get(Invoice, contract=place[0], invoice=place[1])
        if paid is not None and not paid.is_open and normalised_number(paid.number) == wanted:
            yield paid


def _lines(
    found: Sequence[tuple[Invoice, int | None]],
    applied: _Applied,
    cash_cents: int,
    credit_cents: int,
) -> Iterator[Pays]:
    """Yield so much of each invoice as is wanted, as long as cash and credits reach."""
    for invoice, amount in found:
        before = applied.before_on(invoice)
        if amount is None:
            owed = 0 if before else invoice.open_cents + applied.own_on(invoice)
            wanted = min(owed, cash_cents + credit_cents)
        else:
            wanted = amount - before
        if wanted <= 0:
            continue
        credit = min(credit_cents, wanted)
        credit_cents -= credit
        cash_cents -= wanted - credit
        yield Pays(invoice.contract, invoice.invoice, wanted, credit)


def _settle(desk: Desk, named: Sequence[Invoice]) -> None:
    """Close what is left open of the named invoices: the seller accepts the short payment."""
    for invoice in named:
        accept_short_payment(desk.ledger, invoice.contract, invoice.invoice, today=desk.today)


def _applied(desk: Desk, key: ReceiptKey, plan: _Plan, decision: AllocationDecision) -> Reply:
    receipt = desk.ledger.get(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)
    assert receipt is not None, "receipts are never deleted"
    left = desk.money(receipt.left_cents, receipt.currency)
    if decision.action == "wait":
        return Reply("waiting", desk.phrases.say("sheet.receipt_kept_waiting", amount=left))
    if decision.action == "pass-on":
        return Reply("ok", desk.phrases.say("sheet.receipt_passed_on", rest=left))
    if decision.action == "keep":
        return Reply("ok", desk.phrases.say("sheet.receipt_kept", rest=left))
    numbers = ", ".join(invoice.number for invoice in plan.invoices)
    amount = desk.money(receipt.amount_cents - receipt.left_cents, receipt.currency)
    name = "receipt_applied_rest" if receipt.left_cents else "receipt_applied"
    return Reply("ok", desk.phrases.say(f"sheet.{name}", amount=amount, number=numbers, rest=left))
