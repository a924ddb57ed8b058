"""The in-memory twin of the ledger: same conditions, same reasons, same order as DynamoDB.

Product code, not test code: ``bordereau play`` runs on it, and one contract suite keeps it and the
real table adapter alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

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

R = TypeVar("R")
Place = tuple[Table, str, str]
Stored = tuple[type, dict[str, Any]]


class MemoryLedger:
    """Four tables in memory; every record is kept in its plain form, as a table would."""

    def __init__(self) -> None:
        self._partitions: dict[tuple[Table, str], dict[str, Stored]] = {}
        self._indexes: dict[tuple[Index, str], dict[tuple[str, Place], None]] = {}

    def get(self, kind: type[R], /, **key: object) -> R | None:
        """Return one record, or ``None``."""
        stored = self._stored((ITEMS[kind].table, *key_for(kind, key)))
        return _record(kind, stored[1]) if stored else None

    def list(
        self, kind: type[R], /, *, first: str = "", last: str = "", **key: object
    ) -> Iterator[R]:
        """Yield a partition's records of one kind by sort key."""
        item = ITEMS[kind]
        partition = self._partitions.get((item.table, item.pk.format(**key)), {})
        for sk in sorted(partition):
            stored_kind, plain = partition[sk]
            if stored_kind is kind and sk >= first and (not last or sk <= last):
                yield _record(kind, plain)

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of one kind in an index partition by its sort key."""
        for sk, place in sorted(self._indexes.get((index, partition), {})):
            stored = self._stored(place)
            if stored is None or stored[0] is not kind or not sk.startswith(prefix):
                continue
            if not last or sk <= last:
                yield _record(kind, stored[1])

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

    def _stored(self, place: Place) -> Stored | None:
        table, pk, sk = place
        return self._partitions.get((table, pk), {}).get(sk)

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
        before = self._stored(place)
        for index, (pk, sk) in index_keys(_record(*before)).items() if before else ():
            del self._indexes[index, pk][sk, place]
        for index, (pk, sk) in index_keys(_record(kind, plain)).items():
            self._indexes.setdefault((index, pk), {})[sk, place] = None
        self._partitions.setdefault(place[:2], {})[place[2]] = (kind, plain)

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
