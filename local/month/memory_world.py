"""The world in memory: the functions' own code over the twins, one message at a time.

``settle`` mirrors the triggers of template.yaml: an object under a prefix, a message in a queue, a
change of an intent. ``harm`` lets a test break into it: it sees every port of every function, and
decides how often a message is delivered.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from bordereau.adapters.memory_clock import MemoryClock
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_mailer import MemoryMailer
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain import workbook
from bordereau.domain.transactions import Cancelled, Transaction, record_of
from bordereau.domain.work import Intent
from bordereau.domain.workbook.columns import Tab
from bordereau.domain.workbook.payout_tab import PAYOUTS_FEED
from bordereau.entry.types import Command, Fields, ItemChanged, Message, ObjectArrived
from bordereau.entry.types import Scheduled as ScheduledMessage
from bordereau.ports import PARIS
from local.firm.rows import all_rows
from local.month.drawn_sheet import drawn_sheet, type_line
from local.month.functions import functions_over
from local.month.mails import Mail
from local.month.typed import Typed, waiting_lines

PREFIXES: Final = {
    "mail/": "open_mail",
    "bank/": "apply_bank_statement",
    "claims/mail/": "register_invoices",
    "claims/bank/": "apply_bank_statement",
}
ATTEMPTS_MAX: Final = 5


class Harm(Protocol):
    """What a test does to the world; ``NoHarm`` does nothing."""

    def port(self, function: str, name: str, port: Any) -> Any:  # noqa: ANN401 any port
        """Return the port that a function is given."""
        ...

    def deliveries(self, function: str, message: Message) -> int:
        """Return how often a message is delivered."""
        ...


class NoHarm:
    """Every port as it is, every message once."""

    def port(self, function: str, name: str, port: Any) -> Any:  # noqa: ANN401, ARG002
        """Return the port itself."""
        return port

    def deliveries(self, function: str, message: Message) -> int:  # noqa: ARG002
        """Return one."""
        return 1


class CrashError(BaseException):
    """A function died, as by a kill: nothing of its own catches it; the message comes again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to a function."""

    function: str
    message: Message


class WatchedObjects(MemoryObjects):
    """Objects whose arrival is an event, as the buckets' notifications are."""

    def __init__(self, arrived: Callable[[str], None]) -> None:
        super().__init__()
        self._arrived = arrived

    def put(self, key: str, data: bytes, *, content_type: str = "application/json") -> None:
        """Store bytes and tell."""
        super().put(key, data, content_type=content_type)
        self._arrived(key)


