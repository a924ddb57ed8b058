"""One operation on the desk: what it names, how its service is called, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bordereau.domain.decisions import OperationDecision
from bordereau.domain.identifiers import ContractId, contract_id, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Command
from bordereau.services.contract_terms import write_command
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.draft import Also, Draft
from bordereau.services.find_invoice import invoice_numbered
from bordereau.services.outcome import Outcome, Status

FIELDS: Final[Mapping[str, str]] = {
    "no_such_invoice": "invoice",
    "number_of_several": "seller",
    "nothing_open": "invoice",
    "in_dispute": "invoice",
    "number_conflict": "document",
    "contract_not_in_force": "seller",
    "with_recourse": "kind",
    "not_insolvent": "debtor",
    "no_guarantee": "debtor",
    "not_applied": "receipt",
    "moved_since": "invoice",
    "interest_received": "invoice",
    "insolvent_debtor": "invoice",
    "no_room": "invoice",
    "no_such_entry": "entry",
    "entry_has_documents": "entry",
    "vat_changed": "code",
    "needs_receipt": "receipt",
    "no_such_receipt": "receipt",
    "other_currency": "receipt",
    "over_receipt": "amount",
}
"""The cell that a reason is about; the amount for all others."""

Says = Callable[[Outcome], Reply]


@dataclass(frozen=True, slots=True)
class Order:
    """One operation on the desk."""

    desk: Desk
    command: Command
    decision: OperationDecision

    @property
    def contract(self) -> ContractId:
        """The contract of the client and currency that are named."""
        found = contract_of_operation(self.decision)
        assert found is not None, "a required cell"
        return found

    @property
    def amount_cents(self) -> int:
        """The amount of a kind that needs one."""
        return self.decision.amount_cents or 0

    def money(self, cents: int, invoice: Invoice | None = None) -> str:
        """Return an amount as people read it."""
        currency = currency_of(invoice.contract) if invoice else self.decision.currency
        return self.desk.money(cents, currency)

    def say(self, phrase: str, **facts: str) -> Reply:
        """Return an answer with its sentence."""
        return Reply("ok", self.desk.phrases.say(f"sheet.{phrase}", **facts))

    def run(self, do: Callable[[Also], Outcome], says: Says) -> Reply:
        """Call a service whose commit holds the answer; return it, or why it is refused."""

        def also(draft: Draft, outcome: Outcome) -> None:
            write_command(draft, says(outcome).on(self.command, self.desk.today))

        outcome = do(also)
        if outcome.is_refused:
            field = FIELDS.get(outcome.reason, "amount")
            return refusal(outcome, field, number=self.decision.number)
        if outcome.status is Status.ALREADY:
            return wrong("decision-operation-known", "kind")
        return says(outcome)


def contract_of_operation(decision: OperationDecision) -> ContractId | None:
    """Return the contract that an operation names, if it names one."""
    return contract_id(decision.seller, decision.currency) if decision.seller else None


def invoice_of_operation(desk: Desk, decision: OperationDecision) -> Invoice | str:
    """Return the invoice that an operation names, or why there is none."""
    return invoice_numbered(desk.ledger, decision.number, seller=decision.seller, today=desk.today)


def of_invoice(do: Callable[[Order, Invoice], Reply]) -> Callable[[Order], Reply]:
    """Return the operation on the invoice that is named."""

    def on_invoice(order: Order) -> Reply:
        found = invoice_of_operation(order.desk, order.decision)
        if isinstance(found, str):
            code = f"decision-{found.replace('_', '-')}"
            return wrong(code, FIELDS[found], number=order.decision.number)
        return do(order, found)

    return on_invoice
