"""The road of the money as wired: sample events in, fields for the log out, on the twins."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import pytest

from bordereau.adapters.memory_clock import MemoryClock
from bordereau.domain.books import Receipt
from bordereau.domain.claims import BankMailClaims, SenderEvidence
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.problems import ConfigurationError, SourceUnavailableError
from bordereau.domain.work import BankFile
from bordereau.entry import events
from bordereau.entry.types import Command, Handle, ItemChanged, ObjectArrived, Scheduled
from bordereau.entry.wiring import (
    allocate_receipts,
    apply_bank_statement,
    control_books,
    issue_advances,
    raise_overdue_alerts,
    send_weekly_statements,
    update_reserves,
)
from bordereau.services.bank_mail import write_bank_mail
from bordereau.services.book_receipt import book_receipt
from bordereau.services.lines import set_line
from bordereau.services.release_payouts import release_payout
from tests.unit.services.firm import ACCOUNT, ACME, DAY, K1, SELLER_IBAN, Firm, at, firm

ROOT: Final = Path(__file__).resolve().parent.parent.parent.parent
SAMPLES: Final = ROOT / "events"
ENVIRONMENT: Final = {
    "STAGE": "local",
    "INBOX_BUCKET": "in",
    "WORK_BUCKET": "work",
    "JOURNAL_TABLE": "journal",
    "LEDGER_TABLE": "ledger",
    "WORK_TABLE": "work",
    "PARTY_TABLE": "party",
    "CLOCK_PARAMETER": "/clock",
    **{
        f"{name}_QUEUE_URL": "http://127.0.0.1/q"
        for name in (
            "OWN",
            "OPEN_MAIL",
            "REGISTER_INVOICES",
            "APPLY_BANK_STATEMENT",
            "ALLOCATE_RECEIPTS",
            "UPDATE_RESERVES",
            "APPLY_DECISIONS",
            "WRITE_DOCUMENTS",
        )
    },
}
MODULES: Final = (
    apply_bank_statement,
    allocate_receipts,
    issue_advances,
    update_reserves,
    raise_overdue_alerts,
    send_weekly_statements,
    control_books,
)
CAMT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S1</Id>
<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1100.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>
<AcctSvcrRef>REF1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>ACME</Nm></Dbtr></RltdPties>
<RmtInf><Ustrd>FA-2026-1</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
"""


def sample(function: str, name: str) -> dict[str, Any]:
    """Return a sample event."""
    found: dict[str, Any] = json.loads((SAMPLES / function / f"{name}.json").read_text("utf-8"))
    return found


def handles(made: Firm, now: dt.datetime) -> dict[str, Handle]:
    """Return each function over the twins of one firm."""
    clock = MemoryClock(now)
    ports = (made.ledger, made.objects, made.queue)
    return {
        "issue_advances": issue_advances.Advances(*ports, clock),
        "send_weekly_statements": send_weekly_statements.Statements(*ports, clock),
        "update_reserves": update_reserves.Reserves(made.ledger, made.queue, clock),
        "raise_overdue_alerts": raise_overdue_alerts.Overdue(*ports, clock),
        "apply_bank_statement": lambda m: apply_bank_statement.apply(*ports, clock, m),
        "allocate_receipts": lambda m: allocate_receipts.allocate(
            made.ledger, made.queue, clock, m
        ),
        "control_books": lambda m: control_books.control(*ports, clock, m),
    }


def run(made: Firm, function: str, name: str, now: dt.datetime | None = None) -> events.Outcomes:
    """Run a function on a sample event."""
    handle = handles(made, now or at(DAY, 14))[function]
    return events.each_message(sample(function, name), handle)


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


def test_a_real_bank_file_is_read_and_booked() -> None:
    """The sample's S3 event, a camt.053 in the inbox, a receipt in the books."""
    made = firm()
    key = "bank/camt053-2026-03-02.xml"
    made.objects.put(key, CAMT.format(account=ACCOUNT).encode())
    outcomes = run(made, "apply_bank_statement", "bank-file")
    assert outcomes.failed == ()
    assert outcomes.done[0]["receipts"] == 1
    receipt = made.ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="REF1")
    assert receipt is not None
    assert receipt.payer == "ACME"
    assert any(made.ledger.list(BankFile, file="camt053-2026-03-02.xml"))
    made.assign("FA-2026-1", 1_000_00)
    body = made.queue.sent[-1].message
    allocated = handles(made, at(DAY))["allocate_receipts"](Command(body, "id", 1))
    assert allocated["applied"] == 1_000_00


def test_an_s3_test_event_and_a_stranger_s_mail_do_nothing_to_the_books() -> None:
    """The one holds no object, the other's sender is on no list."""
    made = firm()
    assert run(made, "apply_bank_statement", "test-event").done == ()
    sender = SenderEvidence("r@banque.example", is_proven=True)
    write_bank_mail(
        made.objects, BankMailClaims("0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p", at(DAY), sender, ())
    )
    by_mail = run(made, "apply_bank_statement", "claims-of-a-mail")
    assert by_mail.done[0]["reason"] == "not_listed"


