"""A function has one name: in functions/, the template, events/, the wiring and the contracts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from bordereau.entry import settings
from local.cloud.template import functions_of, read_template

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FUNCTIONS: Final = {path.parent.name for path in ROOT.glob("functions/*/handler.py")}


def folders(place: str) -> set[str]:
    """The folders of a place that hold something."""
    return {
        path.name
        for path in (ROOT / place).iterdir()
        if path.is_dir() and not path.name.startswith(("_", ".")) and any(path.iterdir())
    }


def test_there_are_the_thirteen_functions_of_the_decisions() -> None:
    """decisions.md 3 names thirteen."""
    assert len(FUNCTIONS) == 13


def test_the_template_has_every_function_and_no_other() -> None:
    """functions/ and template.yaml name the same functions."""
    template = read_template((ROOT / "template.yaml").read_text(encoding="utf-8"))
    assert set(functions_of(template)) == FUNCTIONS


def test_every_function_has_sample_events() -> None:
    """events/ has a folder for each function, with at least one event, and no other folder."""
    assert folders("events") == FUNCTIONS


def test_every_function_is_wired_and_has_settings() -> None:
    """Each function has a wiring module and a settings model."""
    wiring = {path.stem for path in ROOT.glob("shared/bordereau/entry/wiring/[a-z]*.py")}
    assert wiring == FUNCTIONS
    assert set(settings.OF_FUNCTION) == FUNCTIONS


def test_the_contract_of_independence_names_every_function() -> None:
    """import-linter is told that no function knows another, for all of them."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    named = [set(c["modules"]) for c in contracts if c["type"] == "independence"]
    assert named == [{f"functions.{name}" for name in FUNCTIONS}]
