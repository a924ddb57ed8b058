"""One bank file under way: where everything goes, and what was counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bordereau.domain.bank_entries import Named
from bordereau.domain.money import neutral_money
from bordereau.domain.work import Alert
from bordereau.ports import Ledger, Queue
from bordereau.services.alerts import Severity, raise_alert

TEXT_SHOWN = 140


@dataclass(slots=True)
class BankRun:
    """One file under way.

    ``counts`` are what the file holds, however often it comes; ``new`` is what was booked now.
    """

    ledger: Ledger
    queue: Queue
    name: str
    today: dt.date
    account: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    new: int = 0

    def alert(self, code: str, *, stage: str, severity: Severity, facts: Mapping[str, str]) -> None:
        """Store an alert of this file; the same file again stores nothing."""
        self.counts["alerts"] += 1
        told = {"file": self.name, **facts}
        object_ = f"bank:{self.name}"
        raise_alert(self.ledger, Alert(object_, stage, self.today, severity, code, told))

    def entry_object(self, entry: Named, place: str = "") -> str:
        """Return the object of alerts about an entry, the same in whatever file it comes."""
        return f"entry:{self.account}#{entry.booked_on}#{entry.ref}{place}"

    def facts_of(self, entry: Named, cents: int) -> dict[str, str]:
        """Return what staff read of an entry."""
        return {
            "amount": neutral_money(cents, entry.entry.currency or "EUR"),
            "day": entry.booked_on.isoformat(),
            "counterparty": entry.entry.counterparty,
            "text": entry.text[:TEXT_SHOWN],
            "reference": entry.ref,
            "file": self.name,
        }

    def not_booked(
        self,
        code: str,
        entry: Named,
        cents: int,
        *,
        place: str = "",
        severity: Severity = Severity.NORMAL,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Tell staff of an entry that stands in no journal; in another file it is known."""
        facts = {**self.facts_of(entry, cents), **(more or {})}
        self.counts["alerts"] += 1
        object_ = self.entry_object(entry, place)
        raise_alert(self.ledger, Alert(object_, NOT_BOOKED, self.today, severity, code, facts))


NOT_BOOKED = "not-booked"
"""The stage of alerts about entries that stand in no journal."""
