"""Pay-outs: a person releases one for the facts beside it, keeps it back, or cancels it."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.books import PayOut
from bordereau.domain.decisions import ReleaseDecision
from bordereau.domain.identifiers import ContractId, parse_end_to_end_id
from bordereau.domain.sepa import fingerprint, release_code
from bordereau.domain.work import Command
from bordereau.services.alerts import close_alert
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.outcome import Outcome
from bordereau.services.payouts import cancel_payout
from bordereau.services.release_payouts import (
    TO_CONFIRM,
    payee_of,
    release_payout,
    withdraw_release,
)

UNSEEN = "-"
"""A fingerprint that no facts have: a release for nothing seen is one for other facts."""


def decide_payout(desk: Desk, command: Command, decision: ReleaseDecision) -> Reply:
    """Carry out what a person says of a pay-out; the alert about an old release ends."""
    key = parse_end_to_end_id(decision.end_to_end_id)
    contract, ordered_on, ordinal = key or (ContractId(""), desk.today, 0)
    payout = desk.ledger.get(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)
    if key is None or payout is None:
        return wrong("decision-no-such-payout", "action")
    reply = _reply(desk, payout, decision)
    outcome = _carry_out(desk, key, decision, reply.on(command, desk.today))
    if outcome.reason == "facts_changed":
        return _changed(desk, payout)
    if outcome.is_refused:
        return refusal(outcome, "action")
    close_alert(desk.ledger, f"payout:{payout.end_to_end_id}", TO_CONFIRM, on=desk.today)
    return reply


def _carry_out(
    desk: Desk,
    key: tuple[ContractId, dt.date, int],
    decision: ReleaseDecision,
    answered: Command,
) -> Outcome:
    if decision.action == "keep":
        return withdraw_release(desk.ledger, key, command=answered)
    if decision.action == "cancel":
        return cancel_payout(desk.ledger, key, today=desk.today, command=answered)
    return release_payout(
        desk.ledger,
        key,
        by=decision.by,
        today=desk.today,
        seen=decision.seen or UNSEEN,
        command=answered,
    )


def _reply(desk: Desk, payout: PayOut, decision: ReleaseDecision) -> Reply:
    say = desk.phrases.say
    if decision.action == "keep":
        return Reply("waiting", say("sheet.payout_kept", name=decision.by))
    if decision.action == "cancel":
        amount = desk.money(payout.amount_cents, payout.currency)
        return Reply("cancelled", say("sheet.payout_cancelled", amount=amount))
    return Reply("ok", say("sheet.payout_released", name=decision.by))


def _changed(desk: Desk, payout: PayOut) -> Reply:
    code = release_code(fingerprint(payout, payee_of(desk.ledger, payout)))
    return Reply("to_confirm", desk.phrases.say("sheet.payout_changed", code=code))
