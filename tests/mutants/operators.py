"""The mutants of a module: every small change of an expression that a slip could make."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
REVERSED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
CALLED: Final = {"min": "max", "max": "min", "debit": "credit", "credit": "debit", "any": "all"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change; ``name`` says where and what, and stays when lines move."""

    name: str
    tree: ast.Module


Change = Callable[[ast.expr], ast.expr]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield the changes of one expression: a mark, and what makes the changed copy."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (COMPARED, REVERSED):
            if other := table.get(type(node.ops[0])):
                yield other.__name__, _with(ops=[other()])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if other_name := CALLED.get(node.func.id):
            yield other_name, _with(func=ast.Name(other_name, ast.Load()))
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    else:
        yield from _operations(node)


def _operations(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        other = COUNTED[type(node.op)]
        yield other.__name__, _with(op=other())
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield swapped.__name__, _with(op=swapped())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield "bare", lambda found: found.operand if isinstance(found, ast.UnaryOp) else found
    elif isinstance(node, ast.IfExp):
        yield "other branch", _other_branch


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, bool):
        yield "flipped", _with(value=not node.value)
    elif isinstance(node.value, int):
        yield "one more", _with(value=node.value + 1)
    elif isinstance(node.value, str) and node.value:
        yield "other text", _with(value=f"{node.value}~")


def _with(**fields: object) -> Change:
    """Return what copies an expression with other fields."""

    def change(found: ast.expr) -> ast.expr:
        other = copy.deepcopy(found)
        for name, value in fields.items():
            setattr(other, name, value)
        return other

    return change


def _other_branch(found: ast.expr) -> ast.expr:
    assert isinstance(found, ast.IfExp)
    return ast.IfExp(found.test, found.orelse, found.body)


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's functions; assertions and messages are left alone."""
    tree = ast.parse(source)
    counted: dict[str, int] = {}
    for path, function in _functions(tree):
        for statement in _statements(function):
            for node in _expressions(statement):
                for mark, change in changes(node):
                    name = f"{path}: {_shown(node)} -> {mark}"
                    counted[name] = counted.get(name, 0) + 1
                    number = f" ({counted[name]})" if counted[name] > 1 else ""
                    yield Mutant(name + number, _replaced(tree, node, change))


def _functions(tree: ast.AST, path: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield f"{path}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{path}{node.name}.")


def _statements(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the statements of a function that compute something, and its defaults."""
    yield from (one for one in (*function.args.defaults, *function.args.kw_defaults) if one)
    for node in function.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring:
            yield node


def _expressions(statement: ast.AST) -> Iterator[ast.expr]:
    if isinstance(statement, ast.Assert | ast.Raise):
        return
    if isinstance(statement, ast.expr):
        yield statement
    for node in ast.iter_child_nodes(statement):
        if not isinstance(node, ast.FormattedValue):
            yield from _expressions(node)


def _shown(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 90 else f"{text[:60]}…{text[-25:]}"


def _replaced(tree: ast.Module, node: ast.AST, change: Change) -> ast.Module:
    """Return a copy of the module in which one expression is changed."""
    place = next(number for number, one in enumerate(ast.walk(tree)) if one is node)
    other = copy.deepcopy(tree)
    twin = next(one for number, one in enumerate(ast.walk(other)) if number == place)
    assert isinstance(twin, ast.expr)
    changed = change(twin)

    class Swap(ast.NodeTransformer):
        def visit(self, found: ast.AST) -> ast.AST:
            return changed if found is twin else self.generic_visit(found)

    swapped = Swap().visit(other)
    assert isinstance(swapped, ast.Module)
    return ast.fix_missing_locations(swapped)
