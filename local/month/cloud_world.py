"""The world of the deployed functions: the local cloud, and the workbook behind Google's API."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bordereau.adapters.clock import SsmClock
from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.adapters.gspread_sheet import GspreadSheet, local_client
from bordereau.adapters.s3_objects import S3Objects
from bordereau.domain import workbook
from bordereau.domain.tables import Index, Table
from bordereau.domain.work import Intent
from bordereau.domain.workbook.columns import FIRST_LINE
from bordereau.domain.workbook.payout_tab import PAYOUTS_FEED
from bordereau.ports import PARIS, SheetBlock
from local.cloud import LocalCloud, LocalStack
from local.cloud.place import ROOT
from local.cloud.queues import dead, wait_until_idle
from local.cloud.schedules import Run, cron_of, event_of, fire, set_clock
from local.cloud.template import Schedule, read_template, schedules_of
from local.month.mails import Mail
from local.month.typed import Typed, waiting_lines
from local.month.workbook_file import type_into
from local.sheets_process import SPREADSHEET_ID, SheetsProcess

STUCK_SECONDS: Final = 60
PATIENCE_SECONDS: Final = 300


class UnknownScheduleError(ValueError):
    """A function has no schedule that fires at that instant."""


class ParkedError(Exception):
    """Messages were parked: a function could not do them in five attempts."""


@dataclass
class CloudWorld:
    """The local cloud with what was deployed to it; everything goes in by its real doors."""

    cloud: LocalCloud
    stack: LocalStack
    sheets: SheetsProcess
    settled_seconds: float = 0.0
    settles: int = 0

    @cached_property
    def ledger(self) -> DynamodbLedger:
        """The deployed tables."""
        return DynamodbLedger(
            self.cloud.client("dynamodb"), {table: self.stack.tables[table] for table in Table}
        )

    @cached_property
    def sheet(self) -> GspreadSheet:
        """The workbook, through gspread."""
        return GspreadSheet(local_client(self.sheets.url), SPREADSHEET_ID)

    @cached_property
    def _schedules(self) -> tuple[Schedule, ...]:
        return schedules_of(read_template((ROOT / "template.yaml").read_text(encoding="utf-8")))

    def at(self, instant: dt.datetime) -> None:
        """Set the parameter that the local stage's clock reads."""
        set_clock(self.cloud, self.stack.clock_parameter, instant)

    def now(self) -> dt.datetime:
        """Return the time that the functions see, in Paris."""
        return (
            SsmClock(self.cloud.client("ssm"), self.stack.clock_parameter).now().astimezone(PARIS)
        )

    def deliver_mail(self, mail: Mail) -> None:
        """Store the object that the receiving service would store."""
        self.put(mail.key, mail.raw)

    def deliver_bank(self, name: str, data: bytes) -> None:
        """Store the bank file in the inbox."""
        self.put(f"bank/{name}", data)

    def put(self, key: str, data: bytes) -> None:
        """Put an object into the inbox; its event does the rest."""
        self.cloud.client("s3").put_object(Bucket=self.stack.inbox_bucket, Key=key, Body=data)

    def type_in(self, cells: Sequence[Typed]) -> None:
        """Type into the file behind the API; the next request finds it changed."""
        self.sheets.save()
        type_into(self.sheets.workbook, cells)

    def answer(self, cells: Sequence[Typed]) -> None:
        """Type texts into numbered lines as a person does in the browser: through the API."""
        blocks = []
        for typed in cells:
            tab = workbook.STAFF[typed.tab]
            row = FIRST_LINE + int(typed.ref.rpartition("-")[2]) - 1
            for key, value in typed.cells.items():
                blocks.append(SheetBlock(tab.title, row, tab.place(key), ((value,),)))
        self.sheet.write(blocks)

    def fire(self, function: str, at: dt.datetime, task: str = "") -> None:
        """Send the deployed function the event of its schedule.

        Raises:
            UnknownScheduleError: it does not fire then.
        """
        instant = at.astimezone(dt.UTC)
        schedule = next(
            one
            for one in self._schedules
            if one.function == function and event_of(one, instant).get("task", "") == task
        )
        if instant not in cron_of(schedule.expression).instants(at.date(), PARIS):
            raise UnknownScheduleError(f"{function} at {at}: {schedule.expression}")
        fire(self.cloud, Run(function, instant, event_of(schedule, instant)))

    def settle(self) -> None:
        """Wait until no queue holds a message and the outbox is empty.

        Raises:
            NotIdleError: something failed or took too long.
            ParkedError: something was parked.
        """
        started = time.monotonic()
        wait_until_idle(
            self.cloud,
            self.stack,
            is_busy=self._outbox_waits,
            seconds=PATIENCE_SECONDS,
            stuck_seconds=STUCK_SECONDS,
        )
        if parked := dead(self.cloud, self.stack):
            raise ParkedError("\n".join(f"{one.queue}: {one.body[:500]}" for one in parked))
        self.settles += 1
        self.settled_seconds += time.monotonic() - started

    def _outbox_waits(self) -> bool:
        """Whether an intent stands in the outbox: the stream has not brought it yet."""
        return any(True for _ in self.ledger.find(Intent, Index.PENDING, "outbox"))

    def to_release(self) -> Sequence[str]:
        """Read « Virements à faire » from the workbook, as a person does."""
        return waiting_lines(self.sheet.values([PAYOUTS_FEED.title])[PAYOUTS_FEED.title])

    def payment_files(self) -> Mapping[str, bytes]:
        """Fetch the files for the bank from the bucket."""
        objects = S3Objects(self.cloud.client("s3"), inbox=None, work=self.stack.work_bucket)
        return {key: objects.get(key) or b"" for key in objects.list("sepa/")}
