"""The e-mail as bytes: the same each time, sound in structure, safe in its headers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from bordereau import ports
from bordereau.documents.mail import EmailContent
from bordereau.documents.message import Envelope, Firm, compose
from bordereau.documents.render import Renderer
from bordereau.domain.figures import DocumentKind
from bordereau.domain.plain import to_plain
from tests.golden.samples import acknowledgement

FIRM = Firm(
    "Claire Morel, Lumière Factor", "claire.morel@lumiere-factor.example", "aide@lf.example"
)
SENT_AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ENVELOPE = Envelope("reminder#dun#siren:404833048#2026-11-23", ("compta@bati.example",), SENT_AT)
CONTENT = EmailContent("Rappel : 12,00\u00a0€", "<p>é</p>", "é\n", ("rappel.pdf",))


def _sent(content: EmailContent = CONTENT, envelope: Envelope = ENVELOPE) -> EmailMessage:
    data = compose(content, FIRM, envelope, {"rappel.pdf": b"%PDF-1.7"}).as_bytes()
    parsed = message_from_bytes(data, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_same_document_gives_the_same_bytes() -> None:
    """Boundaries and Message-ID come from the document's id."""
    pdfs = {"rappel.pdf": b"%PDF-1.7"}
    first, second = (compose(CONTENT, FIRM, ENVELOPE, pdfs).as_bytes() for _ in range(2))
    assert first == second


def test_another_document_has_another_message_id() -> None:
    """Two reminders never thread into one."""
    other = dataclasses.replace(ENVELOPE, document_id="other")
    assert _sent()["Message-ID"] != _sent(envelope=other)["Message-ID"]


def test_text_and_html_are_alternatives_and_the_pdf_stands_beside() -> None:
    """mixed(alternative(text, html), pdf)."""
    types = [part.get_content_type() for part in _sent().walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


def test_accents_survive_the_way() -> None:
    """Subject, sender and text are read back as written."""
    sent = _sent()
    assert sent["Subject"] == "Rappel : 12,00\u00a0€"
    assert sent["From"].addresses[0].display_name == "Claire Morel, Lumière Factor"
    body = sent.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "é"


def test_a_generated_mail_says_so_and_can_be_answered() -> None:
    """No automatic answer comes back, a person's does."""
    sent = _sent()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Reply-To"] == "aide@lf.example"


def test_a_subject_with_line_ends_adds_no_header() -> None:
    """A file name or a seller's subject cannot smuggle in a recipient."""
    content = dataclasses.replace(CONTENT, subject="Facture\r\nBcc: eve@example.org")
    sent = _sent(content)
    assert sent["Bcc"] is None
    assert sent["Subject"] == "Facture  Bcc: eve@example.org"


def test_an_address_with_line_ends_is_refused() -> None:
    """Better parked than sent to somebody else."""
    envelope = dataclasses.replace(ENVELOPE, to=("a@b.example\r\nBcc: eve@example.org",))
    with pytest.raises(ValueError, match=r".+"):
        compose(CONTENT, FIRM, envelope, {})


def test_renderer_and_phrases_are_what_the_services_ask_for() -> None:
    """Mypy checks the signatures, this their presence."""
    renderer: ports.Renderer = Renderer.of(FIRM)
    phrases: ports.Phrases = Renderer.of(FIRM).phrases
    assert callable(renderer.pdf)
    assert callable(renderer.mail)
    assert callable(phrases.problem)


def test_the_renderer_answers_in_the_sellers_thread() -> None:
    """The acknowledgement refers to the mail it answers, and carries no PDF."""
    figures = acknowledgement()
    mail = Renderer.of(FIRM).mail(
        DocumentKind.ACKNOWLEDGEMENT,
        to_plain(figures),
        document_id=figures.mail_id,
        sent_at=SENT_AT,
        to=("compta@vercors.example",),
        in_reply_to=figures.message_id,
        pdf=None,
    )
    sent = message_from_bytes(mail.data, policy=SMTP)
    assert sent["In-Reply-To"] == sent["References"] == figures.message_id
    assert "application/pdf" not in [part.get_content_type() for part in sent.walk()]
