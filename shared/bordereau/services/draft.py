"""The reads and writes of one commit, with the guard that each item's kind demands.

A service works on a draft: it reads records, decides with the domain, writes records and posts
entries. ``commit`` turns what changed into one transaction. A lost race changes nothing: the
service starts over on a fresh draft, reads again and decides again, so that "done already" is
found by reading and never guessed from a cancellation.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from bordereau.domain import entries
from bordereau.domain.books import BankHead, ContractStatus, Position, Reversal
from bordereau.domain.closing import BooksPeriod, open_day
from bordereau.domain.entries import Entry, Posting
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.problems import ConflictError, InvariantError, SourceUnavailableError
from bordereau.domain.shapes import check_shape
from bordereau.domain.tables import ITEMS, Guard, index_keys, key_for, key_of
from bordereau.domain.taking_on.shapes import OF_TAKE_ON
from bordereau.domain.transactions import (
    ABSENT,
    Action,
    Check,
    Condition,
    Operator,
    Put,
    Transaction,
    Update,
)
from bordereau.ports import Ledger, Wanted
from bordereau.services.outcome import Outcome, Status

R = TypeVar("R")
T = TypeVar("T")

ATTEMPTS_MAX = 12
"""How often a decision is made anew before the message goes back to its queue."""

Key = tuple[type, str, str]

Also = Callable[["Draft", Outcome], None]
"""Writes what else belongs into the commit of an outcome: the answer to staff, the row of a case.

