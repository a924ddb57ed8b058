"""Draw the home page: the state, what waits in which tab, today's figures, the guide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bordereau.domain.workbook import home
from bordereau.domain.workbook.columns import STATUS, Kind, letters
from bordereau.domain.workbook.staff_tabs import STAFF_TABS
from bordereau.domain.workbook.system_tabs import HOME
from sheets import colours, guide, requests
from sheets.requests import Request

WIDTHS: Final = (28, 230, 150, 130, 130, 560)
LAST_ROW: Final = home.GUIDE_ROW + len(guide.COLOURS) + len(guide.GESTURES) + 2
STATE_LABELS: Final = {
    "state": "État",
    "read_at": "Dernière lecture",
    "written_at": "Dernière écriture",
    "four_eyes": "Double validation",
    "take_on": "Reprise",
}
FACT_LABELS: Final = {
    "available": "Disponible des clients",
    "outstanding": "Encours",
    "fund": "Fonds de garantie",
    "payouts": "Virements à libérer",
    "overdue": "Échu impayé",
    "to_allocate": "Encaissements à imputer",
    "to_complete": "Factures à compléter",
    "disputes": "En litige",
    "broken": "Promesses non tenues",
    "direct": "Paiements directs à reverser",
    "claims": "Créances à déclarer",
}
COUNTS: Final = ("to_complete", "broken", "direct", "claims")
INDENT: Final = "\u00a0\u00a0\u00a0"
"""Keeps a text off the figure on its left."""

COUNTED: Final = ("Erreur", "En attente", "À compléter")


def draw() -> Iterator[Request]:
    """Yield the requests that fill the empty home page."""
    sheet = HOME.sheet_id
    for place, pixels in enumerate(WIDTHS):
        yield requests.size(sheet, "COLUMNS", (place, place + 1), pixels=pixels)
    yield requests.size(sheet, "ROWS", (0, LAST_ROW), pixels=24)
    yield requests.formatted(requests.area(sheet, (0, LAST_ROW)), requests.style())
    yield from _title()
    yield from _state()
    yield from _tabs()
    yield from _facts()
    yield from _lists()
    yield from _guide()
    yield requests.protected(requests.area(sheet), why="Rempli par le système", warning=False)


def _row(row: int, columns: tuple[int, int] = (1, 6)) -> Request:
    return requests.area(HOME.sheet_id, (row, row + 1), columns)


def _title() -> Iterator[Request]:
    sheet = HOME.sheet_id
    yield requests.size(sheet, "ROWS", (home.TITLE_ROW, home.TITLE_ROW + 1), pixels=38)
    yield requests.texts(sheet, (home.TITLE_ROW, 1), [["Bordereau"]])
    yield requests.formatted(
        _row(home.TITLE_ROW), requests.style(text=colours.NAVY, size=20, bold=True) | _FLOW
    )
    yield requests.texts(sheet, (home.FIRM_ROW, 1), [["Le cahier du factor"]])
    yield requests.formatted(
        _row(home.FIRM_ROW), requests.style(text=colours.MUTED, size=11) | _FLOW
    )


_FLOW: Final = {"wrapStrategy": "OVERFLOW_CELL"}


def _state() -> Iterator[Request]:
    for key, row in home.STATE_ROWS.items():
        yield from _fact(row, STATE_LABELS[key], _FLOW)
    for key in ("read_at", "written_at"):
        cell = _row(home.STATE_ROWS[key], (home.VALUE_COLUMN, home.VALUE_COLUMN + 1))
        look = requests.style(align="LEFT") | requests.number_format(Kind.INSTANT)
        yield requests.formatted(cell, look)
    state = _row(home.STATE_ROWS["state"], (home.VALUE_COLUMN, home.VALUE_COLUMN + 1))
    good = requests.is_text("OK")
    yield requests.formatted(state, requests.style(bold=True) | _FLOW)
    yield requests.coloured(state, requests.by_formula("=LEN(C5)>2"), colours.RED, bold=True)
    yield requests.coloured(state, good, colours.GREEN, bold=True)


def _fact(row: int, label: str, look: Request) -> Iterator[Request]:
    yield requests.texts(HOME.sheet_id, (row, home.LABEL_COLUMN), [[label]])
    cell = _row(row, (home.LABEL_COLUMN, home.LABEL_COLUMN + 1))
    yield requests.formatted(cell, requests.style(text=colours.MUTED))
    yield requests.formatted(_row(row, (home.VALUE_COLUMN, 6)), requests.style() | look)


def _section(row: int, titles: tuple[str, ...]) -> Iterator[Request]:
    yield requests.texts(HOME.sheet_id, (row, 1), [titles])
    head = requests.style(background=colours.MIST, text=colours.NAVY, bold=True) | _FLOW
    yield requests.formatted(_row(row), head)
    yield requests.size(HOME.sheet_id, "ROWS", (row, row + 1), pixels=28)


def _tabs() -> Iterator[Request]:
    row = home.TABS_HEAD_ROW
    yield from _section(
        row,
        ("À traiter", "À corriger", "En attente", "À compléter", INDENT + "À quoi sert l'onglet"),
    )
    numbers = _row(row, (2, 5))
    yield requests.formatted(
        numbers,
        requests.style(background=colours.MIST, text=colours.NAVY, bold=True, align="CENTER"),
    )
    for at, tab in enumerate(STAFF_TABS):
        line = home.TABS_ROW + at
        yield requests.texts(HOME.sheet_id, (line, 1), [[tab.title]])
        hint = "Onglet masqué. " if tab.is_hidden else ""
        yield requests.texts(HOME.sheet_id, (line, 5), [[INDENT + hint + tab.guide]])
        yield requests.formatted(_row(line, (5, 6)), requests.style(text=colours.MUTED) | _FLOW)
        for column, word in enumerate(COUNTED, 2):
            cell = _row(line, (column, column + 1))
            yield requests.formatted(
                cell,
                requests.style(align="CENTER")
                | {"numberFormat": {"type": "NUMBER", "pattern": "0;-0;\u2013"}},
            )
            yield requests.formula(cell, count(tab.title, letters(tab.place(STATUS)), word))
    lines = (home.TABS_ROW, home.TABS_ROW + len(STAFF_TABS))
    some = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0"}]}
    for columns, pair in (((2, 3), colours.RED), ((3, 5), colours.AMBER)):
        numbers = requests.area(HOME.sheet_id, lines, columns)
        yield requests.coloured(numbers, some, pair, bold=True)


def count(title: str, letter: str, word: str) -> str:
    r"""Return the formula that counts the lines of a tab with a word in their control.

    >>> count("Règlements manuels", "K", "Erreur")
    "=COUNTIF('Règlements manuels'!$K:$K;\"Erreur\")"
    >>> count("L'an", "K", "OK")
    "=COUNTIF('L''an'!$K:$K;\"OK\")"
    """
    quoted = title
    if not (title.isalnum() and title.isascii()):
        quoted = "'" + title.replace("'", "''") + "'"
    return f'=COUNTIF({quoted}!${letter}:${letter};"{word}")'


def _facts() -> Iterator[Request]:
    yield from _section(home.FACTS_HEAD_ROW, ("Aujourd'hui", "", "", "", ""))
    for key, row in home.FACT_ROWS.items():
        yield from _fact(row, FACT_LABELS[key], _FLOW)
        value = _row(row, (home.VALUE_COLUMN, home.VALUE_COLUMN + 1))
        kind = Kind.COUNT if key in COUNTS else Kind.AMOUNT
        look = requests.style(bold=True, align="RIGHT") | requests.number_format(kind)
        yield requests.formatted(value, look)
        note = _row(row, (home.VALUE_COLUMN + 1, 6))
        yield requests.formatted(note, requests.style(text=colours.MUTED) | _FLOW)


def _lists() -> Iterator[Request]:
    for row, title, first, rows in (
        (
            home.DEADLINE_HEAD_ROW,
            "À financer avant l'échéance des 48 heures",
            home.DEADLINE_ROW,
            home.DEADLINE_ROWS,
        ),
        (home.STRAY_HEAD_ROW, "Hors des lignes numérotées", home.STRAY_ROW, home.STRAY_ROWS),
    ):
        yield from _section(row, (title, "", "", "", ""))
        place = requests.area(HOME.sheet_id, (first, first + rows), (1, 6))
        yield requests.formatted(place, requests.style() | _FLOW)


def _guide() -> Iterator[Request]:
    yield from _section(home.GUIDE_HEAD_ROW, ("Mode d'emploi", "", "", "", ""))
    looks = (
        (colours.WHITE, colours.INK),
        (colours.PAPER, colours.MUTED),
        colours.AMBER,
        colours.RED,
        colours.GREEN,
    )
    row = home.GUIDE_ROW
    for at, (pair, (name, meaning)) in enumerate(zip(looks, guide.COLOURS, strict=True)):
        yield requests.texts(HOME.sheet_id, (row + at, 1), [[name, meaning]])
        swatch = requests.style(background=pair[0], text=pair[1], bold=True)
        yield requests.formatted(_row(row + at, (1, 2)), swatch)
        yield requests.formatted(_row(row + at, (2, 6)), requests.style() | _FLOW)
    row += len(guide.COLOURS) + 1
    for at, (name, how) in enumerate(guide.GESTURES):
        yield requests.texts(HOME.sheet_id, (row + at, 1), [[name, how]])
        yield requests.formatted(_row(row + at, (1, 2)), requests.style(bold=True))
        yield requests.formatted(_row(row + at, (2, 6)), requests.style() | _FLOW)
