"""Sound books pass every check; books with one damage fail the check that is there for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.cli.story.player import play
from bordereau.cli.story.reader import read_story
from bordereau.domain import entries
from bordereau.domain.books import (
    AdvanceStatement,
    Allocation,
    BankHead,
    DebtorCredit,
    Fingerprint,
    PayOut,
    Position,
    Receipt,
    Reversal,
    StatementCut,
)
from bordereau.domain.closing import BooksPeriod, JournalClosing, MonthClosing
from bordereau.domain.entries import Entry
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.invoices import Invoice
from bordereau.domain.plain import from_plain
from bordereau.domain.sepa import SepaBatch, SepaMember, SepaState, batch_name
from bordereau.domain.tables import ITEMS, Table, key_for, to_item
from bordereau.domain.terms import Terms
from bordereau.services.check_books import RULES, Check, check_books
from bordereau.services.read_books import known_accounts, known_contracts
from tests.unit.services.small_firm import ACCOUNT, CONTRACTS, DEBTORS, day, small_firm

K = f"K#{CONTRACTS[0]}"
K2 = f"K#{CONTRACTS[1]}"
B = f"B#{ACCOUNT}"
STORIES = sorted((Path(__file__).parents[2] / "stories").glob("*.yaml"))


def checked(ledger: MemoryLedger) -> dict[str, Check]:
    """Check all that the directory knows."""
    contracts = known_contracts(ledger)
    checks = check_books(ledger, contracts, known_accounts(ledger, contracts))
    return {check.code: check for check in checks}


def test_sound_books_pass_every_check() -> None:
    """One line for each rule, in their order, without details."""
    checks = checked(small_firm())
    assert [code for code, check in checks.items() if not check.ok] == []
    assert list(checks) == [rule.code for rule in RULES]
    assert all(check.title and not check.details for check in checks.values())


def test_empty_books_pass_every_check() -> None:
    """Nothing is wrong with nothing."""
    assert all(check.ok for check in checked(MemoryLedger()).values())


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_books_of_each_story_pass_on_each_day_asked_for(path: Path) -> None:
    """What the services write is sound, whatever the event."""
    for number, world in play(read_story(path.read_text(encoding="utf-8"))):
        failed = [check for check in checked(world.ledger).values() if not check.ok]
        assert failed == [], number


# ------------------------------------------------------------------------------------- damage


class Damage:
    """Reaches past the ledger's conditions, as a bug or a hand on the table would."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self.ledger = ledger

    def edit(self, kind: type, key: dict[str, Any], /, **fields: object) -> None:
        """Change stored fields of one record; its hash, if it has one, stays as it was."""
        partition, sk = self._place(kind, key)
        _, plain = partition[sk]
        partition[sk] = (kind, plain | fields)

    def rehash(self, journal: str, seq: int, **fields: object) -> None:
        """Change fields of an entry and give it a hash that fits: a forger who knows how."""
        partition, sk = self._place(Entry, {"journal": journal, "seq": seq})
        forged: Entry = from_plain(Entry, partition[sk][1] | fields)
        whole = to_item(forged) | {"hash": entries.entry_hash(forged)}
        partition[sk] = (Entry, whole)

    def remove(self, kind: type, key: dict[str, Any]) -> None:
        """Remove one record."""
        partition, sk = self._place(kind, key)
        del partition[sk]

    def add(self, record: object) -> None:
        """Put a record that nothing led to."""
        self.ledger._keep(_where(record), type(record), to_item(record))

    def lines(self, journal: str, seq: int, cents: int) -> list[dict[str, object]]:
        """Return an entry's lines, each greater by so many cents: still balanced."""
        partition, sk = self._place(Entry, {"journal": journal, "seq": seq})
        return [
            line
            | {side: line[side] + cents for side in ("debit_cents", "credit_cents") if side in line}
            for line in partition[sk][1]["lines"]
        ]

    def _place(self, kind: type, key: dict[str, Any]) -> tuple[dict[str, Any], str]:
        pk, sk = key_for(kind, key)
        return self.ledger._partitions[ITEMS[kind].table, pk], sk


