"""``docs/invoice-life.md`` draws the life of an invoice as the code has it."""

from __future__ import annotations

from pathlib import Path

from bordereau.cli.invoice_life_doc import document

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_page_is_printed_from_the_table() -> None:
    """After a change: python -m bordereau.cli.invoice_life_doc > docs/invoice-life.md."""
    assert (DOCS / "invoice-life.md").read_text(encoding="utf-8") == document()
