"""Double entry: postings, and the entries that stand in a journal for ever.

A journal is ``K#<contract>`` or ``B#<bank account>``. An entry is never edited: it is reversed
once by its exact opposite. Entries are chained by hash, so that an overwrite is found.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bordereau.domain.chart import CHART, Journal
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import InvariantError

SCHEMA = 1
"""Version of the entry's own shape, written into each entry."""

LINES_MIN = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: exactly one of debit and credit is above zero, in cents.

    ``valued_on`` is the line's own value date where it is not the entry's (a payment partly from a
    receipt and partly from credits).
    """

    account: str
    debit_cents: int = 0
    credit_cents: int = 0
    debtor: str = ""
    invoice: str = ""
    valued_on: dt.date | None = None

    @property
    def cents(self) -> int:
        """The amount, debit-positive."""
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class InvoiceAfter:
    """What an invoice stands at after the entry, so that a past state is a fold.

    What is disputed and whether it is de-funded decide on the concentration hold; when it is due,
    on its place in an aged balance (a corrected invoice may move it).
    """

    invoice: str
    open_cents: int
    approved_cents: int
    retained_cents: int
    disputed_cents: int = 0
    is_defunded: bool = False
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked, before it has a place in a journal.

    ``kind`` is the event of the trade (E1 to E28), ``documents`` the ids it rests on. ``reverses``
    is the sequence number of the entry that this one undoes, ``paid_on`` the day on which a
    receipt was booked that pays an invoice.
    """

    kind: str
    lines: tuple[Line, ...]
    documents: tuple[str, ...]
    valued_on: dt.date | None = None
    invoices: tuple[InvoiceAfter, ...] = ()
    reverses: int | None = None
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A posting in its journal. ``balances`` are all balances after it, debit-positive cents."""

    journal: str
    seq: int
    booked_on: dt.date
    valued_on: dt.date
    kind: str
    documents: tuple[str, ...]
    lines: tuple[Line, ...]
    balances: Mapping[str, int]
    terms_rev: int
    previous_hash: str
    hash: str = ""
    invoices: tuple[InvoiceAfter, ...] = ()
    reverses: int | None = None
    paid_on: dt.date | None = None
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands: what an entry needs to be chained to."""

    seq: int = 0
    balances: Mapping[str, int] = field(default_factory=dict)
    head_hash: str = ""
    booked_on: dt.date | None = None


def contract_journal(contract: ContractId) -> str:
    """Return the journal of a contract."""
    return f"K#{contract}"


def bank_journal(account: AccountId) -> str:
    """Return the journal of one of our bank accounts."""
    return f"B#{account}"


def debit(account: str, cents: int, *, debtor: str = "", invoice: str = "") -> tuple[Line, ...]:
    """Return the line that debits ``cents``; a negative amount credits, zero is no line.

    >>> [line.debit_cents for line in debit("bank", 500)], debit("bank", 0)
    ([500], ())
    """
    if cents == 0:
        return ()
    if cents > 0:
        return (Line(account, debit_cents=cents, debtor=debtor, invoice=invoice),)
    return (Line(account, credit_cents=-cents, debtor=debtor, invoice=invoice),)


def credit(account: str, cents: int, *, debtor: str = "", invoice: str = "") -> tuple[Line, ...]:
    """Return the line that credits ``cents``; a negative amount debits, zero is no line."""
    return debit(account, -cents, debtor=debtor, invoice=invoice)


def check_lines(journal: str, lines: Iterable[Line]) -> None:
    """Raise ``InvariantError`` unless the lines are a sound entry of this journal (I1)."""
    listed = tuple(lines)
    allowed = Journal.CONTRACT if journal.startswith("K#") else Journal.BANK
    for line in listed:
        account = CHART.get(line.account)
        if account is None or account.journal not in (allowed, Journal.BOTH):
            raise InvariantError(f"account {line.account} has no place in {journal}")
        if min(line.debit_cents, line.credit_cents) != 0 or line.cents == 0:
            raise InvariantError(f"a line of {line.account} is not above zero on one side")
    if len(listed) < LINES_MIN or sum(line.cents for line in listed) != 0:
        raise InvariantError(f"an entry of {journal} does not balance")


def balances_after(balances: Mapping[str, int], lines: Iterable[Line]) -> dict[str, int]:
    """Return the balances with the lines added; accounts at zero are left out."""
    after = dict(balances)
    for line in lines:
        after[line.account] = after.get(line.account, 0) + line.cents
    return {code: cents for code, cents in sorted(after.items()) if cents}


def book(journal: str, head: Head, posting: Posting, *, today: dt.date, terms_rev: int) -> Entry:
    """Give a posting its place after ``head``: number, dates, balances, hash.

    ``booked_on`` never decreases within a journal: it is the later of today and the last one.
    Raises ``InvariantError`` when the lines do not balance.
    """
    check_lines(journal, posting.lines)
    booked_on = max(today, head.booked_on or today)
    entry = Entry(
        journal=journal,
        seq=head.seq + 1,
        booked_on=booked_on,
        valued_on=posting.valued_on or booked_on,
        kind=posting.kind,
        documents=posting.documents,
        lines=posting.lines,
        balances=balances_after(head.balances, posting.lines),
        terms_rev=terms_rev,
        previous_hash=head.head_hash,
        invoices=posting.invoices,
        reverses=posting.reverses,
        paid_on=posting.paid_on,
    )
    return dataclasses.replace(entry, hash=entry_hash(entry))


def entry_hash(entry: Entry) -> str:
    """Return the hash of everything an entry says, the previous hash included."""
    content = to_plain(dataclasses.replace(entry, hash=""))
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def reversal_of(entry: Entry, documents: tuple[str, ...]) -> Posting:
    """Return the exact opposite of an entry (E28, I13); the caller says that it is done once."""
    return Posting(
        kind="E28",
        lines=tuple(
            dataclasses.replace(line, debit_cents=line.credit_cents, credit_cents=line.debit_cents)
            for line in entry.lines
        ),
        documents=documents,
        reverses=entry.seq,
    )
