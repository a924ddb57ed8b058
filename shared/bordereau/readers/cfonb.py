"""CFONB 120: account statements of French banks, records of 120 columns.

01 opens a statement with the old balance, 04 is an entry, 05 completes it, 07 closes with the new
balance. The last column of an amount is its sign and digit in one (source: CFONB, « relevé de
compte sur support informatique »).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.claims import BankEntry, StatementClaim
from bordereau.domain.identifiers import iban_is_valid
from bordereau.readers.balance import is_balanced
from bordereau.readers.dates import short_date
from bordereau.readers.refusal import refused

KIND: Final = "cfonb120"
WIDTH: Final = 120
_RECORD: Final = re.compile(r"0[1457][0-9]{5}[0-9A-Z ]{4}[0-9 ]{5}[A-Z]{3}[0-9 ].[0-9A-Z ]{11}.*")
_AMOUNT: Final = re.compile(r"[0-9 ]{13}[{}A-R]")
_NATIONAL: Final = str.maketrans({"é": "{", "è": "}"})
"""The two signs of a zero as the French national variant of ISO 646 writes them."""
_PLUS: Final = "{ABCDEFGHI"
_MINUS: Final = "}JKLMNOPQR"
_TEXTS: Final = ("LIB", "LCC", "LC2", "LCS")
_NAMES: Final = ("NPY", "NBE")
_CLIENT_REFERENCE_WIDTH: Final = 35


def is_cfonb(text: str) -> bool:
    """Return whether the first line that is not blank is a record of CFONB 120."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return re.match(r"0[1457][0-9]{5}[0-9A-Z ]{4}[0-9 ]{5}[A-Z]{3}", first) is not None


@dataclass(slots=True)
class _Open:
    """A statement while it is read."""

    record: str
    number: int
    entries: list[BankEntry] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    pending: str = ""
    closing: str = ""
    closing_on: str = ""


def read_cfonb(text: str) -> tuple[StatementClaim, ...]:
    """Return the statements of a CFONB 120 file, in its order.

    Raises:
        RefusedError: ``bank-record-malformed`` (facts: line), ``bank-amount-malformed``,
            ``bank-date-malformed`` or ``bank-no-statement``.
    """
    found: list[_Open] = []
    is_open = False
    for line, record in _records(text):
        code = record[:2]
        if code == "01":
            found.append(_Open(record, len(found) + 1))
        elif is_open:
            _add(found[-1], record, line)
        is_open = (is_open or code == "01") and code != "07"
    if not found:
        raise refused("bank-no-statement")
    return tuple(map(_claim, found))


def _records(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    whole = text.rstrip("\r\n\x1a")
    if len(lines) == 1 and len(whole) > WIDTH and len(whole) % WIDTH == 0:
        lines = [whole[start : start + WIDTH] for start in range(0, len(whole), WIDTH)]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = line.rstrip("\r\n\x1a ").ljust(WIDTH)
        if len(record) > WIDTH or not _RECORD.match(record):
            raise refused("bank-record-malformed", line=str(number))
        yield number, record


def _add(statement: _Open, record: str, line: int) -> None:
    if record[21:32] != statement.record[21:32]:
        raise refused("bank-record-malformed", line=str(line))
    if record[:2] == "05":
        statement.parts.setdefault(record[45:48], []).append(record[48:118].strip())
        return
    _finish(statement)
    if record[:2] == "04":
        statement.pending = record
    else:
        statement.closing = _amount(record)
        statement.closing_on = short_date(record[38:40] + record[36:38] + record[34:36])


def _finish(statement: _Open) -> None:
    if statement.pending:
        statement.entries.append(_entry(statement.pending, statement.parts))
    statement.pending, statement.parts = "", {}


def _entry(record: str, parts: dict[str, list[str]]) -> BankEntry:
    amount = _amount(record)
    label = record[48:79].strip()
    texts = [text for name in _TEXTS for text in parts.get(name, ()) if text]
    names = [text for name in _NAMES for text in parts.get(name, ()) if text]
    client = (parts.get("RCN") or [""])[0][:_CLIENT_REFERENCE_WIDTH].strip()
    reject = record[40:42].strip()
    number = record[81:88].strip()
    return BankEntry(
        booked_on=_date(record[34:40]),
        value_on=_date(record[42:48]),
        amount=amount.removeprefix("-"),
        sign="-" if amount.startswith("-") else "+",
        currency=record[16:19],
        reference=number if number.strip("0") else "",
        end_to_end_id=client,
        counterparty=" ".join(names),
        text=" ".join(texts) or label,
        is_return=bool(reject),
        return_reason=reject,
        structured_reference=record[104:120].strip() or " ".join(parts.get("REF", ())),
        information=label,
    )


def _amount(record: str) -> str:
    """Return a signed decimal; the number of decimals stands in column 20.

    >>> _amount(" " * 19 + "2" + " " * 70 + "0000000001904}" + " " * 16)
    '-190.40'
    """
    text = record[90:104].translate(_NATIONAL)
    if not _AMOUNT.fullmatch(text):
        raise refused("bank-amount-malformed", amount=text.strip())
    last = text[-1]
    digit = _PLUS.find(last) if last in _PLUS else _MINUS.index(last)
    whole = text[:-1].replace(" ", "0") + str(digit)
    decimals = int(record[19]) if record[19].isdigit() else 2
    digits = whole.lstrip("0").rjust(decimals + 1, "0")
    plain = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{plain}" if last in _MINUS else plain


def _date(text: str) -> str:
    try:
        day, month, year = int(text[:2]), int(text[2:4]), int(text[4:])
        return dt.date(2000 + year, month, day).isoformat()
    except ValueError as error:
        raise refused("bank-date-malformed", date=text.strip()) from error


def _claim(statement: _Open) -> StatementClaim:
    _finish(statement)
    record = statement.record
    opening = _amount(record)
    entries = tuple(statement.entries)
    return StatementClaim(
        account=record[21:32],
        currency=record[16:19],
        reference=str(statement.number),
        opening=opening,
        closing=statement.closing,
        balanced=is_balanced(opening, statement.closing, entries),
        entries=entries,
        kind=KIND,
        closing_on=statement.closing_on,
        iban=french_iban(record[2:7], record[11:16], record[21:32]),
    )


def french_iban(bank: str, branch: str, account: str) -> str:
    """Return the IBAN of a French account, or an empty text if a part is not numeric.

    >>> french_iban("30006", "00001", "12345678901")
    'FR7630006000011234567890189'
    """
    if not (bank + branch + account).isdigit():
        return ""
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    national = f"{bank}{branch}{account}{key:02d}"
    check = 98 - int(f"{national}152700") % 97
    iban = f"FR{check:02d}{national}"
    return iban if iban_is_valid(iban) else ""