def _where(record: object) -> tuple[Table, str, str]:
    item = ITEMS[type(record)]
    fields = {name: getattr(record, name) for name in type(record).__dataclass_fields__}  # type: ignore[attr-defined]
    return (item.table, *key_for(type(record), fields))


def entry(journal: str, seq: int) -> dict[str, Any]:
    """Return the key of an entry."""
    return {"journal": journal, "seq": seq}


def invoice(number: str, contract: int = 0) -> dict[str, Any]:
    """Return the key of an invoice."""
    return {"contract": CONTRACTS[contract], "invoice": f"2026#{number}"}


def receipt(ref: str) -> dict[str, Any]:
    """Return the key of a receipt."""
    return {"account": ACCOUNT, "booked_on": day(1), "ref": ref}


POS = {"contract": CONTRACTS[0]}
HEAD = {"account": ACCOUNT}
LINE = {"debtor": DEBTORS[0], "currency": "EUR"}

Act = Callable[[Damage], None]


def sound(kind: type, key: dict[str, Any]) -> Any:
    """Return a record of sound books."""
    return small_firm().get(kind, **key)


def fingerprint_of(number: str) -> str:
    """Return an invoice's fingerprint."""
    found: Invoice = sound(Invoice, invoice(number))
    return found.fingerprint


def last_seq(journal: str) -> int:
    """Return the number of a journal's last entry."""
    return [one.seq for one in small_firm().list(Entry, journal=journal)][-1]


def seq_of(journal: str, kind: str) -> int:
    """Return the number of a journal's last entry of a kind."""
    return [one.seq for one in small_firm().list(Entry, journal=journal) if one.kind == kind][-1]


def half_closed(damage: Damage) -> None:
    """A month whose closing is under way, of which one journal is said to end at another entry."""
    damage.add(BooksPeriod(day(26), "2026-01"))
    damage.add(JournalClosing("2026-01", K, 1, "another", {}))


