"""The nightly control: invariants, lost objects, what stays too long, and the anchors."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus

from bordereau.domain.books import BankHead, PayOut, Position, Receipt
from bordereau.domain.closing import JournalClosing, MonthClosing
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.money import neutral_money
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Alert, BankFile, MailHead
from bordereau.ports import Ledger, Objects, Queue
from bordereau.services.alerts import Severity, close_alert, open_alerts, raise_alert
from bordereau.services.check_books import check_books
from bordereau.services.debtor_figures import OWN_ACCOUNTS
from bordereau.services.fan_out import finish_run, is_finished
from bordereau.services.outcome import Outcome, already
from bordereau.services.register import contract_of, contracts, setting

FUNCTION = "control_books"
PAYOUT_DAYS, RECEIPT_DAYS = 5, 3
"""After how many days a pay-out in transit, or money that pays nothing, is shown to staff."""

_MAILS, _CLAIMS, _BANK, _BANK_CLAIMS = "mail/", "claims/mail/", "bank/", "claims/bank/"


def control_books(
    ledger: Ledger, objects: Objects, queue: Queue, *, on: dt.date, now: dt.datetime
) -> Outcome:
    """Check everything once a day; amounts are how many breaches, lost, late and heads there were.

    Each finding is one alert that ends when it is no longer found. Objects without an outcome are
    sent to their function again. The heads of all journals go to ``anchors/<day>.json``, of which
    the bucket keeps every version. A second call answers ``run-finished``.
    """
    if is_finished(ledger, FUNCTION, on):
        return already("run-finished", on.isoformat())
    names = [listing.contract for listing in contracts(ledger)]
    accounts = own_accounts(ledger, names)
    counts = {
        "breaches": _check(ledger, names, accounts, on=on),
        "lost": _send_lost(ledger, objects, queue, on=on),
        "late": _watch_transit(ledger, on=on) + _watch_receipts(ledger, on=on),
        "heads": _anchor(ledger, objects, names, accounts, on=on),
    }
    return finish_run(ledger, FUNCTION, on=on, now=now, counts=counts)


def own_accounts(ledger: Ledger, names: list[ContractId]) -> list[AccountId]:
    """Return every bank account with a journal: of contracts, of the settings, of closed months."""
    known = {found.account for name in names if (found := contract_of(ledger, name)) is not None}
    typed = (setting(ledger, f"{name}.iban").replace(" ", "") for name in OWN_ACCOUNTS)
    listed = sorted(known | {AccountId(iban) for iban in typed if iban} | _closed(ledger))
    return [one for one in listed if ledger.get(BankHead, account=one) is not None]


def _closed(ledger: Ledger) -> set[AccountId]:
    """Return the accounts of the last closed month: their journals stay, whatever is typed now."""
    months = [row.month for row in ledger.list(MonthClosing)]
    rows = ledger.list(JournalClosing, month=months[-1]) if months else ()
    return {AccountId(row.journal[2:]) for row in rows if row.journal.startswith("B#")}


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that is not as it should be."""

    object: str
    stage: str
    code: str
    facts: dict[str, str]
    severity: Severity = Severity.HIGH
    contract: ContractId | None = None


def _tell(ledger: Ledger, prefix: str, found: list[_Finding], *, on: dt.date) -> int:
    """Keep one open alert per finding, and close those of ``prefix`` that are found no more."""
    wanted = {(finding.object, finding.stage) for finding in found}
    for alert in list(open_alerts(ledger, prefix)):
        if alert.stage == _STAGE_OF[prefix] and (alert.object, alert.stage) not in wanted:
            close_alert(ledger, alert.object, alert.stage, on=on)
    for finding in found:
        alert = Alert(
            *(finding.object, finding.stage, on, finding.severity, finding.code),
            facts=finding.facts,
            contract=finding.contract,
        )
        raise_alert(ledger, alert, reopens=True)
    return len(found)


_STAGE_OF = {
    "books:": "invariant",
    "object:": "no-outcome",
    "payout:": "in-transit",
    "receipt:": "unallocated",
}


def _check(
    ledger: Ledger, names: list[ContractId], accounts: list[AccountId], *, on: dt.date
) -> int:
    found = [
        _Finding(
            f"books:{check.code}",
            "invariant",
            "invariant-broken",
            {"code": check.code, "title": check.title, "detail": "; ".join(check.details[:3])},
        )
        for check in check_books(ledger, names, accounts)
        if not check.ok
    ]
    return _tell(ledger, "books:", found, on=on)


