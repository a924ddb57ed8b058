"""One mutant on trial: its code is put into the running modules of a child, and tests run there.

A child is forked after everything was imported, so that a trial costs only its tests. First the
stories of ``tests/stories`` and some random ones are played against what the referee answers (as
``make test`` does); a mutant that they let live goes on to the unit tests.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import signal
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.mutants.operators import Mutant
from tests.simulations.compare import broken_checks, by_program, by_referee, story_for
from tests.simulations.random_terms import Row
from tests.unit.cli.test_own_stories import _typed

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 240
"""Of the processor's time, so that a busy machine takes no survivor for one that was noticed."""

SEEDS: Final = range(24)
UNIT: Final = (
    "tests/unit/domain/test_money_and_identities.py",
    "tests/unit/domain/test_money_modules.py",
    "tests/unit/domain/test_cash.py",
    "tests/unit/domain/test_invoices.py",
    "tests/unit/domain/test_lines.py",
    "tests/unit/domain/test_entries.py",
    "tests/unit/services/test_money_services.py",
    "tests/unit/services/test_money_races.py",
    "tests/unit/services/test_refused_orders.py",
    "tests/unit/services/test_reverse_application.py",
    "tests/unit/services/test_reverse_entry.py",
    "tests/unit/services/test_set_aside.py",
)

Case = tuple[Row, list[Row]]


def cases() -> list[Case]:
    """Return stories, short ones first, each with what the referee answers."""
    stories = [
        _typed(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - every value stays a text
        for path in sorted((ROOT / "tests" / "stories").rglob("*.yaml"))
    ]
    stories += [story_for(seed) for seed in SEEDS]
    stories.sort(key=lambda story: len(json.dumps(story)))
    return [(story, by_referee(story)) for story in stories]


def survivors(
    made: Iterable[Mutant], module: str, listed: list[Case], *, at_once: int
) -> Iterator[Mutant]:
    """Yield the mutants of a module that pass every test; a child's exit status says it."""
    running: dict[int, Mutant] = {}
    for mutant in made:
        running[_child(mutant, module, listed)] = mutant
        if len(running) >= at_once:
            yield from _ended(running)
    while running:
        yield from _ended(running)


def _ended(running: dict[int, Mutant]) -> Iterator[Mutant]:
    child, status = os.wait()
    mutant = running.pop(child)
    if status == 0:
        yield mutant


def _child(mutant: Mutant, module: str, listed: list[Case]) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # a loop without end was noticed
        os._exit(0 if _passes(mutant, module, listed) else 1)
    return child


def _passes(mutant: Mutant, module: str, listed: list[Case]) -> bool:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            transplant(mutant, importlib.import_module(module))
            if not all(_agrees(story, wanted) for story, wanted in listed):
                return False
            return _unit_tests_pass(module)
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant was noticed
            return False


def _agrees(story: Row, wanted: list[Row]) -> bool:
    lines, world = by_program(story)
    return [json.loads(line) for line in lines] == wanted and not broken_checks(world)


def _unit_tests_pass(module: str) -> bool:
    examples = f"tests/unit/domain/test_examples.py::test_examples_in_docstrings_are_true[{module}]"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    quiet = (
        "-x",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-m",
        "not slow",
        "-k",
        "not crash",
    )
    return pytest.main([*quiet, "--rootdir", str(ROOT), examples, *UNIT]) == 0


def transplant(mutant: Mutant, module: types.ModuleType) -> None:
    """Give the functions of a loaded module the code of a mutant, wherever they are known."""
    stand_in = types.ModuleType(module.__name__)
    known = sys.modules[module.__name__]
    sys.modules[module.__name__] = stand_in  # dataclasses look there for their module
    fresh = stand_in.__dict__
    try:
        exec(compile(mutant.tree, str(module.__file__), "exec"), fresh)  # noqa: S102 - that is the point
    finally:
        sys.modules[module.__name__] = known
    for name, value in fresh.items():
        _graft(module.__dict__.get(name), value)


def _graft(old: object, new: object) -> None:
    if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    elif isinstance(old, type) and isinstance(new, type) and old.__module__ == new.__module__:
        for name, value in vars(new).items():
            was = vars(old).get(name)
            if isinstance(value, property) and isinstance(was, property):
                _graft(was.fget, value.fget)
            elif not name.startswith("__"):
                _graft(was, value)
