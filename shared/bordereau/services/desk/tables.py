"""The rows of our tables, each sorted by a stable key; amounts as decimals, dates as dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bordereau.domain import chart
from bordereau.domain.availability import StepCode, Waterfall, fund_target
from bordereau.domain.books import AdvanceStatement
from bordereau.domain.identifiers import seller_in
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Alert
from bordereau.ports import Phrases
from bordereau.services.desk.difference import Row
from bordereau.services.desk.figures import ContractFigures, Figures

SEVERITIES: Final = {
    "urgent": "urgent",
    "high": "urgent",
    "attention": "attention",
    "normal": "attention",
}


def amount(cents: int | None) -> Decimal | str:
    """Return cents as a sheet shows them; nothing for nothing."""
    return "" if cents is None else Decimal(cents).scaleb(-2)


def _or_empty(value: dt.date | dt.datetime | int | None) -> dt.date | dt.datetime | int | str:
    return "" if value is None else value


def alert_rows(figures: Figures, phrases: Phrases) -> list[Row]:
    """Return the open alerts, the most urgent first."""
    rank = {"urgent": 0, "attention": 1, "note": 2}
    listed = sorted(
        figures.alerts,
        key=lambda alert: (rank[_severity(alert)], alert.since_on, alert.object, alert.stage),
    )
    return [_alert_row(alert, figures, phrases) for alert in listed]


def _severity(alert: Alert) -> str:
    return SEVERITIES.get(alert.severity, "note")


def _alert_row(alert: Alert, figures: Figures, phrases: Phrases) -> Row:
    seller = figures.names.seller_name(seller_in(alert.contract)) if alert.contract else ""
    return (
        f"{alert.object} {alert.stage}",
        phrases.say(f"severities.{_severity(alert)}"),
        alert.since_on,
        seller,
        figures.names.debtor_name(alert.debtor),
        alert.facts.get("number", ""),
        phrases.alert(alert.code, alert.facts),
        _or_empty(alert.due_at),
    )


def invoice_rows(figures: Figures, phrases: Phrases, today: dt.date) -> list[Row]:
    """Return every open invoice, and those closed within ninety days."""
    return [
        row
        for contract in figures.contracts
        for row in _invoices_of(contract, figures, phrases, today)
    ]


def _invoices_of(
    contract: ContractFigures, figures: Figures, phrases: Phrases, today: dt.date
) -> Iterator[Row]:
    for invoice in sorted(contract.invoices, key=lambda one: (one.debtor, one.invoice)):
        hours = contract.hours(invoice)
        yield (
            f"{invoice.contract}#{invoice.invoice}",
            invoice.number,
            contract.seller,
            figures.names.debtor_name(invoice.debtor),
            invoice.issued_on,
            invoice.due_on,
            *_standing(invoice),
            max(0, (today - invoice.due_on).days) if invoice.is_open else "",
            phrases.say(f"invoice_states.{invoice.state}"),
            amount(invoice.disputed_cents or None),
            _or_empty(contract.promised_on(invoice)),
            _or_empty(invoice.received_at),
            _or_empty(invoice.complete_at),
            _or_empty(hours.from_receipt),
            _or_empty(hours.from_completeness),
        )


def _standing(invoice: Invoice) -> Row:
    return (
        amount(invoice.amount_cents),
        amount(invoice.open_cents),
        amount(invoice.approved_cents),
        amount(invoice.unapproved_cents),
        amount(invoice.advance_cents),
        amount(invoice.retained_cents),
    )


def advance_rows(figures: Figures, phrases: Phrases) -> list[Row]:
    """Return the advance statements of ninety days, the newest first."""
    listed = [
        (statement, contract) for contract in figures.contracts for statement in contract.statements
    ]
    listed.sort(key=lambda pair: (-pair[0].issued_on.toordinal(), pair[1].contract))
    return [_advance_row(statement, contract, phrases) for statement, contract in listed]


def _advance_row(statement: AdvanceStatement, contract: ContractFigures, phrases: Phrases) -> Row:
    paid = next((p for p in contract.payouts if p.end_to_end_id == statement.payout_id), None)
    return (
        f"{statement.contract}#{statement.issued_on}",
        statement.number,
        contract.seller,
        contract.position.currency,
        statement.issued_on,
        statement.invoice_count,
        amount(statement.assigned_cents),
        amount(statement.advance_cents),
        amount(statement.retained_cents),
        amount(statement.fee_cents),
        amount(statement.vat_cents),
        amount(statement.payout_cents),
        statement.payout_id,
        phrases.say(f"payout_states.{paid.state}") if paid else "",
    )


def fund_rows(figures: Figures, phrases: Phrases) -> list[Row]:
    """Return the waterfall of each contract, each amount signed as its head says."""
    return [_fund_row(contract, phrases) for contract in figures.contracts]


def as_headed(found: Waterfall) -> Iterator[int]:
    """Yield the lines of the waterfall in cents; what takes away is positive, its head says so."""
    for line in found.lines():
        adds = line.is_total or line.code is StepCode.OUTSTANDING
        yield line.cents if adds else -line.cents


def _fund_row(contract: ContractFigures, phrases: Phrases) -> Row:
    found, position = contract.waterfall, contract.position
    head = (contract.contract, contract.seller, position.currency)
    status = phrases.say(f"contract_states.{position.status}")
    if found is None:
        return (*head, *([""] * (len(StepCode) + 1 + _FUND_CELLS)), status)
    return (
        *head,
        *(amount(cents) for cents in as_headed(found)),
        amount(position.balance(chart.PAYOUTS_IN_TRANSIT)),
        *_fund_walk(contract),
        status,
    )


_FUND_CELLS: Final = 7


def _fund_walk(contract: ContractFigures) -> Row:
    """Return the fund since the last weekly statement: opening + moves = closing, and its target.

    A fund that is kept per invoice has no target.
    """
    assert contract.terms is not None, "a waterfall has terms"
    moves = contract.position.fund_moves
    closing = contract.position.balance(chart.GUARANTEE_FUND)
    wanted = fund_target(contract.position, contract.terms)
    return (
        moves.since_on or "",
        amount(moves.opening_of(closing)),
        amount(moves.retained_cents),
        amount(moves.released_cents),
        amount(moves.used_cents),
        amount(closing),
        "" if wanted is None else amount(wanted),
    )
