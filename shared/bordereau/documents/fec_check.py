"""Check a file of accounting entries against the rules of the law, from its bytes alone.

Independent of what writes it: nothing of the product is imported. The tax office's own program runs
on Windows only, and no package checks such a file offline (handbook: documents 10).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

COLUMNS: Final = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
FILLED: Final = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "ValidDate",
]
PAIRS: Final = (
    ("CompAuxNum", "CompAuxLib"),
    ("EcritureLet", "DateLet"),
    ("Montantdevise", "Idevise"),
)
ONE_LABEL: Final = (
    ("CompteNum", "CompteLib"),
    ("JournalCode", "JournalLib"),
    ("CompAuxNum", "CompAuxLib"),
)

_NAME: Final = re.compile(r"(\d{9})FEC(\d{8})\.txt")
_AMOUNT: Final = re.compile(r"(\d+),(\d\d)")
_ACCOUNT: Final = re.compile(r"\d{3}[0-9A-Z]*")

Row = Mapping[str, str]


def check_fec(name: str, data: bytes) -> list[str]:
    """Return one sentence for each breach, with its line; an empty list is a lawful file.

    Checked: name and closing, header, number and filling of columns, real dates within the year,
    the order by day of validation, numbers without gap in each journal, each entry balanced, debit
    or credit, columns that go in pairs, one label for each number, lettered groups that are zero.
    """
    named = _NAME.fullmatch(name)
    closing = _date(named[2]) if named else None
    if closing is None:
        return [f"{name}: not SIREN, FEC, date of closing, .txt"]
    try:
        lines = data.decode("utf-8").split("\r\n")
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {error}"]
    if lines.pop() != "":
        return ["the last line has no end"]
    if lines[0].split("\t") != COLUMNS:
        return ["line 1: not the eighteen columns in their order"]
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if len(fields) != len(COLUMNS) or any(char in line for char in "\r\n"):
            return [f"line {number}: {len(fields)} fields"]
        rows.append(dict(zip(COLUMNS, fields, strict=True)))
    return [*_lines(rows, closing), *_order(rows), *_groups(rows), *_labels(rows)]


def balances(data: bytes) -> dict[str, int]:
    """Return the cents of each account, debit-positive; accounts at zero are left out."""
    found: dict[str, int] = defaultdict(int)
    for line in data.decode("utf-8").splitlines()[1:]:
        row = dict(zip(COLUMNS, line.split("\t"), strict=True))
        found[row["CompteNum"]] += (_cents(row["Debit"]) or 0) - (_cents(row["Credit"]) or 0)
    return {account: cents for account, cents in found.items() if cents}


def _lines(rows: Sequence[Row], closing: dt.date) -> Iterator[str]:
    begin = _year_before(closing)
    for number, row in enumerate(rows, 2):
        yield from (f"line {number}: {sentence}" for sentence in _line(row, begin, closing))


def _line(row: Row, begin: dt.date, closing: dt.date) -> Iterator[str]:
    yield from (f"{column} is empty" for column in FILLED if not row[column].strip())
    for column in ("EcritureDate", "PieceDate", "ValidDate", "DateLet"):
        if row[column] and _date(row[column]) is None:
            yield f"{column} {row[column]} is no date"
    booked = _date(row["EcritureDate"])
    if booked and not begin <= booked <= closing:
        yield f"EcritureDate {row['EcritureDate']} is not in the year"
    if not _ACCOUNT.fullmatch(row["CompteNum"]):
        yield f"CompteNum {row['CompteNum']} does not begin with three digits"
    debit, credit = _cents(row["Debit"]), _cents(row["Credit"])
    if debit is None or credit is None:
        yield "an amount is not digits, a comma and two decimals"
    elif (debit == 0) == (credit == 0):
        yield "neither debit nor credit, or both"
    for one, other in PAIRS:
        if bool(row[one]) != bool(row[other]):
            yield f"{one} without {other}, or the reverse"


def _order(rows: Sequence[Row]) -> Iterator[str]:
    """Yield where days go back, numbers have gaps, or an entry is not one block."""
    last: dict[str, int] = {}
    day, block = "", ("", "")
    for number, row in enumerate(rows, 2):
        if row["ValidDate"] < day:
            yield f"line {number}: validated before the line above"
        day = row["ValidDate"]
        journal, place = row["JournalCode"], row["EcritureNum"]
        if (journal, place) == block:
            continue
        block = (journal, place)
        if not place.isdecimal():
            yield f"line {number}: EcritureNum {place} is no number"
        elif journal in last and int(place) != last[journal] + 1:
            yield f"line {number}: {journal} goes from {last[journal]} to {place}"
        if place.isdecimal():
            last[journal] = int(place)


def _groups(rows: Sequence[Row]) -> Iterator[str]:
    entries: dict[tuple[str, ...], int] = defaultdict(int)
    letters: dict[tuple[str, ...], int] = defaultdict(int)
    days: dict[tuple[str, ...], set[str]] = defaultdict(set)
    heads: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        cents = (_cents(row["Debit"]) or 0) - (_cents(row["Credit"]) or 0)
        entry = (row["JournalCode"], row["EcritureNum"])
        entries[entry] += cents
        heads[entry].add(row["EcritureDate"])
        if row["EcritureLet"]:
            group = (row["CompteNum"], row["CompAuxNum"], row["EcritureLet"])
            letters[group] += cents
            days[group].add(row["DateLet"])
    yield from (f"entry {' '.join(key)} does not balance" for key, sum_ in entries.items() if sum_)
    yield from (f"entry {' '.join(key)} has two dates" for key, on in heads.items() if len(on) > 1)
    yield from (f"letter {' '.join(key)} is not zero" for key, sum_ in letters.items() if sum_)
    yield from (f"letter {' '.join(key)} has two dates" for key, on in days.items() if len(on) > 1)


def _labels(rows: Sequence[Row]) -> Iterator[str]:
    for number, label in ONE_LABEL:
        known: dict[str, str] = {}
        for row in rows:
            if known.setdefault(row[number], row[label]) != row[label]:
                yield f"{number} {row[number]} has two labels"
                break


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return None


def _year_before(closing: dt.date) -> dt.date:
    following = closing + dt.timedelta(1)
    try:
        return following.replace(year=following.year - 1)
    except ValueError:
        return dt.date(following.year - 1, 3, 1)


def _cents(text: str) -> int | None:
    amount = _AMOUNT.fullmatch(text)
    return int(amount[1]) * 100 + int(amount[2]) if amount else None
