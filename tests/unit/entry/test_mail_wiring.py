"""The mail road as wired: messages of the platform in, fields for the log out."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.adapters.clock import SsmClock, SystemClock
from bordereau.adapters.memory_clock import MemoryClock
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.domain.claims import MailClaims, SenderEvidence
from bordereau.domain.problems import ConfigurationError
from bordereau.entry import connections, settings
from bordereau.entry.types import Command, ItemChanged, Message, ObjectArrived, Scheduled
from bordereau.entry.wiring import deliver_outbox, open_mail, register_invoices, write_documents
from bordereau.services.outbox import freeze, intent, put_intent
from bordereau.services.stored_claims import write_claims
from local.sample_invoices import camt053, mail_eml, ses_trace
from tests.golden import samples

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
ENVIRONMENT = {
    "STAGE": "local",
    "INBOX_BUCKET": "in",
    "WORK_BUCKET": "work",
    "MAIL_DOMAIN": "factor.example",
    "BANK_ADDRESS": "releves@factor.example",
    "JOURNAL_TABLE": "journal",
    "LEDGER_TABLE": "ledger",
    "WORK_TABLE": "work",
    "PARTY_TABLE": "party",
    "UPDATE_RESERVES_QUEUE_URL": "http://127.0.0.1/q",
    "APPLY_DECISIONS_QUEUE_URL": "http://127.0.0.1/q",
    "SENDER_ADDRESS": "ne-pas-repondre@factor.example",
    "CONFIGURATION_SET": "mail",
    "CLOCK_PARAMETER": "/clock",
}
PDFS = Renderer.of(Firm("", ""))
MODULES = (open_mail, register_invoices, write_documents, deliver_outbox)


def arrived(key: str) -> ObjectArrived:
    """An object's event."""
    return ObjectArrived("bucket", key, "", "")


def command(**body: object) -> Command:
    """A message of ours."""
    return Command(dict(body), "id", 1)


