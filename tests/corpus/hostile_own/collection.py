"""All hostile files: the shared ones where they lie, and our own, made when they are asked for.

``python -m tests.corpus.hostile_own.collection`` writes the manifest beside this file anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.corpus.hostile_own import broken_mail, broken_pdf, broken_table, broken_xml
from tests.corpus.hostile_own.model import Hostile
from tests.corpus.places import data, rows

MANIFEST: Final = Path(__file__).with_name("manifest.csv")


def own_files() -> Iterator[Hostile]:
    """Yield our own, the same each time."""
    for module in (broken_xml, broken_pdf, broken_table, broken_mail):
        yield from module.files()


def shared_files() -> Iterator[Hostile]:
    """Yield those of the shared corpus, none when it is not there."""
    for row in rows("hostile/manifest.csv"):
        name = row["file"]
        yield Hostile(name, data(f"hostile/{name}"), row["expect"], row["what"])


def stated() -> list[dict[str, str]]:
    """Return the rows of both manifests, ours under ``own/``."""
    with MANIFEST.open(encoding="utf-8", newline="") as stream:
        ours = [{**row, "file": f"own/{row['file']}"} for row in csv.DictReader(stream)]
    return [*rows("hostile/manifest.csv"), *ours]


def main() -> None:
    """Write the manifest."""
    with MANIFEST.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("file", "expect", "what"))
        writer.writerows((one.name, one.expect, one.what) for one in own_files())


if __name__ == "__main__":
    main()
