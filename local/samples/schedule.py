"""Assignment schedules ("bordereaux de cession") as sellers export them to a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

_HEADER: Final = (
    "N° facture",
    "Date facture",
    "Échéance",
    "SIREN acheteur",
    "Acheteur",
    "Montant TTC",
    "Devise",
)
_WIDTHS: Final = (18, 14, 14, 16, 34, 16, 9)
_TITLE_ROWS: Final = 3
_AMOUNT: Final = "# ##0.00"
_DAY: Final = "dd/mm/yyyy"


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One invoice of the schedule."""

    number: str
    issued_on: dt.date
    due_on: dt.date
    siren: str
    debtor: str
    amount_cents: int
    currency: str = "EUR"


def schedule_xlsx(rows: Sequence[ScheduleRow], title: str = "Bordereau de cession") -> bytes:
    """Return the schedule as a workbook: a title, a header on line 4, the lines, a total."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001 - no clock in it
    sheet = book.add_worksheet("Bordereau")
    bold = book.add_format({"bold": True, "bg_color": "#e8f2ef", "bottom": 1})
    day, amount = book.add_format({"num_format": _DAY}), book.add_format({"num_format": _AMOUNT})
    total = book.add_format({"bold": True, "num_format": _AMOUNT, "top": 1})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for column, name in enumerate(_HEADER):
        sheet.write_string(_TITLE_ROWS, column, name, bold)
    for index, row in enumerate(rows, start=_TITLE_ROWS + 1):
        _write_row(sheet, index, row, (day, amount))
    last = _TITLE_ROWS + 1 + len(rows)
    sheet.write_string(last, 0, "Total", total)
    sheet.write_number(last, 5, _units(sum(row.amount_cents for row in rows)), total)
    book.close()
    return target.getvalue()


def _units(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _write_row(  # the library has no types
    sheet: Any,  # noqa: ANN401
    index: int,
    row: ScheduleRow,
    formats: tuple[Any, Any],
) -> None:
    day, amount = formats
    sheet.write_string(index, 0, row.number)
    sheet.write_datetime(index, 1, row.issued_on, day)
    sheet.write_datetime(index, 2, row.due_on, day)
    sheet.write_string(index, 3, row.siren)
    sheet.write_string(index, 4, row.debtor)
    sheet.write_number(index, 5, _units(row.amount_cents), amount)
    sheet.write_string(index, 6, row.currency)
