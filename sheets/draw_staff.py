"""Draw a tab of staff: keys, labels, numbered lines, look-ups, drop-downs, colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bordereau.domain.workbook.columns import (
    FIELDS,
    FIRST_LINE,
    KEY_ROW,
    LABEL_ROW,
    MESSAGE,
    REF,
    STATUS,
    Column,
    Filler,
    Kind,
    Tab,
    letters,
)
from bordereau.domain.workbook.system_tabs import ANSWERS, HIDDEN_TABS, LISTS
from sheets import colours, requests
from sheets.requests import Request

HEADS = {
    Filler.STAFF: (colours.NAVY, colours.WHITE),
    Filler.SYSTEM: (colours.STEEL, colours.WHITE),
    Filler.ANSWER: (colours.SLATE, colours.WHITE),
}
"""The label row: dark above what people type, lighter above what comes by itself."""

LIST_LINES = 400
REQUIRED_MARK = " *"


@dataclass(frozen=True, slots=True)
class Lines:
    """Numbered lines of a tab: from which row and number, how many, where each column stands."""

    tab: Tab
    first: int
    count: int
    number: int
    places: Mapping[str, int]

    @classmethod
    def created(cls, tab: Tab) -> Lines:
        """Return the lines of a new tab."""
        places = {column.key: place for place, column in enumerate(tab.columns)}
        return cls(tab, FIRST_LINE, tab.lines, 1, places)

    def area(self, columns: tuple[int, int]) -> Request:
        """Return some columns of the lines."""
        rows = (self.first, self.first + self.count)
        return requests.area(self.tab.sheet_id, rows, columns)

    def column(self, key: str) -> Request:
        """Return one column of the lines."""
        place = self.places[key]
        return self.area((place, place + 1))

    def letter(self, key: str) -> str:
        """Return the letters of a column."""
        return letters(self.places[key])


def draw(tab: Tab) -> Iterator[Request]:
    """Yield the requests that fill an empty tab of staff."""
    yield requests.texts(tab.sheet_id, (KEY_ROW, 0), heads(tab))
    yield requests.hidden(tab.sheet_id, "ROWS", (KEY_ROW, KEY_ROW + 1))
    yield requests.size(tab.sheet_id, "ROWS", (LABEL_ROW, LABEL_ROW + 1), pixels=36)
    for place, column in enumerate(tab.columns):
        yield from _head(tab, place, column)
    yield requests.protected(
        requests.area(tab.sheet_id, (KEY_ROW, LABEL_ROW + 1)), why="Clés et libellés", warning=True
    )
    yield from draw_lines(Lines.created(tab))


def draw_lines(lines: Lines) -> Iterator[Request]:
    """Yield the requests that make rows numbered lines: numbers, look-ups, looks, rules."""
    tab = lines.tab
    refs = ([tab.ref(lines.number + at)] for at in range(lines.count))
    yield requests.texts(tab.sheet_id, (lines.first, lines.places[REF]), refs)
    rows = (lines.first, lines.first + lines.count)
    yield requests.size(tab.sheet_id, "ROWS", rows, pixels=25)
    for column in tab.columns:
        yield from _cells(lines, column)
    yield from _colours(lines)
    yield from _protections(lines)


def heads(tab: Tab) -> tuple[list[str], list[str]]:
    """Return the row of keys and the row of labels."""
    labels = [
        column.label + (REQUIRED_MARK if column.is_required else "") for column in tab.columns
    ]
    return [column.key for column in tab.columns], labels


def _head(tab: Tab, place: int, column: Column) -> Iterator[Request]:
    span = (place, place + 1)
    yield requests.size(tab.sheet_id, "COLUMNS", span, pixels=column.width)
    if column.key == FIELDS:
        yield requests.hidden(tab.sheet_id, "COLUMNS", span)
    background, ink = HEADS[column.filler]
    head = requests.style(
        background=background,
        text=ink,
        bold=True,
        wrap=True,
        align=_alignment(column),
    )
    label = requests.area(tab.sheet_id, (LABEL_ROW, LABEL_ROW + 1), span)
    yield requests.formatted(label, head)


def _cells(lines: Lines, column: Column) -> Iterator[Request]:
    cells = lines.column(column.key)
    yield requests.formatted(cells, _look(column))
    if column.source:
        yield requests.formula(cells, look_up(lines, column))
    if column.filler is Filler.STAFF and (wanted := condition(column)):
        strict = column.kind is Kind.CHOICE
        yield requests.validated(
            cells,
            wanted,
            message=column.help,
            strict=strict,
            drop_down=strict or column.kind is Kind.LISTED,
        )


def _alignment(column: Column) -> str:
    return "CENTER" if column.key == STATUS else requests.alignment(column.kind)


def _look(column: Column) -> Request:
    by_us = column.filler is not Filler.STAFF
    is_told = column.key in (REF, MESSAGE, STATUS)
    look = requests.style(
        background=colours.PAPER if by_us else "",
        text=colours.MUTED if by_us and not is_told else colours.INK,
        align=_alignment(column),
    )
    return look | requests.number_format(column.kind)


def look_up(lines: Lines, column: Column) -> str:
    """Return the formula of the first line of a looked-up column (handbook: sheets 3)."""
    feed = _feed(lines.tab, column)
    source, ref = letters(feed.place(column.source)), lines.letter(REF)
    line = lines.first + 1
    found = f"INDEX({feed.title}!${source}:${source};MATCH(${ref}{line};{feed.title}!$A:$A;0))"
    return f"=IFERROR({found};{_otherwise(lines, column)})"


def _feed(tab: Tab, column: Column) -> Tab:
    if column.filler is Filler.ANSWER:
        return ANSWERS
    return next(hidden for hidden in HIDDEN_TABS if hidden.title == tab.feed)


def _otherwise(lines: Lines, column: Column) -> str:
    """Return what a line without answer shows: nothing while it is empty, then that it waits."""
    if column.key != STATUS:
        return '""'
    places = [lines.places[one.key] for one in lines.tab.typed()]
    first, last = letters(min(places)), letters(max(places))
    line = lines.first + 1
    return f'IF(COUNTA({first}{line}:{last}{line})=0;"";"En attente")'


def condition(column: Column) -> Request | None:
    """Return what a column's cells should hold, as far as a spreadsheet can say it."""
    if column.kind is Kind.CHOICE:
        labels = [{"userEnteredValue": choice.label} for choice in column.choices]
        return {"type": "ONE_OF_LIST", "values": labels}
    if column.kind is Kind.LISTED:
        letter = letters(LISTS.place(column.list_key))
        listed = f"={LISTS.title}!${letter}$2:${letter}${LIST_LINES + 1}"
        return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": listed}]}
    if column.kind is Kind.DATE:
        return {"type": "DATE_IS_VALID"}
    if column.kind in (Kind.AMOUNT, Kind.COUNT):
        return {"type": "NUMBER_GREATER_THAN_EQ", "values": [{"userEnteredValue": "0"}]}
    if column.kind is Kind.RATE:
        ends = [{"userEnteredValue": "0"}, {"userEnteredValue": "1"}]
        return {"type": "NUMBER_BETWEEN", "values": ends}
    if column.kind is Kind.EMAIL:
        return {"type": "TEXT_IS_EMAIL"}
    return None


