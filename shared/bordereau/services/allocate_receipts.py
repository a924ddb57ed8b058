"""Match one receipt and apply what is certain (E5, E6, E16, E17, E18); the rest waits for staff.

What is certain is first written down as a plan (``ReceiptProposal``) and then carried out line by
line: after a crash the plan is found and finished, never made anew from half-changed books.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from bordereau.domain.books import DebtorCredit, Receipt
from bordereau.domain.identifiers import AccountId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoices import Invoice
from bordereau.domain.matching import Incoming, Match, OpenItem, OwedCredit, propose
from bordereau.domain.tables import Index
from bordereau.domain.work import ReceiptProposal
from bordereau.ports import Ledger, Queue
from bordereau.services.alerts import close_alerts_of, invoice_object
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.draft import Draft, attempt
from bordereau.services.lines import currency_of
from bordereau.services.outcome import Outcome, Status, already, done, held, refused
from bordereau.services.payers import learn_payer, payer_of
from bordereau.services.register import contract_of, contracts, debtor_of

PLANS_MAX = 3
"""How often a plan that the books refuse is made anew in one run."""


def allocate_receipts(
    ledger: Ledger, queue: Queue, *, message: Mapping[str, Any], today: dt.date
) -> Outcome:
    """Match and apply the receipt that ``message`` names (account, booked_on, ref).

    Done: amounts ``applied`` and ``left``. Held: nothing is certain, a proposal stands for staff
    (its reason is the outcome's). Refused: ``no_such_receipt``. A second call finds nothing left,
    or the same proposal, and writes nothing.
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
        plan = _plan(ledger, receipt)
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


def _rest(receipt: Receipt, plan: ReceiptProposal) -> Outcome:
    return held(plan.why, receipt.ref) if receipt.left_cents else already("applied", receipt.ref)


def _done(ledger: Ledger, key: ReceiptKey, plan: ReceiptProposal) -> Outcome:
    left = _receipt(ledger, key)
    applied = sum(line.amount_cents for line in plan.lines)
    return done(key.ref, amounts={"applied": applied, "left": left.left_cents if left else 0})


def _plan(ledger: Ledger, receipt: Receipt) -> ReceiptProposal:
    """Return the plan that stands, or make one from what is open now and write it down."""
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    standing = ledger.get(ReceiptProposal, **key)
    if standing is not None and (standing.is_certain or not receipt.left_cents):
        return standing
    debtor = receipt.debtor or payer_of(ledger, receipt.payer_iban)
    match = _match(ledger, receipt, debtor)

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


def _match(ledger: Ledger, receipt: Receipt, debtor: PartyId | None) -> Match:
    """Match among the known payer's items, then by number among everybody's."""
    incoming = Incoming(receipt.left_cents, receipt.text, receipt.payer, debtor)
    if debtor is None:
        return _wide(ledger, receipt, incoming)
    found = open_items(ledger, debtor, receipt.currency)
    match = propose(incoming, found, _credits(ledger, receipt, [debtor]))
    if match.is_certain or match.lines or receipt.debtor is not None:
        return match
    wide = _wide(ledger, receipt, dataclasses.replace(incoming, debtor=None))
    by_number = wide.is_certain or wide.why in ("named-too-little", "number-twice")
    return wide if by_number else match


def _wide(ledger: Ledger, receipt: Receipt, stranger: Incoming) -> Match:
    everybody = list(_all_items(ledger, receipt))
    debtors = list(dict.fromkeys(item.debtor for item in everybody))
    names = {
        party: known.name for party in debtors if (known := debtor_of(ledger, party)) is not None
    }
    return propose(stranger, everybody, _credits(ledger, receipt, debtors), names)


def open_items(ledger: Ledger, debtor: PartyId, currency: str) -> list[OpenItem]:
    """Return what a debtor owes in a currency, oldest first, each invoice read again by its key."""
    listed = ledger.find(Invoice, Index.OPEN_BY_DEBTOR, f"D#{debtor}#{currency}")
    fresh = (ledger.get(Invoice, contract=i.contract, invoice=i.invoice) for i in list(listed))
    return [_item(invoice) for invoice in fresh if invoice is not None and invoice.is_open]


def _all_items(ledger: Ledger, receipt: Receipt) -> Iterator[OpenItem]:
    """Yield what is open with every contract that collects on the receipt's account."""
    for listing in contracts(ledger):
        contract = contract_of(ledger, listing.contract)
        if contract is None or contract.account != receipt.account:
            continue
        partition = f"K#{listing.contract}"
        for listed in ledger.find(Invoice, Index.BY_CONTRACT, partition, prefix="O#"):
            if currency_of(listed.contract) == receipt.currency:
                yield _item(listed)


def _item(invoice: Invoice) -> OpenItem:
    return OpenItem(
        *(invoice.contract, invoice.invoice, invoice.number, invoice.debtor, invoice.open_cents)
    )


def _credits(ledger: Ledger, receipt: Receipt, debtors: list[PartyId]) -> list[OwedCredit]:
    return [
        OwedCredit(party, credit_number(credit), credit.left_cents)
        for party in debtors
        for credit in ledger.list(DebtorCredit, debtor=party)
        if credit.left_cents and credit.account == receipt.account
    ]


def credit_number(credit: DebtorCredit) -> str:
    """Return the number by which a debtor names a credit: its credit note's, normalised.

    >>> credit_number(DebtorCredit(PartyId("siren:1"), "siren:2/EUR#2026#AV3", AccountId("FR"),
    ...                            "EUR", dt.date(2026, 2, 10), 100, 100))
    'AV3'
    """
    return credit.credit.rsplit("#", 1)[-1]


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
