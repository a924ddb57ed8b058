"""A day of the Scheduler: which schedules are due on a date, and their events, in order.

Schedules are deployed to the local stage too, but disabled: the real clock shall not fire them.
They are read from the template that was deployed; MiniStack's own list forgets their time zone.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from local.cloud.process import CloudError, LocalCloud
from local.cloud.stack import STACK
from local.cloud.template import Schedule, read_template, schedules_of

# Field of AWS's cron: name, least, greatest, names of values.
MONTHS: Final = {name.upper(): i for i, name in enumerate(calendar.month_abbr) if name}
DAYS: Final = {
    name: i for i, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)
}
TIME: Final = "<aws.scheduler.scheduled-time>"
EXECUTION: Final = "<aws.scheduler.execution-id>"
ATTEMPT: Final = "<aws.scheduler.attempt-number>"


class NotACronError(ValueError):
    """An expression that this reader does not know; ``rate`` among them, which drifts."""


@dataclass(frozen=True, slots=True)
class Cron:
    """AWS's six fields, read: the values that each allows. ``last_day`` is the ``L`` of a month."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def falls_on(self, day: date) -> bool:
        """Whether it fires at all on that civil date."""
        length = calendar.monthrange(day.year, day.month)[1]
        return (
            day.year in self.years
            and day.month in self.months
            and (day.day == length if self.last_day else day.day in self.days)
            and day.isoweekday() % 7 + 1 in self.weekdays
        )

    def instants(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield the UTC instants of that civil date, in order.

        A time that does not exist is skipped. In the hour that autumn has twice it fires once, the
        first time, as the Scheduler does.
        """
        if not self.falls_on(day):
            return
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                at = local.astimezone(UTC)
                if at.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                    yield at


def cron_of(expression: str) -> Cron:
    """Read ``cron(minute hour day month weekday year)``.

    Raises:
        NotACronError: it is something else.

    >>> cron_of("cron(30 6 ? * MON *)").falls_on(date(2026, 3, 2))
    True
    """
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    if not expression.startswith("cron(") or len(fields) != 6:  # noqa: PLR2004 its six fields
        raise NotACronError(expression)
    minute, hour, day, month, weekday, year = fields
    return Cron(
        minutes=_values(minute, 0, 59),
        hours=_values(hour, 0, 23),
        days=frozenset() if day == "L" else _values(day, 1, 31),
        last_day=day == "L",
        months=_values(month, 1, 12, MONTHS),
        weekdays=_values(weekday, 1, 7, DAYS),
        years=_values(year, 1970, 2199),
    )


def _values(
    text: str, least: int, greatest: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    """Read one field: ``*``, ``?``, numbers, names, ranges, lists and steps of them."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in {"*", "?"}:
            low, high = least, greatest
        else:
            low = _value(first, names or {}, text)
            high = _value(last, names or {}, text) if last else (greatest if step else low)
        found.update(range(low, high + 1, _value(step, {}, text) if step else 1))
    if not found or min(found) < least or max(found) > greatest:
        raise NotACronError(text)
    return frozenset(found)


def _value(text: str, names: dict[str, int], field: str) -> int:
    if text in names:
        return names[text]
    if not text.isdecimal():
        raise NotACronError(field)
    return int(text)


@dataclass(frozen=True, slots=True)
class Run:
    """One firing of one schedule: ``function`` as its folder is named, ``at`` in UTC."""

    function: str
    at: datetime
    event: dict[str, Any]


def runs_of(cloud: LocalCloud, day: date, *, every: bool = False) -> tuple[Run, ...]:
    """Return what the Scheduler would do on a civil date in the schedules' own zone, in order.

    Args:
        cloud: must be up and deployed to.
        day: the date.
        every: all firings; else, of a schedule with several, the first and the last.

    Raises:
        NotACronError: a schedule's expression is none that this reader knows.
    """
    text = cloud.client("cloudformation").get_template(StackName=STACK, TemplateStage="Original")[
        "TemplateBody"
    ]
    found: list[Run] = []
    for schedule in schedules_of(read_template(str(text))):
        cron, zone = cron_of(schedule.expression), ZoneInfo(schedule.zone)
        instants = list(cron.instants(day, zone))
        if not every:
            instants = instants[:1] + instants[1:][-1:]
        found += [Run(schedule.function, at, event_of(schedule, at)) for at in instants]
    return tuple(sorted(found, key=lambda run: (run.at, run.function)))


def event_of(schedule: Schedule, at: datetime) -> dict[str, Any]:
    """Return a schedule's Input with its keywords replaced, as the Scheduler does it."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    execution = f"{schedule.function}-{stamp}"
    text = schedule.text.replace(TIME, stamp).replace(EXECUTION, execution).replace(ATTEMPT, "1")
    event: dict[str, Any] = json.loads(text)
    return event


def fire(cloud: LocalCloud, run: Run) -> dict[str, Any]:
    """Call the function with the event and wait for its answer.

    Raises:
        CloudError: the function raised; the text holds what.
    """
    answer = cloud.client("lambda").invoke(
        FunctionName=f"{STACK}-{run.function}", Payload=json.dumps(run.event).encode()
    )
    payload: dict[str, Any] = json.loads(answer["Payload"].read() or b"{}") or {}
    if "FunctionError" in answer:
        raise CloudError(f"{run.function}: {json.dumps(payload)[:2000]}")
    return payload


def set_clock(cloud: LocalCloud, parameter: str, at: datetime | None) -> None:
    """Set the time that the functions see; ``None`` gives them the system's again.

    Args:
        cloud: must be up.
        parameter: ``LocalStack.clock_parameter``.
        at: an aware instant; it is written in UTC, as ``2026-03-02T06:30:00+00:00``.
    """
    value = "system" if at is None else at.astimezone(UTC).isoformat()
    cloud.client("ssm").put_parameter(Name=parameter, Value=value, Type="String", Overwrite=True)
