"""A draft guards each kind as its table says, and a lost race is decided again, never lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import BankHead, Position, Receipt, Reversal
from bordereau.domain.chart import BANK, UNALLOCATED
from bordereau.domain.closing import BooksPeriod
from bordereau.domain.entries import Entry, Posting, credit, debit
from bordereau.domain.guarantee_lines import FactorLine, RelationLine, awakened
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.parties import Alias
from bordereau.domain.problems import ConflictError, InvariantError
from bordereau.domain.tables import ITEMS, Guard, Index, key_of, shard_of
from bordereau.domain.transactions import (
    ABSENT,
    Action,
    Cancelled,
    Check,
    Condition,
    Put,
    Transaction,
    Update,
    record_of,
)
from bordereau.domain.work import Run
from bordereau.services.draft import ATTEMPTS_MAX, Draft, attempt
from tests.contracts.random_books import NOON, RandomBooks

CONTRACT = ContractId("siren:552081317/EUR")
ACCOUNT = AccountId("FR7630006000011234567890189")
DEBTOR = PartyId("siren:356000000")
DAY = dt.date(2026, 1, 5)
LINE = FactorLine(DEBTOR, "EUR", 1_000, 1_000)
KEY = {"debtor": DEBTOR, "currency": "EUR"}


class Recorded(MemoryLedger):
    """A ledger that remembers what was committed, and may let another commit come first."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Transaction] = []
        self.paused: list[int] = []
        self.first: list[Callable[[], object]] = []

    def commit(self, transaction: Transaction) -> Cancelled | None:
        """Let what is to come first come first, then commit."""
        if self.first:
            coming = self.first.pop(0)
            coming()
        self.asked.append(transaction)
        return super().commit(transaction)

    def pause(self, lost: int) -> None:
        """Remember that a decision would have waited."""
        self.paused.append(lost)

    def keep(self, *records: object) -> None:
        """Put records that are there from the start."""
        actions = tuple(Put(record) for record in records)
        assert MemoryLedger.commit(self, Transaction("start", actions)) is None


def actions_of(change: Callable[[Draft], object], *records: object) -> tuple[Action, ...]:
    """Return what a change of a ledger with these records becomes."""
    ledger = Recorded()
    if records:
        ledger.keep(*records)
    draft = Draft(ledger)
    change(draft)
    return draft._actions()


# ------------------------------------------------------------------------------- guards per kind


@pytest.mark.parametrize("kind", list(ITEMS), ids=lambda kind: kind.__name__)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10)
def test_a_record_that_was_not_there_is_put_only_while_it_is_absent(kind: type, seed: int) -> None:
    """Whatever its kind; a plain put alone requires nothing."""
    record = RandomBooks(seed, MemoryLedger()).record(kind)
    actions = actions_of(lambda draft: draft.write(record))
    (action,) = (one for one in actions if isinstance(record_of(one), kind))
    others = [one for one in actions if one is not action]
    guard = ITEMS[kind].guard
    assert isinstance(action, Put)
    assert action.when == (() if guard is Guard.NONE else (ABSENT,))
    if guard is Guard.SEQUENCE:  # a journal that begins demands that no month was closed meanwhile
        assert others == [Check(BooksPeriod(), (ABSENT,))]
        record = dataclasses.replace(record, closed_through_on=None)
    else:
        assert others == []
    if guard is Guard.VERSION:
        assert action.record == dataclasses.replace(record, v=1)
    else:
        assert action.record == record


@pytest.mark.parametrize(
    "kind",
    [kind for kind, item in ITEMS.items() if item.guard not in (Guard.NONE, Guard.ONCE)],
    ids=lambda kind: kind.__name__,
)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=25)
def test_a_record_that_was_read_is_guarded_as_its_kind_says(kind: type, seed: int) -> None:
    """By version, by sequence and terms, or by differences that say only what moved."""
    drawn = RandomBooks(seed, MemoryLedger())
    seen, other = drawn.record(kind), drawn.record(kind)
    fixed = {name: getattr(seen, name) for name in _key_fields(kind)}
    changed = dataclasses.replace(other, **fixed)

    def change(draft: Draft) -> None:
        draft.read(kind, **fixed)
        draft.write(changed)

    actions = actions_of(change, seen)
    if changed == seen:
        assert actions == ()
        return
    (action,) = actions
    guard = ITEMS[kind].guard
    if guard is Guard.VERSION:
        assert action == Put(dataclasses.replace(changed, v=seen.v + 1), (_equal("v", seen),))
    elif guard is Guard.SEQUENCE:
        names = ("seq", "closed_through_on", *(("terms_rev",) if kind is Position else ()))
        assert action == Put(changed, tuple(_equal(name, seen) for name in names))
    else:
        assert isinstance(action, Update)
        assert _after(action) == changed
        assert all(type(step) is int and step for step in action.add.values())
        assert not action.add.keys() & action.set.keys()


