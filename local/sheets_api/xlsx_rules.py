"""Validations and conditional formats between the API and an .xlsx file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from local.sheets_api import xlsx_look
from local.sheets_api.formula import read, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.sheets_api.a1 import Box
    from local.sheets_api.errors import Json
    from local.sheets_api.locale import Locale

Key: TypeAlias = tuple[object, ...]
"""What an .xlsx file can say of a rule: kind, arguments, whether it is strict, the message."""

_LIST_LIMIT = 255
_NUMBERS = {
    "NUMBER_BETWEEN": "between",
    "NUMBER_NOT_BETWEEN": "notBetween",
    "NUMBER_EQ": "equal",
    "NUMBER_NOT_EQ": "notEqual",
    "NUMBER_GREATER": "greaterThan",
    "NUMBER_GREATER_THAN_EQ": "greaterThanOrEqual",
    "NUMBER_LESS": "lessThan",
    "NUMBER_LESS_THAN_EQ": "lessThanOrEqual",
}
_FROM_NUMBERS = {value: key for key, value in _NUMBERS.items()}
_WORDS = {
    "between": "between",
    "notBetween": "not between",
    "equal": "==",
    "notEqual": "!=",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
}
_EMAIL = 'ISNUMBER(FIND("@",'


def _values(condition: Json) -> list[str]:
    return [str(value.get("userEnteredValue", "")) for value in condition.get("values", [])]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        return None


def key_of(rule: Json, locale: Locale, list_name: Callable[[list[str] | str], str]) -> Key | None:
    """Return what the file will say of a validation rule; None when it can say nothing.

    Args:
        rule: a DataValidationRule.
        locale: that of the spreadsheet.
        list_name: gives the defined name under which values, or a range, are kept.
    """
    condition = rule["condition"]
    kind, values = condition["type"], _values(condition)
    end = (bool(rule.get("strict")), rule.get("inputMessage") or "")
    if kind == "BOOLEAN":
        return ("list", locale.true, locale.false, *end)
    if kind == "ONE_OF_LIST":
        inside = len(",".join(values)) <= _LIST_LIMIT and not any(
            "," in v or '"' in v for v in values
        )
        return ("list", *values, *end) if inside else ("name", list_name(values), *end)
    if kind == "ONE_OF_RANGE" and values:
        return ("name", list_name(values[0]), *end)
    numbers = [_number(value) for value in values]
    if kind in _NUMBERS and None not in numbers:
        return ("number", _NUMBERS[kind], *numbers, *end)
    if kind == "DATE_IS_VALID":
        return ("date", *end)
    if kind == "TEXT_IS_EMAIL":
        return ("email", *end)
    if kind == "CUSTOM_FORMULA" and values:
        return ("custom", spell(read(values[0], locale.decimal), ",", ".").removeprefix("="), *end)
    return None


def to_file(key: Key, first_cell: str) -> Json:
    """Return the options of xlsxwriter for a rule.

    Args:
        key: of the rule.
        first_cell: name of the first cell of its range, for a rule by formula.
    """
    kind, arguments, (strict, message) = key[0], key[1:-2], key[-2:]
    options: Json = {"error_type": "stop" if strict else "warning"}
    if message:
        options["input_message"] = str(message)[:_LIST_LIMIT]
    if kind == "list":
        return options | {"validate": "list", "source": list(arguments)}
    if kind == "name":
        return options | {"validate": "list", "source": f"={arguments[0]}"}
    if kind == "number":
        options |= {"validate": "decimal", "criteria": _WORDS[str(arguments[0])]}
        names = ("minimum", "maximum") if len(arguments) > 2 else ("value",)  # noqa: PLR2004
        return options | dict(zip(names, arguments[1:], strict=True))
    if kind == "date":
        return options | {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}
    formula = f"{_EMAIL}{first_cell}))" if kind == "email" else arguments[0]
    return options | {"validate": "custom", "value": f"={formula}"}


def from_file(found: Any) -> Key | None:  # noqa: ANN401  openpyxl's DataValidation
    """Return the key of a validation that openpyxl read."""
    first, second = found.formula1 or "", found.formula2
    end = (found.errorStyle not in {"warning", "information"}, found.prompt or "")
    if found.type == "list" and first.startswith('"'):
        return ("list", *first.strip('"').split(","), *end)
    if found.type == "list":
        return ("name", first, *end)
    if found.type in {"decimal", "whole"}:
        numbers = [_number(text) for text in (first, second) if text is not None]
        return ("number", found.operator or "between", *numbers, *end)
    if found.type == "date":
        return ("date", *end)
    if found.type == "custom":
        return ("email", *end) if first.startswith(_EMAIL) else ("custom", first, *end)
    return None


def to_api(key: Key, locale: Locale) -> Json:
    """Return a rule for a key that no program of ours wrote."""
    kind, arguments, (strict, message) = key[0], [str(one) for one in key[1:-2]], key[-2:]
    kinds = {"list": "ONE_OF_LIST", "name": "ONE_OF_RANGE", "date": "DATE_IS_VALID"}
    kinds |= {"email": "TEXT_IS_EMAIL", "custom": "CUSTOM_FORMULA"}
    if kind == "number":
        condition: Json = {"type": _FROM_NUMBERS[arguments.pop(0)]}
    else:
        condition = {"type": kinds[str(kind)]}
    if kind in {"name", "custom"}:
        kept = read("=" + arguments[0], ".")
        arguments = [spell(kept, locale.separator, locale.decimal)]
    if arguments:
        condition["values"] = [{"userEnteredValue": argument} for argument in arguments]
    rule: Json = {"condition": condition, "showCustomUi": True}
    return (
        rule | ({"strict": True} if strict else {}) | ({"inputMessage": message} if message else {})
    )


def condition_to_file(rule: Json, locale: Locale) -> Json | None:
    """Return the options of xlsxwriter for a conditional format, without its format."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    kind, values = condition.get("type"), _values(condition)
    if kind == "CUSTOM_FORMULA":
        return {"type": "formula", "criteria": spell(read(values[0], locale.decimal), ",", ".")}
    if kind == "TEXT_EQ":
        text = values[0].replace('"', '""')
        return {"type": "cell", "criteria": "==", "value": f'"{text}"'}
    if kind == "TEXT_CONTAINS":
        return {"type": "text", "criteria": "containing", "value": values[0]}
    if kind in {"BLANK", "NOT_BLANK"}:
        return {"type": "blanks" if kind == "BLANK" else "no_blanks"}
    if kind in _NUMBERS and (numbers := [_number(value) for value in values]):
        names = ("minimum", "maximum") if len(numbers) > 1 else ("value",)
        criteria = _WORDS[_NUMBERS[kind]]
        return {"type": "cell", "criteria": criteria} | dict(zip(names, numbers, strict=True))
    return None


