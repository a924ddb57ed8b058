"""The ports: what services need of the world, and nothing of how it is done.

Every port is synchronous. Each has an in-memory twin and a real adapter, and one contract suite
runs against both. What cannot answer raises ``SourceUnavailableError``; bad input is a value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bordereau.domain.claims import BankFileClaim, BankMailClaims, MailClaims
from bordereau.domain.problems import Problem
from bordereau.domain.tables import Index
from bordereau.domain.transactions import Cancelled, Transaction

R = TypeVar("R")

Wanted = tuple[type, Mapping[str, object]]
"""A record to read: its kind, and the fields of its key by name."""

PARIS = ZoneInfo("Europe/Paris")


class Ledger(Protocol):
    """The four tables. Keys are given by the fields that the record's key is made of."""

    def get(self, kind: type[R], /, **key: object) -> R | None:
        """Return one record, strongly consistent, or ``None``."""
        ...

    def get_many(self, *wanted: Wanted) -> tuple[Any, ...]:
        """Return records of any kinds in the order asked for, ``None`` where there is none.

        Each is strongly consistent by itself; two of them may be of two moments (ADR 19).
        """
        ...

    def list(
        self, kind: type[R], /, *, first: str = "", last: str = "", **key: object
    ) -> Iterator[R]:
        """Yield a partition's records of one kind by sort key, strongly consistent.

        ``first`` and ``last`` are inclusive bounds on the sort key.
        """
        ...

    def find(
        self, kind: type[R], index: Index, partition: str, *, prefix: str = "", last: str = ""
    ) -> Iterator[R]:
        """Yield the records of one kind in an index partition by its sort key.

        Indexes lag: what comes back may be older than the last commit. ``last`` is inclusive.
        """
        ...

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Do all actions or none; ``None`` when done, else the reasons in order of the actions.

        Transient conflicts and throttling are retried inside with jitter, at most eight times.
        """
        ...

    def pause(self, lost: int) -> None:
        """Wait a little, by chance, after ``lost`` races in a row; a twin does not wait."""
        ...


class Objects(Protocol):
    """Files by key: ``mail/`` and ``bank/`` (inbox), ``claims/``, ``documents/``, ``sent/``."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes, or ``None`` when there is no such object."""
        ...

    def put(self, key: str, data: bytes, *, content_type: str = "application/json") -> None:
        """Store bytes; the same key again replaces them (keys come from content or documents)."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix, sorted."""
        ...


class Queue(Protocol):
    """Messages to functions; ``queue`` is the name of the function that reads it."""

    def send(
        self,
        queue: str,
        message: Mapping[str, Any],
        *,
        group: str = "",
        delay_seconds: int = 0,
    ) -> None:
        """Put one message; delivered at least once. ``group`` orders messages of a FIFO queue.

        ``delay_seconds`` (at most 900) keeps a message of a standard queue from being read before.
        """
        ...


class Clock(Protocol):
    """The time: the only place where it comes from."""

    def now(self) -> dt.datetime:
        """Return the present instant, aware, in UTC."""
        ...


def civil_date(instant: dt.datetime) -> dt.date:
    """Return the civil date in Europe/Paris (R5).

    >>> civil_date(dt.datetime(2026, 6, 30, 22, 15, tzinfo=dt.UTC))
    datetime.date(2026, 7, 1)
    """
    return instant.astimezone(PARIS).date()


class ClaimReader(Protocol):
    """Reads received mails: hostile bytes in, claims out."""

    def read_mail(self, key: str, data: bytes) -> MailClaims | BankMailClaims:
        """Return what the mail object says; never raises for what is in the bytes.

        A mail that was received for the bank address gives bank files, any other invoices.
        """
        ...


