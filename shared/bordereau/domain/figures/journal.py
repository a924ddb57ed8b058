"""Entries as the export to other bookkeepers' programs reads them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: an account of the chart, debit or credit in cents (one of them is zero)."""

    account: str
    debit_cents: int
    credit_cents: int
    debtor: str = ""
    invoice: str = ""

    @property
    def cents(self) -> int:
        """The amount, debit-positive."""
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry of one journal (``K#<contract>`` or ``B#<account>``), balanced.

    ``kind`` is its event (``E1`` …) and ``documents`` what it rests on, ``piece_on`` the date of
    the first of them. An entry that reverses another names the other's documents.
    """

    journal: str
    seq: int
    booked_on: dt.date
    description: str
    lines: tuple[JournalLine, ...]
    currency: str = "EUR"
    kind: str = ""
    documents: tuple[str, ...] = ()
    piece_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class MappedAccount:
    """An account of the general ledger; an empty label stands for the usual one."""

    number: str
    label: str = ""


_MAPPED: Final = re.compile(r"(\d{3}[0-9A-Z]{0,17})(?:\s+(\S.*))?")


def mapped_account(text: str) -> MappedAccount | None:
    """Read an account as staff type it: a number that begins with three digits, perhaps a label.

    >>> mapped_account("411100 Clients cédés"), mapped_account("41")
    (MappedAccount(number='411100', label='Clients cédés'), None)
    """
    matched = _MAPPED.fullmatch(text.strip())
    return MappedAccount(matched[1], matched[2] or "") if matched else None


@dataclass(frozen=True, slots=True)
class LegalBooks:
    """What a file for the tax office is made of, besides the year that is asked.

    ``names`` are those of parties, by debtor and by journal; ``closed_on`` is the day on which
    each closed month (``2026-01``) was closed.
    """

    siren: str
    rows: tuple[JournalRow, ...]
    accounts: Mapping[str, MappedAccount]
    names: Mapping[str, str]
    closed_on: Mapping[str, dt.date] = field(default_factory=dict)
