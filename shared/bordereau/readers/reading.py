"""What a reader found in one document, before anyone judges it.

A ``Reading`` holds the fields of ``InvoiceClaim`` plus the sums that the calculation rules of EN
16931 need; ``judgement.py`` turns it into a claim with problems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bordereau.domain.claims import AccountClaim, NoteClaim, PartyClaim

_NO_PARTY: Final = PartyClaim()


class VatGroup(NamedTuple):
    """One VAT breakdown (BG-23) as written: basis BT-116, amount BT-117, rate BT-119."""

    basis: str
    amount: str
    rate: str


@dataclass(slots=True)
class Reading:
    """One document as read; texts as written, dates ISO (or as written where they are none).

    From ``line_total`` on come the figures behind the totals: ``lines`` are the net amounts of the
    lines (BT-131), ``line_count`` how many lines there are, ``vat_other`` the VAT in another
    currency (``EUR:12.00``). ``has_sub_lines`` asks, only when a sum differs, whether the lines
    nest as in EXTENDED documents, where no line rule applies; ``page_text`` gives the text of the
    pages around it, which is looked at only when something is not in the fields.
    """

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
    line_total: str = ""
    allowance_total: str = ""
    charge_total: str = ""
    rounding: str = ""
    vat_other: str = ""
    lines: Sequence[str] = ()
    line_count: int = 0
    allowances: Sequence[str] = ()
    charges: Sequence[str] = ()
    groups: Sequence[VatGroup] = ()
    has_sub_lines: Callable[[], bool] = bool
    page_text: Callable[[], str] = str