class WatchedLedger(MemoryLedger):
    """A ledger whose changes of intents are events, as the work table's stream is."""

    def __init__(self, changed: Callable[[Intent], None]) -> None:
        super().__init__()
        self._changed = changed

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Commit and tell."""
        cancelled = super().commit(transaction)
        if cancelled is None:
            for action in transaction.actions:
                record = record_of(action)
                if isinstance(record, Intent):
                    self._changed(record)
        return cancelled


class WatchedQueue(MemoryQueue):
    """Queues that keep one order over all of them."""

    def __init__(self, sent: Callable[[str, str], None]) -> None:
        super().__init__()
        self._sent = sent

    def send(
        self,
        queue: str,
        message: Mapping[str, Any],
        *,
        group: str = "",
        delay_seconds: int = 0,
    ) -> None:
        """Put one message and tell."""
        super().send(queue, message, group=group, delay_seconds=delay_seconds)
        put = self.waiting.pop()
        self._sent(put.queue, put.body)


@dataclass
class MemoryWorld:
    """The thirteen functions in one process; without ``renders``, documents have no looks."""

    harm: Harm = field(default_factory=NoHarm)
    renders: bool = True
    under_way: deque[Delivery] = field(default_factory=deque)
    done: list[tuple[str, Fields]] = field(default_factory=list)
    crashes: int = 0

    def __post_init__(self) -> None:
        self.clock = MemoryClock(dt.datetime(2026, 1, 2, 8, tzinfo=PARIS))
        self.objects = WatchedObjects(self._object_arrived)
        self.books = WatchedLedger(self._intent_changed)
        self.queue = WatchedQueue(self._message_sent)
        self.sheet = drawn_sheet(all_rows())
        self.mailer = MemoryMailer()
        self._ports = {
            "ledger": self.books,
            "objects": self.objects,
            "queue": self.queue,
            "clock": self.clock,
            "sheet": self.sheet,
            "mailer": self.mailer,
        }
        self._handles = functions_over(self._port, renders=self.renders)

    def _port(self, function: str, name: str) -> Any:  # noqa: ANN401 any port
        return self.harm.port(function, name, self._ports[name])

    @property
    def ledger(self) -> MemoryLedger:
        """The books."""
        return self.books

    # ------------------------------------------------------------------ events

    def _object_arrived(self, key: str) -> None:
        for prefix, function in PREFIXES.items():
            if key.startswith(prefix):
                arrived = ObjectArrived(bucket="memory", key=key, version="", sequencer="")
                self.under_way.append(Delivery(function, arrived))

    def _intent_changed(self, intent: Intent) -> None:
        changed = ItemChanged(pk=f"O#{intent.kind}#{intent.id}", sk="O")
        self.under_way.append(Delivery("deliver_outbox", changed))

    def _message_sent(self, queue: str, body: str) -> None:
        message = self.queue.sent[-1].message
        self.under_way.append(Delivery(queue, Command(message, "m", 1)))
        assert body

    # ------------------------------------------------------------------ the world

    def at(self, instant: dt.datetime) -> None:
        """Set the clock."""
        self.clock.set(instant)

    def deliver_mail(self, mail: Mail) -> None:
        """Store the mail; its event waits."""
        self.objects.put(mail.key, mail.raw)

    def deliver_bank(self, name: str, data: bytes) -> None:
        """Store the bank file; its event waits."""
        self.objects.put(f"bank/{name}", data)

    def type_in(self, cells: Sequence[Typed]) -> None:
        """Type into the sheet with the formats of its columns."""
        for typed in cells:
            tab = workbook.STAFF[typed.tab]
            ref = typed.ref or self._found(tab, typed.found_by)
            number = int(ref.rpartition("-")[2])
            type_line(self.sheet, tab, number, typed.cells)

    def answer(self, cells: Sequence[Typed]) -> None:
        """Type into the sheet: in memory there is one way."""
        self.type_in(cells)

    def _found(self, tab: Tab, text: str) -> str:
        rows = self.sheet.values([tab.feed])[tab.feed]
        return next(str(row[0]) for row in rows if any(text in str(cell) for cell in row))

    def fire(self, function: str, at: dt.datetime, task: str = "") -> None:
        """Give a function its schedule's event, at once as the platform does."""
        instant = at.astimezone(dt.UTC)
        day, name = at.astimezone(PARIS).date(), f"{function}{task}-{at}"
        event = ScheduledMessage(day, instant, name, 1, task)
        self._deliver(Delivery(function, event))

    def settle(self) -> None:
        """Deliver every message until none is left."""
        while self.under_way:
            self._deliver(self.under_way.popleft())

    def _deliver(self, delivery: Delivery) -> None:
        for _ in range(self.harm.deliveries(delivery.function, delivery.message)):
            self._until_done(delivery)

    def _until_done(self, delivery: Delivery) -> None:
        """Deliver; a function that dies gets the message again, as it would."""
        for _ in range(ATTEMPTS_MAX):
            try:
                fields = self._handles[delivery.function](delivery.message)
            except CrashError:
                self.crashes += 1
                continue
            self.done.append((delivery.function, fields))
            return
        raise AssertionError(f"{delivery} was given up after {ATTEMPTS_MAX} attempts")

    def to_release(self) -> Sequence[str]:
        """Read « Virements à faire » from what feeds it."""
        return waiting_lines(self.sheet.values([PAYOUTS_FEED.title])[PAYOUTS_FEED.title])

    def payment_files(self) -> Mapping[str, bytes]:
        """Fetch the files for the bank."""
        return {key: self.objects.get(key) or b"" for key in self.objects.list("sepa/")}
