"""Every way in which a story can be wrong is told with its place, lists counted from 1."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bordereau.cli.story.command import run

STORY = """story: "all kinds"
about: free text
settings: {currency: EUR, given_order: [2026-01-09]}
rates:
  vat: [{code: factoring_fee, from: 2026-01-01, rate: "20.00"}]
  index: [{name: E3M, month: "2026-01", rate: "-0.3000"}]
  ecb: [{semester: 2026-H1, rate: "2.15"}]
  legal: [{semester: 2026-H1, rate: "2.62"}]
sellers: [{id: S1, name: One}, {id: S2}]
debtors: [{id: D1, kind: public}, {id: D2}]
contracts: [{id: K1, seller: S1, start: 2026-01-01}, {id: K2, seller: S2, start: 2026-01-01}]
terms:
  - {contract: K1, from: 2026-01-01, advance_rate: "90.00", recourse_days: 60, index_floor: false}
  - {contract: K2, from: 2025-12-31, fund_method: ON_OUTSTANDING, fund_rate: "10.00", margin: "2.50", index: E3M}
events:
  - {date: 2026-01-05, do: line, contract: K1, debtor: D1, amount: "100.00", insurer_ht: "90.00", insurer_vat: "20.00"}
  - {date: 2026-01-05, do: assign, contract: K1, debtor: D1, number: F1, amount: "100.00", issued: 2026-01-04, due: 2026-02-04}
  - {date: 2026-01-06, do: payout, contract: K1, id: P1, note: "all of it"}
  - {date: 2026-01-07, do: receipt, id: R1, debtor: D1, amount: "60.00", apply: [{contract: K1, invoice: F1, amount: "30.00", credit: "0.00"}, {over_payment: "5.00"}, {contract: K2, not_assigned: "1.00"}]}
  - {date: 2026-01-08, do: apply, receipt: R1, lines: [{over_payment: "1.00"}]}
  - {date: 2026-01-08, do: apply, debtor: D1, lines: [{contract: K1, invoice: F1, amount: "2.00"}]}
  - {date: 2026-01-09, do: credit_note, contract: K1, number: AV1, invoice: F1, amount: "1.00"}
  - {date: 2026-01-10, do: correct, contract: K1, invoice: F1, amount: "90.00", due: 2026-02-10}
  - {date: 2026-01-11, do: interest_received, contract: K1, invoice: F1, interest: "0.00"}
asks:
  - {date: 2026-01-10, name: "one"}
  - {date: 2026-01-11, expect: {firm: {trial_balance: "0.00"}}}
