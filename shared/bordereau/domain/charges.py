"""Charges of the price list: what waits for the next statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PendingCharge:
    """A charge that waits for the next E2: its charge code and net amount."""

    code: str
    net_cents: int
    since_on: dt.date
