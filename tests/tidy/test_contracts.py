"""The import contracts are kept by the product and broken by a planted breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LINTER: Final = Path(sys.executable).with_name("lint-imports")


def verdict(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the code in a folder."""
    path = os.pathsep.join([str(folder), str(folder / "shared")])
    return subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The product's code and its contracts, where a breach does no harm."""
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        ROOT / "shared" / "bordereau", tmp_path / "shared" / "bordereau", ignore=without
    )
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=without)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("shared/bordereau/domain/money.py", "import os", "money code is pure"),
        ("shared/bordereau/domain/money.py", "import bordereau.ports", "layers"),
        ("functions/open_mail/handler.py", "import bordereau.domain", "handlers import entry only"),
        (
            "functions/open_mail/handler.py",
            "import functions.control_books.handler",
            "functions do not know each other",
        ),
    ],
)
def test_a_planted_breach_is_found(copied: Path, file: str, line: str, contract: str) -> None:
    """A forbidden import breaks its contract, and that one by name."""
    path = copied / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    done = verdict(copied)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout
