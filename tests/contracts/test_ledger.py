"""One suite for the ledger: the twin, and the four tables on the local cloud."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bordereau.adapters.dynamodb_ledger import DynamodbLedger, Meter
from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain.books import Position, Receipt
from bordereau.domain.entries import Entry, Line
from bordereau.domain.guarantee_lines import FactorLine, LineStatus, awakened
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.problems import InvariantError
from bordereau.domain.tables import Index, Table, shard_of
from bordereau.domain.transactions import (
    ABSENT,
    Action,
    Cancelled,
    Check,
    Condition,
    Put,
    Reason,
    Transaction,
    Update,
)
from bordereau.domain.work import Command, OutcomeKind, PartOutcome, Run
from bordereau.ports import Ledger, Wanted
from bordereau.services.draft import Draft, attempt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEBTOR = PartyId("siren:356000000")
CONTRACT = ContractId("siren:552081317/EUR")
ACCOUNT = AccountId("FR7630006000011234567890189")
DAY = dt.date(2026, 1, 5)
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
JOURNAL = f"K#{CONTRACT}"

MakeTables = Callable[[], dict[Table, str]]


@pytest.fixture(params=["twin", pytest.param("ministack", marks=pytest.mark.cloud)])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Each of the two ledgers, empty."""
    if request.param == "twin":
        return MemoryLedger()
    dynamodb: DynamoDBClient = request.getfixturevalue("dynamodb")
    make_tables: MakeTables = request.getfixturevalue("make_tables")
    return DynamodbLedger(dynamodb, make_tables())


def commit(ledger: Ledger, *actions: Action) -> Cancelled | None:
    """Commit actions."""
    return ledger.commit(Transaction("test", actions))


def put(ledger: Ledger, *records: object) -> None:
    """Write records that must be new."""
    assert commit(ledger, *(Put(record, (ABSENT,)) for record in records)) is None


def entry(seq: int) -> Entry:
    """Return an entry of the contract's journal."""
    lines = (Line("bank", debit_cents=5), Line("bank", credit_cents=5))
    return Entry(JOURNAL, seq, DAY, DAY, "E1", (), lines, {}, 0, "", f"hash {seq}")


def wide(avail_cents: int = 100) -> FactorLine:
    """Return a factor-wide row."""
    return FactorLine(DEBTOR, "EUR", limit_cents=100, avail_cents=avail_cents)


def test_a_record_comes_back_as_it_was_written(ledger: Ledger) -> None:
    """Nothing is lost or turned into another type: zero, nothing, empty, nested."""
    position = Position(CONTRACT, "EUR", ACCOUNT, seq=3, balances={"receivables": -1, "bank": 0})
    part = PartOutcome("m", "p", OutcomeKind.HELD, amount_cents=0, received_at=NOON)
    command = Command("L-1", 1, "seller", "sha", {"names": ["é", ""], "none": None, "yes": True})
    put(ledger, position, part, command, entry(1))
    assert ledger.get(Position, contract=CONTRACT) == position
    assert ledger.get(PartOutcome, mail="m", part="p") == part
    assert ledger.get(Command, ref="L-1", revision=1) == command
    assert ledger.get(Command, ref="L-1", revision=2) is None
    assert ledger.get(Entry, journal=JOURNAL, seq=1) == entry(1)


def test_the_reasons_come_in_the_order_of_the_actions_with_what_stood_in_the_way(
    ledger: Ledger,
) -> None:
    """The first and the third fail, the second does not, and nothing is written."""
    put(ledger, entry(1), wide())
    refused = commit(
        ledger,
        Put(entry(1), (ABSENT,)),
        Put(entry(2), (ABSENT,)),
        Check(wide(), (Condition("avail_cents", ">=", 101),)),
        Check(FactorLine(DEBTOR, "CHF"), (Condition("avail_cents", ">=", 1),)),
    )
    assert refused == Cancelled(
        (Reason("condition", entry(1)), None, Reason("condition", wide()), Reason("condition"))
    )
    assert ledger.get(Entry, journal=JOURNAL, seq=2) is None


