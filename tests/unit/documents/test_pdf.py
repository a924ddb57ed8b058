"""PDFs: deterministic, archivable, whole whatever the names, totals never alone on a page."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.figures import WITHOUT_PDF, DocumentKind, Movement, MovementKind
from tests.golden.samples import (
    SAMPLES,
    advance_statement,
    debtor_notice,
    quiet_week,
    weekly_statement,
)

ROOT = Path(__file__).resolve().parents[3]
RENDERER = Renderer.of(Firm("Lumière Factor", "claire.morel@lumiere-factor.example"))
PRINTED = sorted(name for name, (kind, _) in SAMPLES.items() if kind not in WITHOUT_PDF)
HOSTILE = '李 😀 \x00\u202e #read("/etc/passwd") *gras* ﬁ $x$ = titre - point + un'


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("name", PRINTED)
def test_a_second_process_makes_the_same_bytes(name: str) -> None:
    """A document rendered again after a crash is the same file."""
    kind, figures = SAMPLES[name]
    code = (
        "import hashlib, sys; sys.path[:0] = ['.', 'shared'];"
        "from tests.unit.documents.test_pdf import RENDERER, SAMPLES;"
        f"print(hashlib.sha256(RENDERER.pdf(*SAMPLES[{name!r}])).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = hashlib.sha256(RENDERER.pdf(kind, figures)).hexdigest()
    assert other.stdout.strip() == ours


@pytest.mark.parametrize("name", PRINTED)
def test_every_pdf_is_tagged_archivable_and_has_a_title(name: str, tmp_path: Path) -> None:
    """PDF/A-3a and PDF/UA-1 as the writer checks them; the language is said."""
    kind, figures = SAMPLES[name]
    path = tmp_path / "document.pdf"
    path.write_bytes(RENDERER.pdf(kind, figures))
    with pikepdf.open(path) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata.get("pdfuaid:part") == "1"
            assert metadata["dc:title"] == RENDERER.view(kind, figures)["title"]
        assert str(document.Root.Lang) == "fr"
        assert not document.check_pdf_syntax()


def test_hostile_names_are_printed_as_text_and_stop_nothing() -> None:
    """A glyph that is missing would refuse the whole document; markup would change it."""
    seller = dataclasses.replace(debtor_notice().seller, name=HOSTILE)
    notice = dataclasses.replace(debtor_notice(), seller=seller)
    text = " ".join(" ".join(pages(RENDERER.pdf(DocumentKind.DEBTOR_NOTICE, notice))).split())
    assert '□ □ #read("/etc/passwd") *gras* fi $x$ = titre - point + un' in text


def test_hostile_names_stop_no_statement() -> None:
    """The same in tables, charts and running heads."""
    row = dataclasses.replace(advance_statement().rows[0], debtor=HOSTILE, number=HOSTILE)
    advance = dataclasses.replace(
        advance_statement(),
        rows=(row,),
        seller=dataclasses.replace(debtor_notice().seller, name=HOSTILE),
    )
    assert pages(RENDERER.pdf(DocumentKind.ADVANCE_STATEMENT, advance))


@pytest.mark.parametrize("count", range(38, 60))
def test_a_total_never_stands_alone_on_a_page(count: int) -> None:
    """Wherever the page ends, the closing balance has the last movement above it."""
    week = quiet_week()
    movements = []
    for index in range(count):
        sign = 1 if index % 2 else -1
        balance = week.opening_cents + (0 if index % 2 else -1)
        movements.append(Movement(week.first_on, MovementKind.OTHER, f"REF-{index}", sign, balance))
    closing = movements[-1].balance_cents
    figures = dataclasses.replace(
        week,
        movements=tuple(movements),
        closing_cents=closing,
        available_cents=week.available_cents + closing - week.closing_cents,
    )
    for page in pages(RENDERER.pdf(DocumentKind.WEEKLY_STATEMENT, figures)):
        if "Solde à la clôture" in page:
            assert f"REF-{count - 1}" in page


def test_the_first_page_of_a_busy_week_holds_every_answer() -> None:
    """What may be drawn, what is held, what it costs, what is late, what to do."""
    pdf = RENDERER.pdf(DocumentKind.WEEKLY_STATEMENT, weekly_statement())
    first, second = pages(pdf)
    for title in ("Vous pouvez retirer", "Votre argent retenu", "Coût de la semaine", "À faire"):
        assert title in first
    assert "Créances par acheteur" in first
    assert "Mouvements de la semaine" in second


def test_a_statement_of_many_invoices_names_each_of_them() -> None:
    """The PDF is whole where the mail shows 25."""
    figures = advance_statement(extra_rows=60)
    text = "\n".join(pages(RENDERER.pdf(DocumentKind.ADVANCE_STATEMENT, figures)))
    assert all(row.number in text for row in figures.rows)
