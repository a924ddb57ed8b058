"""What the views share: parties, amounts in the document's currency, fees."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bordereau.documents.texts import Phrases
from bordereau.domain.figures import AccountFigures, ContactFigures, FeeLine, PartyFigures

NIL = "\u2013"
"""What stands in a column where there is nothing."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes the figures of one document in its language and its one currency."""

    phrases: Phrases
    currency: str

    def money(self, cents: int) -> str:
        """Return an amount with its unit."""
        return self.phrases.formats.money(cents, self.currency)

    def amount(self, cents: int) -> str:
        """Return an amount of a column whose unit is said once; a dash for nil."""
        return self.phrases.formats.amount(cents) if cents else NIL

    def signed(self, cents: int) -> str:
        """Return a signed amount of such a column."""
        return self.phrases.formats.signed(cents) if cents else NIL

    def short(self, day: dt.date) -> str:
        """Return a date of a column."""
        return self.phrases.formats.short(day)

    def day(self, day: dt.date) -> str:
        """Return a date in a sentence."""
        return self.phrases.formats.day(day)

    def say(self, key: str, **facts: str | int) -> str:
        """Return a phrase."""
        return self.phrases.say(key, **facts)


def labels(phrases: Phrases, kind: str) -> dict[str, str]:
    """Return the labels of a kind of document, with those that all share."""
    return phrases.table("common") | phrases.table(kind)


def groups_of(text: str, size: int) -> str:
    """Return identifiers in groups, for the eye.

    >>> groups_of("FR7630006000011234567890189", 4)
    'FR76 3000 6000 0112 3456 7890 189'
    """
    return " ".join(re.findall(f".{{1,{size}}}", text))


def shortened(name: str, length: int = 36) -> str:
    """Return a name as short as a column needs it; the register has it whole.

    >>> shortened("Société coopérative des charpentiers du Haut-Vercors")
    'Société coopérative des charpentiers…'
    """
    if len(name) <= length:
        return name
    head, _, _ = name[: length + 1].rpartition(" ")
    return (head or name[:length]).rstrip(" ,.-") + "…"


def party(figures: PartyFigures, phrases: Phrases, home: str = "FR") -> dict[str, Any]:
    """Return a party as an address block (without its country inside ``home``) and identifiers."""
    town = " ".join(part for part in (figures.postcode, figures.city) if part)
    country = phrases.tables["countries"].get(figures.country, figures.country)
    lines = [figures.street, town, country if figures.country != home else ""]
    ids = []
    if figures.siren:
        ids.append(phrases.say("common.siren", siren=groups_of(figures.siren, 3)))
    if figures.vat:
        ids.append(phrases.say("common.vat_number", vat=figures.vat))
    return {"name": figures.name, "lines": [line for line in lines if line], "ids": ids}


def parties(figures: Any, phrases: Phrases, *names: str) -> dict[str, Any]:  # noqa: ANN401
    """Return the named party fields of ``figures`` as views; the factor's country is home."""
    home = figures.factor.country
    return {name: party(getattr(figures, name), phrases, home) for name in ("factor", *names)}


def contact(figures: ContactFigures, phrases: Phrases) -> str:
    """Return whom to ask in one phrase, or nothing where nobody is named."""
    ways = [way for way in (figures.email, figures.phone) if way]
    if not ways:
        return ""
    who = figures.name or phrases.say("common.us")
    return phrases.say("common.contact", who=who, ways=" · ".join(ways))


def account(figures: AccountFigures) -> dict[str, str]:
    """Return the account to pay to."""
    return {
        "iban": groups_of(figures.iban, 4),
        "bic": figures.bic,
        "holder": figures.holder,
    }


def contract_label(contract: str) -> str:
    """Return a contract id as printed: without the scheme of the seller's identity.

    >>> contract_label("siren:552081317/EUR")
    '552 081 317 · EUR'
    """
    seller, _, currency = contract.partition("/")
    seller = seller.partition(":")[2] or seller
    grouped = groups_of(seller, 3) if seller.isdigit() else seller
    return f"{grouped} · {currency}" if currency else grouped


def fee_rows(fees: Sequence[FeeLine], pen: Pen) -> list[dict[str, str]]:
    """Return charges as base, rate and amount, with how many bore the minimum."""
    rows = []
    for fee in fees:
        rate = pen.phrases.formats.percent(fee.rate_bps) if fee.rate_bps else NIL
        note = ""
        if fee.at_minimum:
            minimum = pen.money(fee.minimum_cents)
            note = pen.say("common.at_minimum", count=fee.at_minimum, minimum=minimum)
        rows.append(
            {
                "label": pen.say(f"charges.{fee.code}"),
                "documents": pen.say("common.documents", count=fee.documents),
                "base": pen.amount(fee.base_cents),
                "rate": rate,
                "amount": pen.amount(fee.amount_cents),
                "note": note,
            }
        )
    return rows
