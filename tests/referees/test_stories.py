"""After every story each referee has every account as we have it, to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordereau.domain.figures.journal import JournalRow
from tests.referees import verdicts
from tests.referees.played import STORIES, random_story, rows_after


@pytest.fixture(scope="module", params=[*STORIES, 1, 2, 3], ids=lambda p: getattr(p, "stem", p))
def rows(request: pytest.FixtureRequest) -> list[JournalRow]:
    """The entries of one story: those of the handbook, and three random ones."""
    story = request.param
    text = story.read_text(encoding="utf-8") if isinstance(story, Path) else random_story(story)
    return rows_after(text)


def test_a_story_books_something(rows: list[JournalRow]) -> None:
    """A referee of nothing would always agree."""
    assert len(rows) > 2
    assert verdicts.own(rows)


def test_beancount_agrees(rows: list[JournalRow], tmp_path: Path) -> None:
    """On every account of every journal."""
    assert verdicts.beancount(rows, tmp_path) == verdicts.own(rows)


@pytest.mark.skipif(not verdicts.HAS_HLEDGER, reason="hledger is not installed")
def test_hledger_agrees(rows: list[JournalRow], tmp_path: Path) -> None:
    """On every account of every journal."""
    assert verdicts.hledger(rows, tmp_path) == verdicts.own(rows)


def test_the_csv_agrees(rows: list[JournalRow]) -> None:
    """Read by a plain reader."""
    assert verdicts.csv_file(rows) == verdicts.own(rows)


def test_every_year_for_the_tax_office_agrees_and_is_lawful(rows: list[JournalRow]) -> None:
    """Each year in which something was booked, and the one after it."""
    closings = verdicts.years(rows)
    closings.append(closings[-1].replace(year=closings[-1].year + 1))
    for closing_on in closings:
        assert verdicts.legal_file(rows, closing_on) == verdicts.own_year(rows, closing_on)
