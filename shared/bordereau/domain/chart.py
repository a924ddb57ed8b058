"""The chart of accounts, as data (handbook domain 2.1 and 2.12; journals: decisions 5).

Codes are ours; the numbers of the general ledger are a mapping that staff keep in the sheet.
Balances are kept debit-positive everywhere; ``signed`` turns them the way people read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Whether an account grows on its debit or on its credit side, and what it means."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    LOSS = "loss"
    CLEARING = "clearing"
    MEMO = "memo"


class Journal(StrEnum):
    """Which journals may use an account (``BOTH``: clearing, transit, and openings)."""

    CONTRACT = "contract"
    BANK = "bank"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its code, what it is, where it may stand, and a hint of its French number."""

    code: str
    kind: Kind
    journal: Journal
    pcg: str


RECEIVABLES: Final = "receivables"
SELLER_CURRENT: Final = "seller_current"
GUARANTEE_FUND: Final = "guarantee_fund"
HOLD_UNAPPROVED: Final = "hold_unapproved"
HOLD_DISPUTE: Final = "hold_dispute"
HOLD_DEFUNDED: Final = "hold_defunded"
HOLD_SPECIFIC: Final = "hold_specific"
PAYOUTS_IN_TRANSIT: Final = "payouts_in_transit"
FEE_FACTORING: Final = "fee_income_factoring"
FEE_FINANCING: Final = "fee_income_financing"
ANCILLARY: Final = "ancillary_income"
VAT_OUTPUT: Final = "vat_output"
SMALL_DIFFERENCES: Final = "small_differences"
CREDIT_LOSSES: Final = "credit_losses"
INSURER_CLAIMS: Final = "insurer_claims"
INSURER_SHARE: Final = "insurer_share_payable"
RECOVERIES: Final = "recoveries"
LATE_INTEREST: Final = "late_interest_income"
INDEMNITY: Final = "recovery_indemnity"
MANDATE_CLAIMS: Final = "mandate_claims"
MANDATE_COUNTERPART: Final = "mandate_counterpart"
BANK: Final = "bank"
UNALLOCATED: Final = "unallocated_receipts"
DEBTOR_CREDITS: Final = "debtor_credits"
BANK_CHARGES: Final = "bank_charges"
BANK_CLEARING: Final = "bank_clearing"
OPENING_BALANCE: Final = "opening_balance"


def _chart() -> dict[str, Account]:
    rows = (
        (RECEIVABLES, Kind.ASSET, Journal.CONTRACT, "411"),
        (SELLER_CURRENT, Kind.LIABILITY, Journal.CONTRACT, "4671"),
        (GUARANTEE_FUND, Kind.LIABILITY, Journal.CONTRACT, "4672"),
        (HOLD_UNAPPROVED, Kind.LIABILITY, Journal.CONTRACT, "4673"),
        (HOLD_DISPUTE, Kind.LIABILITY, Journal.CONTRACT, "4674"),
        (HOLD_DEFUNDED, Kind.LIABILITY, Journal.CONTRACT, "4675"),
        (HOLD_SPECIFIC, Kind.LIABILITY, Journal.CONTRACT, "4676"),
        (PAYOUTS_IN_TRANSIT, Kind.LIABILITY, Journal.BOTH, "581"),
        (FEE_FACTORING, Kind.INCOME, Journal.CONTRACT, "7061"),
        (FEE_FINANCING, Kind.INCOME, Journal.CONTRACT, "7062"),
        (ANCILLARY, Kind.INCOME, Journal.CONTRACT, "7063"),
        (VAT_OUTPUT, Kind.LIABILITY, Journal.CONTRACT, "44571"),
        (SMALL_DIFFERENCES, Kind.LOSS, Journal.CONTRACT, "658"),
        (CREDIT_LOSSES, Kind.LOSS, Journal.CONTRACT, "654"),
        (INSURER_CLAIMS, Kind.ASSET, Journal.CONTRACT, "4677"),
        (INSURER_SHARE, Kind.LIABILITY, Journal.CONTRACT, "4678"),
        (RECOVERIES, Kind.INCOME, Journal.CONTRACT, "754"),
        (LATE_INTEREST, Kind.INCOME, Journal.CONTRACT, "763"),
        (INDEMNITY, Kind.INCOME, Journal.CONTRACT, "7588"),
        (MANDATE_CLAIMS, Kind.MEMO, Journal.CONTRACT, "8021"),
        (MANDATE_COUNTERPART, Kind.MEMO, Journal.CONTRACT, "8029"),
        (BANK, Kind.ASSET, Journal.BANK, "512"),
        (UNALLOCATED, Kind.LIABILITY, Journal.BANK, "471"),
        (DEBTOR_CREDITS, Kind.LIABILITY, Journal.BANK, "4198"),
        (BANK_CHARGES, Kind.LOSS, Journal.BANK, "627"),
        (BANK_CLEARING, Kind.CLEARING, Journal.BOTH, "580"),
        (OPENING_BALANCE, Kind.CLEARING, Journal.BOTH, "890"),
    )
    return {code: Account(code, kind, journal, pcg) for code, kind, journal, pcg in rows}


CHART: Final = _chart()
"""Every account by code."""

HOLDS: Final = (HOLD_UNAPPROVED, HOLD_DISPUTE, HOLD_DEFUNDED, HOLD_SPECIFIC)
"""The posted holds: parts of the seller's money that cannot be drawn, besides the fund."""

SELLER_ACCOUNTS: Final = (SELLER_CURRENT, GUARANTEE_FUND, *HOLDS)
"""The six sub-accounts of a seller's current account."""


def signed(code: str, debit_positive_cents: int) -> int:
    """Turn a debit-positive balance the way it is read: what is owed or earned is positive.

    >>> signed(SELLER_CURRENT, -1093332), signed(RECEIVABLES, 1234567)
    (1093332, 1234567)
    """
    kind = CHART[code].kind
    return -debit_positive_cents if kind in (Kind.LIABILITY, Kind.INCOME) else debit_positive_cents
