"""What a function's code can ask of the ledger at all: its definitions, followed by name.

From the wiring of a function every definition is reached that a reached one names (a class with all
its methods). Of each reached definition the calls of the port are noted. What a name cannot tell
(a kind that is an argument) is left out: the month that is played shows those.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from bordereau.domain.shapes import SHAPES
from bordereau.domain.tables import INDEX_TABLE, ITEMS, Guard, Index, Table
from tests.e2e.rights import Right

SHARED: Final = Path(__file__).resolve().parents[2] / "shared"
KINDS: Final = {kind.__name__: kind for kind in ITEMS}
_BY_SHAPE: Final = SHAPES
_READS: Final = {
    "get": "dynamodb:GetItem",
    "read": "dynamodb:GetItem",
    "take": "dynamodb:GetItem",
    "list": "dynamodb:Query",
}
_FOLLOWED: Final = ("bordereau.services", "bordereau.entry")
Place = tuple[str, str]
"""A module and a name at its top."""


@dataclass
class Module:
    """A module: its definitions, and where its imported names come from."""

    definitions: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)


@cache
def module(name: str) -> Module:
    """Read a module of ours; empty for one that is no single file."""
    path = SHARED.joinpath(*name.split(".")).with_suffix(".py")
    if not path.exists():
        path = path.with_suffix("") / "__init__.py"
    found = Module()
    if not path.exists():
        return found
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found.imported[alias.asname or alias.name] = (node.module, alias.name)
    for node in tree.body:
        found.definitions.update(dict.fromkeys(_defined(node), node))
    return found


def _defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def reached(function: str) -> dict[Place, ast.AST]:
    """Return every definition that the wiring of a function reaches, by module and name."""
    start = f"bordereau.entry.wiring.{function}"
    found: dict[Place, ast.AST] = {}
    ahead = [(start, name) for name in module(start).definitions]
    while ahead:
        place = ahead.pop()
        node = module(place[0]).definitions.get(place[1])
        if node is not None and place not in found:
            found[place] = node
            ahead += _named(place[0], node)
    return found


def _named(where: str, node: ast.AST) -> Iterator[Place]:
    """Yield the places that a definition names, its own module's and those of others."""
    here = module(where)
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            if part.id in here.definitions:
                yield where, part.id
            elif part.id in here.imported and here.imported[part.id][0].startswith(_FOLLOWED):
                yield here.imported[part.id]
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            source, name = here.imported.get(part.value.id, ("", ""))
            if source.startswith(_FOLLOWED):
                yield f"{source}.{name}", part.attr


def possible(function: str) -> set[Right]:
    """Return the rights on tables that the reached code can need."""
    found: set[Right] = set()
    for (where, _), node in reached(function).items():
        if where == "bordereau.services.draft":
            continue  # its calls are those of whoever uses it
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                found.update(_of_call(part))
            elif isinstance(part, ast.Tuple):
                found.update(_of_wanted(part))
            elif isinstance(part, ast.Constant) and str(part.value) in _BY_SHAPE:
                found.update(_of_shape(str(part.value)))
    return found


def _of_call(call: ast.Call) -> Iterator[Right]:
    if isinstance(call.func, ast.Attribute) and call.args and (kind := _kind(call.args[0])):
        table = _table(ITEMS[kind].table)
        if call.func.attr in _READS:
            yield _READS[call.func.attr], table
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"post", "post_bank"}:
        yield "dynamodb:GetItem", _table(Table.LEDGER)  # the position or the bank's head
    if isinstance(call.func, ast.Attribute) and call.func.attr == "require":
        # of a record that is not written; what is required of stands in this table but once
        yield "dynamodb:ConditionCheckItem", _table(Table.LEDGER)
    for argument in call.args:
        if isinstance(argument, ast.Attribute) and getattr(argument.value, "id", "") == "Index":
            index = Index[argument.attr]
            yield "dynamodb:Query", f"{_table(INDEX_TABLE[index])}/index/{index}"


def _of_wanted(pair: ast.Tuple) -> Iterator[Right]:
    """Yield the right that a pair of kind and key needs, as ``Ledger.get_many`` is asked."""
    is_pair = len(pair.elts) == 2 and isinstance(pair.elts[1], ast.Dict | ast.Name)
    if is_pair and (kind := _kind(pair.elts[0])) and not _kind(pair.elts[1]):
        yield "dynamodb:BatchGetItem", _table(ITEMS[kind].table)


def _of_shape(name: str) -> Iterator[Right]:
    for part in _BY_SHAPE[name].parts:
        item = ITEMS[part.kind]
        yield "dynamodb:PutItem", _table(item.table)
        if item.guard is Guard.ARITHMETIC:
            yield "dynamodb:UpdateItem", _table(item.table)


def _kind(node: ast.expr) -> type | None:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return KINDS.get(name)


def _table(table: Table) -> str:
    return f"{table.capitalize()}Table"
