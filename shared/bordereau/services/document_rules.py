"""What must hold between journals and documents: I3 to I6, I11, I12, I14, D1, D2, numbering.

Each rule yields one sentence for each breach, and nothing when it holds (reliability 1.8).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from bordereau.domain import chart
from bordereau.domain.books import Allocation, PayOut, PayOutState, Position, Receipt
from bordereau.domain.entries import Entry, InvoiceAfter
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.invoices import Invoice, snapshot
from bordereau.domain.refunds import RefundState
from bordereau.domain.taking_on.opening import OPENING_KIND
from bordereau.services.read_books import BankBooks, Books, ContractBooks, brings_receipt


def lines_are_the_sum_of_what_is_approved(books: Books) -> Iterator[str]:
    """I3: limit less avail is what is approved, on both levels; so are the queues."""
    approved: Counter[tuple[str, str]] = Counter()
    waiting: Counter[tuple[str, str]] = Counter()
    for invoice in _invoices(books):
        if invoice.is_mandate:
            continue
        approved[invoice.debtor, invoice.contract] += invoice.approved_cents
        waiting[invoice.debtor, invoice.contract] += invoice.waiting_cents
    checked = {contract.contract for contract in books.contracts}
    rows = [line for line in books.relations if line.contract in checked]
    for line in rows:
        key = (line.debtor, line.contract)
        yield from _differs(f"line {' '.join(key)}: approved", line.approved_cents, approved[key])
        yield from _differs(f"line {' '.join(key)}: queue", line.waiting_cents, waiting[key])
    for debtor, contract in approved.keys() - {(line.debtor, line.contract) for line in rows}:
        yield f"line {debtor} {contract}: there is none, and invoices"
    yield from _factor_wide(books)


def _factor_wide(books: Books) -> Iterator[str]:
    relations: dict[tuple[str, str], list[RelationLine]] = defaultdict(list)
    for line in books.relations:
        relations[line.debtor, line.currency].append(line)
    rows = {(str(line.debtor), line.currency): line for line in books.factors}
    for key, lines in relations.items():
        name, row = f"factor-wide line {' '.join(key)}", rows.get(key)
        if row is None:
            yield f"{name}: there is none"
            continue
        approved = sum(line.approved_cents for line in lines)
        counted = sum(line.counted_cents for line in lines)
        yield from _differs(f"{name}: approved", row.approved_cents, approved)
        yield from _differs(f"{name}: queue", row.waiting_cents, counted)


def each_invoice_is_assigned_once(books: Books) -> Iterator[str]:
    """I4: one assignment for each invoice, of its whole amount, and no other assignment."""
    for contract in books.contracts:
        assignments = _assignments(contract)
        for invoice in contract.invoices:
            entries = assignments.pop(invoice.invoice, [])
            place = f"{contract.contract} {invoice.invoice}"
            if [entry.seq for entry in entries] != [invoice.assigned_seq]:
                yield f"{place}: assigned by {[entry.seq for entry in entries]}"
            for entry in entries:
                yield from _brought(entry, invoice, place)
        for identity, entries in assignments.items():
            yield f"{contract.contract} {identity}: assigned by {entries[0].seq}, and no invoice"


def _brought(entry: Entry, invoice: Invoice, place: str) -> Iterator[str]:
    """An assignment brings the whole invoice, a take-on what was open of it then."""
    whole = invoice.amount_cents
    if entry.kind == OPENING_KIND:
        whole = entry.invoices[0].open_cents
        if whole > invoice.amount_cents:
            yield f"{place}: taken on with {whole} open, of {invoice.amount_cents}"
    yield from _differs(f"{place}: assigned", _assigned(entry), whole)


def _assignments(contract: ContractBooks) -> dict[str, list[Entry]]:
    entries = contract.journal.entries
    undone = {entry.reverses for entry in entries if entry.reverses is not None}
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if _brings_invoice(entry) and entry.seq not in undone:
            found[entry.invoices[0].invoice if entry.invoices else ""].append(entry)
    return found


def _brings_invoice(entry: Entry) -> bool:
    return entry.kind in ("E1", "E30") or (entry.kind == OPENING_KIND and bool(entry.invoices))


def _assigned(entry: Entry) -> int:
    return _on(entry, chart.RECEIVABLES) + _on(entry, chart.MANDATE_CLAIMS)


def receipts_are_applied_once(books: Books) -> Iterator[str]:
    """I5: booked once, and amount = allocations + what is left; so are debtors' credits."""
    for bank in books.banks:
        booked = Counter(
            (entry.documents[0], -_on(entry, chart.UNALLOCATED))
            for entry in bank.journal.entries
            if brings_receipt(entry)
        )
        rows = Counter((receipt.ref, receipt.amount_cents) for receipt in bank.receipts)
        for (ref, cents), count in ((booked - rows) + (rows - booked)).items():
            yield f"{bank.account} {ref}: {count} time(s) {cents} cents booked or kept, not both"
        allocations: dict[tuple[object, str], list[Allocation]] = defaultdict(list)
        taken_back = {row.seq for row in bank.journal.reversals}
        for allocation in bank.allocations:
            allocations[allocation.booked_on, allocation.ref].append(allocation)
        undone = _undone(bank)
        for receipt in bank.receipts:
            mine = allocations.pop((receipt.booked_on, receipt.ref), [])
            standing = [one for one in mine if one.bank_seq not in taken_back]
            if (
                not standing
                and not receipt.left_cents
                and undone[receipt.ref, receipt.amount_cents]
            ):
                undone[receipt.ref, receipt.amount_cents] -= 1  # its E4 was reversed, whole
                continue
            place = f"{bank.account} {receipt.booked_on} {receipt.ref}"
            yield from _applied(receipt, standing, place)
            yield from _differs(f"{place}: allocations", len(mine), receipt.allocation_count)
        for day, ref in allocations:
            yield f"{bank.account} {day} {ref}: allocations, and no receipt"
        for allocation in bank.allocations:
            yield from _allocated(books, bank, allocation)
        left = sum(receipt.left_cents for receipt in bank.receipts)
        yield from _stands(bank, chart.UNALLOCATED, left)
        yield from _stands(bank, chart.DEBTOR_CREDITS, sum(c.left_cents for c in bank.credits))


