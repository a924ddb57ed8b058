"""The file behind a spreadsheet: made, read and written (temporary name, then renamed)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from local.sheets_api import xlsx_read, xlsx_write
from local.sheets_api.book import Book

if TYPE_CHECKING:
    from pathlib import Path


def _id_of(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", path.stem) or "workbook"


def empty(path: Path, book_id: str | None) -> Book:
    """Return a French spreadsheet of one empty tab, named like the file."""
    book = Book(book_id or _id_of(path), path.stem, locale="fr_FR", time_zone="Europe/Paris")
    with book.change():
        book.add({"sheetId": 0})
    return book


def load(path: Path, book_id: str | None) -> Book:
    """Read a file; an id that is given wins over the one in the file."""
    book = xlsx_read.load(path, _id_of(path))
    book.book_id = book_id or book.book_id
    return book


def save(book: Book, path: Path) -> None:
    """Write a file: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        xlsx_write.write(book, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
