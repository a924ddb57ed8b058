"""Our own rules for the source: what ruff and mypy cannot say."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PRODUCT: Final = ROOT / "shared" / "bordereau"
BANNED_NAMES: Final = {"utils", "util", "helpers", "helper", "common", "misc", "models"}
FILE_LINES_MAX: Final = 400
BODY_LINES_MAX: Final = 50
HANDLER_LINES_MAX: Final = 30
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps and that still stands there."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in found if path.is_file())


def python_files(*folders: str) -> list[Path]:
    """The tracked Python files of these folders."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


def name_of(path: Path) -> str:
    """A file as tests show it."""
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def functions_in(path: Path) -> Iterator[Function]:
    """Every function of a file, nested ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    """Lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


SOURCE: Final = python_files("shared", "functions", "local", "sheets")
TESTS: Final = [path for path in python_files("tests") if path.name.startswith("test_")]


def test_the_rules_have_something_to_look_at() -> None:
    """A check over an empty list would always pass."""
    assert len(SOURCE) > 40
    assert len(TESTS) > 3


@pytest.mark.parametrize("path", python_files("shared"), ids=name_of)
def test_no_float_in_the_product(path: Path) -> None:
    """Money is integer cents: neither the type nor a literal of it stands in the product."""
    lines = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert lines == []


@pytest.mark.parametrize("path", SOURCE, ids=name_of)
def test_sizes_stay_within_budget(path: Path) -> None:
    """A file has at most 400 lines, the body of a function at most 50."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX
    long = {f.name: body_lines(f) for f in functions_in(path) if body_lines(f) > BODY_LINES_MAX}
    assert long == {}


def test_most_functions_are_short() -> None:
    """Half of the product's bodies have ten lines at most, nine in ten have twenty (budget 30)."""
    product = python_files("shared", "functions")
    lengths = sorted(body_lines(one) for path in product for one in functions_in(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 20


@pytest.mark.parametrize("path", sorted(ROOT.glob("functions/*/handler.py")), ids=name_of)
def test_a_handler_is_short_and_decides_nothing(path: Path) -> None:
    """A handler has at most 30 lines and no branch, loop or try: decisions are in services."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= HANDLER_LINES_MAX
    decisions = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match, ast.comprehension)
    found = [node for node in ast.walk(tree_of(path)) if isinstance(node, decisions)]
    assert found == []


def test_no_file_is_named_for_everything_and_nothing() -> None:
    """A thing has a name, or it is in the wrong place."""
    assert [name_of(path) for path in SOURCE if path.stem in BANNED_NAMES] == []


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_every_test_says_what_it_tests(path: Path) -> None:
    """Each test has a docstring: one sentence, the rule in words."""
    silent = [
        f.name
        for f in functions_in(path)
        if f.name.startswith("test_") and not ast.get_docstring(f)
    ]
    assert silent == []


def text_of(path: Path) -> str:
    """A tracked file as text; what is no text is passed over."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize(
    "pattern",
    [
        # Taken apart, so that this file does not find itself.
        "/" + "work/",
        "/" + r"root\b/",
        "/" + r"home/[a-z]",
        r"(#|--|//)\s*TO" + r"DO\b",
        r"(#|--|//)\s*FIX" + r"ME\b",
        "files" + r"\.pythonhosted",
        "pypi" + r"\.org/simple",
        "-----BEGIN" + " [A-Z ]*PRIVATE KEY",
        r"\bAKI" + r"A[0-9A-Z]{16}\b",
    ],
)
def test_no_tracked_file_holds(pattern: str) -> None:
    """No path of a machine, no open end, no address of an index, no secret."""
    wanted = re.compile(pattern)
    assert [name_of(path) for path in tracked() if wanted.search(text_of(path))] == []
