"""Whole books on the local cloud's tables: checked, exported, and damage found there too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.books import FORMATS, Wanted
from bordereau.domain.plain import from_plain
from bordereau.domain.tables import Table
from bordereau.domain.transactions import Put, Transaction
from bordereau.services.check_books import check_books
from bordereau.services.read_books import known_accounts, known_contracts, read_books
from tests.unit.services.small_firm import CONTRACTS, small_firm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.cloud


def test_books_are_checked_and_exported_from_the_tables_as_from_memory(
    dynamodb: DynamoDBClient, make_tables: Callable[[], dict[Table, str]]
) -> None:
    """The same lines, the same text; an entry that was overwritten behind our back is found."""
    names = make_tables()
    twin, real = small_firm(), DynamodbLedger(dynamodb, names)
    _copy(twin, real)
    contracts = known_contracts(real)
    accounts = known_accounts(real, contracts)
    assert contracts == known_contracts(twin)
    checks = check_books(real, contracts, accounts)
    assert [check for check in checks if not check.ok] == []
    for form in FORMATS:
        if form == "fec":  # it wants a SIREN and a year; its tests are its own
            continue
        wanted = Wanted(form)
        assert wanted.text(real, read_books(real, contracts, accounts)) == wanted.text(
            twin, read_books(twin, contracts, accounts)
        )
    dynamodb.update_item(
        TableName=names[Table.JOURNAL],
        Key={"pk": {"S": f"K#{CONTRACTS[0]}"}, "sk": {"S": "E#000000000002"}},
        UpdateExpression="SET valued_on = :day",
        ExpressionAttributeValues={":day": {"S": "2026-01-31"}},
    )
    broken = [check for check in check_books(real, contracts, accounts) if not check.ok]
    assert [check.code for check in broken] == ["I2"]
    assert broken[0].details == (f"K#{CONTRACTS[0]} entry 2 (E1): is not what was hashed",)


def _copy(twin: MemoryLedger, real: DynamodbLedger) -> None:
    records: list[object] = [
        from_plain(kind, plain)
        for items in twin._partitions.values()
        for kind, plain in items.values()
    ]
    for start in range(0, len(records), 100):
        actions = tuple(Put(record) for record in records[start : start + 100])
        assert real.commit(Transaction("copy", actions)) is None
