"""Overdue invoices: one stored alert per invoice and stage, closed by payment or dispute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bordereau.domain.figures import Stage
from bordereau.domain.identifiers import ContractId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import neutral_money
from bordereau.domain.overdue import ALERT_STAGES, Lateness, lateness, reminder_days
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Alert
from bordereau.ports import Ledger, Queue
from bordereau.services.alerts import (
    Severity,
    close_alert,
    invoice_object,
    open_alerts,
    raise_alert,
)
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.fan_out import finish_run, is_finished
from bordereau.services.follow_cases import contracts_to_look_at, review_cases
from bordereau.services.outcome import Outcome, already, done
from bordereau.services.register import setting
from bordereau.services.watch_claims import watch_claims

FUNCTION = "raise_overdue_alerts"
_PRESSING = (Stage.REMINDER_3, Stage.FORMAL_NOTICE, Stage.PRE_LITIGATION)


def sweep_overdue(ledger: Ledger, queue: Queue, *, on: dt.date, now: dt.datetime) -> Outcome:
    """Ask for the contracts and debtors of everything that fell due before ``on``.

    The index is read up to that day, so that what a missed run left is found. Contracts with open
    alerts are asked for too: theirs may have to be closed. A second call answers ``run-finished``.
    """
    if is_finished(ledger, FUNCTION, on):
        return already("run-finished", on.isoformat())
    contracts, debtors = set(_contracts_with_alerts(ledger)), set()
    contracts |= set(contracts_to_look_at(ledger, on))
    for invoice in _overdue(ledger, on):
        contracts.add(invoice.contract)
        debtors.add((invoice.debtor, currency_of(invoice.contract)))
    watch_claims(ledger, on=on)
    day = on.isoformat()
    for contract in sorted(contracts):
        queue.send(FUNCTION, {"contract": contract, "on": day})
    for debtor, currency in sorted(debtors):
        queue.send(FUNCTION, {"debtor": debtor, "currency": currency, "on": day})
    counts = {"contracts": len(contracts), "debtors": len(debtors)}
    return finish_run(ledger, FUNCTION, on=on, now=now, counts=counts)


def _overdue(ledger: Ledger, on: dt.date) -> Iterator[Invoice]:
    for shard in range(INDEX_SHARDS):
        yield from ledger.find(Invoice, Index.REMIND, f"overdue#{shard}", last=on.isoformat())


def _contracts_with_alerts(ledger: Ledger) -> Iterator[ContractId]:
    for alert in open_alerts(ledger, "invoice:"):
        if alert.contract is not None and alert.stage in ALERT_STAGES:
            yield alert.contract


def alert_contract(ledger: Ledger, *, contract: ContractId, on: dt.date) -> Outcome:
    """Store the alert of each overdue invoice's stage; close those whose cause is gone.

    An invoice has one open alert: the next stage closes the one before. Paid, credited, disputed:
    closed. Cases that are over are closed, broken promises are told (``review_cases``). A second
    call finds all as it should be and writes nothing.
    """
    days, names = reminder_days(setting(ledger, "reminder_days")), DebtorNames(ledger)
    wanted = {
        invoice_object(contract, invoice.invoice): (invoice, late)
        for invoice in open_invoices_now(ledger, contract)
        if (late := lateness(invoice, on, days)) is not None
    }
    closed = 0
    for alert in list(open_alerts(ledger, invoice_object(contract, ""))):
        stays = alert.object in wanted and wanted[alert.object][1].stage == alert.stage
        if alert.stage in ALERT_STAGES and not stays:
            closed += bool(close_alert(ledger, alert.object, alert.stage, on=on).ids)
    for object_, (invoice, late) in wanted.items():
        raise_alert(ledger, _alert(object_, invoice, late, names, on=on), reopens=True)
    over = review_cases(ledger, contract, on=on)
    return done(contract, amounts={"alerts": len(wanted), "closed": closed, "over": over})


def open_invoices_now(ledger: Ledger, contract: ContractId) -> Iterator[Invoice]:
    """Yield a contract's open invoices, each read again by its key because the index lags."""
    listed = list(ledger.find(Invoice, Index.BY_CONTRACT, f"K#{contract}", prefix="O#"))
    for invoice in listed:
        now = ledger.get(Invoice, contract=contract, invoice=invoice.invoice)
        if now is not None and now.is_open:
            yield now


def _alert(
    object_: str, invoice: Invoice, late: Lateness, names: DebtorNames, *, on: dt.date
) -> Alert:
    facts = {
        "number": invoice.number,
        "debtor": names.of(invoice.debtor),
        "amount": neutral_money(invoice.open_cents, currency_of(invoice.contract)),
        "day": late.since_on.isoformat(),
    }
    severity = Severity.HIGH if late.stage in _PRESSING else Severity.NORMAL
    return Alert(
        object_,
        late.stage,
        on,
        severity,
        late.stage,
        facts,
        contract=invoice.contract,
        debtor=invoice.debtor,
        invoice=invoice.invoice,
    )
