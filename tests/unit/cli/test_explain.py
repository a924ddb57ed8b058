"""``bordereau explain``: what is printed, of a day and of an amount."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.explain import register
from bordereau.domain.problems import SourceUnavailableError
from bordereau.ports import Ledger
from tests.referees.played import ledger_after
from tests.unit.services.small_firm import small_firm

STORIES = Path(__file__).parents[2] / "stories"


def run(ledger: Ledger, *words: str) -> int:
    """Run the command over a ledger."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(), lambda _: ledger)
    chosen = parser.parse_args(["explain", *words])
    status: int = chosen.run(chosen)
    return status


def story(name: str) -> Ledger:
    """The books after a story."""
    (path,) = STORIES.glob(f"{name}-*.yaml")
    return ledger_after(path.read_text(encoding="utf-8"))


def plain(text: str) -> list[str]:
    """Lines with plain spaces, each run of them one."""
    lines = text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-").splitlines()
    return [" ".join(line.split()) for line in lines]


def test_the_waterfall_opens_into_invoices(capsys: pytest.CaptureFixture[str]) -> None:
    """After the assignment and its charges: the figures of the story's first ask."""
    assert run(story("01"), "K1", "--on", "2026-01-05") == 0
    lines = plain(capsys.readouterr().out)
    assert lines[0].startswith("local:K1/EUR (local:K1), au 05/01/2026 : écriture 2, conditions 1")
    assert lines[1:] == [
        "Encours 12 345,67",
        "F1 · local:D1 12 345,67",
        "Hors ligne 0,00",
        "Litiges 0,00",
        "Définancé 0,00",
        "Réserves 0,00",
        "Fonds de garantie -1 234,57",
        "F1 · local:D1 -1 234,57",
        "Versé, net des encaissements 0,00",
        "Commissions et frais TTC -177,78",
        "Commission d'affacturage -177,78",
        "= Compte courant 10 933,32",
        "Plafond de concentration 0,00",
        "Plafond du contrat 0,00",
        "= Disponible 10 933,32",
    ]


def test_entries_stand_below_their_invoice(capsys: pytest.CaptureFixture[str]) -> None:
    """With their number, day, event and documents."""
    assert run(story("01"), "K1", "--on", "2026-01-05", "--entries") == 0
    lines = plain(capsys.readouterr().out)
    assert "1 05/01/2026 Cession 2026#F1 2026-01-05#day#2026-01-05 12 345,67" in lines
    assert "2 05/01/2026 Commission d'affacturage F1 S#2026-01-05 -148,15" in lines
    assert "2 05/01/2026 Commission d'affacturage S#2026-01-05 -29,63" in lines


def test_an_amount_of_a_statement_is_made_of_entries(capsys: pytest.CaptureFixture[str]) -> None:
    """VAT of a contract until a day."""
    assert run(story("01"), "K1", "--on", "2026-12-31", "--amount", "vat_output") == 0
    lines = plain(capsys.readouterr().out)
    assert lines[0].endswith("TVA collectée au 31/12/2026")
    assert lines[-1] == "= TVA collectée 29,63"
    assert run(story("01"), "K1", "--on", "2026-01-05", "--amount", "fund") == 0
    assert plain(capsys.readouterr().out)[-1] == "= Fonds de garantie -1 234,57"


def test_a_concentration_hold_shows_advances_and_quota(capsys: pytest.CaptureFixture[str]) -> None:
    """It is computed, so it opens into what it is computed from."""
    ledger = story("13")
    assert run(ledger, "K1", "--on", "2026-12-31") == 0
    lines = plain(capsys.readouterr().out)
    at = next(n for n, line in enumerate(lines) if line.startswith("Plafond de concentration"))
    assert lines[at] == "Plafond de concentration -18 063,04"
    assert any(line.startswith("Part admise pour cet acheteur") for line in lines[at:])
    assert lines[-6:] == [
        "Plafond du contrat -2 057,14",
        "Plafond du contrat -2 057,14",
        "Plafond convenu 70 000,00",
        "Financement en cours -50 000,00",
        "Compte courant moins la concentration -22 057,14",
        "= Disponible 20 000,00",
    ]


def test_everything_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For another program."""
    assert run(story("01"), "K1", "--on", "2026-01-05", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["steps"][-1] == {"code": "available", "cents": 1093332, "is_total": True}


def test_without_a_day_it_is_today(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All that is booked."""
    assert run(small_firm(), "552081317", "--amount", "receivables") == 0
    assert plain(capsys.readouterr().out)[-1].startswith("= Créances cédées ")


def test_a_contract_that_nobody_has_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2; a day before its terms is 1."""
    assert run(small_firm(), "K9") == 2
    assert capsys.readouterr().err == "contracts called K9: none\n"
    assert run(small_firm(), "552081317", "--on", "2025-01-01") == 1
    assert "no terms in force" in capsys.readouterr().err


def test_a_ledger_that_does_not_answer_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2."""

    def silent(*_: object, **__: object) -> None:
        raise SourceUnavailableError("dynamodb: EndpointConnectionError")

    ledger = MemoryLedger()
    monkeypatch.setattr(ledger, "list", silent)
    assert run(ledger, "K1") == 2
    assert "cannot be read" in capsys.readouterr().err
