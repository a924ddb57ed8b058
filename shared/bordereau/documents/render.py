"""One door to every document: figures in, PDF or e-mail out, in the language of the reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bordereau.documents.mail import EmailContent, render_email
from bordereau.documents.texts import Phrases
from bordereau.documents.views import VIEWS
from bordereau.domain.figures import AcknowledgementFigures, DocumentKind, Figures


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders in one language; keeps nothing, so the same figures give the same bytes.

    >>> Renderer.in_language("fr").phrases.language
    'fr'
    """

    phrases: Phrases

    @staticmethod
    def in_language(language: str = "fr") -> Renderer:
        """Return the renderer of ``language``."""
        return Renderer(Phrases.load(language))

    def view(self, kind: DocumentKind, figures: Figures) -> dict[str, Any]:
        """Return the finished strings of a document."""
        return VIEWS[kind](figures, self.phrases)

    def pdf(self, kind: DocumentKind, figures: Figures) -> bytes:
        """Return the PDF of ``figures``; raise ``DocumentError`` when the template refuses."""
        from bordereau.documents.pdf import render_pdf  # noqa: PLC0415 - mail needs no typst

        return render_pdf(kind, self.view(kind, figures), made_on(figures))

    def email(self, kind: DocumentKind, figures: Figures) -> EmailContent:
        """Return subject, HTML, text and the names of the attachments."""
        return render_email(kind, self.view(kind, figures))

    def file_name(self, kind: DocumentKind, figures: Figures) -> str:
        """Return the name under which the PDF is attached; empty where there is none."""
        return str(self.view(kind, figures).get("file", ""))


def made_on(figures: Figures) -> dt.date:
    """Return the document's own day, which its PDF carries as its date of creation."""
    if isinstance(figures, AcknowledgementFigures):
        return figures.received_at.date()
    return figures.issued_on
