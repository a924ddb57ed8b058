"""A ledger on which somebody else is quicker."""

from __future__ import annotations

from collections.abc import Callable

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.transactions import Transaction


class Racing(MemoryLedger):
    """A ledger on which something else happens just before a commit of some shape."""

    def __init__(self, shape: str, meanwhile: Callable[[MemoryLedger], object]) -> None:
        super().__init__()
        self.shape, self.meanwhile = shape, meanwhile

    def commit(self, transaction: Transaction) -> object:  # type: ignore[override]
        """Let the other one come first, once."""
        if transaction.shape == self.shape:
            self.shape = ""
            self.meanwhile(self)
        return super().commit(transaction)