def _equal(name: str, seen: object) -> Condition:
    return Condition(name, "=", getattr(seen, name))


def _key_fields(kind: type) -> list[str]:
    template = ITEMS[kind].pk + ITEMS[kind].sk
    return [spec.name for spec in dataclasses.fields(kind) if f"{{{spec.name}" in template]


def _after(action: Update) -> object:
    added = {name: getattr(action.before, name) + step for name, step in action.add.items()}
    return dataclasses.replace(action.before, **added, **action.set)


@pytest.mark.parametrize(
    "record",
    [Run("a", "1", NOON), Reversal("K#a", 1, 2)],
    ids=("run", "reversal"),
)
def test_what_is_written_once_is_never_written_again(record: object) -> None:
    """Other content under the same key is our own mistake; the same content is no change."""
    key = {name: getattr(record, name) for name in _key_fields(type(record))}
    other = RandomBooks(1, MemoryLedger()).record(type(record))

    def again(draft: Draft) -> None:
        draft.read(type(record), **key)
        draft.write(dataclasses.replace(other, **key))

    with pytest.raises(InvariantError):
        actions_of(again, record)
    assert actions_of(lambda draft: draft.read(type(record), **key), record) == ()


def test_a_plain_put_requires_nothing_and_what_did_not_change_is_not_written() -> None:
    """Reading leaves no trace in the commit."""
    alias = Alias("siret:1", "DEBTOR", DEBTOR)
    (action,) = actions_of(
        lambda draft: draft.write(dataclasses.replace(alias, party=PartyId("x")))
    )
    assert isinstance(action, Put)
    assert action.when == ()
    assert actions_of(lambda draft: draft.read(Alias, alias="siret:1", role="DEBTOR"), alias) == ()


def test_what_is_required_of_an_unchanged_record_is_checked() -> None:
    """A decision that rests on a record it does not write says so in the commit."""

    def change(draft: Draft) -> None:
        draft.require(draft.take(FactorLine, **KEY), "avail_cents", ">=", 5)

    assert actions_of(change, LINE) == (Check(LINE, (Condition("avail_cents", ">=", 5),)),)


def test_the_position_comes_first_and_nothing_is_in_a_commit_twice() -> None:
    """However often a record is written, and whenever the position was read."""
    position = Position(CONTRACT, "EUR", ACCOUNT)

    def change(draft: Draft) -> None:
        draft.write(Run("a", "1", NOON))
        for _ in range(2):
            draft.post(CONTRACT, _posting(5), today=DAY)

    actions = actions_of(change, position)
    places = [key_of(record_of(action)) for action in actions]
    assert isinstance(record_of(actions[0]), Position)
    assert len(set(places)) == len(places) == 4
    assert [record_of(a).seq for a in actions if isinstance(record_of(a), Entry)] == [1, 2]


def _posting(cents: int, reverses: int | None = None) -> Posting:
    lines = (*debit("receivables", cents), *credit("seller_current", cents))
    return Posting("E1", lines, ("d",), reverses=reverses)


def test_a_draft_sees_its_own_writes_and_misses_what_is_not_there() -> None:
    """Read twice, it asks once; what must be there and is not is our own mistake."""
    ledger = Recorded()
    draft = Draft(ledger)
    assert draft.read(FactorLine, **KEY) is None
    draft.write(LINE)
    assert draft.take(FactorLine, **KEY) == LINE
    assert draft.has_changes
    with pytest.raises(InvariantError):
        draft.take(Position, contract=CONTRACT)


