"""Match one receipt and apply what is certain (E5, E6, E16, E17, E18); the rest waits for staff.

What is certain is first written down as a plan (``ReceiptProposal``) and then carried out line by
line: after a crash the plan is found and finished, never made anew from half-changed books.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from bordereau.domain.books import Receipt
from bordereau.domain.identifiers import (
    AccountId,
    ContractId,
    InvoiceId,
    PartyId,
    currency_of,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.matching import Incoming, Match, match_receipt
from bordereau.domain.work import ReceiptProposal
from bordereau.ports import Ledger, Queue
from bordereau.services.alerts import close_alerts_of, invoice_object
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.draft import Draft, attempt
from bordereau.services.open_register import OpenRegister
from bordereau.services.outcome import Outcome, Status, already, done, held, refused
from bordereau.services.payers import learn_payer, payers_of
from bordereau.services.take_receipt import allocations_of, is_taken_back

PLANS_MAX = 3
"""How often a plan that the books refuse is made anew in one run."""


def allocate_receipts(
    ledger: Ledger, queue: Queue, *, message: Mapping[str, Any], today: dt.date
) -> Outcome:
    """Match and apply the receipt that ``message`` names (account, booked_on, ref).

    Done: amounts ``applied`` and ``left``. Held: nothing is certain, a proposal stands for staff
    (its reason is the outcome's); ``application-reversed`` where an application of it was taken
    back, for that is a person's to apply (ADR 20). Refused: ``no_such_receipt``. A second call
    finds nothing left, or the same proposal, and writes nothing.
    """
    key = ReceiptKey(
        AccountId(message["account"]),
        dt.date.fromisoformat(message["booked_on"]),
        message["ref"],
    )
    for _ in range(PLANS_MAX):
        receipt = _receipt(ledger, key)
        if receipt is None:
            return refused("no_such_receipt", key.ref)
        if receipt.left_cents and _was_taken_back(ledger, receipt):
            return held("application-reversed", key.ref)
        plan = _plan(ledger, receipt, today=today)
        if plan.is_applied:
            return _rest(receipt, plan)
        if not plan.is_certain:
            return already("applied", key.ref) if not receipt.left_cents else held(plan.why)
        if _carry_out(ledger, key, plan, today=today):
            _follow_up(ledger, queue, receipt, plan, today=today)
            _move_plan(ledger, plan, is_applied=True)
            return _done(ledger, key, plan)
        _move_plan(ledger, plan, is_certain=False, trial=plan.trial + 1)
    return held("plan-refused", key.ref)


def _receipt(ledger: Ledger, key: ReceiptKey) -> Receipt | None:
    return ledger.get(Receipt, account=key.account, booked_on=key.booked_on, ref=key.ref)


def _was_taken_back(ledger: Ledger, receipt: Receipt) -> bool:
    """Return whether a person took an application of it back: then people alone apply it."""
    if not receipt.allocation_count:
        return False
    return any(is_taken_back(ledger, one) for one in allocations_of(ledger, receipt))


def _rest(receipt: Receipt, plan: ReceiptProposal) -> Outcome:
    return held(plan.why, receipt.ref) if receipt.left_cents else already("applied", receipt.ref)


def _done(ledger: Ledger, key: ReceiptKey, plan: ReceiptProposal) -> Outcome:
    left = _receipt(ledger, key)
    applied = sum(line.amount_cents for line in plan.lines)
    return done(key.ref, amounts={"applied": applied, "left": left.left_cents if left else 0})


def _plan(ledger: Ledger, receipt: Receipt, *, today: dt.date) -> ReceiptProposal:
    """Return the plan that stands, or make one from what is open now and write it down."""
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    standing = ledger.get(ReceiptProposal, **key)
    if standing is not None and (standing.is_certain or not receipt.left_cents):
        return standing
    match, debtor = _match(ledger, receipt, today=today)

    def decide(draft: Draft) -> ReceiptProposal:
        old = draft.read(ReceiptProposal, **key)
        now = draft.take(Receipt, **key)
        plan = ReceiptProposal(
            *(receipt.account, receipt.booked_on, receipt.ref),
            why=match.why,
            lines=match.lines,
            rest_cents=match.rest_cents,
            debtor=match.debtor,
            is_certain=match.is_certain,
            trial=old.trial if old else 0,
            v=old.v if old else 0,
        )
        if now.left_cents != receipt.left_cents:
            return dataclasses.replace(plan, is_certain=False)  # staff came first: nothing is sure
        draft.write(plan)
        if debtor is not None and now.debtor is None and match.debtor == debtor:
            draft.write(dataclasses.replace(now, debtor=debtor))
            draft.require(now, "left_cents", "=", now.left_cents)
        return plan

    return attempt(ledger, "propose-receipt", decide)


def _match(ledger: Ledger, receipt: Receipt, *, today: dt.date) -> tuple[Match, PartyId | None]:
    """Return what the receipt pays, and the one debtor that it is known to come from."""
    known = (receipt.debtor,) if receipt.debtor else payers_of(ledger, receipt.payer_iban)
    is_settled = receipt.debtor is not None
    incoming = Incoming(receipt.left_cents, receipt.text, receipt.payer, known, is_settled)
    match = match_receipt(incoming, OpenRegister(ledger, receipt, today))
    return match, known[0] if len(known) == 1 else None


def _carry_out(ledger: Ledger, key: ReceiptKey, plan: ReceiptProposal, *, today: dt.date) -> bool:
    """Apply a plan; false when the books refuse it (an invoice was paid meanwhile, say)."""
    command = f"auto#{key.account}#{key.booked_on}#{key.ref}"
    if plan.trial:
        command += f"#{plan.trial}"
    lines = [
        Pays(line.contract, line.invoice, line.amount_cents, line.credit_cents)
        for line in plan.lines
    ]
    outcome = apply_receipt(ledger, key, lines, today=today, command=command)
    return outcome.status in (Status.DONE, Status.ALREADY)


def _move_plan(ledger: Ledger, plan: ReceiptProposal, **changes: Any) -> None:  # noqa: ANN401
    key = {"account": plan.account, "booked_on": plan.booked_on, "ref": plan.ref}

    def decide(draft: Draft) -> None:
        now = draft.take(ReceiptProposal, **key)
        draft.write(dataclasses.replace(now, **changes))

    attempt(ledger, "propose-receipt", decide)


def _follow_up(
    ledger: Ledger, queue: Queue, receipt: Receipt, plan: ReceiptProposal, *, today: dt.date
) -> None:
    """Learn the payer, close the alerts of what was paid, wake whoever waits for room."""
    paid = [(line.contract, line.invoice) for line in plan.lines]
    debtors = {after_payment(ledger, queue, *key, today=today) for key in paid} - {None}
    if len(debtors) == 1 and (debtor := debtors.pop()) is not None:
        learn_payer(ledger, receipt.payer_iban, debtor)


def after_payment(
    ledger: Ledger, queue: Queue, contract: ContractId, invoice: InvoiceId, *, today: dt.date
) -> PartyId | None:
    """Do what a payment of an invoice entails: its alerts, and the debtor's waiting invoices."""
    now = ledger.get(Invoice, contract=contract, invoice=invoice)
    if now is None:
        return None
    if not now.is_open:
        close_alerts_of(ledger, invoice_object(contract, invoice), on=today)
    currency = currency_of(contract)
    wake = {"debtor": now.debtor, "currency": currency, "on": today.isoformat()}
    queue.send("update_reserves", wake)
    return now.debtor
