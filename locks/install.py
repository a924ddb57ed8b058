"""Set up .venv (product and tests) and .cloud/venv (SAM command line and local cloud).

Runs before anything is installed: standard library only, and syntax that an older Python reads
far enough to be told which one is needed. Every package is fetched by the hash in its lock. A
second call finds the stamps and does nothing.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ".venv"
CLOUD = ".cloud/venv"


class SetupError(Exception):
    """A step did not end well; the text says which and what to do."""


def check_python() -> None:
    """Say in one sentence which Python is needed, if this is not one."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupError(
            "Bordereau needs Python 3.11, 3.12 or 3.13, and this one is "
            f"{sys.version_info[0]}.{sys.version_info[1]}: "
            "call `make PYTHON=python3.13 ...` with the name of one of those."
        )


def run(*command: str) -> None:
    """Run a command from the project's folder; raise SetupError with its output when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        raise SetupError(f"`{' '.join(command)}` failed:\n{done.stdout.decode('utf-8', 'replace')}")


def program(folder: str, name: str) -> str:
    """Return a program of an environment."""
    return str(ROOT / folder / "bin" / name)


def interpreter() -> str:
    """Return what an environment cannot change: the Python it was made with, and its place."""
    return f"{sys.version.split()[0]} {ROOT}"


def digest_of(*names: str) -> str:
    """Return the content of these files as one hash."""
    digest = hashlib.sha256()
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def noted(folder: str) -> list[str]:
    """Return what the environment was made from: interpreter, digests; or nothing."""
    stamp = ROOT / folder / "stamp"
    return stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() else []


def note(folder: str, *digests: str) -> None:
    """Remember what the environment was made from."""
    text = "\n".join((interpreter(), *digests))
    (ROOT / folder / "stamp").write_text(text, encoding="utf-8")


def create(folder: str) -> None:
    """Make an environment; empty the one that stands there if another Python made it."""
    clear = () if noted(folder)[:1] in ([], [interpreter()]) else ("--clear",)
    run(sys.executable, "-m", "venv", *clear, folder)


def fetch_installer() -> None:
    """Install uv, by hash, with the pip that came with Python."""
    pip = (program(PRODUCT, "python"), "-m", "pip", "install", "--disable-pip-version-check")
    run(*pip, "--quiet", "--require-hashes", "--no-deps", "-r", "locks/uv.txt")


def install(folder: str, lock: str) -> None:
    """Install a lock with uv; with pip where only pip knows the way to the index."""
    python, lines = program(folder, "python"), ("--quiet", "--require-hashes", "-r", lock)
    try:
        run(program(PRODUCT, "uv"), "pip", "install", "--python", python, *lines)
    except SetupError:
        print("uv did not manage it, trying pip ...", end=" ", flush=True)
        run(python, "-m", "pip", "install", "--disable-pip-version-check", *lines)


def install_project(product: str, project: str) -> None:
    """Make `bordereau` a command of .venv that runs the code in this folder."""
    uv = (program(PRODUCT, "uv"), "pip", "install", "--quiet", "--offline")
    flags = ("--no-deps", "--no-build-isolation", "--editable", ".")
    run(*uv, "--python", program(PRODUCT, "python"), *flags)
    note(PRODUCT, product, project)


def install_cloud(cloud: str) -> None:
    """Install SAM and the emulator beside each other, away from the product's packages."""
    install(CLOUD, "locks/cloud.txt")
    note(CLOUD, cloud)


def steps() -> list:
    """Return what there is to do, in order: (sentence, work)."""
    product = digest_of("locks/uv.txt", "locks/dev.txt")
    project = digest_of("pyproject.toml")
    cloud = digest_of("locks/cloud.txt")
    todo = []
    if noted(PRODUCT)[:2] != [interpreter(), product]:
        todo += [
            ("an environment for the product in .venv", lambda: create(PRODUCT)),
            ("the installer, by hash", fetch_installer),
            ("the packages of product and tests", lambda: install(PRODUCT, "locks/dev.txt")),
        ]
    if noted(PRODUCT) != [interpreter(), product, project]:
        todo += [("the bordereau command", lambda: install_project(product, project))]
    if noted(CLOUD) != [interpreter(), cloud]:
        todo += [
            ("an environment for the local cloud in .cloud/venv", lambda: create(CLOUD)),
            ("SAM and the local cloud", lambda: install_cloud(cloud)),
        ]
    return todo


def main() -> None:
    """Do what is missing and say how long each step took."""
    check_python()
    todo = steps()
    started = time.monotonic()
    for number, (sentence, work) in enumerate(todo, start=1):
        before = time.monotonic()
        print(f"  [{number}/{len(todo)}] {sentence} ".ljust(64, "."), end=" ", flush=True)
        work()
        print(f"{time.monotonic() - before:5.1f} s", flush=True)
    if todo:
        print(f"  set up in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"\n{error}")