def test_entries_are_chained_to_the_head_and_a_reversal_leaves_its_row() -> None:
    """In a contract's journal under its terms, in a bank's under none."""
    position = Position(CONTRACT, "EUR", ACCOUNT, terms_rev=3)
    ledger = Recorded()
    ledger.keep(position, BankHead(ACCOUNT, "EUR"))

    def reverse(draft: Draft) -> tuple[Entry, Entry]:
        first = draft.post(CONTRACT, _posting(5), today=DAY)
        return first, draft.post(CONTRACT, _posting(-5, reverses=1), today=DAY)

    def receive(draft: Draft) -> Entry:
        posting = Posting("E4", (*debit(BANK, 7), *credit(UNALLOCATED, 7)), ("r",))
        return draft.post_bank(ACCOUNT, posting, today=DAY)

    first, undone = attempt(ledger, "reverse-entry", reverse)
    cash = attempt(ledger, "book-receipt", receive)
    assert (first.seq, undone.seq, undone.previous_hash) == (1, 2, first.hash)
    assert (first.terms_rev, cash.terms_rev) == (3, 0)
    assert ledger.get(Reversal, journal=f"K#{CONTRACT}", seq=1) == Reversal(f"K#{CONTRACT}", 1, 2)
    after = ledger.get(Position, contract=CONTRACT)
    assert after is not None
    assert (after.seq, after.head_hash, after.balances) == (2, undone.hash, {})


# ----------------------------------------------------------------------------------- lost races


def step(draft: Draft) -> int:
    """Move the position on by one entry; return its number."""
    return draft.post(CONTRACT, _posting(5), today=DAY).seq


@given(st.integers(0, ATTEMPTS_MAX - 1))
def test_a_lost_race_is_decided_again_on_what_is_there_now(lost: int) -> None:
    """However often others come first, but the last time; every step is in the journal once."""
    ledger = Recorded()
    ledger.keep(Position(CONTRACT, "EUR", ACCOUNT))

    def other() -> None:
        draft = Draft(ledger)
        step(draft)
        assert MemoryLedger.commit(ledger, Transaction("promote", draft._actions())) is None

    ledger.first = [other] * lost
    assert attempt(ledger, "promote", step) == lost + 1
    assert ledger.paused == list(range(1, lost + 1)), "one pause before each further decision"
    assert [entry.seq for entry in ledger.list(Entry, journal=f"K#{CONTRACT}")] == list(
        range(1, lost + 2)
    )


def test_after_the_last_lost_race_the_message_goes_back_and_nothing_of_it_is_written() -> None:
    """The others' steps stand."""
    ledger = Recorded()
    ledger.keep(Position(CONTRACT, "EUR", ACCOUNT))

    def other() -> None:
        draft = Draft(ledger)
        step(draft)
        assert MemoryLedger.commit(ledger, Transaction("promote", draft._actions())) is None

    ledger.first = [other] * ATTEMPTS_MAX
    with pytest.raises(ConflictError):
        attempt(ledger, "promote", step)
    assert len(list(ledger.list(Entry, journal=f"K#{CONTRACT}"))) == ATTEMPTS_MAX
    assert len(ledger.asked) == ATTEMPTS_MAX


def test_who_finds_it_done_writes_nothing_and_says_so() -> None:
    """The second of two that race for the same row reads it and answers."""
    ledger = Recorded()
    ledger.first = [lambda: ledger.keep(Run("a", "1", NOON))]

    def once(draft: Draft) -> str:
        if draft.read(Run, kind="a", day="1") is not None:
            return "already"
        draft.write(Run("a", "1", NOON))
        return "done"

    assert attempt(ledger, "finish-run", once) == "already"
    assert len(ledger.asked) == 1
    assert attempt(ledger, "finish-run", once) == "already"
    assert len(ledger.asked) == 1, "nothing to commit is not asked"


def test_a_shape_that_does_not_list_the_commit_stops_before_anything_is_asked() -> None:
    """Another shape's name does not help."""
    ledger = Recorded()
    for shape in ("no-such-shape", "put-intent"):
        with pytest.raises(InvariantError):
            attempt(ledger, shape, lambda draft: draft.write(LINE))
    assert ledger.asked == []


# -------------------------------------------------------------------- differences never lose any

MOVES = st.lists(
    st.tuples(st.sampled_from(["take", "give", "wake", "rest"]), st.integers(1, 400)),
    min_size=2,
    max_size=6,
)