def test_an_update_adds_and_sets_on_what_is_stored(ledger: Ledger) -> None:
    """Differences are added to what is stored now, not to what was read."""
    put(ledger, wide())
    before, after = wide(), FactorLine(DEBTOR, "EUR", 100, 60, status=LineStatus.FROZEN)
    for _ in range(2):
        update = Update(before, after, {"avail_cents": -40}, {"status": LineStatus.FROZEN})
        assert commit(ledger, update) is None
    assert ledger.get(FactorLine, debtor=DEBTOR, currency="EUR") == FactorLine(
        DEBTOR, "EUR", 100, 20, status=LineStatus.FROZEN
    )


def test_an_update_of_what_is_not_there_is_refused(ledger: Ledger) -> None:
    """It never makes half a record."""
    update = Update(wide(), wide(50), {"avail_cents": -50})
    assert commit(ledger, update) == Cancelled((Reason("condition"),))
    assert ledger.get(FactorLine, debtor=DEBTOR, currency="EUR") is None


def test_a_field_that_is_set_to_nothing_is_gone(ledger: Ledger) -> None:
    """And the record leaves the index that hangs on it."""
    awake = FactorLine(DEBTOR, "EUR", todo_on=DAY)
    asleep = FactorLine(DEBTOR, "EUR")
    shard = f"promote#{shard_of(DEBTOR)}"
    put(ledger, awake)
    assert list(ledger.find(FactorLine, Index.TODO, shard)) == [awake]
    assert commit(ledger, Update(awake, asleep, {}, {"todo_on": None})) is None
    assert list(ledger.find(FactorLine, Index.TODO, shard)) == []
    assert ledger.get(FactorLine, debtor=DEBTOR, currency="EUR") == asleep


def test_conditions_on_nothing_and_on_other_types_hold_as_stated(ledger: Ledger) -> None:
    """An absent field equals nothing, is never at least anything; types are never mixed."""
    put(ledger, wide())
    for condition, holds in (
        (Condition("todo_on", "=", None), True),
        (Condition("todo_on", ">=", DAY), False),
        (Condition("status", "=", LineStatus.ACTIVE), True),
        (Condition("status", ">=", "active"), True),
        (Condition("status", ">=", "b"), False),
        (Condition("avail_cents", "=", "100"), False),
        (Condition("avail_cents", ">=", 100), True),
        (Condition("avail_cents", "=", None), False),
    ):
        answer = commit(ledger, Check(wide(), (condition,)))
        assert (answer is None) is holds, condition


def test_an_item_twice_or_more_than_a_hundred_or_none_is_our_mistake(ledger: Ledger) -> None:
    """It stops before anything is asked."""
    hundred = tuple(Put(entry(seq), (ABSENT,)) for seq in range(1, 101))
    for actions in ((), (hundred[0], hundred[0]), (*hundred, Put(entry(101), (ABSENT,)))):
        with pytest.raises(InvariantError):
            commit(ledger, *actions)
    assert commit(ledger, *hundred) is None


def test_many_records_come_at_once_in_the_order_asked_for(ledger: Ledger) -> None:
    """Of several tables, one twice, one that is not there; more than one request may hold."""
    put(ledger, wide(), Position(CONTRACT, "EUR", ACCOUNT), Run("day", "1", NOON))
    for first in (1, 51):
        put(ledger, *(entry(seq) for seq in range(first, first + 50)))
    line: Wanted = (FactorLine, {"debtor": DEBTOR, "currency": "EUR"})
    asked: list[Wanted] = [
        line,
        (FactorLine, {"debtor": DEBTOR, "currency": "CHF"}),
        (Run, {"kind": "day", "day": "1"}),
        *((Entry, {"journal": JOURNAL, "seq": seq}) for seq in range(100, 0, -1)),
        (Position, {"contract": CONTRACT}),
        line,
    ]
    found = ledger.get_many(*asked)
    assert found[:3] == (wide(), None, Run("day", "1", NOON))
    assert [one.seq for one in found[3:103]] == list(range(100, 0, -1))
    assert found[103:] == (Position(CONTRACT, "EUR", ACCOUNT), wide())
    assert ledger.get_many() == ()


