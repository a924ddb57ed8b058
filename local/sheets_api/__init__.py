"""An embedded Google Sheets: the part of its v4 API that the product uses, over one .xlsx file."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from local.sheets_api.http import Server
from local.sheets_api.store import Store

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["LocalSheets", "serve"]


class LocalSheets:
    """A server inside this process, for tests and for `make run`; a context manager.

    Args:
        workbook: the .xlsx file behind the spreadsheet; None keeps everything in memory.
        port: 0 chooses a free one.
        spreadsheet_id: None takes the id kept in the file, or makes one from its name.
    """

    def __init__(
        self, workbook: Path | None = None, *, port: int = 0, spreadsheet_id: str | None = None
    ) -> None:
        self.store = Store(workbook, spreadsheet_id)
        self._server = Server(port, self.store)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """Address of the server, without a slash at the end."""
        return self._server.url

    @property
    def spreadsheet_id(self) -> str:
        """Id of the spreadsheet of the file."""
        return self.store.main.book_id

    def start(self) -> None:
        """Begin to answer; returns at once."""
        self._thread.start()

    def save(self) -> None:
        """Write the file now."""
        self.store.save()

    def stop(self) -> None:
        """Stop answering and write the file."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(port: int, workbook: Path | str, spreadsheet_id: str | None = None) -> None:
    """Serve one workbook until SIGTERM or SIGINT; prints one line with the address.

    Args:
        port: of the loopback interface; 0 chooses a free one.
        workbook: the .xlsx file; made when it is not there.
        spreadsheet_id: None takes the id kept in the file, or makes one from its name.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with LocalSheets(Path(workbook), port=port, spreadsheet_id=spreadsheet_id) as sheets:
        print(f"{sheets.url}/spreadsheets/d/{sheets.spreadsheet_id}", flush=True)
        stopped.wait()
