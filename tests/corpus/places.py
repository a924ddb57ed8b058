"""Where the shared corpus lies, beside the project; without it these tests are skipped by name."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest

CORPUS: Final = Path(__file__).resolve().parents[3] / "shared" / "corpus"
IS_THERE: Final = CORPUS.is_dir()
needs_corpus = pytest.mark.skipif(
    not IS_THERE, reason="../shared/corpus is not there: only the project's own samples were read"
)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a truth file, none when the corpus is not there."""
    if not IS_THERE:
        return []
    with (CORPUS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def data(name: str) -> bytes:
    """Return a file of the corpus."""
    return (CORPUS / name).read_bytes()