def test_what_a_draft_fetched_is_what_it_would_have_read(ledger: Ledger) -> None:
    """What it wrote before stays; what it changes afterwards is guarded as if it had been read."""
    put(ledger, wide(), Run("day", "1", NOON))
    key = {"debtor": DEBTOR, "currency": "EUR"}
    draft, other = Draft(ledger), Draft(ledger)
    other.write(Run("day", "1", NOON, {"own": 1}))
    other.fetch((Run, {"kind": "day", "day": "1"}))
    assert other.read(Run, kind="day", day="1") == Run("day", "1", NOON, {"own": 1})
    draft.fetch((FactorLine, key), (FactorLine, key))
    assert draft.read(FactorLine, **key) == wide()
    draft.write(dataclasses.replace(wide(), avail_cents=60))
    assert draft.commit("set-factor-limit")
    assert ledger.get(FactorLine, **key) == wide(60)


def test_a_list_holds_one_kind_of_one_partition_in_order_within_inclusive_bounds(
    ledger: Ledger,
) -> None:
    """Bounds are of the sort key; other kinds in the partition are left out."""
    other = Position(CONTRACT, "EUR", ACCOUNT)
    put(ledger, other, *(entry(seq) for seq in (11, 2, 1, 10)))
    seqs = [one.seq for one in ledger.list(Entry, journal=JOURNAL)]
    assert seqs == [1, 2, 10, 11]
    first, last = f"E#{2:012d}", f"E#{10:012d}"
    assert [one.seq for one in ledger.list(Entry, first=first, journal=JOURNAL)] == [2, 10, 11]
    assert [one.seq for one in ledger.list(Entry, last=last, journal=JOURNAL)] == [1, 2, 10]
    assert [one.seq for one in ledger.list(Entry, first=first, last=last, journal=JOURNAL)] == [
        2,
        10,
    ]
    assert list(ledger.list(Entry, first=last, last=first, journal=JOURNAL)) == []
    assert list(ledger.list(Entry, last="D", journal=JOURNAL)) == []
    assert list(ledger.list(Entry, journal="K#none")) == []


def test_an_index_is_read_by_prefix_and_to_an_inclusive_end(ledger: Ledger) -> None:
    """What a missed run left is found with ``last`` = today."""
    days = [DAY + dt.timedelta(days=days) for days in range(3)]
    receipts = [Receipt(ACCOUNT, day, "r", 5, 5, "EUR", day) for day in days]
    put(ledger, *receipts, Receipt(ACCOUNT, DAY, "done", 5, 0, "EUR", DAY))
    shard = f"receipt#{shard_of(ACCOUNT)}"
    assert list(ledger.find(Receipt, Index.TODO, shard)) == receipts
    assert list(ledger.find(Receipt, Index.TODO, shard, last=f"{days[1]}#r")) == receipts[:2]
    assert list(ledger.find(Receipt, Index.TODO, shard, prefix=f"{days[2]}")) == receipts[2:]
    assert list(ledger.find(Receipt, Index.TODO, shard, prefix="2027", last="2026")) == []
    assert list(ledger.find(Receipt, Index.TODO, "receipt#none")) == []


def test_long_lists_come_whole(ledger: Ledger) -> None:
    """More than a megabyte is read by pages."""
    for hundred in range(3):
        runs = [Run("long", f"{hundred}{one:02d}", NOON, {"x" * 40_000: 1}) for one in range(20)]
        put(ledger, *runs)
    assert [run.day for run in ledger.list(Run, kind="long")] == [
        f"{hundred}{one:02d}" for hundred in range(3) for one in range(20)
    ]


