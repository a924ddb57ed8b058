"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent


def modules_with_examples() -> list[str]:
    """The modules of the product and of local/ that hold an example."""
    found = []
    for source in (ROOT / "shared", ROOT):
        for path in source.glob(
            "bordereau/**/*.py" if source.name == "shared" else "local/**/*.py"
        ):
            if ">>> " in path.read_text(encoding="utf-8"):
                parts = path.relative_to(source).with_suffix("").parts
                found.append(".".join(part for part in parts if part != "__init__"))
    return sorted(found)


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_are_true(name: str) -> None:
    """Each example of a docstring gives what it says."""
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
