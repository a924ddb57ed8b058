"""The shared spreadsheet through gspread: four of its calls, and retries of our own.

Most of gspread's convenience changes values (``1234,56`` becomes 123456), its own back-off never
gives up and it sets no time-out (handbook: sheets 0). So only ``fetch_sheet_metadata``,
``values_batch_get``, ``values_batch_update`` and ``batch_update`` are used. Numbers cross this
border as ``Decimal``.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import gspread
import requests
from google.auth.exceptions import GoogleAuthError

from bordereau.domain.problems import ConfigurationError, InvariantError, SourceUnavailableError
from bordereau.domain.workbook.columns import letters
from bordereau.ports import (
    PARIS,
    SheetBlock,
    SheetCell,
    SheetRows,
    SheetTab,
    SheetValue,
)

T = TypeVar("T")

TIMEOUT_SECONDS: Final = (5, 60)
RETRIED: Final = frozenset({429, 500, 502, 503, 504})
WAIT_MAX_SECONDS: Final = 32
EPOCH: Final = dt.date(1899, 12, 30)
_DAY_SECONDS: Final = 86_400

_TABS: Final = "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)))"
_CELLS: Final = (
    "sheets(properties(title),data(startRow,startColumn,"
    "rowData(values(effectiveValue,effectiveFormat(numberFormat(type))))))"
)


class LocalHTTPClient(gspread.HTTPClient):
    """gspread's client with Google's host replaced: the embedded Google Sheets of the laptop."""

    endpoint: str = ""

    def request(  # as the base class has it
        self,
        method: str,
        endpoint: str,
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Send a request to the other host; everything else is gspread's."""
        there = endpoint.replace("https://sheets.googleapis.com", self.endpoint)
        return super().request(method, there, *args, **kwargs)


def local_client(endpoint: str) -> gspread.HTTPClient:
    """Return the client of the embedded Google Sheets at an address: no credentials."""
    client = LocalHTTPClient(auth=None, session=requests.Session())  # type: ignore[arg-type]
    client.endpoint = endpoint.rstrip("/")
    client.set_timeout(TIMEOUT_SECONDS)
    return client


