"""The in-memory twin of the ledger: same conditions, same reasons, same order as DynamoDB.

Product code, not test code: ``bordereau play`` runs on it, and one contract suite keeps it and the
real table adapter alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from bordereau.domain.plain import from_plain, to_plain
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import (
    INDEX_TABLE,
    ITEMS,
    Index,
    Table,
    index_keys,
    key_for,
    key_of,
    to_item,
)
from bordereau.domain.transactions import (
    ACTIONS_MAX,
    Action,
    Cancelled,
    Check,
    Put,
    Reason,
    Transaction,
    holds,
    record_of,
)

R = TypeVar("R")
Place = tuple[Table, str, str]


class MemoryLedger:
    """Four tables in memory; every record is kept in its plain form, as a table would."""

    def __init__(self) -> None:
        self._items: dict[Place, tuple[type, dict[str, Any]]] = {}

    def get(self, kind: type[R], **key: object) -> R | None:
        """Return one record, or ``None``."""
        stored = self._items.get((ITEMS[kind].table, *key_for(kind, key)))
        return from_plain(kind, stored[1]) if stored else None

    def list(self, kind: type[R], *, first: str = "", last: str = "", **key: object) -> Iterator[R]:
        """Yield a partition's records of one kind by sort key."""
        item = ITEMS[kind]
        partition = item.pk.format(**key)
        for table, pk, sk in sorted(self._items):
            if (table, pk) != (item.table, partition) or sk < first or (last and sk > last):
                continue
            stored_kind, plain = self._items[table, pk, sk]
            if stored_kind is kind:
                yield from_plain(kind, plain)

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of one kind in an index partition by its sort key."""
        found: list[tuple[str, R]] = []
        for (table, _, _), (stored_kind, plain) in self._items.items():
            if table is not INDEX_TABLE[index] or stored_kind is not kind:
                continue
            record = from_plain(kind, plain)
            keys = index_keys(record).get(index)
            if keys and keys[0] == partition and keys[1].startswith(prefix):
                found.append((keys[1], record))
        yield from (
            record
            for sk, record in sorted(found, key=lambda pair: pair[0])
            if not last or sk <= last
        )

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Do all actions or none."""
        actions = transaction.actions
        places = [_place(record_of(action)) for action in actions]
        if not 0 < len(actions) <= ACTIONS_MAX or len(set(places)) != len(places):
            raise InvariantError(f"{transaction.shape}: no transaction, or an item twice")
        reasons = tuple(
            self._reason(place, action) for place, action in zip(places, actions, strict=True)
        )
        if any(reasons):
            return Cancelled(reasons)
        for place, action in zip(places, actions, strict=True):
            self._apply(place, action)
        return None

    def _reason(self, place: Place, action: Action) -> Reason | None:
        stored = self._items.get(place)
        item = stored[1] if stored else None
        if all(holds(condition, item) for condition in action.when):
            return None
        record = from_plain(stored[0], stored[1]) if stored else None
        return Reason("condition", record)

    def _apply(self, place: Place, action: Action) -> None:
        if isinstance(action, Check):
            return
        if isinstance(action, Put):
            self._items[place] = (type(action.record), to_item(action.record))
            return
        kind, stored = self._items[place]
        plain = dict(stored)
        for name, step in action.add.items():
            plain[name] = plain.get(name, 0) + step
        for name, value in action.set.items():
            plain[name] = to_plain(value)
        self._items[place] = (kind, to_item(from_plain(kind, plain)))

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return everything as plain values by ``table/pk/sk``, to compare whole books."""
        return {
            f"{t}/{pk}/{sk}": dict(self._items[t, pk, sk][1]) for t, pk, sk in sorted(self._items)
        }


def _place(record: Any) -> Place:  # noqa: ANN401 - records of every kind
    return (ITEMS[type(record)].table, *key_of(record))
