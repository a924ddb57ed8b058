"""What the weekly statement shows: gathered at one position, checked against it, then frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from bordereau.domain import account_steps, billing, chart
from bordereau.domain.account_steps import moved
from bordereau.domain.aging import bucket_of
from bordereau.domain.availability import Waterfall, fund_target
from bordereau.domain.books import (
    AdvanceStatement,
    ContractStatus,
    CreditNote,
    StatementCut,
)
from bordereau.domain.entries import Entry
from bordereau.domain.figures import (
    BUCKETS,
    AgedDebtor,
    ExpectedRelease,
    FeeLine,
    FundFigures,
    FundPoint,
    Movement,
    MovementKind,
    OverdueRow,
    ReceiptRow,
    Stage,
    Step,
    StepCode,
    WeeklyStatementFigures,
)
from bordereau.domain.fund import FundMoves
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import BPS
from bordereau.domain.terms import FundMethod, PayoutMode, Terms, in_force
from bordereau.ports import Ledger
from bordereau.services.advance_figures import (
    charge_lines,
    commission_line,
    statement_number,
)
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.firm import firm_of, seller_figures
from bordereau.services.weekly_cut import Cut, owed
from bordereau.services.weekly_service import actions, hours_of

HISTORY_WEEKS = 17
_REMINDED = (Stage.OVERDUE, Stage.REMINDER_1, Stage.REMINDER_2, Stage.REMINDER_3)


class WeeklyFigures:
    """The figures of one cut."""

    def __init__(self, ledger: Ledger, cut: Cut) -> None:
        self._ledger, self._cut = ledger, cut
        self._names = DebtorNames(ledger)
        self._invoices = {invoice.invoice: invoice for invoice in cut.invoices}

    def gather(self) -> WeeklyStatementFigures:
        """Return the figures; they tie together or nothing is cut."""
        cut, firm = self._cut, firm_of(self._ledger)
        opening = owed(cut.before.balances) if cut.before else 0
        available = cut.available.available_cents
        charged = [entry for entry in cut.entries if entry.kind in ("E2", "E8")]
        return WeeklyStatementFigures(
            number=cut.week.replace("W", "S"),
            contract=cut.position.contract,
            currency=cut.position.currency,
            first_on=cut.first_on,
            last_on=cut.last_on,
            issued_on=cut.on,
            factor=firm.party,
            seller=seller_figures(cut.seller),
            contact=firm.contact,
            opening_cents=opening,
            closing_cents=owed(cut.position.balances),
            available_cents=available,
            payable_cents=_payable(cut),
            fund=self._fund(),
            movements=tuple(self._movements(opening)),
            holds=holds(cut.available),
            waterfall=cut.available.lines(),
            debtors=tuple(self._aged()),
            overdue=tuple(self._overdue()),
            releases=tuple(self._releases()),
            fees=tuple(self._fees(charged)),
            vat_cents=sum(moved(entry, chart.VAT_OUTPUT) for entry in charged),
            financed_cents=_financed(cut.entries),
            receipts=tuple(self._receipts()),
            hours=hours_of(self._ledger, cut),
            actions=tuple(actions(self._ledger, cut, self._names)),
            payout_is_automatic=cut.terms.payout is PayoutMode.AUTOMATIC,
            cut_seq=cut.position.seq,
            cut_hash=cut.position.head_hash,
        )

    def _movements(self, opening: int) -> Iterator[Movement]:
        balance = opening
        for part in account_steps.movements(self._cut.entries):
            balance += part.cents
            debtor = next((line.debtor for line in part.entry.lines if line.debtor), "")
            is_charge = part.kind in (MovementKind.FEE, MovementKind.VAT)
            yield Movement(
                booked_on=part.entry.booked_on,
                kind=part.kind,
                reference=self._reference(part.entry),
                amount_cents=part.cents,
                balance_cents=balance,
                debtor="" if is_charge else self._names.of(debtor),
            )

    def _reference(self, entry: Entry) -> str:
        """Return what a seller knows an entry by: its document's number."""
        contract, document = self._cut.position.contract, entry.documents[0]
        if entry.kind == "E2":
            issued_on = document.removeprefix("S#")
            row = self._ledger.get(AdvanceStatement, contract=contract, issued_on=issued_on)
            return statement_number(row.number, row.issued_on) if row else issued_on
        if entry.kind in ("E9", "E10"):
            note = self._ledger.get(CreditNote, contract=contract, credit_note=document)
            return note.number if note else document
        for name in entry.documents:
            if (invoice := self._invoice(name)) is not None:
                return invoice.number
        return document

    def _invoice(self, identity: str) -> Invoice | None:
        if identity not in self._invoices and "#" in identity:
            contract = self._cut.position.contract
            found = self._ledger.get(Invoice, contract=contract, invoice=InvoiceId(identity))
            if found is not None:
                self._invoices[found.invoice] = found
        return self._invoices.get(InvoiceId(identity))

    def _fund(self) -> FundFigures:
        """Return the walk of the fund: what approvals kept, what faults used, what came back."""
        cut, moves = self._cut, FundMoves()
        for entry in cut.entries:
            moves = moves.moved(entry.kind, moved(entry, chart.GUARANTEE_FUND))
        closing = cut.position.balance(chart.GUARANTEE_FUND)
        before = cut.before.balances.get(chart.GUARANTEE_FUND, 0) if cut.before else 0
        terms = cut.terms
        is_pool = terms.fund_method is FundMethod.ON_OUTSTANDING
        return FundFigures(
            method=terms.fund_method,
            rate_bps=terms.fund_rate_bps if is_pool else BPS - terms.advance_rate_bps,
            opening_cents=-before,
            retained_cents=moves.retained_cents,
            released_cents=moves.released_cents,
            used_cents=moves.used_cents,
            closing_cents=closing,
            target_cents=fund_target(cut.position, terms),
            history=(*self._history(), FundPoint(cut.last_on, closing)),
        )

    def _history(self) -> list[FundPoint]:
        cuts = self._ledger.list(
            StatementCut, first="Z#", last="Z#~", contract=self._cut.position.contract
        )
        points = [
            FundPoint(cut.cut_on - dt.timedelta(1), -cut.balances.get(chart.GUARANTEE_FUND, 0))
            for cut in cuts
        ]
        return points[1 - HISTORY_WEEKS :]

    def _aged(self) -> Iterator[AgedDebtor]:
        """Yield what each debtor owes by age, the greatest first."""
        ages: dict[str, list[int]] = {}
        counts: dict[str, int] = {}
        for invoice in self._cut.open_invoices:
            buckets = ages.setdefault(invoice.debtor, [0] * len(BUCKETS))
            buckets[self._age(invoice)] += invoice.open_cents
            counts[invoice.debtor] = counts.get(invoice.debtor, 0) + 1
        for debtor in sorted(ages, key=lambda party: (-sum(ages[party]), party)):
            yield AgedDebtor(self._names.of(debtor), tuple(ages[debtor]), counts[debtor])

    def _age(self, invoice: Invoice) -> int:
        return bucket_of(invoice.due_on, self._cut.last_on)

    def _late(self, invoice: Invoice) -> int:
        return (self._cut.last_on - invoice.due_on).days

    def _overdue(self) -> Iterator[OverdueRow]:
        listed = [invoice for invoice in self._cut.open_invoices if self._late(invoice) > 0]
        for invoice in sorted(listed, key=lambda found: (found.due_on, found.number)):
            level = min(invoice.reminder_level, len(_REMINDED) - 1)
            yield OverdueRow(
                debtor=self._names.of(invoice.debtor),
                number=invoice.number,
                due_on=invoice.due_on,
                days_late=self._late(invoice),
                open_cents=invoice.open_cents,
                stage=Stage.DISPUTED if invoice.disputed_cents else _REMINDED[level],
            )

    def _releases(self) -> Iterator[ExpectedRelease]:
        """Yield what comes free when debtors pay as agreed: fund and holds of what is not late."""
        for invoice in sorted(self._cut.open_invoices, key=lambda found: found.due_on):
            held = invoice.open_cents - invoice.advance_cents
            if held > 0 and self._late(invoice) <= 0 and not invoice.disputed_cents:
                name = self._names.of(invoice.debtor)
                yield ExpectedRelease(invoice.due_on, held, name, invoice.number)

    def _fees(self, charged: Iterable[Entry]) -> Iterator[FeeLine]:
        """Yield commissions as base x rate, by the terms they were charged under."""
        listed = list(self._ledger.list(Terms, contract=self._cut.position.contract))
        groups: dict[int, list[tuple[int, int]]] = {}
        by_revision = {terms.revision: terms for terms in listed}
        for entry in charged:
            yield from charge_lines(billing.charges_in(entry))
            terms = in_force(listed, entry.booked_on) or self._cut.terms
            for line in entry.lines:
                if line.account == chart.FEE_FACTORING and line.invoice:
                    fee = (self._base(line.invoice), line.credit_cents)
                    groups.setdefault(terms.revision, []).append(fee)
                elif line.account in _CHARGE_OF:
                    yield FeeLine(_CHARGE_OF[line.account], line.credit_cents)
        for revision, fees in groups.items():
            yield commission_line(fees, by_revision.get(revision, self._cut.terms))

    def _base(self, document: str) -> int:
        named = billing.note_in(document)
        if not named:
            invoice = self._invoice(document)
            return invoice.amount_cents if invoice else 0
        contract = self._cut.position.contract
        note = self._ledger.get(CreditNote, contract=contract, credit_note=named)
        return note.amount_cents if note else 0

    def _receipts(self) -> Iterator[ReceiptRow]:
        for entry in self._cut.entries:
            if entry.kind != "E5" and not _takes_application_back(entry):
                continue
            after = entry.invoices[0]
            invoice = self._invoice(after.invoice)
            assert invoice is not None, "an application's entry and its invoice are one commit"
            yield ReceiptRow(
                booked_on=entry.booked_on,
                debtor=self._names.of(invoice.debtor),
                number=invoice.number,
                amount_cents=moved(entry, chart.RECEIVABLES),
                left_cents=after.open_cents,
                released_cents=moved(entry, chart.SELLER_CURRENT),
            )


