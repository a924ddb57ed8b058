"""The e-mail as sent: built from content and envelope alone, so the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bordereau.documents.characters import plain_text
from bordereau.documents.mail import EmailContent


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, and for which document.

    ``document_id`` gives Message-ID and boundaries; ``domain`` is the firm's. ``sent_at`` is aware:
    the instant of the intent, not of the attempt. ``in_reply_to`` is the Message-ID of the seller's
    mail.
    """

    document_id: str
    domain: str
    from_name: str
    from_address: str
    to: tuple[str, ...]
    sent_at: dt.datetime
    reply_to: str = ""
    cc: tuple[str, ...] = ()
    in_reply_to: str = ""


def message_id(document_id: str, domain: str) -> str:
    """Return the Message-ID of a document's e-mail.

    >>> message_id("dun#siren:404833048#2026-11-23", "factor.example")
    '<26fb6d15ab8ee5ccc1a0cb3f@factor.example>'
    """
    return f"<{_digest(document_id)[:24]}@{domain}>"


def compose(
    content: EmailContent, envelope: Envelope, pdfs: Mapping[str, bytes] | None = None
) -> EmailMessage:
    """Return mixed(alternative(text, HTML), PDF …), marked as generated.

    ``pdfs`` are file names and contents. Header values lose control characters; an address that
    cannot stand in a header raises ``ValueError`` before anything is sent.
    """
    message = EmailMessage(policy=SMTP)
    _address(message, content, envelope)
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    for name, pdf in (pdfs or {}).items():
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    digest = _digest(envelope.document_id)
    for index, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{digest[:24]}_{index}")
    return message


def _address(message: EmailMessage, content: EmailContent, envelope: Envelope) -> None:
    message["Message-ID"] = message_id(envelope.document_id, envelope.domain)
    message["Date"] = format_datetime(envelope.sent_at.astimezone(dt.UTC))
    name = plain_text(envelope.from_name)
    message["From"] = Address(display_name=name, addr_spec=envelope.from_address)
    message["To"] = [Address(addr_spec=address) for address in envelope.to]
    if envelope.cc:
        message["Cc"] = [Address(addr_spec=address) for address in envelope.cc]
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = plain_text(content.subject)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.in_reply_to:
        message["In-Reply-To"] = envelope.in_reply_to
        message["References"] = envelope.in_reply_to


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
