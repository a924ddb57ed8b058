"""All spreadsheets of one server, and the .xlsx file behind the first of them."""

from __future__ import annotations

import sys
import threading
import time
from itertools import count
from typing import TYPE_CHECKING

from local.sheets_api import xlsx
from local.sheets_api.drive import now
from local.sheets_api.errors import ApiError, not_found
from local.sheets_api.faults import Faults

if TYPE_CHECKING:
    from pathlib import Path

    from local.sheets_api.book import Book

PRIVATE_ID = "1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"
"""A spreadsheet to which nobody has access (gspread's own tests ask for it)."""
QUIET_SECONDS = 5.0
"""A changed book is saved when nobody has asked anything for so long …"""

UNSAVED_SECONDS_MAX = 60.0
"""… and at the latest so long after the change."""


class Store:
    """The spreadsheets by id.

    The first one lies in a file, saved after a quiet moment, on demand and at the end; those that
    a test creates besides live in memory.

    Args:
        path: the .xlsx file; made when it is not there.
        book_id: id of the spreadsheet; None takes the one of the file, or its name.
    """

    def __init__(self, path: Path | None, book_id: str | None = None) -> None:
        self.lock = threading.RLock()
        self.books: dict[str, Book] = {}
        self.path = path
        self.faults = Faults()
        self._times: dict[str, tuple[str, str, int]] = {}
        self._main: Book | None = None
        self._saved_revision = 0
        self._mtime = 0
        self._asked_at = 0.0
        self._unsaved_since = 0.0
        self._wake = threading.Condition()
        self._stopping = False
        self._unreadable = False
        self._saver = threading.Thread(target=self._save_when_quiet, daemon=True)
        if path is not None:
            self._load(path, book_id)
            self._saver.start()

    def _load(self, path: Path, book_id: str | None) -> None:
        if path.exists():
            self._mtime = path.stat().st_mtime_ns
            book = xlsx.load(path, book_id)
        else:
            book = xlsx.empty(path, book_id)
        self._main = book
        self.add(book)
        if path.exists():
            self._saved_revision = book.revision
        else:
            self.save()

    @property
    def main(self) -> Book:
        """The spreadsheet of the file."""
        if self._main is None:
            raise not_found()
        return self._main

    def add(self, book: Book) -> None:
        """Make a spreadsheet known."""
        self.books[book.book_id] = book
        self._times[book.book_id] = (now(), now(), book.revision)

    def remove(self, book: Book) -> None:
        """Forget a spreadsheet; that of the file stays.

        Raises:
            ApiError: 403, it is the one of the file.
        """
        if book is self._main:
            raise ApiError(403, "The user does not have sufficient permissions for this file.")
        del self.books[book.book_id]

    def book(self, book_id: str) -> Book:
        """Return a spreadsheet.

        Raises:
            ApiError: 404, or 403 for the private one.
        """
        if book_id == PRIVATE_ID:
            raise ApiError(403, "The caller does not have permission")
        if book_id not in self.books:
            raise not_found()
        return self.books[book_id]

    def times(self, book: Book) -> tuple[str, str]:
        """Return when a spreadsheet was made and last changed."""
        made, changed, revision = self._times[book.book_id]
        if revision != book.revision:
            changed = now()
            self._times[book.book_id] = (made, changed, book.revision)
        return made, changed

    def touch(self) -> None:
        """Note the time of changes, and let the saver know that somebody asked."""
        for book in self.books.values():
            self.times(book)
        if self._main is not None and self._main.revision != self._saved_revision:
            with self._wake:
                self._asked_at = time.monotonic()
                self._unsaved_since = self._unsaved_since or self._asked_at
                self._wake.notify()

    def _opened_by(self) -> Path | None:
        if self.path is None:
            return None
        name = self.path.name
        locks = (self.path.with_name(f".~lock.{name}#"), self.path.with_name(f"~${name}"))
        return next((lock for lock in locks if lock.exists()), None)

    def check_writable(self) -> None:
        """Refuse a write while a person has the file open, or while it cannot be read.

        Raises:
            ApiError: 503 UNAVAILABLE.
        """
        if self._unreadable or self._opened_by() is not None:
            raise ApiError(503, "The service is currently unavailable: the workbook is in use.")

    def refresh(self) -> None:
        """Read the file again when a person has saved it; one half written is left alone."""
        if self.path is None or not self.path.exists():
            return
        mtime = self.path.stat().st_mtime_ns
        if mtime == self._mtime:
            return
        try:
            theirs = xlsx.load(self.path, self.main.book_id)
        except Exception as error:  # noqa: BLE001  half a file breaks the reader anywhere
            self._unreadable = True
            print(f"{self.path} cannot be read now: {error!r}", file=sys.stderr)
            return
        self._unreadable = False
        if self.main.revision != self._saved_revision:
            aside = self._free_name(self.path)
            xlsx.save(self.main, aside)
            print(f"unsaved changes were kept in {aside}", file=sys.stderr)
        old = self.main
        self._main = theirs
        self._main.revision = self._saved_revision = old.revision + 1
        self.books[old.book_id] = self._main
        self._mtime = mtime

    @staticmethod
    def _free_name(path: Path) -> Path:
        names = (path.with_name(f"{path.stem}.conflict-{n}{path.suffix}") for n in count(1))
        return next(name for name in names if not name.exists())

    def save(self) -> None:
        """Write the file, unless nothing changed since the last time."""
        with self.lock:
            if self.path is None or self._main is None:
                return
            self.refresh()
            same = self._saved_revision == self._main.revision and self.path.exists()
            if same or self._unreadable:
                return
            xlsx.save(self._main, self.path)
            self._mtime = self.path.stat().st_mtime_ns
            self._saved_revision = self._main.revision

    def close(self) -> None:
        """Save and stop the saver."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._saver.is_alive():
            self._saver.join()
        self.save()

    def _save_when_quiet(self) -> None:
        while True:
            with self._wake:
                while not self._unsaved_since and not self._stopping:
                    self._wake.wait()
                if self._stopping:
                    return
                latest = self._unsaved_since + UNSAVED_SECONDS_MAX
                left = min(self._asked_at + QUIET_SECONDS, latest) - time.monotonic()
                if left > 0:
                    self._wake.wait(left)
                    continue
                self._unsaved_since = 0.0
            try:
                self.save()
            except OSError as error:
                print(f"cannot save {self.path}: {error}", file=sys.stderr)
