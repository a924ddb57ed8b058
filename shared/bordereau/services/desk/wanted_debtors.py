"""Decisions on debtors: who they are, and a procedure from its judgment to its end."""

from __future__ import annotations

from bordereau.domain.parties import Debtor, DebtorFacts, DebtorKind, PublicBody
from bordereau.services.desk.context import Bad, Context, Result
from bordereau.services.desk.naming import party_of
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_register import (
    address_of,
    bad,
    day_of,
    emails_of,
    vat_of_another,
)


def _insolvency_is_wrong(line: Line, context: Context) -> Bad | None:
    """Return what is wrong with a procedure: its judgment is known, its dates follow each other."""
    judged_on, published_on = day_of(line, "insolvency_on"), day_of(line, "published_on")
    if line.text("insolvency") and judged_on is None:
        return bad(line, "insolvency_on", "cell-missing")
    if judged_on is not None and not line.text("insolvency"):
        return bad(line, "insolvency", "cell-missing")
    earlier = judged_on
    for key in ("published_on", "claim_filed_on"):
        day = day_of(line, key)
        if day is None:
            continue
        if judged_on is None:
            return bad(line, "insolvency", "cell-missing")
        if earlier is not None and day < earlier:
            return bad(line, key, "cell-before", day=f"{earlier:%d/%m/%Y}")
        earlier = judged_on if published_on is None else published_on
    if judged_on is not None and judged_on > context.today:
        return bad(line, "insolvency_on", "cell-future", typed=f"{judged_on:%d/%m/%Y}")
    return None


def _end_is_wrong(line: Line, context: Context) -> Bad | None:
    """Return what is wrong with the end of a procedure: how, when and why go together."""
    keys = ("procedure_end", "ended_on", "ended_why")
    if not any(line.text(key) for key in keys):
        return None
    for key in ("insolvency", *keys):
        if not line.text(key):
            return bad(line, key, "cell-missing")
    judged_on, ended_on = day_of(line, "insolvency_on"), day_of(line, "ended_on")
    assert judged_on is not None, "looked at before"
    assert ended_on is not None, "seen above"
    if ended_on < judged_on:
        return bad(line, "ended_on", "cell-before", day=f"{judged_on:%d/%m/%Y}")
    if ended_on > context.today:
        return bad(line, "ended_on", "cell-future", typed=f"{ended_on:%d/%m/%Y}")
    return None


def debtor(line: Line, context: Context) -> Result:
    """Return a debtor; it needs an identifier, and a date for a procedure."""
    if not (line.text("siren") or line.text("vat") or line.text("foreign_id")):
        return bad(line, "siren", "debtor-without-identity")
    if vat_of_another(line):
        return bad(line, "vat", "cell-vat-other", typed=line.text("vat"))
    if line.text("body") and line.text("kind") != DebtorKind.PUBLIC:
        return bad(line, "body", "debtor-not-public")
    judged_on = day_of(line, "insolvency_on")
    if wrong := _insolvency_is_wrong(line, context) or _end_is_wrong(line, context):
        return wrong
    return Debtor(
        party=party_of(line),
        version=0,
        line_ref=line.ref,
        name=line.text("name"),
        kind=DebtorKind(line.text("kind")),
        siren=line.text("siren"),
        vat=line.text("vat"),
        foreign_id=line.text("foreign_id"),
        address=address_of(line),
        language=line.text("language"),
        emails=emails_of(line, "ap_email"),
        phone=line.text("phone"),
        is_blocked=line.text("state") == "blocked",
        no_reminder_until=day_of(line, "no_reminder_until"),
        insolvent_on=judged_on,
        published_on=day_of(line, "published_on"),
        claim_filed_on=day_of(line, "claim_filed_on"),
        procedure_end=line.text("procedure_end"),
        ended_on=day_of(line, "ended_on"),
        ended_why=line.text("ended_why"),
        facts=_facts(line),
        body=PublicBody(line.text("body") or PublicBody.ADMINISTRATION),
    )


def _facts(line: Line) -> DebtorFacts:
    return DebtorFacts(
        founded_on=day_of(line, "founded_on"),
        headcount=line.number("headcount"),
        turnover_cents=line.number("turnover"),
        rating=line.text("rating"),
        bank_of_france=line.text("bank_of_france"),
        facts_on=day_of(line, "facts_on"),
        comment=line.text("comment"),
    )
