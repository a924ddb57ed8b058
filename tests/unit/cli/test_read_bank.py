"""``read-bank``: the names that were promised, amounts as written, every file a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from bordereau.cli.read_files import read_bank
from tests.simulations.french_bank import World
from tests.simulations.french_statements import statement_of

SCHEMA: Final = json.loads(
    (Path(__file__).resolve().parents[3] / "docs" / "read-bank.schema.json").read_text("utf-8")
)
LINE: Final = {"file", "verdict", "problems", "statement", "entries"}
STATEMENT: Final = {"account", "currency", "opening", "closing", "balanced"}
ENTRY: Final = {
    *("booked_on", "value_on", "amount", "sign", "currency", "reference", "end_to_end_id"),
    *("counterparty", "account", "text", "details"),
}


def lines(capsys: pytest.CaptureFixture[str], *paths: str) -> list[dict[str, Any]]:
    """Return what the command prints, each line valid for the published schema."""
    assert read_bank(paths, is_json=True) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in found:
        jsonschema.validate(line, SCHEMA)
    return found


def test_the_names_are_the_promised_ones() -> None:
    """What other programs rely on is required by the schema."""
    assert set(SCHEMA["required"]) >= LINE
    statement = SCHEMA["properties"]["statement"]["oneOf"][1]
    assert set(statement["required"]) >= STATEMENT
    entry = SCHEMA["properties"]["entries"]["items"]
    assert set(entry["required"]) >= ENTRY


def test_a_hundred_files_and_a_bad_one_among_them_are_read_in_one_call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """camt.053, CFONB 120 and MT940 of the simulated bank; what was refused is said."""
    paths = []
    payments = list(World(9).payments(100))
    for payment in payments:
        path = tmp_path / f"{payment.serial}.{payment.channel}"
        path.write_bytes(statement_of(payment))
        paths.append(str(path))
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b"<Document>")
    found = lines(capsys, *paths[:50], str(bad), *paths[50:])
    assert [line["file"] for line in found] == [*paths[:50], str(bad), *paths[50:]]
    assert {line["verdict"] for line in found if line["file"] != str(bad)} == {"accept"}
    assert found[50]["verdict"] == "reject"
    assert found[50]["problems"][0]["text"]
    good = [line for line in found if line["file"] != str(bad)]
    for line, payment in zip(good, payments, strict=True):
        assert line["statement"]["balanced"] is True
        (entry,) = line["entries"]
        cents = f"{payment.cents // 100}.{payment.cents % 100:02d}"
        assert (entry["amount"], entry["sign"], entry["currency"]) == (cents, "+", "EUR")
