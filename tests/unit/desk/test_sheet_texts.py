"""Every word and sentence of the sheet is said, and every one that is said exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.desk.desk_world import FRENCH

SERVICES = Path(__file__).parents[3] / "shared" / "bordereau" / "services"
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("desk", "decisions")
    for path in sorted((SERVICES / folder).glob("*.py"))
)
LATER: set[str] = set()
"""Words of what is not built yet."""


def test_no_word_of_the_sheet_is_dead() -> None:
    """What nobody says is not translated."""
    said = set(re.findall(r"[a-z_]+", SOURCE))
    assert set(FRENCH.tables["sheet"]) - said == LATER


def test_every_problem_of_the_desk_has_a_sentence() -> None:
    """Codes stand in the source as they stand in the texts."""
    codes = set(re.findall(r'"((?:cell|workbook|decision|setting|allocation)-[a-z-]+)"', SOURCE))
    for maker, prefix in (("_problem", "cell"), ("_wrong", "cell"), ("Fault", "cell")):
        codes |= {f"{prefix}-{code}" for code in re.findall(rf'{maker}\("([a-z-]+)"', SOURCE)}
    codes |= {f"workbook-{code}" for code in re.findall(r'_fault\("([a-z-]+)"', SOURCE)}
    assert len(codes) > 50
    assert codes - set(FRENCH.problems) == set()
