"""Running a library that a crafted file can crash: in a child process, with limits of its own.

The child is this interpreter on one script of this package, isolated; it sets its memory and CPU
limits before it loads anything (handbook: sheets 4, corpora 3).
"""

from __future__ import annotations

import json
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Final

SECONDS_MAX: Final = 15


class Failure(Enum):
    """How a child ended when it did not answer."""

    KILLED = "killed"
    FAILED = "failed"


def run_child(script: str, data: bytes) -> bytes | Failure:
    """Return what ``script`` (a file of this folder) writes for ``data``, or how it failed.

    ``KILLED`` is a limit or a crash, ``FAILED`` an ordinary error of the library.
    """
    path = Path(__file__).with_name(script)
    command = [sys.executable, "-I", str(path), json.dumps(sys.path)]
    try:
        result = subprocess.run(  # noqa: S603 - our own interpreter and script
            command, input=data, capture_output=True, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return Failure.KILLED
    if result.returncode == 0:
        return result.stdout
    return Failure.KILLED if result.returncode < 0 else Failure.FAILED