DAMAGES: dict[str, tuple[str, Act]] = {
    "an invoice that was bought under a mandate": (
        "M1",
        lambda d: d.edit(Terms, {"contract": CONTRACTS[0], "revision": 1}, kind="MANDATE"),
    ),
    "a closed month that ends at another entry": ("C1", half_closed),
    "a closed month whose seal is another": (
        "C1",
        lambda d: d.add(MonthClosing("2026-01", day(26), day(28), "J. Martin", 0, "another")),
    ),
    "a record that has a field nobody knows": (
        "R0",
        lambda d: d.edit(Position, POS, balance_of_trust=1),
    ),
    "an amount that is no whole number": ("R0", lambda d: d.edit(Entry, entry(K, 3), seq="3")),
    "an entry that does not balance": (
        "I1",
        lambda d: d.rehash(K, 1, lines=d.lines(K, 1, 1)[:1] + d.lines(K, 1, 0)[1:]),
    ),
    "an entry on an account of the other journal": (
        "I1",
        lambda d: d.rehash(K, 1, lines=[x | {"account": "bank"} for x in d.lines(K, 1, 0)]),
    ),
    "an entry with one line": ("I1", lambda d: d.rehash(K, 1, lines=d.lines(K, 1, 0)[:1])),
    "an entry that is missing": ("I2", lambda d: d.remove(Entry, entry(K, 3))),
    "the last entry is missing": ("I2", lambda d: d.remove(Entry, entry(K, last_seq(K)))),
    "the first entry is missing": ("I2", lambda d: d.remove(Entry, entry(B, 1))),
    "an entry whose amount was changed": (
        "I2",
        lambda d: d.edit(Entry, entry(K, 2), lines=d.lines(K, 2, 100)),
    ),
    "a changed entry that was hashed again": (
        "I2",
        lambda d: d.rehash(K, 2, documents=["another"]),
    ),
    "the last entry changed and hashed again": (
        "I2",
        lambda d: d.rehash(K, last_seq(K), documents=["another"]),
    ),
    "an entry booked before the one before": (
        "I2",
        lambda d: d.rehash(K, last_seq(K), booked_on="2025-12-31"),
    ),
    "balances that are not the fold": ("I2", lambda d: d.edit(Entry, entry(K, 2), balances={})),
    "a position that lags": ("I2", lambda d: d.edit(Position, POS, seq=2)),
    "a position with other balances": ("I2", lambda d: d.edit(Position, POS, balances={"bank": 1})),
    "a position that is missing": ("I2", lambda d: d.remove(Position, POS)),
    "a bank head with another hash": ("I2", lambda d: d.edit(BankHead, HEAD, head_hash="x")),
    "a line with more avail than is free": (
        "I3",
        lambda d: d.edit(RelationLine, LINE | POS, avail_cents=1),
    ),
    "a factor-wide row with more avail": ("I3", lambda d: d.edit(FactorLine, LINE, avail_cents=1)),
    "a queue that nobody stands in": (
        "I3",
        lambda d: d.edit(RelationLine, LINE | POS, waiting_cents=999),
    ),
    "a factor-wide queue that no relation counts": (
        "I3",
        lambda d: d.edit(FactorLine, LINE, waiting_cents=999),
    ),
    "a line that is missing": ("I3", lambda d: d.remove(RelationLine, LINE | POS)),
    "a factor-wide row that is missing": ("I3", lambda d: d.remove(FactorLine, LINE)),
    "an invoice that is doubled": (
        "I4",
        lambda d: d.add(dataclasses.replace(sound(Invoice, invoice("F2")), invoice="2026#Z")),
    ),
    "an invoice that is lost": ("I4", lambda d: d.remove(Invoice, invoice("F1"))),
    "an invoice with another amount": (
        "I4",
        lambda d: d.edit(Invoice, invoice("F1"), amount_cents=400_001),
    ),
    "an invoice that names another assignment": (
        "I4",
        lambda d: d.edit(Invoice, invoice("F1"), assigned_seq=2),
    ),
    "a receipt that is lost": ("I5", lambda d: d.remove(Receipt, receipt("r5"))),
    "a receipt of another amount": ("I5", lambda d: d.edit(Receipt, receipt("r5"), amount_cents=1)),
    "a receipt that nobody booked": (
        "I5",
        lambda d: d.add(dataclasses.replace(sound(Receipt, receipt("r5")), ref="r9")),
    ),
    "a receipt with more left than is": (
        "I5",
        lambda d: d.edit(Receipt, receipt("r1"), left_cents=5),
    ),
    "a receipt with less left than is": (
        "I5",
        lambda d: d.edit(Receipt, receipt("r5"), left_cents=5),
    ),
    "an allocation that is lost": (
        "I5",
        lambda d: d.remove(Allocation, receipt("r1") | {"ordinal": 1}),
    ),
    "an allocation to another invoice": (
        "I5",
        lambda d: d.edit(Allocation, receipt("r1") | {"ordinal": 1}, invoice="2026#F2"),
    ),
    "an allocation that names another entry": (
        "I5",
        lambda d: d.edit(Allocation, receipt("r1") | {"ordinal": 1}, contract_seq=1),
    ),
    "an allocation that names another bank entry": (
        "I5",
        lambda d: d.edit(Allocation, receipt("r1") | {"ordinal": 1}, bank_seq=1),
    ),
    "a debtor's credit that is lost": (
        "I5",
        lambda d: d.remove(DebtorCredit, {"debtor": DEBTORS[0], "credit": f"{day(1)}#r2#2"}),
    ),
    "a fingerprint that is missing": (
        "I6",
        lambda d: d.remove(Fingerprint, {"sha": fingerprint_of("F2")}),
    ),
    "a fingerprint that is another's": (
        "I6",
        lambda d: d.edit(Fingerprint, {"sha": fingerprint_of("F2")}, contract=CONTRACTS[1]),
    ),
    "two invoices with one fingerprint": (
        "I6",
        lambda d: d.edit(Invoice, invoice("G2", 1), fingerprint=fingerprint_of("F2")),
    ),
    "more retained than approved": (
        "I11",
        lambda d: d.edit(Invoice, invoice("F2"), retained_cents=10**9),
    ),
    "a fund that no invoice retains": (
        "I11",
        lambda d: d.edit(Invoice, invoice("F2"), retained_cents=0),
    ),
    "cash that left the bank and reached nobody": (
        "I12a",
        lambda d: d.edit(
            Entry,
            entry(B, last_seq(B)),
            balances=dict(sound(Entry, entry(B, last_seq(B))).balances) | {"bank_clearing": 5},
        ),
    ),
    "a refund on its way that nobody ordered": (
        "I12c",
        lambda d: d.edit(
            Entry,
            entry(B, last_seq(B)),
            balances=dict(sound(Entry, entry(B, last_seq(B))).balances)
            | {"payouts_in_transit": -5},
        ),
    ),
    "a pay-out that says it was confirmed": (
        "I12b",
        lambda d: d.edit(PayOut, POS | {"ordered_on": day(0), "ordinal": 3}, state="confirmed"),
    ),
    "a pay-out that is lost": (
        "I12b",
        lambda d: d.remove(PayOut, POS | {"ordered_on": day(0), "ordinal": 3}),
    ),
    "a pay-out of another amount": (
        "I12b",
        lambda d: d.edit(PayOut, POS | {"ordered_on": day(0), "ordinal": 3}, amount_cents=1),
    ),
    "a pay-out whose batch is not there": (
        "I10",
        lambda d: d.edit(
            PayOut, POS | {"ordered_on": day(0), "ordinal": 3}, batch="2026-01-05#0001"
        ),
    ),
    "a pay-out in two batches": ("I10", lambda d: batched(d, 1, 2)),
    "a batch that pays another amount": ("I10", lambda d: batched(d, 1, sum_cents=1)),
    "a member that pays another amount": ("I10", lambda d: batched(d, 1, cents=1, sum_cents=1)),
    "a reversal that is not the opposite": (
        "I13",
        lambda d: d.rehash(K, reversal_seq(), lines=d.lines(K, reversal_seq(), 7)),
    ),
    "a reversal without its row": (
        "I13",
        lambda d: d.remove(Reversal, {"journal": K, "seq": reversed_seq()}),
    ),
    "a row of reversal without its entry": ("I13", lambda d: d.add(Reversal(K, 1, 2))),
    "an entry that is reversed twice": (
        "I13",
        lambda d: d.rehash(K, reversal_seq() + 1, reverses=reversed_seq()),
    ),
    "a reversal of what comes later": (
        "I13",
        lambda d: d.rehash(K, reversal_seq(), reverses=last_seq(K)),
    ),
    "a cut with other balances": (
        "I14",
        lambda d: d.edit(StatementCut, POS | {"week": "2026-W02"}, balances={"bank": 1}),
    ),
    "a cut with another hash": (
        "I14",
        lambda d: d.edit(StatementCut, POS | {"week": "2026-W01"}, head_hash="x"),
    ),
    "a cut that does not begin where the last one ended": (
        "I14",
        lambda d: d.edit(StatementCut, POS | {"week": "2026-W02"}, opening_seq=1),
    ),
    "a cut that is missing": ("I14", lambda d: d.remove(StatementCut, POS | {"week": "2026-W02"})),
    "a fund that moved otherwise since its cut": (
        "I14b",
        lambda d: d.edit(Position, POS, fund_moves={"used_cents": 123_45}),
    ),
    "an entry under superseded terms": ("I16", lambda d: d.rehash(K, last_seq(K), terms_rev=1)),
    "terms that are missing": ("I16", lambda d: d.remove(Terms, POS | {"revision": 2})),
    "an invoice that says less is open": (
        "D1",
        lambda d: d.edit(Invoice, invoice("F2"), open_cents=1),
    ),
    "an invoice that says less is approved": (
        "D1",
        lambda d: d.edit(Invoice, invoice("F2"), approved_cents=1),
    ),
    "a dispute that is not held": (
        "D2",
        lambda d: d.edit(Invoice, invoice("F2"), disputed_cents=900_000),
    ),
    "de-funded and not held": ("D2", lambda d: d.edit(Invoice, invoice("F3"), is_defunded=True)),
    "a trial balance that is not zero": (
        "D3",
        lambda d: d.edit(Entry, entry(K2, last_seq(K2)), balances={"receivables": 1}),
    ),
    "a statement that is missing": (
        "N1",
        lambda d: d.remove(AdvanceStatement, POS | {"issued_on": day(0)}),
    ),
    "a statement with another number": (
        "N1",
        lambda d: d.edit(AdvanceStatement, POS | {"issued_on": day(0)}, number=2),
    ),
}


