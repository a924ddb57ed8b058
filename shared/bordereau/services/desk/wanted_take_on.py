"""What is wanted of « Reprise »: each dossier is checked whole at every refresh, and said so.

Nothing is sent while anything differs. What is sent names an object, which holds the rows as they
were checked; the command is the same while the rows are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.decisions import TakeOnDecision
from bordereau.domain.identifiers import ContractId, PartyId, contract_id
from bordereau.domain.taking_on.check import Fault, Known, check
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.taking_on.snapshot import Snapshot, sha_of
from bordereau.services.desk.context import Note
from bordereau.services.desk.naming import label_of
from bordereau.services.desk.reading import Line
from bordereau.services.desk.take_on_rows import Dossier

FOLDER: Final = "snapshots/take-on-"
"""Where the rows of a dossier lie, by their hash."""


@dataclass(frozen=True, slots=True)
class TakeOnBooks:
    """What the books know of take-ons: contracts and accounts, and dossiers by name."""

    known: Known
    dossiers: Mapping[str, TakeOn] = field(default_factory=dict)

    def waiting(self, dossier: Dossier) -> frozenset[tuple[str, str]]:
        """Return the contracts of a dossier that other lines of the sheet leave alone till then."""
        record = self.dossiers.get(dossier.name)
        if record is not None and record.completed_on is not None:
            return frozenset()
        if record is not None:
            return dossier.contracts
        return frozenset(pair for pair in dossier.contracts if not self._has_entries(pair))

    def _has_entries(self, pair: tuple[str, str]) -> bool:
        name: ContractId = contract_id(PartyId(pair[0]), pair[1])
        return name in self.known.contracts


@dataclass(frozen=True, slots=True)
class DossierWishes:
    """One dossier: its lines with what is wrong, what is said beside them, what is sent.

    ``state`` is what « Accueil » says of it; ``data`` the object that the decision names.
    """

    name: str
    state: Note
    lines: tuple[Line, ...]
    notes: Mapping[str, Note]
    ref: str = ""
    decision: TakeOnDecision | None = None
    data: bytes = b""


def dossier_wishes(dossier: Dossier, books: TakeOnBooks) -> DossierWishes:
    """Return what is said and sent of a dossier; the same rows and books say the same."""
    record = books.dossiers.get(dossier.name)
    if record is not None:
        return _recorded(dossier, record)
    lines = tuple(_marked(dossier.lines, _faults(dossier, books.known)))
    wrong = sum(bool(line.wrong) for line in lines)
    if wrong or dossier.snapshot is None:
        return _refused(dossier, lines, wrong)
    return _sound(dossier, dossier.snapshot, lines)


OF_OTHERS: Final = ("no-line", "no-contract", "no-bank", "empty", "differs", "total-missing")
"""Reasons that hang on other lines: with one that cannot be read they are not known."""


def _faults(dossier: Dossier, known: Known) -> Iterator[Fault]:
    """Yield what is wrong; where lines cannot be read, what is so whatever they would say."""
    for fault in check(dossier.snapshot, known) if dossier.snapshot else ():
        reason = fault.problem.code.removeprefix("take-on-")
        if dossier.is_whole or not reason.startswith(OF_OTHERS):
            yield fault


def _marked(lines: Iterable[Line], faults: Iterable[Fault]) -> Iterable[Line]:
    by_ref: dict[str, list[Fault]] = {}
    for fault in faults:
        by_ref.setdefault(fault.ref, []).append(fault)
    for line in lines:
        marked = line
        for fault in by_ref.get(line.ref, ()):
            where = label_of(line.tab, fault.key)
            marked = marked.with_problem(fault.key, dataclasses.replace(fault.problem, where=where))
        yield marked


def _recorded(dossier: Dossier, record: TakeOn) -> DossierWishes:
    """A dossier that is booked, or being booked: what stands on its lines counts no more."""
    lines = tuple(dataclasses.replace(line, wrong={}) for line in dossier.lines)
    if record.completed_on is not None:
        note = Note("ok", "sheet.take_on_done", {"day": f"{record.on:%d/%m/%Y}"})
        return DossierWishes(dossier.name, note, lines, _beside(lines, note))
    done = {"done": str(record.done), "steps": str(record.steps)}
    note = Note("waiting", "sheet.take_on_under_way", done)
    ref = dossier.header.ref if dossier.header else ""
    decision = TakeOnDecision(record.dossier, record.on, record.key, record.sha) if ref else None
    return DossierWishes(dossier.name, note, lines, _beside(lines, note), ref, decision)


def _beside(lines: Iterable[Line], note: Note) -> dict[str, Note]:
    return {line.ref: note for line in lines}


def _refused(dossier: Dossier, lines: tuple[Line, ...], wrong: int) -> DossierWishes:
    sound = [line for line in lines if not line.wrong]
    notes = _beside(sound, Note("waiting", "sheet.take_on_row"))
    state = Note("error", "sheet.take_on_differs", {"count": wrong})
    if dossier.header is not None and dossier.header.ref in notes:
        notes[dossier.header.ref] = state
    return DossierWishes(dossier.name, state, lines, notes)


def _sound(dossier: Dossier, snapshot: Snapshot, lines: tuple[Line, ...]) -> DossierWishes:
    counts = {
        "contracts": str(len(snapshot.contracts)),
        "invoices": str(len(snapshot.invoices)),
        "rows": str(snapshot.count),
    }
    assert dossier.header is not None, "a snapshot has a header"
    notes = _beside(lines, Note("waiting", "sheet.take_on_row"))
    if not dossier.is_wanted:
        state = Note("waiting", "sheet.take_on_ready", counts)
        notes[dossier.header.ref] = state
        return DossierWishes(dossier.name, state, lines, notes)
    del notes[dossier.header.ref]
    data = snapshot.data()
    sha = sha_of(data)
    decision = TakeOnDecision(snapshot.dossier, snapshot.on, f"{FOLDER}{sha[:32]}.json", sha)
    state = Note("waiting", "sheet.take_on_asked", counts)
    ref = dossier.header.ref
    return DossierWishes(dossier.name, state, lines, notes, ref, decision, data)
