"""``bordereau payouts``: list, release by a named person, seal into a file."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
from pathlib import Path

import pytest

from bordereau.cli.payouts import Bank, register
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.sepa import SepaMember
from bordereau.services.payouts import order_payout
from bordereau.services.register import seller_of, set_party
from tests.unit.services.firm import ALPHA, DAY, K1, Firm, at, firm

NAME = "S552081317.EUR.20260302.1"
FILE = "BORDEREAU.20260302.0001.xml"


def run(made: Firm, *words: str) -> int:
    """Run the command over a firm on the twins."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(), lambda _: Bank(made.ledger, made.objects, at(DAY)))
    chosen = parser.parse_args(["payouts", *words])
    status: int = chosen.run(chosen)
    return status


def with_payout() -> Firm:
    """One pay-out, ordered."""
    made = firm()
    made.assign("F1", 1_000_00)
    order_payout(made.ledger, K1, today=DAY, amount_cents=100_00)
    return made


def test_a_pay_out_is_listed_released_and_sealed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file on disk is the one in the bucket; the member says who released it."""
    made = with_payout()
    assert run(made, "list") == 0
    assert NAME in capsys.readouterr().out
    assert run(made, "release", NAME, "--by", "Claire Martin") == 0
    assert capsys.readouterr().out == f"{NAME}: released\n"
    assert run(made, "list") == 0
    assert "by Claire Martin" in capsys.readouterr().out
    assert run(made, "seal", "--output", str(tmp_path)) == 0
    data = (tmp_path / FILE).read_bytes()
    assert made.objects.stored[f"sepa/2026-03-02/{FILE}"] == data
    assert hashlib.sha256(data).hexdigest() in capsys.readouterr().out
    (member,) = made.ledger.list(SepaMember, first="0001#", released_on=DAY)
    assert member.released_by == "Claire Martin"
    other = tmp_path / "fetched"
    other.mkdir()
    assert run(made, "fetch", "--output", str(other)) == 0
    assert (other / FILE).read_bytes() == data


def test_a_day_without_a_file_has_nothing_to_fetch(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1; a day is named."""
    assert run(with_payout(), "fetch", "--day", "2026-03-03") == 1
    assert capsys.readouterr().out == "no file on 2026-03-03\n"


def test_a_release_that_holds_no_more_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The account changed in between: exit status 1."""
    made = with_payout()
    run(made, "release", NAME, "--by", "c")
    seller = seller_of(made.ledger, ALPHA)
    assert seller is not None
    iban = "FR7699999000192026002010641"
    set_party(made.ledger, dataclasses.replace(seller, iban=iban))
    capsys.readouterr()
    assert run(made, "seal") == 1
    assert capsys.readouterr().out.splitlines() == [
        "1 not sealed: name, IBAN or amount changed since the release",
        "nothing is released",
    ]


def test_a_second_time_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Released already is no error; nothing is left to seal."""
    made = with_payout()
    run(made, "release", NAME, "--by", "c")
    run(made, "seal")
    capsys.readouterr()
    assert run(made, "release", NAME, "--by", "c") == 0
    assert capsys.readouterr().out == f"{NAME}: released before\n"
    assert run(made, "seal") == 0
    assert capsys.readouterr().out == "nothing is released\n"


def test_what_cannot_be_released_is_said_and_the_others_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit status 1."""
    made = with_payout()
    unknown = "S552081317.EUR.20260302.9"
    assert run(made, "release", "nonsense", unknown, NAME, "--by", "c") == 1
    assert capsys.readouterr().out.splitlines() == [
        "nonsense: refused (not one of our ids)",
        f"{unknown}: refused (no_such_payout)",
        f"{NAME}: released",
    ]


def test_tables_that_do_not_answer_are_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2."""
    made = with_payout()

    def silent(*_: object, **__: object) -> None:
        raise SourceUnavailableError("dynamodb: EndpointConnectionError")

    monkeypatch.setattr(made.ledger, "find", silent)
    assert run(made, "list") == 2
    assert capsys.readouterr().err == "not done: dynamodb: EndpointConnectionError\n"
