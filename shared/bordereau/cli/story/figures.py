"""Answer an ask: every figure that the format lists, at the end of a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bordereau.cli.story.reader import Ask
from bordereau.cli.story.world import ACCOUNT, CURRENCY, World, contract, party
from bordereau.domain import chart
from bordereau.domain.availability import funds_in_use
from bordereau.domain.books import BankHead, DebtorCredit, PayOut, PayOutState, Position
from bordereau.domain.guarantee_lines import (
    UNLIMITED_CENTS,
    FactorLine,
    RelationLine,
    effective_limit,
)
from bordereau.domain.invoices import Invoice
from bordereau.domain.late_interest import Claim
from bordereau.domain.money import format_amount
from bordereau.services.availability import available_of
from bordereau.services.contract_terms import terms_on
from bordereau.services.insolvency import claim_due_on
from bordereau.services.late_interest_claims import claim_of

Figures = dict[str, Any]

_PAID_AGAIN = (PayOutState.RETURNED, PayOutState.REFUSED, PayOutState.CANCELLED)


def answer(world: World, ask: Ask) -> Figures:
    """Return the object that the story's output holds for an ask."""
    claims = {(name, number): _claim(world, name, number) for (name, number) in world.invoices}
    return {
        "ask": ask.number,
        "name": ask.name,
        "date": ask.date.isoformat(),
        "contracts": {
            row["id"]: _contract(world, row["id"], ask.date, claims)
            for row in world.story.contracts
        },
        "debtors": {name: _debtor(world, name, ask.date) for name in world.story.debtors},
        "firm": _firm(world, claims),
        "refused": [
            {"event": one.event, "date": one.date.isoformat(), "do": one.do, "reason": one.reason}
            for one in world.refused
        ],
        "alerts": _alerts(world, claims),
    }


Claims = dict[tuple[str, str], Claim]


def _position(world: World, name: str) -> Position:
    position = world.ledger.get(Position, contract=contract(name))
    assert position is not None, "every contract of a story was opened"
    return position


def _contract(world: World, name: str, today: dt.date, claims: Claims) -> Figures:
    position = _position(world, name)
    terms = terms_on(world.ledger, position.contract, today)
    fall = available_of(world.ledger, position, terms) if terms else None
    available = fall.available_cents if fall else 0
    cents = {
        "available": available,
        "over_advance": max(0, -available),
        "seller_current": position.balance(chart.SELLER_CURRENT),
        "guarantee_fund": position.balance(chart.GUARANTEE_FUND),
        **{code: position.balance(code) for code in chart.HOLDS},
        "hold_concentration": fall.concentration_cents if fall else 0,
        "receivables": position.balance(chart.RECEIVABLES),
        "funds_in_use": funds_in_use(position),
        "factoring_fees": position.balance(chart.FEE_FACTORING),
        "financing_fees": position.balance(chart.FEE_FINANCING),
        "ancillary_charges": position.balance(chart.ANCILLARY),
        "vat": position.balance(chart.VAT_OUTPUT),
        "payouts": _paid_out(world, position),
        "payouts_in_transit": position.balance(chart.PAYOUTS_IN_TRANSIT),
    }
    figures: Figures = {code: format_amount(amount) for code, amount in cents.items()}
    figures["invoices"] = {
        number: _invoice(world, owner, number, claims)
        for owner, number in world.invoices
        if owner == name
    }
    return figures


def _paid_out(world: World, position: Position) -> int:
    payouts = world.ledger.list(PayOut, contract=position.contract)
    return sum(payout.amount_cents for payout in payouts if payout.state not in _PAID_AGAIN)


def _stored(world: World, name: str, number: str) -> Invoice:
    invoice = world.ledger.get(
        Invoice, contract=contract(name), invoice=world.invoices[name, number]
    )
    assert invoice is not None, "an assigned invoice stays"
    return invoice


