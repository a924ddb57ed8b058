"""The twin and the tables agree on more than a thousand random transactions, step by step."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from bordereau.adapters.dynamodb_codec import encode, index_attributes, record_of_item
from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.plain import from_plain
from bordereau.domain.tables import INDEX_TABLE, ITEMS, Index, Table, index_keys, key_of, to_item
from bordereau.domain.transactions import Cancelled, Check, Put, Update
from bordereau.ports import Ledger
from tests.contracts.random_books import RandomBooks

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRANSACTIONS = 1_200
SEED = 20260105

pytestmark = pytest.mark.cloud


@pytest.mark.slow
def test_both_answer_the_same_to_random_transactions_and_end_in_the_same_state(
    dynamodb: DynamoDBClient, make_tables: Callable[[], dict[Table, str]]
) -> None:
    """The same result for each action, the same records, the same contents of every index."""
    names = make_tables()
    twin, real = MemoryLedger(), DynamodbLedger(dynamodb, names)
    drawn, seen = RandomBooks(SEED, twin), Counter[str]()
    for number in range(TRANSACTIONS):
        transaction = drawn.transaction()
        answer = twin.commit(transaction)
        assert real.commit(transaction) == answer, (SEED, number, transaction)
        seen.update(_what(transaction.actions, answer))
        if number % 200 == 199:
            seen["index partitions"] += _same_indexes(twin, real)
    assert _everything(dynamodb, names) == twin.snapshot()
    assert _same_lists(twin, real) > 50
    _demand(seen)


def _what(actions: tuple[object, ...], answer: Cancelled | None) -> list[str]:
    """Name what a transaction tried and what came of it, to be counted."""
    kinds = [type(action).__name__ for action in actions]
    if answer is None:
        return ["done", *(f"{kind} done" for kind in kinds)]
    refused = [kind for kind, reason in zip(kinds, answer.reasons, strict=True) if reason]
    return ["refused", *(f"{kind} refused" for kind in refused)]


def _demand(seen: Counter[str]) -> None:
    """Demand that the draw was no idle one: each action was often done and often refused."""
    assert seen["done"] + seen["refused"] == TRANSACTIONS
    for kind in (Put, Update, Check):
        assert min(seen[f"{kind.__name__} done"], seen[f"{kind.__name__} refused"]) > 30, seen
    assert min(seen["done"], seen["refused"]) > TRANSACTIONS // 10, seen
    assert seen["index partitions"] > 60, seen


def _everything(client: DynamoDBClient, names: dict[Table, str]) -> dict[str, dict[str, Any]]:
    """Return all items of all tables as the twin's snapshot shows its own, by scanning."""
    found: dict[str, dict[str, Any]] = {}
    for table, name in names.items():
        for page in client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            for item in page["Items"]:
                record = record_of_item(item)
                _stands_only_where_it_should(item, record)
                found["/".join((table, *key_of(record)))] = to_item(record)
    return dict(sorted(found.items()))


def _stands_only_where_it_should(item: Mapping[str, Any], record: object) -> None:
    """Compare the attributes that put an item into indexes with what the record says now.

    An index may show too much only where several took from one amount at once (``exact``).
    """
    wanted = {name: encode(text) for name, text in index_attributes(record).items()}
    names = {f"{index}_{part}" for index in ITEMS[type(record)].indexes for part in ("pk", "sk")}
    stored = {name: value for name, value in item.items() if name in names}
    if not ITEMS[type(record)].exact:
        assert stored == wanted, record
    assert wanted.items() <= stored.items(), record


def _same_indexes(twin: MemoryLedger, real: Ledger) -> int:
    """Compare every partition of every index that a stored record is in; return how many."""
    partitions = {
        (kind, index, keys[0])
        for kind in ITEMS
        for record in _stored(twin, kind)
        for index, keys in index_keys(record).items()
    }
    for kind, index, partition in partitions:
        for bounds in ({}, {"last": "2026-01-06#z"}, {"prefix": "2026-01-0"}, {"prefix": "O#"}):
            mine: list[object] = list(twin.find(kind, index, partition, **bounds))
            theirs: list[object] = list(real.find(kind, index, partition, **bounds))
            assert _by_index_key(theirs, index) == _by_index_key(mine, index), (kind, index)
            assert sorted(map(repr, theirs)) == sorted(map(repr, mine)), (kind, index)
            assert all(INDEX_TABLE[index] is ITEMS[kind].table for _ in theirs)
    return len(partitions)


def _by_index_key(records: list[object], index: Index) -> list[tuple[str, str]]:
    """Return the index's keys in the order of the answer (equal ones may change places)."""
    return [index_keys(record)[index] for record in records]


def _same_lists(twin: MemoryLedger, real: Ledger) -> int:
    """Compare every partition that holds a record, whole and within bounds; return how many."""
    seen: set[tuple[type, str]] = set()
    for kind, item in ITEMS.items():
        for record in _stored(twin, kind):
            key = {name: getattr(record, name) for name in _names(kind)}
            pk, sk = key_of(record)
            assert real.get(kind, **key) == record
            if (kind, pk) in seen:
                continue
            seen.add((kind, pk))
            for bounds in ({}, {"first": sk}, {"last": sk}, {"first": sk, "last": sk}):
                mine: list[object] = list(twin.list(kind, **bounds, **_parts(item.pk, key)))
                assert list(real.list(kind, **bounds, **_parts(item.pk, key))) == mine
    return len(seen)


def _names(kind: Any) -> list[str]:
    return [spec.name for spec in dataclasses.fields(kind)]


def _parts(template: str, key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if f"{{{name}" in template}


def _stored(twin: MemoryLedger, kind: type) -> list[Any]:
    """Return the records of a kind that the twin holds."""
    return [
        from_plain(stored_kind, plain)
        for items in twin._partitions.values()
        for stored_kind, plain in items.values()
        if stored_kind is kind
    ]