def _colours(lines: Lines) -> Iterator[Request]:
    """Yield the conditional formats; the last one added wins."""
    first = lines.first + 1
    letter, fields = lines.letter(STATUS), lines.letter(FIELDS)
    ref, word = lines.column(REF), lines.column(STATUS)
    unused = requests.by_formula(f'=${letter}{first}=""')
    yield requests.coloured(ref, unused, ("", colours.FAINT))
    in_force = requests.by_formula(
        f'=OR(${letter}{first}="OK";LEFT(${letter}{first};10)="En vigueur")'
    )
    yield requests.coloured(word, in_force, colours.GREEN)
    for name, pair in (
        ("Annulé", colours.GREY),
        ("En attente", colours.AMBER),
        ("À compléter", colours.AMBER),
        ("À revalider", colours.AMBER),
        ("Erreur", colours.RED),
    ):
        yield requests.coloured(
            word, requests.is_text(name), pair, bold=name in ("Erreur", "À revalider")
        )
    wrong = requests.by_formula(f'=${letter}{first}="Erreur"')
    yield requests.coloured(ref, wrong, colours.RED, bold=True)
    very_cell = requests.by_formula(f'=ISNUMBER(SEARCH("|"&A$1&"|";${fields}{first}))')
    yield requests.coloured(lines.area((0, lines.places[STATUS])), very_cell, colours.RED)


def _protections(lines: Lines) -> Iterator[Request]:
    """Yield warnings for what is ours in a tab of staff: they must stay able to sort it."""
    places = sorted(
        lines.places[column.key]
        for column in lines.tab.columns
        if column.filler is not Filler.STAFF
    )
    for run in _runs(places):
        yield requests.protected(lines.area(run), why="Rempli par le système", warning=True)


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = places[0]
    for place in [*places[1:], -1]:
        if place != previous + 1:
            yield start, previous + 1
            start = place
        previous = place