class GspreadSheet:
    """The port ``Sheet`` on Google Sheets.

    ``budget_seconds`` bounds all tries of one call together; ``sleep`` waits between them.
    """

    def __init__(
        self,
        client: gspread.HTTPClient,
        spreadsheet_id: str,
        *,
        budget_seconds: int = 60,
        sleep: Callable[[Any], None] = time.sleep,
    ) -> None:
        self._client = client
        self._id = spreadsheet_id
        self._budget = budget_seconds
        self._sleep = sleep

    def tabs(self) -> tuple[SheetTab, ...]:
        """Return the tabs in their order."""
        answer = self._call(lambda: self._client.fetch_sheet_metadata(self._id, {"fields": _TABS}))
        return tuple(
            SheetTab(
                sheet["properties"].get("sheetId", 0),
                sheet["properties"]["title"],
                sheet["properties"]["gridProperties"]["rowCount"],
                sheet["properties"]["gridProperties"]["columnCount"],
            )
            for sheet in answer.get("sheets", [])
        )

    def read(self, titles: Sequence[str]) -> Mapping[str, SheetRows]:
        """Return every cell of these tabs with its type, in one call."""
        ranges = [_quoted(title) for title in titles]
        params: Any = {"fields": _CELLS, "ranges": ranges, "prettyPrint": "false"}
        answer = self._call(lambda: self._client.fetch_sheet_metadata(self._id, params))
        return {
            sheet["properties"]["title"]: _rows(sheet.get("data", []))
            for sheet in answer.get("sheets", [])
        }

    def values(self, titles: Sequence[str]) -> Mapping[str, tuple[tuple[SheetValue, ...], ...]]:
        """Return the bare values of these tabs, in one call."""
        params: Any = {
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        ranges = [_quoted(title) for title in titles]
        answer = self._call(lambda: self._client.values_batch_get(self._id, ranges, params))
        return {
            title: tuple(tuple(map(_bare, row)) for row in found.get("values", []))
            for title, found in zip(titles, answer["valueRanges"], strict=True)
        }

    def write(self, blocks: Sequence[SheetBlock]) -> None:
        """Write blocks of values in one atomic call, raw."""
        if not blocks:
            return
        data = [
            {
                "range": f"{_quoted(block.title)}!{letters(block.column)}{block.row + 1}",
                "majorDimension": "ROWS",
                "values": [[_json(value) for value in row] for row in block.rows],
            }
            for block in blocks
        ]
        body = {"valueInputOption": "RAW", "data": data}
        self._call(lambda: self._client.values_batch_update(self._id, body))

    def change(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Change structure and formats in one atomic call."""
        if requests:
            body = {"requests": list(requests)}
            self._call(lambda: self._client.batch_update(self._id, body))

    def _call(self, ask: Callable[[], T]) -> T:
        """Ask, and ask again while the service is busy and time is left: full jitter."""
        ends_at = time.monotonic() + self._budget
        attempt = 0
        while True:
            try:
                return ask()
            except gspread.exceptions.APIError as error:
                if error.code not in RETRIED:
                    raise self._refused(error) from error
                failure: Exception = error
            except (requests.RequestException, GoogleAuthError) as error:
                failure = error
            wait = random.randint(100, 1000 * min(2**attempt, WAIT_MAX_SECONDS))  # noqa: S311 - no secret
            if time.monotonic() + wait / 1000 > ends_at:
                raise SourceUnavailableError(f"the sheet did not answer: {failure}") from failure
            self._sleep(wait / 1000)
            attempt += 1

    def _refused(self, error: gspread.exceptions.APIError) -> Exception:
        says = error.error.get("message", "")
        if error.code in {401, 403}:
            return ConfigurationError(f"the spreadsheet is not shared with us: {says}")
        if error.code == requests.codes["not_found"]:
            return ConfigurationError(f"there is no spreadsheet with the id {self._id}")
        if error.code == requests.codes["bad_request"]:
            return InvariantError(f"the sheet does not understand us: {says}")
        return SourceUnavailableError(f"the sheet answers {error.code}: {says}")


def _quoted(title: str) -> str:
    doubled = title.replace("'", "''")
    return f"'{doubled}'"


def _rows(grids: Sequence[Mapping[str, Any]]) -> SheetRows:
    """Return the rows of a tab read whole; what Google leaves out is an empty cell."""
    rows: list[tuple[SheetCell, ...]] = []
    for grid in grids:
        rows += [()] * (grid.get("startRow", 0) - len(rows))
        rows += [
            tuple(map(_cell, row.get("values", []))) if row else ()
            for row in grid.get("rowData", [])
        ]
    return tuple(rows)


_EMPTY: Final = SheetCell()


def _cell(plain: Mapping[str, Any]) -> SheetCell:
    value = plain.get("effectiveValue")
    if not value:
        return _EMPTY
    kind = plain.get("effectiveFormat", {}).get("numberFormat", {}).get("type", "")
    if "numberValue" in value:
        return SheetCell(decimal_of(value["numberValue"]), kind)
    if "boolValue" in value:
        return SheetCell(bool(value["boolValue"]), kind)
    if "errorValue" in value:
        found = value["errorValue"]
        return SheetCell(None, kind, error=found.get("message") or found.get("type", "ERROR"))
    return SheetCell(value.get("stringValue", ""), kind)


def decimal_of(number: Any) -> Decimal:  # noqa: ANN401 - what JSON calls a number
    """Return a number of JSON as spreadsheets show it: with fifteen significant digits.

    >>> decimal_of(1234.56), decimal_of(0.1 + 0.2), decimal_of(552081317)
    (Decimal('1234.56'), Decimal('0.3'), Decimal('552081317'))
    """
    return Decimal(number) if isinstance(number, int) else Decimal(format(number, ".15g"))


def _bare(value: Any) -> SheetValue:  # noqa: ANN401 - any scalar of JSON
    return value if isinstance(value, str | bool) else decimal_of(value)


def _json(value: SheetValue) -> Any:  # noqa: ANN401 - any scalar of JSON
    if isinstance(value, dt.datetime):
        local = value.astimezone(PARIS)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return (local.date() - EPOCH).days + seconds / _DAY_SECONDS
    if isinstance(value, dt.date):
        return (value - EPOCH).days
    if isinstance(value, Decimal):
        # JSON has no decimals: the quotient is the nearest number that a sheet can hold.
        numerator, denominator = value.as_integer_ratio()
        return numerator if denominator == 1 else numerator / denominator
    return value
