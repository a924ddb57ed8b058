"""What the bank did not take of a file: each pay-out is the seller's again (E3c, pain.002)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bordereau.domain.books import PayOut, PayOutState
from bordereau.domain.identifiers import parse_end_to_end_id
from bordereau.domain.money import neutral_money
from bordereau.domain.sepa import Rejection, SepaMember, StatusReport, batch_name, batch_of_message
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, raise_alert
from bordereau.services.outcome import Outcome, refused
from bordereau.services.payouts import return_payout

CODE = "payout-returned"


def book_rejections(ledger: Ledger, report: StatusReport, *, today: dt.date) -> list[Outcome]:
    """Give back each pay-out that a bank refused, and tell staff; one outcome each.

    The money never left: nothing is booked at the bank. A second call answers ``payout_state``.
    Refused: ``no_such_payout`` (not one of ours, or not of this file), ``payout_state`` (the
    statement shows its debit: bank and bank differ, a person looks), ``payout_in_batch``.
    """
    key = batch_of_message(report.message_id)
    batch = batch_name(*key) if key else ""
    rejections = tuple(_rejections(ledger, report))
    return [_book(ledger, rejection, batch, today=today) for rejection in rejections]


def _rejections(ledger: Ledger, report: StatusReport) -> Iterable[Rejection]:
    """Yield what is refused one by one, or every member of a file that is refused whole."""
    if not report.is_all_rejected:
        return report.rejections
    key = batch_of_message(report.message_id)
    if key is None:
        return report.rejections
    released_on, number = key
    prefix = f"{number:04d}#"
    members = ledger.list(SepaMember, first=prefix, last=f"{prefix}~", released_on=released_on)
    return [Rejection(one.end_to_end_id, report.reason, report.text) for one in members]


def _book(ledger: Ledger, rejection: Rejection, batch: str, *, today: dt.date) -> Outcome:
    key = parse_end_to_end_id(rejection.end_to_end_id)
    if key is None:
        return refused("no_such_payout", rejection.end_to_end_id)
    payout = ledger.get(PayOut, contract=key[0], ordered_on=key[1], ordinal=key[2])
    if payout is None or (batch and payout.batch != batch):
        return refused("no_such_payout", rejection.end_to_end_id)
    if payout.state is PayOutState.CONFIRMED:
        return refused("payout_state", payout.end_to_end_id)
    outcome = return_payout(ledger, key, today=today)
    if not outcome.is_refused:
        raise_alert(ledger, _alert(payout, rejection, today))
    return outcome


def _alert(payout: PayOut, rejection: Rejection, today: dt.date) -> Alert:
    facts = {
        "number": payout.end_to_end_id,
        "debtor": payout.beneficiary,
        "amount": neutral_money(payout.amount_cents, payout.currency),
        "day": today.isoformat(),
        "reason": f"{rejection.reason} {rejection.text}".strip(),
    }
    object_ = f"payout:{payout.end_to_end_id}"
    return Alert(object_, CODE, today, Severity.HIGH, CODE, facts, payout.contract)
