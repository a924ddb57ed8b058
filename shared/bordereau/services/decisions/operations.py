"""« Opérations »: what a person does once. Each kind calls the service that stories play.

The answer is in the commit of the entry. A line that was carried out stays as it was: other facts
on it are refused, the same facts again answer the same (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bordereau.domain.decisions import Operation, OperationDecision
from bordereau.domain.work import Command
from bordereau.services.decisions.cash_operations import CASH_OPERATIONS
from bordereau.services.decisions.invoice_operations import INVOICE_OPERATIONS
from bordereau.services.decisions.order import Order
from bordereau.services.decisions.refund_operations import REFUND_OPERATIONS
from bordereau.services.decisions.reply import Desk, Reply, wrong
from bordereau.services.decisions.seller_operations import SELLER_OPERATIONS

OPERATIONS: Final = {
    **SELLER_OPERATIONS,
    **INVOICE_OPERATIONS,
    **CASH_OPERATIONS,
    **REFUND_OPERATIONS,
}
"""How each kind is carried out."""


def operate(desk: Desk, command: Command, decision: OperationDecision) -> Reply:
    """Carry out an operation, unless an earlier revision of its line was carried out."""
    before = _carried_out(desk, command)
    if before is not None:
        if _money(before.facts) == _money(command.facts):
            return Reply(before.status, before.message)
        day = desk.day(before.done_on or desk.today)
        return wrong("decision-operation-done", "kind", day=day)
    return OPERATIONS[Operation(decision.operation)](Order(desk, command, decision))


def _carried_out(desk: Desk, command: Command) -> Command | None:
    listed = desk.ledger.list(Command, ref=command.ref)
    return next((one for one in listed if one.status == "ok"), None)


def _money(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an operation says besides its reason, which may be reworded."""
    return {name: value for name, value in facts.items() if name != "reason"}