def reversal_seq() -> int:
    """Return the number of the first reversal by opposite in the first contract's journal."""
    return next(one.seq for one in small_firm().list(Entry, journal=K) if one.reverses)


def reversed_seq() -> int:
    """Return the number of the entry that it reverses."""
    found: Entry = sound(Entry, entry(K, reversal_seq()))
    assert found.reverses is not None
    return found.reverses


def batched(damage: Damage, *numbers: int, cents: int = 30_000, sum_cents: int = 30_000) -> None:
    """Put the third pay-out into sealed batches; it names the first."""
    place = POS | {"ordered_on": day(0), "ordinal": 3}
    payout: PayOut = sound(PayOut, place)
    damage.edit(PayOut, place, batch=batch_name(day(0), numbers[0]))
    for number in numbers:
        damage.add(
            SepaBatch(
                day(0),
                number,
                ACCOUNT,
                "EUR",
                count=1,
                sum_cents=sum_cents,
                state=SepaState.SENT,
            )
        )
        damage.add(
            SepaMember(
                day(0),
                number,
                payout.end_to_end_id,
                payout.contract,
                payout.ordered_on,
                payout.ordinal,
                cents,
                "Alpha",
                ACCOUNT,
            )
        )


def test_a_pay_out_in_its_sealed_batch_is_sound() -> None:
    """So is one that waits for the sealing."""
    ledger = small_firm()
    batched(Damage(ledger), 1)
    assert checked(ledger)["I10"].ok
    Damage(ledger).edit(SepaBatch, {"released_on": day(0), "number": 1}, state="open", count=0)
    assert checked(ledger)["I10"].ok


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_by_its_check(name: str) -> None:
    """And the sentence says where."""
    code, act = DAMAGES[name]
    ledger = small_firm()
    act(Damage(ledger))
    check = checked(ledger)[code]
    assert not check.ok, name
    assert check.details
    assert all(len(detail) > 10 for detail in check.details)


