"""Views to PDF by typst: one compiler per process and template, deterministic, tagged PDF/A-3a."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast

import typst

from bordereau.documents.characters import printable_values
from bordereau.domain.figures import DocumentKind
from bordereau.domain.problems import ProductError

FOLDER = Path(__file__).parent
TEMPLATES = FOLDER / "templates"
FONTS = FOLDER / "fonts"
STANDARDS: Final[list[Literal["a-3a", "ua-1"]]] = ["a-3a", "ua-1"]


class DocumentError(ProductError):
    """The template does not accept the view, or warns: ours to mend, nothing was written."""


@cache
def _compiler(template: str) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    return typst.Compiler(str(TEMPLATES / template), root=str(TEMPLATES), font_paths=fonts)


def render_pdf(kind: DocumentKind, view: dict[str, Any], made_on: dt.date) -> bytes:
    """Return the PDF of a view; the same view and day give the same bytes, in any process.

    Strings that the bundled faces cannot show have white squares (``characters``). Not for two
    threads at once: a compiler is borrowed while it works.
    """
    data = json.dumps(printable_values(view), ensure_ascii=False, sort_keys=True)
    try:
        content, warnings = _compiler(f"{kind}.typ").compile_with_warnings(
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=[*STANDARDS],
            timestamp=calendar.timegm(made_on.timetuple()),
        )
    except typst.TypstError as error:
        raise DocumentError(f"{kind}: {error.message}") from error
    if warnings:
        raise DocumentError(f"{kind}: {warnings[0].message}")
    return cast("bytes", content)
