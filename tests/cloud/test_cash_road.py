"""From an assigned invoice to money and papers through the deployed functions, roles enforced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.domain import chart
from bordereau.domain.books import PayOut, PayOutState, Position, Receipt, StatementCut
from bordereau.domain.invoices import Invoice
from bordereau.domain.tables import Index, Table
from bordereau.domain.work import Alert, BankFile, Intent
from bordereau.ports import PARIS
from bordereau.services.check_books import check_books
from local.cloud.queues import dead, wait_until_idle
from local.cloud.schedules import Run, fire, set_clock
from tests.unit.services.firm import ACCOUNT, K1, K2, Firm, open_firm

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import LocalStack

pytestmark = [pytest.mark.cloud, pytest.mark.slow]
MONDAY: Final = dt.date(2026, 6, 1)
CAMT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>{id}</Id>
<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>{entries}</Stmt></BkToCstmrStmt></Document>
"""
ENTRY: Final = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><RltdPties><Dbtr><Nm>ACME</Nm></Dbtr>
<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


class Road:
    """The deployed stack as the test drives it, day by day."""

    def __init__(self, cloud: LocalCloud, stack: LocalStack) -> None:
        self.cloud, self.stack = cloud, stack
        tables = {table: self.stack.tables[table] for table in Table}
        self.ledger: Any = DynamodbLedger(cloud.client("dynamodb"), tables)
        self.firm = Firm(ledger=self.ledger)
        self.s3 = cloud.client("s3")

    def at(self, day: dt.date, hour: int) -> dt.datetime:
        """Set the clock to an hour of a day in Paris."""
        instant = dt.datetime.combine(day, dt.time(hour), PARIS)
        set_clock(self.cloud, self.stack.clock_parameter, instant)
        return instant

    def run(self, function: str, day: dt.date, hour: int) -> None:
        """Fire a schedule with the event that the Scheduler sends."""
        instant = self.at(day, hour)
        at = instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {"scheduled": at, "execution": f"{function}-{day}", "attempt": "1"}
        fire(self.cloud, Run(function=function, at=instant, event=event))
        self.settle()

    def bank(self, name: str, day: dt.date, *entries: str, closing: str) -> None:
        """Put a bank statement into the inbox."""
        self.at(day, 20)
        text = CAMT.format(
            id=name, account=ACCOUNT, day=day, closing=closing, entries="".join(entries)
        )
        self.s3.put_object(
            Bucket=self.stack.inbox_bucket, Key=f"bank/{name}.xml", Body=text.encode()
        )
        self.settle()

    def settle(self) -> None:
        """Wait until the queues are empty and the outbox too."""
        wait_until_idle(
            self.cloud,
            self.stack,
            is_busy=lambda: any(self.ledger.find(Intent, Index.PENDING, "outbox")),
            seconds=180,
        )
        assert dead(self.cloud, self.stack) == ()

    def sent(self, kind: str, document_id: str) -> bool:
        """Return whether a document went out."""
        intent = self.ledger.get(Intent, kind=kind, id=document_id)
        return intent is not None and intent.state == "sent" and bool(intent.pdf_key)


@pytest.fixture(scope="module")
def road(empty_cloud: tuple[LocalCloud, LocalStack]) -> Iterator[Road]:
    """The small firm of the unit tests in the deployed tables."""
    found = Road(*empty_cloud)
    open_firm(found.firm)
    yield found
    set_clock(found.cloud, found.stack.clock_parameter, None)


def test_money_goes_its_road(road: Road) -> None:
    """Advance, debit, part payment, statement, reminder, night: each function has its rights."""
    tuesday, late = MONDAY + dt.timedelta(1), MONDAY + dt.timedelta(35)
    next_monday = MONDAY + dt.timedelta(7)
    invoice = road.firm.assign("FA-2026-12", 1_000_00, on=MONDAY)
    road.run("issue_advances", MONDAY, 15)
    assert road.sent("advance_statement", f"{K1}#{MONDAY}")
    payout = road.ledger.get(PayOut, contract=K1, ordered_on=MONDAY, ordinal=1)
    assert payout.amount_cents == 885_60
    debit = ENTRY.format(
        amount="885.60", sign="DBIT", day=tuesday, ref="D1", id=payout.end_to_end_id, text=""
    )
    part = ENTRY.format(
        amount="400.00", sign="CRDT", day=tuesday, ref="C1", id="NOTPROVIDED", text="FA-2026-12"
    )
    road.bank("s1", tuesday, debit, part, closing="4514.40")
    payout = road.ledger.get(PayOut, contract=K1, ordered_on=MONDAY, ordinal=1)
    assert payout.state is PayOutState.CONFIRMED
    receipt = road.ledger.get(Receipt, account=ACCOUNT, booked_on=tuesday, ref="C1")
    assert receipt.left_cents == 0
    assert road.ledger.get(Invoice, contract=K1, invoice=invoice).open_cents == 600_00
    position = road.ledger.get(Position, contract=K1)
    assert position.balance(chart.PAYOUTS_IN_TRANSIT) == 0
    road.run("send_weekly_statements", next_monday, 6)
    assert road.ledger.get(StatementCut, contract=K1, week="2026-W23") is not None
    assert road.sent("weekly_statement", f"{K1}#2026-W23")
    road.run("update_reserves", late, 7)
    road.run("raise_overdue_alerts", late, 8)
    codes = {alert.code for alert in road.ledger.find(Alert, Index.PENDING, "alerts")}
    assert codes & {"overdue", "reminder-1"}
    assert road.sent("reminder", f"siren:732829320#{late}")
    road.run("control_books", late, 20)
    assert any(road.ledger.list(BankFile, file="s1.xml"))
    assert all(check.ok for check in check_books(road.ledger, [K1, K2], [ACCOUNT]))
    anchor = road.s3.get_object(Bucket=road.stack.work_bucket, Key=f"anchors/{late}.json")
    assert b'"heads"' in anchor["Body"].read()
