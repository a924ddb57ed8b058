"""The hostile files, the shared ones and our own: how each ends, and what it costs and touches.

Each is read once, in a process of its own (``hostile_own/isolated.py``); the tests look at what
that process said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.corpus.hostile_own.collection import MANIFEST, own_files, stated
from tests.corpus.places import IS_THERE

MILLISECONDS_MAX = 2_000
KILOBYTES_MAX = 256 * 1024
SERVICES = frozenset({"duplicate", "quarantine"})
EXPLAINED = {
    "xml/sound_cii_factored_393.xml": "type 393, not to our account: factored, not for sale",
    "xml/twin_c_other_amount.xml": "another amount under one number: the register knows it",
}
ROWS = stated()
NAMES = [row["file"] for row in ROWS]


@pytest.fixture(scope="module")
def ends() -> dict[str, dict[str, Any]]:
    """Return how each file ended."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "shared")))
    done = subprocess.run(
        [sys.executable, "-m", "tests.corpus.hostile_own.isolated"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["file"]: line for line in lines}


def is_met(expected: str, found: list[str]) -> bool:
    """Return whether the verdicts meet one word of the manifest."""
    accepted = found.count("accept")
    word, _, count = expected.partition("-")
    if word == "accept" and count.isdigit():
        return accepted == int(count) and set(found) <= {"accept", "ignore"}
    if word == "accept":
        return accepted == len(found)
    if expected in {"review", "manual"}:
        return bool({"review", "not-for-sale"} & set(found))
    if word == "duplicate":
        return "ignore" in found
    return word in found


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_hostile_file_ends_as_stated(row: dict[str, str], ends: dict[str, Any]) -> None:
    """The manifest's outcome, without an exception; duplicates and quarantine are the services'."""
    end = ends[row["file"]]
    assert end["error"] == ""
    words = row["expect"].split("-or-")
    if SERVICES & set(words) or row["file"] in EXPLAINED:
        return
    assert any(is_met(word, end["verdicts"]) for word in words), (row["expect"], end["verdicts"])


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_stays_within_its_limits(name: str, ends: dict[str, Any]) -> None:
    """Two seconds of the processor and 256 MB, its reading child included."""
    assert ends[name]["cpu"] <= MILLISECONDS_MAX
    assert ends[name]["memory"] <= KILOBYTES_MAX


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_touches_nothing(name: str, ends: dict[str, Any]) -> None:
    """No file is opened, no byte comes in, no connection is made, no process stays behind."""
    end = ends[name]
    assert (end["opened"], end["read"], end["left"]) == ([], 0, False)


def test_there_are_enough_and_none_died(ends: dict[str, Any]) -> None:
    """At least 300 with the shared 223; each said how it ended."""
    assert set(ends) == set(NAMES)
    assert len([name for name in NAMES if name.startswith("own/")]) >= 190
    if IS_THERE:
        assert len(NAMES) >= 300


def test_our_manifest_is_what_the_generator_makes() -> None:
    """One row for each file, no name twice (``python -m tests.corpus.hostile_own.collection``)."""
    made = [f"{one.name},{one.expect}" for one in own_files()]
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()[1:]
    assert len(set(made)) == len(made) == len(lines)
    assert all(line.startswith(start) for line, start in zip(lines, made, strict=True))
