"""Any file that may hold invoices to claims: the one way into the invoice readers.

Heavy libraries are imported by the reader that needs them, when it needs them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bordereau.domain.claims import InvoiceClaim
from bordereau.domain.clause import has_clause
from bordereau.domain.problems import Problem, Severity
from bordereau.readers import cii, ubl
from bordereau.readers.archives import is_workbook, members
from bordereau.readers.child import Failure, run_child
from bordereau.readers.judgement import NOBODY, OwnIdentity, judge
from bordereau.readers.reading import Reading
from bordereau.readers.refusal import RefusedError, refused, verdict_of
from bordereau.readers.schedule import read_text_table, read_workbook
from bordereau.readers.sniff import Kind, code_of_ole, kind_of
from bordereau.readers.xml_safe import local_name, parse_xml

if TYPE_CHECKING:
    from lxml import etree

    from bordereau.readers.facturx import Embedded

FILE_BYTES_MAX: Final = 40 * 1024 * 1024
_NAMED: Final = {
    Kind.EMPTY: "file-empty",
    Kind.HTML: "html-not-read",
    Kind.IMAGE: "image-not-read",
    Kind.ARCHIVE: "archive-not-read",
    Kind.TNEF: "winmail-not-read",
    Kind.DOCUMENT: "office-document-not-read",
    Kind.SEALED: "smime-not-read",
    Kind.UNKNOWN: "file-unknown",
}
_OTHERS: Final = {
    "SCRDMCCBDACIOMessageStructure": "xml-is-an-order",
    "Order": "xml-is-an-order",
    "OrderResponse": "xml-is-an-order",
    "CrossDomainAcknowledgementAndResponse": "xml-is-a-status",
    "ApplicationResponse": "xml-is-a-status",
    "CrossIndustryDespatchAdvice": "xml-is-a-delivery-note",
    "DespatchAdvice": "xml-is-a-delivery-note",
}
"""Roots of what travels beside invoices: Order-X, UBL, the French life cycle (CDAR)."""
_ENVELOPE: Final = "StandardBusinessDocument"
_NOT_INVOICES: Final = frozenset({"xml-not-an-invoice", *_OTHERS.values()})
_SAME: Final = ("number", "issue_date", "type_code", "currency", "payable")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader may know beside the bytes: who the factor is and the day of receipt.

    ``looks_at_pages``: whether the notice of assignment is also looked for in the pages of a PDF
    whose XML has none, which costs a child process.
    """

    own: OwnIdentity = NOBODY
    today: dt.date | None = None
    looks_at_pages: bool = False


NO_SETTING: Final = Setting()


def read_document(
    file_name: str, data: bytes, setting: Setting = NO_SETTING
) -> tuple[InvoiceClaim, ...]:
    """Return one claim for each document found in ``data``, in the order of the file.

    Never raises on content: what cannot be read is one claim with an empty ``syntax``, its
    verdict and its problems. A second call returns the same.
    """
    try:
        return tuple(_claims(file_name, data, setting))
    except RefusedError as error:
        return (unread(file_name, error.problem),)


def unread(file_name: str, *problems: Problem, place: str = "") -> InvoiceClaim:
    """Return the claim of something that could not be read at all."""
    return InvoiceClaim(
        file=file_name, verdict=verdict_of(problems), syntax="", problems=problems, place=place
    )


