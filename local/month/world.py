"""The world in which the month is lived: what a person, a debtor, a bank and a clock can do to it.

Two implementations: the deployed functions on the local cloud (``cloud_world``), and the same
functions' code over the twins in memory (``memory_world``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from bordereau.ports import Ledger
from local.month.mails import Mail
from local.month.typed import Typed


class World(Protocol):
    """Everything that happens from outside. Nothing calls a function in any other way."""

    @property
    def ledger(self) -> Ledger:
        """The books, for whoever looks at them afterwards."""
        ...

    def at(self, instant: dt.datetime) -> None:
        """Set the time that the functions see."""
        ...

    def deliver_mail(self, mail: Mail) -> None:
        """Put a mail where the receiving service puts it."""
        ...

    def deliver_bank(self, name: str, data: bytes) -> None:
        """Put a bank file where the bank's connection puts it."""
        ...

    def type_in(self, cells: Sequence[Typed]) -> None:
        """Let a person type into the workbook's file."""
        ...

    def answer(self, cells: Sequence[Typed]) -> None:
        """Let a person answer on numbered lines in the browser, which takes no saving of a file."""
        ...

    def fire(self, function: str, at: dt.datetime, task: str = "") -> None:
        """Send the Scheduler's event of a function; ``at`` is one of its scheduled instants.

        ``task`` tells the schedules of a function apart that has several.
        """
        ...

    def settle(self) -> None:
        """Wait until every queue is empty and the outbox too."""
        ...

    def to_release(self) -> Sequence[str]:
        """Return the lines of « Virements à faire » that wait for a person, as they read them."""
        ...

    def payment_files(self) -> Mapping[str, bytes]:
        """Return the files for the bank that lie there, by name, as whoever fetches them."""
        ...
