"""Draw the system's tabs: heads, formats, whole protection; and the hidden ones."""

from __future__ import annotations

from collections.abc import Iterator

from bordereau.domain.workbook.columns import (
    FIRST_LINE,
    KEY_ROW,
    LABEL_ROW,
    Column,
    Kind,
    Tab,
)
from bordereau.domain.workbook.system_tabs import ALERTS, FUNDS, INVOICES
from sheets import colours, requests
from sheets.requests import Request

LINES = (FIRST_LINE, None)
"""The rows below the head: all of them; rows that are added later take the format of the last."""

ROWS = 200
"""Lines of a tab when it is drawn; the system adds more when it needs them."""

TALL_PIXELS = {ALERTS.key: 46}
"""Rows of tabs whose sentences need more than one line."""

STRESSED = {FUNDS.key: "available", INVOICES.key: "open"}
"""The one column of a table that the eye should find first."""


def draw(tab: Tab) -> Iterator[Request]:
    """Yield the requests that fill an empty tab of the system."""
    keys, labels = [c.key for c in tab.columns], [c.label for c in tab.columns]
    yield requests.texts(tab.sheet_id, (KEY_ROW, 0), (keys, labels))
    yield requests.hidden(tab.sheet_id, "ROWS", (KEY_ROW, KEY_ROW + 1))
    yield requests.size(tab.sheet_id, "ROWS", (LABEL_ROW, LABEL_ROW + 1), pixels=36)
    if pixels := TALL_PIXELS.get(tab.key):
        yield requests.size(tab.sheet_id, "ROWS", (FIRST_LINE, FIRST_LINE + ROWS), pixels=pixels)
    for place, column in enumerate(tab.columns):
        span = (place, place + 1)
        align = requests.alignment(column.kind)
        yield requests.size(tab.sheet_id, "COLUMNS", span, pixels=column.width)
        if is_identity(column):
            yield requests.hidden(tab.sheet_id, "COLUMNS", span)
        head = requests.style(
            background=colours.SLATE, text=colours.WHITE, bold=True, wrap=True, align=align
        )
        label = requests.area(tab.sheet_id, (LABEL_ROW, LABEL_ROW + 1), span)
        yield requests.formatted(label, head)
        bold = column.key == STRESSED.get(tab.key)
        look = requests.style(bold=bold, align=align, wrap=column.kind is Kind.LONG_TEXT)
        cells = requests.area(tab.sheet_id, LINES, span)
        yield requests.formatted(cells, look | requests.number_format(column.kind))
    yield from _colours(tab)
    whole = requests.area(tab.sheet_id)
    yield requests.protected(whole, why="Rempli par le système", warning=False)


def is_identity(column: Column) -> bool:
    """Return whether a column only keeps a row's identity."""
    return column.key == "id"


def _colours(tab: Tab) -> Iterator[Request]:
    keys = [column.key for column in tab.columns]
    if "severity" in keys:
        span = (keys.index("severity"), keys.index("severity") + 1)
        place = requests.area(tab.sheet_id, LINES, span)
        yield requests.coloured(place, requests.is_text("Attention"), colours.AMBER)
        yield requests.coloured(place, requests.is_text("Urgent"), colours.RED, bold=True)
    if "late_days" in keys:
        span = (keys.index("late_days"), keys.index("late_days") + 1)
        place = requests.area(tab.sheet_id, LINES, span)
        late = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0"}]}
        yield requests.coloured(place, late, colours.AMBER)
    if "available" in keys:
        span = (keys.index("available"), keys.index("available") + 1)
        place = requests.area(tab.sheet_id, LINES, span)
        below = {"type": "NUMBER_LESS", "values": [{"userEnteredValue": "0"}]}
        yield requests.coloured(place, below, colours.RED, bold=True)


def draw_hidden(tab: Tab) -> Iterator[Request]:
    """Yield the requests that fill an empty hidden tab: its keys, its formats, its protection."""
    yield requests.texts(tab.sheet_id, (0, 0), ([column.key for column in tab.columns],))
    for place, column in enumerate(tab.columns):
        cells = requests.area(tab.sheet_id, None, (place, place + 1))
        look = requests.style(align=requests.alignment(column.kind))
        yield requests.formatted(cells, look | requests.number_format(column.kind))
    yield requests.protected(
        requests.area(tab.sheet_id), why="Rempli par le système", warning=False
    )
