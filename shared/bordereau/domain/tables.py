"""Every item of the four tables, as data: keys, guards, indexes (decisions 6).

Tables are split by permission: ``journal`` (append only for every role), ``ledger`` (no delete, no
TTL), ``work``, ``party``. A key is a template over the record's own fields. A guard says what a
write of an existing item requires besides what the decision itself requires.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Final

from bordereau.domain import books, cases, closing, parties, refunds, sepa, waiting, work
from bordereau.domain.entries import Entry
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.identifiers import currency_of
from bordereau.domain.invoices import Invoice
from bordereau.domain.line_requests import DatedLine, LineRequest
from bordereau.domain.plain import to_plain
from bordereau.domain.taking_on.records import TakenPayOut, TakeOn
from bordereau.domain.terms import Terms

INDEX_SHARDS: Final = 4
"""Shards of the indexes ``remind`` and ``todo``; their keys hold no date (reliability 1.3)."""


class Table(StrEnum):
    """The four tables."""

    JOURNAL = "journal"
    LEDGER = "ledger"
    WORK = "work"
    PARTY = "party"


class Index(StrEnum):
    """The sparse indexes, on ``ledger`` but for ``PENDING`` on ``work``."""

    BY_CONTRACT = "by_contract"
    OPEN_BY_DEBTOR = "open_by_debtor"
    REMIND = "remind"
    TODO = "todo"
    PENDING = "pending"


INDEX_TABLE: Final = {
    Index.BY_CONTRACT: Table.LEDGER,
    Index.OPEN_BY_DEBTOR: Table.LEDGER,
    Index.REMIND: Table.LEDGER,
    Index.TODO: Table.LEDGER,
    Index.PENDING: Table.WORK,
}


class Guard(StrEnum):
    """How a write of the item is protected against a write in between.

    ``ONCE``: written once for ever. ``VERSION``: ``v = :seen``. ``SEQUENCE``: ``seq = :seen`` (and
    ``terms_rev = :seen`` where there is one) and ``closed_through_on = :seen``. ``ARITHMETIC``:
    differences are added, and only the conditions that the decision states are required. ``NONE``:
    a plain put, rebuilt when lost.
    """

    ONCE = "once"
    VERSION = "version"
    SEQUENCE = "sequence"
    ARITHMETIC = "arithmetic"
    NONE = "none"


IndexKey = Callable[[Any], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Item:
    """Where records of one kind lie and how they are guarded.

    The last two are for ``ARITHMETIC`` items with an index, whose place in it is decided from what
    was read. ``follows``: a field that is written whenever another moves, even to the value that it
    had when read, so that it wins over a commit in between. ``exact``: a field that must be as read
    when the difference brings the item into an index or takes it out.
    """

    kind: type
    table: Table
    pk: str
    sk: str
    guard: Guard
    indexes: Mapping[Index, IndexKey] = field(default_factory=dict)
    follows: Mapping[str, str] = field(default_factory=dict)
    exact: tuple[str, ...] = ()


def shard_of(text: str) -> int:
    """Return the index shard of an id: stable, spread by the sum of its bytes.

    >>> shard_of("siren:552081317") in range(INDEX_SHARDS)
    True
    """
    return sum(text.encode()) % INDEX_SHARDS


CLOSED_KEPT_DAYS: Final = 90


def _by_contract(invoice: Invoice) -> tuple[str, str]:
    if invoice.closed_on is None:
        order = f"{invoice.assigned_on}#{invoice.place:05d}#{invoice.issued_on}#{invoice.number}"
        return f"K#{invoice.contract}", f"O#{invoice.debtor}#{order}"
    return f"K#{invoice.contract}", f"C#{invoice.closed_on}#{invoice.invoice}"


def _open_by_debtor(invoice: Invoice) -> tuple[str, str] | None:
    if not invoice.is_open:
        return None
    currency = currency_of(invoice.contract)
    order = f"{invoice.assigned_on}#{invoice.place:05d}#{invoice.issued_on}#{invoice.number}"
    return f"D#{invoice.debtor}#{currency}", f"{order}#{invoice.contract}"


def _remind(invoice: Invoice) -> tuple[str, str] | None:
    if not invoice.is_open:
        return None
    key = f"{invoice.contract}#{invoice.invoice}"
    return f"overdue#{shard_of(key)}", f"{invoice.due_on}#{key}"


def _todo_promote(line: FactorLine) -> tuple[str, str] | None:
    if line.todo_on is None:
        return None
    return f"promote#{shard_of(line.debtor)}", f"{line.todo_on}#{line.debtor}#{line.currency}"


def _todo_expire(line: RelationLine) -> tuple[str, str] | None:
    if line.valid_until in (None, dt.date.max) or line.status != "active":
        return None
    assert line.valid_until is not None, "seen above"
    ends_on = line.valid_until + dt.timedelta(days=1)
    return f"expire#{shard_of(line.debtor)}", f"{ends_on}#{line.debtor}#{line.contract}"


def _todo_line(line: DatedLine) -> tuple[str, str] | None:
    if line.applied_on is not None:
        return None
    return f"line#{shard_of(line.debtor)}", f"{line.from_on}#{line.ref}"


def _todo_receipt(receipt: books.Receipt) -> tuple[str, str] | None:
    if receipt.left_cents == 0:
        return None
    return f"receipt#{shard_of(receipt.account)}", f"{receipt.booked_on}#{receipt.ref}"


def _todo_payout(payout: books.PayOut) -> tuple[str, str] | None:
    if payout.state not in ("ordered", "sealed", "sent"):
        return None
    return f"payout#{shard_of(payout.contract)}", f"{payout.ordered_on}#{payout.end_to_end_id}"


def _todo_sepa(batch: sepa.SepaBatch) -> tuple[str, str] | None:
    if batch.state == "sent":
        return None
    return f"sepa#{shard_of(batch.account)}", f"{batch.released_on}#{batch.message_id}"


def _case_of_contract(case: cases.Case) -> tuple[str, str] | None:
    return (f"L#{case.contract}", f"{case.invoice}#{case.ref}") if case.is_open else None


def _case_to_look_at(case: cases.Case) -> tuple[str, str] | None:
    if not case.is_open:
        return None
    return f"case#{shard_of(case.ref)}", f"{case.promised_on or case.since_on}#{case.ref}"


_ITEMS = (
    Item(Entry, Table.JOURNAL, "{journal}", "E#{seq:012d}", Guard.ONCE),
    Item(books.Position, Table.LEDGER, "K#{contract}", "POS", Guard.SEQUENCE),
    Item(books.BankHead, Table.LEDGER, "B#{account}", "HEAD", Guard.SEQUENCE),
    Item(books.Batch, Table.LEDGER, "K#{contract}", "A#{batch}", Guard.VERSION),
    Item(
        Invoice,
        Table.LEDGER,
        "K#{contract}",
        "I#{invoice}",
        Guard.VERSION,
        {
            Index.BY_CONTRACT: _by_contract,
            Index.OPEN_BY_DEBTOR: _open_by_debtor,
            Index.REMIND: _remind,
        },
    ),
    Item(books.CreditNote, Table.LEDGER, "K#{contract}", "CN#{credit_note}", Guard.VERSION),
    Item(books.AdvanceStatement, Table.LEDGER, "K#{contract}", "S#{issued_on}", Guard.VERSION),
    Item(
        books.PayOut,
        Table.LEDGER,
        "K#{contract}",
        "P#{ordered_on}#{ordinal}",
        Guard.VERSION,
        {Index.TODO: _todo_payout},
    ),
    Item(
        sepa.SepaBatch,
        Table.LEDGER,
        "SB#{released_on}",
        "{number:04d}",
        Guard.VERSION,
        {Index.TODO: _todo_sepa},
    ),
    Item(
        sepa.SepaMember,
        Table.LEDGER,
        "SB#{released_on}",
        "{number:04d}#{end_to_end_id}",
        Guard.ONCE,
    ),
    Item(books.GuaranteeClaim, Table.LEDGER, "K#{contract}", "G#{debtor}", Guard.VERSION),
    Item(refunds.Refund, Table.LEDGER, "RF#{account}#{ordered_on}", "{ordinal:04d}", Guard.VERSION),
    Item(
        cases.Case,
        Table.LEDGER,
        "CASE#{ref}",
        "CASE",
        Guard.VERSION,
        {Index.BY_CONTRACT: _case_of_contract, Index.REMIND: _case_to_look_at},
    ),
    Item(books.StatementCut, Table.LEDGER, "K#{contract}", "Z#{week}", Guard.ONCE),
    Item(books.Reversal, Table.LEDGER, "{journal}", "REV#{seq:012d}", Guard.ONCE),
    Item(closing.BooksPeriod, Table.LEDGER, "PERIOD", "PERIOD", Guard.VERSION),
    Item(closing.JournalClosing, Table.LEDGER, "CLOSING#{month}", "{journal}", Guard.ONCE),
    Item(closing.MonthClosing, Table.LEDGER, "MONTHS", "{month}", Guard.ONCE),
    Item(books.Fingerprint, Table.LEDGER, "FP#{sha}", "FP", Guard.ONCE),
    Item(books.FileHash, Table.LEDGER, "FH#{sha}", "FH", Guard.ONCE),
    Item(
        books.SoftDuplicate,
        Table.LEDGER,
        "FQ#{debtor}",
        "{amount_cents}#{issued_on}#{contract}#{number}",
        Guard.NONE,
    ),
    Item(books.SameNumber, Table.LEDGER, "FQ#{debtor}", "N#{invoice}#{contract}", Guard.NONE),
    Item(
        FactorLine,
        Table.LEDGER,
        "D#{debtor}",
        "LINE#{currency}",
        Guard.ARITHMETIC,
        {Index.TODO: _todo_promote},
        follows={"todo_on": "todo_rev"},
    ),
    Item(
        RelationLine,
        Table.LEDGER,
        "D#{debtor}",
        "LINE#{currency}#{contract}",
        Guard.VERSION,
        {Index.TODO: _todo_expire},
    ),
    Item(DatedLine, Table.LEDGER, "LD#{ref}", "LD", Guard.VERSION, {Index.TODO: _todo_line}),
    Item(
        LineRequest,
        Table.WORK,
        "LR#{ref}",
        "LR",
        Guard.VERSION,
        {Index.PENDING: waiting.request},
    ),
    Item(
        books.Receipt,
        Table.LEDGER,
        "R#{account}#{booked_on}",
        "{ref}",
        Guard.ARITHMETIC,
        {Index.TODO: _todo_receipt},
        exact=("left_cents",),
    ),
    Item(books.BankCharge, Table.LEDGER, "BC#{account}#{booked_on}", "{ref}", Guard.ONCE),
    Item(
        books.Allocation,
        Table.LEDGER,
        "R#{account}#{booked_on}",
        "{ref}#A{ordinal:04d}",
        Guard.ONCE,
    ),
    Item(books.DebtorCredit, Table.LEDGER, "DC#{debtor}", "{credit}", Guard.ARITHMETIC),
    Item(TakeOn, Table.LEDGER, "TAKEON", "{dossier}", Guard.VERSION),
    Item(TakenPayOut, Table.LEDGER, "B#{account}", "X#{reference}", Guard.ONCE),
    Item(work.Command, Table.WORK, "CMD#{ref}", "{revision:06d}", Guard.ONCE),
    Item(work.SheetLine, Table.WORK, "SL#{tab}", "{number:06d}", Guard.ONCE),
    Item(work.MailHead, Table.WORK, "M#{mail}", "HEAD", Guard.ARITHMETIC),
    Item(
        work.PartOutcome,
        Table.WORK,
        "M#{mail}",
        "P#{part}",
        Guard.VERSION,
        {Index.PENDING: waiting.part},
    ),
    Item(
        work.Intent,
        Table.WORK,
        "O#{kind}#{id}",
        "O",
        Guard.VERSION,
        {Index.PENDING: waiting.intent},
    ),
    Item(work.MailRelease, Table.WORK, "MR#{mail}", "MR", Guard.ONCE),
    Item(work.Run, Table.WORK, "R#{kind}", "{day}", Guard.ONCE),
    Item(work.BankFile, Table.WORK, "BF#{file}", "{sha256}", Guard.ONCE),
    Item(work.BankNotice, Table.WORK, "BN#{account}", "{ref}", Guard.VERSION),
    Item(work.ReceiptProposal, Table.WORK, "RP#{account}#{booked_on}", "{ref}", Guard.VERSION),
    Item(
        work.Alert,
        Table.WORK,
        "AL#{object}#{stage}",
        "AL",
        Guard.VERSION,
        {Index.PENDING: waiting.alert},
    ),
    Item(
        work.ToComplete,
        Table.WORK,
        "F#{ref}",
        "F",
        Guard.VERSION,
        {Index.PENDING: waiting.to_complete},
    ),
    Item(parties.Seller, Table.PARTY, "SELLER#{party}", "V#{version:06d}", Guard.ONCE),
    Item(parties.Debtor, Table.PARTY, "DEBTOR#{party}", "V#{version:06d}", Guard.ONCE),
    Item(parties.PartyVersion, Table.PARTY, "{role}#{party}", "CURRENT", Guard.NONE),
    Item(parties.Contract, Table.PARTY, "CONTRACT#{contract}", "CONTRACT", Guard.VERSION),
    Item(Terms, Table.PARTY, "CONTRACT#{contract}", "T#{revision:06d}", Guard.ONCE),
    Item(parties.Sender, Table.PARTY, "SENDER#{address}", "{seller}", Guard.VERSION),
    Item(parties.Alias, Table.PARTY, "ALIAS#{role}#{alias}", "ALIAS", Guard.NONE),
    Item(parties.ContractListing, Table.PARTY, "DIR#CONTRACT", "{contract}", Guard.NONE),
    Item(parties.Rate, Table.PARTY, "RATE#{code}", "{from_on}", Guard.VERSION),
    Item(parties.Setting, Table.PARTY, "SETTING", "{key}", Guard.VERSION),
)

ITEMS: Final[Mapping[type, Item]] = {item.kind: item for item in _ITEMS}
"""The item of each kind of record."""


def key_of(record: object) -> tuple[str, str]:
    """Return partition and sort key of a record."""
    item = ITEMS[type(record)]
    names = {name: getattr(record, name) for name in _fields(item)}
    return item.pk.format(**names), item.sk.format(**names)


def key_for(kind: type, parts: Mapping[str, object]) -> tuple[str, str]:
    """Return the keys of a record of ``kind`` from the fields that its key is made of."""
    item = ITEMS[kind]
    return item.pk.format(**parts), item.sk.format(**parts)


def index_keys(record: object) -> dict[Index, tuple[str, str]]:
    """Return the keys of the indexes in which the record stands now."""
    found = {index: key(record) for index, key in ITEMS[type(record)].indexes.items()}
    return {index: keys for index, keys in found.items() if keys is not None}


def to_item(record: object) -> dict[str, Any]:
    """Return a record as a table keeps it: every number, text and flag, so that conditions see it.

    Left out is only what is ``None`` or an empty collection by default; ``plain.from_plain`` reads
    it back.
    """
    kind: type = type(record)
    item = {}
    for name, may_be_left_out in _fields_of(kind):
        value = getattr(record, name)
        if not (may_be_left_out and value in (None, (), {})):
            item[name] = to_plain(value)
    return item


@cache
def _fields_of(kind: type) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (spec.name, spec.default in (None, ()) or spec.default_factory is dict)
        for spec in dataclasses.fields(kind)
    )


def _fields(item: Item) -> list[str]:
    return list(getattr(item.kind, "__dataclass_fields__"))  # noqa: B009 - a plain attribute to mypy
