"""Zip files, workbooks and text tables that lie about their size, their names or their cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Final

from local.sample_invoices import ScheduleRow, schedule_xlsx
from tests.corpus.hostile_own.broken_xml import CII
from tests.corpus.hostile_own.model import Hostile

_WHEN: Final = (2026, 11, 2, 9, 0, 0)
_HEAD: Final = "N° facture;Date facture;Échéance;SIREN;Montant TTC\n"
_LINE: Final = "FA-1;01/10/2026;30/11/2026;123456782;100,00\n"
_SHEET: Final = "xl/worksheets/sheet1.xml"
Members = tuple[tuple[str, bytes], ...]


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield from _zips()
    yield from _workbooks()
    yield from _texts()


def bundle(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these members, the same bytes each time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, _WHEN), data, method)
    return target.getvalue()


def _zips() -> Iterator[Hostile]:
    sound = bundle(("a.xml", CII))
    for name, data, expect, what in (
        ("absolute.zip", bundle(("/etc/a.xml", CII)), "accept", "an absolute path: its name only"),
        ("drive.zip", bundle(("C:\\a\\b.xml", CII)), "accept", "a drive letter"),
        ("slashes.zip", bundle(("a/" * 400 + "b.xml", CII)), "accept", "400 folders deep"),
        (
            "hundred.zip",
            bundle(*((f"{n}.txt", b"-") for n in range(100))),
            "ignore-or-reject",
            "a hundred notes",
        ),
        ("folders.zip", bundle(*((f"{n}/", b"") for n in range(50))), "reject", "folders only"),
        (
            "bzip2.zip",
            bundle(("a.xml", CII), method=zipfile.ZIP_BZIP2),
            "reject",
            "bzip2",
        ),
        ("lzma.zip", bundle(("a.xml", CII), method=zipfile.ZIP_LZMA), "reject", "lzma"),
        ("head.zip", b"MZ" + bytes(500) + sound, "reject", "a program before the zip"),
        ("tail.zip", sound + bytes(70_000), "reject", "70 kB after the end"),
        (
            "bomb_bzip2.zip",
            bundle(("a.xml", b" " * 90_000_000), method=zipfile.ZIP_BZIP2),
            "reject",
            "90 MB in bzip2",
        ),
        (
            "bomb_many.zip",
            bundle(*((f"{n}.xml", b" " * 1_000_000) for n in range(90))),
            "reject",
            "90 members of one megabyte",
        ),
        (
            "mixed.zip",
            bundle(("a.xml", CII), ("b.exe", b"MZ\x00\x01" * 99)),
            "accept-1-or-reject",
            "a program beside the invoice",
        ),
        (
            "pptx.zip",
            bundle(("ppt/presentation.xml", b"<p/>"), ("[Content_Types].xml", b"<T/>")),
            "reject",
            "a presentation",
        ),
        ("docx.zip", bundle(("word/document.xml", b"<w/>")), "reject", "a text document"),
        ("tar.zip", b"a.xml".ljust(257, b"\x00") + b"ustar  \x00" + bytes(900), "reject", "a tar"),
        ("cab.zip", b"MSCF" + bytes(200), "reject", "a cabinet"),
        ("rtf.zip", b"{\\rtf1 facture}", "reject-or-ignore", "rich text"),
        ("count_lies.zip", _patched(sound, 10, b"\xff\xff"), "accept-or-reject", "65,535 entries"),
        ("offset_lies.zip", _patched(sound, 16, b"\xff\xff\xff\x7f"), "reject", "a false offset"),
        (
            "comment_lies.zip",
            _patched(sound, 20, b"\xff\xff"),
            "accept-or-reject",
            "a long comment",
        ),
    ):
        yield Hostile(f"zip/{name}", data, expect, what)


def _patched(data: bytes, place: int, new: bytes) -> bytes:
    """Return a zip whose end record has other bytes at ``place``."""
    start = data.rindex(b"PK\x05\x06") + place
    return data[:start] + new + data[start + len(new) :]


def _rows(count: int) -> bytes:
    row = ScheduleRow("F", dt.date(2026, 10, 1), dt.date(2026, 11, 30), "123456782", "B", 100)
    return schedule_xlsx([row] * count)


def _with(member: str, data: bytes, *more: tuple[str, bytes]) -> bytes:
    """Return the sample workbook with one member replaced, and others added."""
    with zipfile.ZipFile(io.BytesIO(_rows(2))) as archive:
        kept = [(name, archive.read(name)) for name in archive.namelist() if name != member]
    return bundle(*kept, (member, data), *more)


def _sheet(cells: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, cells)


def _workbooks() -> Iterator[Hostile]:
    def row(number: int, *cells: bytes) -> bytes:
        return b'<row r="%d">%s</row>' % (number, b"".join(cells))

    far = row(1, b'<c r="A1"><v>1</v></c>', b'<c r="XFD1"><v>1</v></c>')
    low = row(1, b'<c r="A1"><v>1</v></c>') + row(9, b'<c r="A1048576"><v>1</v></c>')
    unnamed = row(1, b"<c><v>1</v></c>" * 200_000)
    string = b'<c r="A1" t="inlineStr"><is><t>' + b"x" * 2_000_000 + b"</t></is></c>"
    doctype = b'<!DOCTYPE x [<!ENTITY e "v">]>' + _sheet(far)
    ods = _ods('table:number-rows-repeated="1000000"', 'table:number-columns-repeated="16000"')
    for name, data, expect, what in (
        ("far.xlsx", _with(_SHEET, _sheet(far)), "reject", "two cells 16,384 columns apart"),
        ("low.xlsx", _with(_SHEET, _sheet(low)), "reject", "two cells a million rows apart"),
        ("unnamed.xlsx", _with(_SHEET, _sheet(unnamed)), "reject", "200,000 cells without a place"),
        ("string.xlsx", _with(_SHEET, _sheet(row(1, string))), "reject", "a cell of two megabytes"),
        ("doctype.xlsx", _with(_SHEET, doctype), "reject", "a doctype in the sheet"),
        ("sheet_cut.xlsx", _with(_SHEET, _sheet(far)[:200]), "reject", "a sheet cut in half"),
        ("sheet_noise.xlsx", _with(_SHEET, bytes(range(256)) * 9), "reject", "noise as the sheet"),
        ("book_empty.xlsx", _with("xl/workbook.xml", b""), "reject", "an empty workbook part"),
        (
            "entries.xlsx",
            _with(_SHEET, _sheet(far), *((f"x{n}", b"") for n in range(2100))),
            "reject",
            "2,100 members",
        ),
        ("repeat.ods", ods, "reject", "16 billion repeated cells"),
        (
            "xlsb.xlsx",
            bundle(("xl/workbook.bin", bytes(400))),
            "reject",
            "a binary workbook of zeros",
        ),
    ):
        yield Hostile(f"bordereau/{name}", data, expect, what)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook".encode("utf-16-le")
    yield Hostile("bordereau/encrypted.xlsx", old + bytes(90), "reject", "protected by a password")


def _ods(rows: str, columns: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="a"><table:table-row {rows}>'
        f'<table:table-cell {columns} office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return bundle(("mimetype", kind), ("content.xml", content.encode()))


def _texts() -> Iterator[Hostile]:
    for name, text, expect, what in (
        ("wide.csv", _HEAD + ";" * 1_000_000, "reject", "a line of a million cells"),
        ("no_break.csv", "x" * 3_000_000, "reject", "three megabytes on one line"),
        ("separators.csv", ";\n" * 500_000, "reject", "half a million empty lines"),
        ("quotes.csv", _HEAD + '"' * 500_001, "reject", "half a million quotes"),
        ("lines_5001.csv", _HEAD + _LINE * 5001, "reject", "one line too many"),
        ("head_twice.csv", _HEAD + _HEAD + _LINE, "accept-1-or-reject", "the titles twice"),
        ("bom_only.csv", "\ufeff", "reject", "a byte order mark"),
        ("pipes.csv", (_HEAD + _LINE).replace(";", "|"), "accept-1", "bars as separators"),
        ("negative_siren.csv", _HEAD + _LINE.replace("1234", "-234"), "reject", "minus in a SIREN"),
        ("formula_amount.csv", _HEAD + _LINE.replace("100,00", "=1+1"), "reject", "a formula"),
        ("amount_words.csv", _HEAD + _LINE.replace("100,00", "cent euros"), "reject", "in words"),
        ("amount_percent.csv", _HEAD + _LINE.replace("100,00", "100,00 %"), "reject", "a share"),
        ("amount_dollar.csv", _HEAD + _LINE.replace("100,00", "$100.00"), "reject", "in dollars"),
        ("amount_twice.csv", _HEAD + _LINE.replace("100,00", "1,00 2,00"), "reject", "two amounts"),
        ("date_serial.csv", _HEAD + _LINE.replace("01/10/2026", "60"), "reject", "day 60 of Excel"),
        ("date_29.csv", _HEAD + _LINE.replace("01/10/2026", "29/02/2026"), "reject", "29 February"),
        ("nothing_due.csv", _HEAD + _LINE.replace("100,00", "0,00"), "review", "zero to pay"),
    ):
        yield Hostile(f"bordereau/{name}", text.encode(), expect, what)
