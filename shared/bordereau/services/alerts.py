"""Alerts of staff: one stored per object and stage, closed when its cause is gone.

``object`` names what is wrong (``invoice:<contract>#<invoice>``, ``bank:<file>``, ``payout:<id>``,
``receipt:<account>#<day>#<ref>``, ``contract:<contract>``, ``account:<iban>``, ``object:<key>``),
``stage`` what about it. Facts are plain: amounts as decimals with a point, days as ISO texts; who
shows them writes them in the reader's language (facts called ``amount…`` and ``day…``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from bordereau.domain.tables import Index
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done

OPEN_ALERTS = "alerts"
"""The partition of the index ``pending`` in which open alerts stand."""


class Severity(StrEnum):
    """How much an alert hurries."""

    HIGH = "high"
    NORMAL = "normal"
    INFO = "info"


def raise_alert(ledger: Ledger, alert: Alert, *, reopens: bool = False) -> Outcome:
    """Store an alert; a second call writes nothing, also when it was closed since.

    ``reopens``: the cause is looked at each day, so that a closed alert opens again, and the facts
    of an open one follow what is found.
    """

    def decide(draft: Draft) -> Outcome:
        old = draft.read(Alert, object=alert.object, stage=alert.stage)
        if old is None:
            draft.write(alert)
            return done(alert.object)
        if not reopens:
            return already("alert-known", alert.object)
        since = old.since_on if old.closed_on is None else alert.since_on
        wanted = dataclasses.replace(alert, since_on=since, v=old.v)
        if wanted == old:
            return already("alert-known", alert.object)
        draft.write(wanted)
        return done(alert.object)

    return attempt(ledger, "set-alert", decide)


def close_alert(ledger: Ledger, object_: str, stage: str, *, on: dt.date) -> Outcome:
    """Close one alert; none, or a closed one, writes nothing."""

    def decide(draft: Draft) -> Outcome:
        old = draft.read(Alert, object=object_, stage=stage)
        if old is None or old.closed_on is not None:
            return already("no-alert", object_)
        draft.write(dataclasses.replace(old, closed_on=on))
        return done(object_)

    return attempt(ledger, "set-alert", decide)


def open_alerts(ledger: Ledger, prefix: str = "") -> Iterator[Alert]:
    """Yield the open alerts of objects that begin with ``prefix`` (the index may lag)."""
    yield from ledger.find(Alert, Index.PENDING, OPEN_ALERTS, prefix=prefix)


def close_alerts_of(ledger: Ledger, object_: str, *, on: dt.date) -> int:
    """Close every open alert of one object; return how many."""
    closed = 0
    for alert in list(open_alerts(ledger, f"{object_}#")):
        if alert.object == object_:
            closed += not close_alert(ledger, object_, alert.stage, on=on).reason
    return closed


def invoice_object(contract: str, invoice: str) -> str:
    """Return the object of alerts about an invoice.

    >>> invoice_object("siren:552081317/EUR", "2026#FA12")
    'invoice:siren:552081317/EUR#2026#FA12'
    """
    return f"invoice:{contract}#{invoice}"
