"""Charts as one SVG string: text stays text, zero is the baseline, labels stand at the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, GREY, LINE, GREEN, TINT = "#1b2430", "#56616f", "#dde3e8", "#0b5d4e", "#e8f2ef"
AGES = ("#0b5d4e", "#b97a10", "#c2611a", "#a3400b", "#7a1f12")
"""Colour of each age, from not due to over 90 days late."""

WIDTH = 340
_ROW = 20
_LABEL = 88
_VALUE = 92


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled bar: ``text`` is the finished figure shown beside it."""

    label: str
    cents: int
    text: str
    colour: str


def _svg(height: int, body: str, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="Inter" font-size="11"><title>{escape(title)}</title>{body}</svg>'
    )


def bars(rows: Sequence[Bar], title: str) -> str:
    """Return horizontal bars, the longest as wide as the room between label and figure."""
    room = WIDTH - _LABEL - _VALUE
    greatest = max((row.cents for row in rows), default=0) or 1
    body = "".join(
        _bar(row, index * _ROW, room * row.cents // greatest) for index, row in enumerate(rows)
    )
    return _svg(len(rows) * _ROW, body, title)


def _bar(row: Bar, top: int, width: int) -> str:
    drawn = max(width, 2) if row.cents > 0 else 0
    return (
        f'<text x="0" y="{top + 14}" fill="{GREY}">{escape(row.label)}</text>'
        f'<rect x="{_LABEL}" y="{top + 4}" width="{drawn}" height="12" rx="2" '
        f'fill="{row.colour}"/>'
        f'<text x="{WIDTH}" y="{top + 14}" fill="{INK}" text-anchor="end">{escape(row.text)}</text>'
    )


_PLOT = 62
_TOP = 16


def area(values: Sequence[int], texts: Sequence[str], title: str) -> str:
    """Return a filled line of weekly ``values``; ``texts`` are first day, last day, last figure.

    The last figure stands at the last point, days below the first and the last.
    """
    greatest = max(*values, 1)
    step = (WIDTH - 8) * 100 // max(len(values) - 1, 1)
    points = [
        (4 + index * step // 100, _TOP + _PLOT - _PLOT * value // greatest)
        for index, value in enumerate(values)
    ]
    base = _TOP + _PLOT
    line = " ".join(f"{x},{y}" for x, y in points)
    last_x, last_y = points[-1]
    first_day, last_day, figure = map(escape, texts)
    body = (
        f'<polygon points="{points[0][0]},{base} {line} {last_x},{base}" fill="{TINT}"/>'
        f'<polyline points="{line}" fill="none" stroke="{GREEN}" stroke-width="1.6" '
        f'stroke-linejoin="round"/>'
        f'<line x1="0" y1="{base}" x2="{WIDTH}" y2="{base}" stroke="{GREY}" stroke-width="0.6"/>'
        f'<circle cx="{last_x}" cy="{last_y}" r="3" fill="{GREEN}"/>'
        f'<text x="{WIDTH}" y="{max(last_y - 7, 10)}" fill="{INK}" font-weight="600" '
        f'text-anchor="end">{figure}</text>'
        f'<text x="0" y="{base + 13}" fill="{GREY}" font-size="10">{first_day}</text>'
        f'<text x="{WIDTH}" y="{base + 13}" fill="{GREY}" font-size="10" '
        f'text-anchor="end">{last_day}</text>'
    )
    return _svg(base + 17, body, title)
