"""The wiring of refresh_workbook."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from bordereau.documents.texts import Phrases
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.spreadsheet import sheet
from bordereau.entry.types import Fields, Handle, Message, Scheduled
from bordereau.services.refresh_workbook import Office, refresh_workbook

if TYPE_CHECKING:
    from bordereau.ports import Clock, Ledger, Objects, Queue, Sheet


@functools.cache
def wired() -> Handle:
    """Return the function, wired; a warm one is wired once.

    Raises:
        ConfigurationError: the environment is not complete.
    """
    known = settings.load(settings.RefreshWorkbookSettings, os.environ)
    return functools.partial(
        refresh,
        sheet(known),
        connections.ledger(known),
        connections.objects(known),
        connections.queue(known, "refresh_workbook"),
        connections.clock(known),
    )


def refresh(
    spreadsheet: Sheet,
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    clock: Clock,
    message: Message,
) -> Fields:
    """Refresh the workbook as of the day that the Scheduler says.

    Raises:
        ConfigurationError: the message is not one of the Scheduler.
    """
    if not isinstance(message, Scheduled):
        kind = type(message).__name__
        raise ConfigurationError(f"refresh_workbook has a schedule only, got {kind}")
    office = Office(
        sheet=spreadsheet,
        ledger=ledger,
        objects=objects,
        queue=queue,
        phrases=Phrases.load("fr"),
        today=message.on,
        now=clock.now(),
    )
    outcome = refresh_workbook(office)
    return {"on": message.on.isoformat(), "result": outcome.reason, **outcome.amounts}