"""  # noqa: E501 - as people write them


def told(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return exit status, stdout and stderr for a story."""
    path = tmp_path / "story.yaml"
    path.write_text(text, encoding="utf-8")
    status = run(argparse.Namespace(story=path))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_story_that_is_made_wrong_below_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that each case below is wrong for its own change alone."""
    status, out, err = told(STORY, tmp_path, capsys)
    assert (status, out.count("\n"), err) == (0, 2, "")


EARLIER = """  - date: 2026-01-05
    do: assign
    contract: K1
    debtor: D1
    number: F1
    amount: "1.00"
    issued: 2025-12-31"""

WRONG = {
    "unknown key at the top": ("about: free", "abuot: free", "abuot: "),
    "unknown key told before the missing one": ("story: ", "stroy: ", "stroy: "),
    "unknown kind-key told before the missing kind": ("do: payout", "doo: payout", "events[3].doo"),
    "missing kind": ("do: payout, ", "", "events[3].do: is missing"),
    "missing date": ("{date: 2026-01-06, ", "{", "events[3].date: is missing"),
    "unknown key of an event": ("id: P1", "ib: P1", "events[3].ib: "),
    "missing key of an event": (", id: P1", "", "events[3].id: is missing"),
    "unknown kind": ("do: payout", "do: pay", "events[3].do: "),
    "a key of another kind": ("id: P1", "id: P1, debtor: D1", "events[3].debtor: "),
    "event that is no mapping": (
        "  - {date: 2026-01-06,",
        "  - 3\n  - {date: 2026-01-06,",
        "events[3]: ",
    ),
    "rates unknown list": ("  legal:", "  illegal:", "rates.illegal: "),
    "vat code": ("code: factoring_fee", "code: fee", "rates.vat[1].code: "),
    "vat rate of three decimals": ('rate: "20.00"', 'rate: "20.001"', "rates.vat[1].rate: "),
    "vat above 100": ('rate: "20.00"', 'rate: "100.01"', "rates.vat[1].rate: "),
    "index of five decimals": ('"-0.3000"', '"-0.30001"', "rates.index[1].rate: "),
    "index not quoted": ('"-0.3000"', "-0.3", "rates.index[1].rate: "),
    "month of thirteen": ('"2026-01"', '"2026-13"', "rates.index[1].month: "),
    "semester of three": (
        "ecb: [{semester: 2026-H1",
        "ecb: [{semester: 2026-H3",
        "rates.ecb[1].semester: ",
    ),
    "vat rate twice": (
        'rate: "20.00"}]',
        'rate: "20.00"}, {code: factoring_fee, from: 2026-01-01, rate: "5.50"}]',
        "rates.vat[2].from: ",
    ),
    "ecb rate twice": (
        'ecb: [{semester: 2026-H1, rate: "2.15"}]',
        'ecb: [{semester: 2026-H1, rate: "2.15"}, {semester: 2026-H1, rate: "2.15"}]',
        "rates.ecb[2].semester: ",
    ),
    "currency": ("currency: EUR", "currency: USD", "settings.currency: "),
    "given order no list": (
        "given_order: [2026-01-09]",
        "given_order: 2026-01-09",
        "settings.given_order: ",
    ),
    "given order no date": ("[2026-01-09]", "[2026-01-09, soon]", "settings.given_order[2]: "),
    "seller twice": ("{id: S2}", "{id: S1}", "sellers[2].id: "),
    "debtor twice": ("{id: D2}", "{id: D1}", "debtors[2].id: "),
    "debtor kind": ("kind: public", "kind: person", "debtors[1].kind: "),
    "contract twice": ("{id: K2, seller", "{id: K1, seller", "contracts[2].id: "),
    "two contracts of a seller": (
        "{id: K2, seller: S2",
        "{id: K2, seller: S1",
        "contracts[2].seller: ",
    ),
    "contract without seller": (
        "{id: K2, seller: S2",
        "{id: K2, seller: S9",
        "contracts[2].seller: ",
    ),
    "no terms at the start": ("from: 2025-12-31", "from: 2026-01-02", "contracts[2].start: "),
    "terms of no contract": ("{contract: K2, from", "{contract: K9, from", "terms[2].contract: "),
    "terms twice": (
        "events:",
        "  - {contract: K1, from: 2026-01-01}\nevents:",
        "terms[3].from: ",
    ),
    "advance above 90": (
        'advance_rate: "90.00"',
        'advance_rate: "90.01"',
        "terms[1].advance_rate: ",
    ),
    "advance without quotes": (
        'advance_rate: "90.00"',
        "advance_rate: 90.00",
        "terms[1].advance_rate: ",
    ),
    "fund rate missing": (', fund_rate: "10.00"', "", "terms[2].fund_rate: is missing"),
    "fund rate with PER_INVOICE": (
        "recourse_days: 60",
        'fund_rate: "0.00"',
        "terms[1].fund_rate: ",
    ),
    "fund minimum with PER_INVOICE": (
        "recourse_days: 60",
        'fund_minimum: "0.00"',
        "terms[1].fund_minimum: ",
    ),
    "zero ceiling": (
        "recourse_days: 60",
        'facility_ceiling: "0.00"',
        "terms[1].facility_ceiling: ",
    ),
    "zero minimum pay-out": (
        "recourse_days: 60",
        'minimum_payout: "0.00"',
        "terms[1].minimum_payout: ",
    ),
    "margin without index": (", index: E3M", "", "terms[2].index: is missing"),
    "index without margin": (', margin: "2.50"', "", "terms[2].margin: is missing"),
    "clause without rate": (
        "recourse_days: 60",
        "late_interest: CLAUSE",
        "terms[1].late_interest_rate: ",
    ),
    "rate without clause": (
        "recourse_days: 60",
        'late_interest_rate: "8.00"',
        "terms[1].late_interest_rate: ",
    ),
    "days quoted": ("recourse_days: 60", 'recourse_days: "60"', "terms[1].recourse_days: "),
    "days negative": ("recourse_days: 60", "recourse_days: -1", "terms[1].recourse_days: "),
    "days without end": (
        "recourse_days: 60",
        "recourse_days: 99999999999",
        "terms[1].recourse_days: ",
    ),
    "flag that is a word": ("index_floor: false", 'index_floor: "false"', "terms[1].index_floor: "),
    "no such date": ("date: 2026-01-06", "date: 2026-02-30", "events[3].date: "),
    "date with time": ("date: 2026-01-06", "date: 2026-01-06 10:00:00", "events[3].date: "),
    "no such date, quoted": ("date: 2026-01-06", 'date: "2026-02-30"', "events[3].date: "),
    "line of no invoice": (
        '{over_payment: "5.00"}',
        '{contract: K1, amount: "5.00"}',
        "events[4].apply[2].invoice: is missing",
    ),
    "events backwards": ("date: 2026-01-06", "date: 2026-01-04", "events[3].date: "),
    "asks backwards": ("date: 2026-01-10, name", "date: 2026-01-12, name", "asks[2].date: "),
    "ask before the first event": (
        "date: 2026-01-10, name",
        "date: 2026-01-04, name",
        "asks[1].date: ",
    ),
    "amount not quoted": ('amount: "60.00"', "amount: 60.00", "events[4].amount: '60.00' is not"),
    "amount of one decimal": (
        'amount: "60.00"',
        'amount: "12.5"',
        "events[4].amount: '12.5' is not",
    ),
    "amount of three decimals": ('amount: "60.00"', 'amount: "60.000"', "events[4].amount: "),
    "amount negative": ('amount: "60.00"', 'amount: "-60.00"', "events[4].amount: "),
    "amount zero": ('amount: "60.00"', 'amount: "0.00"', "events[4].amount: "),
    "amount with spaces": ('amount: "60.00"', 'amount: "1 060.00"', "events[4].amount: "),
    "amount in other digits": ('amount: "60.00"', 'amount: "٦0.00"', "events[4].amount: "),
    "amount missing value": ('amount: "60.00"', "amount:", "events[4].amount: "),
    "id that is a number": ("id: R1", "id: 17", "events[4].id: '17' is not an id"),
    "id that is a date": ("id: R1", "id: 2026-01-01", "events[4].id: "),
    "id that is true": ("id: R1", "id: yes", "events[4].id: "),
    "id with a space": ("id: R1", 'id: "R 1"', "events[4].id: "),
    "id that begins with a point": ("id: R1", 'id: ".R1"', "events[4].id: "),
    "name that is a number": ("name: One", "name: 1", "sellers[1].name: "),
    "unknown debtor": ("id: R1, debtor: D1", "id: R1, debtor: D7", "events[4].debtor: "),
    "unknown contract": (
        "do: payout, contract: K1",
        "do: payout, contract: K7",
        "events[3].contract: ",
    ),
    "seller is no debtor": ("id: R1, debtor: D1", "id: R1, debtor: S1", "events[4].debtor: "),
    "invoice never assigned": (
        "number: AV1, invoice: F1",
        "number: AV1, invoice: F2",
        "events[7].invoice: ",
    ),
    "invoice of another contract": (
        "do: credit_note, contract: K1",
        "do: credit_note, contract: K2",
        "events[7].invoice: ",
    ),
    "line of unknown invoice": (
        "apply: [{contract: K1, invoice: F1",
        "apply: [{contract: K1, invoice: F3",
        "events[4].apply[1].invoice: ",
    ),
    "line of unknown contract": (
        "{contract: K2, not_assigned",
        "{contract: K3, not_assigned",
        "events[4].apply[3].contract: ",
    ),
    "line without amount": (', amount: "30.00"', "", "events[4].apply[1].amount: is missing"),
    "line with an unknown key": (
        'credit: "0.00"',
        'credits: "0.00"',
        "events[4].apply[1].credits: ",
    ),
    "line of two kinds": (
        '{over_payment: "5.00"}',
        '{over_payment: "5.00", contract: K1}',
        "events[4].apply[2].contract: ",
    ),
    "line zero": (
        '{over_payment: "5.00"}',
        '{over_payment: "0.00"}',
        "events[4].apply[2].over_payment: ",
    ),
    "line not assigned of no contract": (
        "{contract: K2, not_assigned",
        "{not_assigned",
        "events[4].apply[3].contract: is missing",
    ),
    "line that is no mapping": ('{over_payment: "5.00"}', "5", "events[4].apply[2]: "),
    "credit above the amount": ('credit: "0.00"', 'credit: "30.01"', "events[4].apply[1].credit: "),
    "invoice twice in an application": (
        '{over_payment: "5.00"}',
        '{contract: K1, invoice: F1, amount: "1.00"}',
        "events[4].apply[2].invoice: ",
    ),
    "unknown receipt": ("receipt: R1", "receipt: R2", "events[5].receipt: "),
    "application of nothing": ("receipt: R1, ", "", "events[5].receipt: is missing"),
    "application of both": ("receipt: R1", "receipt: R1, debtor: D1", "events[5].debtor: "),
    "over-payment from credits": (
        'debtor: D1, lines: [{contract: K1, invoice: F1, amount: "2.00"}]',
        'debtor: D1, lines: [{over_payment: "2.00"}]',
        "events[6].lines[1].over_payment: ",
    ),
    "credit from credits": (
        'debtor: D1, lines: [{contract: K1, invoice: F1, amount: "2.00"}]',
        'debtor: D1, lines: [{contract: K1, invoice: F1, amount: "2.00", credit: "1.00"}]',
        "events[6].lines[1].credit: ",
    ),
    "credit note of nothing": (
        "number: AV1, invoice: F1",
        "number: AV1",
        "events[7].invoice: is missing",
    ),
    "credit note of both": (
        "number: AV1, invoice: F1",
        "number: AV1, invoice: F1, debtor: D1",
        "events[7].debtor: ",
    ),
    "insurer without vat": (', insurer_vat: "20.00"', "", "events[1].insurer_vat: is missing"),
    "vat without insurer": (', insurer_ht: "90.00"', "", "events[1].insurer_ht: is missing"),
    "issued after the event": ("issued: 2026-01-04", "issued: 2026-01-06", "events[2].issued: "),
    "due before issued": ("due: 2026-02-04", "due: 2026-01-03", "events[2].due: "),
    "corrected due before issued": ("due: 2026-02-10", "due: 2026-01-03", "events[8].due: "),
    "a number in two years": (
        "  - {date: 2026-01-06,",
        f"{EARLIER}\n  - {{date: 2026-01-06,",
        "events[3].number: ",
    ),
    "pay-out twice": (
        "  - {date: 2026-01-07,",
        "  - {date: 2026-01-06, do: payout, contract: K1, id: P1}\n  - {date: 2026-01-07,",
        "events[4].id: ",
    ),
    "interest below zero": ('interest: "0.00"', 'interest: "-1.00"', "events[9].interest: "),
    "expect that is no mapping": ('{firm: {trial_balance: "0.00"}}', "nothing", "asks[2].expect: "),
    "expect of nothing": ('expect: {firm: {trial_balance: "0.00"}}', "expect:", "asks[2].expect: "),
    "list that is a mapping": (
        "sellers: [{id: S1, name: One}, {id: S2}]",
        "sellers: {id: S1}",
        "sellers: ",
    ),
    "doubled key": (
        "about: free text",
        "about: free text\nabout: more",
        "line 3: 'about' is written twice",
    ),
    "doubled key inside": ("id: P1", "id: P1, id: P2", "line 18: 'id' is written twice"),
    "bad yaml": ("about: free text", "about: [free text", "line "),
    "tab": ("about: free text", "about:\n\t- free", "line 3: "),
    "unknown alias": ("about: free text", "about: *nobody", "line 2: "),
    "key that is a list": ("about: free text", "[a, b]: free text", "line 2: "),
    "character that is not allowed": ("about: free text", "about: free\x07text", "line 2: "),
    "merge of a word": ("about: free text", "<<: free text", "line 2: << merges mappings"),
    "two documents": ("settings:", "---\nsettings:", "line "),
    "in itself": ("about: free text", "about: &x [*x]", "line "),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing on stdout, one line on stderr that begins with the path, exit status 2."""
    old, new, beginning = WRONG[name]
    assert old in STORY
    status, out, err = told(STORY.replace(old, new, 1), tmp_path, capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(beginning), err


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "line 1: "),
        ("# a remark\n", "line 1: "),
        ("\n- a\n- b\n", "line 2: "),
        ("free text\n", "line 1: "),
        ("~\n", "line 1: "),
        ("[" * 5000, "line "),
        (STORY[: STORY.index("events:")] + "events: []\nasks: []\n", "events: "),
        (STORY[: STORY.index("asks:")], "asks: is missing"),
    ],
)
def test_what_is_no_story_at_all_is_told_too(
    text: str, beginning: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, a list, a word, a part."""
    status, out, err = told(text, tmp_path, capsys)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(beginning), err


def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not there, or not UTF-8: the line of the first wrong byte."""
    assert run(argparse.Namespace(story=tmp_path / "none.yaml")) == 2
    assert capsys.readouterr().err.count("\n") == 1
    path = tmp_path / "latin.yaml"
    path.write_bytes('story: x\nabout: "caf\u00e9"\n'.encode("latin-1"))
    assert run(argparse.Namespace(story=path)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("line 2: ")


def test_what_yaml_allows_is_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Anchors, quoted dates, a byte order mark, a line valid for ever, no asks at all."""
    text = STORY.replace("about: free text", "about: &a free text").replace("name: One", "name: *a")
    text = text.replace("date: 2026-01-05, do: line", 'date: "2026-01-05", do: line')
    text = text.replace(
        "{id: D1, kind: public}, {id: D2}", "&d {id: D1, kind: public}, {<<: *d, id: D2}"
    )
    text = text.replace("{id: S2}", "{<<: [{id: S3, name: x}, {name: y}], id: S2}")
    text = text.replace('insurer_vat: "20.00"', 'insurer_vat: "20", valid_until: 9999-12-31')
    status, out, err = told("\ufeff" + text, tmp_path, capsys)
    assert (status, out.count("\n"), err) == (0, 2, "")
    status, out, err = told(text[: text.index("asks:")] + "asks: []\n", tmp_path, capsys)
    assert (status, out, err) == (0, "", "")
