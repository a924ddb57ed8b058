"""E-mails: both parts say the same amounts, hostile strings stay text, nothing loads from afar."""

from __future__ import annotations

import dataclasses
import re
from html import unescape

import pytest

from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.figures import AcknowledgementFigures, DocumentKind, Figures
from bordereau.domain.plain import to_plain
from tests.golden.samples import SAMPLES, acknowledgement, weekly_statement

RENDERER = Renderer.of(Firm("Lumière Factor", "claire.morel@lumiere-factor.example"))

AMOUNT = re.compile("[+\u2212]?\\d{1,3}(?:\u202f\\d{3})*,\\d{2}")
BUDGET = 80_000
"""Bytes of HTML: Gmail cuts a mail at 102 KB (handbook: documents 5)."""


def shown(html: str) -> str:
    """Return what a reader sees of an HTML part."""
    body = re.sub(r"<(style|title)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return unescape(body)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_both_parts_show_the_same_amounts(name: str) -> None:
    """Whoever reads plain text is told no other figures."""
    kind, figures = SAMPLES[name]
    content = RENDERER.email(kind, figures)
    in_html = set(AMOUNT.findall(shown(content.html)))
    assert set(AMOUNT.findall(content.text)) == in_html
    if name != "nothing_attached" and kind is not DocumentKind.DEBTOR_NOTICE:
        assert in_html


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_mail_loads_nothing_and_stays_within_the_budget(name: str) -> None:
    """No picture, font or style from elsewhere: it reads with everything blocked."""
    kind, figures = SAMPLES[name]
    html = RENDERER.email(kind, figures).html
    assert not re.search(r"https?://|<img|<script|@import|url\(", html)
    assert len(html.encode()) < BUDGET


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_preheader_is_another_answer_than_the_subject(name: str) -> None:
    """The line beside the subject in a list of mails says something new."""
    kind, figures = SAMPLES[name]
    view = RENDERER.view(kind, figures)
    assert view["preheader"]
    assert view["preheader"] != view["subject"]


def test_a_name_with_markup_is_shown_as_it_is_written() -> None:
    """Autoescape: no element, no attribute comes from a name."""
    figures = acknowledgement()
    evil = '"><script>alert(1)</script><b onmouseover="x">'
    row = dataclasses.replace(figures.rows[0], debtor=evil)
    html = RENDERER.email(
        DocumentKind.ACKNOWLEDGEMENT, dataclasses.replace(figures, rows=(row,))
    ).html
    assert "<script" not in html
    assert "<b " not in html
    assert evil in shown(html)


def test_a_template_language_in_a_name_stays_text() -> None:
    """Facts are never templates."""
    figures = acknowledgement()
    row = dataclasses.replace(figures.rows[0], debtor="{{ 7*7 }} {% raw %} {0}")
    content = RENDERER.email(
        DocumentKind.ACKNOWLEDGEMENT, dataclasses.replace(figures, rows=(row,))
    )
    assert "{{ 7*7 }} {% raw %} {0}" in content.text


def _with_rows(count: int) -> AcknowledgementFigures:
    figures = acknowledgement()
    row = figures.rows[0]
    rows = tuple(dataclasses.replace(row, number=f"F{index}") for index in range(count))
    return dataclasses.replace(figures, rows=rows)


def test_a_mail_of_many_documents_shows_25_and_says_how_many_more() -> None:
    """The rest is counted, not dropped in silence."""
    content = RENDERER.email(DocumentKind.ACKNOWLEDGEMENT, _with_rows(200))
    assert content.text.count("| Cédée |") == 25
    assert "et 175 autres documents" in content.text
    assert len(content.html.encode()) < BUDGET


def test_what_needs_the_reader_stands_before_what_is_settled() -> None:
    """Refused and waiting documents come first."""
    words = re.findall(
        r"^\* .*? \| (.*?) \|",
        RENDERER.email(DocumentKind.ACKNOWLEDGEMENT, acknowledgement()).text,
        flags=re.MULTILINE,
    )
    assert words[0] == "Refusée"
    assert words.index("En attente") < words.index("Cédée") < words.index("Déjà reçue")


def test_dark_colours_are_kept_for_programs_that_know_them() -> None:
    """The style element survives the inlining, and each class is inlined as well."""
    html = RENDERER.email(DocumentKind.WEEKLY_STATEMENT, weekly_statement()).html
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<p class="figure green" style="[^"]*color: #0b5d4e', html)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("#1b2430", "#ffffff"),
        ("#56616f", "#ffffff"),
        ("#56616f", "#e8f2ef"),
        ("#56616f", "#fdf3ec"),
        ("#56616f", "#eef1f4"),
        ("#0b5d4e", "#e8f2ef"),
        ("#a3400b", "#fdf3ec"),
        ("#e8edf2", "#12171d"),
        ("#a9b4c0", "#12171d"),
        ("#a9b4c0", "#15302a"),
        ("#6fd0b8", "#15302a"),
        ("#f0a070", "#33211a"),
    ],
)
def test_every_pair_of_ink_and_paper_has_enough_contrast(ink: str, paper: str) -> None:
    """WCAG 2 AA: at least 4.5 to 1."""
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_same_figures_give_the_same_mail(name: str) -> None:
    """Rendered again after a crash it is the same mail."""
    kind, figures = SAMPLES[name]
    assert RENDERER.email(kind, figures) == RENDERER.email(kind, figures)


def test_frozen_figures_give_the_same_mail_as_the_dataclass() -> None:
    """A transaction freezes plain values; nothing is lost on the way."""
    frozen: tuple[tuple[DocumentKind, Figures], ...] = tuple(SAMPLES.values())
    for kind, figures in frozen:
        assert RENDERER.email(kind, to_plain(figures)) == RENDERER.email(kind, figures)
