"""Every message twice, and a death before and after each port call: byte-identical books."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any, Final

import pytest

from bordereau.ports import PARIS
from local.month.memory_world import MemoryWorld
from local.month.play import play
from tests.e2e.harm import Deaths, Twice, books_of, unsent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
TWO_WEEKS: Final = dt.date(2026, 1, 16)
SAMPLE: Final = (1, 2, 4, 9, 17, 40)
EVERY: Final = int(os.environ.get("BORDEREAU_DEATHS", "0"))
"""Up to which port call ``make simulate`` lets each message die; 0 for the sample."""


def lived(world: MemoryWorld, until: dt.date | None = None) -> MemoryWorld:
    """The world after the days."""
    for _ in play(world, until=until):
        pass
    return world


@pytest.fixture(scope="module")
def clean() -> dict[str, dict[str, Any]]:
    """The books after two weeks in which nothing went wrong."""
    return books_of(lived(MemoryWorld(renders=False), TWO_WEEKS))


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What differs, as texts, so that a failure can be read."""
    keys = sorted(found.keys() ^ wanted.keys())
    changed = [key for key in found.keys() & wanted.keys() if found[key] != wanted[key]]
    return [f"only once: {key}" for key in keys] + [
        f"{key}: {json.dumps(found[key])} instead of {json.dumps(wanted[key])}"
        for key in sorted(changed)
    ]


def test_the_month_with_every_message_twice_is_the_same_month() -> None:
    """The whole month, every object, message, schedule and change delivered two times."""
    once, twice = MemoryWorld(renders=False), MemoryWorld(harm=Twice(), renders=False)
    lived(once)
    lived(twice)
    assert differences(books_of(twice), books_of(once)) == []
    assert len(twice.done) > 2 * len(once.done) * 0.9
    assert [mail.tag for mail in twice.mailer.sent] == [mail.tag for mail in once.mailer.sent]


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, EVERY + 1) if EVERY else SAMPLE)
def test_a_death_at_a_port_call_leaves_the_same_books(
    clean: dict[str, Any], number: int, *, is_before: bool
) -> None:
    """Each message of two weeks dies once, at its n-th call, and is delivered again.

    An e-mail whose run died on the way rests for its lease: the next hour's sweep sends it.
    """
    fate = Deaths(number, is_before)
    world = lived(MemoryWorld(harm=fate, renders=False), TWO_WEEKS)
    assert fate.deaths == world.crashes > 0
    assert differences(books_of(world), clean) == []
    fate.is_over = True
    sweep = dt.datetime.combine(TWO_WEEKS + dt.timedelta(1), dt.time(7, 10), PARIS)
    world.at(sweep)
    world.fire("deliver_outbox", sweep)
    assert unsent(world) == []