def test_a_file_that_is_not_there_fails_its_message_alone() -> None:
    """It comes again."""
    outcomes = run(firm(), "apply_bank_statement", "bank-file")
    assert isinstance(outcomes.failed[0][1], SourceUnavailableError)


def test_receipts_of_two_accounts_are_matched_each() -> None:
    """Those that are not there are refused, and the log says so."""
    made = firm()
    booked = Receipt(ACCOUNT, DAY, "2026030200001", 100, 100, "EUR", DAY)
    book_receipt(made.ledger, booked, today=DAY)
    done = run(made, "allocate_receipts", "two-accounts").done
    assert [fields["reason"] for fields in done] == [
        "no-match",
        "no_such_receipt",
        "no_such_receipt",
    ]


def test_a_schedule_asks_and_a_message_does() -> None:
    """One message per contract; the statement is issued, the second contract has nothing new."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    assert run(made, "issue_advances", "schedule").done[0]["contracts"] == 2
    done = run(made, "issue_advances", "contract").done
    assert done[0]["payout"] == 885_60
    assert done[1]["reason"] == "contract_not_in_force"
    handle = handles(made, at(DAY, 14))["issue_advances"]
    assert (
        handle(Command({"contract": K1, "on": "2026-03-02"}, "id", 2))["reason"] == "issued-today"
    )


def test_the_second_schedule_hands_released_pay_outs_over() -> None:
    """The sample's event, told by its task; one without a pay-out to hand over does nothing."""
    made = firm()
    made.assign("FA-1", 1_000_00)
    run(made, "issue_advances", "contract")
    assert run(made, "issue_advances", "seal", at(DAY, 15, 10)).done[0]["files"] == 0
    release_payout(made.ledger, (K1, DAY, 1), by="Claire", today=DAY)
    event = events.scheduled(sample("issue_advances", "seal"))
    assert event.task == "seal"
    done = handles(made, event.at)["issue_advances"](event)
    assert (done["joined"], done["files"]) == (1, 1)
    (data,) = (data for key, data in made.objects.stored.items() if key.startswith("sepa/"))
    assert SELLER_IBAN.encode() in data
    unknown = dataclasses.replace(event, task="another")
    with pytest.raises(ConfigurationError):
        handles(made, event.at)["issue_advances"](unknown)


def test_the_week_is_cut_by_message() -> None:
    """On the Monday of the sample."""
    made = firm()
    made.assign("FA-1", 1_000_00, on=DAY - dt.timedelta(3))
    assert run(made, "send_weekly_statements", "schedule").done[0]["contracts"] == 2
    assert run(made, "send_weekly_statements", "contract").done[0]["closing"] == 1_000_00


def test_room_is_used_by_message() -> None:
    """The sample's debtor; the sweep and a contract's message are the same function's."""
    made = firm(limit_cents=50_00)
    made.assign("FA-1", 100_00)
    line = RelationLine(ACME, "EUR", K1, 1_000_00)
    set_line(made.ledger, line, today=DAY)
    done = run(made, "update_reserves", "room-for-a-debtor").done
    assert done[0] == {"invoices": 1, "promoted": 50_00}
    assert run(made, "update_reserves", "schedule").done[0]["expired"] == 0
    assert run(made, "update_reserves", "contract").done[0]["released"] == 0


def test_alerts_and_reminders_come_by_message() -> None:
    """Overdue since ten days."""
    made = firm()
    made.assign("FA-1", 100_00, due_on=DAY - dt.timedelta(10))
    assert run(made, "raise_overdue_alerts", "schedule").done[0]["debtors"] == 1
    assert run(made, "raise_overdue_alerts", "contract").done[0]["alerts"] == 1
    assert run(made, "raise_overdue_alerts", "debtor").done[0]["status"] == "done"
    assert made.sent("write_documents")[0]["kind"] == "reminder"


def test_the_night_is_controlled() -> None:
    """The sample's schedule."""
    assert run(firm(), "control_books", "schedule").done[0]["breaches"] == 0


@pytest.mark.parametrize("function", sorted(handles(firm(), at(DAY))))
def test_what_a_function_does_not_know_fails_aloud(function: str) -> None:
    """A wrong kind of message, or one that lacks what it is about: parked, not lost."""
    handle = handles(firm(), at(DAY))[function]
    wrong: list[Any] = [ItemChanged("x", "y"), Command({"on": "2026-03-02"}, "id", 1)]
    if function in ("issue_advances", "send_weekly_statements"):
        body = {"debtor": "siren:1", "currency": "EUR", "on": "2026-03-02"}
        wrong.append(Command(body, "id", 1))
    if function == "apply_bank_statement":
        wrong.append(Scheduled(DAY, at(DAY), "e", 1))
    else:
        wrong.append(ObjectArrived("b", "k", "", ""))
    for message in wrong:
        with pytest.raises(ConfigurationError):
            handle(message)
