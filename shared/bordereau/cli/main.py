"""The ``bordereau`` command: each command registers itself; others come by entry points."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Final

COMMANDS: Final = (
    "bordereau.cli.story.command",
    "bordereau.cli.read_files",
    "bordereau.cli.books",
    "bordereau.cli.explain",
    "bordereau.cli.payouts",
    "bordereau.cli.workbook",
)
"""Modules with a function ``register(commands)``."""


def parser() -> argparse.ArgumentParser:
    """Return the command line with every command that is installed."""
    top = argparse.ArgumentParser(
        prog="bordereau", description="The open back office for a factoring firm."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        importlib.import_module(module).register(commands)
    for point in entry_points(group="bordereau.commands"):
        point.load()(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is the command's own."""
    chosen = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    return run(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
