"""The embedded Google Sheets as a process of its own, which outlives the command that starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.cloud.place import ROOT, free_port

SPREADSHEET_ID: Final = "bordereau"
START_SECONDS: Final = 30
STOP_SECONDS: Final = 30
STARTED: Final[dict[int, subprocess.Popen[bytes]]] = {}


class SheetsError(Exception):
    """The embedded Sheets did not do what it was asked; the text says what and where to look."""


@dataclass(frozen=True, slots=True)
class SheetsProcess:
    """The Sheets of one folder: ``workbook`` is the file behind it, ``folder`` its notes."""

    folder: Path
    workbook: Path

    @property
    def port(self) -> int:
        """The port, noted at the first call and kept: functions are deployed with it."""
        note = self.folder / "port"
        if not note.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            note.write_text(str(free_port()), encoding="ascii")
        return int(note.read_text(encoding="ascii"))

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        """The address at which a browser shows the workbook."""
        return f"{self.url}/spreadsheets/d/{SPREADSHEET_ID}"

    @property
    def log(self) -> Path:
        """What the process prints."""
        return self.folder / "sheets.log"

    def pid(self) -> int | None:
        """Return the process, if it runs and is ours."""
        note = self.folder / "pid"
        if not note.exists():
            return None
        pid = int(note.read_text(encoding="ascii"))
        if pid not in STARTED:
            return pid if _is_sheets(pid) else None
        if STARTED[pid].poll() is None:  # a child of ours: the kernel knows
            return pid
        del STARTED[pid]
        return None

    def is_ready(self) -> bool:
        """Whether it answers."""
        return self._ask("GET", f"/v4/spreadsheets/{SPREADSHEET_ID}?fields=spreadsheetId")

    def start(self) -> float:
        """Start it, unless it runs, and wait until it answers. Return the seconds.

        Raises:
            SheetsError: it ended, or did not answer in time.
        """
        started = time.monotonic()
        if self.pid() is None:
            self._start()
        while not self.is_ready():
            if self.pid() is None or time.monotonic() - started > START_SECONDS:
                raise SheetsError(f"the embedded Sheets does not answer; see {self.log}")
            time.sleep(0.05)
        return time.monotonic() - started

    def _start(self) -> None:
        port = self.port  # makes the folder
        self.workbook.parent.mkdir(parents=True, exist_ok=True)
        where = ("--port", str(port), "--workbook", str(self.workbook), "--id", SPREADSHEET_ID)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "local.sheets_api", *where],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'shared'}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        STARTED[process.pid] = process
        (self.folder / "pid").write_text(str(process.pid), encoding="ascii")

    def stop(self) -> bool:
        """Stop it so that it saves the workbook; false if it did not run.

        Raises:
            SheetsError: it did not end in time.
        """
        return self._end(signal.SIGTERM)

    def discard(self) -> None:
        """End it at once; what the workbook's file does not hold yet is lost."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> bool:
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, how)
        until = time.monotonic() + STOP_SECONDS
        while self.pid() is not None:
            if time.monotonic() > until:
                raise SheetsError(f"the embedded Sheets (process {pid}) does not end")
            time.sleep(0.05)
        (self.folder / "pid").unlink()
        return True

    def save(self) -> None:
        """Have the workbook written to its file now.

        Raises:
            SheetsError: it did not answer.
        """
        if not self._ask("POST", "/_admin/save"):
            raise SheetsError(f"the embedded Sheets does not save; see {self.log}")

    def _ask(self, method: str, path: str) -> bool:
        request = urllib.request.Request(f"{self.url}{path}", method=method)  # noqa: S310 loopback
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004
        except OSError:
            return False


def _is_sheets(pid: int) -> bool:
    """Whether the process lives and is this program: a number may have gone to another one."""
    asked = ["ps", "-p", str(pid), "-o", "stat=,command="]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    state, _, command = done.stdout.strip().partition(" ")
    return bool(state) and not state.startswith("Z") and "local.sheets_api" in command
