"""Cases on invoices: what suspends reminders, what is over, and what staff are told of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from bordereau.domain.cases import Case, CaseState, state_of, suspends_reminders
from bordereau.domain.identifiers import ContractId, InvoiceId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import neutral_money
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, close_alert, open_alerts, raise_alert
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.draft import Draft, attempt

PREFIX = "case:"
ALERTS = {
    CaseState.BROKEN: "promise-broken",
    CaseState.TO_HAND_OVER: "direct-payment",
    CaseState.AWAITS_CREDIT: "credit-note-due",
}
"""Which states staff are told of, and by which alert."""

_OVER = (CaseState.KEPT, CaseState.CLOSED)


def open_cases(ledger: Ledger, contract: ContractId, prefix: str = "") -> Iterator[Case]:
    """Yield the open cases of a contract, of one invoice with its id and ``#`` (index may lag)."""
    yield from ledger.find(Case, Index.BY_CONTRACT, f"L#{contract}", prefix=prefix)


class Suspended:
    """The invoices of which a debtor is not reminded on a day, each contract read once."""

    def __init__(self, ledger: Ledger, on: dt.date) -> None:
        self._ledger, self._on = ledger, on
        self._known: dict[ContractId, frozenset[InvoiceId]] = {}

    def holds(self, invoice: Invoice) -> bool:
        """Return whether a case suspends the reminders of an invoice."""
        contract = invoice.contract
        if contract not in self._known:
            self._known[contract] = frozenset(
                case.invoice
                for case in open_cases(self._ledger, contract)
                if suspends_reminders(case, self._on)
            )
        return invoice.invoice in self._known[contract]


def contracts_to_look_at(ledger: Ledger, on: dt.date) -> Iterator[ContractId]:
    """Yield the contracts of cases whose day has passed, or that were opened before."""
    for shard in range(INDEX_SHARDS):
        for case in ledger.find(Case, Index.REMIND, f"case#{shard}", last=on.isoformat()):
            yield case.contract
    for alert in open_alerts(ledger, PREFIX):
        assert alert.contract is not None, "an alert of a case names its contract"
        yield alert.contract


def review_cases(ledger: Ledger, contract: ContractId, *, on: dt.date) -> int:
    """Close what is over by itself, and store or close the alert of each case; return how many.

    A second call finds all as it should be and writes nothing.
    """
    names = DebtorNames(ledger)
    wanted: dict[str, Alert] = {}
    closed = 0
    for listed in list(open_cases(ledger, contract)):
        case = ledger.get(Case, ref=listed.ref)
        if case is None or not case.is_open or case.contract != contract:
            continue
        invoice = ledger.get(Invoice, contract=contract, invoice=case.invoice)
        assert invoice is not None, "a case is about an invoice that is there"
        state = state_of(case, invoice, on)
        if state in _OVER:
            closed += _close(ledger, case, on=on)
        elif state in ALERTS:
            alert = _alert(case, invoice, ALERTS[state], names, on=on)
            wanted[alert.object + alert.stage] = alert
    for alert in list(open_alerts(ledger, f"{PREFIX}{contract}#")):
        if alert.object + alert.stage not in wanted:
            close_alert(ledger, alert.object, alert.stage, on=on)
    for alert in wanted.values():
        raise_alert(ledger, alert, reopens=True)
    return closed


def _close(ledger: Ledger, case: Case, *, on: dt.date) -> bool:
    def decide(draft: Draft) -> bool:
        now = draft.take(Case, ref=case.ref)
        if now != case:
            return False  # staff moved it: the next run looks at it again
        draft.write(dataclasses.replace(now, closed_on=on))
        return True

    return attempt(ledger, "follow-case", decide)


def _alert(case: Case, invoice: Invoice, code: str, names: DebtorNames, *, on: dt.date) -> Alert:
    cents = invoice.disputed_cents if code == "credit-note-due" else case.direct_cents
    if code == "promise-broken":
        cents = min(case.wanted_cents, invoice.open_cents)
    facts = {
        "number": invoice.number,
        "debtor": names.of(invoice.debtor),
        "amount": neutral_money(cents, currency_of(case.contract)),
        "day": (case.promised_on or case.since_on).isoformat(),
        "ref": case.ref,
    }
    return Alert(
        object=f"{PREFIX}{case.contract}#{case.ref}",
        stage=code,
        since_on=on,
        severity=Severity.HIGH if code == "promise-broken" else Severity.NORMAL,
        code=code,
        facts=facts,
        contract=case.contract,
        debtor=case.debtor,
        invoice=case.invoice,
    )
