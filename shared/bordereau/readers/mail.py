"""One stored mail to claims: who sent it and what each attachment says.

Parts are found by content, not by name or content type. Caps are checked before and while the
message is taken apart (handbook: reliability 3.3): 40 MB, 20 parts, depth 5, one forwarded mail.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from typing import Final

from bordereau.domain.claims import ClaimPart, InvoiceClaim, MailClaims, SenderEvidence
from bordereau.domain.problems import Problem, Severity
from bordereau.readers.archives import base_name
from bordereau.readers.invoices import Setting, read_document
from bordereau.readers.judgement import NOBODY, OwnIdentity
from bordereau.readers.mail_message import HEADER_ERRORS, TolerantMessage
from bordereau.readers.mail_sender import (
    Header,
    Trace,
    clean,
    has_virus,
    is_automatic_reply,
    read_trace,
    sender_of,
)
from bordereau.readers.refusal import RefusedError, refused
from bordereau.readers.sniff import Kind, is_mail, kind_of

MAIL_BYTES_MAX: Final = 40 * 1024 * 1024
PARTS_MAX: Final = 20
DEPTH_MAX: Final = 5
FORWARDS_MAX: Final = 1
_DELIMITERS_MAX: Final = 300
_NESTED_MAX: Final = 30
_DELIMITER: Final = re.compile(rb"^--\S", re.MULTILINE)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_HEAD_BYTES_MAX: Final = 256 * 1024
_NESTING: Final = re.compile(rb"(?i)content-type\s*:\s*(?:multipart|message)/")
_LINK: Final = re.compile(r"https?://\S")
_DECORATION_BYTES_MAX: Final = 50 * 1024
_PARSE_ERRORS: Final = HEADER_ERRORS
NO_TIME: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_QUIET_TYPES: Final = frozenset(
    {
        "text/vcard",
        "text/x-vcard",
        "text/calendar",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "message/delivery-status",
        "application/pgp-encrypted",
    }
)
_PLAIN_KINDS: Final = frozenset({Kind.TEXT, Kind.HTML, Kind.UNKNOWN, Kind.EMPTY})
"""What a text or a signature may look like; anything else is read, whatever it calls itself."""
_OPAQUE_TYPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SAME: Final = ("number", "type_code", "issue_date", "currency", "payable")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One attachment: its name, content type as claimed, and bytes."""

    name: str
    content_type: str
    data: bytes


