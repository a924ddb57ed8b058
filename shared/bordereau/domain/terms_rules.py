"""Terms that contradict each other, or go beyond what the law or the trade allows (issue 5).

Sources: handbook domain 2.4 to 2.7 and 3.1; Code de commerce L441-10 (terms of payment, late
interest); sheets 5.2 for the bounds of the trade. What is told names the column and a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bordereau.domain.terms import ADVANCE_RATE_MAX_BPS, FIXED_INDEX, FundMethod, TermCount, Terms

FUND_RATE_BPS: Final = (500, 2_500)
"""5 to 25 % of the outstanding (domain 2.4)."""

FACTORING_RATE_MAX_BPS: Final = 500
CONCENTRATION_BPS: Final = (1, 10_000)

NET_DAYS_MAX: Final = 60
MONTH_END_DAYS_MAX: Final = 45
"""L441-10 I: 60 days from issue, or 45 days end of month, between firms in France."""

EXPORT_DAYS_MAX: Final = 180
"""What insurers cover for export (domain 3.5)."""

LEGAL_TIMES: Final = 3
"""L441-10 II: a clause on late interest is at least three times the legal rate."""

PPM_OF_BPS: Final = 100


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that is wrong: the key of its cell, and the code and facts of its sentence."""

    cell: str
    code: str
    facts: dict[str, str] = field(default_factory=dict)


def contradictions(terms: Terms, *, legal_ppm: int | None) -> tuple[Contradiction, ...]:
    """Return all that is wrong with a set of terms; nothing of it may take effect.

    ``legal_ppm`` is the legal rate of the semester of its first day, ``None`` when nobody typed
    it: then a clause cannot be judged and waits.
    """
    return (
        *_of_fund(terms),
        *_of_rates(terms),
        *_of_late_interest(terms, legal_ppm),
        *_of_term(terms),
        *_of_limits(terms),
    )


def _of_fund(terms: Terms) -> Iterator[Contradiction]:
    if terms.fund_method is FundMethod.PER_INVOICE:
        if terms.advance_rate_bps > ADVANCE_RATE_MAX_BPS:
            yield Contradiction("advance_rate", "terms-advance-rate")
        named = (
            ("fund_rate", terms.fund_rate_bps),
            ("fund_min", terms.fund_minimum_cents),
            ("fund_max", terms.fund_ceiling_cents),
        )
        for key, value in named:
            if value:
                yield Contradiction(key, "terms-fund-per-invoice")
        return
    low, high = FUND_RATE_BPS
    if not low <= terms.fund_rate_bps <= high:
        yield Contradiction("fund_rate", "terms-fund-rate")
    ceiling = terms.fund_ceiling_cents
    if ceiling is not None and ceiling < terms.fund_minimum_cents:
        yield Contradiction("fund_max", "terms-fund-ceiling")


def _of_rates(terms: Terms) -> Iterator[Contradiction]:
    if terms.factoring_rate_bps > FACTORING_RATE_MAX_BPS and not terms.is_mandate:
        yield Contradiction("factoring_fee_rate", "terms-factoring-rate")
    if terms.margin_bps and not terms.index:
        yield Contradiction("index", "terms-margin-without-index")
    if terms.index == FIXED_INDEX and not terms.margin_bps:
        yield Contradiction("margin", "terms-fixed-without-margin")


def _of_late_interest(terms: Terms, legal_ppm: int | None) -> Iterator[Contradiction]:
    key = "late_interest_rate"
    if terms.late_interest != "CLAUSE":
        if terms.late_interest_rate_bps:
            yield Contradiction(key, "terms-clause-unused")
        return
    if legal_ppm is None:
        yield Contradiction(key, "terms-legal-rate-missing")
    elif terms.late_interest_rate_bps * PPM_OF_BPS < LEGAL_TIMES * legal_ppm:
        floor = LEGAL_TIMES * legal_ppm
        whole, part = divmod(floor // PPM_OF_BPS, 100)
        yield Contradiction(key, "terms-clause-below-legal", {"floor": f"{whole},{part:02d} %"})


def longest_days(terms: Terms) -> int:
    """Return the longest term of payment that a contract may allow, in its own way of counting."""
    if terms.is_export:
        return EXPORT_DAYS_MAX
    return NET_DAYS_MAX if terms.term_count is TermCount.NET else MONTH_END_DAYS_MAX


def _of_term(terms: Terms) -> Iterator[Contradiction]:
    days, longest = terms.maximum_term_days, longest_days(terms)
    if days is not None and days > longest:
        yield Contradiction("max_term_days", "terms-longest-term", {"days": str(longest)})
    if days is None and terms.term_count is not TermCount.NET:
        yield Contradiction("max_term_days", "cell-missing")


def _of_limits(terms: Terms) -> Iterator[Contradiction]:
    low, high = CONCENTRATION_BPS
    if terms.concentration_bps is not None and not low <= terms.concentration_bps <= high:
        yield Contradiction("concentration", "terms-concentration")
    if terms.ceiling_cents is not None and terms.minimum_payout_cents > terms.ceiling_cents:
        yield Contradiction("payout_min", "terms-payout-above-ceiling")
