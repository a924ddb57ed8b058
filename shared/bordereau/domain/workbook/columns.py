"""What a tab and a column of the workbook are: keys for the program, labels for people.

A column is known by its machine key in the hidden first row, a line by its reference in column A:
labels may be reworded, columns and lines moved, private columns added (handbook: sheets 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

KEY_ROW: Final = 0
"""The hidden row of machine keys, counted from zero."""

LABEL_ROW: Final = 1
"""The frozen row of labels."""

FIRST_LINE: Final = 2
"""The row of the first line."""

REF: Final = "ref"
STATUS: Final = "@status"
MESSAGE: Final = "@message"
FIELDS: Final = "@fields"


class Kind(StrEnum):
    """What a cell holds, hence how it is read, shown and checked."""

    REF = "ref"
    TEXT = "text"
    LONG_TEXT = "long-text"
    CODE = "code"
    AMOUNT = "amount"
    BALANCE = "balance"
    RATE = "rate"
    DATE = "date"
    INSTANT = "instant"
    COUNT = "count"
    TIME = "time"
    CHOICE = "choice"
    LISTED = "listed"
    SIREN = "siren"
    VAT = "vat"
    IBAN = "iban"
    BIC = "bic"
    EMAIL = "email"
    EMAILS = "emails"
    SETTING = "setting"


class Filler(StrEnum):
    """Who fills a column: staff (white), the system (grey), or the system's answer (the end)."""

    STAFF = "staff"
    SYSTEM = "system"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down: what people read, what the program reads."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``help`` is what a person reads on the label, ``source`` a hidden tab's column.

    ``list_key`` names the list of ``_listes`` that a ``LISTED`` column chooses from. ``source`` is
    the machine key of the look-up's column; empty for what staff type.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    help: str = ""
    width: int = 120
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    list_key: str = ""
    filler: Filler = Filler.STAFF
    source: str = ""
    default: str = ""

    def code_of(self, label: str) -> str | None:
        """Return the code of a drop-down's label, whatever its case; ``None`` when not listed."""
        wanted = label.strip().casefold()
        return next((c.code for c in self.choices if c.label.casefold() == wanted), None)


class TabKind(StrEnum):
    """Whose tab it is: staff's lines, the system's tables, hidden tables, the home page."""

    HOME = "home"
    STAFF = "staff"
    SYSTEM = "system"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. ``sheet_id`` is its identity (a renamed tab is still found), ``key`` its code name.

    Staff tabs have ``lines`` lines numbered ``prefix-0001`` on; ``feed`` is the hidden tab from
    which their grey columns are looked up. ``guide`` is what the first row's note says.
    ``is_hidden``: seldom needed, so that people show it when they want it (fifteen are seen).
    """

    key: str
    sheet_id: int
    title: str
    kind: TabKind
    columns: tuple[Column, ...]
    prefix: str = ""
    lines: int = 0
    feed: str = ""
    guide: str = ""
    group: str = ""
    is_hidden: bool = False
    extra: tuple[Column, ...] = field(default=())

    def column(self, key: str) -> Column:
        """Return a column by its key; asking for another is our mistake."""
        return next(column for column in self.columns if column.key == key)

    def place(self, key: str) -> int:
        """Return the place of a column as the workbook is created, from zero."""
        return [column.key for column in self.columns].index(key)

    def typed(self) -> tuple[Column, ...]:
        """Return the white columns, in order; they stand side by side."""
        return tuple(column for column in self.columns if column.filler is Filler.STAFF)

    def ref(self, number: int) -> str:
        """Return the reference of a line.

        >>> Tab("lines", 5, "Garanties", TabKind.STAFF, (), prefix="G").ref(12)
        'G-0012'
        """
        return f"{self.prefix}-{number:04d}"

    def refs(self) -> Iterator[str]:
        """Yield the references of the numbered lines."""
        return (self.ref(number) for number in range(1, self.lines + 1))


def letters(place: int) -> str:
    """Return the letters of a column from its place, counted from zero.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    rest = place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def choices(**labels: str) -> tuple[Choice, ...]:
    """Return a drop-down from codes and labels.

    >>> choices(yes="Oui")
    (Choice(label='Oui', code='yes'),)
    """
    return tuple(Choice(label, code.replace("__", "/")) for code, label in labels.items())


def ref_column() -> Column:
    """Return the first column of a staff tab."""
    return Column(REF, "Réf.", Kind.REF, width=72, filler=Filler.SYSTEM)


def answers() -> tuple[Column, ...]:
    """Return the last columns of a staff tab: what the system answers, looked up by reference."""
    return (
        Column(
            STATUS,
            "Contrôle",
            Kind.TEXT,
            "Rempli par le système, à son prochain passage.",
            width=130,
            filler=Filler.ANSWER,
            source=STATUS,
        ),
        Column(
            MESSAGE,
            "Message",
            Kind.LONG_TEXT,
            "Ce qui ne va pas et ce qu'il faut faire, ou ce qui a pris effet.",
            width=640,
            filler=Filler.ANSWER,
            source=MESSAGE,
        ),
        Column(FIELDS, "", Kind.TEXT, width=40, filler=Filler.ANSWER, source=FIELDS),
    )
