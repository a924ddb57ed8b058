"""The civil day in Paris, for commands that a person runs now."""

from __future__ import annotations

import datetime as dt

from bordereau.ports import civil_date


def today() -> dt.date:
    """Return the civil day in Paris."""
    from bordereau.adapters.clock import SystemClock  # noqa: PLC0415 - boto3 takes its time

    return civil_date(SystemClock().now())
