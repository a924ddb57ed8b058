"""``docs/money.md``: each formula names the story or test that proves it, and it is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")
STORIES: Final = ROOT / "tests" / "stories"
NUMBERED: Final = {path.stem[:2] for path in STORIES.glob("*.yaml")}
OWN: Final = {path.stem for path in (STORIES / "own").glob("*.yaml")}
TESTS: Final = {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def formulas() -> list[tuple[str, str]]:
    """Return name and proof of each row of the tables whose last column is the proof."""
    found, is_inside = [], False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        is_inside = line.startswith("|") and (is_inside or cells[-1] == "proved by")
        if is_inside and cells[-1] != "proved by" and not cells[0].startswith("---"):
            found.append((cells[0], cells[-1]))
    return found


def numbers(text: str) -> list[str]:
    """Return the numbers of stories in a text: ``story 03``, ``stories 01, 05 and 13``."""
    runs = re.findall(r"stor(?:y|ies) ((?:\d\d(?:, | and )?)+)", text)
    return [number for run in runs for number in re.findall(r"\d\d", run)]


def test_the_page_has_its_tables() -> None:
    """Rules of rounding, what an invoice stands at, what moves it."""
    assert len(formulas()) > 25
    assert {"R1", "advance", "late interest (memo)"} <= {name for name, _ in formulas()}


@pytest.mark.parametrize(("name", "proof"), formulas(), ids=lambda text: text[:30])
def test_a_formula_names_its_proof(name: str, proof: str) -> None:
    """A story by its number, one of our own by its name, or a file of tests; all of them exist."""
    named = re.findall(r"`([^`]+)`", proof)
    assert numbers(proof) or named, f"{name} has no proof"
    assert {*numbers(proof)} <= NUMBERED
    assert [one for one in named if one not in OWN and one not in TESTS] == []


def test_every_story_that_the_page_names_is_there() -> None:
    """In the sentences too."""
    assert {*numbers(PAGE)} <= NUMBERED
    assert {*re.findall(r"(?<![\w/])(test_\w+\.py)", PAGE)} <= TESTS


def test_no_numbered_story_is_forgotten() -> None:
    """Each of the seventeen proves something."""
    assert {*numbers(PAGE)} == NUMBERED
