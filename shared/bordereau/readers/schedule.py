"""Assignment schedules ("bordereaux de cession"): .xlsx, .ods and .csv, one claim for each line.

The sheet and the row with the best header count, wherever they are; titles and blanks are skipped
and a total row is compared with the sum (handbook: sheets 4).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bordereau.domain.claims import InvoiceClaim, PartyClaim
from bordereau.domain.identifiers import SIREN_LENGTH, SIRET_LENGTH, siren_is_valid
from bordereau.domain.problems import Problem, Severity
from bordereau.readers.cells import amount_of, date_of, header_key, is_month_first, text_of
from bordereau.readers.columns import Row, columns_of, header_of, missing_columns
from bordereau.readers.judgement import CREDIT_NOTES, INVOICES, date_problems, number_problems
from bordereau.readers.parties import compact
from bordereau.readers.reading import Reading
from bordereau.readers.refusal import refused, verdict_of
from bordereau.readers.workbook import COLUMNS_MAX, open_workbook

LINES_MAX: Final = 5_000
_DELIMITERS: Final = (";", "\t", ",", "|")
_SAMPLE_LINES: Final = 30
_LETTERS: Final = 26
_FIELDS: Final = {
    "BT-1": "number",
    "BT-2": "issued",
    "BT-9": "due",
    "BT-47": "siren",
    "BT-115": "amount",
}
_ZERO: Final = Decimal(0)
_CREDIT_WORDS: Final = ("av", "credit", "note de credit", "cn", "cr", "remb")
_INVOICE_WORDS: Final = ("fa", "fc", "inv", "vente", "fv")
_TOTAL: Final = re.compile(r"(?:sous |grand |sub ?)?(?:total|totaux|totals|somme|sum)\b")
_Seen = dict[tuple[str, ...], str]
"""Number, debtor, type and amount of a line to where it stood first."""


def read_workbook(file_name: str, data: bytes) -> Iterator[InvoiceClaim]:
    """Yield one claim for each line of every sheet that is a schedule.

    A sheet counts if it has every needed column; where none has, the best tells what is missing.
    """
    book = open_workbook(data)
    sheets = [(number, rows) for number, rows in enumerate(book.sheets, 1) if is_schedule(rows)]
    if not sheets:
        best = max(book.sheets, key=lambda rows: len(header_of(rows)[1]), default=[])
        yield from _claims(file_name, best)
        return
    first = sheets[0][0]
    seen: _Seen = {}
    for number, rows in sheets:
        sheet = "" if number == first else f"s{number}"
        for claim in _claims(file_name, rows, sheet, seen):
            yield _formula_checked(claim, sheet, book.formula_rows)


def is_schedule(rows: Sequence[Row]) -> bool:
    """Return whether a sheet has every needed column and a line under them."""
    start, columns = header_of(rows)
    if start < 0 or missing_columns(columns):
        return False
    return any(_is_line(row, columns) for row in rows[start + 1 :])


def _is_line(row: Row, columns: dict[str, int]) -> bool:
    return any(row[columns[name]] for name in ("number", "amount") if columns[name] < len(row))


def _formula_checked(claim: InvoiceClaim, sheet: str, rows: frozenset[int]) -> InvoiceClaim:
    row = claim.place.removeprefix(sheet)[1:]
    if int(row) not in rows:
        return claim
    return _with(claim, Problem("cell-is-formula", Severity.REVIEW, where=f"{sheet}{row}"))


def read_text_table(file_name: str, data: bytes) -> Iterator[InvoiceClaim]:
    """Yield one claim for each line of a CSV file (``;``, tab, ``,``, ``|``; UTF-8, 16, cp1252)."""
    text = _decoded(data)
    try:
        rows = _split(text)
    except csv.Error as error:
        raise refused("csv-malformed") from error
    if header_of(rows)[0] < 0 and file_name.lower().endswith(".txt"):
        raise refused("text-not-read", Severity.IGNORE)
    yield from _claims(file_name, rows)


def _decoded(data: bytes) -> str:
    encodings = ["utf-8-sig", "cp1252"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise refused("text-encoding")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused("text-encoding")


def _split(text: str) -> list[list[str]]:
    """Split at the delimiter that gives the best header in the first lines."""
    lines = text.splitlines()[:_SAMPLE_LINES]

    def score(delimiter: str) -> int:
        rows = (_tagged(line.split(delimiter, COLUMNS_MAX)) for line in lines)
        return max((len(columns_of(row)) for row in rows), default=0)

    best = max(_DELIMITERS, key=score)
    rows = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=best, strict=True):
        rows.append(_tagged(row))
        if len(rows) > LINES_MAX + 2 * _SAMPLE_LINES:
            raise refused("schedule-too-long", limit=str(LINES_MAX))
    return rows


def _tagged(row: Sequence[str]) -> list[str]:
    """Return the cells as ``cells.py`` has them; what lies beyond any real table is left out."""
    cells = (cell.strip().strip('"') for cell in row[:COLUMNS_MAX])
    return [f"t{cell}" if cell else "" for cell in cells]


def _claims(
    file_name: str, rows: Sequence[Row], sheet: str = "", seen: _Seen | None = None
) -> Iterator[InvoiceClaim]:
    start, columns = header_of(rows)
    if start < 0:
        raise refused("schedule-header-missing")
    if missing := missing_columns(columns):
        raise refused("schedule-column-missing", columns=", ".join(missing))
    table = _Table(file_name, columns, sheet, {} if seen is None else seen)
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        table.add(number, row)
    if not table.claims:
        raise refused("schedule-empty")
    if len(table.claims) > LINES_MAX:
        raise refused("schedule-too-long", limit=str(LINES_MAX))
    yield from table.finished()


class _Table:
    """The lines of one schedule while they are read."""

    def __init__(self, file_name: str, columns: dict[str, int], sheet: str, seen: _Seen) -> None:
        self.file_name = file_name
        self.columns = columns
        self.sheet = sheet
        self.claims: list[InvoiceClaim] = []
        self.seen = seen
        self.sums = [_ZERO, _ZERO]
        self.stated: list[Decimal] = []
        self.is_month_first = False

    def cell(self, row: Row, field: str) -> str:
        index = self.columns.get(field, len(row))
        return row[index] if index < len(row) else ""

    def add(self, number: int, row: Row) -> None:
        if self._is_total(row):
            amount, _ = amount_of(self.cell(row, "amount"))
            if amount:
                self.stated.append(Decimal(amount))
            return
        if not any(self.cell(row, field) for field in ("number", "amount")) and not (
            self.cell(row, "issued") and self.cell(row, "siren")
        ):
            return
        dates = (self.cell(row, "issued"), self.cell(row, "due"))
        self.is_month_first |= any(map(is_month_first, dates))
        amount, code = amount_of(self.cell(row, "amount"))
        kind = _kind_of(text_of(self.cell(row, "type")))
        self.sums = [self.sums[0] + Decimal(amount or 0), self.sums[1] + _signed(amount, kind)]
        claim = _line_claim(self, f"{self.sheet}r{number}", row, (amount, kind))
        if code:
            shown = text_of(self.cell(row, "amount"))[:40]
            claim = _with(claim, Problem(code, where="BT-115", facts={"amount": shown}))
        self.claims.append(self._once(self._located(claim, number)))

    def _is_total(self, row: Row) -> bool:
        """Return whether a row adds up others: it has no date and no debtor's number.

        So the line of a debtor whose name begins with « Total » is one. A row of nothing but the
        sum so far is a total without its word.
        """
        if any(self.cell(row, field) for field in ("issued", "siren", "vat_number")):
            return False
        number = self.cell(row, "number")
        amount, _ = amount_of(self.cell(row, "amount"))
        is_sum = bool(amount) and Decimal(amount) in self.sums
        if any(_TOTAL.match(header_key(text_of(cell))) for cell in row):
            return is_sum or not number or bool(_TOTAL.match(header_key(text_of(number))))
        return is_sum and not number and not self.cell(row, "debtor")

    def _located(self, claim: InvoiceClaim, number: int) -> InvoiceClaim:
        """Name the cell of each problem (``F12``), as the seller sees it in the spreadsheet."""
        problems = []
        for problem in claim.problems:
            column = self.columns.get(_FIELDS.get(problem.where, ""), -1)
            letter = chr(ord("A") + column) if 0 <= column < _LETTERS else ""
            problems.append(replace(problem, where=f"{self.sheet}{letter}{number}"))
        return replace(claim, problems=tuple(problems))

    def _once(self, claim: InvoiceClaim) -> InvoiceClaim:
        key = (claim.number, claim.buyer.siren, claim.type_code, claim.payable)
        if key in self.seen:
            problem = Problem("line-twice", Severity.IGNORE, facts={"line": self.seen[key]})
            return replace(_with(claim, problem), syntax="")
        self.seen[key] = claim.place.replace("r", "")
        return claim

    def finished(self) -> Iterator[InvoiceClaim]:
        common = []
        if self.stated and not set(self.stated) & set(self.sums):
            facts = {"stated": str(self.stated[-1]), "expected": str(self.sums[1])}
            common.append(Problem("schedule-total-differs", Severity.REVIEW, facts=facts))
        if self.is_month_first:
            common.append(Problem("dates-month-first", Severity.REVIEW))
        for claim in self.claims:
            yield _with(claim, *common) if claim.syntax else claim


def _with(claim: InvoiceClaim, *problems: Problem) -> InvoiceClaim:
    together = (*claim.problems, *problems)
    return replace(claim, problems=together, verdict=verdict_of(together))


def _kind_of(text: str) -> str:
    """Return the type code that a line states (380, 381), empty if none, ``?`` if unknown.

    >>> _kind_of("Avoir"), _kind_of("FAC"), _kind_of("381"), _kind_of(""), _kind_of("OD")
    ('381', '380', '381', '', '?')
    """
    key = header_key(text)
    if key in CREDIT_NOTES | INVOICES or not key:
        return key
    if key.startswith(_CREDIT_WORDS):
        return "381"
    return "380" if key.startswith(_INVOICE_WORDS) else "?"


def _signed(amount: str, kind: str) -> Decimal:
    """Return what a line adds to the total, a credit note less, however it is written."""
    value = Decimal(amount or 0)
    return -abs(value) if kind in CREDIT_NOTES else value


def _line_claim(table: _Table, place: str, row: Row, said: tuple[str, str]) -> InvoiceClaim:
    amount, kind = said
    due = date_of(table.cell(row, "due"))
    currency = text_of(table.cell(row, "currency")).upper()
    reading = Reading(
        syntax="SCHEDULE",
        type_code="381" if amount.startswith("-") and kind not in CREDIT_NOTES else kind,
        number=text_of(table.cell(row, "number")),
        issue_date=date_of(table.cell(row, "issued")),
        due_dates=(due,) if due else (),
        currency=currency or "EUR",
        buyer=_buyer(table, row),
    )
    if reading.type_code in {"", "?"}:
        reading.type_code = "380"
    problems = tuple(_line_problems(reading, amount, has_currency=bool(currency)))
    if kind == "?":
        facts = {"type": text_of(table.cell(row, "type"))[:40]}
        problems = (*problems, Problem("line-type-unknown", Severity.REVIEW, facts=facts))
    payable = amount.removeprefix("-")
    return InvoiceClaim(
        file=table.file_name,
        verdict=verdict_of(problems),
        syntax=reading.syntax,
        problems=problems,
        type_code=reading.type_code,
        number=reading.number,
        issue_date=reading.issue_date,
        due_dates=reading.due_dates,
        currency=reading.currency,
        net=amount_of(table.cell(row, "net"))[0].removeprefix("-"),
        vat=amount_of(table.cell(row, "vat"))[0].removeprefix("-"),
        gross=payable,
        payable=payable,
        buyer=reading.buyer,
        place=place,
    )


def _buyer(table: _Table, row: Row) -> PartyClaim:
    code = compact(text_of(table.cell(row, "siren"))).upper()
    vat = compact(text_of(table.cell(row, "vat_number"))).upper()
    siret = code if len(code) == SIRET_LENGTH and code.isdigit() else ""
    if code[:2].isalpha():
        vat, code = vat or code, ""
    return PartyClaim(
        name=text_of(table.cell(row, "debtor")),
        siren=siret[:SIREN_LENGTH] or code,
        siret=siret,
        vat=vat,
    )


def _line_problems(reading: Reading, amount: str, *, has_currency: bool) -> Iterator[Problem]:
    buyer = reading.buyer
    if not reading.number:
        yield Problem("number-missing", where="BT-1")
    if not reading.issue_date:
        yield Problem("issue-date-missing", where="BT-2")
    if not buyer.siren and not buyer.vat:
        yield Problem("buyer-number-missing", where="BT-47")
    elif buyer.siren and not (len(buyer.siren) == SIREN_LENGTH and buyer.siren.isdigit()):
        yield Problem("siren-form", where="BT-47", facts={"number": buyer.siren[:20]})
    elif buyer.siren and not siren_is_valid(buyer.siren):
        yield Problem("siren-key", Severity.REVIEW, where="BT-47", facts={"number": buyer.siren})
    if amount and Decimal(amount) == _ZERO:
        yield Problem("nothing-payable", Severity.NOT_FOR_SALE, where="BT-115")
    if reading.type_code == "380" and not reading.due_dates:
        yield Problem("due-date-missing", Severity.WARN, where="BT-9")
    if not has_currency:
        yield Problem("schedule-currency-assumed", Severity.WARN, where="BT-5")
    yield from number_problems(reading.number)
    yield from date_problems(reading, None)