class StatementReader(Protocol):
    """Reads bank files."""

    def read_bank(self, file: str, data: bytes) -> BankFileClaim:
        """Return the statements of a bank file; never raises for what is in the bytes."""
        ...


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A composed e-mail: the exact bytes to send, and its subject."""

    subject: str
    data: bytes


class Renderer(Protocol):
    """Figures to documents; the same figures give the same bytes."""

    def pdf(self, kind: str, figures: Mapping[str, Any]) -> bytes:
        """Return the PDF of a document kind from its plain figures."""
        ...

    def mail(  # noqa: PLR0913 - the envelope of a mail
        self,
        kind: str,
        figures: Mapping[str, Any],
        *,
        document_id: str,
        sent_at: dt.datetime,
        to: tuple[str, ...],
        in_reply_to: str,
        pdf: bytes | None,
    ) -> RenderedMail:
        """Return the e-mail that carries a document."""
        ...


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, data: bytes, *, to: tuple[str, ...], tag: str) -> str:
        """Send one raw message; return the service's id.

        Raises ``AmbiguousSendError`` or ``RefusedSendError``.
        """
        ...


class AmbiguousSendError(Exception):
    """The answer was lost: the message may or may not have gone out."""


class RefusedSendError(Exception):
    """The service will never take this message: nothing went out, trying again is no use."""


class Formats(Protocol):
    """Amounts and dates as a language writes them, for sentences made of facts."""

    def money(self, cents: int, currency: str) -> str:
        """Return an amount with its unit."""
        ...

    def percent(self, bps: int) -> str:
        """Return basis points as a percentage."""
        ...

    def short(self, day: dt.date) -> str:
        """Return a date in figures."""
        ...

    def instant(self, moment: dt.datetime) -> str:
        """Return an instant as day and time in Paris."""
        ...


class Phrases(Protocol):
    """The sentences that people read, in one language."""

    @property
    def formats(self) -> Formats:
        """How the language writes amounts and dates."""
        ...

    def say(self, key: str, **facts: str | int) -> str:
        """Return the phrase ``key`` with its facts filled in."""
        ...

    def problem(self, problem: Problem) -> str:
        """Return the sentence of a problem: what, where, what was expected."""
        ...

    def alert(self, code: str, facts: Mapping[str, str]) -> str:
        """Return the sentence of an alert of staff from its neutral facts."""
        ...


SheetValue = str | int | bool | Decimal | dt.date | dt.datetime | None
"""What is written into a cell; ``None`` leaves the cell as it is, ``""`` empties it."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as read: its value, and the type of its number format (``DATE``, ``PERCENT`` …).

    A date is a ``Decimal`` of days since 30 December 1899 with ``kind`` ``DATE`` or ``DATE_TIME``.
    ``error`` is what a failed formula shows (``#N/A``).
    """

    value: str | Decimal | bool | None = None
    kind: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SheetTab:
    """A tab of the spreadsheet: ``sheet_id`` stays when people rename it."""

    sheet_id: int
    title: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class SheetBlock:
    """A block of values to write: its first cell (from zero), and its rows."""

    title: str
    row: int
    column: int
    rows: tuple[tuple[SheetValue, ...], ...]


SheetRows = tuple[tuple[SheetCell, ...], ...]


class Sheet(Protocol):
    """The shared spreadsheet. Everything written is raw: nothing is taken for a formula."""

    def tabs(self) -> tuple[SheetTab, ...]:
        """Return the tabs, hidden ones too, in their order."""
        ...

    def read(self, titles: Sequence[str]) -> Mapping[str, SheetRows]:
        """Return every cell of these tabs with its type, as one moment's snapshot.

        Rows are as long as what stands in them; trailing empty rows are left out.
        """
        ...

    def values(self, titles: Sequence[str]) -> Mapping[str, tuple[tuple[SheetValue, ...], ...]]:
        """Return the bare values of these tabs, for large ones whose types are ours.

        Numbers and dates are ``Decimal``, an empty cell is an empty text.
        """
        ...

    def write(self, blocks: Sequence[SheetBlock]) -> None:
        """Write blocks of values, all or none; writing the same again changes nothing."""
        ...

    def change(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Change structure and formats (requests of ``batchUpdate``), all or none."""
        ...
