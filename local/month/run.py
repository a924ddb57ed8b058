"""``bordereau local run``: a fresh installation, the sample firm, its month, and what it leaves."""

from __future__ import annotations

import time
from typing import Final

from local.firm.rows import all_rows
from local.installation import Installation
from local.month.bank import bank_days
from local.month.cloud_world import CloudWorld
from local.month.display import console, place_lines, seller_table, watched
from local.month.play import AFTER, FIRST, LAST, play
from local.month.results import checks, copy_objects, seller_rows, write_journals
from sheets.create import create

DAYS: Final = 1 + len(bank_days(FIRST, LAST)) + len(AFTER)


def run(installation: Installation) -> int:
    """Do everything of ``make run``; 1 when a check of the books does not hold, else 0."""
    started = time.monotonic()
    installation.start_clean()
    installation.up()
    world = installation.world()
    with installation.part("the workbook with the sample firm"):
        create(world.sheet, title="Bordereau", lines=all_rows())
        installation.sheets.save()
    out = console()
    month = time.monotonic()
    for _ in watched(play(world), DAYS, out):
        pass
    installation.seconds["the month"] = time.monotonic() - month
    is_sound = look(installation, world)
    _print_seconds(installation, time.monotonic() - started)
    return 0 if is_sound else 1


def look(installation: Installation, world: CloudWorld) -> bool:
    """Print the sellers, the checks and where everything lies; whether all checks hold."""
    out = console()
    today = world.now().date()
    out.print()
    out.print(seller_table(seller_rows(world.ledger, today=today), today))
    found = checks(world.ledger)
    broken = [check for check in found if not check.ok]
    out.print(f"  books: {len(found) - len(broken)} of {len(found)} checks hold")
    for check in broken:
        out.print(f"  [red]{check.code} {check.title}[/red]")
        for detail in check.details[:5]:
            out.print(f"      {detail}")
    for line in place_lines(installation.folder, gather(installation, world)):
        out.print(line)
    out.print(f"  in a browser: {installation.sheets.page}")
    return not broken


def gather(installation: Installation, world: CloudWorld) -> dict[str, str]:
    """Copy what was made out of the local cloud; return what lies where."""
    folder = installation.folder
    installation.sheets.save()
    s3, bucket = world.cloud.client("s3"), world.stack.work_bucket
    mails = copy_objects(s3, bucket, "sent/", folder / "outbox")
    documents = copy_objects(s3, bucket, "documents/", folder / "documents")
    orders = copy_objects(s3, bucket, "sepa/", folder / "sepa")
    journals = list(write_journals(world.ledger, folder / "journals"))
    return {
        "workbook.xlsx": "the workbook, its result tabs filled",
        "outbox/": f"{mails} e-mails as sent: HTML, text and PDF",
        "documents/": f"{documents} statements and letters as PDF",
        "sepa/": f"{orders} files for the bank, pain.001",
        "journals/": f"the books, for {' and '.join(path.stem for path in journals)}",
    }


def _print_seconds(installation: Installation, total: float) -> None:
    print("  seconds by part:")
    for name, value in installation.seconds.items():
        print(f"    {name.ljust(56)} {value:6.1f} s")
    print(f"    {'all of it'.ljust(56)} {total:6.1f} s")
