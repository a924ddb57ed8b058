"""What a line is read against: the names of the other tabs, the day, what stands on which line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bordereau.domain.problems import Problem
from bordereau.services.desk.naming import Account, Entry, Names, account_named, label_of
from bordereau.services.desk.reading import Line

Bad = tuple[tuple[str, Problem], ...]
"""Problems by the key of their cell."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line that waits, or has no effect: a status of the texts, a phrase and its facts."""

    status: str
    phrase: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


Result = Any
"""A decision, a ``Note``, or ``Bad``."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything besides the line itself. ``waits`` is filled on the way: who waits for whom.

    ``taking_on`` are the contracts, by seller and currency, that a dossier will open.
    """

    sellers: Names
    debtors: Names
    accounts: list[Account]
    today: dt.date
    receipts: Mapping[str, str]
    documents: Mapping[str, str]
    contracts: frozenset[tuple[str, str]]
    latest: Mapping[tuple[str, str, str, str], str]
    twice: Mapping[str, Bad]
    payouts: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    mails: Mapping[str, str] = field(default_factory=dict)
    legal: tuple[tuple[dt.date, int], ...] = ()
    waits: dict[str, str] = field(default_factory=dict)
    taking_on: frozenset[tuple[str, str]] = frozenset()

    def legal_ppm(self, day: dt.date) -> int | None:
        """Return the legal rate that « Réglages » has for a day; ``None`` when nobody typed it."""
        started = [(from_on, ppm) for from_on, ppm in self.legal if from_on <= day]
        return max(started)[1] if started else None

    def seller(self, line: Line, key: str = "seller") -> Entry | Problem:
        """Return the seller that a cell names."""
        where = label_of(line.tab, key)
        return self._noted(line, self.sellers.find(line.text(key), where=where, tab="Clients"))

    def debtor(self, line: Line, key: str = "debtor") -> Entry | Problem:
        """Return the debtor that a cell names."""
        where = label_of(line.tab, key)
        return self._noted(line, self.debtors.find(line.text(key), where=where, tab="Débiteurs"))

    def account(self, line: Line, key: str = "account") -> Account | Problem:
        """Return the own account that a cell names."""
        return account_named(self.accounts, line.text(key), where=label_of(line.tab, key))

    def _noted(self, line: Line, found: Entry | Problem) -> Entry | Problem:
        if isinstance(found, Entry) and not found.is_clean:
            self.waits[line.ref] = found.ref
        return found
