"""The claim that is filed in an insolvency: one alert until a person notes that it was filed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bordereau.domain.parties import Debtor
from bordereau.domain.work import Alert
from bordereau.ports import PARIS, Ledger
from bordereau.services.alerts import Severity, close_alert, open_alerts, raise_alert
from bordereau.services.insolvency import claim_due_on
from bordereau.services.register import debtor_of

STAGE: Final = "claim"
PRESSING_DAYS: Final = 15
"""So many days before the last one, the alert is urgent (handbook: domain 3.5)."""


def watch_claim(ledger: Ledger, debtor: Debtor, *, on: dt.date) -> None:
    """Store, renew or close the alert of one debtor; a second call writes nothing."""
    object_ = f"debtor:{debtor.party}"
    if not debtor.is_insolvent or debtor.claim_filed_on is not None:
        close_alert(ledger, object_, STAGE, on=on)
        return
    raise_alert(ledger, _alert(debtor, object_, on), reopens=True)


def _alert(debtor: Debtor, object_: str, on: dt.date) -> Alert:
    due_on = claim_due_on(debtor.published_on)
    is_pressing = due_on is not None and (due_on - on).days <= PRESSING_DAYS
    assert debtor.insolvent_on is not None, "seen above"
    day = due_on or debtor.insolvent_on
    return Alert(
        object=object_,
        stage=STAGE,
        since_on=on,
        severity=Severity.HIGH if is_pressing else Severity.NORMAL,
        code="claim-due" if due_on else "claim-unpublished",
        facts={"debtor": debtor.name, "day": day.isoformat()},
        debtor=debtor.party,
        due_at=_evening(due_on) if due_on else None,
    )


def _evening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(18), PARIS).astimezone(dt.UTC)


def watch_claims(ledger: Ledger, *, on: dt.date) -> None:
    """Look again at every claim that is to be filed."""
    for alert in list(open_alerts(ledger, "debtor:")):
        debtor = debtor_of(ledger, alert.debtor) if alert.debtor and alert.stage == STAGE else None
        if debtor is not None:
            watch_claim(ledger, debtor, on=on)
