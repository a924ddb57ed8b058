"""The few Drive routes that gspread calls: make, list, look up, copy, delete, export, import."""

from __future__ import annotations

import copy
import csv
import io
import re
import secrets
import time
from typing import TYPE_CHECKING

from local.sheets_api import values
from local.sheets_api.book import Book
from local.sheets_api.errors import ApiError, not_found

if TYPE_CHECKING:
    from local.sheets_api.errors import Json
    from local.sheets_api.store import Store
    from local.sheets_api.values import Query

_MIME = "application/vnd.google-apps.spreadsheet"


def now() -> str:
    """Return the present instant as Drive prints it."""
    stamp = time.time_ns() // 1_000_000
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(stamp // 1000))}.{stamp % 1000:03}Z"


def new_id() -> str:
    """Return an id as long as Google's."""
    return secrets.token_urlsafe(33)


def create(store: Store, title: str) -> Book:
    """Make an empty spreadsheet, kept in memory only."""
    book = Book(new_id(), title)
    with book.change():
        book.add({"sheetId": 0})
    store.add(book)
    return book


def created(book: Book) -> Json:
    """Return what Drive answers after a file was made."""
    title = book.properties["title"]
    return {"kind": "drive#file", "id": book.book_id, "name": title, "mimeType": _MIME}


def duplicate(store: Store, book: Book, title: str | None) -> Json:
    """Copy a spreadsheet, into memory."""
    twin = Book(new_id(), title or f"Copy of {book.properties['title']}")
    twin.properties = book.properties | {"title": twin.properties["title"]}
    twin.sheets, twin.named = copy.deepcopy((book.sheets, book.named))
    store.add(twin)
    return created(twin)


def listing(store: Store, query: Query) -> Json:
    """List the spreadsheets, all or those of one name."""
    asked = re.search(r'name = "(.*)"', query.get("q", [""])[0])
    files = [
        metadata(store, book)
        for book in store.books.values()
        if not asked or book.properties["title"] == asked[1]
    ]
    return {"kind": "drive#fileList", "files": files}


def metadata(store: Store, book: Book) -> Json:
    """Return name and times of a spreadsheet."""
    made, changed = store.times(book)
    named = {"id": book.book_id, "name": book.properties["title"]}
    return named | {"createdTime": made, "modifiedTime": changed}


def export(book: Book, mime: str) -> bytes:
    """Return the first tab as CSV."""
    if mime != "text/csv":
        raise ApiError(400, f"The requested conversion is not supported: {mime}")
    shown = values.get(book, f"'{book.sheets[0].title.replace(chr(39), chr(39) * 2)}'", {})
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(shown.get("values", []))
    return text.getvalue().removesuffix("\r\n").encode()


def import_csv(book: Book, data: bytes) -> Json:
    """Replace the spreadsheet by one tab with the rows of a CSV."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    with book.change():
        zone = {"timeZone": "America/Los_Angeles"}  # recorded: an import takes Google's own zone
        book.journal.replace(book, "properties", book.properties | zone)
        book.journal.replace(book, "sheets", [])
        title = book.add({"title": book.properties["title"]}).title.replace("'", "''")
    query = {"valueInputOption": ["USER_ENTERED"]}
    values.update(book, f"'{title}'", query, {"values": lines})
    return {"kind": "drive#file", "id": book.book_id, "mimeType": _MIME}


def route(store: Store, method: str, parts: list[str], query: Query, body: Json) -> Json | bytes:
    """Answer a request below `/drive/v3/files`.

    Args:
        store: all spreadsheets.
        method: of HTTP.
        parts: what follows in the path.
        query: parameters.
        body: JSON, empty when none was sent.
    """
    if not parts:
        if method == "POST":
            return created(create(store, body.get("name") or "Untitled spreadsheet"))
        return listing(store, query)
    book = store.book(parts[0])
    match method, parts[1:]:
        case "GET", []:
            return metadata(store, book)
        case "PATCH", []:
            book.properties = book.properties | {"title": body["name"]}
            return created(book)
        case "DELETE", []:
            store.remove(book)
            return b""
        case "POST", ["copy"]:
            return duplicate(store, book, body.get("name"))
        case "GET", ["export"]:
            return export(book, query["mimeType"][0])
        case "GET", ["comments"]:
            return {"comments": []}
        case "GET", ["permissions"]:
            return {"kind": "drive#permissionList", "permissions": []}
        case _:
            raise not_found()
