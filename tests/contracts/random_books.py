"""Random records of every kind, and random transactions over them, from one seed.

Keys are drawn from small pools, so that transactions meet; fields are drawn by their types, so that
every kind of value goes through the codec: zero, below zero, empty, absent, nested.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import re
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin

from bordereau.domain.tables import ITEMS, Guard, Item, key_of
from bordereau.domain.transactions import (
    ABSENT,
    Action,
    Check,
    Condition,
    Put,
    Transaction,
    Update,
    record_of,
)
from bordereau.ports import Ledger
from bordereau.services import draft

TEXTS: Final = ("", "a", "b", "é", "#", "zz")
NUMBERS: Final = (-100, -1, 0, 0, 1, 1, 2, 50, 100, 10**15)
DAYS: Final = tuple(dt.date(2026, 1, day) for day in (5, 6, 7, 30))
NOON: Final = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
INSTANTS: Final = tuple(dt.datetime(2026, 1, 5, hour, tzinfo=dt.UTC) for hour in (0, 9, 23))
POOLS: Final[Mapping[str, tuple[Any, ...]]] = {
    "contract": ("siren:552081317/EUR", "siren:732829320/EUR"),
    "debtor": ("siren:356000000", "vat:DE136695976"),
    "currency": ("EUR", "CHF"),
    "account": ("FR7630006000011234567890189",),
    "party": ("siren:552081317", "siren:356000000"),
    "journal": ("K#siren:552081317/EUR", "B#FR7630006000011234567890189"),
    "role": ("SELLER", "DEBTOR"),
    "v": (0, 1, 2),
    "seq": (0, 1, 2, 3),
    "version": (1, 2),
    "revision": (1, 2),
    "ordinal": (1, 2),
}
INDEXED: Final = tuple(item for item in ITEMS.values() if item.indexes)


class RandomBooks:
    """Draws from one seed, mostly what fits the books as they stand, and often what does not.

    ``known`` is every record that was ever written or tried, by its place: decisions are drawn from
    what stands there now, or from what stood there before.
    """

    def __init__(self, seed: int, books: Ledger) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test's draw, repeatable
        self.books = books
        self.known: dict[tuple[type, str, str], list[Any]] = {}

    def record(self, kind: type) -> Any:
        """Draw a record of a kind; its key comes from a small pool."""
        hints = typing.get_type_hints(kind)
        item = ITEMS[kind]
        key_fields = set(re.findall(r"{(\w+)", item.pk + item.sk))
        values = {
            spec.name: self._field(spec.name, hints[spec.name], is_key=spec.name in key_fields)
            for spec in dataclasses.fields(kind)
        }
        return kind(**values)

    def transaction(self, actions_most: int = 6) -> Transaction:
        """Draw a transaction of distinct items."""
        actions: dict[tuple[type, str, str], Action] = {}
        for _ in range(self.random.randint(1, actions_most)):
            action = self._action(self.random.choice((*ITEMS.values(), *INDEXED)))
            record = record_of(action)
            actions.setdefault((type(record), *key_of(record)), action)
        for place, action in actions.items():
            self.known.setdefault(place, []).append(record_of(action))
        return Transaction("random", tuple(actions.values()))

    def _action(self, item: Item) -> Action:
        drawn = self.record(item.kind)
        fields = {spec.name: getattr(drawn, spec.name) for spec in dataclasses.fields(drawn)}
        now: Any = self.books.get(item.kind, **fields)
        met = self.known.get((item.kind, *key_of(drawn)), [drawn])
        seen = self.random.choice(met) if self._rarely() or now is None else now
        if item.guard is Guard.NONE:
            return Put(drawn)
        if now is None and not self._rarely():
            return Put(drawn, (ABSENT,))
        if self.random.random() < 0.2 or (item.guard is Guard.ONCE and not self._rarely()):
            return Check(seen, tuple(self._condition(seen) for _ in range(2)))
        return self._change(item.guard, seen, drawn)

    def _rarely(self) -> bool:
        return self.random.random() < 0.12

    def _change(self, guard: Guard, seen: Any, drawn: Any) -> Action:
        """Change a record that was seen, perhaps long ago; the guard is the draft's own."""
        if guard is Guard.ONCE:
            return Put(drawn, (ABSENT,))
        if guard is not Guard.ARITHMETIC:
            return draft._action(seen, drawn, ())
        changed = {
            spec.name: getattr(drawn, spec.name)
            for spec in dataclasses.fields(drawn)
            if self.random.random() < 0.4
        }
        record = dataclasses.replace(seen, **changed)
        wanted = tuple(self._condition(seen) for _ in range(self.random.randint(0, 3)))
        action = draft._action(seen, record, wanted)
        is_empty = isinstance(action, Update) and not (action.add or action.set)
        return Check(record, (self._condition(record),)) if is_empty else action

    def _condition(self, record: Any) -> Condition:
        name = self.random.choice(dataclasses.fields(record)).name
        value = getattr(self.record(type(record)) if self._rarely() else record, name)
        if type(value) in (int, str) or isinstance(value, dt.date | Enum):
            return Condition(name, self.random.choice(("=", ">=")), value)
        if value is None or self._rarely():
            return Condition(name, "=", None)
        return Condition(name, "=", value)

    def _field(self, name: str, hint: Any, *, is_key: bool) -> Any:
        if name in POOLS and not (get_origin(hint) in (Union, types.UnionType) and not is_key):
            return self.random.choice(POOLS[name])
        if is_key and _plain_type(hint) is str:
            return self.random.choice(("x", "y"))
        return self._value(hint)

    def _value(self, hint: Any) -> Any:
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            kinds = [kind for kind in inner if kind is not type(None)]
            return None if self.random.random() < 0.3 else self._value(self.random.choice(kinds))
        if origin is Literal:
            return self.random.choice(inner)
        if origin is tuple:
            return tuple(self._value(inner[0]) for _ in range(self.random.randint(0, 2)))
        if origin is not None:
            return {name: self._value(inner[1]) for name in self.random.sample(TEXTS[1:], 2)}
        return self._single(_plain_type(hint))

    def _single(self, kind: Any) -> Any:
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            values = {spec.name: self._value(hints[spec.name]) for spec in dataclasses.fields(kind)}
            return typing.cast("Any", kind)(**values)
        if issubclass(kind, Enum):
            return self.random.choice(list(kind))
        pools: dict[type, tuple[Any, ...]] = {
            bool: (True, False),
            int: NUMBERS,
            str: TEXTS,
            dt.date: DAYS,
            dt.datetime: INSTANTS,
            object: ("facts", 7, True),
        }
        return self.random.choice(pools[kind])


def _plain_type(hint: Any) -> Any:
    return getattr(hint, "__supertype__", hint)
