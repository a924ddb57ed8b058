"""Places in the index ``pending`` on the table ``work``: what waits, and under what."""

from __future__ import annotations

from bordereau.domain import work
from bordereau.domain.line_requests import LineRequest

Place = tuple[str, str] | None


def request(request: LineRequest) -> Place:
    """A request for a line stands there until somebody decided."""
    return ("requests", request.ref) if request.closed_on is None else None


def part(part: work.PartOutcome) -> Place:
    """A held part of a mail stands under what it lacks."""
    return (f"lacks#{part.lacks}", f"{part.mail}#{part.part}") if part.lacks else None


def intent(intent: work.Intent) -> Place:
    """What is to be sent stands in the outbox until it is sent or parked."""
    if intent.state in ("sent", "parked"):
        return None
    return "outbox", f"{intent.kind}#{intent.id}"


def alert(alert: work.Alert) -> Place:
    """An alert stands there while it is open."""
    return ("alerts", f"{alert.object}#{alert.stage}") if alert.closed_on is None else None


def to_complete(row: work.ToComplete) -> Place:
    """A document to complete stands there until it is closed."""
    return ("to-complete", row.ref) if row.closed_on is None else None
