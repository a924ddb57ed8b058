"""Any bank file to claims: the one way into the bank readers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from bordereau.domain.claims import BankFileClaim, StatementClaim
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.sepa import StatusReport
from bordereau.readers import cfonb, mt940
from bordereau.readers.archives import members
from bordereau.readers.camt import NOTIFICATION, STATEMENT, document_in, message_of, read_camt
from bordereau.readers.cfonb import is_cfonb, read_cfonb
from bordereau.readers.mt940 import is_mt940, read_mt940
from bordereau.readers.pain002 import is_status_report, read_status
from bordereau.readers.refusal import RefusedError, refused, verdict_of
from bordereau.readers.sniff import Kind, kind_of
from bordereau.readers.xml_safe import local_name, parse_xml

_STATEMENTS: Final = frozenset({STATEMENT, cfonb.KIND, mt940.KIND})
FILE_BYTES_MAX: Final = 40 * 1024 * 1024


def read_bank(file_name: str, data: bytes) -> BankFileClaim:
    """Return what a bank file says; never raises on content.

    The verdict is ``reject`` unless every statement proves opening + entries = closing, and
    ``ignore`` for a message that books nothing (camt.052, camt.054, MT942). The statements are
    given whatever the verdict. A pain.002 has no statement but a ``report``.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    statements: tuple[StatementClaim, ...] = ()
    report: StatusReport | None = None
    problems: tuple[Problem, ...]
    try:
        statements, report = _content(data)
        problems = tuple(p for found in statements for p in _problems(found))
    except RefusedError as error:
        problems = (error.problem,)
    return BankFileClaim(
        file=file_name,
        verdict=verdict_of(problems),
        sha256=sha256,
        problems=problems,
        statements=statements,
        report=report,
    )


def _content(data: bytes) -> tuple[tuple[StatementClaim, ...], StatusReport | None]:
    """Return the statements of a file, or what the bank says of orders that we sent."""
    if len(data) > FILE_BYTES_MAX:
        raise refused("file-too-big", megabytes=str(FILE_BYTES_MAX // 2**20))
    kind = kind_of(data)
    if kind is Kind.EMPTY:
        raise refused("file-empty")
    if kind is Kind.ZIP:
        return tuple(chain.from_iterable(_members(data))), None
    if kind is not Kind.XML:
        return _text_statements(data), None
    root = document_in(parse_xml(data))
    if is_status_report(root):
        return (), read_status(root)
    if not message_of(root):
        raise refused("bank-other-message", root=local_name(root)[:60])
    return read_camt(root), None


def _members(data: bytes) -> Iterator[tuple[StatementClaim, ...]]:
    """Yield the statements of each file of an archive, as EBICS delivers them (order C53).

    One that cannot be read refuses the archive whole, and is named.
    """
    for name, content in members(data):
        try:
            yield _content(content)[0]
        except RefusedError as error:
            raise RefusedError(replace(error.problem, where=name)) from error


def _text_statements(data: bytes) -> tuple[StatementClaim, ...]:
    """Read a text format; banks write it in Latin-1 or UTF-8, and names are all that differs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if is_cfonb(text):
        return read_cfonb(text)
    if is_mt940(text):
        return read_mt940(text)
    raise refused("bank-format-unknown")


def _problems(statement: StatementClaim) -> tuple[Problem, ...]:
    facts = {"kind": statement.kind}
    if statement.kind == NOTIFICATION:
        return (Problem("bank-details-only", Severity.WARN, facts=facts),)
    if statement.kind not in _STATEMENTS:
        return (Problem("bank-message-ignored", Severity.IGNORE, facts=facts),)
    if not statement.account:
        return (Problem("bank-account-missing", facts={"statement": statement.reference}),)
    if not statement.opening or not statement.closing:
        facts = {"account": statement.account, "statement": statement.reference}
        return (Problem("bank-balance-missing", facts=facts),)
    if statement.balanced:
        return ()
    facts = {
        "account": statement.account,
        "statement": statement.reference,
        "opening": statement.opening,
        "closing": statement.closing,
    }
    return (Problem("bank-not-balanced", facts=facts),)
