"""The weekly statement of a contract: cut first, then rendered from the cut alone."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bordereau.domain import chart
from bordereau.domain.books import Position, StatementCut
from bordereau.domain.figures import DocumentKind
from bordereau.domain.fund import FundMoves
from bordereau.domain.identifiers import ContractId
from bordereau.domain.invoices import Invoice
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.tables import Index
from bordereau.domain.terms import Terms
from bordereau.domain.work import Intent
from bordereau.ports import Ledger, Objects, Queue
from bordereau.services import outbox
from bordereau.services.advance_figures import entries_since
from bordereau.services.availability import available_of
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Draft, attempt
from bordereau.services.issue_advances import seller_of_contract
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.register import contract_of
from bordereau.services.weekly_cut import Cut, owed, week_of
from bordereau.services.weekly_figures import WeeklyFigures


def send_weekly_statement(
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    *,
    contract: ContractId,
    on: dt.date,
    now: dt.datetime,
) -> Outcome:
    """Cut the statement of the week that ended the day before ``on``, and put it into the outbox.

    Opening is the closing of the last cut; a contract without a movement, a balance or an open
    invoice has no statement (``nothing-to-state``). A second call finds the week's cut (``cut``)
    and writes nothing; it asks again for the PDF that is not there yet. Refused:
    ``contract_not_in_force``. Raises ``SourceUnavailableError`` while the index of open invoices
    does not agree with the position.
    """
    week = week_of(on - dt.timedelta(1))
    identity = f"{contract}#{week}"

    def decide(draft: Draft) -> Outcome:
        position = draft.read(Position, contract=contract)
        terms = terms_on(ledger, contract, on)
        if position is None or terms is None:
            return refused("contract_not_in_force", contract)
        if draft.read(StatementCut, contract=contract, week=week) is not None:
            return already("cut", identity)
        cut = _cut(ledger, position, terms, week=week, on=on)
        if not cut.entries and not cut.open_invoices and not owed(position.balances):
            return already("nothing-to-state", contract)
        _write(ledger, objects, draft, cut, now=now)
        return done(identity, amounts={"closing": owed(position.balances)})

    outcome = attempt(ledger, "cut-statement", decide)
    kind = DocumentKind.WEEKLY_STATEMENT
    intent = ledger.get(Intent, kind=kind, id=identity)
    if intent is not None and not intent.pdf_key:
        queue.send("write_documents", {"kind": kind.value, "id": identity})
    return outcome


def _cut(ledger: Ledger, position: Position, terms: Terms, *, week: str, on: dt.date) -> Cut:
    contract = position.contract
    known = contract_of(ledger, contract)
    before = None
    if position.last_cut:
        before = ledger.get(StatementCut, contract=contract, week=position.last_cut)
    return Cut(
        position=position,
        terms=terms,
        seller=seller_of_contract(ledger, contract),
        before=before,
        entries=entries_since(ledger, position, before.seq + 1 if before else 1),
        invoices=_invoices(ledger, position),
        available=available_of(ledger, position, terms),
        week=week,
        start_on=known.start_on if known else on,
        on=on,
    )


def _invoices(ledger: Ledger, position: Position) -> tuple[Invoice, ...]:
    """Return open and lately closed invoices; the open ones must be those of the position."""
    partition = f"K#{position.contract}"
    listed = tuple(ledger.find(Invoice, Index.BY_CONTRACT, partition))
    is_whole = (
        sum(invoice.receivable_cents for invoice in listed) == position.balance(chart.RECEIVABLES)
        and sum(i.mandated_cents for i in listed) == position.balance(chart.MANDATE_CLAIMS)
        and sum(i.unapproved_cents for i in listed) == position.balance(chart.HOLD_UNAPPROVED)
        and sum(i.retained_cents for i in listed) + position.fund_pool_cents
        == position.balance(chart.GUARANTEE_FUND)
    )
    if not is_whole:
        raise SourceUnavailableError(f"the invoices of {position.contract} are not all listed")
    return listed


def _write(ledger: Ledger, objects: Objects, draft: Draft, cut: Cut, *, now: dt.datetime) -> None:
    position, seller = cut.position, cut.seller
    kind, identity = DocumentKind.WEEKLY_STATEMENT, f"{position.contract}#{cut.week}"
    frozen = outbox.freeze(objects, kind, identity, WeeklyFigures(ledger, cut).gather())
    moves = FundMoves(since_on=cut.on)
    draft.write(dataclasses.replace(position, last_cut=cut.week, fund_moves=moves))
    draft.write(
        StatementCut(
            contract=position.contract,
            week=cut.week,
            cut_on=cut.on,
            seq=position.seq,
            opening_seq=cut.before.seq if cut.before else 0,
            head_hash=position.head_hash,
            balances=position.balances,
            figures_key=frozen.key,
            figures_sha=frozen.sha,
        )
    )
    draft.write(
        outbox.intent(
            kind,
            identity,
            frozen,
            to=seller.statement_emails,
            party=seller.party,
            created_at=now,
            language=seller.language,
        )
    )
