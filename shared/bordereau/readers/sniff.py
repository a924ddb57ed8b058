"""What a file is, by its first bytes; names and content types are only claims of the sender."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_HEAD_BYTES: Final = 1024


class Kind(StrEnum):
    """The kinds of content a reader knows, or knows by name only."""

    EMPTY = "empty"
    XML = "xml"
    PDF = "pdf"
    ZIP = "zip"
    TEXT = "text"
    HTML = "html"
    IMAGE = "image"
    OLE = "ole"
    ARCHIVE = "archive"
    TNEF = "tnef"
    DOCUMENT = "document"
    SEALED = "sealed"
    UNKNOWN = "unknown"


_MAGIC: Final = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"\x78\x9f\x3e\x22", Kind.TNEF),
    (b"\x89PNG", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
    (b"{\\rtf", Kind.DOCUMENT),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"Rar!", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"\xfd7zXZ", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"-----BEGIN PKCS7", Kind.SEALED),
    (b"-----BEGIN PGP MESSAGE", Kind.SEALED),
)
_IMAGE_BRANDS: Final = (b"heic", b"heix", b"hevc", b"mif1", b"avif", b"jp2 ")
"""Containers that phones write: the brand stands after a length and ``ftyp`` (ISO 14496-12)."""
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d0107")
"""The object identifier of PKCS #7 content, near the start of a .p7m or .p7s."""
_OID_BYTES: Final = 32
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def kind_of(data: bytes) -> Kind:
    """Return what ``data`` is; a PDF may have some bytes before its header.

    >>> kind_of(b"%PDF-1.7"), kind_of(b" <?xml version='1.0'?><a/>"), kind_of(b"a;b;c")
    (<Kind.PDF: 'pdf'>, <Kind.XML: 'xml'>, <Kind.TEXT: 'text'>)
    """
    head = data[:_HEAD_BYTES]
    if head.startswith(b"<?xml"):
        return Kind.XML
    if not head.strip():
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head:
        return Kind.PDF
    return _kind_by_inner_mark(head) or _kind_of_text(head)


def _kind_by_inner_mark(head: bytes) -> Kind | None:
    """Return the kind of formats whose mark is not at their very start."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.IMAGE
    if head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS:
        return Kind.IMAGE
    if head[257:262] == b"ustar":
        return Kind.ARCHIVE
    if head[:1] == b"\x30" and _SIGNED_DATA in head[:_OID_BYTES]:
        return Kind.SEALED
    return None


def _kind_of_text(head: bytes) -> Kind:
    plain = head.replace(b"\x00", b"") if b"\x00" in head else head
    for mark in _BYTE_ORDER_MARKS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip().lower()
    if plain.startswith((b"<html", b"<!doctype html")):
        return Kind.HTML
    if plain.startswith(b"<"):
        return Kind.XML
    controls = sum(byte < ord(" ") and byte not in b"\t\r\n\f\x1a" for byte in plain)
    return Kind.TEXT if controls == 0 else Kind.UNKNOWN


_OLE_STREAMS: Final = tuple(
    (name.encode("utf-16-le"), code)
    for name, code in (
        ("EncryptedPackage", "workbook-password"),
        ("__properties_version1.0", "outlook-msg-not-read"),
        ("WordDocument", "office-document-not-read"),
        ("PowerPoint Document", "office-document-not-read"),
        ("Workbook", "excel-97-not-read"),
        ("Book", "excel-97-not-read"),
    )
)
"""Names in the directory of an OLE file (MS-CFB, MS-OFFCRYPTO, MS-OXMSG, MS-XLS, MS-DOC)."""


def code_of_ole(data: bytes) -> str:
    """Return the problem that says what an OLE file is and what to send instead.

    >>> code_of_ole("Root Entry Workbook".encode("utf-16-le")), code_of_ole(b"")
    ('excel-97-not-read', 'office-old-not-read')
    """
    for name, code in _OLE_STREAMS:
        if name in data:
            return code
    return "office-old-not-read"


_MAIL_START: Final = re.compile(
    rb"(?:from [^\n]*\n)?(?:return-path|received|delivered-to|from|to|date|subject|message-id"
    rb"|mime-version|x-[a-z-]+):",
    re.IGNORECASE,
)
_MAIL_FROM: Final = re.compile(rb"^from:", re.IGNORECASE | re.MULTILINE)
_MAIL_OTHER: Final = re.compile(
    rb"^(?:mime-version|message-id|received|date|content-type):", re.IGNORECASE | re.MULTILINE
)
_MAIL_HEAD_BYTES: Final = 64 * 1024


def is_mail(data: bytes) -> bool:
    r"""Return whether ``data`` is a mail, for files whose name does not say so.

    >>> is_mail(b"From: a@b.example\r\nDate: x\r\n\r\n"), is_mail(b"date;from\n")
    (True, False)
    """
    if not _MAIL_START.match(data):
        return False
    head = data[:_MAIL_HEAD_BYTES]
    return bool(_MAIL_FROM.search(head) and _MAIL_OTHER.search(head))
