"""The charges of an advance statement, and their VAT (E2, decisions 7).

Fees are rounded per document, VAT once on the total per rate (R4): 53.09 net gives 10.62, where
VAT by line would give 10.63.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bordereau.domain import chart
from bordereau.domain.charges import ANCILLARY, COLLECTION_FEE
from bordereau.domain.entries import Entry, Line, Posting, credit, debit
from bordereau.domain.money import charge, half_up
from bordereau.domain.terms import Terms, collection_fee, factoring_fee

FACTORING_FEE = "factoring_fee"
FINANCING_FEE = "financing_fee"
ANNUAL_MINIMUM = "annual_minimum"
"""Charge codes with a VAT rate of their own; the others are ``direct_payment``,
``unassigned_receipt`` and ``ancillary``."""

DAYS_OF_YEAR = 365
_NOTE = "CN#"
_FACTORING_INCOME = (FACTORING_FEE, ANNUAL_MINIMUM)


@dataclass(frozen=True, slots=True)
class Fee:
    """One charge, net of VAT, in cents: what it is on and its base, where it has one."""

    code: str
    amount_cents: int
    vat_rate_bps: int
    invoice: str = ""
    debtor: str = ""
    base_cents: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """The charges of one statement."""

    fees: tuple[Fee, ...] = ()

    @property
    def net_cents(self) -> int:
        """The charges before VAT."""
        return sum(fee.amount_cents for fee in self.fees)

    @property
    def net_by_rate(self) -> dict[int, int]:
        """The net total of each VAT rate."""
        totals: dict[int, int] = {}
        for fee in self.fees:
            totals[fee.vat_rate_bps] = totals.get(fee.vat_rate_bps, 0) + fee.amount_cents
        return totals

    @property
    def vat_cents(self) -> int:
        """VAT, once on the total of each rate (R2, R4).

        >>> fees = tuple(Fee("factoring_fee", cents, 2000)
        ...              for cents in (803, 803, 803, 800, 1300, 800))
        >>> Bill(fees).net_cents, Bill(fees).vat_cents
        (5309, 1062)
        """
        return sum(charge(net, rate) for rate, net in self.net_by_rate.items())

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
    line = next(line for line in entry.lines if line.account == chart.RECEIVABLES)
    return line.invoice, line.debtor, line.debit_cents


def credited_amount(entry: Entry) -> int:
    """Return what an entry of a credit note booked of it, E9 or E10; 0 for any other entry."""
    if entry.kind not in ("E9", "E10"):
        return 0
    account = chart.RECEIVABLES if entry.kind == "E9" else chart.BANK_CLEARING
    return sum(line.credit_cents for line in entry.lines if line.account == account)


def credited_amounts(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the whole amount of each credit note among some entries, E9 and E10 together."""
    amounts: dict[str, int] = {}
    for entry in entries:
        if cents := credited_amount(entry):
            note = entry.documents[0]
            amounts[note] = amounts.get(note, 0) + cents
    return amounts


def note_mark(note: str) -> str:
    """Return how a charge names a credit note: an invoice may have the same number.

    >>> note_mark("2026#AV3")
    'CN#2026#AV3'
    """
    return f"{_NOTE}{note}"


def note_in(mark: str) -> str:
    """Return the credit note that a charge names, or nothing."""
    return mark.removeprefix(_NOTE) if mark.startswith(_NOTE) else ""


TermsOfDay = Callable[[dt.date], Terms]


def factoring_fees(
    entries: Iterable[Entry], terms_of_day: TermsOfDay, vat_rate_bps: int
) -> tuple[Fee, ...]:
    """Return the commission on what some entries assigned, by the terms of the day of each.

    On credit notes too, in absolute value and E9 and E10 together, where the contract says so
    (handbook domain 2.6).
    """
    listed = tuple(entries)
    bases = [(entry.booked_on, *assigned_amount(entry)) for entry in newly_assigned(listed)]
    for day in sorted({entry.booked_on for entry in listed}):
        if terms_of_day(day).fee_on_credit_notes:
            notes = credited_amounts(entry for entry in listed if entry.booked_on == day)
            bases += [(day, note_mark(note), "", cents) for note, cents in notes.items()]
    fees = (
        Fee(FACTORING_FEE, factoring_fee(base, terms_of_day(day)), vat_rate_bps, of, debtor, base)
        for day, of, debtor, base in bases
    )
    return tuple(fee for fee in fees if fee.amount_cents)


def collection_fees(
    entries: Iterable[Entry], terms_of_day: TermsOfDay, vat_rate_bps: int
) -> tuple[Fee, ...]:
    """Return what is due of a mandate's commission by all entries of its contract (ADR 21).

    Per invoice: the fee on the receipts that stand, less what was charged on it before.
    """
    listed = tuple(entries)
    undone = {entry.reverses for entry in listed if entry.reverses is not None}
    collected: dict[str, list[tuple[int, int]]] = {}
    debtors: dict[str, str] = {}
    billed: dict[str, int] = {}
    minimum: dict[str, int] = {}
    for entry in listed:
        for line in entry.lines:
            if entry.kind == "E2" and line.account == chart.ANCILLARY and line.invoice:
                billed[line.invoice] = billed.get(line.invoice, 0) + line.credit_cents
            elif _is_collected(entry, line) and entry.seq not in undone:
                terms = terms_of_day(entry.booked_on)
                receipt = (line.credit_cents, terms.factoring_rate_bps)
                collected.setdefault(line.invoice, []).append(receipt)
                debtors[line.invoice] = line.debtor
                minimum[line.invoice] = terms.factoring_minimum_cents
    due = (
        (name, collection_fee(receipts, minimum[name]) - billed.get(name, 0))
        for name, receipts in collected.items()
    )
    return tuple(
        Fee(COLLECTION_FEE, cents, vat_rate_bps, name, debtors[name])
        for name, cents in due
        if cents > 0
    )


