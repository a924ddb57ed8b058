"""The guarantee takes effect: claim, loss, and who gets what comes in later (E20 to E24)."""

from __future__ import annotations

from dataclasses import dataclass

from bordereau.domain.money import BPS, half_up


def insurer_claim(approved_cents: int, *, insured_share_bps: int, vat_bps: int) -> int:
    """Return the insurer's part: ``floor(half-up(Σ approved / (1 + VAT)) x share)`` (reading 15).

    20 000.00 TTC at 20 % is 16 666.67 HT; 90 % of it, floored, is 15 000.00.

    >>> insurer_claim(2000000, insured_share_bps=9000, vat_bps=2000)
    1500000
    """
    net = half_up(approved_cents * BPS, BPS + vat_bps)
    return net * insured_share_bps // BPS


@dataclass(frozen=True, slots=True)
class DividendSplit:
    """Who gets a dividend; the last part is the difference (R3)."""

    seller_cents: int
    insurer_cents: int
    kept_cents: int


def dividend_split(
    cents: int, *, charged_back_cents: int, approved_cents: int, claim_cents: int
) -> DividendSplit:
    """Split a dividend pro rata (reading 15); the rest after seller and insurer is ours.

    >>> dividend_split(72000, charged_back_cents=400000, approved_cents=2000000,
    ...                claim_cents=1500000)
    DividendSplit(seller_cents=12000, insurer_cents=45000, kept_cents=15000)
    """
    seller = half_up(cents * charged_back_cents, charged_back_cents + approved_cents)
    rest = cents - seller
    insurer = half_up(rest * claim_cents, approved_cents) if approved_cents else 0
    return DividendSplit(seller, insurer, rest - insurer)
