"""Calendars and the 48 hours, against two libraries that nobody here wrote."""

from __future__ import annotations

import datetime as dt

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workalendar.europe import EuropeanCentralBank, France  # type: ignore[import-untyped]

from bordereau.domain import bank_calendar


@pytest.mark.parametrize("year", range(2024, 2036))
def test_closing_days_agree_with_two_libraries(year: int) -> None:
    """France has eleven holidays, TARGET six; both libraries say the same."""
    french = bank_calendar.french_holidays(year)
    target = bank_calendar.target_closing_days(year)
    assert set(holidays.country_holidays("FR", years=year)) == french
    assert set(holidays.financial_holidays("ECB", years=year)) == target
    assert {day for day, _ in France().holidays(year)} == french
    ecb = EuropeanCentralBank()
    assert all(not ecb.is_working_day(day) for day in target)


def test_hours_of_a_weekend_do_not_count() -> None:
    """Complete on Friday at 17:00 in Paris: due on Tuesday at 17:00."""
    friday = dt.datetime(2026, 1, 9, 16, tzinfo=dt.UTC)
    assert bank_calendar.advance_deadline(friday) == dt.datetime(2026, 1, 13, 16, tzinfo=dt.UTC)
    assert bank_calendar.next_bank_day(dt.date(2026, 4, 2)) == dt.date(2026, 4, 7)


def test_the_night_without_an_hour_counts_its_real_hours() -> None:
    """Paris leaps on Sunday 29 March 2026, a closing day: Monday starts at 22:00 UTC."""
    friday = dt.datetime(2026, 3, 27, 22, 59, tzinfo=dt.UTC)
    monday = dt.datetime(2026, 3, 29, 22, 1, tzinfo=dt.UTC)
    assert bank_calendar.hours_between(friday, monday) == 1


STARTS = st.integers(0, 8 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


@given(STARTS)
def test_the_deadline_is_48_counted_hours_away(start: dt.datetime) -> None:
    """Whatever lies between, exactly 48 hours of open days pass until the deadline."""
    deadline = bank_calendar.advance_deadline(start)
    assert bank_calendar.hours_between(start, deadline) == bank_calendar.ADVANCE_HOURS