It is called once for each decision, when nothing refuses it.
"""


class Draft:
    """One commit in the making, over a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: dict[Key, Any] = {}
        self._now: dict[Key, Any] = {}
        self._requires: dict[Key, list[Condition]] = {}

    def read(self, kind: type[R], /, **key: object) -> R | None:
        """Return a record as this draft sees it: its own writes first, else the ledger's."""
        place: Key = (kind, *key_for(kind, key))
        if place not in self._now:
            self._seen[place] = self._now[place] = self._ledger.get(kind, **key)
        return cast("R | None", self._now[place])

    def fetch(self, *wanted: Wanted) -> None:
        """Read records at once that will be read one by one; what was read or written stays."""
        places = {(kind, *key_for(kind, key)): (kind, key) for kind, key in wanted}
        missing = [place for place in places if place not in self._now]
        found = self._ledger.get_many(*(places[place] for place in missing))
        for place, record in zip(missing, found, strict=True):
            self._seen[place] = self._now[place] = record

    def take(self, kind: type[R], /, **key: object) -> R:
        """Return a record that must be there; its absence is our own mistake."""
        record = self.read(kind, **key)
        if record is None:
            raise InvariantError(f"no {kind.__name__} at {key}")
        return record

    def write(self, record: object) -> None:
        """Write a record: new when it was not read, changed otherwise.

        A journal that begins now begins after what the firm has closed.
        """
        place: Key = (type(record), *key_of(record))
        self._seen.setdefault(place, None)
        if isinstance(record, Position | BankHead) and self._now.get(place) is None:
            record = self._born(record)
        self._now[place] = record

    def _born(self, head: Position | BankHead) -> Position | BankHead:
        """Return a new journal's row with the firm's closed day, which the commit demands."""
        place: Key = (BooksPeriod, *key_for(BooksPeriod, {}))
        period = self.read(BooksPeriod)
        if period is None:
            period = self._seen[place] = self._now[place] = BooksPeriod()
            self._requires[place] = [ABSENT]
        elif place not in self._requires:
            self.require(period, "v", "=", period.v)
        return dataclasses.replace(head, closed_through_on=period.through_on)

    def require(self, record: object, field: str, operator: Operator, value: object) -> None:
        """Require something of the stored record beyond its kind's own guard."""
        place: Key = (type(record), *key_of(record))
        self._requires.setdefault(place, []).append(Condition(field, operator, value))

    def post(self, contract: ContractId, posting: Posting, *, today: dt.date) -> Entry:
        """Book a posting in a contract's journal and move its position on."""
        position = self.take(Position, contract=contract)
        entry = entries.book(
            entries.contract_journal(contract),
            position.head(),
            posting,
            today=open_day(today, position.closed_through_on),
            terms_rev=position.terms_rev,
        )
        self.write(position.after(entry))
        self._book(entry)
        return entry

    def post_bank(self, account: AccountId, posting: Posting, *, today: dt.date) -> Entry:
        """Book a posting in a bank account's journal and move its head on."""
        head = self.take(BankHead, account=account)
        journal, day = entries.bank_journal(account), open_day(today, head.closed_through_on)
        entry = entries.book(journal, head.head(), posting, today=day, terms_rev=0)
        self.write(head.after(entry))
        self._book(entry)
        return entry

    def _book(self, entry: Entry) -> None:
        self.write(entry)
        if entry.reverses is not None:
            self.write(Reversal(entry.journal, entry.reverses, entry.seq))

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to commit."""
        return any(self._now[place] != self._seen[place] for place in self._now)

    def commit(self, shape: str) -> bool:
        """Commit what changed as a transaction of a listed shape; false when a race was lost."""
        transaction = Transaction(shape, self._actions())
        check_shape(transaction)
        return self._ledger.commit(transaction) is None

    def under_way(self) -> ContractId | None:
        """Return a contract that was read, and is being taken on (docs/adr/0010)."""
        for record in self._seen.values():
            if isinstance(record, Position) and record.status is ContractStatus.TAKING_ON:
                return record.contract
        return None

    def _actions(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        for place, record in self._now.items():
            wanted = tuple(self._requires.get(place, ()))
            if record != self._seen[place]:
                actions.append(_action(self._seen[place], record, wanted))
            elif wanted:
                actions.append(Check(record, wanted))
        return tuple(sorted(actions, key=lambda action: not _is_position(action)))


def _is_position(action: Action) -> bool:
    return isinstance(action, Put) and isinstance(action.record, Position)


def _action(seen: Any, record: Any, wanted: tuple[Condition, ...]) -> Action:  # noqa: ANN401
    guard = ITEMS[type(record)].guard
    if guard is Guard.NONE:
        return Put(record, wanted)
    if seen is None:
        return Put(_versioned(record, 0) if guard is Guard.VERSION else record, (ABSENT, *wanted))
    if guard is Guard.ONCE:
        raise InvariantError(f"a {type(record).__name__} is written once")
    if guard is Guard.VERSION:
        return Put(_versioned(record, seen.v), (Condition("v", "=", seen.v), *wanted))
    if guard is Guard.SEQUENCE:
        return Put(record, (*_sequence(seen), *wanted))
    return _difference(seen, record, wanted)


def _versioned(record: Any, seen_version: int) -> Any:  # noqa: ANN401 - records of every kind
    return dataclasses.replace(record, v=seen_version + 1)


def _sequence(seen: Any) -> tuple[Condition, ...]:  # noqa: ANN401 - a position or a bank head
    same = (
        Condition("seq", "=", seen.seq),
        Condition("closed_through_on", "=", seen.closed_through_on),
    )
    if not isinstance(seen, Position):
        return same
    return *same, Condition("terms_rev", "=", seen.terms_rev)


def _difference(seen: Any, record: Any, wanted: tuple[Condition, ...]) -> Update:  # noqa: ANN401
    add: dict[str, int] = {}
    put: dict[str, object] = {}
    for spec in dataclasses.fields(record):
        before, after = getattr(seen, spec.name), getattr(record, spec.name)
        if before == after:
            continue
        if type(before) is int and type(after) is int:
            add[spec.name] = after - before
        else:
            put[spec.name] = after
    item = ITEMS[type(record)]
    put |= {name: getattr(record, name) for name, leader in item.follows.items() if leader in add}
    return Update(seen, record, add, put, (*_exact(seen, record, add), *wanted))


def _exact(seen: Any, record: Any, add: Mapping[str, int]) -> tuple[Condition, ...]:  # noqa: ANN401
    """Require what was read where it decides that the record enters or leaves an index."""
    if index_keys(seen) == index_keys(record):
        return ()
    exact = (name for name in ITEMS[type(record)].exact if name in add)
    return tuple(Condition(name, "=", getattr(seen, name)) for name in exact)


def finished(draft: Draft, outcome: Outcome, also: Also | None) -> Outcome:
    """Let ``also`` write its part of the commit that ends with ``outcome``, and return that."""
    if also is not None:
        also(draft, outcome)
    return outcome


class UnderWayError(SourceUnavailableError):
    """A contract is being taken on: whatever is decided about it comes again when that is done."""


def attempt(ledger: Ledger, shape: str, decide: Callable[[Draft], T]) -> T:
    """Decide on a fresh draft and commit it, again while a race is lost, at most twelve times.

    The ledger pauses by chance between two attempts, so that writers of one contract let each
    other go first.
    Returns what ``decide`` returned for the draft that was committed (or had nothing to commit).
    Raises ``ConflictError`` after the last try: the message goes back to its queue. A refusal
    writes nothing: one that would is our own mistake. Raises ``UnderWayError`` for a contract that
    is being taken on, unless the shape is one of the take-on's own.
    """
    for lost in range(ATTEMPTS_MAX):
        if lost:
            ledger.pause(lost)
        draft = Draft(ledger)
        result = decide(draft)
        if shape not in OF_TAKE_ON and (contract := draft.under_way()) is not None:
            raise UnderWayError(f"{contract} is being taken on")
        if isinstance(result, Outcome) and result.status is Status.REFUSED and draft.has_changes:
            raise InvariantError(f"{shape}: refused ({result.reason}), and yet something to write")
        if not draft.has_changes or draft.commit(shape):
            return result
    raise ConflictError(f"{shape}: lost {ATTEMPTS_MAX} races")
