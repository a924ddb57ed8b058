"""Formulas as text: their tokens, their two spellings, and their references when cells move.

A formula is kept with `;` between arguments and `.` in numbers: the only spelling in which a
comma is always a mistake.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from local.sheets_api.a1 import Box, column_letters, column_number, parse, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sheets_api.book import Sheet
    from local.sheets_api.locale import Locale

Token: TypeAlias = tuple[str, str]
Node: TypeAlias = tuple[object, ...]
Span: TypeAlias = "tuple[int, int | None]"
Rewrite: TypeAlias = "Callable[[Sheet, str], str]"
"""What a formula of a sheet becomes."""

_TITLE = r"(?:'(?:[^']|'')*'|[^\W\d]\w*)!"
_AREA = r"\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}"
_SCAN = (
    r'(?P<text>"(?:[^"]|"")*")|(?P<array>\{[^}]*\})'
    rf"|(?P<ref>(?:{_TITLE})?(?:{_AREA}|\$?\d+:\$?\d+)(?![\w(]))"
    r"|(?P<error>#[A-Z0-9/]+[!?]?)|(?P<number>\d+(?:MARK\d+)?(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[^\W\d][\w.]*)|(?P<space>\s+)|(?P<op><>|<=|>=|.)"
)
_BINDING = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2}
_BINDING |= {"+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN = 6


class FormulaError(ValueError):
    """The text is no formula that this program can read."""


@lru_cache(maxsize=4)
def _scanner(mark: str) -> re.Pattern[str]:
    return re.compile(_SCAN.replace("MARK", re.escape(mark)), re.DOTALL)


def _tokens(text: str, mark: str = ".") -> list[Token]:
    found = _scanner(mark).finditer(text)
    return [(match.lastgroup or "op", match[0]) for match in found]


@lru_cache(maxsize=65536)
def read(text: str, locale_decimal: str) -> str:
    """Return a typed formula in the spelling that is kept.

    >>> read("=IF(A1=1,5;2;3)", ","), read("=SUM(1.5,2)", ".")
    ('=IF(A1=1.5;2;3)', '=SUM(1.5;2)')
    """
    spelled = []
    for kind, piece in _tokens(text, locale_decimal):
        if kind == "number":
            spelled.append(piece.replace(",", "."))
        elif piece == "," and locale_decimal == ".":
            spelled.append(";")
        else:
            spelled.append(piece)
    return "".join(spelled)


@lru_cache(maxsize=65536)
def spell(text: str, separator: str, decimal: str) -> str:
    """Return a kept formula as one country, or an .xlsx file (`,` and `.`), spells it."""
    spelled = []
    for kind, piece in _tokens(text):
        if kind == "number":
            spelled.append(piece.replace(".", decimal))
        else:
            spelled.append(separator if piece == ";" else piece)
    return "".join(spelled)


def local_spelling(text: str, locale: Locale) -> str:
    """Return a kept formula as it is read through the API."""
    return spell(text, locale.separator, locale.decimal)


def split_reference(piece: str) -> tuple[str | None, str]:
    """Return the sheet title of a reference (None: the same sheet) and its cells."""
    title, mark, cells = piece.rpartition("!")
    if not mark:
        return None, cells
    return (title[1:-1].replace("''", "'") if title[0] == "'" else title), cells


def move(
    text: str, home: str, target: str, dimension: str, rule: Callable[[Span], Span | None]
) -> str:
    """Return a formula after rows or columns of a sheet were inserted or deleted.

    Args:
        text: the formula, kept in a cell of the sheet `home`.
        home: title of the sheet of the cell.
        target: title of the sheet whose cells move.
        dimension: "ROWS" or "COLUMNS".
        rule: where a span of row (column) numbers goes; None when it is deleted.
    """
    if target not in text and home != target:
        return text
    moved = []
    for kind, piece in _tokens(text):
        title, cells = split_reference(piece) if kind == "ref" else (None, "")
        same = kind == "ref" and (home if title is None else title) == target
        moved.append(_moved(piece, cells, dimension, rule) if same else piece)
    return "".join(moved)


def _moved(piece: str, cells: str, dimension: str, rule: Callable[[Span], Span | None]) -> str:
    box = parse(cells)
    if box is None:
        return piece
    span = (box.top, box.bottom) if dimension == "ROWS" else (box.left, box.right)
    if span == (0, None):
        return piece
    new = rule(span)
    if new is None:
        return "#REF!"
    if new == span:
        return piece
    ends = (new[0], new[1] - 1 if new[1] is not None else None)
    prefix = piece[: len(piece) - len(cells)]
    corners = cells.split(":")
    for at, corner in enumerate(corners):
        corners[at] = _placed(corner, dimension, ends[at])
    return prefix + ":".join(corners)


def offset(text: str, rows: int, columns: int) -> str:
    """Return a formula as it reads after a copy: references without `$` go along.

    >>> offset('=INDEX(T!$B:$B;MATCH($A3;T!$A:$A;0))', 1, 2)
    '=INDEX(T!$B:$B;MATCH($A4;T!$A:$A;0))'
    """
    new = []
    for kind, piece in _tokens(text):
        cells = split_reference(piece)[1] if kind == "ref" else ""
        corners = [_offset(corner, rows, columns) for corner in cells.split(":")] if cells else []
        new.append(piece[: len(piece) - len(cells)] + ":".join(corners) if cells else piece)
    return "".join(new)


_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")


def _offset(corner: str, rows: int, columns: int) -> str:
    match = _CORNER.fullmatch(corner)
    if not match:
        return corner
    col_fixed, letters, row_fixed, digits = match.groups()
    if digits and not letters:
        row_fixed, col_fixed = col_fixed, ""
    if letters and not col_fixed:
        letters = column_letters(max(column_number(letters) + columns, 0))
    if digits and not row_fixed:
        digits = str(max(int(digits) + rows, 1))
    return f"{col_fixed if letters else ''}{letters}{row_fixed if digits else ''}{digits}"


def _placed(corner: str, dimension: str, number: int | None) -> str:
    match = _CORNER.fullmatch(corner)
    if not match or number is None:
        return corner
    col_fixed, letters, row_fixed, digits = match.groups()
    if dimension == "ROWS":
        return f"{col_fixed}{letters}{row_fixed}{number + 1 if digits else ''}"
    return f"{col_fixed}{column_letters(number) if letters else ''}{row_fixed}{digits}"


def rename(text: str, old: str, new: str) -> str:
    """Return a formula after a sheet was renamed."""
    if old not in text:
        return text
    spelled = []
    for kind, piece in _tokens(text):
        title, cells = split_reference(piece) if kind == "ref" else (None, "")
        spelled.append(f"{quote(new)}!{cells}" if title == old else piece)
    return "".join(spelled)


@lru_cache(maxsize=65536)
def tree(text: str) -> Node:
    """Return the syntax tree of a kept formula.

    Nodes: ("value", v) · ("error", text) · ("area", title or None, Box) · ("call", name, args) ·
    ("op", sign, a, b).

    Raises:
        FormulaError: it cannot be read; the cell then shows `#ERROR!`.
    """
    reader = _Reader([piece for piece in _tokens(text[1:]) if piece[0] != "space"])
    node = reader.expression(0)
    if reader.tokens:
        raise FormulaError(text)
    return node


def sound(text: str) -> bool:
    """Say whether a kept formula may stand as a formula in a file."""
    try:
        tree(text)
    except FormulaError:
        bare = [piece for kind, piece in _tokens(text) if kind == "op"]
        depth = bare.count("(") - bare.count(")")
        return depth == 0 and "," not in bare and '"' not in bare
    return True


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens[::-1]

    def expression(self, binding: int) -> Node:
        left = self._operand()
        while self.tokens:
            sign = self.tokens[-1][1]
            if sign == "%":
                self.tokens.pop()
                left = ("op", "/", left, ("value", 100))
            elif _BINDING.get(sign, 0) > binding:
                self.tokens.pop()
                left = ("op", sign, left, self.expression(_BINDING[sign]))
            else:
                break
        return left

    def _operand(self) -> Node:
        if not self.tokens:
            raise FormulaError
        kind, piece = self.tokens.pop()
        if kind == "number":
            return ("value", float(piece))
        if kind == "text":
            return ("value", piece[1:-1].replace('""', '"'))
        if kind == "error":
            return ("error", piece)
        if kind == "ref":
            title, cells = split_reference(piece)
            return ("area", title, parse(cells) or Box(0, 0, 1, 1))
        if kind == "name":
            return self._name(piece.upper())
        if piece in "+-":
            return ("op", piece, ("value", 0), self.expression(_SIGN))
        if piece == "(":
            node = self.expression(0)
            self._expect(")")
            return node
        raise FormulaError(piece)

    def _name(self, name: str) -> Node:
        if name in {"TRUE", "FALSE"} and not (self.tokens and self.tokens[-1][1] == "("):
            return ("value", name == "TRUE")
        self._expect("(")
        arguments: list[Node] = []
        while self.tokens and self.tokens[-1][1] != ")":
            arguments.append(self.expression(0))
            if self.tokens and self.tokens[-1][1] == ";":
                self.tokens.pop()
        self._expect(")")
        return ("call", name, arguments)

    def _expect(self, sign: str) -> None:
        if not self.tokens or self.tokens.pop()[1] != sign:
            raise FormulaError(sign)
