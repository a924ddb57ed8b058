"""One server in this process for each test, on a port of its own, and the real gspread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from google.auth.credentials import AnonymousCredentials

from local.sheets_api import LocalSheets

HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class LocalSession(requests.Session):
    """A session whose calls to Google go to one local server."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send a request, with another host when it is one of Google's."""
        for host in HOSTS:
            url = url.replace(host, self.url)
        return super().request(method, url, *args, **kwargs)


Connect = Callable[[LocalSheets], gspread.Spreadsheet]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open the spreadsheet of a server with gspread."""
    sessions: list[LocalSession] = []

    def open_sheet(sheets: LocalSheets) -> gspread.Spreadsheet:
        sessions.append(LocalSession(sheets.url))
        client = gspread.Client(AnonymousCredentials(), sessions[-1])  # type: ignore[no-untyped-call]
        return client.open_by_key(sheets.spreadsheet_id)

    yield open_sheet
    for session in sessions:
        session.close()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The file behind the spreadsheet."""
    return tmp_path / "desk.xlsx"


@pytest.fixture
def sheets(workbook: Path) -> Iterator[LocalSheets]:
    """A running server."""
    with LocalSheets(workbook, spreadsheet_id="desk") as running:
        yield running


@pytest.fixture
def book(sheets: LocalSheets, connect: Connect) -> gspread.Spreadsheet:
    """The spreadsheet of the server, French, one empty tab."""
    return connect(sheets)
