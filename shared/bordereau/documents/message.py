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
from typing import TYPE_CHECKING

from bordereau.documents.characters import plain_text

if TYPE_CHECKING:
    from bordereau.documents.mail import EmailContent  # with it comes jinja2


@dataclass(frozen=True, slots=True)
class Firm:
    """Who writes: a person's name or the firm's, its address, where answers go."""

    name: str
    address: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The domain of the address, which Message-IDs end with."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom, when, and for which document.

    ``document_id`` gives Message-ID and boundaries. ``sent_at`` is aware. ``in_reply_to`` is the
    Message-ID of the seller's mail, or empty.
    """

    document_id: str
    to: tuple[str, ...]
    sent_at: dt.datetime
    in_reply_to: str = ""


def message_id(document_id: str, domain: str) -> str:
    """Return the Message-ID of a document's e-mail.

    >>> message_id("dun#siren:404833048#2026-11-23", "factor.example")
    '<0006fb889a734688cbf7b09d@factor.example>'
    """
    return f"<{_digest(document_id)[:24]}@{domain}>"


def compose(
    content: EmailContent, firm: Firm, envelope: Envelope, pdfs: Mapping[str, bytes]
) -> EmailMessage:
    """Return mixed(alternative(text, HTML), PDF …), marked as generated.

    ``pdfs`` are contents by file name. The same arguments give the same bytes. Header values lose
    control characters; an address that cannot stand in a header raises ``ValueError``.
    """
    message = EmailMessage(policy=SMTP)
    _address(message, content, firm, envelope)
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    for name, pdf in pdfs.items():
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    digest = _digest(envelope.document_id)
    for index, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{digest[:24]}_{index}")
    return message


def _address(message: EmailMessage, content: EmailContent, firm: Firm, envelope: Envelope) -> None:
    message["Message-ID"] = message_id(envelope.document_id, firm.domain)
    message["Date"] = format_datetime(envelope.sent_at.astimezone(dt.UTC))
    message["From"] = Address(display_name=plain_text(firm.name), addr_spec=firm.address)
    message["To"] = [Address(addr_spec=address) for address in envelope.to]
    if firm.reply_to:
        message["Reply-To"] = Address(addr_spec=firm.reply_to)
    message["Subject"] = plain_text(content.subject)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.in_reply_to:
        message["In-Reply-To"] = plain_text(envelope.in_reply_to)
        message["References"] = plain_text(envelope.in_reply_to)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
