"""Names between tabs: what drop-downs offer, and who is meant by what was typed in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bordereau.domain.identifiers import PartyId, party_id
from bordereau.domain.problems import Problem
from bordereau.domain.workbook import STAFF
from bordereau.services.desk.reading import Line, Reading

_AT_END: Final = re.compile(r"\(([^()]+)\)$")


IDENTITY: Final = frozenset({"name", "siren", "vat", "foreign_id"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One seller or debtor of the sheet, as drop-downs show it: ``ACME (552081317)``.

    ``is_sound``: who it is is certain; ``is_clean``: nothing on its line is wrong.
    """

    ref: str
    party: PartyId
    name: str
    mark: str
    is_sound: bool
    is_clean: bool

    @property
    def label(self) -> str:
        """What the drop-down shows."""
        return f"{self.name} ({self.mark})"


class Names:
    """The sellers or debtors of one reading."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.entries = [entry for line in lines if (entry := _entry(line))]
        self._by_mark = {entry.mark.casefold(): entry for entry in reversed(self.entries)}
        self._by_mark |= {entry.ref.casefold(): entry for entry in self.entries}
        self._by_name: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_name.setdefault(entry.name.casefold(), []).append(entry)

    def find(self, text: str, *, where: str, tab: str) -> Entry | Problem:
        """Return who is meant: by the identifier in brackets or alone, else by an exact name."""
        at_end = _AT_END.search(text)
        wanted = (at_end[1] if at_end else text).strip().casefold()
        found = self._by_mark.get(wanted) or self._only(text)
        if found is None:
            return Problem("cell-listed", where=where, facts={"typed": text, "tab": tab})
        if not found.is_sound:
            return Problem("cell-listed-wrong", where=where, facts={"ref": found.ref, "tab": tab})
        return found

    def _only(self, text: str) -> Entry | None:
        same = self._by_name.get(text.casefold(), [])
        return same[0] if len(same) == 1 else None

    def twice(self) -> Iterator[tuple[str, str]]:
        """Yield each later line that names a party which another line names before."""
        first: dict[PartyId, str] = {}
        for entry in self.entries:
            known = first.setdefault(entry.party, entry.ref)
            if known != entry.ref:
                yield entry.ref, known


def _entry(line: Line) -> Entry | None:
    name = line.text("name")
    if not name:
        return None
    mark = line.text("siren") or line.text("vat") or line.text("foreign_id") or line.ref
    return Entry(
        line.ref,
        party_of(line),
        name,
        mark,
        is_sound=not line.wrong.keys() & IDENTITY,
        is_clean=not line.wrong,
    )


def party_of(line: Line) -> PartyId:
    """Return the identity of the seller or debtor of a line (decisions 4)."""
    return party_id(siren=line.text("siren"), vat=line.text("vat"), reference=line.ref)


@dataclass(frozen=True, slots=True)
class Account:
    """One of our own accounts, from the settings."""

    iban: str
    bic: str
    name: str

    @property
    def label(self) -> str:
        """What the drop-down shows."""
        return f"{self.name or 'Compte'} ({self.iban})"


def accounts_of(reading: Reading) -> list[Account]:
    """Return our own accounts as « Réglages » names them."""
    known = {line.text("setting"): line for line in reading.lines.get("settings", ())}
    found = []
    for stem in ("account.1", "account.2"):
        texts = [
            known[key].text("value") if (key := f"{stem}.{part}") in known else ""
            for part in ("iban", "bic", "name")
        ]
        if texts[0]:
            found.append(Account(*texts))
    return found


def account_named(accounts: Iterable[Account], text: str, *, where: str) -> Account | Problem:
    """Return the own account that a drop-down's text means."""
    at_end = _AT_END.search(text)
    wanted = re.sub(r"\s", "", at_end[1] if at_end else text).upper()
    for account in accounts:
        if wanted in (account.iban, re.sub(r"\s", "", account.name).upper()):
            return account
    return Problem("cell-account", where=where, facts={"typed": text})


def label_of(tab: str, key: str) -> str:
    """Return the label of a column, for sentences about its cells."""
    return STAFF[tab].column(key).label
