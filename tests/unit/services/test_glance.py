"""A glance reads each record once, and is for looking only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import FileHash
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import Setting
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import Index, Table
from bordereau.domain.transactions import Put, Transaction
from bordereau.domain.work import PartOutcome, Run
from bordereau.ports import Wanted
from bordereau.services.glance import Glance

CONTRACT = ContractId("siren:552081317/EUR")
OTHER = ContractId("siren:443061841/EUR")
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


class Counting(MemoryLedger):
    """A ledger that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, kind: type, /, **key: object) -> Any:
        """Count, then read."""
        self.asked.append(f"get {kind.__name__}")
        return super().get(kind, **key)

    def get_many(self, *wanted: Wanted) -> tuple[Any, ...]:
        """Count once, then read."""
        self.asked.append(f"many {len(wanted)}")
        return tuple(MemoryLedger.get(self, kind, **key) for kind, key in wanted)

    def list(self, kind: type, /, **bounds: Any) -> Iterator[Any]:
        """Count, then read."""
        self.asked.append(f"list {kind.__name__}")
        return super().list(kind, **bounds)


def keep(ledger: MemoryLedger, *records: object) -> None:
    """Put records."""
    assert ledger.commit(Transaction("start", tuple(Put(record) for record in records))) is None


def test_what_was_read_is_not_read_again_even_where_there_was_nothing() -> None:
    """One by one and many at once share what they know."""
    ledger = Counting()
    keep(ledger, FileHash("a", CONTRACT), Setting("firm/siren", "552081317"))
    glance = Glance(ledger)
    assert glance.get(FileHash, sha="a") == FileHash("a", CONTRACT)
    assert glance.get(FileHash, sha="none") is None
    keys = ("a", "none", "b", "b")
    found = glance.get_many(*((FileHash, {"sha": sha}) for sha in keys))
    assert found == (FileHash("a", CONTRACT), None, None, None)
    assert glance.get(FileHash, sha="b") is None
    assert glance.get_many((FileHash, {"sha": "b"})) == (None,)
    assert len(list(glance.list(Setting))) == len(list(glance.list(Setting))) == 1
    assert ledger.asked == ["get FileHash", "get FileHash", "many 1", "list Setting"]


def test_what_stands_in_a_table_that_was_forgotten_is_read_anew() -> None:
    """The books change from lot to lot; the register is remembered for the whole message."""
    ledger = Counting()
    keep(ledger, FileHash("a", CONTRACT), Setting("firm/siren", "552081317"))
    glance = Glance(ledger)
    before = glance.get(FileHash, sha="a"), list(glance.list(Setting))
    keep(ledger, FileHash("a", OTHER), Setting("firm/siren", "443061841"))
    assert (glance.get(FileHash, sha="a"), list(glance.list(Setting))) == before
    glance.forget(Table.LEDGER)
    assert glance.get(FileHash, sha="a") == FileHash("a", OTHER)
    assert list(glance.list(Setting)) == before[1]
    glance.forget(Table.PARTY)
    assert list(glance.list(Setting)) == [Setting("firm/siren", "443061841")]


def test_an_index_is_read_anew_each_time() -> None:
    """It lags by itself; what is remembered of it would lag twice."""
    ledger = MemoryLedger()
    glance = Glance(ledger)
    assert list(glance.find(PartOutcome, Index.PENDING, "lacks#sender:x")) == []


def test_nothing_is_decided_through_a_glance() -> None:
    """A draft that stood on one would write from what is only remembered."""
    glance = Glance(MemoryLedger())
    with pytest.raises(InvariantError, match="nothing is written"):
        glance.commit(Transaction("start", (Put(Run("day", "1", NOON)),)))
    with pytest.raises(InvariantError, match="loses no race"):
        glance.pause(1)
