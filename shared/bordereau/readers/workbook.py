"""Workbooks (.xlsx, .xlsm, .ods) to cells: a guard first, then a child process with limits."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

from bordereau.readers.archives import open_zip, overlaps, read_member
from bordereau.readers.child import Failure, run_child
from bordereau.readers.refusal import refused

INFLATED_MAX: Final = 64 * 1024 * 1024
ENTRIES_MAX: Final = 2_000
ROWS_MAX: Final = 200_000
COLUMNS_MAX: Final = 256
CELLS_MAX: Final = 2_000_000
STRING_MAX: Final = 32_767
_CELL: Final = re.compile(rb'<c [^>]{0,80}?\br="([A-Z]{1,4})([0-9]{1,8})"')
_FORMULA: Final = re.compile(rb'<c [^>]{0,80}?\br="[A-Z]{1,4}([0-9]{1,8})"[^>]{0,80}>\s*<f')
_ODS_FORMULA: Final = re.compile(
    rb"<table:table[ >]|<table:table-row\b(?:[^>]{0,200}?number-rows-repeated=\"([0-9]{1,7})\")?"
    rb"|(\btable:formula=)"
)
_LONG_STRING: Final = re.compile(rb"<t[^>]{0,40}>[^<]{%d}" % (STRING_MAX + 1))
_ENCRYPTED: Final = 0x1
_ODS_MANIFEST: Final = "META-INF/manifest.xml"
_ODS_CONTENT: Final = "content.xml"
_LETTERS: Final = 26
_REPEATED_MAX: Final = 1_000
"""Rows that one repeated row with a formula can stand for."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets as rows of cells, and the numbers of rows in which a cell is a formula.

    A hidden sheet has no rows here: what a person does not see is not sold.
    """

    sheets: list[list[list[str]]]
    formula_rows: frozenset[int] = field(default_factory=frozenset)


def open_workbook(data: bytes) -> Workbook:
    """Return the cells of a workbook.

    Raises:
        RefusedError: ``workbook-too-big``, ``workbook-damaged``, ``workbook-password``,
            ``xml-doctype`` or ``zip-encrypted``.
    """
    formula_rows = _guard(data)
    answer = run_child("workbook_child.py", data)
    if answer is Failure.KILLED:
        raise refused("workbook-too-big")
    if isinstance(answer, Failure):
        raise refused("workbook-damaged")
    return Workbook(json.loads(answer), frozenset(formula_rows))


def _guard(data: bytes) -> set[int]:
    """Inflate everything once, counting; return the rows that hold formulas."""
    archive = open_zip(data)
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAX or overlaps(entries, len(data)):
        raise refused("workbook-too-big")
    rows: set[int] = set()
    left = INFLATED_MAX
    for entry in entries:
        content = _inflated(archive, entry, left)
        left -= len(content)
        if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
            raise refused("xml-doctype")
        if entry.filename.startswith("xl/worksheets/"):
            _check_sheet(content)
            rows.update(int(row) for row in _FORMULA.findall(content))
        elif entry.filename == _ODS_CONTENT:
            rows.update(_ods_formula_rows(content))
        elif entry.filename == _ODS_MANIFEST and b"encryption-data" in content:
            raise refused("workbook-password")
        elif entry.filename == "xl/sharedStrings.xml" and _LONG_STRING.search(content):
            raise refused("workbook-too-big")
    return rows


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise refused("zip-encrypted", name=entry.filename)
    return read_member(archive, entry, left)


def _check_sheet(content: bytes) -> None:
    cells = _CELL.findall(content)
    if content.count(b"<c ") > CELLS_MAX:
        raise refused("workbook-too-big")
    widest = max((_column(letters) for letters in {found[0] for found in cells}), default=0)
    lowest = max((int(found[1]) for found in cells), default=0)
    if widest > COLUMNS_MAX or lowest > ROWS_MAX:
        raise refused("workbook-too-big")


def _ods_formula_rows(content: bytes) -> set[int]:
    """Return the rows with a formula; a sheet of an OpenDocument file does not number its rows.

    >>> _ods_formula_rows(
    ...     b'<table:table ><table:table-row table:number-rows-repeated="3"/><table:table-row>'
    ...     b'<table:table-cell table:formula="of:=1"/></table:table-row></table:table>'
    ... )
    {4}
    """
    rows: set[int] = set()
    first = last = 0
    for mark in _ODS_FORMULA.finditer(content):
        repeated, formula = mark.groups()
        if formula:
            rows.update(range(first, min(last, first + _REPEATED_MAX) + 1))
        elif mark[0].startswith(b"<table:table-row"):
            first, last = last + 1, last + int(repeated or 1)
        else:
            first = last = 0
    return rows


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number
