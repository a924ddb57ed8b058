"""``read-invoice`` and ``read-bank``: one JSON object a line, and no file ends the run."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bordereau.cli import read_files
from local.sample_invoices import (
    SampleEntry,
    ScheduleRow,
    camt053,
    cii_xml,
    facturx_pdf,
    mail_eml,
    schedule_xlsx,
)
from tests.unit.readers.documents import FACTOR, INVOICE

DOCS = Path(__file__).resolve().parents[3] / "docs"
DAY = dt.date(2026, 11, 16)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write one file of each kind, two of them bad, and name one that is not there."""
    entry = SampleEntry("B1", 1_162_140, "FACT FA-2026-0117")
    sent = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
    row = ScheduleRow("FA-1", DAY, dt.date(2026, 12, 31), "123456782", "B", 100)
    contents = {
        "facture.xml": cii_xml(INVOICE).replace(b"IBANID>FR76", b"IBANID>FR 76"),
        "facture.pdf": facturx_pdf(INVOICE),
        "bordereau.xlsx": schedule_xlsx([row, row]),
        "mail.eml": mail_eml("a@b.example", "F", [("f.xml", cii_xml(INVOICE))], sent),
        "bruit.bin": bytes(range(256)),
        "coupee.xml": cii_xml(INVOICE)[:500],
        "releve.xml": camt053(FACTOR.iban, DAY, 0, (entry,)),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return {name: str(tmp_path / name) for name in (*contents, "absent.xml")}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """Run a command and return its lines, each valid for the published schema."""
    parser = argparse.ArgumentParser()
    read_files.register(parser.add_subparsers())
    chosen = parser.parse_args(arguments)
    assert chosen.run(chosen) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    schema = json.loads((DOCS / f"{arguments[0]}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for line in lines:
        validator.validate(line)
    return lines


def test_every_file_gives_its_lines_in_order(
    capsys: pytest.CaptureFixture[str], files: dict[str, str]
) -> None:
    """Bad files and missing ones are lines with a verdict; the others go on."""
    found = run(capsys, "read-invoice", "--json", *files.values())
    assert [(Path(line["file"]).name, line["place"], line["verdict"]) for line in found] == [
        ("facture.xml", "", "review"),
        ("facture.pdf", "", "accept"),
        ("bordereau.xlsx", "r5", "accept"),
        ("bordereau.xlsx", "r6", "ignore"),
        ("mail.eml", "1", "accept"),
        ("bruit.bin", "", "reject"),
        ("coupee.xml", "", "reject"),
        ("releve.xml", "", "reject"),
        ("absent.xml", "", "reject"),
    ]
    invoice = found[0]
    assert invoice["number"] == "FA-2026-0117"
    as_written = f"{FACTOR.iban[:2]} {FACTOR.iban[2:]}"
    assert invoice["accounts"] == [{"iban": as_written, "bic": FACTOR.bic, "holder": FACTOR.name}]
    assert invoice["seller"]["ids"] == ["0002:732829320"]
    assert all(problem["text"] and "{" not in problem["text"] for problem in invoice["problems"])


def test_a_statement_is_a_line_with_its_entries(
    capsys: pytest.CaptureFixture[str], files: dict[str, str]
) -> None:
    """A file that is no statement is a line without one."""
    statement, noise = run(capsys, "read-bank", "--json", files["releve.xml"], files["bruit.bin"])
    assert statement["verdict"] == "accept"
    assert statement["statement"]["iban"] == FACTOR.iban
    assert statement["statement"]["balanced"] is True
    assert [entry["amount"] for entry in statement["entries"]] == ["11621.40"]
    assert (noise["verdict"], noise["statement"], noise["entries"]) == ("reject", None, [])


def test_a_person_gets_sentences(capsys: pytest.CaptureFixture[str], files: dict[str, str]) -> None:
    """Without --json each document is a line and each problem a sentence below it."""
    read_files.read_invoice([files["coupee.xml"]], is_json=False)
    read_files.read_bank([files["releve.xml"]], is_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("coupee.xml  reject")
    assert "mal formé" in lines[1]
    assert "0.00 → 11621.40" in lines[2]


def test_a_thousand_files_are_read_in_one_call(
    capsys: pytest.CaptureFixture[str], files: dict[str, str], tmp_path: Path
) -> None:
    """In their order, good, bad, missing, folders and odd names alike; the run ends with 0."""
    odd = tmp_path / "nom\nbizarre é.xml"
    odd.write_bytes(cii_xml(INVOICE))
    some = [
        files["facture.xml"],
        files["absent.xml"],
        str(tmp_path),
        str(odd),
        files["bruit.bin"],
        files["coupee.xml"],
        files["facture.pdf"],
        "a\x00b",
    ]
    paths = (some * 125)[:1000]
    assert [line["file"] for line in run(capsys, "read-invoice", "--json", *paths)] == paths
    bank = (files["releve.xml"], files["bruit.bin"], files["absent.xml"]) * 333
    assert [line["file"] for line in run(capsys, "read-bank", "--json", *bank)] == list(bank)


def test_a_reader_that_breaks_is_a_line_too(
    capsys: pytest.CaptureFixture[str], files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own mistake on one file must not cost the answers on the others."""

    def broken(*_: object) -> None:
        raise RecursionError

    for name in ("read_document", "read_bank_bytes"):
        monkeypatch.setattr(read_files, name, broken)
    for command in ("read-invoice", "read-bank"):
        (line,) = run(capsys, command, "--json", files["facture.xml"])
        assert line["verdict"] == "reject"
        assert [problem["code"] for problem in line["problems"]] == ["reader-failed"]


def test_a_mail_is_known_by_its_content(
    capsys: pytest.CaptureFixture[str], files: dict[str, str], tmp_path: Path
) -> None:
    """Whatever the file is called."""
    renamed = tmp_path / "courriel.txt"
    renamed.write_bytes(Path(files["mail.eml"]).read_bytes())
    (line,) = run(capsys, "read-invoice", "--json", str(renamed))
    assert (line["place"], line["number"]) == ("1", "FA-2026-0117")
