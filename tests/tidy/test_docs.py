"""The documentation is true: links resolve, every function has its section."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_resolve(page: Path) -> None:
    """Each relative link of a page names something that is in the project."""
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_function_has_a_section_with_its_event_and_handler() -> None:
    """How it works leads through all functions, each with an event and its handler."""
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    folders = [path.parent.name for path in (ROOT / "functions").glob("*/handler.py")]
    for name in folders:
        section = text.split(f"### {name}\n", 1)[1].split("\n### ", 1)[0]
        assert f"(../events/{name}/" in section
        assert f"(../functions/{name}/handler.py)" in section
