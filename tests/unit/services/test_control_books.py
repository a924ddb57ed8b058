"""The night finds what the day lost, once, and lets go of what is mended."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from bordereau.domain.books import BankHead, Receipt
from bordereau.domain.entries import Entry
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Setting
from bordereau.domain.work import BankFile, MailHead, Run
from bordereau.ports import Wanted
from bordereau.services import control_books as service
from bordereau.services.alerts import raise_alert
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_receipt import book_receipt
from bordereau.services.control_books import control_books
from bordereau.services.draft import Draft
from bordereau.services.find_invoice import invoice_numbered
from bordereau.services.issue_advances import issue_advances
from bordereau.services.outcome import Outcome
from bordereau.services.payouts import confirm_payout
from tests.unit.services.firm import ACCOUNT, DAY, K1, K2, Firm, at, every_crash, firm

WEEK_LATER = DAY + dt.timedelta(7)


def control(made: Firm, on: dt.date = WEEK_LATER) -> Outcome:
    """Run a night."""
    ports = (made.ledger, made.objects, made.queue)
    return control_books(*ports, on=on, now=at(on, 20))


def commit(made: Firm, shape: str, record: object) -> None:
    """Commit one record."""
    draft = Draft(made.ledger)
    draft.write(record)
    assert draft.commit(shape)


def a_day() -> Firm:
    """An invoice, its pay-out, a receipt of it that nobody applied."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    ports = (made.ledger, made.objects, made.queue)
    issue_advances(*ports, contract=K1, on=DAY, now=at(DAY, 14))
    receipt = Receipt(ACCOUNT, DAY, "R", 1_000_00, 1_000_00, "EUR", DAY, payer="ACME")
    book_receipt(made.ledger, receipt, today=DAY)
    return made


def test_whole_books_are_anchored_and_say_nothing() -> None:
    """The heads of every journal, with their hashes."""
    made = a_day()
    outcome = control(made, DAY)
    assert outcome.amounts == {"breaches": 0, "lost": 0, "late": 0, "heads": 3}
    anchor = json.loads(made.objects.stored[f"anchors/{DAY}.json"])
    assert set(anchor["heads"]) == {f"K#{K1}", f"K#{K2}", f"B#{ACCOUNT}"}
    head = made.ledger.get(BankHead, account=ACCOUNT)
    assert head is not None
    assert anchor["heads"][f"B#{ACCOUNT}"] == {"seq": 1, "hash": head.head_hash}
    assert made.alerts() == []
    run = made.ledger.get(Run, kind="control_books", day=DAY.isoformat())
    assert run is not None
    assert control(made, DAY).reason == "run-finished"


def test_an_overwritten_entry_is_found() -> None:
    """The chain breaks; the alert names the invariant."""
    made = a_day()
    entry = made.ledger.get(Entry, journal=f"K#{K1}", seq=1)
    assert entry is not None
    place = next(p for p in made.ledger._partitions if p[1] == f"K#{K1}" and p[0] == "journal")
    kind, plain = made.ledger._partitions[place]["E#000000000001"]
    made.ledger._partitions[place]["E#000000000001"] = (kind, plain | {"documents": ["forged"]})
    assert control(made, DAY).amounts["breaches"] > 0
    alert = next(alert for alert in made.alerts() if alert.object == "books:I2")
    assert alert.code == "invariant-broken"
    assert alert.facts["detail"]


def test_what_stays_too_long_is_shown_until_it_moves() -> None:
    """A pay-out without its debit, money that pays nothing; other alerts of theirs stay."""
    made = a_day()
    assert control(made).amounts["late"] == 2
    assert made.codes() == ["payout-in-transit", "receipt-unallocated"]
    returned = dataclasses.replace(made.alerts()[0], stage="payout-returned", code="x", v=0)
    raise_alert(made.ledger, returned)
    confirm_payout(made.ledger, (K1, DAY, 1), today=WEEK_LATER)
    invoice = made.invoice("2026#FA1").invoice  # type: ignore[arg-type]
    key = ReceiptKey(ACCOUNT, DAY, "R")
    apply_receipt(made.ledger, key, [Pays(K1, invoice, 1_000_00)], today=WEEK_LATER)
    control(made, WEEK_LATER + dt.timedelta(1))
    assert made.codes() == ["x"]


