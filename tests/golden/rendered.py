"""What is compared of each sample: the text of its PDF, its e-mail, and hashes of the bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.figures import WITHOUT_PDF, DocumentKind, Figures
from tests.golden.samples import SAMPLES

APPROVED = Path(__file__).parent / "approved"

_RENDERER = Renderer.of(Firm("Lumière Factor", "claire.morel@lumiere-factor.example"))


def pdf_text(pdf: bytes) -> str:
    """Return the text of a PDF, page after page."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    text = "".join(f"--- page {number}\n{page}\n" for number, page in enumerate(pages, start=1))
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def rendered(name: str, kind: DocumentKind, figures: Figures) -> dict[str, str]:
    """Return file names and contents to approve for one sample."""
    mail = _RENDERER.email(kind, figures)
    files = {
        f"{name}.mail.html": mail.html,
        f"{name}.mail.txt": f"{mail.subject}\n\n{mail.text}",
    }
    if kind not in WITHOUT_PDF:
        pdf = _RENDERER.pdf(kind, figures)
        files[f"{name}.pdf.txt"] = pdf_text(pdf)
        files[f"{name}.pdf.sha256"] = hashlib.sha256(pdf).hexdigest() + "\n"
    return files


def all_rendered() -> dict[str, str]:
    """Return every file to approve."""
    return {
        file: content
        for name, (kind, figures) in SAMPLES.items()
        for file, content in rendered(name, kind, figures).items()
    }
