"""The invoice inside a PDF: Factur-X, ZUGFeRD 1.0 and 2.x, XRechnung, UBL under any name.

Pages are never touched. The list of embedded files is walked here, bounded, and their streams are
inflated with a cap: pikepdf would inflate a bomb whole (handbook: corpora 3).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import pikepdf

from bordereau.domain.problems import Problem, Severity
from bordereau.readers.inflate import inflate
from bordereau.readers.refusal import RefusedError, refused
from bordereau.readers.sniff import Kind, kind_of
from bordereau.readers.xml_safe import XML_BYTES_MAX

_NODES_MAX: Final = 200
_FILES_MAX: Final = 50
_PREFERENCE: Final = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
_FLATE: Final = ("/FlateDecode", "/Fl")
_HEX: Final = ("/ASCIIHexDecode", "/AHx")
_BASE_85: Final = ("/ASCII85Decode", "/A85")
_PAGES_MAX: Final = 20
_ACTIVE: Final = ("/JavaScript", "/Launch")
_DAMAGED: Final = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One embedded XML file: its name in lower case, its bytes, or why it could not be read."""

    name: str
    data: bytes
    problem: Problem | None = None

    @property
    def is_named_as_invoice(self) -> bool:
        """Whether the name is one that the standards reserve for the invoice."""
        return self.name in _PREFERENCE


@dataclass(frozen=True, slots=True)
class PdfContent:
    """Embedded XML files, the preferred first, and what is odd about the PDF itself."""

    files: tuple[Embedded, ...]
    problems: tuple[Problem, ...]
    is_damaged: bool


def open_pdf(data: bytes) -> PdfContent:
    """Return the XML files that ``data`` embeds.

    Raises:
        RefusedError: ``pdf-password`` or ``pdf-unreadable``.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            files = sorted(_embedded(pdf), key=_rank)
            problems = tuple(_active_content(pdf))
            return PdfContent(tuple(files), problems, bool(pdf.get_warnings()))
    except pikepdf.PasswordError as error:
        raise refused("pdf-password") from error
    except _DAMAGED as error:
        raise refused("pdf-unreadable") from error


def _rank(file: Embedded) -> int:
    known = file.name in _PREFERENCE
    return _PREFERENCE.index(file.name) if known else len(_PREFERENCE)


def _embedded(pdf: pikepdf.Pdf) -> Iterator[Embedded]:
    """Yield each embedded file once: the list of names and ``/AF`` usually show the same ones."""
    seen: set[tuple[int, int]] = set()
    found: list[Embedded] = []
    for count, specification in enumerate(chain(_specifications(pdf), _pinned(pdf, found))):
        if count >= _FILES_MAX:
            return
        stream = _stream_of(specification)
        if stream is None or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        file = _read(_name_of(specification), stream)
        if file is not None and file not in found:
            found.append(file)
            yield file


def _specifications(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    names = pdf.Root.get("/Names")
    tree = names.get("/EmbeddedFiles") if isinstance(names, pikepdf.Dictionary) else None
    waiting = [tree] if tree is not None else []
    for _ in range(_NODES_MAX):
        if not waiting:
            break
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        leaves = node.get("/Names")
        if isinstance(leaves, pikepdf.Array):
            yield from list(leaves)[1 : 2 * _FILES_MAX : 2]
        kids = node.get("/Kids")
        if isinstance(kids, pikepdf.Array):
            waiting.extend(list(kids)[:_NODES_MAX])
    associated = pdf.Root.get("/AF")
    if isinstance(associated, pikepdf.Array):
        yield from list(associated)[:_FILES_MAX]


def _pinned(pdf: pikepdf.Pdf, found: list[Embedded]) -> Iterator[pikepdf.Object]:
    """Yield files pinned to the first pages as notes, where the document itself embeds no XML."""
    if found:
        return
    for page in islice(pdf.pages, _PAGES_MAX):
        notes = page.obj.get("/Annots")
        if isinstance(notes, pikepdf.Array):
            for note in list(notes)[:_FILES_MAX]:
                file = note.get("/FS") if isinstance(note, pikepdf.Dictionary) else None
                if file is not None:
                    yield file


def _stream_of(specification: pikepdf.Object) -> pikepdf.Stream | None:
    if not isinstance(specification, pikepdf.Dictionary):
        return None
    files = specification.get("/EF")
    if not isinstance(files, pikepdf.Dictionary):
        return None
    stream = files.get("/F") or files.get("/UF")
    return stream if isinstance(stream, pikepdf.Stream) else None


def _name_of(specification: pikepdf.Object) -> str:
    name = str(specification.get("/UF") or specification.get("/F") or "")
    return name.replace("\\", "/").rpartition("/")[2].strip().lower()


def _read(name: str, stream: pikepdf.Stream) -> Embedded | None:
    """Return the file when it is XML by content or by name; other attachments are not ours."""
    try:
        data = _content(stream)
    except RefusedError as error:
        return Embedded(name, b"", error.problem) if name.endswith(".xml") else None
    if kind_of(data) is Kind.XML or name.endswith(".xml"):
        return Embedded(name, data)
    return None


def _content(stream: pikepdf.Stream) -> bytes:
    data = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    for name in names:
        if name is not None:
            data = _undone(str(name), data)
    if len(data) > XML_BYTES_MAX:
        raise refused("content-too-big", megabytes=str(XML_BYTES_MAX // 2**20))
    if stream.get("/DecodeParms") is not None:
        return bytes(stream.read_bytes())
    return data


def _undone(name: str, data: bytes) -> bytes:
    """Undo one filter of a stream (ISO 32000 7.4); text filters only make it smaller."""
    if name in _FLATE:
        return inflate(data, XML_BYTES_MAX)
    if name in _HEX:
        digits = bytes(data.partition(b">")[0].translate(None, b" \t\r\n\f\x00"))
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if name in _BASE_85:
        return base64.a85decode(data.partition(b"~>")[0].removeprefix(b"<~"))
    raise refused("content-damaged")


def _active_content(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    names = pdf.Root.get("/Names")
    has_scripts = isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names
    action = pdf.Root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) in _ACTIVE:
        has_scripts = True
    if has_scripts:
        yield Problem("pdf-active-content", Severity.REVIEW)
