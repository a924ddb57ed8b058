"""Import a built function as Lambda would: its artefact, its layers, boto3, and nothing else.

Run by an interpreter without site-packages (``-I -S``). Arguments: the module of the handler, then
the folders. What a function of the product imports only when it is called is imported too.
"""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path


def late_imports(path: Path) -> set[str]:
    """Return what a file imports inside functions, leaving out what is for the type checker."""
    found: set[str] = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
                elif isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
    return found


def main() -> None:
    """Import all that the handler can reach, and say how many modules of ours that is."""
    handler, *folders = sys.argv[1:]
    sys.path[:0] = folders
    importlib.import_module(handler)
    done: set[str] = set()
    while True:
        ours = {n for n in sys.modules if n.split(".")[0] in {"bordereau", "functions"}} - done
        if not ours:
            break
        for name in ours:
            file = sys.modules[name].__file__
            for late in late_imports(Path(file)) if file else ():
                importlib.import_module(late)
        done |= ours
    sys.stdout.write(str(len(done)))


if __name__ == "__main__":
    main()
