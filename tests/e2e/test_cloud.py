"""Days on the deployed functions: everything comes twice, and the local cloud is restarted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import pytest

from bordereau.adapters.s3_objects import S3Objects
from bordereau.domain.books import BankHead, Position
from bordereau.domain.invoices import Invoice
from bordereau.domain.tables import Index
from bordereau.domain.work import Intent, MailHead
from bordereau.ports import Ledger
from bordereau.services.close_month import closed_months
from bordereau.services.read_books import known_accounts, known_contracts
from local.firm.rows import all_rows
from local.installation import Installation
from local.month.cloud_world import CloudWorld
from local.month.mails import Mail, mails_of
from local.month.memory_world import MemoryWorld
from local.month.play import play
from local.month.results import checks
from sheets.create import create
from tests.e2e import desk_story

pytestmark = [pytest.mark.cloud, pytest.mark.slow, pytest.mark.timeout(1200)]
MONDAY: Final = desk_story.MONDAY


@dataclass
class TwiceWorld(CloudWorld):
    """A cloud to which everything comes twice: objects, bank files, schedules."""

    def put(self, key: str, data: bytes) -> None:
        """Store the object two times: two events."""
        super().put(key, data)
        super().put(key, data)

    def fire(self, function: str, at: dt.datetime, task: str = "") -> None:
        """Send the event of the schedule two times."""
        super().fire(function, at, task)
        super().fire(function, at, task)


@pytest.fixture(scope="module")
def lived(installation: Installation, empty_cloud: object) -> CloudWorld:
    """The cloud after a day of the sample firm on which everything came twice."""
    found = installation.world()
    create(found.sheet, lines=all_rows())
    world = TwiceWorld(found.cloud, found.stack, found.sheets)
    desk_story.friday_s_mail(world)
    for _ in play(world, until=MONDAY):
        pass
    return world


@pytest.fixture(scope="module")
def memory() -> MemoryWorld:
    """The same in memory, everything once."""
    world = MemoryWorld(renders=False)
    desk_story.friday_s_mail(world)
    for _ in play(world, until=MONDAY):
        pass
    return world


@pytest.fixture(scope="module")
def desk(lived: CloudWorld, memory: MemoryWorld) -> CloudWorld:
    """The same cloud after the days at the desk, each once; the memory lives them too."""
    world = CloudWorld(lived.cloud, lived.stack, lived.sheets)
    desk_story.live(memory)
    desk_story.live(world)
    return world


def balances(ledger: Ledger) -> dict[str, object]:
    """What every contract, bank account and invoice stands at."""
    contracts = known_contracts(ledger)
    found: dict[str, object] = {}
    for contract in contracts:
        position = ledger.get(Position, contract=contract)
        assert position is not None
        found[contract] = dict(position.balances)
        for invoice in ledger.find(Invoice, Index.BY_CONTRACT, f"K#{contract}"):
            amounts = (invoice.open_cents, invoice.approved_cents, invoice.retained_cents)
            found[f"{contract} {invoice.invoice}"] = amounts
    for account in known_accounts(ledger, contracts):
        head = ledger.get(BankHead, account=account)
        found[account] = dict(head.balances) if head else {}
    return found


def sent(world: CloudWorld) -> list[str]:
    """The keys of the e-mails that went out."""
    s3 = world.cloud.client("s3")
    return list(S3Objects(s3, inbox=None, work=world.stack.work_bucket).list("sent/"))


def test_days_on_which_everything_comes_twice_end_in_equal_balances(
    lived: CloudWorld, memory: MemoryWorld
) -> None:
    """The deployed functions, told twice, and the twins, told once, have the same books."""
    assert balances(lived.ledger) == balances(memory.ledger)
    assert len(balances(lived.ledger)) >= 10, "a day has contracts, a bank and invoices"
    assert [check.code for check in checks(lived.ledger) if not check.ok] == []


def test_the_bank_s_files_are_the_same_bytes(lived: CloudWorld, memory: MemoryWorld) -> None:
    """Released in the workbook, sealed by the schedule, twice: one file, as in memory."""
    files = dict(lived.payment_files())
    assert files == dict(memory.payment_files())
    assert len(files) == 1
    for key in files:
        name = key.rpartition("/")[2].removesuffix(".xml")
        intent = lived.ledger.get(Intent, kind="payment_file", id=name)
        assert intent is not None
        assert intent.state == "sent"


def test_every_mail_is_answered_once(lived: CloudWorld) -> None:
    """One intent for each mail, sent; as many e-mails in sent/ as intents."""
    wanted = [mail for mail in mails_of(MONDAY) if mail.dmarc == "pass"]
    for mail in wanted:
        intent = lived.ledger.get(Intent, kind="acknowledgement", id=mail.id)
        assert intent is not None
        assert (intent.state, intent.ambiguous_sends) == ("sent", 0)


def test_what_staff_decide_at_the_desk_is_done_by_the_deployed_functions(
    desk: CloudWorld, memory: MemoryWorld
) -> None:
    """Typed through the API, posted under the roles: answers and books as in memory, all sound."""
    beside = desk_story.answers(desk)
    assert {ref: beside[ref][0] for ref in desk_story.DONE} == desk_story.DONE
    assert beside == desk_story.answers(memory)
    assert balances(desk.ledger) == balances(memory.ledger)
    assert [check.code for check in checks(desk.ledger) if not check.ok] == []
    assert [month.month for month in closed_months(desk.ledger)] == ["2025-12"]


def test_a_mail_after_a_restart_is_answered(installation: Installation, lived: CloudWorld) -> None:
    """State survives down and up: stack, tables, objects, triggers, the clock.

    What was deployed is found to be there and not sent again.
    """
    before = balances(lived.ledger)
    kept = sent(lived)
    assert kept
    assert installation.down()
    assert not lived.cloud.is_ready()
    assert installation.up().deploy_seconds == 0
    world = installation.world()
    assert world.stack == lived.stack
    assert sent(world) == kept
    assert balances(world.ledger) == before
    again = mails_of(MONDAY)[0]
    mail = Mail(
        "20260107-0900-again", again.at + dt.timedelta(2), again.sender, again.subject, again.files
    )
    world.at(mail.at)
    world.deliver_mail(mail)
    world.settle()
    head = world.ledger.get(MailHead, mail=mail.id)
    assert head is not None
    assert head.is_acknowledged
    assert balances(world.ledger) == before
