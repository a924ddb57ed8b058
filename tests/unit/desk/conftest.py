"""Firms to try the desk on."""

from __future__ import annotations

import copy

import pytest

from tests.unit.desk.desk_world import World, sample_firm


@pytest.fixture
def world() -> World:
    """An empty firm."""
    return World()


@pytest.fixture(scope="session")
def _first_day() -> World:
    return sample_firm()


@pytest.fixture
def firm(_first_day: World) -> World:
    """The sample firm on its first day, everything typed and in force."""
    return copy.deepcopy(_first_day)
