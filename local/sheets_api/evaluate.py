"""The values of formulas: arithmetic, and the few look-ups that the product writes.

Everything else keeps the value that a spreadsheet program stored in the file, or shows nothing.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from local.sheets_api.formula import FormulaError, tree
from local.sheets_api.locale import ERRORS, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.sheets_api.a1 import Box
    from local.sheets_api.book import Book, Sheet
    from local.sheets_api.errors import Json
    from local.sheets_api.formula import Node

Scalar: TypeAlias = "float | str | bool | None"

ERROR_TEXTS = {name: text for text, name in ERRORS.items()}


class CellError(Exception):
    """The value is an error; its argument is the name of the error in the API."""


class UnknownFormulaError(Exception):
    """The formula uses something that this program does not compute."""


def scalar(value: Json) -> Scalar:
    """Return an ExtendedValue as a Python value; an error is raised."""
    if "errorValue" in value:
        raise CellError(value["errorValue"]["type"])
    found: Scalar = next(iter(value.values()), None)
    return found


def extended(value: Scalar) -> Json:
    """Return a Python value as an ExtendedValue; nothing becomes an empty object."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {} if value is None else {"numberValue": number(value)}


def key_of(value: Scalar) -> Scalar:
    """Return what two equal values have in common: texts compare without case."""
    return value.lower() if isinstance(value, str) else value


