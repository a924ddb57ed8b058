"""A debtor's credit that is paid back: ordered by a person, confirmed by the bank's statement."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bordereau.domain.identifiers import AccountId, PartyId

_ID: Final = re.compile(r"REMB\.(\w{4})\.(\d{8})\.(\d{1,4})")


class RefundState(StrEnum):
    """Life of a refund."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to a debtor: account, day and ordinal; ``id`` is its EndToEndId at the bank.

    ``paid_on`` is the day of the bank's debit: it stays when the money comes back.
    """

    account: AccountId
    ordered_on: dt.date
    ordinal: int
    debtor: PartyId
    amount_cents: int
    currency: str
    beneficiary: str
    iban: str
    state: RefundState = RefundState.ORDERED
    settled_on: dt.date | None = None
    paid_on: dt.date | None = None
    v: int = 0

    @property
    def id(self) -> str:
        """The id that the bank carries, readable back."""
        return refund_id(self.account, self.ordered_on, self.ordinal)


RefundKey = tuple[AccountId, dt.date, int]
"""Account, day and ordinal."""


def refund_id(account: AccountId, ordered_on: dt.date, ordinal: int) -> str:
    """Return the id of a refund at the bank.

    >>> refund_id(AccountId("FR7630006000011234567890189"), dt.date(2026, 1, 5), 1)
    'REMB.0189.20260105.1'
    """
    return f"REMB.{account[-4:]}.{ordered_on:%Y%m%d}.{ordinal}"


def named_refund(account: AccountId, *texts: str) -> RefundKey | None:
    """Return the refund from an account that a transfer names in one of its texts.

    >>> named_refund(AccountId("FR7630006000011234567890189"), "", "VIR REMB.0189.20260105.2 ACME")
    ('FR7630006000011234567890189', datetime.date(2026, 1, 5), 2)
    """
    for text in texts:
        for end, day, ordinal in _ID.findall(text):
            try:
                ordered_on = dt.date(int(day[:4]), int(day[4:6]), int(day[6:]))
            except ValueError:
                continue
            if account.endswith(end):
                return account, ordered_on, int(ordinal)
    return None