@given(MOVES, st.sampled_from([None, DAY]), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_interleaved_moves_on_one_line_keep_every_cent_and_wake_whoever_must_be(
    moves: list[tuple[str, int]], todo_on: dt.date | None, order: object
) -> None:
    """Drafts read in one order and commit in another; what is refused changes nothing.

    The row's avail is the start plus what was committed and never below zero, the debtor stands in
    todo exactly while ``todo_on`` is set, and it is set after the last commit that woke it.
    """
    ledger = Recorded()
    ledger.keep(dataclasses.replace(LINE, todo_on=todo_on))
    drafts = [(_moved(ledger, kind, cents), kind, cents) for kind, cents in moves]
    order.shuffle(drafts)  # type: ignore[attr-defined]
    avail, is_awake = LINE.avail_cents, todo_on is not None
    for draft, kind, cents in drafts:
        if not draft.has_changes or not _committed(ledger, draft):
            continue
        avail += {"take": -cents, "give": cents}.get(kind, 0)
        is_awake = is_awake if kind == "take" else kind != "rest"
    line = ledger.get(FactorLine, **KEY)
    assert line is not None
    assert (line.avail_cents, line.todo_on is not None) == (avail, is_awake)
    assert avail >= 0
    found = list(ledger.find(FactorLine, Index.TODO, f"promote#{shard_of(DEBTOR)}"))
    assert found == ([line] if is_awake else [])


def _moved(ledger: MemoryLedger, kind: str, cents: int) -> Draft:
    draft = Draft(ledger)
    line = draft.take(FactorLine, **KEY)
    if kind == "rest":
        draft.require(line, "todo_rev", "=", line.todo_rev)
        draft.write(dataclasses.replace(line, todo_on=None))
    elif kind == "take":
        draft.require(line, "avail_cents", ">=", cents)
        draft.write(dataclasses.replace(line, avail_cents=line.avail_cents - cents))
    else:
        more = cents if kind == "give" else 0
        draft.write(awakened(dataclasses.replace(line, avail_cents=line.avail_cents + more), DAY))
    return draft


def _committed(ledger: MemoryLedger, draft: Draft) -> bool:
    return ledger.commit(Transaction("set-factor-limit", draft._actions())) is None


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_parts_taken_at_once_from_one_receipt_are_never_more_than_it_was(
    parts: list[int], order: object
) -> None:
    """All read the same receipt; those that are refused took nothing."""
    ledger = Recorded()
    ledger.keep(Receipt(ACCOUNT, DAY, "r", 100, 100, "EUR", DAY))
    drafts = []
    for cents in parts:
        draft = Draft(ledger)
        receipt = draft.take(Receipt, account=ACCOUNT, booked_on=DAY, ref="r")
        draft.require(receipt, "left_cents", ">=", cents)
        draft.write(dataclasses.replace(receipt, left_cents=receipt.left_cents - cents))
        drafts.append((draft, cents))
    order.shuffle(drafts)  # type: ignore[attr-defined]
    taken = sum(cents for draft, cents in drafts if draft.commit("apply-receipt"))
    after = ledger.get(Receipt, account=ACCOUNT, booked_on=DAY, ref="r")
    assert after is not None
    assert after.left_cents == 100 - taken >= 0
    found = list(ledger.find(Receipt, Index.TODO, f"receipt#{shard_of(ACCOUNT)}"))
    assert found == ([after] if after.left_cents else [])


@pytest.mark.parametrize(("left", "takes", "is_exact"), [(100, 60, False), (100, 100, True)])
def test_a_part_that_takes_a_receipt_out_of_its_index_requires_what_was_read(
    left: int, takes: int, *, is_exact: bool
) -> None:
    """Otherwise a part brought back meanwhile would leave cents that nobody looks for."""
    receipt = Receipt(ACCOUNT, DAY, "r", 100, left, "EUR", DAY)

    def take(draft: Draft) -> None:
        seen = draft.take(Receipt, account=ACCOUNT, booked_on=DAY, ref="r")
        draft.write(dataclasses.replace(seen, left_cents=seen.left_cents - takes))

    (action,) = actions_of(take, receipt)
    assert action.when == ((Condition("left_cents", "=", left),) if is_exact else ())


def test_a_version_lets_one_of_two_win() -> None:
    """Both saw version 1; the second is told, and its version is the next after what it saw."""
    ledger = Recorded()
    relation = RelationLine(DEBTOR, "EUR", CONTRACT, limit_cents=5)
    first_write = Draft(ledger)
    first_write.write(relation)
    assert first_write.commit("expire-line")
    drafts = [Draft(ledger), Draft(ledger)]
    for draft in drafts:
        seen = draft.take(RelationLine, **KEY, contract=CONTRACT)
        draft.write(dataclasses.replace(seen, waiting_cents=seen.waiting_cents + 1))
    assert [draft.commit("expire-line") for draft in drafts] == [True, False]
    after = ledger.get(RelationLine, **KEY, contract=CONTRACT)
    assert after is not None
    assert (after.v, after.waiting_cents) == (2, 1)