def _send_lost(ledger: Ledger, objects: Objects, queue: Queue, *, on: dt.date) -> int:
    """Send every object without an outcome to its function again, and show it to staff.

    What only just arrived is sent twice, which does no harm; its alert ends with the next run.
    """
    found = []
    for function, key in _without_outcome(ledger, objects):
        queue.send(function, object_event(key))
        facts = {"object": key, "function": function}
        stage = "no-outcome"
        found.append(_Finding(f"object:{key}", stage, "object-without-outcome", facts))
    return _tell(ledger, "object:", found, on=on)


def _without_outcome(ledger: Ledger, objects: Objects) -> Iterator[tuple[str, str]]:
    """Yield the objects that left no trace, each with the function that should have left one."""
    claims, by_mail = set(objects.list(_CLAIMS)), set(objects.list(_BANK_CLAIMS))
    opened = claims | by_mail
    for key in objects.list(_MAILS):
        mail = key.removeprefix(_MAILS)
        if mail and not {f"{_CLAIMS}{mail}.json", f"{_BANK_CLAIMS}{mail}.json"} & opened:
            yield "open_mail", key
    listed = sorted(claims)
    names = [key.removeprefix(_CLAIMS).removesuffix(".json") for key in listed]
    heads = ledger.get_many(*((MailHead, {"mail": name}) for name in names))
    for key, head in zip(listed, heads, strict=True):
        if head is None or head.done < head.total:
            yield "register_invoices", key
    for key in sorted(by_mail):
        mail = key.removeprefix(_BANK_CLAIMS).removesuffix(".json")
        if not any(ledger.list(BankFile, file=mail)):
            yield "apply_bank_statement", key
    for key in objects.list(_BANK):
        if not any(ledger.list(BankFile, file=key.removeprefix(_BANK))):
            yield "apply_bank_statement", key


def object_event(key: str) -> dict[str, object]:
    """Return the message that S3 sends when an object arrives.

    >>> object_event("bank/a b.xml")["Records"][0]["s3"]["object"]
    {'key': 'bank%2Fa+b.xml'}
    """
    item = {"bucket": {"name": ""}, "object": {"key": quote_plus(key)}}
    return {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "s3": item}]}


def _watch_transit(ledger: Ledger, *, on: dt.date) -> int:
    """Show the pay-outs that no bank statement confirmed for some days (I12)."""
    late = f"{on - dt.timedelta(PAYOUT_DAYS)}$"
    found = [
        _Finding(
            f"payout:{payout.end_to_end_id}",
            "in-transit",
            "payout-in-transit",
            {
                "number": payout.end_to_end_id,
                "debtor": payout.beneficiary,
                "amount": neutral_money(payout.amount_cents, payout.currency),
                "day": payout.ordered_on.isoformat(),
            },
            contract=payout.contract,
        )
        for shard in range(INDEX_SHARDS)
        for payout in ledger.find(PayOut, Index.TODO, f"payout#{shard}", last=late)
    ]
    return _tell(ledger, "payout:", found, on=on)


def _watch_receipts(ledger: Ledger, *, on: dt.date) -> int:
    """Show the money that pays nothing for some days."""
    late = f"{on - dt.timedelta(RECEIPT_DAYS)}$"
    found = [
        _Finding(
            f"receipt:{receipt.account}#{receipt.booked_on}#{receipt.ref}",
            "unallocated",
            "receipt-unallocated",
            {
                "payer": receipt.payer,
                "amount": neutral_money(receipt.left_cents, receipt.currency),
                "day": receipt.booked_on.isoformat(),
            },
            Severity.NORMAL,
        )
        for shard in range(INDEX_SHARDS)
        for receipt in ledger.find(Receipt, Index.TODO, f"receipt#{shard}", last=late)
    ]
    return _tell(ledger, "receipt:", found, on=on)


def _anchor(
    ledger: Ledger,
    objects: Objects,
    names: list[ContractId],
    accounts: list[AccountId],
    *,
    on: dt.date,
) -> int:
    """Keep the head of every journal where no function can change it: a break is then dated."""
    heads: dict[str, dict[str, object]] = {}
    for name in names:
        position = ledger.get(Position, contract=name)
        if position is not None:
            heads[f"K#{name}"] = {"seq": position.seq, "hash": position.head_hash}
    for account in accounts:
        head = ledger.get(BankHead, account=account)
        assert head is not None, "own accounts have a journal"
        heads[f"B#{account}"] = {"seq": head.seq, "hash": head.head_hash}
    data = json.dumps({"day": on.isoformat(), "heads": heads}, sort_keys=True).encode()
    objects.put(f"anchors/{on}.json", data)
    return len(heads)
