"""One codec between frozen dataclasses and plain JSON values (dict, list, str, int, bool, None).

Used for what lies in tables, queues and objects. Types are exact: an unknown or missing
attribute and a value of another type are errors, so that nothing is read by halves. Dates are ISO
texts, instants ISO texts in UTC; fields equal to their default are left out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")


class NotPlainError(ValueError):
    """The plain value does not have the shape of the wanted type; says where."""


def to_plain(value: object) -> Any:
    """Return ``value`` as plain JSON values.

    >>> import datetime as dt
    >>> to_plain({"on": dt.date(2026, 1, 5), "list": (1, True)})
    {'on': '2026-01-05', 'list': [1, True]}
    """
    if value is None or type(value) in _SCALARS:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: to_plain(content)
            for name, default in _fields_of(type(value))
            if (content := getattr(value, name)) != default
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(content) for key, content in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [to_plain(item) for item in value]
    raise NotPlainError(f"{type(value).__name__} has no plain form")


def from_plain(wanted: type[T], plain: object, where: str = "") -> T:
    """Build ``wanted`` from plain values; raise ``NotPlainError`` naming the place otherwise.

    >>> from_plain(tuple[int, ...], [1, 2])
    (1, 2)
    """
    return typing.cast("T", _read(wanted, plain, where or getattr(wanted, "__name__", "value")))


_ABSENT = object()
_SCALARS = frozenset({str, int, bool})
"""What most values are; they are their own plain form."""


@cache
def _fields_of(cls: type) -> tuple[tuple[str, object], ...]:
    found = []
    for spec in dataclasses.fields(cls):
        default: object = _ABSENT
        if spec.default is not dataclasses.MISSING:
            default = spec.default
        elif spec.default_factory is not dataclasses.MISSING:
            default = spec.default_factory()
        found.append((spec.name, default))
    return tuple(found)


@cache
def _hints_of(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _read(wanted: Any, plain: Any, where: str) -> object:
    if wanted in _SCALARS:
        return _of_type(plain, wanted, where)
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return _read_optional(wanted, plain, where)
    if origin is not None:
        return _read_collection(wanted, origin, plain, where)
    if isinstance(wanted, typing.NewType):
        return _read(wanted.__supertype__, plain, where)
    if dataclasses.is_dataclass(wanted):
        return _read_dataclass(typing.cast("type", wanted), plain, where)
    return _read_scalar(wanted, plain, where)


def _read_optional(wanted: Any, plain: Any, where: str) -> object:
    if plain is None and type(None) in get_args(wanted):
        return None
    kinds = [kind for kind in get_args(wanted) if kind is not type(None)]
    if len(kinds) == 1:
        return _read(kinds[0], plain, where)
    for kind in kinds:
        if isinstance(kind, type) and type(plain) is kind:
            return plain
    raise NotPlainError(f"{where}: {type(plain).__name__} is none of {wanted}")


def _read_collection(wanted: Any, origin: Any, plain: Any, where: str) -> object:
    if origin is typing.Literal:
        if plain in get_args(wanted):
            return plain
        raise NotPlainError(f"{where}: {plain!r} is none of {get_args(wanted)}")
    if origin is tuple:
        kind = get_args(wanted)[0]
        items = _of_type(plain, list, where)
        return tuple(_read(kind, item, f"{where}[{index}]") for index, item in enumerate(items))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        kind = get_args(wanted)[1]
        pairs = _of_type(plain, dict, where)
        return {str(key): _read(kind, item, f"{where}.{key}") for key, item in pairs.items()}
    raise NotPlainError(f"{where}: {wanted} has no plain form")


def _read_dataclass(cls: type, plain: Any, where: str) -> object:
    given = _of_type(plain, dict, where)
    names = dict(_fields_of(cls))
    if unknown := sorted(set(given) - set(names)):
        raise NotPlainError(f"{where}: unknown {', '.join(unknown)}")
    hints = _hints_of(cls)
    values = {}
    for name, default in names.items():
        if name in given:
            values[name] = _read(hints[name], given[name], f"{where}.{name}")
        elif default is _ABSENT:
            raise NotPlainError(f"{where}: {name} is missing")
    return cls(**values)


def _read_scalar(wanted: Any, plain: Any, where: str) -> object:
    if wanted is Any or wanted is object:
        return plain
    if issubclass(wanted, Enum):
        try:
            return wanted(plain)
        except ValueError as error:
            raise NotPlainError(f"{where}: {plain!r} is no {wanted.__name__}") from error
    if wanted in (dt.date, dt.datetime):
        return _read_date(wanted, _of_type(plain, str, where), where)
    raise NotPlainError(f"{where}: {wanted.__name__} has no plain form")


def _read_date(wanted: type[dt.date], text: str, where: str) -> object:
    try:
        found = wanted.fromisoformat(text)
    except ValueError as error:
        raise NotPlainError(f"{where}: {text!r} is no {wanted.__name__}") from error
    if not isinstance(found, dt.datetime):
        return found
    if found.tzinfo is None:
        raise NotPlainError(f"{where}: an instant without time zone")
    return found.astimezone(dt.UTC)


def _of_type(plain: Any, kind: type, where: str) -> Any:
    if type(plain) is not kind:
        raise NotPlainError(f"{where}: expected {kind.__name__}, found {type(plain).__name__}")
    return plain
