"""Stories of our own: each sentence of the format, with figures reasoned by hand from its text."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import yaml

from bordereau.cli.story.command import run
from tests.simulations.compare import first_difference

OWN = sorted((Path(__file__).parents[2] / "stories" / "own").glob("*.yaml"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_a_story_of_our_own_is_played_to_the_cent(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every figure and every refusal that the story expects."""
    status = run(argparse.Namespace(story=path))
    assert (capsys.readouterr().err, status) == ("", 0)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_the_referee_finds_the_same(path: Path) -> None:
    """The second implementation agrees on what the expectations do not name."""
    story = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    assert first_difference(_typed(story)) == []


def _typed(story: dict[str, object]) -> dict[str, object]:
    """Return a story of texts with the few values that are none."""
    words = {"true": True, "false": False}

    def typed(name: str, value: object) -> object:
        if isinstance(value, list):
            return [typed(name, one) for one in value]
        if isinstance(value, dict):
            return {key: typed(key, one) for key, one in value.items() if key != "expect"}
        if name.endswith("_days"):
            return int(str(value))
        return (
            words.get(str(value), value)
            if name in ("index_floor", "fee_on_credit_notes")
            else value
        )

    return {key: typed(key, value) for key, value in story.items()}
