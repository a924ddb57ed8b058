"""Play a random story by the program and by the referee, and say where they differ."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from bordereau.cli.story.figures import answer
from bordereau.cli.story.player import play
from bordereau.cli.story.reader import story_of
from bordereau.cli.story.values import Bare
from bordereau.cli.story.world import ACCOUNT, World, contract
from bordereau.services.check_books import check_books
from tests.simulations.random_guided import Guided
from tests.simulations.random_terms import Row
from tests.simulations.random_twists import twisted
from tests.simulations.referee.days import Days

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def story_for(seed: int, events_max: int = 40) -> Row:
    """Return the story of a seed; the same seed is the same story."""
    chance = Random(seed)  # noqa: S311 - a seed, on purpose
    made: Row = json.loads(json.dumps(twisted(Guided(chance).story(events_max), chance)))
    return made


def loaded(value: Any) -> Any:
    """Return a story as reading its YAML gives it: dates, and numbers that are not quoted."""
    if isinstance(value, dict):
        return {key: loaded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [loaded(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Bare(str(value), "int")
    is_date = isinstance(value, str) and _DATE.fullmatch(value)
    return dt.date.fromisoformat(value) if is_date else value


def by_program(story: Row) -> tuple[list[str], World]:
    """Return the lines that the program prints, and its books at the end."""
    read = story_of(loaded(story))
    lines = []
    world: World | None = None
    for number, books in play(read):
        world = books
        lines.append(json.dumps(answer(books, read.asks[number - 1]), ensure_ascii=False))
    assert world is not None, "a random story asks at its end"
    return lines, world


def by_referee(story: Row) -> list[Row]:
    """Return the figures that the referee finds."""
    return list(Days(story).play())


def differences(found: Any, wanted: Any, path: str) -> Iterator[str]:
    """Yield where two outputs differ."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        if found.keys() != wanted.keys():
            yield f"{path}: {sorted(found)} and not {sorted(wanted)}"
        for key in found.keys() & wanted.keys():
            yield from differences(found[key], wanted[key], f"{path}.{key}")
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for number, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
            yield from differences(one, other, f"{path}[{number}]")
    elif found != wanted:
        yield f"{path}: the program {found!r}, the referee {wanted!r}"


def first_difference(story: Row) -> list[str]:
    """Return where program and referee differ in the first ask in which they do."""
    lines, _ = by_program(story)
    for line, wanted in zip(lines, by_referee(story), strict=True):
        found = json.loads(line)
        if told := sorted(differences(found, wanted, f"asks[{found['ask']}]")):
            return told
    return []


def broken_checks(world: World) -> list[str]:
    """Return every invariant that the books at the end break."""
    keys = [contract(name) for name in world.contracts]
    return [
        f"{check.code} {check.title}: {check.details[:3]}"
        for check in check_books(world.ledger, keys, [ACCOUNT])
        if not check.ok
    ]
