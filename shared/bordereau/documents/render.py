"""One door to every document: figures in, PDF or e-mail out, in the language of the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bordereau.documents.message import Envelope, Firm, compose
from bordereau.documents.texts import Phrases
from bordereau.documents.views import VIEWS
from bordereau.domain.figures import (
    FIGURES_OF,
    AcknowledgementFigures,
    DocumentKind,
    Figures,
)
from bordereau.domain.plain import from_plain
from bordereau.ports import RenderedMail, civil_date

if TYPE_CHECKING:
    from bordereau.documents.mail import EmailContent


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders in one language for one firm; keeps nothing, so same figures give same bytes.

    Figures may be given as dataclasses or as the plain values they were frozen to; ``kind`` is a
    ``DocumentKind`` or its value.
    """

    phrases: Phrases
    firm: Firm

    @staticmethod
    def of(firm: Firm, language: str = "fr") -> Renderer:
        """Return the renderer of ``firm`` in ``language``."""
        return Renderer(Phrases.load(language), firm)

    def view(self, kind: str, figures: Figures | Mapping[str, Any]) -> dict[str, Any]:
        """Return the finished strings of a document."""
        return VIEWS[DocumentKind(kind)](_thawed(kind, figures), self.phrases)

    def pdf(self, kind: str, figures: Figures | Mapping[str, Any]) -> bytes:
        """Return the PDF of ``figures``; raise ``DocumentError`` when the template refuses."""
        from bordereau.documents.pdf import render_pdf  # noqa: PLC0415 - mail needs no typst

        thawed = _thawed(kind, figures)
        return render_pdf(DocumentKind(kind), self.view(kind, thawed), made_on(thawed))

    def email(self, kind: str, figures: Figures | Mapping[str, Any]) -> EmailContent:
        """Return subject, HTML, text and the names of the attachments."""
        from bordereau.documents.mail import render_email  # noqa: PLC0415 - a PDF needs no jinja2

        return render_email(DocumentKind(kind), self.view(kind, figures))

    def mail(  # noqa: PLR0913 - the envelope of a mail, as the port has it
        self,
        kind: str,
        figures: Figures | Mapping[str, Any],
        *,
        document_id: str,
        sent_at: dt.datetime,
        to: tuple[str, ...],
        in_reply_to: str,
        pdf: bytes | None,
    ) -> RenderedMail:
        """Return the exact bytes of the e-mail that carries a document."""
        content = self.email(kind, figures)
        envelope = Envelope(f"{kind}#{document_id}", to, sent_at, in_reply_to)
        pdfs = dict.fromkeys(content.attachments, pdf) if pdf is not None else {}
        message = compose(content, self.firm, envelope, pdfs)
        return RenderedMail(content.subject, message.as_bytes())


def _thawed(kind: str, figures: Figures | Mapping[str, Any]) -> Figures:
    if isinstance(figures, Mapping):
        return from_plain(FIGURES_OF[DocumentKind(kind)], dict(figures))
    return figures


def made_on(figures: Figures) -> dt.date:
    """Return the document's own day, which its PDF carries as its date of creation."""
    if isinstance(figures, AcknowledgementFigures):
        return civil_date(figures.received_at)
    return figures.issued_on