def _undone(bank: BankBooks) -> Counter[tuple[str, int]]:
    """Return reference and amount of each receipt whose booking was reversed."""
    booked = (bank.journal.entry(row.seq) for row in bank.journal.reversals)
    return Counter(
        (entry.documents[0], _on(entry, chart.BANK))
        for entry in booked
        if entry and entry.kind == "E4"
    )


def _stands(bank: BankBooks, account: str, cents: int) -> Iterator[str]:
    stated = chart.signed(account, bank.journal.balance(account))
    yield from _differs(f"{bank.account}: {account}", stated, cents)


def _on(entry: Entry, account: str) -> int:
    return sum(line.cents for line in entry.lines if line.account == account)


def _applied(receipt: Receipt, mine: list[Allocation], place: str) -> Iterator[str]:
    total = receipt.left_cents + sum(one.amount_cents - one.credit_cents for one in mine)
    yield from _differs(f"{place}: applied and left", total, receipt.amount_cents)
    if not 0 <= receipt.left_cents <= receipt.amount_cents:
        yield f"{place}: {receipt.left_cents} cents left of {receipt.amount_cents}"


def _allocated(books: Books, bank: BankBooks, allocation: Allocation) -> Iterator[str]:
    """An allocation names the entries that it made: same event, same receipt, same invoice."""
    place = f"{bank.account} {allocation.ref} allocation {allocation.ordinal}"
    entry = bank.journal.entry(allocation.bank_seq)
    if entry is None or (entry.kind, entry.documents[0]) != (allocation.kind, allocation.ref):
        yield f"{place}: bank entry {allocation.bank_seq} is another"
    else:
        taken = _on(entry, chart.UNALLOCATED)
        yield from _differs(
            f"{place}: taken", taken, allocation.amount_cents - allocation.credit_cents
        )
    for contract in books.contracts:
        if contract.contract == allocation.contract:
            yield from _credited(contract, allocation, place)


def _credited(contract: ContractBooks, allocation: Allocation, place: str) -> Iterator[str]:
    entry = contract.journal.entry(allocation.contract_seq)
    if entry is None or (entry.kind, entry.documents[0]) != (allocation.kind, allocation.ref):
        yield f"{place}: entry {allocation.contract_seq} of {contract.contract} is another"
        return
    yield from _differs(
        f"{place}: credited", _on(entry, chart.BANK_CLEARING), allocation.amount_cents
    )
    claims = (chart.RECEIVABLES, chart.MANDATE_CLAIMS)
    credited = {line.invoice for line in entry.lines if line.account in claims}
    if allocation.invoice is not None and credited != {allocation.invoice}:
        yield f"{place}: credited to {sorted(credited)}, not {allocation.invoice}"


