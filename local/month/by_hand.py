"""What a person does to the installation by hand after the month: a mail, a bank file, a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bordereau.domain.bank_calendar import is_bank_day
from bordereau.domain.work import BankFile, MailHead, PartOutcome
from local.cloud.schedules import fire, runs_of
from local.samples.mails import Verdict, ses_trace

if TYPE_CHECKING:
    from local.month.cloud_world import CloudWorld


def deliver_mail(
    world: CloudWorld, name: str, raw: bytes, *, at: dt.datetime | None, dmarc: Verdict
) -> int:
    """Deliver a mail with the trace that SES would write; print what became of its parts."""
    received_at = at or world.now()
    mail_id = f"{received_at:%Y%m%d-%H%M}-{name}"
    key = f"mail/{mail_id}"
    if at is not None:
        world.at(at)
    world.put(key, ses_trace(raw, key, received_at, dmarc=dmarc))
    world.settle()
    head = world.ledger.get(MailHead, mail=mail_id)
    print(f"{key}: {head.total if head else 0} part(s)")
    for part in world.ledger.list(PartOutcome, first="P#", mail=mail_id):
        reasons = ", ".join(problem.code for problem in part.problems)
        print(f"  {part.file} {part.number}: {part.outcome}" + (f" ({reasons})" if reasons else ""))
    return 0


def deliver_bank(world: CloudWorld, name: str, data: bytes) -> int:
    """Deliver a bank file; print what was counted in it."""
    world.deliver_bank(name, data)
    world.settle()
    for file in world.ledger.list(BankFile, file=name):
        counts = ", ".join(f"{count} {what}" for what, count in file.counts.items())
        print(f"bank/{name}: {file.verdict}: {counts or 'nothing'}")
    return 0


def live_day(world: CloudWorld, date: dt.date | None) -> int:
    """Fire everything that is scheduled on a day, in order; the clock stays at its end.

    The workbook's file shows the day when this returns.
    """
    day = date or next_bank_day(world.now().date())
    print(f"{day:%A %d %B %Y}")
    for one in runs_of(world.cloud, day):
        world.at(one.at)
        fire(world.cloud, one)
        world.settle()
        print(f"  {world.now():%H:%M}  {one.function}")
    world.sheets.save()
    return 0


def next_bank_day(day: dt.date) -> dt.date:
    """Return the first day after ``day`` on which money moves.

    >>> next_bank_day(dt.date(2026, 1, 30))
    datetime.date(2026, 2, 2)
    """
    following = day + dt.timedelta(1)
    return following if is_bank_day(following) else next_bank_day(following)
