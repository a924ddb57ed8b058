"""A person releases a pay-out for what stands beside it, or takes that back (ADR 14).

A release holds for the facts of its fingerprint: amount, name, IBAN and BIC as the register has
them. Where these differ later, the pay-out does not leave.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain.books import PayOut, PayOutState
from bordereau.domain.identifiers import ContractId, iban_is_valid, seller_in
from bordereau.domain.money import EUR
from bordereau.domain.parties import Seller
from bordereau.domain.sepa import Payee, fingerprint
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.register import seller_of

PayOutKey = tuple[ContractId, dt.date, int]

TO_CONFIRM = "to-confirm"
"""The stage of the alert about a release that holds no more."""


def payee_of(ledger: Ledger, payout: PayOut) -> Payee:
    """Return whom a pay-out goes to now: the seller of its contract, as the register has it."""
    return payee_from(seller_of(ledger, seller_in(payout.contract)), payout)


def payee_from(seller: Seller | None, payout: PayOut) -> Payee:
    """Return whom a pay-out goes to; without a seller, whom it was ordered for."""
    if seller is None:
        return Payee(payout.beneficiary, payout.iban)
    return Payee(seller.name, seller.iban.replace(" ", ""), seller.bic.replace(" ", ""))


def read_payout(draft: Draft, key: PayOutKey) -> PayOut | None:
    """Return a pay-out as a draft sees it."""
    contract, ordered_on, ordinal = key
    return draft.read(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)


def release_payout(
    ledger: Ledger,
    key: PayOutKey,
    *,
    by: str,
    today: dt.date,
    seen: str = "",
    command: Command | None = None,
) -> Outcome:
    """Release a pay-out for the facts that a person saw; ``by`` is who it was.

    ``seen`` is the fingerprint beside the line (empty: whatever it is now). A second call answers
    ``released``. Refused: ``no_such_payout``, ``payout_state``, ``not_sepa`` (another currency),
    ``no_iban`` (none, or not a valid one; or no name), ``facts_changed``.
    """

    def decide(draft: Draft) -> Outcome:
        payout = read_payout(draft, key)
        if payout is None:
            return refused("no_such_payout")
        if payout.batch:
            return already("released", payout.end_to_end_id)
        payee = payee_of(ledger, payout)
        facts = fingerprint(payout, payee)
        if reason := _not_payable(payout, payee, seen=seen or facts, facts=facts):
            return refused(reason, payout.end_to_end_id)
        if payout.released_facts == facts:
            return already("released", payout.end_to_end_id)
        draft.write(
            dataclasses.replace(
                payout,
                beneficiary=payee.name,
                iban=payee.iban,
                released_facts=facts,
                released_by=by,
                released_on=today,
            )
        )
        write_command(draft, command)
        return done(payout.end_to_end_id, amounts={"amount": payout.amount_cents})

    return attempt(ledger, "release-payout", decide)


def _not_payable(payout: PayOut, payee: Payee, *, seen: str, facts: str) -> str:
    if payout.state is not PayOutState.ORDERED:
        return "payout_state"
    if payout.currency != EUR:
        return "not_sepa"
    if not (payee.name and iban_is_valid(payee.iban)):
        return "no_iban"
    return "" if seen == facts else "facts_changed"


def withdraw_release(ledger: Ledger, key: PayOutKey, *, command: Command | None = None) -> Outcome:
    """Take a release back before its batch is filled; a second call answers ``not_released``.

    Refused: ``no_such_payout``, ``payout_state``, ``payout_in_batch``.
    """

    def decide(draft: Draft) -> Outcome:
        payout = read_payout(draft, key)
        if payout is None:
            return refused("no_such_payout")
        if payout.batch:
            return refused("payout_in_batch", payout.end_to_end_id)
        if payout.state is not PayOutState.ORDERED:
            return refused("payout_state", payout.end_to_end_id)
        if not payout.released_facts:
            return already("not_released", payout.end_to_end_id)
        kept = dataclasses.replace(payout, released_facts="", released_by="", released_on=None)
        draft.write(kept)
        write_command(draft, command)
        return done(payout.end_to_end_id)

    return attempt(ledger, "release-payout", decide)