def _takes_application_back(entry: Entry) -> bool:
    """Return whether it is the opposite of a payment: a line below zero, beside the wrong one."""
    moves_cash = any(line.account == chart.BANK_CLEARING for line in entry.lines)
    return entry.kind == "E28" and bool(entry.invoices) and moves_cash


_CHARGE_OF = {
    chart.FEE_FACTORING: billing.ANNUAL_MINIMUM,
    chart.FEE_FINANCING: billing.FINANCING_FEE,
}


def holds(found: Waterfall) -> tuple[Step, ...]:
    """Return what keeps the seller's money back, from what we owe down to what may be drawn."""
    parts = (
        (StepCode.FUND, found.fund_cents),
        (StepCode.UNAPPROVED, found.unapproved_cents),
        (StepCode.DISPUTE, found.disputed_cents),
        (StepCode.DEFUNDED, found.defunded_cents),
        (StepCode.SPECIFIC, found.specific_cents),
        (StepCode.CONCENTRATION, found.concentration_cents),
        (StepCode.CEILING, found.ceiling_cut_cents),
    )
    return tuple(Step(code, -cents) for code, cents in parts if cents)


def _payable(cut: Cut) -> int:
    available = cut.available.available_cents
    may_draw = cut.position.status is not ContractStatus.SUSPENDED
    return available if may_draw and available >= max(1, cut.terms.minimum_payout_cents) else 0


def _financed(entries: Iterable[Entry]) -> int:
    """Return the advances of the period: what assignments and promotions made available."""
    found = (entry for entry in entries if entry.kind in ("E1", "E7"))
    return sum(moved(entry, chart.SELLER_CURRENT) for entry in found)
