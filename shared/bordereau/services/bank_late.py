"""Bank entries of a month that is closed: they are booked on the first open day, and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bordereau.domain import bank_entries
from bordereau.domain.bank_entries import Named
from bordereau.domain.books import BankCharge, BankHead, PayOut, PayOutState, Receipt
from bordereau.domain.closing import open_day
from bordereau.domain.identifiers import AccountId
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity
from bordereau.services.bank_run import BankRun

SETTLED = (PayOutState.CONFIRMED, PayOutState.RETURNED, PayOutState.REFUSED)


def tell_late(run: BankRun, account: AccountId, listed: Sequence[Named]) -> None:
    """Tell staff, before it is booked, what a file brings into a closed month.

    One alert for each account of a file; the same file again stores nothing. Their own dates
    (booking, value) stay on receipts and entries; only the day in our journal is a later one.
    """
    head = run.ledger.get(BankHead, account=account)
    if head is None or head.closed_through_on is None:
        return
    closed_on = head.closed_through_on
    late = [entry for entry in listed if entry.booked_on <= closed_on]
    late = [entry for entry in late if not _is_booked(run.ledger, account, entry)]
    if late:
        facts = {
            "account": account,
            "count": str(len(late)),
            "day": closed_on.isoformat(),
            "day_booked": _booked_on(head, closed_on).isoformat(),
        }
        stage = f"late-{account}"
        run.alert("bank-booked-late", stage=stage, severity=Severity.NORMAL, facts=facts)


def _booked_on(head: BankHead, closed_on: dt.date) -> dt.date:
    return open_day(head.booked_on or closed_on, closed_on)


def _is_booked(ledger: Ledger, account: AccountId, entry: Named) -> bool:
    key = {"account": account, "booked_on": entry.booked_on, "ref": entry.ref}
    if ledger.get(Receipt, **key) or ledger.get(BankCharge, **key):
        return True
    keys = [bank_entries.own_payout(part) for part in entry.parts]
    payouts = [
        ledger.get(PayOut, contract=found[0], ordered_on=found[1], ordinal=found[2])
        for found in keys
        if found is not None
    ]
    return bool(payouts) and all(one is not None and one.state in SETTLED for one in payouts)