def _claims(file_name: str, data: bytes, setting: Setting) -> Iterator[InvoiceClaim]:
    if len(data) > FILE_BYTES_MAX:
        raise refused("file-too-big", megabytes=str(FILE_BYTES_MAX // 2**20))
    kind = kind_of(data)
    if kind in _NAMED:
        raise refused(_NAMED[kind])
    if kind is Kind.XML:
        yield _judged(file_name, read_xml(data), setting)
    elif kind is Kind.PDF:
        yield _pdf_claim(file_name, data, setting)
    elif kind is Kind.ZIP:
        yield from _zip_claims(file_name, data, setting)
    elif kind is Kind.OLE:
        raise refused(code_of_ole(data))
    else:
        yield from read_text_table(file_name, data)


def read_xml(data: bytes) -> Reading:
    """Return the reading of an invoice in CII, UBL or ZUGFeRD 1.0.

    Raises:
        RefusedError: the problems of ``parse_xml``, or ``xml-not-an-invoice`` (facts: root).
    """
    return read_root(parse_xml(data))


def read_root(root: etree._Element) -> Reading:
    """Return the reading of a parsed document, one in a PEPPOL envelope included.

    Raises:
        RefusedError: ``xml-not-an-invoice`` or what else it is (facts: root).
    """
    if root.tag == cii.CII_ROOT:
        return cii.read_cii(root)
    if root.tag in {ubl.INVOICE_ROOT, ubl.CREDIT_NOTE_ROOT}:
        return ubl.read_ubl(root)
    if root.tag == cii.ZF1_ROOT:
        return cii.read_zugferd1(root)
    if is_envelope(root):
        return read_root(root[-1])
    name = local_name(root)
    raise refused(_OTHERS.get(name, "xml-not-an-invoice"), root=name[:60])


def is_envelope(root: etree._Element) -> bool:
    """Return whether the document lies in a business envelope (UN/CEFACT SBDH, as in PEPPOL)."""
    return local_name(root) == _ENVELOPE and len(root) > 1 and local_name(root[-1]) != _ENVELOPE


def _judged(
    file_name: str, reading: Reading, setting: Setting, found: tuple[Problem, ...] = ()
) -> InvoiceClaim:
    return judge(reading, file_name, own=setting.own, today=setting.today, found=found)


def _pdf_claim(file_name: str, data: bytes, setting: Setting) -> InvoiceClaim:
    from bordereau.readers.facturx import open_pdf  # noqa: PLC0415 - pikepdf is heavy

    content = open_pdf(data)
    readings, failures, others = _readings(content.files)
    if readings:
        found = list(content.problems)
        if any(not _agree(readings[0], other) for other in readings[1:]):
            found.append(Problem("pdf-invoices-disagree", Severity.REVIEW))
        pages: list[str] = []
        if setting.looks_at_pages:
            readings[0].page_text = partial(_looked_at, data, pages)
        claim = _judged(file_name, readings[0], setting, tuple(found))
        return replace(claim, text=pages[0]) if has_clause(pages) else claim
    if failures:
        return unread(file_name, failures[0])
    if content.is_damaged:
        return unread(file_name, Problem("pdf-damaged"))
    text = _text_of(data)
    problems = (*content.problems, Problem("pdf-without-xml", Severity.REVIEW), *others)
    if text.strip() and not has_clause([text]):
        problems = (*problems, Problem("clause-missing", Severity.WARN))
    return InvoiceClaim(
        file=file_name,
        verdict=verdict_of(problems),
        syntax="PDF",
        problems=problems,
        text=text,
    )


def _looked_at(data: bytes, pages: list[str]) -> str:
    """Return the text of the pages and keep it, for who must know what stands in the notice."""
    pages.append(_text_of(data))
    return pages[-1]


def _text_of(data: bytes) -> str:
    """Return the capped text of a PDF's pages; empty when it has none or cannot be read."""
    answer = run_child("pdf_text_child.py", data)
    return "" if isinstance(answer, Failure) else answer.decode("utf-8", "replace")


def _readings(
    files: tuple[Embedded, ...],
) -> tuple[list[Reading], list[Problem], list[Problem]]:
    """Read every embedded file: what was read, what should have been, and known other documents.

    One that is no invoice is a failure only if its name says that it is one.
    """
    readings: list[Reading] = []
    failures: list[Problem] = []
    others: list[Problem] = []
    for file in files:
        if file.problem is not None:
            failures.append(replace(file.problem, where=file.name))
            continue
        try:
            readings.append(read_xml(file.data))
        except RefusedError as error:
            is_foreign = error.problem.code in _NOT_INVOICES
            if file.is_named_as_invoice or not is_foreign:
                failures.append(replace(error.problem, where=file.name))
            elif error.problem.code != "xml-not-an-invoice":
                others.append(replace(error.problem, severity=Severity.REVIEW, where=file.name))
    return readings, failures, others


def _agree(one: Reading, other: Reading) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _SAME)


def _zip_claims(file_name: str, data: bytes, setting: Setting) -> Iterator[InvoiceClaim]:
    if is_workbook(data):
        yield from read_workbook(file_name, data)
        return
    for index, (name, content) in enumerate(members(data), start=1):
        for claim in read_document(name, content, setting):
            place = ".".join(filter(None, (f"m{index}", claim.place)))
            yield replace(claim, place=place)