def test_nothing_is_late_on_its_own_days() -> None:
    """Five days for a pay-out, three for a receipt."""
    made = a_day()
    control(made, DAY + dt.timedelta(2))
    assert made.codes() == []
    control(made, DAY + dt.timedelta(4))
    assert made.codes() == ["receipt-unallocated"]


def test_an_object_without_an_outcome_is_sent_again_and_shown() -> None:
    """A mail that nobody opened, claims half registered or not at all, a bank file."""
    made = firm()
    for key in ("mail/a", "mail/b", "mail/c", "mail/", "bank/x 1.xml", "bank/y.xml"):
        made.objects.put(key, b"")
    for mail in ("b", "c", "d"):
        made.objects.put(f"claims/mail/{mail}.json", b"")
    commit(made, "receive-mail", MailHead("b", at(DAY), 1, done=1))
    commit(made, "receive-mail", MailHead("c", at(DAY), 2, done=1))
    commit(made, "finish-bank-file", BankFile("y.xml", "sha", DAY, "accept"))
    assert control(made).amounts["lost"] == 4
    keys = [
        (message.queue, message.message["Records"][0]["s3"]["object"]["key"])
        for message in made.queue.sent
    ]
    assert keys == [
        ("open_mail", "mail%2Fa"),
        ("register_invoices", "claims%2Fmail%2Fc.json"),
        ("register_invoices", "claims%2Fmail%2Fd.json"),
        ("apply_bank_statement", "bank%2Fx+1.xml"),
    ]
    assert len(made.alerts()) == 4
    commit(made, "finish-bank-file", BankFile("x 1.xml", "sha", DAY, "accept"))
    control(made, WEEK_LATER + dt.timedelta(1))
    assert len(made.alerts()) == 3


def test_years_of_mails_and_of_numbers_are_read_in_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not one by one: a night has its minutes, and so has a line that names no client."""
    made = a_day()
    for number in range(9):
        made.objects.put(f"claims/mail/m{number}.json", b"{}")
        commit(made, "receive-mail", MailHead(f"m{number}", at(DAY), 1, done=1))
    whole, read = made.ledger.get, list[type]()

    def get(kind: type, /, **key: Any) -> Any:
        """Note what is read alone."""
        read.append(kind)
        return whole(kind, **key)

    def get_many(*wanted: Wanted) -> tuple[Any, ...]:
        """Read a batch."""
        return tuple(whole(kind, **key) for kind, key in wanted)

    monkeypatch.setattr(made.ledger, "get", get)
    monkeypatch.setattr(made.ledger, "get_many", get_many)
    assert control(made, DAY).amounts["lost"] == 0
    assert MailHead not in read
    read.clear()
    found = invoice_numbered(made.ledger, "FA-1", seller=None, today=DAY)
    assert isinstance(found, Invoice)
    assert read == []


def test_a_mail_of_the_bank_has_its_outcome_from_the_statements() -> None:
    """Opened into claims/bank/ it is no lost mail; without a row it is sent to be applied."""
    made = firm()
    for mail in ("m1", "m2"):
        made.objects.put(f"mail/{mail}", b"")
        made.objects.put(f"claims/bank/{mail}.json", b"")
    commit(made, "finish-bank-file", BankFile("m1", "", DAY, "accept"))
    assert control(made).amounts["lost"] == 1
    assert [message.queue for message in made.queue.sent] == ["apply_bank_statement"]
    assert [alert.object for alert in made.alerts()] == ["object:claims/bank/m2.json"]


def test_accounts_without_a_journal_and_contracts_that_are_half_there_are_passed_over() -> None:
    """Typed in the settings, but nothing was ever booked."""
    made = firm()
    made.put(Setting("account.2.iban", "FR99"))
    from bordereau.domain.identifiers import ContractId, PartyId  # noqa: PLC0415
    from bordereau.domain.parties import ContractListing  # noqa: PLC0415

    listing = ContractListing(ContractId("siren:1/EUR"), PartyId("siren:1"), "EUR")
    commit(made, "open-contract", listing)
    assert control(made).amounts["heads"] == 3


def test_a_crash_anywhere_and_a_redelivery_end_in_the_same_books(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before and after each port call; the check itself only reads, so it is left out here."""
    monkeypatch.setattr(service, "check_books", lambda *_: [])

    def make() -> Firm:
        made = a_day()
        made.objects.put("mail/a", b"")
        return made

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        control_books(ledger, objects, queue, on=WEEK_LATER, now=at(WEEK_LATER))

    _, crashes = every_crash(make, run)
    assert crashes > 40
