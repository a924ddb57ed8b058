"""What each step of a take-on writes, as a draft sees it (E0, docs/adr/0010)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bordereau.domain import concentration, financing
from bordereau.domain.availability import waterfall
from bordereau.domain.books import (
    BankHead,
    ContractStatus,
    Fingerprint,
    Position,
    StatementCut,
)
from bordereau.domain.fund import FundMoves
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Contract, ContractListing
from bordereau.domain.problems import InvariantError
from bordereau.domain.taking_on import opening
from bordereau.domain.taking_on.records import Opening, TakenPayOut
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    ContractRow,
    CreditRow,
    InvoiceRow,
    LineRow,
    PayoutRow,
    ReceiptRow,
    Snapshot,
)
from bordereau.domain.taking_on.steps import StepKind, ordinals
from bordereau.domain.terms import Terms
from bordereau.domain.work import Command
from bordereau.ports import Ledger
from bordereau.services.contract_terms import write_command
from bordereau.services.draft import Draft
from bordereau.services.lines import move_lines, status_of_new
from bordereau.services.register import seller_of
from bordereau.services.weekly_cut import week_of


@dataclass(frozen=True, slots=True)
class Booking:
    """The snapshot that is being booked, and what its steps need besides."""

    ledger: Ledger
    snapshot: Snapshot
    today: dt.date
    tolerance_cents: int = 0
    command: Command | None = None

    def row_of(self, name: str) -> ContractRow:
        """Return the row of a contract that rows of a checked snapshot name."""
        return next(row for row in self.snapshot.contracts if row.name == name)

    def invoices(self, rows: Iterable[InvoiceRow]) -> list[Invoice]:
        """Return invoices as they will stand."""
        return [opening.invoice_of(self.snapshot, self.row_of(row.contract), row) for row in rows]


def _open(booking: Booking, draft: Draft, rows: Sequence[ContractRow]) -> None:
    """Open a contract, or take one that is open and empty; either is under way from now on."""
    (row,) = rows
    position = draft.read(Position, contract=row.name)
    if position is not None and (position.seq or position.status is ContractStatus.TAKING_ON):
        raise InvariantError(f"{row.name} does business, or another dossier brings it")
    revision = position.terms_rev if position else 0
    known = [
        dataclasses.replace(old, revision=1)
        for old in booking.ledger.list(Terms, contract=row.name)
    ]
    for typed in row.terms:
        terms = dataclasses.replace(typed, tolerance_cents=booking.tolerance_cents, revision=1)
        if terms not in known:
            revision += 1
            draft.write(dataclasses.replace(terms, revision=revision))
    contract = draft.read(Contract, contract=row.name)
    draft.write(dataclasses.replace(row.contract, v=contract.v if contract else 0))
    base = position or Position(row.name, row.contract.currency, row.contract.account)
    status = ContractStatus.TAKING_ON
    draft.write(dataclasses.replace(base, terms_rev=revision, status=status))
    if draft.read(BankHead, account=row.contract.account) is None:
        draft.write(BankHead(row.contract.account, row.contract.currency))


def _lines(booking: Booking, draft: Draft, rows: Sequence[LineRow]) -> None:  # noqa: ARG001
    """Write lines with their limits; nothing is approved yet, and nobody is told or woken."""
    for row in rows:
        key = {"debtor": row.debtor, "currency": row.currency}
        factor = draft.read(FactorLine, **key)
        if row.contract is None:
            draft.write(_wide(row, factor))
            continue
        old = draft.read(RelationLine, **key, contract=row.contract)
        base = old or RelationLine(row.debtor, row.currency, row.contract)
        line = dataclasses.replace(
            base,
            limit_cents=row.limit_cents,
            avail_cents=row.limit_cents - base.approved_cents,
            valid_until=row.valid_until,
            notified_on=row.notified_on or base.notified_on,
            status=status_of_new(factor),
        )
        draft.write(line)
        if factor is None:
            draft.write(FactorLine(row.debtor, row.currency))


def _wide(row: LineRow, old: FactorLine | None) -> FactorLine:
    base = old or FactorLine(row.debtor, row.currency)
    return dataclasses.replace(
        base,
        limit_cents=row.limit_cents,
        avail_cents=row.limit_cents - base.approved_cents,
        valid_until=row.valid_until,
    )


def _invoices(booking: Booking, draft: Draft, rows: Sequence[InvoiceRow]) -> None:
    """Bring invoices as they stand, one entry each, with what they take of their lines.

    One whose fingerprint another contract took since the check comes without one of its own: the
    old system's fact stands, and both are found as lookalikes.
    """
    snapshot = booking.snapshot
    for row, bare in zip(rows, booking.invoices(rows), strict=True):
        posting = opening.invoice_posting(snapshot, bare)
        entry = draft.post(row.contract, posting, today=snapshot.on)
        mark = Fingerprint(row.mark, row.contract, row.identity)
        is_ours = draft.read(Fingerprint, sha=row.mark) is None
        if is_ours:
            draft.write(mark)
        invoice = dataclasses.replace(
            bare,
            assigned_seq=entry.seq,
            opening_seqs=(entry.seq,),
            fingerprint=row.mark if is_ours else "",
        )
        draft.write(invoice)
        move_lines(draft, None, invoice, today=booking.today)


def _payouts(booking: Booking, draft: Draft, rows: Sequence[PayoutRow]) -> None:
    """Bring pay-outs that are with the bank, each findable by the old system's reference."""
    places = ordinals(booking.snapshot.payouts)
    contract = booking.row_of(rows[0].contract)
    seller = seller_of(booking.ledger, contract.contract.seller)
    for row in rows:
        posting = opening.payout_posting(booking.snapshot, row)
        draft.post(contract.name, posting, today=booking.snapshot.on)
        ordinal = places[row.ref]
        payout = opening.payout_of(row, ordinal=ordinal, currency=contract.contract.currency)
        draft.write(dataclasses.replace(payout, beneficiary=seller.name if seller else ""))
        account = contract.contract.account
        draft.write(TakenPayOut(account, row.reference, row.contract, row.ordered_on, ordinal))