def nothing_is_financed_twice(books: Books) -> Iterator[str]:
    """I6: a fingerprint belongs to one invoice, and its row says to which.

    An invoice that was assigned without the check for double financing has none (stories only).
    """
    owners: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in _invoices(books):
        if invoice.fingerprint:
            owners[invoice.fingerprint].append(invoice)
    for sha, invoices in owners.items():
        names = [f"{invoice.contract} {invoice.invoice}" for invoice in invoices]
        if len(invoices) > 1:
            yield f"{', '.join(names)}: the same debtor, number, date and amount"
        mark = books.fingerprints.get(sha)
        if mark is None or f"{mark.contract} {mark.invoice}" not in names:
            yield f"{names[0]}: its fingerprint has no row, or another's"


def fund_is_within_what_is_approved(books: Books) -> Iterator[str]:
    """I11, D2: 0 <= retained <= approved <= open; the fund is theirs and the contract's pool."""
    for contract in books.contracts:
        for invoice in contract.invoices:
            if not 0 <= invoice.retained_cents <= invoice.approved_cents <= invoice.open_cents:
                yield (
                    f"{contract.contract} {invoice.invoice}: retained {invoice.retained_cents}, "
                    f"approved {invoice.approved_cents}, open {invoice.open_cents}"
                )
        position = contract.journal.head
        pool = position.fund_pool_cents if isinstance(position, Position) else 0
        stated = chart.signed(chart.GUARANTEE_FUND, contract.journal.balance(chart.GUARANTEE_FUND))
        total = pool + sum(invoice.retained_cents for invoice in contract.invoices)
        yield from _differs(f"{contract.contract}: {chart.GUARANTEE_FUND}", stated, total)


def _amounts(after: InvoiceAfter | None) -> tuple[int, int, int] | None:
    """Return the amounts of an invoice after an entry.

    A dispute or de-funding that moves nothing (all of it unapproved) has no entry to stand in.
    """
    return (after.open_cents, after.approved_cents, after.retained_cents) if after else None


def receivables_are_what_is_open(books: Books) -> Iterator[str]:
    """D1: receivables are the sum of what is open; each invoice is where its journal left it."""
    for contract in books.contracts:
        yield from _sum_of(contract, chart.RECEIVABLES, lambda invoice: invoice.receivable_cents)
        yield from _sum_of(contract, chart.MANDATE_CLAIMS, lambda invoice: invoice.mandated_cents)
        last: dict[str, InvoiceAfter] = {}
        for entry in contract.journal.entries:
            last |= {after.invoice: after for after in entry.invoices}
        for invoice in contract.invoices:
            if _amounts(last.get(invoice.invoice)) != _amounts(snapshot(invoice)):
                yield f"{contract.contract} {invoice.invoice}: not where its last entry left it"


def holds_are_what_is_held(books: Books) -> Iterator[str]:
    """D2: each hold is the sum of what the invoices say is held."""
    for contract in books.contracts:
        for account, held in _HOLDS:
            yield from _sum_of(contract, account, held)


_HOLDS: Final[tuple[tuple[str, Callable[[Invoice], int]], ...]] = (
    (chart.MANDATE_COUNTERPART, lambda invoice: -invoice.mandated_cents),
    (chart.HOLD_UNAPPROVED, lambda invoice: invoice.unapproved_cents),
    (chart.HOLD_DISPUTE, lambda invoice: invoice.hold_dispute_cents),
    (chart.HOLD_DEFUNDED, lambda invoice: invoice.hold_defunded_cents),
)


def nothing_is_bought_under_a_mandate(books: Books) -> Iterator[str]:
    """M1: a contract of collection only has no receivable, fund, hold, fee of ours or approval."""
    for contract in books.contracts:
        if not any(terms.is_mandate for terms in contract.terms):
            continue
        for account in _BOUGHT:
            yield from _differs(
                f"{contract.contract}: {account}", contract.journal.balance(account), 0
            )
        for invoice in contract.invoices:
            figures = (invoice.approved_cents, invoice.financed_basis_cents, invoice.retained_cents)
            if any(figures) or not invoice.is_mandate:
                yield f"{contract.contract} {invoice.invoice}: bought, under a mandate"


_BOUGHT: Final = (
    *(chart.RECEIVABLES, chart.GUARANTEE_FUND, *chart.HOLDS, chart.FEE_FACTORING),
    *(chart.FEE_FINANCING, chart.CREDIT_LOSSES, chart.SMALL_DIFFERENCES, chart.INSURER_CLAIMS),
)