def _is_collected(entry: Entry, line: Line) -> bool:
    return entry.kind == "E5" and line.account == chart.MANDATE_CLAIMS and line.credit_cents > 0


def income_account(code: str) -> str:
    """Return the income account of a charge code."""
    return chart.FEE_FACTORING if code in _FACTORING_INCOME else chart.ANCILLARY


def posting_of(charged: Bill, statement: str) -> Posting:
    """Return E2: the seller's current account pays charges and VAT; one income line per charge."""
    lines: list[Line] = [*debit(chart.SELLER_CURRENT, charged.total_cents)]
    names = [fee.code for fee in charged.fees if income_account(fee.code) == chart.ANCILLARY]
    for fee in charged.fees:
        account = income_account(fee.code)
        lines += credit(account, fee.amount_cents, debtor=fee.debtor, invoice=fee.invoice)
    lines += credit(chart.VAT_OUTPUT, charged.vat_cents)
    return Posting("E2", tuple(lines), (statement, *names))


def charges_in(entry: Entry) -> tuple[tuple[str, int], ...]:
    """Return code and net cents of each charge per event that an entry E2 charged, in its order.

    The codes follow the statement among its documents; older entries have none: ``ancillary``.
    """
    cents = [line.credit_cents for line in entry.lines if line.account == chart.ANCILLARY]
    names = entry.documents[1:] if len(entry.documents) == len(cents) + 1 else ()
    return tuple(zip(names or (ANCILLARY,) * len(cents), cents, strict=True))


def fee_in(entry: Entry, invoice: str) -> int:
    """Return the commission that an entry E2 charged on an invoice, 0 when it is not among them."""
    return sum(
        line.credit_cents
        for line in entry.lines
        if line.account == chart.FEE_FACTORING and line.invoice == invoice
    )


def fee_reversal(
    fee_cents: int,
    net_by_rate: Mapping[str, int],
    documents: tuple[str, ...],
    *,
    invoice: str = "",
    vat_rate_bps: int,
    account: str = chart.FEE_FACTORING,
) -> tuple[Posting, dict[str, int]]:
    """Return the reversal of one fee of an old statement, and the statement's net after it.

    VAT reversed is the difference to the total of the old statement at its rate (settled
    reading 7), so that what remains is again VAT on a total.
    """
    net = net_by_rate[str(vat_rate_bps)]
    vat = charge(net, vat_rate_bps) - charge(net - fee_cents, vat_rate_bps)
    lines = (
        *debit(account, fee_cents, invoice=invoice),
        *debit(chart.VAT_OUTPUT, vat),
        *credit(chart.SELLER_CURRENT, fee_cents + vat, invoice=invoice),
    )
    return Posting("E28", lines, documents), {**net_by_rate, str(vat_rate_bps): net - fee_cents}


def commissions_between(entries: Iterable[Entry], first: dt.date, last: dt.date) -> int:
    """Return the commission billed on documents from first to last day, less reversals."""
    return sum(
        -line.cents
        for entry in entries
        if first <= entry.booked_on <= last
        for line in entry.lines
        if line.account == chart.FEE_FACTORING and line.invoice
    )


def top_up(minimum_cents: int, days: int, billed_cents: int) -> int:
    """Return what lacks to the annual minimum over some days, never more than the minimum (E27).

    ``max(0, min(minimum, half_up(minimum x days / 365)) - billed)``: 6 000.00 over 200 days is
    3 287.67, less 2 945.37.

    >>> top_up(600000, 200, 294537)
    34230
    """
    owed = min(minimum_cents, half_up(minimum_cents * days, DAYS_OF_YEAR))
    return max(0, owed - billed_cents)


def anniversary(start_on: dt.date, years: int) -> dt.date:
    """Return a contract's anniversary; that of 29 February is 1 March in other years (R5).

    >>> anniversary(dt.date(2024, 2, 29), 1)
    datetime.date(2025, 3, 1)
    """
    try:
        return start_on.replace(year=start_on.year + years)
    except ValueError:
        return dt.date(start_on.year + years, 3, 1)


def minimum_periods(
    start_on: dt.date, settled_to: dt.date | None, closed_on: dt.date | None, today: dt.date
) -> list[tuple[dt.date, dt.date]]:
    """Return the periods whose annual minimum is due: whole years, and what is left at closing.

    >>> minimum_periods(dt.date(2026, 3, 15), None, dt.date(2026, 9, 30), dt.date(2026, 9, 30))
    [(datetime.date(2026, 3, 15), datetime.date(2026, 9, 30))]
    """
    first = settled_to + dt.timedelta(1) if settled_to else start_on
    periods = []
    years = first.year - start_on.year - 1
    while True:
        years += 1
        ends_on = anniversary(start_on, years) - dt.timedelta(1)
        if ends_on < first:
            continue
        if closed_on is not None and closed_on <= ends_on:
            if first <= closed_on <= today:
                periods.append((first, closed_on))
            return periods
        if ends_on >= today:
            return periods
        periods.append((first, ends_on))
        first = ends_on + dt.timedelta(1)