@pytest.mark.cloud
def test_sixteen_threads_take_exactly_what_a_line_holds(
    dynamodb: DynamoDBClient, make_tables: MakeTables
) -> None:
    """100 units, 160 attempts: 100 are accepted, the row ends at zero, and retries are few."""
    names = make_tables()
    put(DynamodbLedger(dynamodb, names), wide())

    def take(worker: int) -> int:
        own = DynamodbLedger(dynamodb, names)
        taken = 0
        for number in range(10):
            update = Update(
                wide(), wide(99), {"avail_cents": -1}, when=(Condition("avail_cents", ">=", 1),)
            )
            run = Run("take", f"{worker}#{number}", NOON)
            taken += commit(own, update, Put(run, (ABSENT,))) is None
        return taken

    with ThreadPoolExecutor(16) as pool:
        accepted = sum(pool.map(take, range(16)))
    after = DynamodbLedger(dynamodb, names)
    line = after.get(FactorLine, debtor=DEBTOR, currency="EUR")
    assert accepted == 100
    assert line is not None
    assert line.avail_cents == 0
    assert len(list(after.list(Run, kind="take"))) == 100


@pytest.mark.cloud
def test_eight_threads_on_one_position_lose_no_step(
    dynamodb: DynamoDBClient, make_tables: MakeTables
) -> None:
    """Each step is decided again until it wins; the sequence has no hole."""
    names = make_tables()
    first = DynamodbLedger(dynamodb, names)
    put(first, Position(CONTRACT, "EUR", ACCOUNT))

    def step(worker: int) -> int:
        own = DynamodbLedger(dynamodb, names)
        won = 0
        for number in range(5):
            seen = own.get(Position, contract=CONTRACT)
            assert seen is not None
            moved = Position(CONTRACT, "EUR", ACCOUNT, seq=seen.seq + 1)
            run = Run("step", f"{worker}#{number}", NOON)
            won += not commit(
                own, Put(moved, (Condition("seq", "=", seen.seq),)), Put(run, (ABSENT,))
            )
        return won

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(step, range(8)))
    position = first.get(Position, contract=CONTRACT)
    assert position is not None
    assert 0 < won == position.seq == len(list(first.list(Run, kind="step")))


@pytest.mark.cloud
def test_eight_writers_of_one_contract_hand_nothing_back(
    dynamodb: DynamoDBClient, make_tables: MakeTables
) -> None:
    """Each decides again until it wins, with a pause by chance between; all get through."""
    names = make_tables()
    put(DynamodbLedger(dynamodb, names), Position(CONTRACT, "EUR", ACCOUNT))

    def step(worker: int) -> None:
        own = DynamodbLedger(dynamodb, names)
        for number in range(10):

            def decide(draft: Draft, number: int = number) -> None:
                position = draft.take(Position, contract=CONTRACT)
                draft.write(dataclasses.replace(position, terms_rev=position.terms_rev + 1))
                draft.write(Command(f"{worker}-{number}", 1, "terms", "sha"))

            attempt(own, "set-terms", decide)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(step, range(8)))
    position = DynamodbLedger(dynamodb, names).get(Position, contract=CONTRACT)
    assert position is not None
    assert position.terms_rev == 80


@pytest.mark.cloud
def test_the_meter_counts_what_the_service_states(
    dynamodb: DynamoDBClient, make_tables: MakeTables
) -> None:
    """Two units for each small item of a transaction; one for a strong read of a small item."""
    meter = Meter()
    metered = DynamodbLedger(dynamodb, make_tables(), meter=meter)
    put(metered, entry(1), entry(2))
    assert (meter.calls, meter.write_units) == (1, 4)
    metered.get(Entry, journal=JOURNAL, seq=1)
    assert (meter.calls, meter.read_half_units) == (2, 2)
    put(metered, wide(), FactorLine(DEBTOR, "CHF", todo_on=DAY))
    assert (meter.calls, meter.write_units) == (3, 8)


