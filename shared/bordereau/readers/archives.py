"""Zip files behind a guard: sizes counted while inflating, no nesting, no links, no overlap.

``zipfile`` checks the CRC of a member when it is read to its end; what it does not check (overlap,
declared sizes, links) is checked here (handbook: reliability 3.3, corpora 6).
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from bordereau.readers.refusal import RefusedError, refused
from bordereau.readers.sniff import Kind, kind_of

MEMBERS_MAX: Final = 100
WORKBOOKS_MAX: Final = 5
"""Workbooks in one archive: each costs a child process."""
TOTAL_BYTES_MAX: Final = 64 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What every program writes; the others can ask for gigabytes before the first byte comes out."""
_WORKBOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCUMENTS: Final = (
    "word/document.xml",
    "ppt/presentation.xml",
    "visio/document.xml",
    "Index/Document.iwa",
)
"""What tells a text document or a presentation of an office program (ECMA-376, iWork)."""
_SPREADSHEET: Final = b"opendocument.spreadsheet"
_MIMETYPE_BYTES: Final = 200
_LITTER: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)")
"""What macOS and Windows put into an archive beside the files of a person."""
_READ_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Return the zip directory of ``data``.

    Raises:
        RefusedError: ``zip-damaged``.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _READ_ERRORS as error:
        raise refused("zip-damaged") from error


def is_workbook(data: bytes) -> bool:
    """Return whether the zip is a workbook (.xlsx, .xlsm, .xlsb, .ods).

    Raises:
        RefusedError: ``office-document-not-read`` for a text or a presentation.
    """
    archive = open_zip(data)
    names = set(archive.namelist())
    if any(name in names for name in _DOCUMENTS) or _is_other_open_document(archive, names):
        raise refused("office-document-not-read")
    return any(name in names for name in _WORKBOOKS)


def is_office_file(data: bytes) -> bool:
    """Return whether the zip is the file of an office program, not an archive of files."""
    try:
        return is_workbook(data)
    except RefusedError as error:
        return error.problem.code == "office-document-not-read"


def _is_other_open_document(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Return whether the zip is an OpenDocument file that is no spreadsheet."""
    if "mimetype" not in names or "content.xml" not in names:
        return False
    kind = read_member(archive, archive.getinfo("mimetype"), _MIMETYPE_BYTES)
    return b"opendocument" in kind and _SPREADSHEET not in kind


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield ``(base name, content)`` of each file in the zip, in the order of its directory.

    What macOS and Windows leave in every archive is passed over.

    Nothing is yielded before the directory as a whole is sound, so a bad zip is refused whole.

    Raises:
        RefusedError: ``zip-empty``, ``zip-too-many-files``, ``zip-encrypted``, ``zip-link``,
            ``zip-nested``, ``zip-damaged`` or ``content-too-big``.
    """
    archive = open_zip(data)
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.filename.endswith("/") and not _LITTER.search(entry.filename)
    ]
    _check_directory(entries, len(data))
    found = []
    left = TOTAL_BYTES_MAX
    workbooks = 0
    for entry in entries:
        content = read_member(archive, entry, left)
        left -= len(content)
        kind = kind_of(content)
        is_file = kind is Kind.ZIP and is_office_file(content)
        workbooks += is_file
        if kind is Kind.ARCHIVE or (kind is Kind.ZIP and not is_file) or workbooks > WORKBOOKS_MAX:
            raise refused("zip-nested", name=base_name(entry.filename))
        found.append((base_name(entry.filename), content))
    yield from found


def _check_directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    if not entries:
        raise refused("zip-empty")
    if len(entries) > MEMBERS_MAX:
        raise refused("zip-too-many-files", count=str(len(entries)), limit=str(MEMBERS_MAX))
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise refused("zip-encrypted", name=base_name(entry.filename))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise refused("zip-link", name=base_name(entry.filename))
    if overlaps(entries, size):
        raise refused("zip-damaged")


def overlaps(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Return whether two members share bytes of the file, or reach beyond its end."""
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + entry.compress_size
    return end > size


def read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Return a member's bytes, counted as they come out.

    Raises:
        RefusedError: ``content-too-big`` beyond ``limit`` or beyond the declared size,
            ``zip-method-not-read``, ``zip-damaged``.
    """
    if entry.compress_type not in _METHODS:
        raise refused("zip-method-not-read", name=base_name(entry.filename))
    parts = []
    count = 0
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                count += len(chunk)
                if count > limit:
                    raise refused("content-too-big", megabytes=str(TOTAL_BYTES_MAX // 2**20))
                parts.append(chunk)
    except _READ_ERRORS as error:
        raise refused("zip-damaged") from error
    if count != entry.file_size:
        raise refused("zip-damaged")
    return b"".join(parts)


def base_name(name: str) -> str:
    r"""Return the last part of a path of either kind.

    >>> base_name("../../etc/passwd"), base_name("C:\\x\\FA.xml")
    ('passwd', 'FA.xml')
    """
    return name.replace("\\", "/").rpartition("/")[2]
