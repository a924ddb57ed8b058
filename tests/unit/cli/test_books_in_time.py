"""``bordereau books close``, ``closed``, ``balances`` and ``aging``: what is printed."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli import books_closing, books_past
from bordereau.domain.closing import MonthClosing
from bordereau.domain.identifiers import invoice_id
from bordereau.services.correct_invoice import Correction, correct_invoice
from tests.unit.cli.test_books import run
from tests.unit.cli.test_explain import plain
from tests.unit.services.closing_world import AFTER, close, ready
from tests.unit.services.small_firm import CONTRACTS, day, small_firm

PAST = ("--on", "2026-01-31")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (books_closing, books_past):
        monkeypatch.setattr(module, "today", lambda: AFTER)


def test_a_month_is_closed_once_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The second time it says the same; before, it says what lacks."""
    ledger = small_firm()
    assert run(ledger, "closed") == 0
    assert plain(capsys.readouterr().out) == ["Aucun mois n'est clos."]
    assert run(ledger, "close", "2026-01", "--by", "J. Martin") == 1
    told = plain(capsys.readouterr().err)
    assert len(told) == 3
    assert any(
        "aucun relevé n'a encore été contrôlé, attendu jusqu'au 30/01/2026" in x for x in told
    )
    ready(ledger)
    wanted = "2026-01 : clos jusqu'au 31/01/2026, le 03/02/2026, par J. Martin ; 3 journaux, sceau "
    asked = (("close", "2026-01", "--by", "J. Martin"), ("close", "2026-01", "--by", "X"))
    for words in (*asked, ("closed",)):
        assert run(ledger, *words) == 0
        (line,) = plain(capsys.readouterr().out)
        assert line.startswith(wanted)


def test_balances_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Each journal, then all of a currency; the head says whether the day is closed."""
    ledger = ready(small_firm())
    assert run(ledger, "balances", *PAST) == 0
    lines = plain(capsys.readouterr().out)
    assert lines[0].startswith("Soldes au 31/01/2026 (mois non clos")
    close(ledger)
    assert run(ledger, "balances", *PAST) == 0
    lines = plain(capsys.readouterr().out)
    assert lines[0] == "Soldes au 31/01/2026 (mois clos le 03/02/2026 : ils ne changent plus)"
    assert [line for line in lines if ": écriture" in line] == [
        "siren:552081317/EUR : écriture 16",
        "siren:732829320/EUR : écriture 9",
        "FR7630006000011234567890189 : écriture 13",
    ]
    total = lines[lines.index("Tous les journaux, en EUR") :]
    assert not any(line.startswith("Virements internes") for line in total)
    assert run(ledger, "balances", "--on", "2026-01-04") == 0
    assert plain(capsys.readouterr().out) == [
        "Soldes au 04/01/2026 (mois clos le 03/02/2026 : ils ne changent plus)"
    ]


def test_balances_as_json_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, cents, debit-positive."""
    assert run(small_firm(), "balances", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["on"] for row in rows] == [AFTER.isoformat()] * 3
    assert all(sum(row["balances"].values()) == 0 for row in rows)


def test_the_aged_balance_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    """By contract and debtor: not due, then by days late; the items below when asked."""
    ledger = small_firm()
    assert run(ledger, "aging", "--items", "--on", "2026-02-05") == 0
    lines = plain(capsys.readouterr().out)
    assert lines[1] == "Non échu 1 à 30 j 31 à 60 j 61 à 90 j Plus de 90 j Total"
    assert lines[2] == CONTRACTS[0]
    assert lines[-1].startswith("Total en EUR 0,00")
    assert any(line.startswith("F2, échéance 04/02/2026") for line in lines)
    assert run(ledger, "aging", "--on", "2026-01-04") == 0
    assert len(plain(capsys.readouterr().out)) == 2


def aging(ledger: MemoryLedger, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The rows of the aged balance at the end of January."""
    assert run(ledger, "aging", *PAST, "--json", *words) == 0
    return capsys.readouterr().out.splitlines()


def test_a_corrected_due_date_leaves_the_past_as_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each entry carries when its invoice was due."""
    ledger = small_firm()
    before = [aging(ledger, capsys, *words) for words in ((), ("--items",))]
    due_on = day(0) + dt.timedelta(90)
    correction = Correction(CONTRACTS[1], invoice_id(2026, "G2"), 77_777, due_on)
    assert correct_invoice(ledger, correction, today=AFTER).ids
    assert [aging(ledger, capsys, *words) for words in ((), ("--items",))] == before
    now = [json.loads(line) for line in before[1]]
    assert {row["due_on"] for row in now} == {"2026-02-04"}
    assert run(ledger, "aging", "--items", "--json") == 0
    later = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert due_on.isoformat() in {row["due_on"] for row in later}


def test_the_file_for_the_tax_office_says_which_months_are_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An entry of a closed month is valid from its closing on."""
    from tests.unit.documents.test_fec import firm, rows  # noqa: PLC0415 - its small firm

    ledger = ready(firm())
    words = ("export", "fec", "--closing", "2026-12-31")
    assert run(ledger, *words) == 0
    captured = capsys.readouterr()
    assert captured.err == "closed months: none; what was booked after is of open months\n"
    assert {row["ValidDate"] for row in rows(captured.out.replace("\n", "\r\n").encode())} == {
        "20260105",
        "20260106",
        "20260107",
    }
    close(ledger)
    assert ledger.get(MonthClosing, month="2026-01") is not None
    assert run(ledger, *words) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("closed months: 2026-01 (2026-02-03); what")
    assert {row["ValidDate"] for row in rows(captured.out.replace("\n", "\r\n").encode())} == {
        "20260203",
    }
