"""Parts that several documents show: parties, steps of a waterfall, fees, VAT, a pay-out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.money import charge


def masked_iban(iban: str) -> str:
    """Return an IBAN as shown where it is only recognised, never paid to.

    >>> masked_iban("FR7630006000011234567890189")
    'FR76 •••• 0189'
    """
    return f"{iban[:4]} •••• {iban[-4:]}" if iban else ""


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """A party as printed; what is not known is empty and is left out of the document."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    siren: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """Whom the reader asks: a person of the factor, never a machine's address."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """An account to pay to, in full: only for the debtor who has to pay to it."""

    iban: str
    bic: str
    holder: str


class StepCode(StrEnum):
    """What one line of a waterfall is; the first group adds or takes, the second holds back."""

    ASSIGNED = "assigned"
    PROMOTED = "promoted"
    RELEASED = "released"
    COLLECTED = "collected"
    CREDIT_NOTES = "credit-notes"
    FEES = "fees"
    VAT = "vat"
    DIRECT_PAYMENTS = "direct-payments"
    RECEIPTS_NOT_ASSIGNED = "receipts-not-assigned"
    PAY_INS = "pay-ins"
    PAYOUTS = "payouts"
    PAYOUTS_RETURNED = "payouts-returned"
    CHARGEBACKS = "chargebacks"
    CORRECTIONS = "corrections"
    OTHER = "other"

    FUND = "fund"
    UNAPPROVED = "unapproved"
    DISPUTE = "dispute"
    DEFUNDED = "defunded"
    SPECIFIC = "specific"
    CONCENTRATION = "concentration"
    CEILING = "ceiling"
    PENDING_PAYOUTS = "pending-payouts"


HOLDS = (
    StepCode.FUND,
    StepCode.UNAPPROVED,
    StepCode.DISPUTE,
    StepCode.DEFUNDED,
    StepCode.SPECIFIC,
    StepCode.CONCENTRATION,
    StepCode.CEILING,
    StepCode.PENDING_PAYOUTS,
)
"""What keeps the seller's own money back, in the order of a statement."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a waterfall; ``amount_cents`` is signed: what takes away is negative."""

    code: StepCode
    amount_cents: int


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One charge, net of VAT: base by rate is amount, each document rounded once (R2).

    ``code`` is a charge code of the contract's terms (``factoring_fee`` …); ``documents`` is how
    many were charged, ``at_minimum`` how many of them at ``minimum_cents`` each. A flat charge has
    base and rate zero.
    """

    code: str
    amount_cents: int
    base_cents: int = 0
    rate_bps: int = 0
    minimum_cents: int = 0
    documents: int = 1
    at_minimum: int = 0


@dataclass(frozen=True, slots=True)
class VatLine:
    """VAT of a statement per rate, on the total net of that rate (R4).

    >>> VatLine(rate_bps=2000, net_cents=5309, vat_cents=1062).vat_cents
    1062
    """

    rate_bps: int
    net_cents: int
    vat_cents: int

    def __post_init__(self) -> None:
        assert self.vat_cents == charge(self.net_cents, self.rate_bps), "VAT is net by rate (R4)"


@dataclass(frozen=True, slots=True)
class PayoutFigures:
    """A pay-out ordered: its id is the EndToEndId, ``iban_tail`` the last four of the account."""

    id: str
    amount_cents: int
    iban_tail: str
    ordered_on: dt.date
