"""A hostile name is printed as far as the faces can, and never stops a document."""

from __future__ import annotations

import struct
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.documents.characters import (
    REPLACEMENT,
    is_printable,
    plain_text,
    printable,
    printable_values,
)
from bordereau.documents.pdf import FONTS


def _coverage(path: str) -> set[int]:
    """Return the code points of an OpenType face: subtable format 12 of its cmap."""
    data = (FONTS / path).read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    cmap = tables[b"cmap"]
    for index in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", data, at)[0] == 12:
            groups = struct.unpack_from(">I", data, at + 12)[0]
            spans = [struct.unpack_from(">III", data, at + 16 + 12 * g) for g in range(groups)]
            return {point for first, last, _ in spans for point in range(first, last + 1)}
    raise AssertionError("no format 12 subtable")


FACES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@pytest.mark.parametrize("face", FACES)
def test_the_constant_is_what_each_face_covers(face: str) -> None:
    """Private use and format characters are left out on purpose."""
    covered = {point for point in _coverage(face) if unicodedata.category(chr(point))[0] != "C"}
    ours = {point for point in range(0x20000) if is_printable(chr(point))}
    assert {p for p in ours if unicodedata.category(chr(p))[0] != "C"} == covered


@given(st.text())
def test_whatever_comes_in_only_printable_characters_come_out(text: str) -> None:
    """And cleaning twice changes nothing more."""
    cleaned = printable(text)
    assert all(is_printable(char) for char in cleaned)
    assert printable(cleaned) == cleaned


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_amounts_pass_untouched(cents: int) -> None:
    """NFKC would turn the narrow spaces of amounts into ordinary ones."""
    amount = f"\u2212{cents:,}".replace(",", "\u202f") + "\u00a0€"
    assert printable(amount) == amount


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e\u0301te\u0301", "été"),
        ("o\ufb03ce", "office"),
        ("李", REPLACEMENT),
        ("😀", REPLACEMENT),
        ("a\x00b\x07c", "abc"),
        ("Łódź Ψ Жуков", "Łódź Ψ Жуков"),
    ],
)
def test_examples_of_foreign_names(text: str, shown: str) -> None:
    """Composed, spelled out, replaced or dropped."""
    assert printable(text) == shown


def test_marks_that_turn_the_reading_direction_are_gone() -> None:
    """``FR76\u202e…`` must not read as another account."""
    assert plain_text("FR76\u202e6789\u2066") == "FR766789"


def test_values_are_cleaned_at_every_depth() -> None:
    """Lists and dictionaries too; other values stay."""
    assert printable_values({"a": ["李", {"b": "x\x00"}], "c": True}) == {
        "a": [REPLACEMENT, {"b": "x"}],
        "c": True,
    }
