"""``bordereau play STORY.yaml``: one JSON object per ask, one a line, in the order of the asks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from bordereau.cli.story.figures import answer
from bordereau.cli.story.player import play
from bordereau.cli.story.reader import read_story
from bordereau.cli.story.values import Bare, StoryError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own


def register(commands: Commands) -> None:
    """Add ``play`` to the command line."""
    parser = commands.add_parser("play", help="play a dated story and print every figure asked for")
    parser.add_argument("story", type=Path, help="a YAML file in the format of docs/stories.md")
    parser.add_argument("--json", action="store_true", help="accepted; the output is JSON anyway")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play a story; exit status 0, 1 (an ``expect`` differs) or 2 (the story is wrong)."""
    try:
        story = read_story(_text(arguments.story.read_bytes()))
    except OSError as error:
        print(f"{arguments.story}: {error}", file=sys.stderr)
        return 2
    except StoryError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    lines = []
    differences: list[str] = []
    for number, world in play(story):
        ask = story.asks[number - 1]
        figures = answer(world, ask)
        lines.append(json.dumps(figures, ensure_ascii=False))
        if ask.expect is not None:
            differences += _differences(ask.expect, figures, f"asks[{number}].expect")
    for line in lines:
        print(line)
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StoryError(f"line {line}", "a character that is not UTF-8") from error


def _differences(expected: Any, found: Any, path: str) -> Iterator[str]:  # noqa: ANN401
    """Yield where a part of the output differs; lists are compared element by element."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            place = f"{path}.{key}"
            if key in found:
                yield from _differences(value, found[key], place)
            else:
                yield f"{place}: missing, expected {_shown(value)}"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path}: {len(found)} elements, expected {len(expected)}"
        for number, (one, other) in enumerate(zip(expected, found, strict=False), 1):
            yield from _differences(one, other, f"{path}[{number}]")
    elif _plain(expected) != found:
        yield f"{path}: {_shown(found)}, expected {_shown(_plain(expected))}"


def _plain(expected: Any) -> Any:  # noqa: ANN401
    """Return a YAML scalar as the output would have it: numbers, nothing, dates as texts."""
    if isinstance(expected, Bare):
        if expected.kind == "null":
            return None
        return int(expected.text) if expected.kind == "int" else expected.text
    if isinstance(expected, bool | str | dict | list):
        return expected
    return str(expected)


def _shown(value: object) -> str:
    return "null" if value is None else str(value)
