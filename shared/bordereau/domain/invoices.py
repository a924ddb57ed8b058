"""An assigned invoice: what it stands at, and how each event of the trade moves it.

Every function takes an invoice and returns the invoice after the event; ``posting`` then derives
the lines of the contract's journal from the two by conservation: receivables and holds move with
the invoice, and the seller's current account takes what is left. So an entry cannot disagree with
its invoice, and it balances by construction (D1 to D3).

Short names of the handbook: B = ``financed_basis_cents``, G = ``retained_cents``,
D = ``disputed_cents`` (stories, settled readings 1 to 7).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from bordereau.domain import chart, invoice_life
from bordereau.domain.entries import InvoiceAfter, Line, Posting, credit, debit
from bordereau.domain.identifiers import BatchId, ContractId, InvoiceId, PartyId
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.money import floor_rate
from bordereau.domain.terms import FundMethod


@dataclass(frozen=True, slots=True)
class Invoice:
    """One assigned invoice of a contract; amounts in cents of the contract's currency.

    ``place`` is the place of its batch in the contract's day. ``withheld_cents`` is what its
    approvals added to a fund on outstanding. ``closed_by`` is empty while the invoice is open.
    ``assigned_seq`` is its entry E1, ``approved_seq`` the entry that first approved a part of it (0
    while none is: then neither clock of an advance runs), ``opening_seqs`` are the entries that a
    correction reverses (E1 and promotions). ``direct_cents`` were paid to the seller (E14).
    ``moved_on`` says that it can no longer be corrected. ``source`` is the part of a mail that it
    came with, ``corrected_by`` those that corrected it, each once. ``v`` counts its writes.
    """

    contract: ContractId
    invoice: InvoiceId
    number: str
    debtor: PartyId
    issued_on: dt.date
    due_on: dt.date
    amount_cents: int
    open_cents: int
    approved_cents: int
    financed_basis_cents: int
    retained_cents: int
    assigned_on: dt.date
    batch: BatchId
    place: int
    advance_rate_bps: int
    fund_method: FundMethod = FundMethod.PER_INVOICE
    recourse_days: int | None = None
    late_interest: str = "DEFAULT"
    late_interest_rate_bps: int = 0
    withheld_cents: int = 0
    disputed_cents: int = 0
    was_disputed: bool = False
    direct_cents: int = 0
    is_defunded: bool = False
    paid_cents: int = 0
    closed_by: str = ""
    closed_on: dt.date | None = None
    assigned_seq: int = 0
    approved_seq: int = 0
    opening_seqs: tuple[int, ...] = ()
    moved_on: bool = False
    received_at: dt.datetime | None = None
    complete_at: dt.datetime | None = None
    deadline_at: dt.datetime | None = None
    financed_at: dt.datetime | None = None
    has_assignment_clause: bool = True
    fingerprint: str = ""
    source: str = ""
    corrected_by: tuple[str, ...] = ()
    order_reference: str = ""
    notice_on: dt.date | None = None
    interest_received_cents: int = 0
    indemnity_received_cents: int = 0
    reminder_level: int = 0
    alert_stage: str = ""
    is_mandate: bool = False
    v: int = 0

    @property
    def unapproved_cents(self) -> int:
        """What stands above the debtor's line: ``open - approved``, all of it held."""
        return 0 if self.is_mandate else self.open_cents - self.approved_cents

    @property
    def receivable_cents(self) -> int:
        """What is open and ours: nothing of an invoice under mandate (ADR 12)."""
        return 0 if self.is_mandate else self.open_cents

    @property
    def advance_cents(self) -> int:
        """What was advanced on it: ``approved - retained``."""
        return self.approved_cents - self.retained_cents

    @property
    def opened_cents(self) -> int:
        """What its approvals made available: the advance less what a fund on outstanding kept."""
        return max(0, self.advance_cents - self.withheld_cents)

    @property
    def opening_event(self) -> str:
        """The event that brings it: assignment, or registration under a mandate."""
        return "E30" if self.is_mandate else "E1"

    @property
    def mandated_cents(self) -> int:
        """What is open and only collected for the seller."""
        return self.open_cents - self.receivable_cents

    @property
    def hold_dispute_cents(self) -> int:
        """The advance on the disputed part that was financed (settled reading 1)."""
        if self.is_mandate:
            return 0
        disputed = max(0, self.disputed_cents - self.unapproved_cents)
        if self.fund_method is FundMethod.ON_OUTSTANDING:
            return disputed
        basis = self.financed_basis_cents
        part = advance(basis, self) - advance(max(0, basis - disputed), self)
        return min(part, self.approved_cents - self.retained_cents)

    @property
    def hold_defunded_cents(self) -> int:
        """Once de-funded, the rest of the advance is held (settled reading 1)."""
        if not self.is_defunded:
            return 0
        return self.approved_cents - self.retained_cents - self.hold_dispute_cents

    @property
    def waiting_cents(self) -> int:
        """What waits for room on the line: unapproved and undisputed, not de-funded."""
        if self.is_defunded or not self.is_open:
            return 0
        return max(0, self.unapproved_cents - self.disputed_cents)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be paid."""
        return self.open_cents > 0

    @property
    def state(self) -> InvoiceState:
        """The state that people see; the first that is true (stories, output)."""
        if not self.is_open:
            return InvoiceState(self.closed_by or "paid")
        if self.is_defunded:
            return InvoiceState.DEFUNDED
        if self.disputed_cents:
            return InvoiceState.DISPUTED
        return InvoiceState.PART_PAID if self.paid_cents else InvoiceState.OPEN


def advance(basis_cents: int, invoice: Invoice) -> int:
    """Return the cumulative advance on a financed basis (R1); increments are differences.

    With the fund on outstanding the whole basis is advanced and the fund is the contract's.
    """
    if invoice.fund_method is FundMethod.ON_OUTSTANDING:
        return basis_cents
    return floor_rate(basis_cents, invoice.advance_rate_bps)


def approve(invoice: Invoice, more_cents: int) -> Invoice:
    """Return the invoice with ``more_cents`` of it approved (E1 at assignment, E7 later).

    The advance grows by the difference of the cumulative quota, the rest is retained: from
    B = 500.00 to 4 000.00 at 90 % it is 3 600.00 - 450.00 = 3 150.00.
    """
    assert 0 <= more_cents <= invoice.unapproved_cents, "only what is unapproved can be approved"
    basis = invoice.financed_basis_cents
    advanced = advance(basis + more_cents, invoice) - advance(basis, invoice)
    return dataclasses.replace(
        invoice,
        approved_cents=invoice.approved_cents + more_cents,
        financed_basis_cents=basis + more_cents,
        retained_cents=invoice.retained_cents + more_cents - advanced,
    )


def pay(invoice: Invoice, cents: int, *, on: dt.date) -> Invoice:
    """Return the invoice after a payment: the approved part first (settled reading 2).

    The financier is repaid first, and the room that this frees promotes the rest.
    """
    assert 0 < cents <= invoice.open_cents, "a payment is within what is open"
    approved = max(0, invoice.approved_cents - cents)
    after = dataclasses.replace(
        invoice,
        open_cents=invoice.open_cents - cents,
        approved_cents=approved,
        paid_cents=invoice.paid_cents + cents,
        moved_on=True,
    )
    return _settled(after, "paid", on)


def pay_directly(invoice: Invoice, cents: int, *, on: dt.date) -> Invoice:
    """Return the invoice after a payment that the debtor made to the seller (E14)."""
    paid = pay(invoice, cents, on=on)
    return dataclasses.replace(paid, direct_cents=invoice.direct_cents + cents)


def credit_note(invoice: Invoice, cents: int, *, on: dt.date) -> Invoice:
    """Return the invoice after a credit note: unapproved part first (settled reading 3).

    On the approved part K' the seller gives back ``advance(B) - advance(B - K')``, the fund the
    rest but at most G. It shrinks a dispute first.
    """
    assert 0 < cents <= invoice.open_cents, "a credit note is within what is open"
    financed = 0 if invoice.is_mandate else max(0, cents - invoice.unapproved_cents)
    basis = max(0, invoice.financed_basis_cents - financed)
    given_back = advance(invoice.financed_basis_cents, invoice) - advance(basis, invoice)
    from_fund = min(invoice.retained_cents, financed - given_back)
    after = dataclasses.replace(
        invoice,
        open_cents=invoice.open_cents - cents,
        approved_cents=invoice.approved_cents - financed,
        financed_basis_cents=basis,
        retained_cents=invoice.retained_cents - from_fund,
        disputed_cents=max(0, invoice.disputed_cents - cents),
        moved_on=True,
    )
    return _settled(after, "credited", on)


def dispute(invoice: Invoice, cents: int) -> Invoice:
    """Return the invoice with ``cents`` more of it disputed (E11); disputes add up."""
    assert 0 < cents <= invoice.open_cents - invoice.disputed_cents, "within what is undisputed"
    disputed = invoice.disputed_cents + cents
    return dataclasses.replace(invoice, disputed_cents=disputed, was_disputed=True, moved_on=True)


def end_dispute(invoice: Invoice, cents: int) -> Invoice:
    """Return the invoice with ``cents`` of the dispute ended (E11)."""
    assert 0 < cents <= invoice.disputed_cents, "within what is disputed"
    disputed = invoice.disputed_cents - cents
    return dataclasses.replace(invoice, disputed_cents=disputed, moved_on=True)


def defund(invoice: Invoice) -> Invoice:
    """Return the invoice de-funded (E12): what was advanced on it is held until it is paid."""
    return dataclasses.replace(invoice, is_defunded=True, moved_on=True)


def close_whole(invoice: Invoice, closed_by: str, *, on: dt.date) -> Invoice:
    """Return the invoice closed as it stands: charged back (E13) or indemnified (E20 to E22)."""
    after = dataclasses.replace(
        invoice, open_cents=0, approved_cents=0, retained_cents=0, moved_on=True
    )
    return _settled(after, closed_by, on)


def use_retained(invoice: Invoice, cents: int) -> Invoice:
    """Return the invoice after ``cents`` of its retained part were used (E19)."""
    assert 0 < cents <= invoice.retained_cents, "within what is retained"
    retained = invoice.retained_cents - cents
    return dataclasses.replace(invoice, retained_cents=retained, moved_on=True)


def close_rest(invoice: Invoice, *, on: dt.date) -> tuple[Invoice, int]:
    """Close a small undisputed rest; return the invoice and what neither hold nor fund covers.

    Taken from the unapproved hold, then from G (E18, settled reading 6); what lacks is a small
    difference, or the seller's when the seller accepted the short payment.
    """
    rest = invoice.receivable_cents
    lacking = max(0, rest - invoice.unapproved_cents - invoice.retained_cents)
    after = dataclasses.replace(
        invoice, open_cents=0, approved_cents=0, retained_cents=0, moved_on=True
    )
    return _settled(after, "paid", on), lacking


def _settled(invoice: Invoice, closed_by: str, on: dt.date) -> Invoice:
    """Renew what hangs on the open amount: G within approved, D within open, the end."""
    after = dataclasses.replace(
        invoice,
        retained_cents=min(invoice.retained_cents, invoice.approved_cents),
        disputed_cents=min(invoice.disputed_cents, invoice.open_cents),
    )
    if after.is_open:
        return after
    return dataclasses.replace(after, closed_by=closed_by, closed_on=on)


def posting(
    kind: str,
    before: Invoice | None,
    after: Invoice,
    *,
    documents: tuple[str, ...],
    counter: tuple[Line, ...] = (),
    valued_on: dt.date | None = None,
) -> Posting:
    """Return the contract's posting that takes the invoice from ``before`` to ``after``.

    ``counter`` are the lines that are not the invoice's own (clearing, small differences …). The
    seller's current account takes the balance: what was held and is no more is the seller's. A way
    that ``invoice_life`` does not draw is our own mistake and stops here.
    """
    invoice_life.check(kind, before.state if before else None, after.state)
    marks = {"debtor": after.debtor, "invoice": after.invoice}
    lines = list(counter)
    for account, figure in _OWN_FIGURES:
        lines += debit(account, _change(figure, before, after), **marks)
    for account, figure in _HOLD_FIGURES:
        lines += credit(account, _change(figure, before, after), **marks)
    lines += debit(chart.SELLER_CURRENT, -sum(line.cents for line in lines), **marks)
    return Posting(kind, tuple(lines), documents, valued_on, (snapshot(after),))


def snapshot(invoice: Invoice) -> InvoiceAfter:
    """Return what an entry keeps of an invoice."""
    return InvoiceAfter(
        invoice.invoice,
        invoice.open_cents,
        invoice.approved_cents,
        invoice.retained_cents,
        invoice.disputed_cents,
        invoice.is_defunded,
        invoice.due_on,
    )


_OWN_FIGURES = (
    (chart.RECEIVABLES, "receivable_cents"),
    (chart.MANDATE_CLAIMS, "mandated_cents"),
)
_HOLD_FIGURES = (
    (chart.MANDATE_COUNTERPART, "mandated_cents"),
    (chart.GUARANTEE_FUND, "retained_cents"),
    (chart.HOLD_UNAPPROVED, "unapproved_cents"),
    (chart.HOLD_DISPUTE, "hold_dispute_cents"),
    (chart.HOLD_DEFUNDED, "hold_defunded_cents"),
)


def _change(figure: str, before: Invoice | None, after: Invoice) -> int:
    change: int = getattr(after, figure) - (getattr(before, figure) if before else 0)
    return change
