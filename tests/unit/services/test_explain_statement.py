"""One waterfall on every page, and any amount of a statement down to its entries."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from bordereau.cli.explain import register
from bordereau.documents.texts import Phrases
from bordereau.domain.availability import StepCode
from bordereau.domain.books import AdvanceStatement
from bordereau.domain.workbook.system_tabs import FUNDS
from bordereau.services.apply_receipt import Pays
from bordereau.services.desk.figures import gather
from bordereau.services.desk.tables import fund_rows
from bordereau.services.explain import explain
from bordereau.services.explain_statement import Stated, StatementExplained, explain_statement
from tests.unit.services.firm import DAY, K1, Firm, firm
from tests.unit.services.test_issue_advances import figures as advance_figures
from tests.unit.services.test_send_weekly_statements import (
    MONDAY,
    WEEK,
    a_week,
    cut,
    figures,
    issue,
    receive,
)

FRENCH = Phrases.load("fr")


def cut_week() -> Firm:
    """The small week, cut on Monday, a statement of every day before."""
    made, _ = a_week()
    made.assign("FA-3", 800_00, on=DAY + dt.timedelta(4))
    issue(made, DAY + dt.timedelta(4))
    made.assign("FA-4", 700_00, on=DAY + dt.timedelta(5))
    cut(made)
    return made


def in_fonds(made: Firm) -> dict[str, int]:
    """The contract's row of the tab Fonds, by column."""
    rows = fund_rows(gather(made.ledger, today=MONDAY), FRENCH)
    row = next(row for row in rows if row[0] == K1)
    keys = [column.key for column in FUNDS.columns]
    return {
        key: int(value * 100)
        for key, value in zip(keys, row, strict=True)
        if key in set(StepCode) and not isinstance(value, str | dt.date | None)
    }


def test_statement_explain_and_fonds_show_one_waterfall() -> None:
    """Every line, to the cent: the weekly statement of the cut, the tab and the command."""
    made = cut_week()
    explained = explain(made.ledger, K1, on=MONDAY)
    assert explained is not None
    wanted = [(step.code, step.cents) for step in explained.steps]
    stated = [(line.code, line.cents) for line in figures(made).waterfall]
    shown = in_fonds(made)
    assert stated == wanted
    assert [code for code, _ in wanted] == list(StepCode)
    positive = {StepCode.OUTSTANDING, StepCode.CURRENT, StepCode.AVAILABLE}
    for code, cents in wanted:
        assert shown[code] == (cents if code in positive else -cents), code
    assert {code for code, cents in wanted if cents} >= {
        *positive,
        StepCode.FUND,
        StepCode.DRAWN,
        StepCode.CHARGED,
    }


def test_fonds_walks_from_the_last_statement() -> None:
    """Opening + retained - released - used = closing, as the next statement will say it."""
    made = cut_week()
    assert in_fund(made)["fund_opening"] == in_fund(made)["fund_closing"] > 0
    invoice = made.assign("FA-5", 1_000_00, on=MONDAY)
    receive(made, 400_00, MONDAY, Pays(K1, invoice, 400_00))
    cells = in_fund(made)
    cut(made, MONDAY + dt.timedelta(7))
    walk = figures(made, "2026-W11").fund
    assert {key: cells[f"fund_{key}"] for key in ("opening", "retained", "released", "used")} == {
        "opening": walk.opening_cents,
        "retained": walk.retained_cents,
        "released": walk.released_cents,
        "used": walk.used_cents,
    }
    assert cells["fund_closing"] == walk.closing_cents
    assert walk.retained_cents == 100_00
    assert in_fund(made)["fund_retained"] == 0


def in_fund(made: Firm) -> dict[str, int]:
    """The walk of the fund in the tab, in cents."""
    rows = fund_rows(gather(made.ledger, today=MONDAY), FRENCH)
    row = next(row for row in rows if row[0] == K1)
    found = zip((column.key for column in FUNDS.columns), row, strict=True)
    cells = ((key, value) for key, value in found if isinstance(value, Decimal))
    return {key: int(value * 100) for key, value in cells if key.startswith("fund_")}


def test_the_tab_names_each_line_as_explain_and_the_statement_do() -> None:
    """A head is the word of the texts, after its sign."""
    for code in StepCode:
        label = re.sub(r"^[=\u2212] ", "", FUNDS.column(code).label)
        assert label == FRENCH.tables["explain"][code]


def test_an_advance_statement_is_made_of_its_entries() -> None:
    """Each amount that the paper shows, and the pay-out below it."""
    made = cut_week()
    paper = advance_figures(made)
    found = explain_statement(made.ledger, K1, paper.number)
    assert found is not None
    assert (found.number, found.opening_cents, found.closing_cents) == (
        paper.number,
        paper.opening_available_cents,
        paper.available_cents,
    )
    assert {one.code: one.cents for one in found.amounts} == {
        step.code: step.amount_cents for step in paper.steps
    }
    assert all(one.parts for one in found.amounts)
    assert (found.first_seq, found.last_seq) == (paper.first_seq, paper.last_seq)
    assert found.left_cents == paper.available_after_cents
    assert [one.code for one in found.after] == ["payouts"]