def _invoice(world: World, name: str, number: str, claims: Claims) -> Figures:
    invoice = _stored(world, name, number)
    claim = claims[name, number]
    cents = {
        "open": invoice.open_cents,
        "approved": invoice.approved_cents,
        "unapproved": invoice.unapproved_cents,
        "financed_basis": invoice.financed_basis_cents,
        "advance": invoice.advance_cents,
        "retained": invoice.retained_cents,
        "disputed": invoice.disputed_cents,
        "hold_dispute": invoice.hold_dispute_cents,
        "hold_defunded": invoice.hold_defunded_cents,
    }
    interest = claim.interest_cents
    return {
        **{code: format_amount(amount) for code, amount in cents.items()},
        "state": str(invoice.state),
        "late_interest": None if interest is None else format_amount(interest),
        "recovery_indemnity": format_amount(claim.indemnity_cents),
    }


def _claim(world: World, name: str, number: str) -> Claim:
    invoice = _stored(world, name, number)
    return claim_of(world.ledger, invoice, is_public=world.is_public(invoice.debtor))


def _debtor(world: World, name: str, today: dt.date) -> Figures:
    debtor = party(name)
    credits_left = sum(
        credit.left_cents for credit in world.ledger.list(DebtorCredit, debtor=debtor)
    )
    relations = {}
    for row in world.story.contracts:
        line = world.ledger.get(
            RelationLine, debtor=debtor, currency=CURRENCY, contract=contract(row["id"])
        )
        if line is not None:
            relations[row["id"]] = _relation(line, today)
    return {
        "debtor_credits": format_amount(credits_left),
        "relations": relations,
        **_factor_wide(world, debtor, today),
    }


def _relation(line: RelationLine, today: dt.date) -> Figures:
    limit = effective_limit(line, today)
    return {
        "line": format_amount(limit),
        "approved": format_amount(line.approved_cents),
        "room": format_amount(max(0, limit - line.approved_cents)),
        "waiting": format_amount(line.queued_cents),
    }


def _factor_wide(world: World, debtor: str, today: dt.date) -> Figures:
    line = world.ledger.get(FactorLine, debtor=debtor, currency=CURRENCY)
    approved = line.approved_cents if line else 0
    wide: Figures = {"line": None, "approved": format_amount(approved), "room": None}
    if line is not None and line.limit_cents != UNLIMITED_CENTS:
        limit = effective_limit(line, today)
        wide["line"] = format_amount(limit)
        wide["room"] = format_amount(max(0, limit - approved))
    due_on = claim_due_on(line.published_on) if line else None
    return {
        "factor_wide": wide,
        "insolvent_on": _iso(line.insolvent_on if line else None),
        "claim_due_on": _iso(due_on),
    }


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _firm(world: World, claims: Claims) -> Figures:
    totals: dict[str, int] = dict.fromkeys(chart.CHART, 0)
    head = world.ledger.get(BankHead, account=ACCOUNT)
    assert head is not None, "the story's account was opened"
    for balances in (
        head.balances,
        *(_position(world, row["id"]).balances for row in world.story.contracts),
    ):
        for code, cents in balances.items():
            totals[code] += cents
    figures = {code: format_amount(chart.signed(code, totals[code])) for code in _FIRM}
    interest = sum(claim.interest_cents or 0 for claim in claims.values())
    indemnities = sum(claim.indemnity_cents for claim in claims.values())
    return {
        **figures,
        "late_interest_claims": format_amount(interest),
        "recovery_indemnity_claims": format_amount(indemnities),
        "trial_balance": format_amount(sum(totals.values())),
    }


_FIRM = (
    chart.BANK,
    chart.RECEIVABLES,
    chart.UNALLOCATED,
    chart.DEBTOR_CREDITS,
    chart.BANK_CLEARING,
    chart.PAYOUTS_IN_TRANSIT,
    chart.FEE_FACTORING,
    chart.FEE_FINANCING,
    chart.ANCILLARY,
    chart.VAT_OUTPUT,
    chart.SMALL_DIFFERENCES,
    chart.CREDIT_LOSSES,
    chart.INSURER_CLAIMS,
    chart.INSURER_SHARE,
    chart.RECOVERIES,
    chart.LATE_INTEREST,
    chart.INDEMNITY,
)


def _alerts(world: World, claims: Claims) -> list[dict[str, str]]:
    found = {(name, rate) for name, rates in world.alerts.items() for rate in rates}
    found |= world.index_alerts
    for (name, _), claim in claims.items():
        found |= {(name, rate) for rate in claim.missing}
    return [{"contract": name, "rate_missing": rate} for name, rate in sorted(found)]
