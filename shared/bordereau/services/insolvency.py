"""A debtor's insolvency: its lines, and the guarantee that takes effect (E20 to E24)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bordereau.domain import cash, chart, guarantee, invoices
from bordereau.domain.books import GuaranteeClaim, Position
from bordereau.domain.entries import InvoiceAfter, Line, Posting, credit, debit
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, RelationLine
from bordereau.domain.identifiers import ContractId, InvoiceId, PartyId, currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.rule_shapes import INVOICES_MAX, RELATIONS_MAX
from bordereau.domain.tables import Index
from bordereau.ports import Ledger
from bordereau.services.contract_terms import terms_on
from bordereau.services.draft import Also, Draft, attempt, finished
from bordereau.services.lines import move_lines
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.take_receipt import Taking, post_pair, reason_against, value_date

CLAIM_MONTHS = 2
"""Months after publication within which a claim is filed (Code de commerce R622-24)."""


def declare_insolvency(
    ledger: Ledger,
    debtor: PartyId,
    currency: str,
    *,
    judged_on: dt.date,
    published_on: dt.date | None = None,
    also: Also | None = None,
) -> Outcome:
    """Set all lines of a debtor to nothing; what is approved stays, nobody is promoted any more.

    The queue is kept, for a procedure that ends (ADR 22), and counts nothing in the wider row.
    A debtor of very many contracts takes several commits, and the judgment is noted with the last.
    A second call answers ``duplicate`` and writes nothing.
    """

    def decide(draft: Draft) -> Outcome:
        wide = draft.read(FactorLine, debtor=debtor, currency=currency)
        base = wide or FactorLine(debtor, currency)
        if base.insolvent_on is not None:
            return already("duplicate", debtor)
        relations = relations_of(ledger, debtor, currency)
        sound = [one for one in relations if one.status is not LineStatus.INSOLVENT]
        freed = _end_lines(draft, sound[:RELATIONS_MAX])
        if len(sound) > RELATIONS_MAX:
            draft.write(dataclasses.replace(base, waiting_cents=base.waiting_cents - freed))
            return done(debtor, amounts={"left": len(sound) - RELATIONS_MAX})
        draft.write(
            dataclasses.replace(
                base,
                status=LineStatus.INSOLVENT,
                waiting_cents=0,
                insolvent_on=judged_on,
                published_on=published_on,
            )
        )
        return finished(draft, done(debtor, amounts={"lines": len(relations)}), also)

    outcome = attempt(ledger, "declare-insolvency", decide)
    while outcome.amounts.get("left"):
        outcome = attempt(ledger, "declare-insolvency", decide)
    return outcome


def _end_lines(draft: Draft, listed: Sequence[RelationLine]) -> int:
    """Let some lines of a debtor count as nothing; return what they held of the wider queue."""
    freed = 0
    for one in listed:
        line = draft.take(
            RelationLine, debtor=one.debtor, currency=one.currency, contract=one.contract
        )
        freed += line.counted_cents
        ended = dataclasses.replace(line, status=LineStatus.INSOLVENT, counted_cents=0)
        draft.write(ended)
    return freed


def date_insolvency(
    ledger: Ledger,
    debtor: PartyId,
    currency: str,
    *,
    judged_on: dt.date,
    published_on: dt.date | None,
) -> Outcome:
    """Correct the day of a known judgment, or note its publication; a day once noted stays noted.

    The same days write nothing. Refused: ``not_insolvent``.
    """

    def decide(draft: Draft) -> Outcome:
        line = draft.read(FactorLine, debtor=debtor, currency=currency)
        if line is None or line.insolvent_on is None:
            return refused("not_insolvent", debtor)
        published = published_on or line.published_on
        dated = dataclasses.replace(line, insolvent_on=judged_on, published_on=published)
        if dated == line:
            return already("insolvency-dated", debtor)
        draft.write(dated)
        return done(debtor)

    return attempt(ledger, "declare-insolvency", decide)


def relations_of(ledger: Ledger, debtor: PartyId, currency: str) -> list[RelationLine]:
    """Return all lines of a debtor in a currency."""
    prefix = f"LINE#{currency}#"
    return list(ledger.list(RelationLine, first=prefix, last=f"LINE#{currency}$", debtor=debtor))


def claim_due_on(published_on: dt.date | None) -> dt.date | None:
    """Return the last day to file the claim: publication plus two months.

    >>> claim_due_on(dt.date(2026, 3, 17))
    datetime.date(2026, 5, 17)
    """
    if published_on is None:
        return None
    months = published_on.month - 1 + CLAIM_MONTHS
    year, month = published_on.year + months // 12, months % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)).day
    return dt.date(year, month, min(published_on.day, last))


@dataclass(frozen=True, slots=True)
class Cover:
    """What the insurer covers: its share of the amount net of VAT, in basis points."""

    insured_share_bps: int
    vat_bps: int


def take_guarantee(
    ledger: Ledger,
    contract: ContractId,
    debtor: PartyId,
    cover: Cover,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Let the guarantee take effect on all undisputed open invoices of contract and debtor.

    The seller gets the retained part, the unapproved part goes back to it, the insurer is claimed,
    the rest is our loss. Refused: ``contract_not_in_force``, ``not_insolvent``,
    ``with_recourse``, ``nothing_open``. A second call answers ``duplicate``.
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        known = draft.read(GuaranteeClaim, contract=contract, debtor=debtor)
        if known is not None and known.is_whole:
            return already("duplicate", contract)
        terms = terms_on(ledger, contract, today)
        if terms is None:
            return refused("contract_not_in_force", contract)
        line = draft.read(FactorLine, debtor=debtor, currency=currency_of(contract))
        if line is None or line.insolvent_on is None:
            return refused("not_insolvent", debtor)
        covered = _covered(ledger, draft, contract, debtor)
        with_recourse = [invoice for invoice in covered if _is_sellers_loss(invoice)]
        if with_recourse or (not covered and terms.recourse_days is not None):
            return refused("with_recourse", contract)
        if not covered:
            return refused("nothing_open", contract)
        before = known or GuaranteeClaim(contract, debtor, today, 0, 0, 0)
        claim = _post_guarantee(draft, before, covered[:INVOICES_MAX], cover, today=today)
        is_whole = len(covered) <= INVOICES_MAX
        draft.write(dataclasses.replace(claim, is_whole=is_whole))
        amounts = {"claim": claim.claim_cents, "whole": int(is_whole)}
        amounts |= {"approved": claim.approved_cents, "charged_back": claim.charged_back_cents}
        return finished(draft, done(contract, amounts=amounts), also if is_whole else None)

    outcome = attempt(ledger, "take-guarantee", decide)
    while outcome.amounts.get("whole") == 0:
        outcome = attempt(ledger, "take-guarantee", decide)
    return outcome


def _is_sellers_loss(invoice: Invoice) -> bool:
    return invoice.recourse_days is not None or invoice.is_mandate


def write_off(
    ledger: Ledger,
    contract: ContractId,
    invoice: InvoiceId,
    *,
    today: dt.date,
    also: Also | None = None,
) -> Outcome:
    """Bear the loss of one invoice without an insurer (E20 and E22; docs/adr/0013).

    The seller gets its retained part and takes the unapproved one back. Refused:
    ``no_such_invoice``, ``nothing_open``, ``with_recourse`` (it is the seller's loss),
    ``in_dispute``.
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        before = draft.read(Invoice, contract=contract, invoice=invoice)
        if before is None:
            return refused("no_such_invoice", invoice)
        if not before.is_open:
            return refused("nothing_open", invoice)
        if _is_sellers_loss(before):
            return refused("with_recourse", invoice)
        if before.disputed_cents:
            return refused("in_dispute", invoice)
        posting = _close_covered(draft, before, today=today)
        draft.post(contract, posting, today=today)
        amounts = {"lost": before.approved_cents, "back": before.unapproved_cents}
        return finished(draft, done(invoice, amounts=amounts), also)

    return attempt(ledger, "take-guarantee", decide)


def _close_covered(draft: Draft, before: Invoice, *, today: dt.date) -> Posting:
    """Close an invoice whose approved part is our loss; return what that posts."""
    closed_by = "indemnified" if before.approved_cents else "charged_back"
    after = invoices.close_whole(before, closed_by, on=today)
    loss = debit(chart.CREDIT_LOSSES, before.approved_cents, invoice=before.invoice)
    draft.write(after)
    move_lines(draft, before, after, today=today)
    documents = (before.invoice,)
    return invoices.posting("E20", before, after, documents=documents, counter=loss)


def _covered(ledger: Ledger, draft: Draft, contract: ContractId, debtor: PartyId) -> list[Invoice]:
    """Return the undisputed open invoices; those of this commit as they stand, not as listed."""
    covered: list[Invoice] = []
    for one in ledger.find(Invoice, Index.BY_CONTRACT, f"K#{contract}", prefix=f"O#{debtor}#"):
        is_read = len(covered) < INVOICES_MAX
        now = draft.take(Invoice, contract=contract, invoice=one.invoice) if is_read else one
        if now.is_open and not now.disputed_cents:
            covered.append(now)
    return covered


def _post_guarantee(
    draft: Draft, known: GuaranteeClaim, covered: list[Invoice], cover: Cover, *, today: dt.date
) -> GuaranteeClaim:
    """Post E20 to E22 for some invoices; the claim is that of all so far, less what is claimed."""
    approved = known.approved_cents + sum(invoice.approved_cents for invoice in covered)
    back = known.charged_back_cents + sum(invoice.unapproved_cents for invoice in covered)
    claim = guarantee.insurer_claim(
        approved, insured_share_bps=cover.insured_share_bps, vat_bps=cover.vat_bps
    )
    lines: list[Line] = []
    snapshots: list[InvoiceAfter] = []
    for before in covered:
        posting = _close_covered(draft, before, today=today)
        lines += posting.lines
        snapshots += posting.invoices
    more = claim - known.claim_cents
    lines += debit(chart.INSURER_CLAIMS, more, debtor=known.debtor)
    lines += credit(chart.CREDIT_LOSSES, more)
    documents = tuple(invoice.invoice for invoice in covered)
    draft.post(
        known.contract,
        Posting("E20", tuple(lines), documents, invoices=tuple(snapshots)),
        today=today,
    )
    return dataclasses.replace(
        known, approved_cents=approved, charged_back_cents=back, claim_cents=claim
    )


def book_indemnity(  # noqa: PLR0913 - what came in, for whom, and where it lies
    ledger: Ledger,
    contract: ContractId,
    debtor: PartyId,
    amount_cents: int,
    *,
    today: dt.date,
    taking: Taking | None = None,
    also: Also | None = None,
) -> Outcome:
    """Book what the insurer pays on its claim (E23); ``taking`` is the receipt in which it lies.

    Refused: ``no_guarantee``, ``over_claim``, and what ``reason_against`` says of the receipt.
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        claim = draft.read(GuaranteeClaim, contract=contract, debtor=debtor)
        if claim is None:
            return refused("no_guarantee", contract)
        if amount_cents > claim.claim_cents - claim.received_cents:
            return refused("over_claim", contract)
        position = draft.take(Position, contract=contract)
        if reason := reason_against(draft, position, amount_cents, taking):
            return refused(reason, contract)
        lines = credit(chart.INSURER_CLAIMS, amount_cents, debtor=debtor)
        pair = cash.recovered(amount_cents, (f"E23#{today}",), kind="E23", lines=lines)
        post_pair(draft, position, pair, taking, today=today)
        received = claim.received_cents + amount_cents
        draft.write(dataclasses.replace(claim, received_cents=received))
        left = claim.claim_cents - received
        amounts = {"received": amount_cents, "left": left}
        return finished(draft, done(contract, amounts=amounts), also)

    return attempt(ledger, "recover-claim", decide)


def book_dividend(  # noqa: PLR0913 - what came in, for whom, and where it lies
    ledger: Ledger,
    contract: ContractId,
    debtor: PartyId,
    amount_cents: int,
    *,
    today: dt.date,
    taking: Taking | None = None,
    also: Also | None = None,
) -> Outcome:
    """Book a dividend after the loss, split over seller, insurer and us (E24).

    Refused: ``no_guarantee``, and what ``reason_against`` says of the receipt.
    """

    def decide(draft: Draft) -> Outcome:
        draft.read(Position, contract=contract)
        claim = draft.read(GuaranteeClaim, contract=contract, debtor=debtor)
        if claim is None:
            return refused("no_guarantee", contract)
        position = draft.take(Position, contract=contract)
        if reason := reason_against(draft, position, amount_cents, taking):
            return refused(reason, contract)
        split = guarantee.dividend_split(
            amount_cents,
            charged_back_cents=claim.charged_back_cents,
            approved_cents=claim.approved_cents,
            claim_cents=claim.claim_cents,
        )
        lines = (
            *credit(chart.SELLER_CURRENT, split.seller_cents, debtor=debtor),
            *credit(chart.INSURER_SHARE, split.insurer_cents, debtor=debtor),
            *credit(chart.RECOVERIES, split.kept_cents, debtor=debtor),
        )
        bank, seller = cash.recovered(amount_cents, (f"E24#{today}",), kind="E24", lines=lines)
        valued_on = value_date(ledger, contract, taking.key.booked_on if taking else today)
        pair = bank, dataclasses.replace(seller, valued_on=valued_on)
        post_pair(draft, position, pair, taking, today=today)
        total = claim.dividend_cents + amount_cents
        draft.write(dataclasses.replace(claim, dividend_cents=total))
        amounts = {"seller": split.seller_cents, "kept": split.kept_cents}
        amounts |= {"insurer": split.insurer_cents}
        return finished(draft, done(contract, amounts=amounts), also)

    return attempt(ledger, "recover-claim", decide)
