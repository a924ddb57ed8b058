"""The month, lived once in memory with every document rendered; tests only look at it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from local.month.bank import Bank
from local.month.memory_world import MemoryWorld
from local.month.play import play


@dataclass(frozen=True)
class Month:
    """A month that is over: the world after it, and the bank's own view."""

    world: MemoryWorld
    bank: Bank


@pytest.fixture(scope="session")
def month() -> Month:
    """The whole month in the memory world."""
    world, bank = MemoryWorld(), Bank()
    for _ in play(world, bank):
        pass
    return Month(world, bank)
