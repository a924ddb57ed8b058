"""The values of a story: what each kind of field may hold, and YAML read with its places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from bordereau.domain.money import parse_amount

_AMOUNT = re.compile(r"[0-9]{1,13}\.[0-9]{2}")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
_RATE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,4})?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
_SEMESTER = re.compile(r"[1-9][0-9]{3}-H[12]")
_DATE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
_DAYS = re.compile(r"0|[1-9][0-9]{0,4}")
_MERGE: Final = "tag:yaml.org,2002:merge"

BPS_MAX: Final = 10_000


class StoryError(Exception):
    """The story is wrong: a path (lists count from 1) and what was expected there."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"{path}: {text}" if path else text)


@dataclass(frozen=True, slots=True)
class Bare:
    """A scalar that YAML read as a number or nothing: its text, so that it can be named."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a mapping: how its value is read, and what it is when absent."""

    read: Callable[[Any, str], Any]
    is_required: bool = True
    default: Any = None


def load(text: str) -> dict[str, Any]:
    """Return a YAML text as dicts, lists, texts, dates and ``Bare`` numbers.

    Raises ``StoryError`` beginning with ``line N`` for bad YAML, doubled keys, and what is no
    mapping.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = None if node is None else _value(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StoryError(f"line {line}", str(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise StoryError(
            f"line {line}", f"a character that is not allowed: {error.reason}"
        ) from error
    except RecursionError as error:
        raise StoryError("line 1", "is nested too deep, or in itself") from error
    if node is None:
        raise StoryError("line 1", "the story is empty")
    if not isinstance(value, dict):
        raise StoryError(f"line {node.start_mark.line + 1}", "a story is a mapping")
    return value


def _value(node: yaml.Node) -> Any:  # noqa: ANN401
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    kind = node.tag.rsplit(":", 1)[-1]
    text: str = node.value
    if kind == "str":
        return text
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "timestamp" and _DATE.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return Bare(text, kind)
    return Bare(text, kind)


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise StoryError(f"line {line}", "a key is a word")
        if key.tag == _MERGE:
            merged |= _merged(value, line)
        elif key.value in found:
            raise StoryError(f"line {line}", f"{key.value!r} is written twice")
        else:
            found[key.value] = _value(value)
    return {**merged, **found}


def _merged(node: yaml.Node, line: int) -> dict[str, Any]:
    """Return what ``<<`` brings in: one mapping or several, of which the first wins."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found: dict[str, Any] = {}
    for one in nodes:
        if not isinstance(one, yaml.MappingNode):
            raise StoryError(f"line {line}", "<< merges mappings")
        found = {**_mapping(one), **found}
    return found


def shown(value: object) -> str:
    """Return a value as the story has it, for messages."""
    if isinstance(value, Bare):
        return repr(value.text)
    if isinstance(value, dict | list):
        return "a list or mapping"
    return repr(str(value))


def amount(value: Any, path: str, *, zero: bool = False) -> int:  # noqa: ANN401
    """Read an amount in quotes with two decimals, above zero unless ``zero``; in cents."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise StoryError(path, f"{shown(value)} is not an amount in quotes with two decimals")
    cents = parse_amount(value)
    assert cents is not None, "the pattern is a plain decimal"
    if cents == 0 and not zero:
        raise StoryError(path, "an amount is above zero")
    return cents


def amount_or_zero(value: Any, path: str) -> int:  # noqa: ANN401
    """Read an amount that may be zero; in cents."""
    return amount(value, path, zero=True)


def percent(value: Any, path: str) -> int:  # noqa: ANN401
    """Read a percentage in quotes, two decimals at most, 0 to 100; in basis points."""
    if not isinstance(value, str) or not _PERCENT.fullmatch(value):
        raise StoryError(path, f"{shown(value)} is not a percentage in quotes")
    whole, _, decimals = value.partition(".")
    bps = int(whole) * 100 + int((decimals + "00")[:2])
    if bps > BPS_MAX:
        raise StoryError(path, f"{shown(value)} is above 100 %")
    return bps


def rate(value: Any, path: str) -> int:  # noqa: ANN401
    """Read an index, ECB or legal rate in quotes, four decimals at most; in parts per million."""
    if not isinstance(value, str) or not _RATE.fullmatch(value):
        raise StoryError(path, f"{shown(value)} is not a rate in quotes")
    whole, _, decimals = value.lstrip("-").partition(".")
    ppm = int(whole) * 10_000 + int((decimals + "0000")[:4])
    return -ppm if value.startswith("-") else ppm


def date(value: Any, path: str) -> dt.date:  # noqa: ANN401
    """Read a date, ``YYYY-MM-DD``, quoted or not."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise StoryError(path, f"{shown(value)} is not a date YYYY-MM-DD")


