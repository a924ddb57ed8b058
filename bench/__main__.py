"""Print what intake, reading, cold imports and the parts of ``make run`` cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from bench.cold_imports import print_imports
from bench.intake import print_intake
from bench.reading import CORPUS, cases_of, print_reading

RUN: Final = Path(__file__).resolve().parents[1] / "state" / "run.json"


def main() -> None:
    """Print every measurement, one table after the other."""
    print_intake()
    print_reading(list(cases_of(CORPUS)))
    print_imports()
    print_run()


def print_run() -> None:
    """Print the seconds of the last ``make run`` by part, as it wrote them down."""
    print("\nmake run, seconds by part")
    if not RUN.exists():
        print("  no run yet: make run")
        return
    for part, seconds in json.loads(RUN.read_text(encoding="utf-8")).items():
        print(f"  {part:48} {seconds}")


if __name__ == "__main__":
    main()
