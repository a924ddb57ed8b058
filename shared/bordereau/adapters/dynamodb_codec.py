"""Between a record and an item of DynamoDB: exact types, whole numbers only, nothing unknown.

An item is ``tables.to_item(record)`` and ``pk``, ``sk``, ``record`` (the class's name) and, while
the record stands in an index, ``<index>_pk`` and ``<index>_sk``. boto3's own serializer reads
numbers as ``Decimal`` and takes binary fractions; here anything but an integer is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from bordereau.domain.plain import NotPlainError, from_plain
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import ITEMS, Index, index_keys, key_of, to_item

Attribute: TypeAlias = dict[str, Any]
"""One value with its type, as DynamoDB writes it: ``{"N": "1"}``."""

RECORD: Final = "record"
"""The attribute that names the record's class (``kind`` is a field of several records)."""

KINDS: Final[Mapping[str, type]] = {kind.__name__: kind for kind in ITEMS}

BEFORE_ALL: Final = "\0"
"""Sorts before every text that stands in a key (a key is never empty, nor may a bound be)."""

AFTER_ALL: Final = "\U0010ffff"
"""Sorts after every text that stands in a key."""


def encode(plain: object) -> Attribute:
    """Return a plain value as an attribute.

    >>> encode([1, True, None, {"a": ""}])
    {'L': [{'N': '1'}, {'BOOL': True}, {'NULL': True}, {'M': {'a': {'S': ''}}}]}
    """
    if plain is None:
        return {"NULL": True}
    if isinstance(plain, bool):
        return {"BOOL": plain}
    if isinstance(plain, int):
        return {"N": str(plain)}
    if isinstance(plain, str):
        return {"S": plain}
    if isinstance(plain, list):
        return {"L": [encode(one) for one in plain]}
    if isinstance(plain, dict):
        return {"M": {name: encode(one) for name, one in plain.items()}}
    raise InvariantError(f"{type(plain).__name__} has no place in a table")


def decode(attribute: Mapping[str, Any]) -> object:
    """Return an attribute as a plain value; raise ``InvariantError`` for any other type of it.

    >>> decode({"L": [{"N": "1"}, {"M": {"a": {"S": ""}}}]})
    [1, {'a': ''}]
    """
    (tag, value) = next(iter(attribute.items()))
    if tag == "N":
        return _whole(value)
    if tag in ("S", "BOOL"):
        return value
    if tag == "NULL":
        return None
    if tag == "L":
        return [decode(one) for one in value]
    if tag == "M":
        return {name: decode(one) for name, one in value.items()}
    raise InvariantError(f"an attribute of type {tag} is none of ours")


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvariantError(f"{text} is no whole number") from error


def item_of(record: object) -> dict[str, Attribute]:
    """Return the item that keeps a record."""
    pk, sk = key_of(record)
    keys = {"pk": pk, "sk": sk, RECORD: type(record).__name__, **index_attributes(record)}
    return {name: encode(value) for name, value in (to_item(record) | keys).items()}


def size_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Return the bytes of an item as DynamoDB counts them (developer guide, item sizes).

    >>> size_of({"pk": {"S": "é"}, "n": {"N": "-120"}, "l": {"L": [{"BOOL": True}]}})
    14
    """
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(attribute: Mapping[str, Any]) -> int:
    (tag, value) = next(iter(attribute.items()))
    if tag == "S":
        return len(str(value).encode())
    if tag == "N":
        digits = str(value).lstrip("-").strip("0")
        return (len(digits) + 1) // 2 + 1 + str(value).startswith("-")
    if tag == "L":
        return 3 + sum(1 + _size(one) for one in value)
    if tag == "M":
        return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in value.items())
    return 1


def key_attributes(record: object) -> dict[str, Attribute]:
    """Return the key of the item that keeps a record."""
    pk, sk = key_of(record)
    return {"pk": encode(pk), "sk": encode(sk)}


def index_attributes(record: object) -> dict[str, str]:
    """Return the attributes that put the record into its indexes, as it is now."""
    found: dict[str, str] = {}
    for index, (pk, sk) in index_keys(record).items():
        found |= {f"{index}_pk": pk, f"{index}_sk": sk}
    return found


def record_of_item(item: Mapping[str, Mapping[str, Any]]) -> object:
    """Return the record that an item keeps; raise ``InvariantError`` when it is not one of ours."""
    name = str(decode(item.get(RECORD, {"S": ""})))
    kind = KINDS.get(name)
    if kind is None:
        raise InvariantError(f"an item is no record of ours: {name!r}")
    plain = {field: decode(value) for field, value in item.items() if field not in _OURS}
    try:
        return cast("object", from_plain(kind, plain))
    except NotPlainError as error:
        raise InvariantError(f"a stored {name} cannot be read: {error}") from error


_OURS: Final = frozenset(
    {"pk", "sk", RECORD, *(f"{index}_{part}" for index in Index for part in ("pk", "sk"))}
)
