"""The file of accounting entries for the French tax office (LPF A47 A-1; handbook: domain 3.8).

Eighteen columns in the order of the law, separated by tabs, dates without separators, decimal
commas, in UTF-8. Hand-written: no package of any registry writes or checks one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from bordereau.documents.characters import plain_text
from bordereau.documents.texts import Phrases
from bordereau.domain.figures.journal import LegalBooks
from bordereau.domain.fiscal_year import (
    OPENING,
    YearEntry,
    YearLine,
    validated_on,
    year_entries,
)

COLUMNS: Final = (
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
)
"""In the order of the law."""

_NO_SIGN: Final = re.compile(r"[^0-9A-Za-z]+")


def fec_name(siren: str, closing_on: dt.date) -> str:
    """Return the legal name of the file, dated at the year's closing.

    >>> fec_name("732829320", dt.date(2026, 12, 31))
    '732829320FEC20261231.txt'
    """
    return f"{siren}FEC{closing_on:%Y%m%d}.txt"


def fec(books: LegalBooks, *, closing_on: dt.date, phrases: Phrases) -> str:
    """Return the file of the year that ends with ``closing_on``, lines ended by CR LF."""
    year = year_entries(books.rows, closing_on=closing_on)
    writer = _Writer(books, phrases)
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(fields) for entry in year for fields in writer.lines(entry)]
    return "\r\n".join(lines) + "\r\n"


def journal_code(journal: str) -> str:
    """Return the code of a journal: a letter for its kind, and whose it is.

    >>> journal_code("K#siren:552081317/EUR"), journal_code("B#FR7630006000011234567890189")
    ('KSIREN552081317EUR', 'BFR7630006000011234567890189')
    """
    return "AN" if journal == OPENING else _NO_SIGN.sub("", journal).upper()


def party_code(party: str) -> str:
    """Return the number of a sub-account: of a debtor, or of a contract by its journal.

    >>> party_code("vat:DE136695976"), party_code("K#siren:552081317/EUR")
    ('VATDE136695976', 'SIREN552081317EUR')
    """
    return _NO_SIGN.sub("", party.removeprefix("K#")).upper()


class _Writer:
    """Writes entries; labels of accounts and journals are looked up once."""

    def __init__(self, books: LegalBooks, phrases: Phrases) -> None:
        self._books = books
        self._accounts = {
            code: (account.number, _clean(account.label or phrases.say(f"accounts.{code}")))
            for code, account in books.accounts.items()
        }
        self._names = {
            party: _clean(name) or party_code(party) for party, name in books.names.items()
        }
        self._events = {name: _clean(text) for name, text in phrases.tables["events"].items()}
        self._kinds = {
            "K": phrases.tables["ledgers"]["contract"],
            "B": phrases.tables["ledgers"]["bank"],
        }

    def lines(self, entry: YearEntry) -> Iterator[tuple[str, ...]]:
        """Yield the fields of each line of an entry."""
        head = (
            journal_code(entry.journal),
            self._journal_label(entry.journal),
            str(entry.number),
            _day(entry.booked_on),
        )
        reference = _clean(" ".join(entry.documents)) or f"{head[0]}-{head[2]}"
        label = f"{self._events.get(entry.kind, entry.kind)} {reference}"
        for line in entry.lines:
            yield (
                *head,
                *self._accounts[line.item.account],
                *self._party(line),
                reference,
                _day(entry.piece_on),
                label,
                _amount(line.debit_cents),
                _amount(line.credit_cents),
                line.letter,
                _day(line.lettered_on) if line.lettered_on else "",
                _day(validated_on(entry.booked_on, self._books.closed_on)),
                "",
                "",
            )

    def _journal_label(self, journal: str) -> str:
        if journal == OPENING:
            return self._events[OPENING]
        return _clean(f"{self._kinds[journal[0]]} {self._names.get(journal, journal[2:])}")

    def _party(self, line: YearLine) -> tuple[str, str]:
        party = line.item.party
        if not party:
            return "", ""
        return party_code(party), self._names.get(party) or party_code(party)


def _clean(text: str) -> str:
    """Return text without what separates fields and lines."""
    return " ".join(plain_text(text).split())


def _day(day: dt.date) -> str:
    return f"{day:%Y%m%d}"


def _amount(cents: int) -> str:
    """Write cents with a decimal comma and no group.

    >>> _amount(123456700), _amount(5)
    ('1234567,00', '0,05')
    """
    return f"{cents // 100},{cents % 100:02d}"
