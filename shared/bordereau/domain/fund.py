"""The guarantee fund on outstanding (settled reading 8): one pool for the contract.

``target = max(minimum, ceil(rate x outstanding))``, capped by a ceiling; nothing for a closed
contract with nothing open. Each newly approved part adds ``min(ceil(rate x part), target - fund)``;
the fund falls at a month's end and by use only.
"""

from __future__ import annotations

from bordereau.domain.money import ceil_rate
from bordereau.domain.terms import FundMethod, Terms


def target(terms: Terms, outstanding_cents: int) -> int:
    """Return what the fund should hold.

    >>> from bordereau.domain.identifiers import ContractId
    >>> import datetime as dt
    >>> terms = Terms(ContractId("k/EUR"), dt.date(2026, 1, 1), fund_rate_bps=1000,
    ...               fund_minimum_cents=500000)
    >>> target(terms, 6734567), target(terms, 2500000)
    (673457, 500000)
    """
    wanted = max(terms.fund_minimum_cents, ceil_rate(outstanding_cents, terms.fund_rate_bps))
    return wanted if terms.fund_ceiling_cents is None else min(wanted, terms.fund_ceiling_cents)


def withheld(terms: Terms, approved_cents: int, *, outstanding_cents: int, fund_cents: int) -> int:
    """Return what a newly approved part adds to the fund; ``outstanding`` includes it.

    25 000.00 assigned at 10 % with a minimum of 5 000.00: 2 500.00.
    """
    if terms.fund_method is not FundMethod.ON_OUTSTANDING:
        return 0
    lacking = max(0, target(terms, outstanding_cents) - fund_cents)
    return min(ceil_rate(approved_cents, terms.fund_rate_bps), lacking)
