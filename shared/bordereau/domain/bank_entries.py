"""What an entry of a bank statement is to us: its identity, and whose transfer it is.

Identity (decisions 4): account, booking date and the bank's own reference; without one, or where a
bank gives one reference to several entries of a day, a hash of what the entry says with its ordinal
among equals of that day. So overlapping statements name an entry alike.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bordereau.domain.claims import BankDetail, BankEntry
from bordereau.domain.identifiers import ContractId, parse_end_to_end_id
from bordereau.domain.money import parse_amount

NO_REFERENCES = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF"})
"""What banks write where they have no reference."""

CHARGE_GROUP = "MDOP"
CHARGE_CODES = frozenset({"CHRG", "COMM", "FEES", "INTR"})
"""The ISO 20022 family and codes of what a bank takes for itself (docs/adr/0009)."""

PayOutKey = tuple[ContractId, dt.date, int]

_OWN_ID = re.compile(r"[SVL][A-Za-z0-9-]+\.[A-Z]{3}\.\d{8}\.\d+")


@dataclass(frozen=True, slots=True)
class Part:
    """One transfer of an entry: signed cents as the account sees it."""

    cents: int
    end_to_end_id: str
    text: str
    is_return: bool
    counterparty: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a day with the reference by which it is known for ever; signed cents."""

    entry: BankEntry
    ref: str
    cents: int
    booked_on: dt.date
    value_on: dt.date

    @property
    def text(self) -> str:
        """Everything the entry says in words, each piece once."""
        details = [piece for detail in self.entry.details for piece in _words(detail)]
        pieces = (*_words(self.entry), self.entry.information, *details)
        return " ".join(dict.fromkeys(piece for piece in pieces if piece))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The transfers of the entry; the entry itself unless its details add up to it."""
        parts = tuple(_part(detail, detail.sign) for detail in self.entry.details)
        if len(parts) > 1 and sum(part.cents for part in parts) == self.cents:
            return parts
        whole = _part(self.entry, self.entry.sign)
        is_return = self.entry.is_return
        return (Part(self.cents, whole.end_to_end_id, self.text, is_return, whole.counterparty),)


def named(entries: Iterable[BankEntry]) -> tuple[Named, ...]:
    """Return the entries of one statement with their references; those of nothing are left out."""
    listed = [entry for entry in entries if parse_amount(entry.amount)]
    uses = Counter((entry.booked_on, clean(entry.reference)) for entry in listed)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for entry in listed:
        reference = clean(entry.reference)
        if reference in NO_REFERENCES or uses[entry.booked_on, reference] > 1:
            sha = content_hash(entry)
            seen[entry.booked_on, sha] += 1
            reference = f"{sha}-{seen[entry.booked_on, sha]}"
        found.append(_named(entry, reference))
    return tuple(found)


def content_hash(entry: BankEntry) -> str:
    """Return the hash of what an entry says: dates, amount, sign, end-to-end id, text."""
    facts = (entry.booked_on, entry.value_on, entry.amount, entry.sign, entry.end_to_end_id)
    text = "|".join((*facts, " ".join(entry.text.split())))
    return f"h{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def clean(reference: str) -> str:
    """Return a bank's reference as a part of a key: ``#`` separates there.

    >>> clean(" A#1 ")
    'A-1'
    """
    return reference.strip().replace("#", "-")


def is_bank_charge(entry: Named) -> bool:
    """Return whether the bank's own code says that it took a fee or interest from our account.

    Words of a label decide nothing, and what comes back is no charge.
    """
    group, _, code = entry.entry.bank_code.partition("/")[2].partition("/")
    is_ours = group == CHARGE_GROUP and code in CHARGE_CODES
    return is_ours and entry.cents < 0 and not entry.entry.is_return


def own_payout(part: Part) -> PayOutKey | None:
    """Return the pay-out of ours that a transfer names: its end-to-end id, else its text.

    >>> own_payout(Part(-500, "", "VIR S552081317.EUR.20260105.1", False))[2]
    1
    """
    for text in (part.end_to_end_id, *_OWN_ID.findall(part.text)):
        key = parse_end_to_end_id(text)
        if key is not None:
            return key
    return None


def _named(entry: BankEntry, reference: str) -> Named:
    cents = parse_amount(entry.amount)
    assert cents is not None, "entries without an amount were left out"
    return Named(
        entry=entry,
        ref=reference,
        cents=cents if entry.sign == "+" else -cents,
        booked_on=dt.date.fromisoformat(entry.booked_on),
        value_on=dt.date.fromisoformat(entry.value_on or entry.booked_on),
    )


def _part(found: BankEntry | BankDetail, sign: str) -> Part:
    cents = parse_amount(found.amount) or 0
    signed = cents if sign == "+" else -cents
    words = " ".join(_words(found))
    return Part(signed, found.end_to_end_id, words, found.is_return, found.counterparty)


def _words(found: BankEntry | BankDetail) -> tuple[str, ...]:
    return found.text, found.structured_reference, found.end_to_end_id
