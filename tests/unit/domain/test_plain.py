"""What lies in tables, queues and objects is read back exactly, or refused with its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.plain import NotPlainError, from_plain, to_plain
from bordereau.domain.problems import Severity


@dataclass(frozen=True, slots=True)
class Kept:
    """One record with every kind of attribute that is kept."""

    on: dt.date | None = None
    at: dt.datetime | None = None
    value: int | str | None = None
    colour: Literal["red", "blue"] = "red"
    amounts: tuple[int, ...] = ()
    by_name: Mapping[str, int] = field(default_factory=dict)
    severity: Severity = Severity.REVIEW
    anything: Any = None


@dataclass(frozen=True, slots=True)
class Unordered:
    """A record whose attribute has no order, so that its list would not be the same twice."""

    found: frozenset[str] = frozenset()


RECORDS = st.builds(
    Kept,
    on=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    value=st.none() | st.integers() | st.text(),
    colour=st.sampled_from(["red", "blue"]),
    amounts=st.lists(st.integers()).map(tuple),
    by_name=st.dictionaries(st.text(), st.integers()),
    severity=st.sampled_from(Severity),
    anything=st.none() | st.booleans() | st.lists(st.text()),
)


@given(RECORDS)
def test_what_was_kept_as_json_is_read_back_the_same(record: Kept) -> None:
    """Nothing is lost, rounded or turned into another type on the way through JSON."""
    assert from_plain(Kept, json.loads(json.dumps(to_plain(record)))) == record


def test_each_kind_of_attribute_is_read_back() -> None:
    """One of several types, one of several words, a list, a mapping: as they were kept."""
    kept = Kept(value="7", colour="blue", amounts=(1, 2), by_name={"a": 3})
    assert from_plain(Kept, to_plain(kept)) == kept
    assert from_plain(Kept, {"value": 7}) == Kept(value=7)


def test_what_is_by_default_takes_no_room() -> None:
    """An attribute that is as its class proposes is left out and read back by default."""
    assert to_plain(Kept()) == {}
    assert from_plain(Kept, {}) == Kept()


def test_an_instant_is_kept_in_utc_whatever_zone_it_came_in() -> None:
    """The same moment has one spelling, so that keys and hashes agree."""
    paris = dt.timezone(dt.timedelta(hours=1))
    assert to_plain(dt.datetime(2026, 1, 5, 9, 30, tzinfo=paris)) == "2026-01-05T08:30:00Z"
    read = from_plain(Kept, {"at": "2026-01-05T09:30:00+01:00"})
    assert to_plain(read) == {"at": "2026-01-05T08:30:00Z"}


WRONG: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"value": True}, r"Kept\.value: bool is none of"),
    ({"value": [1]}, r"Kept\.value: list is none of"),
    ({"colour": "green"}, r"Kept\.colour: 'green' is none of"),
    ({"on": "31/12/2026"}, r"Kept\.on: '31/12/2026' is no date"),
    ({"on": 46027}, r"Kept\.on: expected str, found int"),
    ({"at": "hier"}, r"Kept\.at: 'hier' is no datetime"),
    ({"at": "2026-01-05T09:30:00"}, r"Kept\.at: an instant without time zone"),
    ({"amounts": [1, "2"]}, r"Kept\.amounts\[1\]: expected int, found str"),
    ({"amounts": {"0": 1}}, r"Kept\.amounts: expected list, found dict"),
    ({"by_name": {"a": True}}, r"Kept\.by_name\.a: expected int, found bool"),
    ({"severity": "mild"}, r"Kept\.severity: 'mild' is no Severity"),
)


@pytest.mark.parametrize(("plain", "sentence"), WRONG, ids=lambda part: str(part)[:40])
def test_a_value_of_another_type_is_refused_with_its_place(
    plain: Mapping[str, Any], sentence: str
) -> None:
    """Nothing is converted, guessed or read by halves: a flag is no number, a text no day."""
    with pytest.raises(NotPlainError, match=sentence):
        from_plain(Kept, dict(plain))


def test_a_value_that_has_no_plain_form_is_never_written() -> None:
    """Bytes would come back as something else: the error names the type."""
    with pytest.raises(NotPlainError, match="bytes has no plain form"):
        to_plain({"data": b"x"})


def test_a_float_is_no_kind_that_is_read_back() -> None:
    """Money and rates are whole numbers: a record that asks for another one is our mistake."""
    with pytest.raises(NotPlainError, match="rate: float has no plain form"):
        from_plain(float, 1.5, "rate")


def test_a_set_is_no_kind_that_is_read_back() -> None:
    """A record that asks for one is our own mistake, and says so at the first reading."""
    with pytest.raises(NotPlainError, match=r"Unordered\.found: .* has no plain form"):
        from_plain(Unordered, {"found": ["a"]})
