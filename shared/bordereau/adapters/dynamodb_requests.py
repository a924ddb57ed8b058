"""From our actions to those of ``TransactWriteItems``: conditions and updates as expressions.

Every name and value is a placeholder (``#n0``, ``:v0``), so that no field can be a reserved word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bordereau.adapters.dynamodb_codec import (
    Attribute,
    encode,
    index_attributes,
    item_of,
    key_attributes,
)
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import ITEMS, Table, to_item
from bordereau.domain.transactions import Action, Check, Condition, Put, Update, record_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def request_of(action: Action, tables: Mapping[Table, str]) -> TransactWriteItemTypeDef:
    """Return an action as DynamoDB takes it; what stands in the way comes back with a refusal."""
    places = _Places()
    conditions = [_condition(one, places) for one in action.when]
    shared: dict[str, Any] = {
        "TableName": tables[ITEMS[type(record_of(action))].table],
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if isinstance(action, Put):
        shared["Item"] = item_of(action.record)
        return {"Put": shared | _expressions(conditions, places)}  # type: ignore[typeddict-item]
    shared["Key"] = key_attributes(record_of(action))
    if isinstance(action, Check):
        return {"ConditionCheck": shared | _expressions(conditions, places)}  # type: ignore[typeddict-item]
    conditions.insert(0, f"attribute_exists({places.name('pk')})")
    shared["UpdateExpression"] = _update(action, places)
    return {"Update": shared | _expressions(conditions, places)}  # type: ignore[typeddict-item]


class _Places:
    """The placeholders of one action's expressions."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Attribute] = {}

    def name(self, field: str) -> str:
        """Return the placeholder of a field, the same each time."""
        known = {name: place for place, name in self.names.items()}
        place = known.get(field, f"#n{len(self.names)}")
        self.names[place] = field
        return place

    def value(self, plain: object) -> str:
        """Return a placeholder that stands for a value."""
        place = f":v{len(self.values)}"
        self.values[place] = encode(plain)
        return place


def _expressions(conditions: list[str], places: _Places) -> dict[str, Any]:
    found = {
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": places.names,
        "ExpressionAttributeValues": places.values,
    }
    return {name: value for name, value in found.items() if value}


def _condition(condition: Condition, places: _Places) -> str:
    """Return a condition as ``transactions.holds`` means it."""
    if condition.operator == "absent":
        return f"attribute_not_exists({places.name('pk')})"
    field, wanted = places.name(condition.field), to_plain(condition.value)
    if condition.operator == "=" and wanted is None:
        exists, null = f"attribute_exists({places.name('pk')})", places.value("NULL")
        return f"{exists} AND (attribute_not_exists({field}) OR attribute_type({field}, {null}))"
    if condition.operator == "=":
        return f"{field} = {places.value(wanted)}"
    if type(wanted) not in (int, str):
        raise InvariantError(f"{condition.field} >= {type(wanted).__name__} compares nothing")
    return f"{field} >= {places.value(wanted)}"


def _update(action: Update, places: _Places) -> str:
    put, gone = _written(action)
    clauses = {
        "ADD": [f"{places.name(name)} {places.value(step)}" for name, step in action.add.items()],
        "SET": [f"{places.name(name)} = {places.value(value)}" for name, value in put.items()],
        "REMOVE": [places.name(name) for name in gone],
    }
    return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)


def _written(action: Update) -> tuple[dict[str, Any], list[str]]:
    """Return the attributes that an update sets and those that it removes."""
    kept = to_item(action.after)
    put = {name: kept[name] for name in action.set if name in kept}
    gone = [name for name in action.set if name not in kept]
    if _moves_indexes(action):
        indexed = index_attributes(action.after)
        put |= indexed
        gone += [name for name in _index_names(action.after) if name not in indexed]
    return put, gone


def _moves_indexes(action: Update) -> bool:
    """Return whether the update writes its index attributes.

    It does also where it believes that nothing changes but writes a field that the place hangs on:
    a commit in between may have taken the item out. One that writes no such field leaves them be.
    """
    item = ITEMS[type(action.after)]
    return (
        index_attributes(action.before) != index_attributes(action.after)
        or not item.follows.keys().isdisjoint(action.set)
        or not set(item.exact).isdisjoint(action.add)
    )


def _index_names(record: object) -> list[str]:
    indexes = ITEMS[type(record)].indexes
    return [f"{index}_{part}" for index in indexes for part in ("pk", "sk")]
