"""The fields of a story: top level, terms, and every kind of event with the step of its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bordereau.cli.story.values import (
    Field,
    amount,
    amount_or_zero,
    anything,
    choice,
    date,
    days,
    flag,
    identity,
    items,
    month,
    optional,
    percent,
    rate,
    semester,
    text,
    tree,
)

Fields = Mapping[str, Field]

TOP: Final[Fields] = {
    "story": Field(text),
    "about": optional(text, ""),
    "settings": optional(anything, {}),
    "rates": optional(anything, {}),
    "sellers": Field(items),
    "debtors": Field(items),
    "contracts": Field(items),
    "terms": Field(items),
    "events": Field(items),
    "asks": Field(items),
}

SETTINGS: Final[Fields] = {
    "currency": optional(choice("EUR"), "EUR"),
    "given_order": optional(items),
}

VAT_CODES: Final = (
    "factoring_fee",
    "financing_fee",
    "annual_minimum",
    "direct_payment",
    "unassigned_receipt",
    "ancillary",
)

RATES: Final[Mapping[str, Fields]] = {
    "vat": {"code": Field(choice(*VAT_CODES)), "from": Field(date), "rate": Field(percent)},
    "index": {"name": Field(identity), "month": Field(month), "rate": Field(rate)},
    "ecb": {"semester": Field(semester), "rate": Field(rate)},
    "legal": {"semester": Field(semester), "rate": Field(rate)},
}

SELLER: Final[Fields] = {"id": Field(identity), "name": optional(text, "")}
DEBTOR: Final[Fields] = {**SELLER, "kind": optional(choice("company", "public"), "company")}
CONTRACT: Final[Fields] = {
    "id": Field(identity),
    "seller": Field(identity),
    "start": Field(date),
}

TERMS: Final[Fields] = {
    "contract": Field(identity),
    "from": Field(date),
    "advance_rate": optional(percent, 9000),
    "fund_method": optional(choice("PER_INVOICE", "ON_OUTSTANDING"), "PER_INVOICE"),
    "fund_rate": optional(percent),
    "fund_minimum": optional(amount_or_zero),
    "fund_ceiling": optional(amount),
    "factoring_rate": optional(percent, 0),
    "factoring_minimum": optional(amount_or_zero, 0),
    "fee_on_credit_notes": optional(flag, default=False),
    "annual_minimum": optional(amount_or_zero, 0),
    "margin": optional(percent),
    "index": optional(identity),
    "index_floor": optional(flag, default=True),
    "payout_value_days": optional(days, 0),
    "receipt_value_days": optional(days, 0),
    "recourse_days": optional(days),
    "tolerance": optional(amount_or_zero, 0),
    "dispute_scope": optional(choice("PART", "WHOLE"), "PART"),
    "concentration_limit": optional(percent),
    "facility_ceiling": optional(amount),
    "minimum_payout": optional(amount, 1),
    "payout": optional(choice("on_request", "automatic"), "on_request"),
    "late_interest": optional(choice("DEFAULT", "CLAUSE", "LEGAL"), "DEFAULT"),
    "late_interest_rate": optional(percent),
    "late_interest_for": optional(choice("FACTOR", "SELLER"), "FACTOR"),
}


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: the step of the day in which it runs, and its fields."""

    step: int
    fields: Fields


_INVOICE = {"contract": Field(identity), "invoice": Field(identity)}
_MONEY = {"contract": Field(identity), "amount": Field(amount)}

LINE_FROM_CREDITS: Final[Fields] = {**_INVOICE, "amount": Field(amount)}
LINE_FROM_RECEIPT: Final[Fields] = {**LINE_FROM_CREDITS, "credit": optional(amount_or_zero, 0)}
LINES_SET_ASIDE: Final[Mapping[str, Fields]] = {
    "not_assigned": {"contract": Field(identity), "not_assigned": Field(amount)},
    "over_payment": {"over_payment": Field(amount)},
}
LINE_FIELDS: Final = (*LINE_FROM_RECEIPT, *LINES_SET_ASIDE)
"""All fields of the lines of an application; a line has those of its kind."""

