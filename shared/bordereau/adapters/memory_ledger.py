"""The in-memory twin of the ledger: same conditions, same reasons, same order as DynamoDB.

Product code, not test code: ``bordereau play`` runs on it, and one contract suite keeps it and the
real table adapter alike.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any, Self, TypeVar

from bordereau.domain.plain import NotPlainError, from_plain, to_plain
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import (
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
    Update,
    holds,
    record_of,
)
from bordereau.ports import Wanted

R = TypeVar("R")
Place = tuple[Table, str, str]
Stored = tuple[type, dict[str, Any]]
Keys = list[str]


class MemoryLedger:
    """Four tables in memory; every record is kept in its plain form, as a table would.

    What is read back of an item and the order of a partition are remembered, because a story reads
    the same records every day; the items alone count.
    """

    def __init__(self) -> None:
        self._partitions: dict[tuple[Table, str], dict[str, Stored]] = {}
        self._indexes: dict[tuple[Index, str], list[tuple[str, Place]]] = {}
        self._orders: dict[tuple[Table, str], Keys] = {}
        self._read: dict[Place, tuple[Stored, Any]] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a twin with a life of its own; stored items are replaced, never changed."""
        twin = copy.copy(self)
        memo[id(self)] = twin
        own: dict[str, Any] = {
            "_partitions": {name: dict(items) for name, items in self._partitions.items()},
            "_indexes": {name: list(listed) for name, listed in self._indexes.items()},
            "_orders": {name: list(order) for name, order in self._orders.items()},
            "_read": dict(self._read),
        }
        others = {name: value for name, value in vars(self).items() if name not in own}
        vars(twin).update(own | copy.deepcopy(others, memo))
        return twin

    def get(self, kind: type[R], /, **key: object) -> R | None:
        """Return one record, or ``None``."""
        place = (ITEMS[kind].table, *key_for(kind, key))
        stored = self._stored(place)
        return self._record(kind, place, stored) if stored else None

    def get_many(self, *wanted: Wanted) -> tuple[Any, ...]:
        """Return records in the order asked for, ``None`` where there is none."""
        return tuple(self.get(kind, **key) for kind, key in wanted)

    def list(
        self, kind: type[R], /, *, first: str = "", last: str = "", **key: object
    ) -> Iterator[R]:
        """Yield a partition's records of one kind by sort key."""
        item = ITEMS[kind]
        name = (item.table, item.pk.format(**key))
        order = self._order(name)
        end = bisect_right(order, last) if last else len(order)
        for sk in order[bisect_left(order, first) : end]:
            stored = self._stored((*name, sk))
            if stored is not None and stored[0] is kind:
                yield self._record(kind, (*name, sk), stored)

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of one kind in an index partition by its sort key."""
        for sk, place in list(self._indexes.get((index, partition), ())):
            stored = self._stored(place)
            if stored is None or stored[0] is not kind or not sk.startswith(prefix):
                continue
            if not last or sk <= last:
                yield self._record(kind, place, stored)

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

    def pause(self, lost: int) -> None:
        """Do not wait: nobody else writes here."""

    def _stored(self, place: Place) -> Stored | None:
        table, pk, sk = place
        return self._partitions.get((table, pk), {}).get(sk)

    def _order(self, name: tuple[Table, str]) -> Keys:
        """Return the sort keys of a partition in order."""
        partition = self._partitions.get(name, {})
        if len(self._orders.get(name, ())) != len(partition):
            self._orders[name] = sorted(partition)
        return self._orders[name] if partition else []

    def _record(self, kind: type[R], place: Place, stored: Stored) -> R:
        """Return what is read back of an item, read once while it is the same item."""
        known = self._read.get(place)
        if known is None or known[0] is not stored or stored[0] is not kind:
            known = self._read[place] = (stored, _record(kind, stored[1]))
        record: R = known[1]
        return record

    def _reason(self, place: Place, action: Action) -> Reason | None:
        stored = self._stored(place)
        item = stored[1] if stored else None
        is_there = item is not None or not isinstance(action, Update)
        if is_there and all(holds(condition, item) for condition in action.when):
            return None
        return Reason("condition", _record(*stored) if stored else None)

    def _apply(self, place: Place, action: Action) -> None:
        if isinstance(action, Check):
            return
        if isinstance(action, Put):
            self._keep(place, type(action.record), to_item(action.record))
            return
        kind, stored = self._partitions[place[:2]][place[2]]
        plain = dict(stored)
        for name, step in action.add.items():
            plain[name] = plain.get(name, 0) + step
        for name, value in action.set.items():
            plain[name] = to_plain(value)
        self._keep(place, kind, to_item(_record(kind, plain)))

    def _keep(self, place: Place, kind: type, plain: dict[str, Any]) -> None:
        before, after = self._stored(place), (kind, plain)
        old = index_keys(self._record(before[0], place, before)) if before else {}
        new = index_keys(self._record(kind, place, after))
        for index, (pk, sk) in old.items():
            listed = self._indexes[index, pk]
            del listed[bisect_left(listed, (sk, place))]
        for index, (pk, sk) in new.items():
            insort(self._indexes.setdefault((index, pk), []), (sk, place))
        order = self._order(place[:2])
        if before is None and order:
            insort(order, place[2])
        self._partitions.setdefault(place[:2], {})[place[2]] = after

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return everything as plain values by ``table/pk/sk``, to compare whole books."""
        return {
            f"{table}/{pk}/{sk}": dict(items[sk][1])
            for (table, pk), items in sorted(self._partitions.items())
            for sk in sorted(items)
        }


def _place(record: Any) -> Place:  # noqa: ANN401 - records of every kind
    return (ITEMS[type(record)].table, *key_of(record))


def _record(kind: type[R], plain: dict[str, Any]) -> R:
    try:
        return from_plain(kind, plain)
    except NotPlainError as error:
        raise InvariantError(f"a stored {kind.__name__} cannot be read: {error}") from error
