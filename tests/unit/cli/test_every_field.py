"""Every field of every mapping of a story, made wrong in each way: the error begins with its path.

The story below holds every kind of event and every term; which fields may be left out is written
here once more, from the text of the format, and not taken from the reader.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bordereau.cli.story.command import run
from bordereau.cli.story.format import EVENTS, TERMS
from bordereau.cli.story.reader import story_of
from bordereau.cli.story.values import Bare, StoryError

K1 = {"contract": "K1"}
F1 = {**K1, "invoice": "F1"}
ON = "2026-01-05"

STORY: dict[str, Any] = {
    "story": "every field",
    "about": "free",
    "settings": {"currency": "EUR", "given_order": [ON]},
    "rates": {
        "vat": [{"code": "ancillary", "from": ON, "rate": "20.00"}],
        "index": [{"name": "E3M", "month": "2026-01", "rate": "2.0130"}],
        "ecb": [{"semester": "2026-H1", "rate": "2.15"}],
        "legal": [{"semester": "2026-H1", "rate": "2.62"}],
    },
    "sellers": [{"id": "S1", "name": "One"}],
    "debtors": [{"id": "D1", "name": "Two", "kind": "public"}],
    "contracts": [{"id": "K1", "seller": "S1", "start": "2026-01-01"}],
    "terms": [
        {
            "contract": "K1",
            "from": "2026-01-01",
            "advance_rate": "90.00",
            "fund_method": "ON_OUTSTANDING",
            "fund_rate": "10.00",
            "fund_minimum": "0.00",
            "fund_ceiling": "9.00",
            "factoring_rate": "1.20",
            "factoring_minimum": "8.00",
            "fee_on_credit_notes": True,
            "annual_minimum": "0.00",
            "margin": "2.50",
            "index": "E3M",
            "index_floor": False,
            "payout_value_days": 1,
            "receipt_value_days": 2,
            "recourse_days": 60,
            "tolerance": "1.00",
            "dispute_scope": "WHOLE",
            "concentration_limit": "40.00",
            "facility_ceiling": "5000.00",
            "minimum_payout": "1.00",
            "payout": "automatic",
            "late_interest": "CLAUSE",
            "late_interest_rate": "8.00",
            "late_interest_for": "SELLER",
        }
    ],
    "events": [
        {"do": "line", "debtor": "D1", "amount": "9000.00", **K1, "valid_until": "2027-01-01"}
        | {"insurer_ht": "8000.00", "insurer_vat": "20.00"},
        {"do": "assign", **K1, "debtor": "D1", "number": "F1", "amount": "900.00", "batch": "b"}
        | {"issued": "2026-01-02", "due": "2026-02-01"},
        {"do": "receipt", "id": "R1", "amount": "90.00", "debtor": "D1"}
        | {
            "apply": [
                {**F1, "amount": "10.00", "credit": "1.00"},
                {**K1, "not_assigned": "1.00"},
                {"over_payment": "2.00"},
            ]
        },
        {"do": "apply", "receipt": "R1", "lines": [{**F1, "amount": "1.00", "credit": "0.00"}]},
        {"do": "apply", "debtor": "D1", "lines": [{**F1, "amount": "1.00"}]},
        {"do": "refund", "debtor": "D1", "amount": "1.00"},
        {"do": "direct_payment", **F1, "amount": "1.00"},
        {"do": "pay_in", **K1, "amount": "1.00"},
        {"do": "accept_short", **F1},
        {"do": "confirm", **K1, "payout": "P1"},
        {"do": "return", **K1, "payout": "P1"},
        {"do": "indemnity", **K1, "debtor": "D1", "amount": "1.00"},
        {"do": "dividend", **K1, "debtor": "D1", "amount": "1.00"},
        {"do": "formal_notice", **F1},
        {"do": "interest_received", **F1, "interest": "0.00", "indemnity": "0.00"},
        {"do": "credit_note", **F1, "number": "AV1", "amount": "1.00"},
        {"do": "credit_note", **K1, "debtor": "D1", "number": "AV2", "amount": "1.00"},
        {"do": "dispute", **F1, "amount": "1.00"},
        {"do": "dispute_end", **F1, "amount": "1.00"},
        {"do": "insolvency", "debtor": "D1", "published": "2026-01-09"},
        {"do": "guarantee_effective", **K1, "debtor": "D1", "insured_share": "90.00", "vat": "20"},
        {"do": "chargeback", **F1},
        {"do": "correct", **F1, "amount": "1.00", "due": "2026-03-01"},
        {"do": "fund_use", **F1, "amount": "1.00"},
        {"do": "reserve", **K1, "amount": "1.00", "reason": "why"},
        {"do": "reserve_release", **K1, "amount": "1.00"},
        {"do": "charge", **K1, "code": "ancillary", "amount": "1.00"},
        {"do": "close_contract", **K1},
        {"do": "payout", **K1, "id": "P1", "amount": "1.00"},
    ],
    "asks": [{"date": ON, "name": "end", "expect": {"ask": 1}}],
}
STORY["events"] = [{"date": ON, "note": "n", **row} for row in STORY["events"]]

MAY_BE_LEFT_OUT = {
    "": {"about", "settings", "rates"},
    "settings": {"currency", "given_order"},
    "rates": {"vat", "index", "ecb", "legal"},
    "sellers": {"name"},
    "debtors": {"name", "kind"},
    "terms": {*STORY["terms"][0]}
    - {"contract", "from", "fund_rate", "margin", "index", "late_interest_rate"}
    - {"late_interest", "fund_method"},  # what goes with them has no place without them
    "asks": {"name", "expect"},
    "line": {"contract", "valid_until"},
    "assign": {"issued", "due", "batch"},
    "receipt": {"debtor", "apply"},
    "interest_received": {"indemnity"},
    "dispute": {"amount"},
    "dispute_end": {"amount"},
    "insolvency": {"published"},
    "correct": {"due"},
    "fund_use": {"invoice"},
    "reserve": {"reason"},
    "payout": {"amount"},
    "pays": {"credit"},
}
LINE_KINDS = ("over_payment", "not_assigned")
NEEDED_BY_OTHERS = {"fund_method", "late_interest"}
EITHER = {
    **dict.fromkeys((("apply", "receipt"), ("apply", "debtor")), "receipt"),
    **dict.fromkeys((("credit_note", "invoice"), ("credit_note", "debtor")), "invoice"),
}
"""One of two fields is needed: the first is the one that is missing."""
FREE_TEXT = {"story", "about", "note", "name", "reason"}


def mappings(value: Any = STORY, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each mapping but what an ask expects."""
    if isinstance(value, dict):
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in pairs:
        if isinstance(one, dict | list) and key != "expect":
            yield from mappings(one, (*place, key))


