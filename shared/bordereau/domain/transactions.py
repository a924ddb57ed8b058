"""One commit of the ledger as data: actions with conditions, all or nothing.

The same transaction is understood by the in-memory twin and by DynamoDB; ``holds`` is the meaning
of a condition that both must share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bordereau.domain.plain import to_plain

ACTIONS_MAX: Final = 100
"""What one transaction may hold (DynamoDB, TransactWriteItems)."""

Operator = Literal["absent", "=", ">="]


@dataclass(frozen=True, slots=True)
class Condition:
    """What an item must be before the action: absent, or a field equal to or at least a value."""

    field: str = ""
    operator: Operator = "absent"
    value: object = None


ABSENT: Final = Condition()


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole record when every condition holds."""

    record: Any
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Add to and set fields of a record that exists; ``after`` is what it becomes, for indexes."""

    before: Any
    after: Any
    add: Mapping[str, int] = field(default_factory=dict)
    set: Mapping[str, object] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Require conditions of a record that is not written."""

    record: Any
    when: tuple[Condition, ...]


Action = Put | Update | Check


@dataclass(frozen=True, slots=True)
class Transaction:
    """Actions that happen all or not at all; ``shape`` names its listing in the shapes."""

    shape: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action stopped the transaction: the condition, or a transaction under way.

    ``record`` is the item that stood in the way, where the store tells it.
    """

    kind: Literal["condition", "conflict"]
    record: Any = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The transaction did not happen; one reason or ``None`` per action, in order."""

    reasons: tuple[Reason | None, ...]


def record_of(action: Action) -> Any:  # noqa: ANN401 - records of every kind
    """Return the record that an action is about, as it is after the action."""
    return action.after if isinstance(action, Update) else action.record


def holds(condition: Condition, item: Mapping[str, Any] | None) -> bool:
    """Return whether a condition holds on a stored item (``None`` = no such item).

    A field that is not stored compares as nothing: unequal to any value but ``None``, and never at
    least anything. Texts compare by code point, numbers by value; types are never mixed.
    """
    if condition.operator == "absent":
        return item is None
    if item is None:
        return False
    stored, wanted = item.get(condition.field), to_plain(condition.value)
    if condition.operator == "=":
        return type(stored) is type(wanted) and bool(stored == wanted)
    return type(stored) is type(wanted) and stored is not None and bool(stored >= wanted)