def payouts_resolve_once(books: Books) -> Iterator[str]:
    """I12: ordered once, confirmed or brought back as its state says; in transit is the rest."""
    for contract in books.contracts:
        events: Counter[tuple[str, str]] = Counter()
        for entry in contract.journal.entries:
            if kind := _payout_event(entry):
                events[entry.documents[0], kind] += 1
        for payout in contract.payouts:
            found = tuple(
                events.pop((payout.end_to_end_id, kind), 0) for kind in ("E3a", "E3b", "E3c")
            )
            if found != _EVENTS.get(payout.state, (1, 0, 0)):
                yield f"{payout.end_to_end_id}: {payout.state}, with {found} of E3a, E3b, E3c"
        for identity, kind in events:
            yield f"{contract.contract}: {kind} of {identity}, and no pay-out"
        yield from _in_transit(contract)


def _payout_event(entry: Entry) -> str:
    """Return what an entry says of a pay-out; one that was taken on in transit was ordered."""
    is_taken = entry.kind == OPENING_KIND and bool(_on(entry, chart.PAYOUTS_IN_TRANSIT))
    if is_taken:
        return "E3a"
    return entry.kind if entry.kind in ("E3a", "E3b", "E3c") else ""


_EVENTS: Final = {
    PayOutState.CONFIRMED: (1, 1, 0),
    PayOutState.RETURNED: (1, 1, 1),
    PayOutState.REFUSED: (1, 0, 1),
    PayOutState.CANCELLED: (1, 0, 1),
}
_SETTLED: Final = frozenset(_EVENTS)


def _in_transit(contract: ContractBooks) -> Iterator[str]:
    under_way = (payout for payout in contract.payouts if payout.state not in _SETTLED)
    stated = chart.signed(
        chart.PAYOUTS_IN_TRANSIT, contract.journal.balance(chart.PAYOUTS_IN_TRANSIT)
    )
    yield from _differs(f"{contract.contract}: in transit", stated, _total(under_way))


def refunds_are_on_their_way(books: Books) -> Iterator[str]:
    """I12: what a bank's journal has on its way are the refunds that no statement showed."""
    for bank in books.banks:
        ordered = (one.amount_cents for one in bank.refunds if one.state is RefundState.ORDERED)
        yield from _stands(bank, chart.PAYOUTS_IN_TRANSIT, sum(ordered))


def _total(payouts: Iterable[PayOut]) -> int:
    return sum(payout.amount_cents for payout in payouts)


def cuts_agree_with_the_journal(books: Books) -> Iterator[str]:
    """I14: a cut shows the journal as it stood, and begins where the one before ended."""
    for contract in books.contracts:
        for before, cut in pairwise((None, *contract.cuts)):
            assert cut is not None, "only the first of a pair may be nothing"
            place = f"{contract.contract} {cut.week}"
            yield from _differs(f"{place}: opens at", cut.opening_seq, before.seq if before else 0)
            entry = contract.journal.entry(cut.seq)
            stands = (entry.hash, dict(entry.balances)) if entry else ("", {})
            if (cut.head_hash, dict(cut.balances)) != stands or (entry is None and cut.seq):
                yield f"{place}: is not what entry {cut.seq} left"
        last, position = contract.cuts[-1:], contract.journal.head
        stated = position.last_cut if isinstance(position, Position) else ""
        if stated != (last[0].week if last else ""):
            yield f"{contract.contract}: the position's last cut is {stated or 'none'}"


def statements_are_numbered(books: Books) -> Iterator[str]:
    """Advance statements of a contract have no gap from one, or from the old system's last one."""
    for contract in books.contracts:
        numbers = [statement.number for statement in contract.statements]
        position = contract.journal.head
        count = position.statement_count if isinstance(position, Position) else 0
        opening = position.opening if isinstance(position, Position) else None
        base = opening.statement_base if opening else 0
        if numbers != list(range(base + 1, count + 1)):
            yield f"{contract.contract}: numbers {numbers}, and the position counts {count}"


def _sum_of(
    contract: ContractBooks, account: str, figure: Callable[[Invoice], int]
) -> Iterator[str]:
    stated = chart.signed(account, contract.journal.balance(account))
    total = sum(figure(invoice) for invoice in contract.invoices)
    yield from _differs(f"{contract.contract}: {account}", stated, total)


def _differs(what: str, stated: int, total: int) -> Iterator[str]:
    if stated != total:
        yield f"{what} {stated}, should be {total}"


def _invoices(books: Books) -> Iterator[Invoice]:
    return (invoice for contract in books.contracts for invoice in contract.invoices)