def path_of(place: tuple[Any, ...]) -> str:
    """Return a place as an error names it, lists counted from 1."""
    text = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in place)
    return text.removeprefix(".")


def at(story: Any, place: tuple[Any, ...]) -> Any:
    """Return what stands at a place."""
    for key in place:
        story = story[key]
    return story


def optional_of(place: tuple[Any, ...]) -> set[str]:
    """Return the fields of a mapping that may be left out."""
    row = at(STORY, place)
    if place[:1] != ("events",):
        return MAY_BE_LEFT_OUT.get(place[0] if place else "", set()) if len(place) < 3 else set()
    if len(place) > 2:
        return MAY_BE_LEFT_OUT["pays"] if "invoice" in row else set()
    return MAY_BE_LEFT_OUT.get(row["do"], set()) | {"note"}


PLACES = list(mappings())
FIELDS = [(place, key) for place in PLACES for key in at(STORY, place)]


def told(story: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that a wrong story is told; "" for a right one."""
    path = tmp_path / "story.yaml"
    text = story if isinstance(story, str) else json.dumps(story, indent=1)
    path.write_text(text, encoding="utf-8")
    status = run(argparse.Namespace(story=path))
    captured = capsys.readouterr()
    if status != 2:
        return ""
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def found(story: Any) -> str:
    """Return what is told of a story that has been loaded, without its file; faster."""
    try:
        story_of(bare(story))
    except StoryError as error:
        return str(error)
    return ""


def bare(value: Any) -> Any:
    """Return a story as reading its file gives it."""
    if isinstance(value, dict):
        return {key: bare(one) for key, one in value.items()}
    if isinstance(value, list):
        return [bare(one) for one in value]
    kinds: dict[type, str] = {int: "int", float: "float", type(None): "null"}
    return Bare(str(value), kinds[type(value)]) if type(value) in kinds else value


def test_the_story_is_right_and_holds_every_kind_and_term(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else what follows would prove little."""
    assert told(STORY, tmp_path, capsys) == found(STORY) == ""
    assert {row["do"] for row in STORY["events"]} == {*EVENTS}
    assert {*STORY["terms"][0]} == {*TERMS}


@pytest.mark.parametrize("place", PLACES, ids=path_of)
def test_a_key_that_nobody_knows_is_told_before_one_that_is_missing(
    place: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone, and with every other field of the mapping gone but what says its kind."""
    prefix = f"{path_of(place)}." if place else ""
    story = copy.deepcopy(STORY)
    at(story, place)["nobody"] = "x"
    assert told(story, tmp_path, capsys).startswith(f"{prefix}nobody: ")
    row = at(story, place)
    for key in [key for key in row if key not in ("do", "nobody", *LINE_KINDS)]:
        del row[key]
    assert told(story, tmp_path, capsys).startswith(f"{prefix}nobody: ")


@pytest.mark.parametrize(("place", "key"), FIELDS, ids=str)
def test_a_field_that_is_left_out_is_missing_or_may_be(place: tuple[Any, ...], key: str) -> None:
    """Its own path where it is needed; no word where it is optional."""
    story = copy.deepcopy(STORY)
    del at(story, place)[key]
    line = found(story)
    field = EITHER.get((at(STORY, place).get("do", ""), key), key)
    if key in optional_of(place):
        assert line == ""
    elif key in (*NEEDED_BY_OTHERS, *LINE_KINDS):
        assert line.startswith(f"{path_of(place)}."), line
    else:
        assert line.startswith(f"{path_of((*place, field))}: is missing"), line


@pytest.mark.parametrize(("place", "key"), FIELDS, ids=str)
def test_a_value_of_another_type_is_told_at_its_field(place: tuple[Any, ...], key: str) -> None:
    """Nothing, a number with a point, a mapping, a list, a time of day."""
    value = at(STORY, place)[key]
    others: list[Any] = [None, 1.5, ["x"], {"a": "b"}]
    if isinstance(value, dict):
        others = [None, 1.5, "x", ["x"]]
    elif isinstance(value, list):
        others = [1.5, "x", {"a": "b"}]
    elif key not in FREE_TEXT:
        others += ["", " ", "é"]
    for other in others:
        story = copy.deepcopy(STORY)
        at(story, place)[key] = other
        if other is None and key in ("settings", "rates"):
            continue  # an empty mapping in YAML is nothing
        line = found(story)
        assert line.startswith(f"{path_of((*place, key))}: "), (other, line)


@pytest.mark.parametrize("place", PLACES, ids=path_of)
def test_a_field_written_twice_is_told_by_its_line(
    place: tuple[Any, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line of the second one."""
    story = copy.deepcopy(STORY)
    row = at(story, place)
    first = next(iter(row))
    row[f"{first}#"] = row[first]
    text = json.dumps(story, indent=1)
    line = text.count("\n", 0, text.index(f'"{first}#"')) + 1
    assert told(text.replace(f'"{first}#"', f'"{first}"'), tmp_path, capsys).startswith(
        f"line {line}: "
    )
