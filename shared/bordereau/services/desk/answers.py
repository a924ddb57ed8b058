"""What stands beside each line: a word, a sentence, and which cells are meant."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bordereau.domain.cases import CaseState
from bordereau.domain.problems import Problem
from bordereau.domain.work import Command
from bordereau.domain.workbook.case_tabs import CASES
from bordereau.domain.workbook.staff_tabs import LINES
from bordereau.ports import Phrases
from bordereau.services.desk.context import Note
from bordereau.services.desk.difference import Row
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted import Wanted, Wishes

MISSING = "cell-missing"

NOTHING = "\u2013"
"""What stands for nothing where a look-up would show an empty cell as zero."""


@dataclass(frozen=True, slots=True)
class LineRoom:
    """Where a line stands today, in cents; ``limit_cents`` ``None`` = no factor-wide limit."""

    limit_cents: int | None
    used_cents: int
    left_cents: int | None
    review_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one line, as ``_retours`` keeps it; with what its own tab shows besides."""

    ref: str
    status: str
    message: str = ""
    fields: tuple[str, ...] = ()
    room: LineRoom | None = None
    state: str = ""

    def row(self, phrases: Phrases, day: str = "") -> Row:
        """Return the row of ``_retours``."""
        return (
            self.ref,
            phrases.say(f"sheet.{self.status}", day=day),
            self.message,
            f"|{'|'.join(self.fields)}|" if self.fields else "",
            *self._beside(),
        )

    def _beside(self) -> Row:
        """Return what the line's own tab shows besides: what is used and left, or a state."""
        if self.has_room:
            return self._room()
        return ("", "", self.state or NOTHING) if self.ref.startswith(f"{CASES.prefix}-") else ()

    def _room(self) -> Row:
        room = self.room
        if room is None:
            return (NOTHING, NOTHING, "", NOTHING, NOTHING)
        amounts = _amount(room.used_cents), _amount(room.left_cents)
        return (*amounts, "", _amount(room.limit_cents), room.review_on or NOTHING)

    @property
    def has_room(self) -> bool:
        """Whether the line's tab shows what is used and left."""
        return self.ref.startswith(f"{LINES.prefix}-")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside some lines besides their answer.

    ``rooms`` are those of guarantee lines, ``states`` where open cases stand, ``now`` word and
    sentence of lines whose answer has moved on since it was given; all by reference.
    """

    rooms: Mapping[str, LineRoom]
    states: Mapping[str, CaseState] = field(default_factory=dict)
    now: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _amount(cents: int | None) -> Decimal | str:
    return NOTHING if cents is None else Decimal(cents).scaleb(-2)


def rows(
    wishes: Wishes,
    posted: Mapping[str, Command],
    beside: Beside,
    phrases: Phrases,
) -> list[Row]:
    """Return the rows of ``_retours`` by reference."""
    wanted = {one.ref: one for one in wishes.wanted}
    found = []
    for line in sorted(wishes.lines, key=lambda line: line.ref):
        last = posted.get(line.ref)
        answer = _answer(line, wanted.get(line.ref), wishes.notes.get(line.ref), last, phrases)
        if line.ref in beside.now:
            answer = Answer(line.ref, *beside.now[line.ref])
        if line.ref in beside.rooms:
            answer = dataclasses.replace(answer, room=beside.rooms[line.ref])
        if line.ref.startswith(f"{CASES.prefix}-") and last is not None and not last.problems:
            state = beside.states.get(line.ref, CaseState.CLOSED)
            answer = dataclasses.replace(answer, state=phrases.say(f"case_states.{state}"))
        day = last.in_force_on if last and answer.status == "in_force" else None
        found.append(answer.row(phrases, _short(day)))
    return found


def _short(day: dt.date | None) -> str:
    return f"{day:%d/%m}" if day else ""


def _answer(
    line: Line, wanted: Wanted | None, note: Note | None, last: Command | None, phrases: Phrases
) -> Answer:
    if line.wrong:
        return _wrong(line, phrases)
    if note is not None:
        message = phrases.say(note.phrase, **note.facts)
        return Answer(line.ref, note.status, message)
    assert wanted is not None, "a sound line brings a decision or a note"
    if last is None or last.facts_sha != wanted.sha:
        name = "waits_for" if wanted.waits_for else "read"
        return Answer(line.ref, "waiting", phrases.say(f"sheet.{name}", ref=wanted.waits_for))
    if last.problems:
        message = " ".join(sentences(last.problems, phrases))
        marked = tuple(
            dict.fromkeys(
                problem.facts["field"] for problem in last.problems if "field" in problem.facts
            )
        )
        return Answer(line.ref, last.status, message, marked)
    return Answer(line.ref, last.status, last.message)


def _wrong(line: Line, phrases: Phrases) -> Answer:
    problems = list(line.wrong.values())
    only_missing = all(problem.code == MISSING for problem in problems)
    status = "to_complete" if only_missing else "error"
    message = " ".join(sentences(problems, phrases))
    return Answer(line.ref, status, message, tuple(line.wrong))


def sentences(problems: list[Problem] | tuple[Problem, ...], phrases: Phrases) -> Iterator[str]:
    """Yield the sentences of problems, each begun and ended as one."""
    for problem in problems:
        text = phrases.problem(problem).strip()
        text = text[:1].upper() + text[1:]
        yield text if text.endswith((".", "!", "?")) else f"{text}."
