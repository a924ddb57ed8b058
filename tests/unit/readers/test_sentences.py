"""Every problem that a reader raises has a French sentence with exactly its facts."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import bordereau
from bordereau.documents.texts import Phrases
from bordereau.domain.problems import Problem

PACKAGE = Path(bordereau.__file__).parent
SENTENCES: dict[str, str] = tomllib.loads(
    (PACKAGE / "documents/texts/problems.fr.toml").read_text(encoding="utf-8")
)["codes"]
MODULES = [*sorted((PACKAGE / "readers").glob("*.py")), PACKAGE / "cli/read_files.py"]
SUMS = {"stated", "expected", "rule"}
BY_HAND = {  # raised through a table or a helper of their module
    **{code: SUMS for code in SENTENCES if code.endswith("-do-not-add-up")},
    **{code: SUMS for code in SENTENCES if code.endswith("-does-not-add-up")},
    "vat-not-of-rate": SUMS,
    "attached-twice": {"file"},
    "invoice-twice-in-mail": {"file"},
    "amount-ambiguous": {"amount"},
}


def facts_of(code: str) -> set[str]:
    """Return the names in the braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}


def literal_keys(node: ast.expr | None) -> set[str] | None:
    """Return the keys of a literal dictionary."""
    if not isinstance(node, ast.Dict):
        return None
    return {key.value for key in node.keys if isinstance(key, ast.Constant)}  # type: ignore[misc]


def raised(path: Path) -> list[tuple[str, set[str]]]:
    """Return code and fact names of each ``Problem(…)`` and ``refused(…)`` of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [found for function in functions for found in raised_in(function)]


def raised_in(function: ast.FunctionDef) -> Iterator[tuple[str, set[str]]]:
    """Yield code and fact names of each call in a function; ``facts`` may be a local name."""
    named = [
        (node.lineno, literal_keys(node.value) or set())
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "facts"
    ]
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name, code = ast.unparse(call.func), call.args[0]
        if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
            continue
        if name == "refused":
            yield code.value, {item.arg for item in call.keywords if item.arg}
        elif name == "Problem":
            given = next((item.value for item in call.keywords if item.arg == "facts"), None)
            keys = literal_keys(given) or set()
            if isinstance(given, ast.Name):
                keys = max(item for item in named if item[0] < call.lineno)[1]
            yield code.value, keys


RAISED = [(path.stem, code, tuple(sorted(keys))) for path in MODULES for code, keys in raised(path)]


@pytest.mark.parametrize(("module", "code", "facts"), RAISED, ids=str)
def test_a_raised_code_has_a_sentence_with_its_facts(
    module: str, code: str, facts: tuple[str, ...]
) -> None:
    """A missing fact would show a bare code to a seller; an unused one is a forgotten one."""
    if code not in BY_HAND:
        assert facts_of(code) == set(facts)


def test_codes_raised_through_tables_have_their_facts() -> None:
    """The few that no call names literally."""
    for code, facts in BY_HAND.items():
        assert facts_of(code) == facts, code


def test_every_sentence_belongs_to_a_code_that_a_reader_can_raise() -> None:
    """A sentence that nothing raises is a leftover."""
    source = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    assert [code for code in SENTENCES if f'"{code}"' not in source] == []


def test_every_code_in_a_table_of_the_readers_has_a_sentence() -> None:
    """Doubts of the sender and kinds that are not read are named by codes as well."""
    literals = {
        node.value
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    endings = ("missing", "malformed", "not-read", "doubled", "unclear", "proven", "empty")
    shaped = {text for text in literals if re.fullmatch(rf"[a-z-]+-({'|'.join(endings)})", text)}
    assert len(shaped) > len(endings)
    assert shaped - set(SENTENCES) == set()


def test_a_sentence_is_said_with_french_spaces() -> None:
    """The loader makes the spaces unbreakable; the facts come in."""
    problem = Problem("xml-malformed", facts={"line": "12"})
    assert "à la ligne 12" in Phrases.load("fr").problem(problem)
