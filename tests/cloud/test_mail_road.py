"""From a stored mail to a sent answer through the deployed functions, roles enforced."""

from __future__ import annotations

import datetime as dt
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any, Final

import pytest

from bordereau.adapters.dynamodb_ledger import DynamodbLedger
from bordereau.domain.invoices import Invoice
from bordereau.domain.tables import Index, Table
from bordereau.domain.work import Alert, Intent, PartOutcome
from bordereau.services import register
from local.cloud.queues import dead, wait_until_idle
from local.samples.cii import cii_xml
from local.samples.mails import mail_eml, ses_trace
from local.samples.model import SampleFactor, SampleInvoice, SampleLine, SampleParty
from local.samples.ubl import ubl_xml
from tests.unit.services.mail_world import (
    ACCOUNT,
    ALPHA_EUR,
    ALPHA_MAIL,
    STRANGER,
    STRANGER_SIREN,
    World,
    debtor,
    open_firm,
)

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.cloud.stack import LocalStack

pytestmark = [pytest.mark.cloud, pytest.mark.slow]
RECEIVED: Final = dt.datetime(2026, 3, 2, 7, 10, tzinfo=dt.UTC)
SELLER: Final = SampleParty("ALPHA BTP", "552081317", "1 rue A", "75001", "Paris")
ACME: Final = SampleParty("ACME", "443061841", "2 rue B", "69001", "Lyon")
NEW: Final = SampleParty("Nouveau SAS", STRANGER_SIREN, "3 rue C", "13001", "Marseille")
FACTOR: Final = SampleFactor("Factor SA", str(ACCOUNT), "AGRIFRPP")


def sample(number: str, buyer: SampleParty, cents: int) -> SampleInvoice:
    """An invoice of one line."""
    return SampleInvoice(
        number=number,
        issued_on=dt.date(2026, 3, 1),
        due_on=dt.date(2026, 4, 15),
        seller=SELLER,
        buyer=buyer,
        lines=(SampleLine("Travaux", 1, cents),),
        factor=FACTOR,
    )


class Road:
    """The deployed stack as the test drives it."""

    def __init__(self, cloud: LocalCloud, stack: LocalStack) -> None:
        self.cloud, self.stack = cloud, stack
        tables = {table: self.stack.tables[table] for table in Table}
        self.ledger: Any = DynamodbLedger(cloud.client("dynamodb"), tables)
        self.s3 = cloud.client("s3")

    def receive(self, mail_id: str, raw: bytes, **verdicts: Any) -> None:
        """Store a mail as SES would, and wait until all is done."""
        data = ses_trace(raw, mail_id, RECEIVED, **verdicts)
        self.s3.put_object(Bucket=self.stack.inbox_bucket, Key=f"mail/{mail_id}", Body=data)
        self.settle()

    def wake(self, lacks: str) -> None:
        """Say that something arrived, as apply_decisions does."""
        self.cloud.client("sqs").send_message(
            QueueUrl=self.stack.queues["register_invoices"], MessageBody=f'{{"wake": "{lacks}"}}'
        )
        self.settle()

    def settle(self) -> None:
        """Wait until the queues are empty and the outbox too."""
        wait_until_idle(
            self.cloud,
            self.stack,
            is_busy=lambda: any(self.ledger.find(Intent, Index.PENDING, "outbox")),
            seconds=120,
        )
        assert dead(self.cloud, self.stack) == ()

    def sent(self, intent: Intent) -> EmailMessage:
        """The e-mail that went out, from the bytes that were kept."""
        kept = self.s3.get_object(Bucket=self.stack.work_bucket, Key=intent.sent_key)
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        return parser.parsebytes(kept["Body"].read())

    def outcome(self, mail_id: str, part: str = "1") -> Any:
        """The outcome of a part."""
        return self.ledger.get(PartOutcome, mail=mail_id, part=part)


@pytest.fixture(scope="module")
def road(empty_cloud: tuple[LocalCloud, LocalStack]) -> Iterator[Road]:
    """The firm of the unit tests in the deployed tables, at the hour of the mails."""
    cloud, stack = empty_cloud
    cloud.client("ssm").put_parameter(
        Name=stack.clock_parameter, Value="2026-03-02T08:00:00Z", Overwrite=True
    )
    found = Road(cloud, stack)
    here = World()
    here.ledger = found.ledger
    open_firm(here)
    yield found
    cloud.client("ssm").put_parameter(Name=stack.clock_parameter, Value="system", Overwrite=True)


def test_a_mail_is_bought_and_answered_and_what_waits_is_bought_later(road: Road) -> None:
    """One invoice assigned, one held, one e-mail with both; its debtor comes, and it is bought."""
    files = [
        ("FA-1.xml", cii_xml(sample("FA-1", ACME, 100000))),
        ("FA-2.xml", ubl_xml(sample("FA-2", NEW, 50000))),
    ]
    road.receive("m1", mail_eml(ALPHA_MAIL, "Factures de mars", files, RECEIVED))
    assert [road.outcome("m1", part).outcome for part in ("1", "2")] == ["assigned", "held"]
    invoice = road.ledger.get(Invoice, contract=ALPHA_EUR, invoice="2026#FA1")
    assert (invoice.amount_cents, invoice.approved_cents) == (120000, 120000)
    intent = road.ledger.get(Intent, kind="acknowledgement", id="m1")
    assert (intent.state, intent.to, intent.ambiguous_sends) == ("sent", (ALPHA_MAIL,), 0)
    sent = road.sent(intent)
    assert sent["In-Reply-To"] is not None
    body = sent.get_body(("plain",))
    assert body is not None
    assert "FA-1" in body.get_content()
    assert "Nouveau SAS" in body.get_content()
    here = World()
    here.ledger = road.ledger
    register.set_party(road.ledger, debtor(STRANGER, "Nouveau SAS"))
    here.line(ALPHA_EUR, STRANGER)
    road.wake(f"debtor:{STRANGER}")
    assert road.outcome("m1", "2").outcome == "assigned"
    assert road.ledger.get(Intent, kind="acknowledgement", id="m1#2#1").state == "sent"


def test_a_forged_mail_stays_outside(road: Road) -> None:
    """No proof of the sender: one outcome, one alert, no answer, nothing bought."""
    files = [("FA-9.xml", cii_xml(sample("FA-9", ACME, 100000)))]
    raw = mail_eml(ALPHA_MAIL, "Urgent", files, RECEIVED)
    road.receive("m2", raw, dmarc="fail")
    assert road.outcome("m2").outcome == "quarantined"
    assert road.ledger.get(Intent, kind="acknowledgement", id="m2") is None
    assert road.ledger.get(Alert, object="mail:m2", stage="quarantined") is not None
    assert road.ledger.get(Invoice, contract=ALPHA_EUR, invoice="2026#FA9") is None


def test_the_same_mail_twice_is_one(road: Road) -> None:
    """S3 tells of an object twice: one answer, one invoice, the same outcome."""
    files = [("FA-4.xml", cii_xml(sample("FA-4", ACME, 40000)))]
    raw = mail_eml(ALPHA_MAIL, "Facture", files, RECEIVED)
    road.receive("m4", raw)
    first = road.outcome("m4"), road.ledger.get(Intent, kind="acknowledgement", id="m4")
    road.receive("m4", raw)
    assert (road.outcome("m4"), road.ledger.get(Intent, kind="acknowledgement", id="m4")) == first
    assert first[0].outcome == "assigned"
