"""What a story expects and does not get is told, each difference with its path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordereau.cli.main import main

STORY = """story: differences
sellers: [{id: S1}]
debtors: [{id: D1}]
contracts: [{id: K1, seller: S1, start: 2026-01-01}]
terms: [{contract: K1, from: 2026-01-01}]
events:
  - {date: 2026-01-05, do: pay_in, contract: K1, amount: "60.00"}
  - {date: 2026-01-06, do: refund, debtor: D1, amount: "1.00"}
asks:
  - {date: 2026-01-10, name: "one"}
  - {date: 2026-01-11, expect: EXPECTED}
"""


@pytest.mark.parametrize(
    ("expect", "told_so"),
    [
        ('{firm: {bank: "1.00"}}', "firm.bank: 60.00, expected 1.00"),
        ("{contracts: {K9: {}}}", "contracts.K9: missing, expected {}"),
        ("{refused: []}", "refused: 1 elements, expected 0"),
        ("{refused: [{event: 1}]}", "refused[1].event: 2, expected 1"),
        ("{name: two}", "name: null, expected two"),
        ("{firm: null}", "firm: "),
        ("{date: 2026-01-12}", "date: 2026-01-11, expected 2026-01-12"),
    ],
)
def test_each_difference_has_its_path(
    expect: str, told_so: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All JSON is printed, each difference is a line on stderr, exit status 1."""
    path = tmp_path / "story.yaml"
    path.write_text(STORY.replace("EXPECTED", expect), encoding="utf-8")
    status = main(["play", str(path), "--json"])
    captured = capsys.readouterr()
    assert (status, captured.out.count("\n")) == (1, 2)
    assert captured.err.splitlines()[0].startswith(f"asks[2].expect.{told_so}")
