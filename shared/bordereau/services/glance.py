"""What was looked at while one message is worked on: each record is read once.

A glance is for looking only. What is written is decided on a draft, which reads for itself on each
attempt (ADR 19): what a glance remembers may have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar, cast

from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import ITEMS, Index, Table, key_for
from bordereau.domain.transactions import Transaction
from bordereau.ports import Ledger, Wanted

R = TypeVar("R")
Place = tuple[type, str, str]


class Glance:
    """A ledger that remembers what was read of it, and through which nothing is written."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._records: dict[Place, Any] = {}
        self._lists: dict[tuple[object, ...], tuple[Any, ...]] = {}

    def get(self, kind: type[R], /, **key: object) -> R | None:
        """Return one record as it was when it was first read, or ``None``."""
        place: Place = (kind, *key_for(kind, key))
        if place not in self._records:
            self._records[place] = self._ledger.get(kind, **key)
        return cast("R | None", self._records[place])

    def get_many(self, *wanted: Wanted) -> tuple[Any, ...]:
        """Return records in the order asked for; what is not known yet is read at once."""
        places: dict[Place, Wanted] = {
            (kind, *key_for(kind, key)): (kind, key) for kind, key in wanted
        }
        missing = [place for place in places if place not in self._records]
        if missing:
            found = self._ledger.get_many(*(places[place] for place in missing))
            self._records.update(zip(missing, found, strict=True))
        return tuple(self.get(kind, **key) for kind, key in wanted)

    def list(
        self, kind: type[R], /, *, first: str = "", last: str = "", **key: object
    ) -> Iterator[R]:
        """Yield a partition's records of one kind as they were when they were first read."""
        asked = (kind, first, last, *sorted(key.items()))
        if asked not in self._lists:
            self._lists[asked] = tuple(self._ledger.list(kind, first=first, last=last, **key))
        return iter(self._lists[asked])

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of an index partition, read anew each time."""
        return self._ledger.find(kind, index, partition, prefix=prefix, last=last)

    def forget(self, table: Table) -> None:
        """Read again from now on what stands in a table."""
        self._records = {
            place: record
            for place, record in self._records.items()
            if ITEMS[place[0]].table is not table
        }
        self._lists = {
            asked: found
            for asked, found in self._lists.items()
            if ITEMS[cast("type", asked[0])].table is not table
        }

    def commit(self, transaction: Transaction) -> NoReturn:
        """Refuse: a decision on what is only remembered is our own mistake."""
        raise InvariantError(f"{transaction.shape}: nothing is written through a glance")

    def pause(self, lost: int) -> NoReturn:
        """Refuse, as nothing is decided here."""
        raise InvariantError(f"a glance loses no race ({lost})")
