"""MT940 account statements (and MT942, which books nothing), as banks send them.

Source: SWIFT Standards MT, category 9; the sub-fields of field 86 (``?20``, ``?32`` …) are those of
the German and Polish banks.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.claims import BankEntry, StatementClaim
from bordereau.domain.identifiers import iban_is_valid
from bordereau.readers.amounts import decimal_of
from bordereau.readers.balance import is_balanced
from bordereau.readers.dates import is_date, short_date
from bordereau.readers.parties import compact
from bordereau.readers.refusal import refused

KIND: Final = "mt940"
INTERIM_KIND: Final = "mt942"
_TAG: Final = re.compile(r":([0-9]{2}[A-Z]?):")
_END: Final = re.compile(r"-\s*(?:\}.*)?$")
"""A line of text may begin with a minus; one that ends a message holds nothing else."""
_BALANCE: Final = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*)\s*")
_ENTRY: Final = re.compile(
    r"([0-9]{6})([0-9]{4})?(R?[CD])([A-Z])?([0-9]+,[0-9]*)([NFS][A-Z0-9]{3})?([^\n]*)(?:\n(.*))?",
    re.DOTALL,
)
_STRUCTURED: Final = re.compile(r"[0-9]{3}([?>+])")
_EREF: Final = re.compile(r"EREF\+(.*?)(?=(?:KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|MTLG)\+|$)")
_SLASH_EREF: Final = re.compile(
    r"/EREF/(.*?)(?:/?/(?:BENM|ORDP|REMI|CSID|MARF|TRTP|CNTP|NAME|IBAN|BIC|PREF|RTRN|PURP)/|/?$)"
)
_NOTHING: Final = frozenset({"NONREF", "NOTPROVIDED", ""})
_TEXT_FIELDS: Final = (*range(20, 30), *range(60, 64))
_CENTURY_TURN: Final = 80
_HALF_YEAR: Final = 6


def is_mt940(text: str) -> bool:
    """Return whether the text has the fields of a statement."""
    return ":20:" in text and (":60" in text or ":61:" in text or ":62" in text)


@dataclass(slots=True)
class _Open:
    """A statement while it is read."""

    account: str = ""
    reference: str = ""
    opening: str = ""
    closing: str = ""
    closing_on: str = ""
    currency: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)
    last: str = ""


def read_mt940(text: str) -> tuple[StatementClaim, ...]:
    """Return the statements of a file, in its order.

    Raises:
        RefusedError: ``bank-amount-malformed``, ``bank-date-malformed`` or
            ``bank-no-statement``.
    """
    found: list[_Open] = []
    for tag, content in _fields(text):
        if tag == "20":
            found.append(_Open())
        elif found:
            _add(found[-1], tag, content)
    if not found:
        raise refused("bank-no-statement")
    return tuple(map(_claim, found))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield tag and content; lines without a tag continue the field above them."""
    tag, lines = "", list[str]()
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip("\x01\x03")
        match = _TAG.match(line)
        if not match and not _END.match(line) and line.strip():
            lines.append(line)
            continue
        if tag:
            yield tag, "\n".join(lines)
        tag, lines = (match.group(1), [line[match.end() :]]) if match else ("", [])
    if tag:
        yield tag, "\n".join(lines)


def _add(statement: _Open, tag: str, content: str) -> None:
    if tag == "25":
        statement.account = statement.account or content.strip()
    elif tag in {"28", "28C"}:
        statement.reference = content.strip()
    elif tag in {"60F", "60M"}:
        opening, statement.currency = _balance(content)
        statement.opening = statement.opening or opening
    elif tag in {"62F", "62M"}:
        statement.closing, _ = _balance(content)
        statement.closing_on = short_date(content[1:7])
    elif tag == "61":
        statement.entries.append((content, ""))
    elif tag == "86" and statement.last == "61":
        line, above = statement.entries[-1]
        statement.entries[-1] = (line, f"{above}\n{content}" if above else content)
        return
    statement.last = tag


def _balance(content: str) -> tuple[str, str]:
    match = _BALANCE.fullmatch(content)
    if not match:
        raise refused("bank-amount-malformed", amount=content[:40])
    sign, _, currency, amount = match.groups()
    return ("-" if sign == "D" else "") + _decimal(amount), currency


def _decimal(text: str) -> str:
    plain = text.replace(",", ".").rstrip(".")
    if decimal_of(plain) is None:
        raise refused("bank-amount-malformed", amount=text[:40])
    return plain


