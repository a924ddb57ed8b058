"""Pay-outs on their way to the bank: a batch, its members, and the order that is written of them.

A batch lives OPEN (members join as they are released), SEALED (count and sum are those of its
members, everything that the file shows is frozen) and SENT (the file lies where it is fetched). So
the file is made of the batch alone, however often, and comes out the same (I10). Ids come from
the batch: nothing is random, no clock is read.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain.bank_calendar import is_bank_day, next_bank_day
from bordereau.domain.identifiers import AccountId, ContractId

MEMBERS_MAX: Final = 5_000
"""Pay-outs of one batch; the next one goes into another."""

ID_MAX: Final = 35
NAME_MAX: Final = 70
TEXT_MAX: Final = 140


class SepaState(StrEnum):
    """Life of a batch; only forward."""

    OPEN = "open"
    SEALED = "sealed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class SepaBatch:
    """The head of a batch: one of our accounts, the day of the release, and its number in it.

    ``payer`` to ``sealed_at`` are frozen by sealing; ``file_key`` and ``sha256`` say where the
    file lies and which bytes it has.
    """

    released_on: dt.date
    number: int
    account: AccountId
    currency: str
    count: int = 0
    sum_cents: int = 0
    state: SepaState = SepaState.OPEN
    payer: str = ""
    payer_bic: str = ""
    execution_on: dt.date | None = None
    sealed_at: dt.datetime | None = None
    file_key: str = ""
    sha256: str = ""
    v: int = 0

    @property
    def message_id(self) -> str:
        """The id of its file at the bank."""
        return message_id(self.released_on, self.number)


@dataclass(frozen=True, slots=True)
class SepaMember:
    """One pay-out of a batch, with everything that the file shows of it, as it was released."""

    released_on: dt.date
    number: int
    end_to_end_id: str
    contract: ContractId
    ordered_on: dt.date
    ordinal: int
    amount_cents: int
    beneficiary: str
    iban: str
    bic: str = ""
    released_by: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """What a bank says of an order: which one, its code (``AC04``) and its words."""

    end_to_end_id: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A bank's answer to one file (pain.002): all of it refused, or some of its orders."""

    message_id: str
    is_all_rejected: bool = False
    reason: str = ""
    text: str = ""
    rejections: tuple[Rejection, ...] = ()


def batch_name(released_on: dt.date, number: int) -> str:
    """Return how a pay-out names its batch.

    >>> batch_name(dt.date(2026, 1, 5), 1)
    '2026-01-05#0001'
    """
    return f"{released_on.isoformat()}#{number:04d}"


def message_id(released_on: dt.date, number: int) -> str:
    """Return the id of a batch's file: the same for the same batch.

    >>> message_id(dt.date(2026, 1, 5), 1)
    'BORDEREAU.20260105.0001'
    """
    return f"BORDEREAU.{released_on:%Y%m%d}.{number:04d}"


def batch_of_message(text: str) -> tuple[dt.date, int] | None:
    """Return the batch of a file's id, or ``None`` for any text that is not ours.

    >>> batch_of_message("BORDEREAU.20260105.0001")
    (datetime.date(2026, 1, 5), 1)
    """
    matched = re.fullmatch(r"BORDEREAU\.(\d{4})(\d\d)(\d\d)\.(\d{4,})", text.strip())
    if matched is None:
        return None
    year, month, day, number = map(int, matched.groups())
    try:
        return dt.date(year, month, day), number
    except ValueError:
        return None


def execution_day(today: dt.date) -> dt.date:
    """Return the day on which the bank is to pay: today, or the next day on which TARGET is open.

    >>> execution_day(dt.date(2026, 4, 3)), execution_day(dt.date(2026, 4, 8))
    (datetime.date(2026, 4, 7), datetime.date(2026, 4, 8))
    """
    return today if is_bank_day(today) else next_bank_day(today)


def agrees(batch: SepaBatch, members: Iterable[SepaMember]) -> bool:
    """Return whether count and sum of a batch are those of its members."""
    amounts = [member.amount_cents for member in members]
    return (len(amounts), sum(amounts)) == (batch.count, batch.sum_cents)


_LETTERS: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"&": "+", "@": "(at)", "_": "-", "€": "EUR"}
    | dict.fromkeys("\u2019\u2018\u201b", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


def sepa_text(text: str, most: int) -> str:
    """Return text in the characters that every SEPA bank takes (EPC217-08), at most so many.

    Accents fall, a few signs are written out, all others become spaces.

    >>> sepa_text("Société Œuvre & Cie « Été »", 70)
    'Societe OEuvre + Cie Ete'
    """
    split = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(char for char in split if not unicodedata.combining(char))
    return " ".join(_NOT_ALLOWED.sub(" ", bare).split())[:most].strip()


def sepa_id(text: str) -> str:
    """Return an id in the same characters: no slash at its ends, none twice, at most 35.

    >>> sepa_id("//S552081317/EUR/")
    'S552081317/EUR'
    """
    return re.sub(r"/{2,}", "/", sepa_text(text, ID_MAX)).strip("/")
