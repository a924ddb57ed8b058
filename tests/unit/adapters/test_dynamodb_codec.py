"""A record comes back from its item, whatever is in it; anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.adapters.dynamodb_codec import (
    KINDS,
    RECORD,
    decode,
    encode,
    index_attributes,
    item_of,
    record_of_item,
)
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import FileHash
from bordereau.domain.identifiers import ContractId
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import INDEX_TABLE, ITEMS, Index
from tests.contracts.random_books import RandomBooks

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_values_come_back_with_their_exact_type(plain: object) -> None:
    """True stays true and never becomes one; numbers keep every digit."""
    back = decode(encode(plain))
    assert back == plain
    assert repr(back) == repr(plain)


@pytest.mark.parametrize("kind", list(ITEMS), ids=lambda kind: kind.__name__)
@given(seed=st.integers(0, 10**6))
def test_every_kind_of_record_comes_back_from_its_item(kind: type, seed: int) -> None:
    """Zero, nothing, empty and nested fields included."""
    record = RandomBooks(seed, MemoryLedger()).record(kind)
    item = item_of(record)
    assert record_of_item(item) == record
    assert item[RECORD] == {"S": kind.__name__}
    assert all(index_attributes(record).values())


def test_no_field_of_a_record_is_called_as_an_attribute_of_ours() -> None:
    """Nor do two kinds share a name, nor an index a table that its records are not in."""
    ours = {"pk", "sk", RECORD} | {f"{index}_{part}" for index in Index for part in ("pk", "sk")}
    for kind, item in ITEMS.items():
        assert not ours & set(kind.__dataclass_fields__)  # type: ignore[attr-defined]
        assert all(INDEX_TABLE[index] is item.table for index in item.indexes)
    assert len(KINDS) == len(ITEMS)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": {"S": "x"}},
        {"sha": {"N": "1"}},
        {RECORD: {"S": "Nothing"}},
        {"contract": {"NULL": True}},
        {"sha": {"SS": ["a"]}},
        {"sha": {"N": "1.5"}},
    ],
)
def test_an_item_that_is_not_exactly_a_record_is_refused(change: dict[str, Any]) -> None:
    """Nothing is read by halves."""
    item = item_of(FileHash("abc", ContractId("siren:1/EUR")))
    with pytest.raises(InvariantError):
        record_of_item(item | change)


def test_an_item_without_a_field_is_refused_and_a_binary_fraction_never_written() -> None:
    """Both are our own mistakes."""
    item = item_of(FileHash("abc", ContractId("siren:1/EUR")))
    del item["contract"]
    with pytest.raises(InvariantError):
        record_of_item(item)
    with pytest.raises(InvariantError):
        encode(0.5)
