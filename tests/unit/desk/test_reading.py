"""What stops an import, and what people may do to a workbook without harm (sheets 3 and 5.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain import workbook
from bordereau.domain.workbook.columns import FIRST_LINE, KEY_ROW
from bordereau.domain.workbook.register_tabs import SELLERS
from bordereau.domain.workbook.staff_tabs import LINES
from bordereau.ports import SheetBlock, SheetCell
from bordereau.services.desk.reading import Reading, read_all, titles_of
from tests.unit.desk.desk_world import FRENCH, World

NONE: Mapping[str, frozenset[str]] = {}


def read(world: World, known: Mapping[str, frozenset[str]] = NONE) -> Reading:
    """Read the sheet as it stands."""
    titles = titles_of(world.sheet.tabs())
    staff = [titles[key] for key in workbook.STAFF if key in titles]
    return read_all(titles, world.sheet.read(staff), known)


def codes(reading: Reading) -> list[str]:
    """The codes of what stops an import."""
    return [fault.code for fault in reading.faults]


def move(world: World, title: str, old: int, new: int) -> None:
    """Move a line to another row, over what stands there."""
    for column in range(30):
        world.sheet.put(title, new, column, world.sheet.cell(title, old, column))
        world.sheet.put(title, old, column, SheetCell())


def test_an_untouched_workbook_has_no_line_and_no_fault(world: World) -> None:
    """Numbers in column A and formulas alone are no line."""
    reading = read(world)
    assert not reading.is_broken
    assert list(reading.all_lines()) == []


def test_a_line_is_known_by_its_reference_wherever_it_stands(world: World) -> None:
    """Sorting a tab changes nothing."""
    world.type("sellers", 1, {"name": "ALPHA"})
    world.type("sellers", 2, {"name": "BETA"})
    before = {line.ref: line.values for line in read(world).all_lines()}
    move(world, "Clients", FIRST_LINE + 1, 500)
    move(world, "Clients", FIRST_LINE, FIRST_LINE + 1)
    assert {line.ref: line.values for line in read(world).all_lines()} == before


def test_a_private_column_and_a_moved_one_change_nothing(world: World) -> None:
    """Columns are known by the hidden key, not by their letter."""
    world.type("sellers", 1, {"name": "ALPHA", "siren": "552081317"})
    before = [line.values for line in read(world).all_lines()]
    place = SELLERS.place("siren")
    for row in (KEY_ROW, FIRST_LINE):
        world.sheet.put("Clients", row, 40, world.sheet.cell("Clients", row, place))
        world.sheet.put("Clients", row, place, SheetCell())
    world.sheet.put("Clients", FIRST_LINE, place, SheetCell("private note"))
    assert [line.values for line in read(world).all_lines()] == before


def test_a_renamed_tab_is_still_found(world: World) -> None:
    """Its id stays when people give it another title."""
    world.type("sellers", 1, {"name": "ALPHA"})
    world.sheet.rename("Clients", "Nos clients")
    assert [line.ref for line in read(world).all_lines()] == ["C-0001"]


def test_a_copied_tab_is_not_read(world: World) -> None:
    """« Copie de Clients » has another id and another title."""
    world.sheet.add(999, "Copie de Clients")
    world.sheet.write([SheetBlock("Copie de Clients", FIRST_LINE, 0, (("C-0001", "ALPHA"),))])
    assert list(read(world).all_lines()) == []


def test_a_reference_is_read_as_people_write_it(world: World) -> None:
    """Blanks around it, small letters, and fewer zeros are the same reference."""
    world.type("sellers", 1, {"name": "ALPHA"})
    world.sheet.put("Clients", FIRST_LINE, 0, SheetCell(" c-1 "))
    assert [line.ref for line in read(world).all_lines()] == ["C-0001"]


def test_a_line_without_reference_is_told_and_not_read(world: World) -> None:
    """It stops nothing: « Accueil » says which row it is."""
    world.sheet.put("Garanties", 300, LINES.place("reason"), SheetCell("où suis-je"))
    reading = read(world)
    assert not reading.is_broken
    assert [stray.code for stray in reading.strays] == ["workbook-stray"]
    assert "301" in FRENCH.problem(reading.strays[0])
    assert "Garanties" in FRENCH.problem(reading.strays[0])


def test_a_missing_column_stops_the_import(world: World) -> None:
    """Its label and its tab are named; that its lines were not read is no second fault."""
    world.sheet.put("Garanties", KEY_ROW, LINES.place("amount"), SheetCell())
    reading = read(world, {"lines": frozenset({"G-0001"})})
    assert codes(reading) == ["workbook-missing-column"]
    assert "Montant" in FRENCH.problem(reading.faults[0])


def test_a_deleted_key_row_stops_the_import(world: World) -> None:
    """Without keys nothing in the tab means anything."""
    for column in range(len(LINES.columns)):
        world.sheet.put("Garanties", KEY_ROW, column, SheetCell())
    assert set(codes(read(world))) == {"workbook-missing-column"}


def test_a_column_twice_stops_the_import(world: World) -> None:
    """Nobody could say which one is meant."""
    world.sheet.put("Garanties", KEY_ROW, 40, SheetCell("amount"))
    assert codes(read(world)) == ["workbook-column-twice"]


def test_a_reference_twice_stops_the_import(world: World) -> None:
    """A copied row would decide the same line twice."""
    world.type("sellers", 1, {"name": "ALPHA"})
    world.type("sellers", 2, {"name": "BETA"})
    world.sheet.put("Clients", FIRST_LINE + 1, 0, SheetCell("C-0001"))
    assert codes(read(world)) == ["workbook-key-twice"]


def test_a_missing_tab_stops_the_import(world: World) -> None:
    """Deleted, not renamed."""
    world.sheet.remove("Garanties")
    assert codes(read(world)) == ["workbook-missing-tab"]


def test_an_emptied_tab_stops_the_import(world: World) -> None:
    """Even one known line."""
    assert codes(read(world, {"sellers": frozenset({"C-0001"})})) == ["workbook-empty-tab"]


def test_a_fifth_of_the_lines_gone_stops_the_import(world: World) -> None:
    """Three of ten are too many; two of ten are only not read."""
    for number in range(1, 9):
        world.type("sellers", number, {"name": f"N{number}"})
    ten = frozenset(f"C-{number:04d}" for number in range(1, 11))
    eleven = ten | {"C-0011"}
    assert codes(read(world, {"sellers": ten})) == []
    assert codes(read(world, {"sellers": eleven})) == ["workbook-vanished"]


def test_a_half_typed_line_says_what_is_missing(world: World) -> None:
    """Every required cell, each by its own key."""
    world.type("lines", 1, {"amount": 1000, "from_on": dt.date(2026, 1, 5)})
    (line,) = read(world).lines["lines"]
    assert set(line.wrong) == {"currency", "debtor", "kind"}
    assert {problem.code for problem in line.wrong.values()} == {"cell-missing"}


@given(data=st.data())
def test_no_sheet_makes_the_import_crash(data: st.DataObject) -> None:
    """Anything in any cell of any tab, keys and references too: lines, faults or strays."""
    world = World()
    text = st.text(max_size=12) | st.sampled_from(["ref", "amount", "G-0001", "C-0001"])
    for _ in range(data.draw(st.integers(1, 12))):
        tab = data.draw(st.sampled_from(list(workbook.STAFF.values())))
        row, column = data.draw(st.integers(0, 5)), data.draw(st.integers(0, len(tab.columns)))
        kind = data.draw(st.sampled_from(["", "TEXT", "DATE", "NUMBER", "PERCENT"]))
        world.sheet.put(tab.title, row, column, SheetCell(data.draw(text), kind))
    outcome = world.refresh()
    assert outcome.reason in {"refreshed", "broken"}
    assert all(FRENCH.problem(problem) for problem in outcome.problems)


def test_a_tab_that_is_nearly_full_is_told_in_time(world: World) -> None:
    """Somebody adds lines before a person finds none."""
    for number in range(1, SELLERS.lines - 3):
        world.type("sellers", number, {"name": f"N{number}"})
    (warning,) = read(world).strays
    assert warning.code == "workbook-nearly-full"
    assert "4" in FRENCH.problem(warning)
