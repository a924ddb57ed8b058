"""What the bank did not take of a file: each pay-out is the seller's again (E3c, pain.002)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bordereau.domain.books import PayOut, PayOutState
from bordereau.domain.identifiers import parse_end_to_end_id
from bordereau.domain.money import neutral_money
from bordereau.domain.sepa import (
    Rejection,
    SepaBatch,
    SepaMember,
    StatusReport,
    batch_name,
    batch_of_message,
)
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, raise_alert
from bordereau.services.outcome import Outcome, refused
from bordereau.services.payouts import return_payout

CODE = "payout-returned"
REFUSED_FOR_US = "payout-refused"
FILE_REFUSED = "payment-file-refused"


def book_rejections(ledger: Ledger, report: StatusReport, *, today: dt.date) -> list[Outcome]:
    """Give back each pay-out that a bank refused, and tell staff; one outcome each.

    A file refused whole is one alert, and casts no doubt on the accounts of its payees, unless the
    bank names a reason of its own for an order.
    The money never left: nothing is booked at the bank. A second call answers ``payout_state``.
    Refused: ``no_such_payout`` (not one of ours, or not of this file), ``payout_state`` (the
    statement shows its debit: bank and bank differ, a person looks), ``payout_in_batch``.
    """
    key = batch_of_message(report.message_id)
    batch = batch_name(*key) if key else ""
    rejections = tuple(_rejections(ledger, report))
    outcomes = [_book(ledger, rejection, batch, today=today) for rejection in rejections]
    done = zip(rejections, outcomes, strict=True)
    if key and any(one.is_of_file and not outcome.is_refused for one, outcome in done):
        raise_alert(
            ledger,
            _of_file(ledger.get(SepaBatch, released_on=key[0], number=key[1]), report, today),
        )
    return outcomes


def _of_file(batch: SepaBatch | None, report: StatusReport, today: dt.date) -> Alert:
    assert batch is not None, "its members were given back"
    facts = {
        "number": report.message_id,
        "count": str(batch.count),
        "amount": neutral_money(batch.sum_cents, batch.currency),
        "day": today.isoformat(),
        "reason": _words(report.reason, report.text),
    }
    object_ = f"sepa:{report.message_id}"
    return Alert(object_, FILE_REFUSED, today, Severity.HIGH, FILE_REFUSED, facts)


def _words(reason: str, text: str) -> str:
    return f"{reason} {text}".strip() or "-"


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
    own = {one.end_to_end_id: one for one in report.rejections if one.reason}
    return [
        own.get(one.end_to_end_id)
        or Rejection(one.end_to_end_id, report.reason, report.text, is_of_file=True)
        for one in members
    ]


def _book(ledger: Ledger, rejection: Rejection, batch: str, *, today: dt.date) -> Outcome:
    key = parse_end_to_end_id(rejection.end_to_end_id)
    if key is None:
        return refused("no_such_payout", rejection.end_to_end_id)
    payout = ledger.get(PayOut, contract=key[0], ordered_on=key[1], ordinal=key[2])
    if payout is None or (batch and payout.batch != batch):
        return refused("no_such_payout", rejection.end_to_end_id)
    if payout.state is PayOutState.CONFIRMED:
        return refused("payout_state", payout.end_to_end_id)
    is_ours = not rejection.is_payee_fault
    outcome = return_payout(ledger, key, today=today, fault_is_ours=is_ours)
    if not outcome.is_refused and not rejection.is_of_file:
        raise_alert(ledger, _alert(payout, rejection, today))
    return outcome


def _alert(payout: PayOut, rejection: Rejection, today: dt.date) -> Alert:
    facts = {
        "number": payout.end_to_end_id,
        "debtor": payout.beneficiary,
        "amount": neutral_money(payout.amount_cents, payout.currency),
        "day": today.isoformat(),
        "reason": _words(rejection.reason, rejection.text),
    }
    object_ = f"payout:{payout.end_to_end_id}"
    code = CODE if rejection.is_payee_fault else REFUSED_FOR_US
    return Alert(object_, code, today, Severity.HIGH, code, facts, payout.contract)