def test_an_entry_of_another_journal_is_named() -> None:
    """It lies where it does not belong, whatever its hash says."""
    ledger = small_firm()
    Damage(ledger).edit(Entry, entry(K, 2), journal=K2)
    assert any(text.endswith(f"belongs to {K2}") for text in checked(ledger)["I2"].details)


def test_allocations_without_their_receipt_are_named() -> None:
    """What was applied of nothing is money that came from nowhere."""
    ledger = small_firm()
    Damage(ledger).remove(Receipt, receipt("r1"))
    wanted = f"{ACCOUNT} {day(1)} r1: allocations, and no receipt"
    assert wanted in checked(ledger)["I5"].details


def test_every_check_is_there_for_some_damage() -> None:
    """A rule that nothing can break would prove nothing; R1 has a test of its own."""
    assert {code for code, _ in DAMAGES.values()} == {rule.code for rule in RULES} - {"R1"}


class RestlessLedger(MemoryLedger):
    """Books on which something is committed each time an invoice is read, so many times."""

    def __init__(self, books: MemoryLedger, times: int) -> None:
        super().__init__()
        self._partitions, self._indexes, self.times = books._partitions, books._indexes, times

    def list(self, kind: type, /, *, first: str = "", last: str = "", **key: object) -> Any:
        """Move a position on, then list."""
        if kind is Invoice and self.times:
            self.times -= 1
            position = self.get(Position, contract=CONTRACTS[0])
            assert position is not None
            moved = dataclasses.replace(position, seq=position.seq + 1)
            self._keep(_where(moved), Position, to_item(moved))
        return super().list(kind, first=first, last=last, **key)


def test_books_that_move_are_read_again_and_in_the_end_said_to_move() -> None:
    """Two commits meanwhile are waited out; books that never rest are not called sound."""
    assert checked(RestlessLedger(small_firm(), 2))["R1"].ok
    check = checked(RestlessLedger(small_firm(), 99))["R1"]
    assert (check.ok, check.details) == (False, (K,))
