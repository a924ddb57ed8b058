"""Pay-outs on their way to the bank: a batch, its members, and the order that is written of them.

A batch lives OPEN (released pay-outs join it in the run that seals it), SEALED (count and sum are
those of its members, everything that the file shows is frozen) and SENT (the file lies where it is
fetched). So the file is made of the batch alone, however often, and comes out the same (I10). Ids
come from the batch: nothing is random, no clock is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain.bank_calendar import PARIS, is_bank_day, next_bank_day
from bordereau.domain.books import PayOut
from bordereau.domain.identifiers import AccountId, ContractId

MEMBERS_MAX: Final = 5_000
"""Pay-outs of one batch; the next one goes into another."""

CUT_OFF: Final = "sepa/cut_off"
"""The dated setting: until when the bank takes orders for the same day, in minutes of the day."""

CUT_OFF_DEFAULT: Final = 17 * 60
LEAD_MINUTES: Final = 60
"""How long before the bank's cut-off files are made."""

CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 4

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
    """The head of a batch: one of our accounts, the day of the file, and its number in it.

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


PAYEE_FAULTS: Final = frozenset(
    {"AC01", "AC03", "AC04", "AC06", "AC07", "AC11", "AC14", "AG01", "BE01", "BE04", "CNOR"}
    | {"MD07", "RC01", "RC04", "RC07", "MS02", "MS03"}
)
"""Reasons of an order that lie with the payee's account, bank or name (ISO 20022, external status
reason codes). MS02 and MS03 say nothing: banks hide a closed account behind them."""


def is_payee_fault(reason: str) -> bool:
    """Return whether an order was refused for its payee; without a reason it may be.

    Our own format, funds, dates or account (``FF01``, ``AM04``, ``DT01``, ``AC02``) are not.

    >>> is_payee_fault("AC04"), is_payee_fault(""), is_payee_fault("FF01")
    (True, True, False)
    """
    return not reason or reason in PAYEE_FAULTS


@dataclass(frozen=True, slots=True)
class Rejection:
    """What a bank says of an order: which one, its code (``AC04``) and its words.

    ``is_of_file``: the reason is that of the whole file, nothing is said of this order.
    """

    end_to_end_id: str
    reason: str = ""
    text: str = ""
    is_of_file: bool = False

    @property
    def is_payee_fault(self) -> bool:
        """Whether the payee's account is in doubt: a file refused whole says nothing of it."""
        return not self.is_of_file and is_payee_fault(self.reason)


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


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a pay-out goes to, as the register says it now."""

    name: str = ""
    iban: str = ""
    bic: str = ""


def fingerprint(payout: PayOut, payee: Payee) -> str:
    """Return the hash of the facts for which a person releases a pay-out.

    Its first letters (``release_code``) stand beside the line; any other amount, name, IBAN or BIC
    gives another one.
    """
    facts = (
        *(payout.end_to_end_id, payout.amount_cents, payout.currency),
        *(payee.name, payee.iban, payee.bic),
    )
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def release_code(facts: str) -> str:
    """Return the four letters that people compare, from a fingerprint.

    >>> release_code("00" * 32), release_code("ff" * 32)
    ('AAAA', 'RRRR')
    """
    octets = bytes.fromhex(facts)[:CODE_LENGTH]
    return "".join(CODE_LETTERS[octet % len(CODE_LETTERS)] for octet in octets)


def is_hand_over(now: dt.datetime, cut_off_minutes: int) -> bool:
    """Return whether files are made now: on a bank day, from an hour before the cut-off on.

    >>> is_hand_over(dt.datetime(2026, 1, 5, 15, 10, tzinfo=dt.UTC), 17 * 60)
    True
    """
    local = now.astimezone(PARIS)
    minutes = local.hour * 60 + local.minute
    return is_bank_day(local.date()) and minutes >= cut_off_minutes - LEAD_MINUTES


def execution_day(now: dt.datetime, cut_off_minutes: int) -> dt.date:
    """Return the day on which the bank is to pay: today before its cut-off, else its next day.

    >>> evening = dt.datetime(2026, 4, 8, 16, 10, tzinfo=dt.UTC)
    >>> execution_day(evening, 17 * 60), execution_day(evening, 19 * 60)
    (datetime.date(2026, 4, 9), datetime.date(2026, 4, 8))
    """
    local = now.astimezone(PARIS)
    is_early = local.hour * 60 + local.minute < cut_off_minutes
    return local.date() if is_early and is_bank_day(local.date()) else next_bank_day(local.date())


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
