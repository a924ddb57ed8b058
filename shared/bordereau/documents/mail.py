"""Views to e-mail bodies: HTML by jinja2 with its styles inlined, and a text part of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
import jinja2

from bordereau.documents.characters import plain_text
from bordereau.domain.figures import DocumentKind

TEMPLATES = Path(__file__).parent / "templates" / "mail"
SUBJECT_LENGTH = 150

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class EmailContent:
    """What an e-mail says; ``attachments`` are the file names of the PDFs that go with it."""

    subject: str
    html: str
    text: str
    attachments: tuple[str, ...] = ()


@cache
def _environment(kind: str) -> jinja2.Environment:
    is_html = kind == "html"
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - the text part is no HTML: nothing to escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=not is_html,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def clean_values(value: Any) -> Any:  # noqa: ANN401 - any plain value, as json has them
    """Return plain values with control and format characters gone from every string.

    Right-to-left marks could make a name read as another; what a mail program has no glyph for is
    its own affair.
    """
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {key: clean_values(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [clean_values(content) for content in value]
    return value


def render_email(kind: DocumentKind, view: dict[str, Any]) -> EmailContent:
    """Return the e-mail of a view; the same view gives the same content."""
    safe = clean_values(view)
    html = _environment("html").get_template(f"{kind}.html.j2").render(safe)
    text = _environment("text").get_template(f"{kind}.txt.j2").render(safe)
    return EmailContent(
        subject=safe["subject"][:SUBJECT_LENGTH],
        html=_inliner().inline(html),
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        attachments=(safe["file"],) if "file" in safe else (),
    )
