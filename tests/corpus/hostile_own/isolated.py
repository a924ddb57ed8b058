"""Run alone: read every hostile file in a fork of its own and say on standard output how it ended.

One JSON object a line: ``file``, ``verdicts``, ``cpu`` and ``wall`` in milliseconds, ``memory``
in kilobytes (the reader and its largest child), ``opened`` (whatever Python opened, connected to or
started beside our own reading child), ``read`` (bytes that came in through system calls although
nothing was to be read), ``left`` (whether a process was left behind) and ``error``.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from bordereau.domain.claims import InvoiceClaim, Verdict
from bordereau.readers import facturx, workbook
from bordereau.readers.bank import read_bank
from bordereau.readers.invoices import Setting, read_document, unread
from bordereau.readers.mail import open_mail_bytes
from local.sample_invoices import facturx_pdf
from tests.corpus.hostile_own.collection import own_files, shared_files
from tests.corpus.hostile_own.model import Hostile
from tests.unit.readers.documents import INVOICE

RECEIVED: Final = Setting(today=dt.date(2026, 11, 16), looks_at_pages=True)
_WATCHED: Final = (
    "open",
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.",
    "ftplib.",
    "http.",
    "shutil.",
    "os.listdir",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "ctypes.dlopen",
)
_OURS: Final = frozenset({"pdf_text_child.py", "workbook_child.py"})
_CODE: Final = (".py", ".pyc", ".so", ".pyd")
LOADED: Final = (facturx, workbook)
"""Imported before the first fork, so that loading them is not taken for reading."""


def verdicts(name: str, data: bytes) -> list[str]:
    """Return the verdict of each thing found in a file."""
    if name.startswith("bank/"):
        claim = read_bank(name, data)
        booked = sum(len(statement.entries) for statement in claim.statements)
        return ["accept"] * booked if claim.verdict == "accept" else [claim.verdict]
    if name.startswith("mail/"):
        return [claim.verdict for claim in _mail_claims(name, data)]
    return [claim.verdict for claim in read_document(name, data, RECEIVED)]


def _mail_claims(name: str, data: bytes) -> Iterator[InvoiceClaim]:
    """Yield what a mail ends as; a sender that is odd in itself makes it a review."""
    mail = open_mail_bytes(f"mail/{name}", data)
    if mail.problems:
        yield unread(name, *mail.problems)
    for part in mail.parts:
        if mail.sender.doubt in {"from-doubled", "mail-from-list"}:
            yield InvoiceClaim(file=name, verdict=Verdict.REVIEW, syntax="")
        else:
            yield part.claim or unread(name, *part.problems)


class Watch:
    """What Python tells an audit hook while a file is read."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.children = 0
        self.is_on = False

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an event that reading must not cause; loading our own code is none."""
        if not self.is_on or not event.startswith(_WATCHED):
            return
        if event == "subprocess.Popen" and Path(arguments[1][2]).name in _OURS:
            self.children += 1
        elif event == "open" and (isinstance(arguments[0], int) or _is_code(arguments[0])):
            return
        else:
            self.seen.append(f"{event} {arguments[:1]}"[:200])


def _is_code(path: object) -> bool:
    return str(path).endswith(_CODE)


def report(one: Hostile, prefix: str, watch: Watch) -> dict[str, Any]:
    """Read one file in this process and tell how it went."""
    found: list[str] = []
    error = ""
    before = _bytes_read()
    watch.is_on = True
    started = time.perf_counter()
    try:
        found = verdicts(one.name, one.data)
    except BaseException as caught:  # noqa: BLE001 - whatever it is, it is what we look for
        error = repr(caught)[:300]
    wall = time.perf_counter() - started
    watch.is_on = False
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {
        "file": prefix + one.name,
        "verdicts": found,
        "cpu": round(used * 1000),
        "wall": round(wall * 1000),
        "memory": own.ru_maxrss + children.ru_maxrss,
        "opened": watch.seen,
        "read": 0 if watch.children else _bytes_read() - before,
        "left": _is_child_left(),
        "error": error,
    }


def _bytes_read() -> int:
    """Return the bytes that came into this process, less those of the counter itself."""
    descriptor = os.open("/proc/self/io", os.O_RDONLY)
    text = os.read(descriptor, 4096).decode()
    os.close(descriptor)
    total = int(text.partition("rchar:")[2].split()[0])
    OWN_READS.append(len(text))
    return total - sum(OWN_READS[:-1])


OWN_READS: Final[list[int]] = []


def _is_child_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def in_fork(work: Callable[[], dict[str, Any]]) -> None:
    """Print what ``work`` says in a process of its own, or how that one died."""
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        sys.stdout.write(json.dumps(work()) + "\n")
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if status:
        sys.stdout.write(json.dumps({"file": "?", "error": f"status {status}"}) + "\n")


def main() -> None:
    """Warm up once, then read them all, one fork each."""
    read_document("warm.pdf", facturx_pdf(INVOICE))
    for encoding in ("utf-8-sig", "cp1252", "utf-16", "cp437", "latin-1", "ascii"):
        codecs.lookup(encoding)
    watch = Watch()
    sys.addaudithook(watch.hook)
    for prefix, files in (("", shared_files()), ("own/", own_files())):
        for one in files:
            in_fork(partial(report, one, prefix, watch))


if __name__ == "__main__":
    main()
