"""The schedule's half of a function that works per contract: one message each, then the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bordereau.domain.work import Run
from bordereau.ports import Ledger, Queue
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done
from bordereau.services.register import contracts


def fan_out(
    ledger: Ledger, queue: Queue, function: str, *, on: dt.date, now: dt.datetime
) -> Outcome:
    """Put one message per contract of the directory into a function's own queue.

    The run's row comes last: a run that died half-way is done again, and what its messages ask for
    is done once. A second call finds the row and sends nothing (``run-finished``).
    """
    if is_finished(ledger, function, on):
        return already("run-finished", on.isoformat())
    count = 0
    for listing in contracts(ledger):
        queue.send(function, {"contract": listing.contract, "on": on.isoformat()})
        count += 1
    return finish_run(ledger, function, on=on, now=now, counts={"contracts": count})


def is_finished(ledger: Ledger, function: str, on: dt.date) -> bool:
    """Return whether a function's run of a date is finished."""
    return ledger.get(Run, kind=function, day=on.isoformat()) is not None


def finish_run(
    ledger: Ledger, function: str, *, on: dt.date, now: dt.datetime, counts: Mapping[str, int]
) -> Outcome:
    """Write the row of a finished run; a second call writes nothing."""

    def decide(draft: Draft) -> Outcome:
        if draft.read(Run, kind=function, day=on.isoformat()) is not None:
            return already("run-finished", on.isoformat())
        draft.write(Run(function, on.isoformat(), now, dict(counts)))
        return done(on.isoformat(), amounts=dict(counts))

    return attempt(ledger, "finish-run", decide)
