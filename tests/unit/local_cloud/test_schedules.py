"""The Scheduler's expressions fire when AWS fires them, also on the two days that Paris bends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cloud.schedules import NotACronError, cron_of, event_of
from local.cloud.template import Schedule

PARIS = ZoneInfo("Europe/Paris")


def times(expression: str, day: date) -> list[str]:
    """The UTC times of a day in Paris."""
    return [f"{at:%d %H:%M}" for at in cron_of(expression).instants(day, PARIS)]


@pytest.mark.parametrize(
    ("expression", "day", "expected"),
    [
        ("cron(30 7 ? * * *)", date(2026, 3, 28), ["28 06:30"]),
        ("cron(30 7 ? * * *)", date(2026, 3, 29), ["29 05:30"]),
        ("cron(30 2 ? * * *)", date(2026, 3, 29), []),
        ("cron(30 2 ? * * *)", date(2026, 10, 25), ["25 00:30"]),
        ("cron(30 0 ? * * *)", date(2026, 7, 1), ["30 22:30"]),
        (
            "cron(0/30 8-9 ? * MON-FRI *)",
            date(2026, 1, 5),
            ["05 07:00", "05 07:30", "05 08:00", "05 08:30"],
        ),
        ("cron(0/30 8-9 ? * MON-FRI *)", date(2026, 1, 4), []),
        ("cron(0 8 L * ? *)", date(2026, 2, 28), ["28 07:00"]),
        ("cron(0 8 L * ? *)", date(2028, 2, 28), []),
        ("cron(0 8 1,15 JAN-MAR ? 2026)", date(2026, 2, 15), ["15 07:00"]),
        ("cron(0 8 1,15 JAN-MAR ? 2026)", date(2026, 4, 15), []),
        ("cron(0 8 ? * 1 *)", date(2026, 3, 1), ["01 07:00"]),
    ],
)
def test_a_schedule_fires_at(expression: str, day: date, expected: list[str]) -> None:
    """Names, ranges, steps, lists, the last day; no hour that is missing, none twice."""
    assert times(expression, day) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 day)",
        "at(2026-01-01T00:00:00)",
        "cron(0 8 ? * *)",
        "cron(60 8 ? * * *)",
        "cron(0 8 ? * XYZ *)",
        "cron(0 8 15W * ? *)",
        "cron(9-8 8 ? * * *)",
        "0 8 ? * * *",
    ],
)
def test_what_is_not_known_is_refused(expression: str) -> None:
    """A rate drifts, and a field that cannot be read must not be read as never."""
    with pytest.raises(NotACronError):
        cron_of(expression)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_every_instant_is_on_its_day_in_paris(day: date, hour: int, minute: int) -> None:
    """What fires on a day is that day in Paris, at that time, at most once."""
    found = list(cron_of(f"cron({minute} {hour} ? * * *)").instants(day, PARIS))
    assert len(found) == 1 or (found == [] and hour == 2)
    for at in found:
        local = at.astimezone(PARIS)
        assert (local.date(), local.hour, local.minute) == (day, hour, minute)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_a_week_has_five_working_days(day: date) -> None:
    """From any day on, MON-FRI fires on five of seven days."""
    cron = cron_of("cron(0 8 ? * MON-FRI *)")
    week = [day + timedelta(days=i) for i in range(7)]
    assert [one.isoweekday() <= 5 for one in week] == [cron.falls_on(one) for one in week]


def test_the_keywords_are_replaced() -> None:
    """The Input holds AWS's keywords; the event holds the instant in UTC, all as text."""
    text = (
        '{"scheduled": "<aws.scheduler.scheduled-time>", '
        '"execution": "<aws.scheduler.execution-id>", "attempt": "<aws.scheduler.attempt-number>"}'
    )
    schedule = Schedule("issue_advances", "Daily", "cron(0 15 ? * * *)", "Europe/Paris", text)
    event = event_of(schedule, datetime(2026, 3, 2, 14, 0, tzinfo=UTC))
    assert event == {
        "scheduled": "2026-03-02T14:00:00Z",
        "execution": "issue_advances-2026-03-02T14:00:00Z",
        "attempt": "1",
    }
