"""Every formula's worked example is true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import bordereau.domain
import bordereau.services


def _modules() -> list[str]:
    packages: tuple[ModuleType, ...] = (bordereau.domain, bordereau.services)
    names = ["bordereau.ports"]
    for package in packages:
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        names += [module.name for module in found]
    return sorted(names)


@pytest.mark.parametrize("name", _modules())
def test_examples_in_docstrings_are_true(name: str) -> None:
    """The examples of one module run and give what they say."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0
