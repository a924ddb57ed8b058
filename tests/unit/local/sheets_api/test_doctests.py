"""The worked examples in the docstrings hold."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ("a1", "cells", "formula", "locale", "masks", "numberformat", "xlsx_look")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    """Each module has some, and all come out as written."""
    module = importlib.import_module(f"local.sheets_api.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