def _claim(statement: _Open) -> StatementClaim:
    is_interim = not statement.opening and not statement.closing
    entries = tuple(_entry(line, info, statement.currency) for line, info in statement.entries)
    return StatementClaim(
        account=statement.account,
        currency=statement.currency,
        reference=statement.reference,
        opening=statement.opening,
        closing=statement.closing,
        balanced=is_balanced(statement.opening, statement.closing, entries),
        entries=entries,
        kind=INTERIM_KIND if is_interim else KIND,
        iban=_iban_in(statement.account),
        closing_on=statement.closing_on,
    )


def _iban_in(account: str) -> str:
    """Return the IBAN of field 25, or an empty text.

    Some banks put their BIC before it, or the currency behind it.

    >>> _iban_in("NL91 ABNA 0417 1643 00 EUR"), _iban_in("DEUTDEFF/DE89370400440532013000")
    ('NL91ABNA0417164300', 'DE89370400440532013000')
    >>> _iban_in("37040044/532013000")
    ''
    """
    number = compact(account).rpartition("/")[2]
    return next(filter(iban_is_valid, (number, number[:-3])), "")


def _entry(line: str, info: str, currency: str) -> BankEntry:
    match = _ENTRY.fullmatch(line)
    if not match:
        raise refused("bank-amount-malformed", amount=line[:40])
    value, entry, mark, _, amount, _, references, supplement = match.groups()
    value_written = _value_date(value)
    value_on = _real(value_written)
    customer, _, bank = references.strip().partition("//")
    parts = _parts(info)
    text = parts.get("text", "")
    end_to_end = _end_to_end(text)
    return BankEntry(
        booked_on=_real(_booking_date(entry, value_written)) if entry else value_on,
        value_on=value_on,
        amount=_decimal(amount),
        sign="+" if mark in {"C", "RD"} else "-",
        currency=currency,
        reference="" if bank.strip() in _NOTHING else bank.strip(),
        end_to_end_id=end_to_end,
        counterparty=parts.get("name", ""),
        account=parts.get("account", ""),
        text=text,
        is_return=mark.startswith("R") or "RETOURE" in parts.get("label", ""),
        structured_reference="" if customer.strip() in _NOTHING else customer.strip(),
        information=(supplement or parts.get("label", "")).strip(),
        value_written=value_written if value_written != value_on else "",
    )


def _value_date(text: str) -> str:
    year = int(text[:2])
    century = "19" if year >= _CENTURY_TURN else "20"
    return f"{century}{text[:2]}-{text[2:4]}-{text[4:]}"


def _booking_date(text: str, value: str) -> str:
    """Return month and day in the year that is nearest to the value date."""
    year, month = int(value[:4]), int(value[5:7])
    difference = int(text[:2]) - month
    if abs(difference) > _HALF_YEAR:
        year += 1 if difference < 0 else -1
    return f"{year:04d}-{text[:2]}-{text[2:]}"


def _real(text: str) -> str:
    """Return the date, or the last day of its month where a bank counts 30 days to each.

    >>> _real("2016-02-30")
    '2016-02-29'
    """
    if is_date(text):
        return text
    year, month, day = map(int, text.split("-"))
    if not 1 <= month <= 12 or not 28 <= day <= 31:  # noqa: PLR2004 - a month and its last days
        raise refused("bank-date-malformed", date=text)
    return f"{text[:8]}{calendar.monthrange(year, month)[1]:02d}"


def _parts(info: str) -> dict[str, str]:
    match = _STRUCTURED.match(info.strip())
    if not match:
        return {"text": " ".join(info.split())}
    fields: dict[int, str] = {}
    joined = "".join(info.strip().split("\n"))
    for item in joined.split(match.group(1))[1:]:
        if item[:2].isdigit():
            fields[int(item[:2])] = fields.get(int(item[:2]), "") + item[2:]
    return {
        "label": fields.get(0, ""),
        "text": " ".join("".join(fields.get(number, "") for number in _TEXT_FIELDS).split()),
        "name": (fields.get(32, "") + fields.get(33, "")).strip(),
        "account": fields.get(31, "").strip(),
    }


def _end_to_end(text: str) -> str:
    match = _EREF.search(text) or _SLASH_EREF.search(text)
    found = match.group(1).strip() if match else ""
    return "" if found in _NOTHING else found
