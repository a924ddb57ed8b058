"""``bordereau local``: the whole product on one machine, to look at and to try things with."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from bordereau.domain.problems import ProductError

if TYPE_CHECKING:
    from local.installation import Installation

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Run: TypeAlias = Callable[["Installation", argparse.Namespace], int]

AT_HELP: Final = "time of receipt, such as 2026-02-02T10:00 (Paris); the clock is set to it"


def register(commands: Commands) -> None:
    """Add ``bordereau local`` with its actions."""
    does = "the whole product on this machine, no account"
    _add_actions(commands.add_parser("local", help=does, description=does))


def parser() -> argparse.ArgumentParser:
    """Return the command line of the actions alone."""
    found = argparse.ArgumentParser(prog="local")
    _add_actions(found)
    return found


def _add_actions(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add(actions, "run", "start afresh and live the sample month", _run)
    _add(actions, "up", "start the local cloud and the workbook, deploy what changed", _up)
    _add(actions, "deploy", "build and deploy again what changed", _up)
    _add(actions, "down", "stop both; the state stays", _down)
    _add(actions, "status", "what runs, what waits, what was parked", _status)
    _add(actions, "look", "each seller's figures, the checks, and where everything lies", _look)
    mail = _add(actions, "mail", "deliver an e-mail (.eml)", _mail)
    mail.add_argument("file", type=Path)
    mail.add_argument("--at", type=_instant, help=AT_HELP)
    mail.add_argument("--dmarc", choices=("pass", "fail", "none"), default="pass")
    bank = _add(actions, "bank", "deliver a bank file", _bank)
    bank.add_argument("file", type=Path)
    day = _add(actions, "day", "live a day: everything that is scheduled on it", _day)
    day.add_argument(
        "date", type=dt.date.fromisoformat, nargs="?", help="the next one if not given"
    )
    sheets = actions.add_parser("sheets", help="the embedded Google Sheets alone")
    sheets.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    sheets.add_argument("--workbook", type=Path, required=True, help="made when it is not there")
    sheets.set_defaults(run=_sheets)


def _add(actions: Commands, name: str, does: str, run: Run) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=does)
    parser.add_argument("--state", type=Path, help="where its state lies (default: state)")
    parser.set_defaults(run=lambda chosen: _guarded(run, chosen))
    return parser


def _guarded(run: Run, chosen: argparse.Namespace) -> int:
    """Run; what cannot be done is one sentence and exit status 2."""
    from local.cloud import CloudError  # noqa: PLC0415 - boto3 takes its time
    from local.installation import Installation  # noqa: PLC0415
    from local.sheets_process import SheetsError  # noqa: PLC0415

    installation = Installation(chosen.state.resolve()) if chosen.state else Installation()
    try:
        return run(installation, chosen)
    except (CloudError, SheetsError, ProductError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 2


def _instant(text: str) -> dt.datetime:
    from bordereau.ports import PARIS  # noqa: PLC0415

    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=PARIS)


def _run(installation: Installation, _: argparse.Namespace) -> int:
    from local.month.run import run  # noqa: PLC0415

    return run(installation)


def _up(installation: Installation, _: argparse.Namespace) -> int:
    installation.up()
    return 0


def _down(installation: Installation, _: argparse.Namespace) -> int:
    print("stopped, and saved" if installation.down() else "nothing runs")
    return 0


def _status(installation: Installation, _: argparse.Namespace) -> int:
    from local.cloud.queues import dead, waiting  # noqa: PLC0415

    sheets = installation.sheets
    print(f"workbook: {sheets.page if sheets.pid() else 'does not run'}")
    if not installation.cloud.is_ready():
        print(f"local cloud: does not run; its state is in {installation.cloud.place.folder}")
        return 1
    world = installation.world()
    print(f"local cloud: {installation.cloud.place.endpoint}; log {installation.cloud.log}")
    print(f"clock: {world.now():%A %d %B %Y %H:%M}, Paris")
    found = (
        ("waits", waiting(installation.cloud, world.stack.queues)),
        ("parked", dead(installation.cloud, world.stack)),
    )
    for title, messages in found:
        print(f"{title}: {len(messages)}")
        for one in messages:
            print(f"  {one.queue}: attempt {one.attempts}: {one.body[:200]}")
    return 0


def _look(installation: Installation, _: argparse.Namespace) -> int:
    from local.month.run import look  # noqa: PLC0415

    return 0 if look(installation, installation.world()) else 1


def _mail(installation: Installation, chosen: argparse.Namespace) -> int:
    from local.month.by_hand import deliver_mail  # noqa: PLC0415

    raw = chosen.file.read_bytes()
    name = f"{hashlib.sha256(raw).hexdigest()[:12]}"
    return deliver_mail(installation.world(), name, raw, at=chosen.at, dmarc=chosen.dmarc)


def _bank(installation: Installation, chosen: argparse.Namespace) -> int:
    from local.month.by_hand import deliver_bank  # noqa: PLC0415

    return deliver_bank(installation.world(), chosen.file.name, chosen.file.read_bytes())


def _day(installation: Installation, chosen: argparse.Namespace) -> int:
    from local.month.by_hand import live_day  # noqa: PLC0415

    return live_day(installation.world(), chosen.date)


def _sheets(chosen: argparse.Namespace) -> int:
    from local.sheets_api import serve  # noqa: PLC0415

    serve(chosen.port, chosen.workbook)
    return 0
