"""A debtor's procedure as staff type it in « Débiteurs »: its lines, and the claim to file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bordereau.domain.books import GuaranteeClaim
from bordereau.domain.guarantee_lines import FactorLine, Freeze
from bordereau.domain.parties import Debtor
from bordereau.services.decisions.reply import Desk, Reply
from bordereau.services.end_insolvency import end_insolvency
from bordereau.services.insolvency import (
    claim_due_on,
    date_insolvency,
    declare_insolvency,
    relations_of,
)
from bordereau.services.outcome import Status
from bordereau.services.register import contracts

_AND: Final = " + "


def declare(desk: Desk, debtor: Debtor) -> Reply:
    """Set every line of a debtor to nothing, once, and say what that means and what to do next.

    A second call, or another revision of the line, finds it done and corrects only the days.
    """
    judged_on, published_on = debtor.insolvent_on, debtor.published_on
    assert judged_on is not None, "asked by whoever saw the judgment"
    currencies = sorted({listing.currency for listing in contracts(desk.ledger)})
    for currency in currencies:
        whose = desk.ledger, debtor.party, currency
        outcome = declare_insolvency(*whose, judged_on=judged_on, published_on=published_on)
        if outcome.status is Status.ALREADY:
            date_insolvency(*whose, judged_on=judged_on, published_on=published_on)
    message = f"{_what_happened(desk, debtor, currencies)} {_what_to_do(desk, debtor)}"
    return Reply("ok", message)


def end(desk: Desk, debtor: Debtor) -> Reply:
    """End a debtor's procedure for the future (ADR 22), and say what counts again.

    Typed in error, its lines are in force again; else each is frozen until a person unfreezes it. A
    second call, or another revision of the line, finds it ended.
    """
    assert debtor.ended_on is not None, "asked by whoever saw the end"
    freeze = None
    if debtor.procedure_end != "error":
        ended_by = desk.phrases.say("sheet.insolvency_ended_by", day=desk.day(debtor.ended_on))
        freeze = Freeze(ended_by, debtor.ended_why)
    currencies = sorted({listing.currency for listing in contracts(desk.ledger)})
    for currency in currencies:
        end_insolvency(desk.ledger, debtor.party, currency, today=desk.today, freeze=freeze)
    return Reply("ok", " ".join(_what_counts_again(desk, debtor, currencies)))


def _what_counts_again(desk: Desk, debtor: Debtor, currencies: list[str]) -> Iterator[str]:
    party = debtor.party
    lines = [line for one in currencies for line in relations_of(desk.ledger, party, one)]
    name = "insolvency_withdrawn" if debtor.procedure_end == "error" else "insolvency_ended"
    assert debtor.ended_on is not None, "asked by whoever saw the end"
    yield desk.phrases.say(f"sheet.{name}", count=len(lines), day=desk.day(debtor.ended_on))
    claimed = (
        desk.ledger.get(GuaranteeClaim, contract=line.contract, debtor=line.debtor)
        for line in lines
    )
    if any(claimed):
        yield desk.phrases.say("sheet.insolvency_guaranteed")


def _what_happened(desk: Desk, debtor: Debtor, currencies: list[str]) -> str:
    count, covered = 0, []
    for currency in currencies:
        count += len(relations_of(desk.ledger, debtor.party, currency))
        wide = desk.ledger.get(FactorLine, debtor=debtor.party, currency=currency)
        if wide is not None and wide.approved_cents:
            covered.append(desk.money(wide.approved_cents, currency))
    if not covered:
        return desk.phrases.say("sheet.insolvency_recorded", count=count)
    amount = _AND.join(covered)
    return desk.phrases.say("sheet.insolvency_covered", count=count, amount=amount)


def _what_to_do(desk: Desk, debtor: Debtor) -> str:
    if debtor.claim_filed_on is not None:
        return desk.phrases.say("sheet.claim_filed", day=desk.day(debtor.claim_filed_on))
    due_on = claim_due_on(debtor.published_on)
    if due_on is None:
        return desk.phrases.say("sheet.claim_unpublished")
    return desk.phrases.say("sheet.claim_due", day=desk.day(due_on))