def identity(value: Any, path: str) -> str:  # noqa: ANN401
    """Read an id; one that YAML reads as a number has to be quoted."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise StoryError(path, f"{shown(value)} is not an id (quote what looks like a number)")


def text(value: Any, path: str) -> str:  # noqa: ANN401
    """Read a free text."""
    if isinstance(value, str):
        return value
    raise StoryError(path, f"{shown(value)} is not a text")


def flag(value: Any, path: str) -> bool:  # noqa: ANN401
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise StoryError(path, f"{shown(value)} is not true or false")


def days(value: Any, path: str) -> int:  # noqa: ANN401
    """Read a whole number of days, zero or more."""
    if isinstance(value, Bare) and value.kind == "int" and _DAYS.fullmatch(value.text):
        return int(value.text)
    raise StoryError(path, f"{shown(value)} is not a number of days")


def month(value: Any, path: str) -> str:  # noqa: ANN401
    """Read a month, ``"2026-01"``."""
    if isinstance(value, str) and _MONTH.fullmatch(value):
        return value
    raise StoryError(path, f"{shown(value)} is not a month YYYY-MM")


def semester(value: Any, path: str) -> str:  # noqa: ANN401
    """Read a half-year, ``2026-H1``."""
    if isinstance(value, str) and _SEMESTER.fullmatch(value):
        return value
    raise StoryError(path, f"{shown(value)} is not a half-year YYYY-H1 or YYYY-H2")


def choice(*words: str) -> Callable[[Any, str], str]:
    """Return a reader of one word out of several."""

    def read(value: Any, path: str) -> str:  # noqa: ANN401
        if isinstance(value, str) and value in words:
            return value
        raise StoryError(path, f"{shown(value)} is none of {', '.join(words)}")

    return read


def items(value: Any, path: str) -> list[Any]:  # noqa: ANN401
    """Read a list."""
    if isinstance(value, list):
        return value
    raise StoryError(path, f"{shown(value)} is not a list")


def anything(value: Any, path: str) -> Any:  # noqa: ANN401, ARG001
    """Read what is looked at later."""
    return value


def tree(value: Any, path: str) -> dict[str, Any]:  # noqa: ANN401
    """Read an ``expect``: a mapping of whatever it is compared with."""
    if isinstance(value, dict):
        return value
    raise StoryError(path, f"{shown(value)} is not a mapping")


def mapping(value: Any, path: str, fields: Mapping[str, Field]) -> dict[str, Any]:  # noqa: ANN401
    """Read a mapping of known fields; unknown keys are told before missing ones."""
    if not isinstance(value, dict):
        raise StoryError(path, f"{shown(value)} is not a mapping")
    prefix = f"{path}." if path else ""
    for key in value:
        if key not in fields:
            raise StoryError(f"{prefix}{key}", "no such field here")
    read: dict[str, Any] = {}
    for name, field in fields.items():
        if name in value:
            read[name] = field.read(value[name], f"{prefix}{name}")
        elif field.is_required:
            raise StoryError(f"{prefix}{name}", "is missing")
        else:
            read[name] = field.default
    return read


def optional(read: Callable[[Any, str], Any], default: object = None) -> Field:
    """Return a field that may be absent."""
    return Field(read, is_required=False, default=default)
