"""Set up .venv (product and tests) and .cloud/venv (SAM command line and local cloud).

Runs before anything is installed, so: standard library only, and syntax that an old Python can read far enough to be
told which one is needed. Every package is fetched by the hash in its lock. A second call finds the stamps and does
nothing.
"""

import hashlib
import os
import subprocess
import sys
import time

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPTS = "bin"


class SetupError(Exception):
    """A step did not end well; the text says which and what to do."""


def check_python():
    """Say in one sentence which Python is needed, if this is not one."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupError(
            "Bordereau needs Python 3.11, 3.12 or 3.13, and `{0}` is {1}.{2}: "
            "call `make PYTHON=python3.13 ...` with one of those.".format(
                os.path.basename(sys.executable), *sys.version_info[:2]
            )
        )


def run(*command, **options):
    """Run a command from the project's folder; raise SetupError with its output when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options
    )
    if done.returncode:
        raise SetupError(
            "`{0}` failed:\n{1}".format(" ".join(command), done.stdout.decode("utf-8", "replace"))
        )


def python_of(folder):
    """The interpreter of an environment, relative to the project's folder."""
    return os.path.join(folder, SCRIPTS, "python")


def interpreter():
    """What an environment cannot change: the Python and the place it was made with and in."""
    return "{0} {1}".format(sys.version.split()[0], ROOT)


def digest_of(*names):
    """The content of these files, as one hash."""
    digest = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def noted(folder):
    """What the environment was made from: [interpreter, digest], or nothing."""
    path = os.path.join(ROOT, folder, "stamp")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def note(folder, *digests):
    """Remember what the environment was made from."""
    with open(os.path.join(ROOT, folder, "stamp"), "w", encoding="utf-8") as file:
        file.write("\n".join((interpreter(), *digests)))


def create(folder):
    """Make an environment; empty the one that stands there if another Python made it."""
    clear = () if noted(folder)[:1] in ([], [interpreter()]) else ("--clear",)
    run(sys.executable, "-m", "venv", *clear, folder)


def fetch_installer():
    """Install uv, by hash, with the pip that came with Python."""
    pip = (python_of(".venv"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", "locks/uv.txt")


def install(folder, lock):
    """Install a lock with uv, and with pip where uv does not reach the index (pip has its own settings)."""
    uv = os.path.join(".venv", SCRIPTS, "uv")
    target = ("--quiet", "--require-hashes", "-r", lock)
    try:
        run(uv, "pip", "install", "--python", python_of(folder), *target)
    except SetupError:
        print("        uv did not manage it; the same with pip, which takes longer", flush=True)
        run(python_of(folder), "-m", "pip", "install", "--disable-pip-version-check", *target)


def install_project(product, project):
    """Make `bordereau` a command of .venv that runs the code in this folder."""
    uv = os.path.join(".venv", SCRIPTS, "uv")
    run(
        *(uv, "pip", "install", "--quiet", "--python", python_of(".venv")),
        *("--no-deps", "--no-build-isolation", "--offline", "--editable", "."),
    )
    note(".venv", product, project)


def install_cloud(cloud):
    """Install SAM and the emulator beside each other, away from the product's packages."""
    install(".cloud/venv", "locks/cloud.txt")
    note(".cloud/venv", cloud)


def steps():
    """What there is to do, in order: (sentence, work)."""
    product = digest_of("locks/uv.txt", "locks/dev.txt")
    project = digest_of("pyproject.toml")
    cloud = digest_of("locks/cloud.txt")
    todo = []
    if noted(".venv")[:2] != [interpreter(), product]:
        todo += [
            ("an environment for the product in .venv", lambda: create(".venv")),
            ("the installer, by hash", fetch_installer),
            ("the product's packages and the tests'", lambda: install(".venv", "locks/dev.txt")),
        ]
    if noted(".venv") != [interpreter(), product, project]:
        todo += [
            ("the bordereau command", lambda: install_project(product, project)),
        ]
    if noted(".cloud/venv") != [interpreter(), cloud]:
        todo += [
            ("an environment for the local cloud in .cloud/venv", lambda: create(".cloud/venv")),
            ("SAM and the local cloud", lambda: install_cloud(cloud)),
        ]
    return todo


def main():
    """Do what is missing and say how long each step took."""
    check_python()
    todo = steps()
    started = time.monotonic()
    for number, (sentence, work) in enumerate(todo, start=1):
        before = time.monotonic()
        label = "  [{0}/{1}] {2} ".format(number, len(todo), sentence)
        print(label.ljust(64, "."), end=" ", flush=True)
        work()
        print("{0:5.1f} s".format(time.monotonic() - before), flush=True)
    if todo:
        print("  set up in {0:.0f} s".format(time.monotonic() - started))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        sys.exit("\n{0}".format(error))
