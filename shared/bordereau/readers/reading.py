"""What a reader found in one document, before anyone judges it.

A ``Reading`` holds the fields of ``InvoiceClaim`` plus the sums that the calculation rules of EN
16931 need; ``judgement.py`` turns it into a claim with problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim

_NO_PARTY: Final = PartyClaim()


@dataclass(slots=True)
class VatGroup:
    """One VAT breakdown (BG-23) as written: basis BT-116, amount BT-117, rate BT-119."""

    basis: str
    amount: str
    rate: str


@dataclass(slots=True)
class Sums:
    """The figures behind the totals, as written; empty text = not said.

    ``lines`` are the net amounts of the lines (BT-131), ``line_count`` how many lines there are;
    ``has_sub_lines`` marks EXTENDED documents whose lines nest, where no line rule applies.
    """

    line_total: str = ""
    allowance_total: str = ""
    charge_total: str = ""
    rounding: str = ""
    vat_other: str = ""
    lines: list[str] = field(default_factory=list)
    line_count: int = 0
    has_sub_lines: bool = False
    allowances: list[str] = field(default_factory=list)
    charges: list[str] = field(default_factory=list)
    groups: list[VatGroup] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """One document as read; texts as written, dates ISO (or as written where they are none)."""

    syntax: str
    profile: str = ""
    type_code: str = ""
    number: str = ""
    issue_date: str = ""
    due_dates: tuple[str, ...] = ()
    currency: str = ""
    net: str = ""
    vat: str = ""
    gross: str = ""
    prepaid: str = ""
    payable: str = ""
    seller: PartyClaim = _NO_PARTY
    buyer: PartyClaim = _NO_PARTY
    payee: PartyClaim = _NO_PARTY
    accounts: tuple[AccountClaim, ...] = ()
    preceding: tuple[str, ...] = ()
    business_process: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    period_start: str = ""
    period_end: str = ""
    notes: tuple[NoteClaim, ...] = ()
    payment_terms: str = ""
    seller_country: str = ""
    sums: Sums = field(default_factory=Sums)
