"""The stories of the trade, to the cent, and what a wrong story is told."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bordereau.cli.story.command import run

STORIES = Path(__file__).parents[2] / "stories"


def _play(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = run(argparse.Namespace(story=path))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_story_is_played_to_the_cent(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure that the story expects agrees; the books balance and clearing is empty."""
    status, out, err = _play(path, capsys)
    assert (status, err) == (0, "")
    for line in out.splitlines():
        figures = json.loads(line)
        assert figures["firm"]["trial_balance"] == "0.00"
        assert figures["firm"]["bank_clearing"] == "0.00"


BASE = (STORIES / "01-full-cycle.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('amount: "12345.67"}', "amount: 12.5}", "events[2].amount: '12.5' is not an amount"),
        ("do: payout", "do: pay_out", "events[3].do: 'pay_out' is none of"),
        ("debtor: D1, number: F1", "debtor: D9, number: F1", "events[2].debtor: no debtor 'D9'"),
        ("invoice: F1, amount", "invoice: F9, amount", "events[5].apply[1].invoice: no invoice"),
        ("start: 2026-01-01", "start: 2025-12-31", "contracts[1].start: no terms are in force"),
        ("date: 2026-01-06", "date: 2026-01-04", "events[3].date: goes backwards"),
        ("story:", "tale: x\nstory:", "tale: no such field here"),
        ("sellers: [{id: S1}]", "sellers: [{id: S1}, {id: S1}]", "sellers[2].id: the same twice"),
        ('story: "01 Full cycle"', "story: a\nstory: b", "line 2: 'story' is written twice"),
        ('story: "01 Full cycle"', "story: [", "line "),
        ("id: P2", "id: P1", "events[6].id: pay-out 'P1' twice"),
        ('advance_rate: "90.00"', 'advance_rate: "90.01"', "terms[1].advance_rate: is at most"),
        ('factoring_rate: "1.20"', 'margin: "1.20"', "terms[1].index: is missing"),
        ("number: F1", "number: 12", "events[2].number: '12' is not an id"),
    ],
)
def test_a_wrong_story_is_told_its_place(
    old: str, new: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing on stdout, one line on stderr that begins with the path, exit status 2."""
    assert old in BASE
    path = tmp_path / "story.yaml"
    path.write_text(BASE.replace(old, new, 1), encoding="utf-8")
    status, out, err = _play(path, capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(told)


def test_a_figure_that_differs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is printed; each difference has its path, what was found and what expected."""
    path = tmp_path / "story.yaml"
    path.write_text(BASE.replace('available: "10933.32"', 'available: "1.00"'), encoding="utf-8")
    status, out, err = _play(path, capsys)
    assert (status, len(out.splitlines())) == (1, 5)
    assert err == "asks[1].expect.contracts.K1.available: 10933.32, expected 1.00\n"
