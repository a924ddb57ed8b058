"""Promotions (E7), the end of lines, de-funding (E12), the fund at month's end, financing fees."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.guarantee_lines import (
    FactorLine,
    RelationLine,
    is_expired,
    queue_share,
)
from bordereau.domain.identifiers import ContractId
from bordereau.domain.line_requests import DatedLine
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Alert
from bordereau.ports import Ledger, Queue
from bordereau.services.alerts import Severity, close_alert, open_alerts, raise_alert
from bordereau.services.defund_overdue import defund_overdue
from bordereau.services.draft import Draft, attempt
from bordereau.services.fan_out import finish_run, is_finished
from bordereau.services.financing_fee import charge_financing
from bordereau.services.lines import write_line
from bordereau.services.move_fund import release_surplus
from bordereau.services.outcome import Outcome, already, done
from bordereau.services.register import contracts

FUNCTION = "update_reserves"
RATE_STAGE = "financing:"


def sweep_reserves(ledger: Ledger, queue: Queue, *, on: dt.date, now: dt.datetime) -> Outcome:
    """End what has ended, then ask for every debtor with room and for every contract.

    What a missed run left is found, because the index is read up to the day. Promotions come by
    message, each debtor its own. A second call answers ``run-finished``.
    """
    if is_finished(ledger, FUNCTION, on):
        return already("run-finished", on.isoformat())
    expired = sum(bool(expire_line(ledger, line, on=on).ids) for line in _ended(ledger, on))
    due = _due(ledger, on)
    for line in due:
        queue.send("apply_decisions", {"due": line.ref})
    count, day = 0, on.isoformat()
    for wide in _with_room(ledger, on):
        message = {"debtor": wide.debtor, "currency": wide.currency, "on": day}
        queue.send(FUNCTION, message)
        count += 1
    for listing in contracts(ledger):
        queue.send(FUNCTION, {"contract": listing.contract, "on": day})
    counts = {"expired": expired, "due": len(due), "debtors": count}
    return finish_run(ledger, FUNCTION, on=on, now=now, counts=counts)


def _ended(ledger: Ledger, on: dt.date) -> list[RelationLine]:
    """Return the lines whose validity ended before ``on``, as the index shows them."""
    return [
        line
        for shard in range(INDEX_SHARDS)
        for line in ledger.find(RelationLine, Index.TODO, f"expire#{shard}", last=_through(on))
    ]


def _due(ledger: Ledger, on: dt.date) -> list[DatedLine]:
    """Return the decisions on lines whose day has come, in the order of their days."""
    found = [
        line
        for shard in range(INDEX_SHARDS)
        for line in ledger.find(DatedLine, Index.TODO, f"line#{shard}", last=_through(on))
    ]
    return sorted(found, key=lambda line: (line.from_on, line.ref))


def _with_room(ledger: Ledger, on: dt.date) -> list[FactorLine]:
    return [
        line
        for shard in range(INDEX_SHARDS)
        for line in ledger.find(FactorLine, Index.TODO, f"promote#{shard}", last=_through(on))
    ]


def _through(on: dt.date) -> str:
    """Return the last key of an index that begins with a day: ``$`` follows the separator ``#``."""
    return f"{on}$"


def expire_line(ledger: Ledger, listed: RelationLine, *, on: dt.date) -> Outcome:
    """Take the queue of an ended line out of the factor-wide row, so that others get its room.

    What is approved stays. A second call finds nothing counted and writes nothing.
    """
    key = {"debtor": listed.debtor, "currency": listed.currency}

    def decide(draft: Draft) -> Outcome:
        line = draft.take(RelationLine, **key, contract=listed.contract)
        if not is_expired(line, on) or line.counted_cents == queue_share(line, on):
            return already("line-ended", listed.contract)
        write_line(draft, line, draft.take(FactorLine, **key), today=on)
        return done(listed.contract)

    return attempt(ledger, "expire-line", decide)


def update_contract(ledger: Ledger, *, contract: ContractId, on: dt.date) -> Outcome:
    """De-fund what is too old, give back a fund's surplus at month's end, charge the month before.

    Each is found done by a second call. A rate that is missing is an alert, until there is one.
    """
    defunded = defund_overdue(ledger, contract, today=on)
    released = 0
    if (on + dt.timedelta(1)).day == 1:
        released = release_surplus(ledger, contract, today=on).amounts.get("released", 0)
    missing = charge_financing(ledger, contract, today=on).alerts
    _tell_missing(ledger, contract, missing, on=on)
    amounts = {"defunded": sum(bool(one.amounts) for one in defunded), "released": released}
    return done(contract, amounts=amounts)


def _tell_missing(
    ledger: Ledger, contract: ContractId, missing: tuple[str, ...], *, on: dt.date
) -> None:
    """Keep one alert per missing rate; a month without its index is closed by hand, not by us."""
    object_ = f"contract:{contract}"
    for alert in list(open_alerts(ledger, f"{object_}#{RATE_STAGE}vat/")):
        if alert.stage.removeprefix(RATE_STAGE) not in missing:
            close_alert(ledger, object_, alert.stage, on=on)
    for rate in missing:
        alert = Alert(
            *(object_, f"{RATE_STAGE}{rate}", on, Severity.HIGH, "rate-missing"),
            facts={"rate": rate},
            contract=contract,
        )
        raise_alert(ledger, alert, reopens=True)