class Evaluator:
    """The values of one state of a book; thrown away at the next write.

    Columns that are looked into are indexed once: 4,000 look-ups cost one reading of the column.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[tuple[int, int, int], Json] = {}
        self._running: set[tuple[int, int, int]] = set()
        self._areas: dict[tuple[object, object], tuple[Sheet, Box]] = {}
        self._indexes: dict[tuple[int, Box], dict[tuple[type, Scalar], list[int]]] = {}

    def value(self, sheet: Sheet, row: int, column: int) -> Json:
        """Return the ExtendedValue that a cell shows; empty when it shows nothing."""
        cell = sheet.cell(row, column)
        entered: Json = cell.get("userEnteredValue", {})
        if "formulaValue" not in entered:
            return entered
        key = (sheet.sheet_id, row, column)
        if key not in self._known:
            if key in self._running:
                raise CellError("REF")
            self._running.add(key)
            try:
                self._known[key] = self._formula(sheet, entered["formulaValue"], cell)
            finally:
                self._running.discard(key)
        return self._known[key]

    def truth(self, sheet: Sheet, text: str) -> bool:
        """Say whether a condition by formula holds; one that cannot be computed does not."""
        value = self._formula(sheet, text, {})
        return value.get("boolValue", False) is True or bool(value.get("numberValue"))

    def _formula(self, sheet: Sheet, text: str, cell: Json) -> Json:
        try:
            return extended(self._scalar(sheet, tree(text)))
        except UnknownFormulaError:
            stored: Json = cell.get("effectiveValue", {"stringValue": ""})
            return stored
        except CellError as error:
            return {"errorValue": {"type": error.args[0], "message": ""}}
        except FormulaError:
            return {"errorValue": {"type": "ERROR", "message": "Formula parse error."}}

    def _scalar(self, sheet: Sheet, node: Node) -> Scalar:
        if node[0] == "value":
            return node[1]  # type: ignore[return-value]  # the reader made it
        if node[0] == "area":
            target, box = self._area(sheet, node)
            if box.size() != (1, 1):
                raise UnknownFormulaError
            return scalar(self.value(target, box.top, box.left))
        if node[0] == "error":
            raise CellError(ERRORS.get(str(node[1]), "ERROR"))
        if node[0] == "op":
            return self._operation(sheet, node)
        _, name, arguments = node
        function = self._FUNCTIONS.get(str(name))
        if function is None:
            raise UnknownFormulaError
        return function(self, sheet, arguments)

    def _operation(self, sheet: Sheet, node: Node) -> Scalar:
        _, sign, left, right = node
        a, b = self._scalar(sheet, left), self._scalar(sheet, right)  # type: ignore[arg-type]
        if sign == "&":
            return _text(a) + _text(b)
        if sign in _COMPARISONS:
            return _compare(str(sign), a, b)
        try:
            found: float = _ARITHMETIC[str(sign)](_float(a), _float(b))
        except ZeroDivisionError:
            raise CellError("DIVIDE_BY_ZERO") from None
        except OverflowError:
            raise CellError("NUM") from None
        return found

    def _area(self, sheet: Sheet, node: Node) -> tuple[Sheet, Box]:
        if node[0] != "area":
            raise UnknownFormulaError
        _, title, box = node
        key = (sheet.sheet_id if title is None else title, box)
        if key not in self._areas:
            target = sheet if title is None else self._book.titled(str(title))
            if target is None:
                raise CellError("REF")
            self._areas[key] = target, box.clip(*target.size())  # type: ignore[attr-defined]
        return self._areas[key]

    def _column_index(self, target: Sheet, box: Box) -> dict[tuple[type, Scalar], list[int]]:
        key = (target.sheet_id, box)
        if key not in self._indexes:
            index: dict[tuple[type, Scalar], list[int]] = {}
            for row, value in self._values(target, box):
                kind = bool if isinstance(value, bool) else str if isinstance(value, str) else float
                index.setdefault((kind, key_of(value)), []).append(row - box.top)
            self._indexes[key] = index
        return self._indexes[key]

    def _values(self, target: Sheet, box: Box) -> Iterator[tuple[int, Scalar]]:
        for row, column in target.filled(box):
            value = self.value(target, row, column)
            if value and "errorValue" not in value:
                yield row, scalar(value)

    def _find(self, target: Sheet, box: Box, wanted: Scalar) -> list[int]:
        kind = bool if isinstance(wanted, bool) else str if isinstance(wanted, str) else float
        return self._column_index(target, box).get((kind, key_of(wanted)), [])

    def _iferror(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        try:
            return self._scalar(sheet, arguments[0])
        except CellError:
            return self._scalar(sheet, arguments[1]) if len(arguments) > 1 else ""

    def _index(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        target, box = self._area(sheet, arguments[0])
        row = int(_float(self._scalar(sheet, arguments[1])))
        if len(arguments) != 2 or not 0 < row <= box.size()[0]:  # noqa: PLR2004  area and row
            raise CellError("REF")
        return scalar(self.value(target, box.top + row - 1, box.left))

    def _match(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        wanted = self._scalar(sheet, arguments[0])
        target, box = self._area(sheet, arguments[1])
        exact = len(arguments) > 2 and self._scalar(sheet, arguments[2]) == 0  # noqa: PLR2004
        if not exact or box.size()[1] != 1:
            raise UnknownFormulaError
        found = self._find(target, box, wanted) if wanted is not None else []
        if not found:
            raise CellError("N_A")
        return found[0] + 1

    def _if(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        chosen = 1 if self._scalar(sheet, arguments[0]) else 2
        return self._scalar(sheet, arguments[chosen]) if chosen < len(arguments) else False

    def _counta(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        areas = [self._area(sheet, argument) for argument in arguments]
        return sum(
            bool(target.cell(*place).get("userEnteredValue"))
            for target, box in areas
            for place in target.filled(box)
        )

    def _countif(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        target, box = self._area(sheet, arguments[0])
        wanted = self._scalar(sheet, arguments[1])
        if isinstance(wanted, str) and (set(wanted) & set("*?~") or wanted[:1] in {"<", ">", "="}):
            raise UnknownFormulaError
        return len(self._find(target, box, wanted))

    def _search(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        wanted, text = (_text(self._scalar(sheet, argument)) for argument in arguments)
        place = text.casefold().find(wanted.casefold())
        if place < 0:
            raise CellError("VALUE")
        return place + 1

    def _isnumber(self, sheet: Sheet, arguments: list[Node]) -> Scalar:
        try:
            value = self._scalar(sheet, arguments[0])
        except CellError:
            return False
        return isinstance(value, int | float) and not isinstance(value, bool)

    _FUNCTIONS: ClassVar[dict[str, Callable[[Evaluator, Sheet, Any], Scalar]]] = {
        "IFERROR": _iferror,
        "INDEX": _index,
        "MATCH": _match,
        "IF": _if,
        "COUNTA": _counta,
        "COUNTIF": _countif,
        "SEARCH": _search,
        "ISNUMBER": _isnumber,
    }


_ARITHMETIC: dict[str, Callable[[float, float], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _float(value: Scalar) -> float:
    if isinstance(value, str):
        raise CellError("VALUE")
    return float(value or 0)


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value if isinstance(value, str) else number(value))


def _compare(sign: str, a: Scalar, b: Scalar) -> bool:
    if a is None or b is None:
        other = b if a is None else a
        empty: Scalar = "" if isinstance(other, str) else 0
        a, b = empty if a is None else a, empty if b is None else b
    if isinstance(a, str) != isinstance(b, str):
        return sign == "<>" or (sign in {"<", "<="} and isinstance(b, str))
    return _COMPARISONS[sign](key_of(a), key_of(b))