def drafted(ledger: Ledger, change: Callable[[Draft], object]) -> Draft:
    """Return a draft that has decided and not yet committed."""
    draft = Draft(ledger)
    change(draft)
    return draft


def test_a_debtor_that_is_woken_while_it_leaves_todo_is_found(ledger: Ledger) -> None:
    """Both decisions read the same row; the one that wakes writes the day though it read it."""
    awake = FactorLine(DEBTOR, "EUR", 100, 0, todo_rev=4, todo_on=DAY)
    put(ledger, awake)

    def rest(draft: Draft) -> None:
        line = draft.take(FactorLine, debtor=DEBTOR, currency="EUR")
        draft.require(line, "todo_rev", "=", line.todo_rev)
        draft.write(dataclasses.replace(line, todo_on=None))

    def wake(draft: Draft) -> None:
        line = draft.take(FactorLine, debtor=DEBTOR, currency="EUR")
        draft.write(awakened(dataclasses.replace(line, avail_cents=line.avail_cents + 60), DAY))

    resting, waking = drafted(ledger, rest), drafted(ledger, wake)
    assert resting.commit("rest-debtor")
    assert waking.commit("set-factor-limit")
    found = list(ledger.find(FactorLine, Index.TODO, f"promote#{shard_of(DEBTOR)}"))
    assert found == [dataclasses.replace(awake, avail_cents=60, todo_rev=5)]


def test_a_limit_that_moves_does_not_put_a_woken_debtor_to_sleep(ledger: Ledger) -> None:
    """A commit that does not touch todo leaves the index as whoever woke the debtor left it."""
    put(ledger, wide())

    def take(draft: Draft) -> None:
        line = draft.take(FactorLine, debtor=DEBTOR, currency="EUR")
        draft.write(dataclasses.replace(line, avail_cents=line.avail_cents - 10))

    def wake(draft: Draft) -> None:
        draft.write(awakened(draft.take(FactorLine, debtor=DEBTOR, currency="EUR"), DAY))

    taking, waking = drafted(ledger, take), drafted(ledger, wake)
    assert waking.commit("set-factor-limit")
    assert taking.commit("set-factor-limit")
    (found,) = ledger.find(FactorLine, Index.TODO, f"promote#{shard_of(DEBTOR)}")
    assert (found.avail_cents, found.todo_on) == (90, DAY)


def test_a_receipt_stands_in_todo_exactly_while_something_is_left_of_it(ledger: Ledger) -> None:
    """Two parts taken from what both saw as whole, then one brought back while one is taken."""
    put(ledger, Receipt(ACCOUNT, DAY, "r", 100, 100, "EUR", DAY))
    shard = f"receipt#{shard_of(ACCOUNT)}"

    def move(cents: int) -> Draft:
        def decide(draft: Draft) -> None:
            receipt = draft.take(Receipt, account=ACCOUNT, booked_on=DAY, ref="r")
            draft.write(dataclasses.replace(receipt, left_cents=receipt.left_cents + cents))

        return drafted(ledger, decide)

    first, second = move(-60), move(-40)
    assert first.commit("apply-receipt")
    assert second.commit("apply-receipt")
    assert list(ledger.find(Receipt, Index.TODO, shard)) == []
    back = move(60)
    assert back.commit("apply-receipt")
    last, again = move(-60), move(30)
    assert again.commit("apply-receipt")
    assert not last.commit("apply-receipt"), "it would have left 30 cents outside of todo"
    (found,) = ledger.find(Receipt, Index.TODO, shard)
    assert found.left_cents == 90
    stale, all_of_it = move(10), move(-90)
    assert all_of_it.commit("apply-receipt")
    assert list(ledger.find(Receipt, Index.TODO, shard)) == []
    assert stale.commit("apply-receipt")
    (found,) = ledger.find(Receipt, Index.TODO, shard)
    assert found.left_cents == 10
