"""The factoring commission of an advance statement, and its VAT (E2, decisions 7).

Fees are rounded per invoice, VAT once on their total per rate (R4): 53.09 net gives 10.62, where
VAT by line would give 10.63.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bordereau.domain import chart
from bordereau.domain.entries import Entry, Line, Posting, credit, debit
from bordereau.domain.money import charge
from bordereau.domain.terms import Terms, factoring_fee

FACTORING_FEE = "factoring_fee"
"""The charge code whose VAT rate applies to the factoring commission."""


@dataclass(frozen=True, slots=True)
class Fee:
    """One commission: what it is on, its base and amount, net of VAT, in cents."""

    code: str
    invoice: str
    debtor: str
    base_cents: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Bill:
    """The charges of one statement at one VAT rate."""

    fees: tuple[Fee, ...]
    vat_rate_bps: int
    net_cents: int
    vat_cents: int

    @property
    def total_cents(self) -> int:
        """What the seller is charged, VAT included."""
        return self.net_cents + self.vat_cents


def newly_assigned(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the assignments among some entries that none of them reverses again."""
    listed = tuple(entries)
    undone = {entry.reverses for entry in listed if entry.reverses is not None}
    return tuple(entry for entry in listed if entry.kind == "E1" and entry.seq not in undone)


def assigned_amount(entry: Entry) -> tuple[str, str, int]:
    """Return invoice, debtor and whole amount of an assignment's entry."""
    for line in entry.lines:
        if line.account == chart.RECEIVABLES:
            return line.invoice, line.debtor, line.debit_cents
    raise AssertionError("an assignment debits receivables")


def factoring_fees(assignments: Iterable[Entry], terms: Terms) -> tuple[Fee, ...]:
    """Return the commission on each assignment under the terms of the day; nothing is no fee."""
    fees = []
    for entry in assignments:
        invoice, debtor, base = assigned_amount(entry)
        amount = factoring_fee(base, terms)
        if amount:
            fees.append(Fee(FACTORING_FEE, invoice, debtor, base, amount))
    return tuple(fees)


def bill(fees: tuple[Fee, ...], vat_rate_bps: int) -> Bill:
    """Total the fees and put VAT on the total once (R2, R4).

    >>> fees = tuple(Fee("factoring_fee", "", "", 0, cents) for cents in
    ...              (803, 803, 803, 800, 1300, 800))
    >>> bill(fees, 2000).net_cents, bill(fees, 2000).vat_cents
    (5309, 1062)
    """
    net = sum(fee.amount_cents for fee in fees)
    return Bill(fees, vat_rate_bps, net, charge(net, vat_rate_bps))


def posting_of(charged: Bill, statement: str) -> Posting:
    """Return E2: the seller's current account pays fees and VAT; one income line per invoice."""
    lines: list[Line] = [*debit(chart.SELLER_CURRENT, charged.total_cents)]
    for fee in charged.fees:
        lines += credit(
            chart.FEE_FACTORING, fee.amount_cents, debtor=fee.debtor, invoice=fee.invoice
        )
    lines += credit(chart.VAT_OUTPUT, charged.vat_cents)
    return Posting("E2", tuple(lines), (statement,))


def fee_in(entry: Entry, invoice: str) -> int:
    """Return the commission that an entry E2 charged on an invoice, 0 when it is not among them."""
    return sum(
        line.credit_cents
        for line in entry.lines
        if line.account == chart.FEE_FACTORING and line.invoice == invoice
    )


def fee_reversal(
    fee_cents: int, net_by_rate: Mapping[str, int], documents: tuple[str, ...], *, invoice: str
) -> tuple[Posting, dict[str, int]]:
    """Return the reversal of one fee of an old statement, and the statement's net after it.

    VAT reversed is the difference to the total of the old statement at its rate (settled
    reading 7), so that what remains is again VAT on a total.
    """
    (rate_text, net_cents) = next(iter(net_by_rate.items()))
    rate_bps = int(rate_text)
    vat = charge(net_cents, rate_bps) - charge(net_cents - fee_cents, rate_bps)
    lines = (
        *debit(chart.FEE_FACTORING, fee_cents, invoice=invoice),
        *debit(chart.VAT_OUTPUT, vat),
        *credit(chart.SELLER_CURRENT, fee_cents + vat, invoice=invoice),
    )
    return Posting("E28", lines, documents), {rate_text: net_cents - fee_cents}
