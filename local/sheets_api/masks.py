"""Field masks: `a.b(c,d)`, `a/b,c`, `*`; for what is answered and for what is changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias, cast

from local.sheets_api.errors import invalid

if TYPE_CHECKING:
    from local.sheets_api.errors import Json

Mask: TypeAlias = dict[str, "Mask"]
"""A tree of field names; a leaf (an empty mask) means the whole field."""

_TOKEN = re.compile(r"[\w*]+|[(),./]")


def parse(text: str) -> Mask:
    """Read a mask.

    >>> parse("sheets(data.rowData,properties/title),spreadsheetId")
    {'sheets': {'data': {'rowData': {}}, 'properties': {'title': {}}}, 'spreadsheetId': {}}
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise invalid(f"Invalid field mask: {text}")
    mask: Mask = {}
    rest = _fields(tokens, mask)
    if rest:
        raise invalid(f"Invalid field mask: {text}")
    return {} if "*" in mask else mask


def _fields(tokens: list[str], into: Mask) -> list[str]:
    while tokens:
        place, whole = into, False
        while tokens and tokens[0] not in "(),":
            name, tokens = tokens[0], tokens[1:]
            if name in "./":
                continue
            if name in place and not place[name]:
                whole = True
            place = place.setdefault(name, {})
        if tokens and tokens[0] == "(":
            tokens = _fields(tokens[1:], place)[1:]
        elif not whole:
            place.clear()
        if not tokens or tokens[0] == ")":
            return tokens
        tokens = tokens[1:]
    return tokens


def pick(value: object, mask: Mask) -> object:
    """Return the part of an answer that the mask names."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [pick(item, mask) for item in value]
    if isinstance(value, dict):
        return {key: pick(value[key], part) for key, part in mask.items() if key in value}
    return value


def wants(mask: Mask, *path: str) -> bool:
    """Say whether the mask lets a path through, or a part of what lies below it."""
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def below(mask: Mask, *path: str) -> Mask:
    """Return the part of the mask under a path that it lets through."""
    for name in path:
        if not mask or "*" in mask:
            return {}
        mask = mask[name]
    return mask


def change(old: Json, body: Json, mask: Mask) -> Json:
    """Return `old` with the masked fields taken from `body`; those absent there are cleared.

    >>> change({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 5}}, parse("a,b.c"))
    {'b': {'c': 5, 'd': 3}}
    """
    if not mask or "*" in mask:
        return body
    new = dict(old)
    for name, part in mask.items():
        if part and "*" not in part:
            inner = change(_object(new.get(name)), _object(body.get(name)), part)
            new[name] = inner or None
        else:
            new[name] = body.get(name)
        if new[name] is None:
            del new[name]
    return new


def _object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}