EVENTS: Final[Mapping[str, EventKind]] = {
    "receipt": EventKind(
        1,
        {
            "id": Field(identity),
            "amount": Field(amount),
            "debtor": optional(identity),
            "apply": optional(items),
        },
    ),
    "apply": EventKind(
        1, {"receipt": optional(identity), "debtor": optional(identity), "lines": Field(items)}
    ),
    "refund": EventKind(1, {"debtor": Field(identity), "amount": Field(amount)}),
    "direct_payment": EventKind(1, {**_INVOICE, "amount": Field(amount)}),
    "pay_in": EventKind(1, _MONEY),
    "accept_short": EventKind(1, _INVOICE),
    "confirm": EventKind(1, {"contract": Field(identity), "payout": Field(identity)}),
    "return": EventKind(1, {"contract": Field(identity), "payout": Field(identity)}),
    "indemnity": EventKind(1, {**_MONEY, "debtor": Field(identity)}),
    "dividend": EventKind(1, {**_MONEY, "debtor": Field(identity)}),
    "formal_notice": EventKind(1, _INVOICE),
    "interest_received": EventKind(
        1,
        {**_INVOICE, "interest": Field(amount_or_zero), "indemnity": optional(amount_or_zero, 0)},
    ),
    "credit_note": EventKind(
        2,
        {
            "contract": Field(identity),
            "number": Field(identity),
            "amount": Field(amount),
            "invoice": optional(identity),
            "debtor": optional(identity),
        },
    ),
    "dispute": EventKind(3, {**_INVOICE, "amount": optional(amount)}),
    "dispute_end": EventKind(3, {**_INVOICE, "amount": optional(amount)}),
    "line": EventKind(
        4,
        {
            "debtor": Field(identity),
            "amount": Field(amount_or_zero),
            "contract": optional(identity),
            "valid_until": optional(date),
            "insurer_ht": optional(amount),
            "insurer_vat": optional(percent),
        },
    ),
    "insolvency": EventKind(5, {"debtor": Field(identity), "published": optional(date)}),
    "guarantee_effective": EventKind(
        5,
        {
            "contract": Field(identity),
            "debtor": Field(identity),
            "insured_share": Field(percent),
            "vat": Field(percent),
        },
    ),
    "chargeback": EventKind(5, _INVOICE),
    "assign": EventKind(
        7,
        {
            "contract": Field(identity),
            "debtor": Field(identity),
            "number": Field(identity),
            "amount": Field(amount),
            "issued": optional(date),
            "due": optional(date),
            "batch": optional(identity),
        },
    ),
    "correct": EventKind(7, {**_INVOICE, "amount": Field(amount), "due": optional(date)}),
    "fund_use": EventKind(8, {**_MONEY, "invoice": optional(identity)}),
    "reserve": EventKind(8, {**_MONEY, "reason": optional(text, "")}),
    "reserve_release": EventKind(8, _MONEY),
    "charge": EventKind(
        9,
        {
            "contract": Field(identity),
            "code": Field(choice(*VAT_CODES[3:])),
            "amount": Field(amount),
        },
    ),
    "close_contract": EventKind(9, {"contract": Field(identity)}),
    "payout": EventKind(
        10,
        {"contract": Field(identity), "id": Field(identity), "amount": optional(amount)},
    ),
}

EVENT_HEAD: Final[Fields] = {
    "date": Field(date),
    "do": Field(choice(*EVENTS)),
    "note": optional(text, ""),
}
ANY_EVENT: Final[Fields] = {
    **{name: optional(anything) for kind in EVENTS.values() for name in kind.fields},
    **EVENT_HEAD,
    "date": optional(anything),
}
"""What an event without a kind may hold: its missing kind is told before its missing date."""

ASK: Final[Fields] = {
    "date": Field(date),
    "name": optional(text),
    "expect": optional(tree),
}