def condition_format(rule: Json, locale: Locale) -> Json:
    """Return the properties of xlsxwriter for what a conditional format paints."""
    look = xlsx_look.from_api(rule["booleanRule"].get("format", {}), locale)
    kept = ("bold", "italic", "underline", "font_strikeout", "font_color", "bg_color")
    return {key: value for key, value in xlsx_look.to_file(look).items() if key in kept}


def boxes(places: Iterable[tuple[int, int]], make: type[Box]) -> list[Box]:
    """Cover cells by few rectangles: runs in each column, equal neighbours joined."""
    columns: dict[int, list[int]] = {}
    for row, column in places:
        columns.setdefault(column, []).append(row)
    open_runs: dict[tuple[int, int], int] = {}
    done: list[Box] = []
    previous = -2
    for column in sorted(columns):
        runs = _runs(sorted(columns[column]))
        kept = {
            run: left for run, left in open_runs.items() if run in runs and column == previous + 1
        }
        closed = ((run, left) for run, left in open_runs.items() if run not in kept)
        done += [make(top, left, bottom, previous + 1) for (top, bottom), left in closed]
        open_runs = {run: kept.get(run, column) for run in runs}
        previous = column
    done += [make(top, left, bottom, previous + 1) for (top, bottom), left in open_runs.items()]
    return done


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs
