"""``docs/sheets.md`` says what the definition of the workbook says."""

from __future__ import annotations

from pathlib import Path

from sheets.reference import page

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_page_of_the_workbook_is_printed_from_its_definition() -> None:
    """A column that changed is printed again: ``python -m sheets.reference > docs/sheets.md``."""
    assert (DOCS / "sheets.md").read_text(encoding="utf-8") == page()
