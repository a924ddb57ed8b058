"""A statement by e-mail through the deployed functions: listed senders only, roles enforced."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pytest

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.domain.books import Receipt
from bordereau.domain.identifiers import AccountId
from bordereau.domain.parties import Setting
from bordereau.domain.tables import Index, Table
from bordereau.domain.work import Alert, BankFile
from local.cloud.queues import dead, wait_until_idle
from local.cloud.schedules import set_clock
from local.samples.bank import SampleEntry, camt053
from local.samples.mails import mail_eml, ses_trace
from tests.unit.services.firm import Firm

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import LocalStack

pytestmark = [pytest.mark.cloud, pytest.mark.slow]
AT: Final = dt.datetime(2026, 3, 2, 19, 0, tzinfo=dt.UTC)
IBAN: Final = AccountId("FR1420041010050500013M02606")
ADDRESS: Final = "releves@bordereau.example"


def test_a_statement_by_mail_is_booked_if_its_sender_is_listed(
    empty_cloud: tuple[LocalCloud, LocalStack],
) -> None:
    """open_mail writes the claims, apply_bank_statement books them; a stranger's only alerts."""
    cloud, stack = empty_cloud
    tables = {table: stack.tables[table] for table in Table}
    ledger: Any = DynamodbLedger(cloud.client("dynamodb"), tables)
    listed = Setting("bank_senders", "releves@banque.example")
    set_clock(cloud, stack.clock_parameter, AT)
    Firm(ledger=ledger).put(Setting("account.2.iban", IBAN), listed)
    for mail_id, sender, reference in (
        ("bank1", "releves@banque.example", "BM1"),
        ("bank2", "releves@bancue.example", "BM2"),
    ):
        statement = camt053(IBAN, AT.date(), 100_00, (SampleEntry(reference, 12_34, "X"),))
        raw = mail_eml(sender, "Relevé", [("r.xml", statement)], AT, to=ADDRESS)
        data = ses_trace(raw, mail_id, AT)
        cloud.client("s3").put_object(Bucket=stack.inbox_bucket, Key=f"mail/{mail_id}", Body=data)
    wait_until_idle(cloud, stack, is_busy=lambda: not _done(ledger), seconds=120)
    assert dead(cloud, stack) == ()
    booked = ledger.get(Receipt, account=IBAN, booked_on=AT.date(), ref="BM1")
    assert booked is not None
    assert booked.amount_cents == 12_34
    assert ledger.get(Receipt, account=IBAN, booked_on=AT.date(), ref="BM2") is None
    codes = {alert.code for alert in ledger.find(Alert, Index.PENDING, "alerts")}
    assert "bank-mail-not-listed" in codes


def _done(ledger: Any) -> bool:
    return all(any(ledger.list(BankFile, file=mail)) for mail in ("bank1", "bank2"))