def test_the_next_statement_begins_where_the_last_one_ended() -> None:
    """Two statements of a contract: no entry is left out, none stands in both."""
    made = cut_week()
    rows = list(made.ledger.list(AdvanceStatement, first="S#", last="S#~", contract=K1))
    assert len(rows) == 2
    first = explain_statement(made.ledger, K1, "2026-0001")
    second = explain_statement(made.ledger, K1, "2026-0002")
    assert first is not None
    assert second is not None
    assert second.first_seq == first.last_seq + 1
    assert second.opening_cents == first.left_cents
    assert second.closing_cents == rows[1].available_cents + rows[1].payout_cents


def test_a_weekly_statement_is_made_of_its_entries_and_its_waterfall() -> None:
    """By its printed number or its week; the movements by kind are those of the paper."""
    made = cut_week()
    paper = figures(made)
    totals: dict[str, int] = {}
    for movement in paper.movements:
        totals[movement.kind] = totals.get(movement.kind, 0) + movement.amount_cents
    for number in (paper.number, WEEK):
        found = explain_statement(made.ledger, K1, number)
        assert found is not None
        assert found.number == paper.number
        assert {one.code: one.cents for one in found.amounts} == totals
        assert (found.opening_cents, found.closing_cents) == (0, paper.closing_cents)
        assert found.waterfall is not None
        assert found.waterfall.seq == paper.cut_seq
        steps = [(step.code, step.cents) for step in found.waterfall.steps]
        assert steps == [(line.code, line.cents) for line in paper.waterfall]


def test_what_was_booked_after_a_cut_changes_nothing_of_it() -> None:
    """Also on the same day."""
    made = cut_week()
    before = explain_statement(made.ledger, K1, WEEK)
    made.assign("FA-9", 999_00, on=MONDAY)
    issue(made, MONDAY)
    assert explain_statement(made.ledger, K1, WEEK) == before


def test_what_a_limit_cuts_has_no_entries() -> None:
    """It is computed: 5 000.00 less the charges of 177.78 is left, nothing below the line."""
    made = firm(terms={"ceiling_cents": 5_000_00})
    made.assign("FA-1", 12_345_67)
    issue(made, DAY)
    found = explain_statement(made.ledger, K1, "2026-0001")
    assert found is not None
    (cut_,) = [one for one in found.amounts if not one.parts]
    assert (cut_.code, found.closing_cents) == ("ceiling", 4_822_22)


@pytest.mark.parametrize("number", ["2026-0009", "2026-S01", "2026-W99", "x"])
def test_a_number_that_no_statement_has_is_none(number: str) -> None:
    """Neither advance nor weekly."""
    assert explain_statement(cut_week().ledger, K1, number) is None


def test_a_statement_that_does_not_tie_is_our_own_mistake() -> None:
    """Opening + amounts = closing."""
    ends: dict[str, Any] = {"table": "steps", "opening": "x", "closing": "y"}
    with pytest.raises(AssertionError, match="opening"):
        StatementExplained("n", DAY, 1, 2, 0, 5, (Stated("fees", 4),), **ends)
    with pytest.raises(AssertionError, match="left"):
        StatementExplained("n", DAY, 1, 2, 0, 4, (Stated("fees", 4),), **ends, left_cents=1)


def test_the_command_prints_every_amount_with_its_entries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A weekly statement goes on with the waterfall; an unknown number is said, status 1."""
    made = cut_week()
    assert run(made, "--statement", "2026-0001") == 0
    lines = plain(capsys.readouterr().out)
    assert lines[0].endswith("2026-0001 du 02/03/2026 : écritures 1 à 4")
    assert "Factures cédées 12 845,67" in lines
    assert any(line.startswith("1 02/03/2026 Cession FA-1") for line in lines)
    assert lines[-1] == "= Reste disponible 0,00"
    assert run(made, "--statement", "2026-S10") == 0
    lines = plain(capsys.readouterr().out)
    assert any(line.startswith("= Solde à la clôture") for line in lines)
    assert lines[-1].startswith("= Disponible")
    assert run(made, "--statement", "2026-S10", "--json") == 0
    assert '"number": "2026-S10"' in capsys.readouterr().out
    assert run(made, "--statement", "2026-0077") == 1
    assert "no statement 2026-0077" in capsys.readouterr().err


def run(made: Firm, *words: str) -> int:
    """Run the command over the firm's ledger."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(), lambda _: made.ledger)
    chosen = parser.parse_args(["explain", str(K1), *words])
    status: int = chosen.run(chosen)
    return status


def plain(text: str) -> list[str]:
    """Lines with plain spaces, each run of them one."""
    lines = text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-").splitlines()
    return [" ".join(line.split()) for line in lines]