def _balances(booking: Booking, draft: Draft, rows: Sequence[ContractRow]) -> None:
    """Bring a contract's own accounts and counters; from here on it does business."""
    (row,) = rows
    snapshot = booking.snapshot
    draft.take(Position, contract=row.name)
    taken = booking.invoices(one for one in snapshot.invoices if one.contract == row.name)
    pool = opening.pool_of(row, taken)
    posting = opening.contract_posting(snapshot, row, pool)
    if posting is not None:
        draft.post(row.name, posting, today=snapshot.on)
    position = draft.take(Position, contract=row.name)
    draft.write(_opened(booking, row, position, taken, pool_cents=pool))
    if position.seq:
        draft.write(_cut(booking, position))
    contract = row.contract
    draft.write(ContractListing(contract.contract, contract.seller, contract.currency))


def _opened(
    booking: Booking,
    row: ContractRow,
    position: Position,
    taken: Sequence[Invoice],
    *,
    pool_cents: int,
) -> Position:
    """Return the position that says what the old system had done, and may be worked with."""
    on, starts_on = booking.snapshot.on, booking.snapshot.starts_on
    terms = row.terms_on(on)
    seller = seller_of(booking.ledger, row.contract.seller)
    assert terms is not None and seller is not None, "checked before the first step"  # noqa: PT018
    held = concentration.hold(taken, terms)
    available = waterfall(position, terms, concentration_cents=held).available_cents
    today_s = sum(
        one.contract == row.name and one.ordered_on == on for one in booking.snapshot.payouts
    )
    return dataclasses.replace(
        position,
        status=seller.status,
        statement_count=row.statement_number,
        billed_seq=position.seq,
        stated_seq=position.seq,
        payout_day=on if today_s else None,
        payout_count=today_s,
        last_cut=cut_name(on) if position.seq else "",
        fund_moves=FundMoves(since_on=starts_on if position.seq else None),
        fund_pool_cents=pool_cents,
        minimum_to=opening.minimum_settled_to(row.contract.start_on, on),
        financed_month=financing.month_before(starts_on),
        opening=Opening(on, row.statement_number, available, row.fees_cents),
    )


def cut_name(on: dt.date) -> str:
    """Return the name of the cut at a take-on: before every week of its year.

    >>> cut_name(dt.date(2026, 1, 31))
    '2026-R05'
    """
    return week_of(on).replace("W", "R")


def _cut(booking: Booking, position: Position) -> StatementCut:
    """Return the cut with which the first weekly statement opens; nothing is sent of it."""
    return StatementCut(
        contract=position.contract,
        week=cut_name(booking.snapshot.on),
        cut_on=booking.snapshot.starts_on,
        seq=position.seq,
        opening_seq=0,
        head_hash=position.head_hash,
        balances=position.balances,
    )


def _account(booking: Booking, draft: Draft, rows: Sequence[BankRow]) -> None:
    """Bring what lies on a bank account; the bank's days up to the date are in it."""
    (row,) = rows
    snapshot = booking.snapshot
    head = draft.read(BankHead, account=row.account) or BankHead(row.account, row.currency)
    if head.seq or head.taken_on is not None:
        raise InvariantError(f"{row.account} has entries, or another dossier brings it")
    on = snapshot.on
    draft.write(dataclasses.replace(head, opening_cents=0, through_on=on, taken_on=on))
    posting = opening.bank_posting(snapshot, row)
    if posting is not None:
        draft.post_bank(row.account, posting, today=on)


def _cash(booking: Booking, draft: Draft, rows: Sequence[ReceiptRow | CreditRow]) -> None:
    """Bring what is left of receipts and of debtors' credits, one entry each."""
    snapshot = booking.snapshot
    for row in rows:
        if isinstance(row, ReceiptRow):
            posting = opening.receipt_posting(snapshot, row)
            draft.write(opening.receipt_of(row))
        else:
            posting = opening.credit_posting(snapshot, row)
            draft.write(opening.credit_of(row))
        draft.post_bank(row.account, posting, today=snapshot.on)


def _finish(booking: Booking, draft: Draft, rows: Sequence[object]) -> None:  # noqa: ARG001
    """Answer the line of the dossier; the count of the step itself says that it is done."""
    command = booking.command
    known = None
    if command is not None:
        known = draft.read(Command, ref=command.ref, revision=command.revision)
    write_command(draft, command if known is None else None)


Does = Callable[[Booking, Draft, Sequence[Any]], None]

DOES: Final[Mapping[StepKind, Does]] = {
    StepKind.CONTRACT: _open,
    StepKind.LINES: _lines,
    StepKind.INVOICES: _invoices,
    StepKind.PAYOUTS: _payouts,
    StepKind.BALANCES: _balances,
    StepKind.ACCOUNT: _account,
    StepKind.CASH: _cash,
    StepKind.FINISH: _finish,
}
"""What each kind of step writes."""
