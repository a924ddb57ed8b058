"""What runs and lies under ``state/``: the local cloud, the embedded Sheets, the results."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from bordereau.adapters.clock import SystemClock
from bordereau.domain.problems import ConfigurationError
from local.cloud import LocalCloud
from local.cloud.commands import down as cloud_down
from local.cloud.place import ROOT
from local.cloud.queues import wait_until_idle
from local.cloud.stack import Deployed, deploy, stack_of
from local.month.cloud_world import CloudWorld
from local.sheets_process import SPREADSHEET_ID, SheetsProcess

STATE: Final = ROOT / "state"
BEFORE: Final = "before"


@dataclass
class Installation:
    """One installation in one folder; ``seconds`` by part, for whoever wants to know."""

    folder: Path = STATE
    seconds: dict[str, float] = field(default_factory=dict)

    @cached_property
    def cloud(self) -> LocalCloud:
        """The local cloud."""
        return LocalCloud.at(self.folder / "cloud")

    @property
    def sheets(self) -> SheetsProcess:
        """The embedded Google Sheets over ``workbook.xlsx``."""
        return SheetsProcess(self.folder / "sheets", self.folder / "workbook.xlsx")

    @property
    def parameters(self) -> dict[str, str]:
        """What the template is told beyond the stage."""
        return {"SheetsEndpoint": self.sheets.url, "SpreadsheetId": SPREADSHEET_ID}

    def world(self) -> CloudWorld:
        """Return the world of what is deployed.

        Raises:
            CloudError: nothing is.
        """
        return CloudWorld(self.cloud, stack_of(self.cloud), self.sheets)

    @contextmanager
    def part(self, sentence: str) -> Iterator[None]:
        """Say what is done and how long it took."""
        print(f"  {sentence} ".ljust(64, "."), end=" ", flush=True)
        started = time.monotonic()
        yield
        self.seconds[sentence] = time.monotonic() - started
        print(f"{self.seconds[sentence]:5.1f} s", flush=True)

    def up(self) -> Deployed:
        """Start both and deploy; what runs already goes on running."""
        with self.part("embedded Google Sheets over state/workbook.xlsx"):
            self.sheets.start()
        with self.part("local cloud (MiniStack)"):
            self.cloud.up()
        with self.part("sam build and sam deploy of template.yaml"):
            deployed = deploy(self.cloud, self.parameters)
            wait_until_idle(self.cloud, deployed.stack)  # S3's test events
        self._start_clock(CloudWorld(self.cloud, deployed.stack, self.sheets))
        return deployed

    @staticmethod
    def _start_clock(world: CloudWorld) -> None:
        """Give a clock that was never set the present time; one that was set stands where it is."""
        try:
            world.now()
        except ConfigurationError:
            world.at(SystemClock().now())

    def down(self) -> bool:
        """Stop both so that they save; false if neither ran."""
        stopped = cloud_down(self.cloud) > 0
        return self.sheets.stop() or stopped

    def discard(self) -> None:
        """End both at once; nothing is saved. For an installation that is not looked at again."""
        self.cloud.discard()
        self.sheets.discard()

    def start_clean(self) -> None:
        """Stop what runs and move what an earlier run left to ``before``, which is replaced."""
        if not self.folder.exists():
            return
        self.down()
        del self.cloud
        before = self.folder / BEFORE
        shutil.rmtree(before, ignore_errors=True)
        found = [path for path in self.folder.iterdir() if path != before]
        if found:
            before.mkdir()
        for path in found:
            path.rename(before / path.name)