def test_each_function_is_wired_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Complete, it is wired without a call; incomplete, it says what is missing."""
    for module in MODULES:
        module.wired.cache_clear()
        with pytest.raises(ConfigurationError, match="STAGE"):
            module.wired()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for module in MODULES:
        assert callable(module.wired())
        module.wired.cache_clear()


def test_the_clock_is_the_system_s_unless_one_is_named() -> None:
    """Only the local stage names a parameter."""
    told = settings.load(settings.RegisterInvoicesSettings, ENVIRONMENT)
    assert isinstance(connections.clock(told), SsmClock)
    bare = told.model_copy(update={"clock_parameter": None})
    assert isinstance(connections.clock(bare), SystemClock)


def test_a_function_s_own_queue_has_its_name() -> None:
    """What a function is told of it may send to, and nothing else."""
    environment = ENVIRONMENT | {"OWN_QUEUE_URL": "http://127.0.0.1/own"}
    told = settings.load(settings.UpdateReservesSettings, environment)
    queue = connections.queue(told, "update_reserves")
    with pytest.raises(ConfigurationError, match="write_documents"):
        queue.send("write_documents", {})
    assert queue._urls == {
        "update_reserves": "http://127.0.0.1/own",
        "apply_decisions": "http://127.0.0.1/q",
    }


def test_a_mail_of_our_own_domain_is_opened_and_never_answered() -> None:
    """The reader of the product, behind its port."""
    objects = MemoryObjects()
    objects.put("mail/m1", b"From: a@factor.example\r\nSubject: x\r\n\r\nBonjour\r\n")
    reader = open_mail.MailReader("factor.example")
    fields = open_mail.open_arrived(objects, reader, arrived("mail/m1"))
    assert fields == {"mail": "m1", "parts": 0}
    assert "claims/mail/m1.json" in objects.stored
    with pytest.raises(ConfigurationError):
        open_mail.open_arrived(objects, reader, command())


def test_what_came_to_the_bank_address_is_read_as_bank_files() -> None:
    """Its claims lie under claims/bank/; the same mail to another address is one of a seller."""
    address = "releves@factor.example"
    statement = camt053("FR7630006000011234567890189", NOW.date(), 100, ())
    objects = MemoryObjects()
    for key, to in (("mail/m1", address), ("mail/m2", "depot@factor.example")):
        raw = mail_eml("r@banque.example", "Relevé", [("r.xml", statement)], NOW, to=to)
        objects.put(key, ses_trace(raw, key, NOW))
    reader = open_mail.MailReader("factor.example", address)
    assert open_mail.open_arrived(objects, reader, arrived("mail/m1")) == {"mail": "m1", "files": 1}
    assert open_mail.open_arrived(objects, reader, arrived("mail/m2")) == {"mail": "m2", "parts": 1}
    assert [key for key in objects.stored if key.startswith("claims/bank/")] == [
        "claims/bank/m1.json"
    ]
    assert "claims/mail/m1.json" not in objects.stored


def test_claims_and_wakes_are_registered() -> None:
    """Both kinds of message, and nothing else."""
    ledger, objects, queue = MemoryLedger(), MemoryObjects(), MemoryQueue()
    clock = MemoryClock(NOW)
    key = write_claims(objects, MailClaims("m1", NOW, SenderEvidence(doubt="virus"), ()))
    fields = register_invoices.register(ledger, objects, queue, clock, arrived(key))
    assert fields == {"claims": key, "quarantined": 1}
    again = register_invoices.register(ledger, objects, queue, clock, arrived(key))
    assert again == {"claims": key}
    woken = register_invoices.register(ledger, objects, queue, clock, command(wake="debtor:x"))
    assert woken == {}
    for wrong in (command(wake=1), Scheduled(NOW.date(), NOW, "e", 1)):
        with pytest.raises(ConfigurationError):
            register_invoices.register(ledger, objects, queue, clock, wrong)


def test_a_document_is_written_by_its_message() -> None:
    """With the product's renderer: a PDF beside the frozen figures, once."""
    ledger, objects = MemoryLedger(), MemoryObjects()
    kind, figures = samples.SAMPLES["debtor_notice"]
    frozen = freeze(objects, kind, "n1", figures)
    put_intent(ledger, intent(kind, "n1", frozen, to=("a@b.example",), party=None, created_at=NOW))
    message = command(kind="debtor_notice", id="n1")
    for status in ("done", "already"):
        fields = write_documents.write(ledger, objects, MemoryClock(NOW), PDFS, message)
        assert (fields["status"], fields["written"], fields["failed"]) == (status, 0, 0)
    [key] = [key for key in objects.list("documents/") if key.endswith(".pdf")]
    assert objects.stored[key].startswith(b"%PDF")
    for wrong in (command(kind="x"), arrived("documents/x")):
        with pytest.raises(ConfigurationError):
            write_documents.write(ledger, objects, MemoryClock(NOW), PDFS, wrong)


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        (Scheduled(NOW.date(), NOW, "e", 1), None),
        (ItemChanged("O#reminder#siren:1#2026-03-02", "O"), ("reminder", "siren:1#2026-03-02")),
    ],
)
def test_the_outbox_is_told_what_changed(message: Message, changed: tuple[str, str] | None) -> None:
    """Kind and id stand in the key."""
    assert deliver_outbox.changed_intent(message) == changed


@pytest.mark.parametrize("message", [ItemChanged("M#m1", "HEAD"), arrived("mail/x")])
def test_what_is_no_intent_is_refused(message: Message) -> None:
    """The stream's filter lets intents through only."""
    with pytest.raises(ConfigurationError):
        deliver_outbox.changed_intent(message)


def test_mails_come_from_the_firm_and_answers_go_to_a_person() -> None:
    """Name and person from the settings; without them the address stands in."""
    renderer = deliver_outbox.renderer_of(MemoryLedger(), "factures@factor.example")
    assert (renderer.firm.name, renderer.firm.reply_to) == ("factures", "")