def open_mail_bytes(
    object_key: str,
    data: bytes,
    *,
    stored_at: dt.datetime | None = None,
    own: OwnIdentity = NOBODY,
    own_domains: tuple[str, ...] = (),
) -> MailClaims:
    """Return everything a stored mail says; never raises on content.

    ``object_key`` is the key the mail is stored under: the trace block must name its last part.
    ``stored_at`` stands in for the time of receipt when there is no trace (else 1970-01-01).
    A mail with a virus is not opened. A second call returns the same.
    """
    mail_id = object_key.rpartition("/")[2]
    evidence = SenderEvidence(doubt="mail-malformed")
    received_at = stored_at or NO_TIME
    parts: tuple[ClaimPart, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        head, headers = head_of(data)
        trace = read_trace(headers, object_key)
        received_at = trace.received_at or received_at
        evidence = sender_of(head, headers, trace, own_domains)
        check_openable(head, trace)
        check_size(data)
        message = message_of(data)
        today = received_at.date() if received_at > NO_TIME else None
        setting = Setting(own, today, looks_at_pages=True)
        parts = tuple(_parts(message, setting))
        if not parts:
            evidence = _unless_a_reply(message, evidence)
            raise refused(_nothing_attached(message))
    except RefusedError as error:
        problems = (error.problem,)
    return MailClaims(mail_id, received_at, evidence, parts, problems)


def _unless_a_reply(message: EmailMessage, evidence: SenderEvidence) -> SenderEvidence:
    """Return the evidence; a reply that brings nothing is not answered, lest two robots talk."""
    if message.get("In-Reply-To") or message.get("References"):
        return replace(evidence, may_be_answered=False)
    return evidence


def message_of(data: bytes) -> EmailMessage:
    """Return a message, taken apart; raises ``RefusedError`` when it cannot be."""
    try:
        return BytesParser(TolerantMessage, policy=email.policy.default).parsebytes(data)
    except _PARSE_ERRORS as error:
        raise refused("mail-malformed") from error


def head_of(data: bytes) -> tuple[EmailMessage, list[Header]]:
    """Return the header block alone, so that the sender is known whatever the body holds."""
    end = _BLANK_LINE.search(data, 0, _HEAD_BYTES_MAX)
    try:
        parser = BytesHeaderParser(TolerantMessage, policy=email.policy.default)
        head = parser.parsebytes(data[: end.end() if end else _HEAD_BYTES_MAX])
    except _PARSE_ERRORS as error:
        raise refused("mail-malformed") from error
    headers = [(str(name), _unfolded(value)) for name, value in head.raw_items()]
    if not headers:
        raise refused("mail-malformed")
    return head, headers


def check_size(data: bytes) -> None:
    """Refuse what the parser itself could choke on, before it sees it."""
    if len(data) > MAIL_BYTES_MAX:
        raise refused("mail-too-big", megabytes=str(MAIL_BYTES_MAX // 2**20))
    if len(_DELIMITER.findall(data)) > _DELIMITERS_MAX:
        raise refused("mail-too-many-parts", limit=str(PARTS_MAX))
    if len(_NESTING.findall(data)) > _NESTED_MAX:
        raise refused("mail-too-deep", limit=str(DEPTH_MAX))


def _unfolded(value: object) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", str(value)).strip()


def check_openable(message: EmailMessage, trace: Trace) -> None:
    """Raise ``RefusedError`` for what is never opened: a virus, an automatic reply, S/MIME."""
    if has_virus(trace):
        raise refused("virus")
    if is_automatic_reply(message, trace):
        raise refused("mail-automatic", Severity.IGNORE)
    if message.get_content_type() in _OPAQUE_TYPES:
        raise refused("smime-not-read")


def _nothing_attached(message: EmailMessage) -> str:
    if message.is_multipart() and message.get_boundary() is None:
        return "mail-malformed"
    body = message.get_body(("plain", "html"))
    text = _text_of(body) if isinstance(body, EmailMessage) else ""
    if text.lstrip().startswith("begin ") and "\nend" in text:
        return "uuencode-not-read"
    return "mail-with-link-only" if _LINK.search(text) else "mail-without-attachment"


def _text_of(body: EmailMessage) -> str:
    return _payload(body)[:100_000].decode("utf-8", "replace")


def _payload(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except _PARSE_ERRORS:
        return b""
    return data if isinstance(data, bytes) else b""


def leaves_of(message: EmailMessage) -> list[Leaf]:
    """Return the attachments of a message; raises ``RefusedError`` for too many or too deep."""
    leaves: list[Leaf] = []
    for leaf in _leaves(message, depth=0, forwards=0):
        leaves.append(leaf)
        if len(leaves) > PARTS_MAX:
            raise refused("mail-too-many-parts", limit=str(PARTS_MAX))
    return leaves


def _parts(message: EmailMessage, setting: Setting) -> Iterator[ClaimPart]:
    leaves = leaves_of(message)
    seen_bytes: dict[str, str] = {}
    seen_claims: dict[tuple[str, ...], str] = {}
    for index, leaf in enumerate(leaves, start=1):
        sha256 = hashlib.sha256(leaf.data).hexdigest()
        if sha256 in seen_bytes:
            problem = _twice("attached-twice", seen_bytes[sha256])
            yield ClaimPart(str(index), leaf.name, sha256, problems=(problem,))
            continue
        seen_bytes[sha256] = leaf.name
        for claim in read_document(leaf.name, leaf.data, setting):
            part = _part(str(index), sha256, claim)
            yield _once(part, seen_claims)


def _part(index: str, sha256: str, claim: InvoiceClaim) -> ClaimPart:
    name = ".".join(filter(None, (index, claim.place)))
    if not claim.syntax:
        return ClaimPart(name, claim.file, sha256, problems=claim.problems)
    return ClaimPart(name, claim.file, sha256, claim=claim)


def _once(part: ClaimPart, seen: dict[tuple[str, ...], str]) -> ClaimPart:
    """Return the part, or a note that its invoice came before in this mail (PDF and its XML)."""
    claim = part.claim
    if claim is None or not claim.number or claim.syntax == "SCHEDULE":
        return part
    key = (claim.seller.name, *(str(getattr(claim, name)) for name in _SAME))
    if key in seen:
        return replace(part, claim=None, problems=(_twice("invoice-twice-in-mail", seen[key]),))
    seen[key] = part.file
    return part


def _twice(code: str, first: str) -> Problem:
    return Problem(code, Severity.IGNORE, facts={"file": first})


def _leaves(part: EmailMessage, *, depth: int, forwards: int) -> Iterator[Leaf]:
    if depth > DEPTH_MAX:
        raise refused("mail-too-deep", limit=str(DEPTH_MAX))
    if part.get_content_maintype() == "message" and part.is_multipart():
        _check_forwards(forwards)
        forwards += 1
        if (inner := _encoded_inside(part)) is not None:
            yield from _leaves(_inner_message(inner), depth=depth + 1, forwards=forwards)
            return
    if part.is_multipart():
        children = part.get_payload()
        for child in children if isinstance(children, list) else ():
            if isinstance(child, EmailMessage):
                yield from _leaves(child, depth=depth + 1, forwards=forwards)
        return
    leaf = _leaf(part)
    if leaf is None:
        return
    if is_mail(leaf.data):
        _check_forwards(forwards)
        inside = _leaves(_inner_message(leaf.data), depth=depth + 1, forwards=forwards + 1)
        yield from inside
        return
    yield leaf


def _check_forwards(forwards: int) -> None:
    if forwards >= FORWARDS_MAX:
        raise refused("mail-too-deep", limit=str(DEPTH_MAX))


def _inner_message(data: bytes) -> EmailMessage:
    """Return a mail inside a mail, behind the same caps as the one around it."""
    check_size(data)
    return message_of(data)


def _encoded_inside(part: EmailMessage) -> bytes | None:
    """Return a forwarded mail that was encoded as if it were a file, against RFC 2046.

    The parser takes the letters of its base64 for the text of a message without headers.
    """
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        return None
    inner = part.get_payload(0)
    if not isinstance(inner, EmailMessage) or inner.keys():
        return None
    text = inner.get_payload()
    try:
        return base64.b64decode(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _leaf(part: EmailMessage) -> Leaf | None:
    """Return the attachment, or ``None`` for the text of the mail and its decoration."""
    content_type = part.get_content_type()
    data = _payload(part)
    kind = kind_of(data)
    if content_type in _QUIET_TYPES and kind in _PLAIN_KINDS:
        return None
    name = _name_of(part)
    if kind is Kind.EMPTY and not name:
        return None
    if kind is Kind.IMAGE and len(data) < _DECORATION_BYTES_MAX:
        return None
    is_text = (
        content_type in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart"
    )
    is_attached = bool(name) or part.get_content_disposition() == "attachment"
    if is_text and not is_attached and kind in _PLAIN_KINDS:
        return None
    return Leaf(name or "sans-nom", content_type, data)


def _name_of(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except _PARSE_ERRORS:
        return ""
    return clean(base_name(str(name)))[:200]
