"""Sellers, debtors, senders, and the terms that open a contract or change it."""

from __future__ import annotations

import dataclasses

from bordereau.domain.books import ContractStatus, Position
from bordereau.domain.decisions import TermsDecision
from bordereau.domain.money import parse_amount
from bordereau.domain.parties import Debtor, Rate, Seller, Sender, rate_on
from bordereau.domain.problems import Problem
from bordereau.domain.terms import Terms
from bordereau.domain.terms_rules import contradictions
from bordereau.domain.work import Command
from bordereau.services.contract_terms import open_contract, set_status, set_terms
from bordereau.services.decisions.insolvent_debtor import declare, end
from bordereau.services.decisions.reply import Desk, NotYetError, Reply, refusal, wrong
from bordereau.services.outcome import Status
from bordereau.services.register import (
    contract_of,
    contracts,
    debtor_of,
    seller_of,
    set_party,
    set_sender,
    setting,
)


def set_seller(desk: Desk, command: Command, decision: Seller) -> Reply:
    """Keep a seller's new version; its contracts take its status with it."""
    reply = _taken(desk)
    for listing in contracts(desk.ledger):
        if listing.seller == decision.party:
            set_status(desk.ledger, listing.contract, decision.status)
    set_party(desk.ledger, decision, command=reply.on(command, desk.today))
    return reply


def set_debtor(desk: Desk, command: Command, decision: Debtor) -> Reply:
    """Keep a debtor's new version, with its aliases; a procedure sets its lines to nothing first.

    A procedure that is known does not go away by an empty cell: it is ended, with its reason.
    """
    known = debtor_of(desk.ledger, decision.party)
    if decision.insolvent_on is None and known is not None and known.is_insolvent:
        return wrong("decision-insolvency-stays", "insolvency")
    reply = _taken(desk)
    if decision.insolvent_on:
        reply = declare(desk, decision) if decision.is_insolvent else end(desk, decision)
    set_party(desk.ledger, decision, command=reply.on(command, desk.today))
    return reply


def _taken(desk: Desk) -> Reply:
    return Reply("ok", desk.phrases.say("sheet.taken", day=desk.day(desk.today)))


def allow_sender(desk: Desk, command: Command, decision: Sender) -> Reply:
    """Keep who may send for a seller, between two days."""
    if seller_of(desk.ledger, decision.seller) is None:
        raise NotYetError(decision.seller)
    reply = Reply(
        "in_force",
        desk.phrases.say("sheet.sender_allowed", day=desk.day(decision.from_on)),
        in_force_on=decision.from_on,
    )
    set_sender(desk.ledger, decision, command=reply.on(command, desk.today))
    return reply


def agree_terms(desk: Desk, command: Command, decision: TermsDecision) -> Reply:
    """Open the contract with its first terms, or add a dated set to an open one."""
    seller = seller_of(desk.ledger, decision.contract.seller)
    if seller is None:
        raise NotYetError(decision.contract.seller)
    terms = dataclasses.replace(decision.terms, tolerance_cents=_tolerance(desk))
    if reply := _contradicted(desk, terms):
        return reply
    is_new = desk.ledger.get(Position, contract=terms.contract) is None
    if is_new and (reply := _open(desk, command, decision, terms, seller)):
        return reply
    known = contract_of(desk.ledger, terms.contract)
    if known is not None and known.account != decision.contract.account:
        return wrong("decision-account-fixed", "account")
    reply = _agreed(desk, terms, "sheet.terms_agreed")
    outcome = set_terms(desk.ledger, terms, command=reply.on(command, desk.today))
    if outcome.is_refused:
        field = "kind" if outcome.reason == "kind_fixed" else "from_on"
        return refusal(outcome, field, day=desk.day(terms.from_on))
    return reply


def _contradicted(desk: Desk, terms: Terms) -> Reply | None:
    """Return the refusal of terms that contradict each other or the law, with every cell meant."""
    legal = rate_on(desk.ledger.list(Rate, code="legal"), terms.from_on)
    found = contradictions(terms, legal_ppm=legal)
    if any(one.code == "terms-legal-rate-missing" for one in found):
        raise NotYetError("legal")
    if not found:
        return None
    problems = tuple(Problem(one.code, facts=one.facts | {"field": one.cell}) for one in found)
    return Reply("error", problems=problems)


def _tolerance(desk: Desk) -> int:
    return parse_amount(setting(desk.ledger, "tolerance", "0")) or 0


def _open(
    desk: Desk, command: Command, decision: TermsDecision, terms: Terms, seller: Seller
) -> Reply | None:
    """Open a contract; that of a suspended seller is suspended before it is answered.

    ``None`` when another command opened it meanwhile: these are further terms then.
    """
    reply = _agreed(desk, terms, "sheet.contract_opened")
    is_active = seller.status is ContractStatus.ACTIVE
    answered = reply.on(command, desk.today) if is_active else None
    outcome = open_contract(desk.ledger, decision.contract, terms, command=answered)
    if outcome.status is Status.ALREADY:
        return None
    if not is_active:
        set_status(desk.ledger, terms.contract, seller.status)
    return reply


def _agreed(desk: Desk, terms: Terms, phrase: str) -> Reply:
    return Reply(
        "in_force",
        desk.phrases.say(phrase, day=desk.day(terms.from_on)),
        in_force_on=terms.from_on,
    )
