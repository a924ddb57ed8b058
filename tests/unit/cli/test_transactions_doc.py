"""The document of all transactions is the code's, and the code holds to what it lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.adapters.dynamodb_codec import item_of, size_of
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.transactions_doc import (
    INDEX_KEYS,
    KILOBYTES,
    document,
    greatest_index_units,
    greatest_units,
)
from bordereau.domain.books import Position, Reversal
from bordereau.domain.guarantee_lines import FactorLine
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.plain import from_plain
from bordereau.domain.problems import InvariantError
from bordereau.domain.shapes import SHAPES, check_shape
from bordereau.domain.tables import ITEMS, Index, index_keys
from bordereau.domain.transactions import ABSENT, Check, Condition, Put, Transaction
from bordereau.domain.work import Run
from tests.contracts.random_books import NOON, RandomBooks
from tests.unit.services.small_firm import small_firm

FILE = Path(__file__).parents[3] / "docs" / "transactions.md"
POSITION = Position(ContractId("siren:552081317/EUR"), "EUR", AccountId("A"))
LINE = FactorLine(PartyId("siren:356000000"), "EUR")


def test_the_file_is_what_the_code_prints() -> None:
    """After a change: python -m bordereau.cli.transactions_doc > docs/transactions.md."""
    assert FILE.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_every_shape_fits_one_transaction_and_says_what_a_refusal_means(shape: Any) -> None:
    """At most a hundred items, none of a kind twice, each with a meaning and a condition."""
    assert 0 < shape.most <= 100
    assert len({part.kind for part in shape.parts}) == len(shape.parts)
    assert all(part.meaning and part.kind in ITEMS for part in shape.parts)
    assert shape.purpose.endswith(".")
    assert shape.second_call.endswith(".")
    assert f"### {shape.name}\n" in document()
    assert greatest_units(shape) >= 2 * shape.most
    assert greatest_index_units(shape) >= 0


def test_every_kind_of_item_is_written_by_some_shape() -> None:
    """A row that nothing writes would be a promise nobody keeps."""
    written = {part.kind for shape in SHAPES.values() for part in shape.parts}
    assert written == set(ITEMS)


@pytest.mark.parametrize(
    "transaction",
    [
        Transaction("no-such-shape", (Put(POSITION, (ABSENT,)),)),
        Transaction("finish-run", (Put(POSITION, (ABSENT,)),)),
        Transaction("finish-run", tuple(Put(Run("a", day, NOON), (ABSENT,)) for day in "12")),
        Transaction("cut-statement", (Put(POSITION, (Condition("balances", "=", {}),)),)),
        Transaction("rest-debtor", (Check(LINE, (Condition("avail_cents", ">=", 1),)),)),
        Transaction("rest-debtor", (Check(LINE, (Condition("todo_rev", ">=", 1),)),)),
        Transaction("reverse-entry", (Put(Reversal("K#a", 1, 2), (Condition("seq", "=", 1),)),)),
    ],
    ids=("shape", "item", "count", "condition", "other field", "other operator", "once"),
)
def test_what_is_not_listed_stops_loudly(transaction: Transaction) -> None:
    """Another shape, item, count, field or operator; nothing is asked of the tables."""
    with pytest.raises(InvariantError):
        check_shape(transaction)


def test_what_is_listed_passes() -> None:
    """The guard of the kind, what the part requires, and absence."""
    check_shape(Transaction("finish-run", (Put(Run("a", "1", NOON), (ABSENT,)),)))
    check_shape(Transaction("rest-debtor", (Check(LINE, (Condition("todo_rev", "=", 1),)),)))
    guard = (Condition("seq", "=", 1), Condition("terms_rev", "=", 1))
    check_shape(Transaction("cut-statement", (Put(POSITION, guard),)))


@pytest.mark.parametrize(
    "kind", [kind for kind in ITEMS if ITEMS[kind].indexes], ids=lambda kind: kind.__name__
)
@given(seed=st.integers(0, 10**6))
def test_the_index_keys_of_a_record_are_as_the_document_says(kind: type, seed: int) -> None:
    """Each key of each index is one of the templates, with the record's own fields in it."""
    record = RandomBooks(seed, MemoryLedger()).record(kind)
    for index, keys in index_keys(record).items():
        rows = [row[2:] for row in INDEX_KEYS[index] if row[0] == kind.__name__]
        assert any(_fits(record, row, keys) for row in rows), (index, keys)


def _fits(record: Any, templates: tuple[str, ...], keys: tuple[str, str]) -> bool:
    return all(
        _pattern(record, one).fullmatch(key) for one, key in zip(templates, keys, strict=True)
    )


def _pattern(record: Any, template: str) -> re.Pattern[str]:
    def said(name: str) -> str:
        if name == "shard":
            return r"[0-3]"
        if name == "day after valid_until":
            return r"\d{4}-\d\d-\d\d"
        if name == "currency" and not hasattr(record, name):
            return re.escape(str(record.contract).rsplit("/", 1)[1])
        value = getattr(record, name)
        return re.escape(f"{value:05d}" if name == "place" else str(value))

    pieces = re.split(r"<([^>]+)>", template)
    return re.compile(
        "".join(said(one) if odd % 2 else re.escape(one) for odd, one in enumerate(pieces))
    )


def test_every_index_of_every_item_is_in_the_document() -> None:
    """And none that is not there."""
    listed = {(index, row[0]) for index, rows in INDEX_KEYS.items() for row in rows}
    real = {(index, kind.__name__) for kind, item in ITEMS.items() for index in item.indexes}
    assert listed == real
    assert set(INDEX_KEYS) == set(Index)


def test_items_of_a_real_firm_are_within_the_size_that_the_units_count() -> None:
    """A kilobyte each, an invoice two, as DynamoDB counts."""
    for items in small_firm()._partitions.values():
        for kind, plain in items.values():
            size = size_of(item_of(from_plain(kind, plain)))
            assert size <= 1024 * KILOBYTES.get(kind, 1), kind
