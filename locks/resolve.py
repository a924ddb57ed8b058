"""Resolve every lock again.

The product's lock comes first and binds the others, so that the layers of the functions, the
command line and the tests run the same versions. Nothing younger than a week is taken: a package
that was taken over is mostly found in its first days.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUARANTINE = timedelta(days=7)
# (what is wanted, what was found, what binds it)
LOCKS = (
    ("locks/dev.in", "locks/dev.txt", None),
    ("locks/run.in", "locks/run.txt", "locks/dev.txt"),
    ("shared/dependencies/light.in", "shared/dependencies/light.txt", "locks/dev.txt"),
    ("shared/dependencies/sheet.in", "shared/dependencies/sheet.txt", "locks/dev.txt"),
    ("shared/dependencies/read.in", "shared/dependencies/read.txt", "locks/dev.txt"),
    ("shared/dependencies/write.in", "shared/dependencies/write.txt", "locks/dev.txt"),
    ("locks/uv.in", "locks/uv.txt", "locks/dev.txt"),
    ("locks/cloud.in", "locks/cloud.txt", None),
)


def main() -> int:
    """Write each lock; stop at the first that has no solution."""
    today = datetime.now(tz=UTC).date()  # noqa: TID251 a tool of the developer
    for wanted, found, bound in LOCKS:
        print(f"{wanted} -> {found}", flush=True)
        command = [
            os.environ.get("UV", "uv"),
            *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--upgrade"),
            *("--exclude-newer", (today - QUARANTINE).isoformat()),
            *("--custom-compile-command", "make lock"),
            *(("--constraint", bound) if bound else ()),
            *(wanted, "--output-file", found),
        ]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
