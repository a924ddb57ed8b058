"""Journals as CSV (RFC 4180), one line of an entry each; for French Excel in its own form.

Plain: comma, decimal point, ISO dates, UTF-8. For Excel in French: a mark at the start, semicolon,
decimal comma, days first. In both, text that a spreadsheet would run as a formula is made text by
an apostrophe; numbers never get one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bordereau.documents.characters import plain_text
from bordereau.domain.figures.journal import JournalRow, MappedAccount
from bordereau.domain.money import format_amount

COLUMNS: Final = (
    "journal",
    "number",
    "booked_on",
    "event",
    "documents",
    "account",
    "account_number",
    "debtor",
    "invoice",
    "debit",
    "credit",
    "currency",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the fields are written and separated."""

    delimiter: str = ","
    decimal: str = "."
    day: str = "%Y-%m-%d"
    mark: str = ""

    def amount(self, cents: int) -> str:
        """Write an amount."""
        return format_amount(cents).replace(".", self.decimal)


PLAIN: Final = Dialect()
EXCEL: Final = Dialect(delimiter=";", decimal=",", day="%d/%m/%Y", mark=_MARK)


def csv_journal(
    rows: Iterable[JournalRow], accounts: Mapping[str, MappedAccount], dialect: Dialect = PLAIN
) -> str:
    """Return entries by journal and number; each line of an entry is a record, ended by CR LF."""
    target = io.StringIO(newline="")
    target.write(dialect.mark)
    writer = csv.writer(target, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in sorted(rows, key=lambda row: (row.journal, row.seq)):
        head = (
            harmless(row.journal),
            row.seq,
            _day(row.booked_on, dialect),
            harmless(row.kind),
            harmless(" ".join(row.documents)),
        )
        for line in row.lines:
            writer.writerow(
                (
                    *head,
                    line.account,
                    accounts[line.account].number,
                    harmless(line.debtor),
                    harmless(line.invoice),
                    dialect.amount(line.debit_cents),
                    dialect.amount(line.credit_cents),
                    row.currency,
                )
            )
    return target.getvalue()


def _day(day: dt.date, dialect: Dialect) -> str:
    return day.strftime(dialect.day)


def harmless(text: str) -> str:
    """Return text that no spreadsheet runs, on one line.

    >>> harmless("=HYPERLINK(1)"), harmless("F-2026-1")
    ("'=HYPERLINK(1)", 'F-2026-1')
    """
    return f"'{plain_text(text)}" if text.startswith(_FORMULA) else plain_text(text)
