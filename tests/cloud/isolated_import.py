"""Import a built function as Lambda would: its artefact, its layers, boto3, and nothing else.

Run by an interpreter without site-packages (``-I -S``), once for all functions that have the same
layers. Arguments, as JSON: the folders of the layers and of the runtime; the artefact's folder by
handler. What a function of the product imports only when it is called is imported too.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
import traceback
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


def import_all(handler: str) -> int:
    """Import all that a handler can reach; return how many modules of ours that is."""
    importlib.import_module(handler)
    done: set[str] = set()
    while True:
        ours = {n for n in sys.modules if n.split(".")[0] in {"bordereau", "functions"}} - done
        if not ours:
            return len(done)
        for name in ours:
            file = sys.modules[name].__file__
            for late in late_imports(Path(file)) if file else ():
                importlib.import_module(late)
        done |= ours


def in_a_child(handler: str, artefact: str) -> str:
    """Import one function in a process of its own; return the count, or what went wrong."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        sys.path.insert(0, artefact)
        try:
            told = str(import_all(handler))
        except BaseException:  # noqa: BLE001 whatever it is, it is what the test shows
            told = traceback.format_exc()
        os.write(write, told.encode()[-4000:])
        os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 a descriptor has no path
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


def main() -> None:
    """Print what became of each function, as JSON by handler."""
    layers, artefacts = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    sys.path[:0] = layers
    for name in ("boto3", "pydantic"):  # every function has them: once is enough
        importlib.import_module(name)
    sys.stdout.write(json.dumps({one: in_a_child(one, path) for one, path in artefacts.items()}))


if __name__ == "__main__":
    main()
