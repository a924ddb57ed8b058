"""From the release to the file: each pay-out once, whatever dies in between (I10, F20)."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from lxml import etree

from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.documents.pain001 import NAMESPACE, pain001
from bordereau.domain import sepa
from bordereau.domain.books import PayOut, PayOutState, Position
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.money import parse_amount
from bordereau.domain.parties import Rate, Setting
from bordereau.domain.problems import ConfigurationError, ConflictError, InvariantError
from bordereau.domain.sepa import (
    Payee,
    Rejection,
    SepaBatch,
    SepaMember,
    SepaState,
    StatusReport,
    fingerprint,
)
from bordereau.domain.tables import Table
from bordereau.domain.work import Command, Intent
from bordereau.services import seal_payouts
from bordereau.services.book_rejections import book_rejections
from bordereau.services.check_books import check_books
from bordereau.services.draft import attempt
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import (
    cancel_payout,
    confirm_payout,
    order_payout,
    return_payout,
)
from bordereau.services.register import seller_of, set_party
from bordereau.services.release_payouts import (
    PayOutKey,
    payee_of,
    release_payout,
    withdraw_release,
)
from bordereau.services.seal_payouts import hand_over, seal_batch
from tests.unit.services.firm import (
    ACCOUNT,
    DAY,
    K1,
    K2,
    SELLER_IBAN,
    CrashError,
    Crashing,
    CrashPlan,
    Firm,
    at,
    every_crash,
    firm,
)

KEYS: list[PayOutKey] = [(K1, DAY, 1), (K1, DAY, 2), (K2, DAY, 1)]
OTHER_IBAN = "FR7699999000192026002010641"
FILE = "sepa/2026-03-02/BORDEREAU.20260302.0001.xml"


def with_payouts() -> Firm:
    """Three pay-outs, ordered today."""
    made = firm()
    made.assign("F1", 1_000_00)
    made.assign("F2", 500_00, contract=K2)
    for contract, cents in ((K1, 100_00), (K1, 250_50), (K2, 75_25)):
        assert not order_payout(made.ledger, contract, today=DAY, amount_cents=cents).is_refused
    return made


def release_all(ledger: Any) -> None:
    """A person releases all three."""
    for key in KEYS:
        release_payout(ledger, key, by="claire@factor.example", today=DAY)


def seal_all(ledger: Any, objects: Any) -> Outcome:
    """The schedule, at four in the afternoon in Paris."""
    return hand_over(ledger, objects, pain001, now=at(DAY, 15))


def payout(made: Firm, key: PayOutKey) -> PayOut:
    """A pay-out as it stands."""
    contract, ordered_on, ordinal = key
    found: PayOut | None = made.ledger.get(
        PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal
    )
    assert found is not None
    return found


def head(made: Firm, number: int = 1) -> SepaBatch:
    """A batch of today as it stands."""
    found: SepaBatch | None = made.ledger.get(SepaBatch, released_on=DAY, number=number)
    assert found is not None
    return found


def paid(made: Firm) -> Counter[str]:
    """Cents by end-to-end id over all files."""
    found: Counter[str] = Counter()
    files = (data for key, data in made.objects.stored.items() if key.startswith("sepa/"))
    for data in files:
        for transfer in etree.fromstring(data).iter(f"{{{NAMESPACE}}}CdtTrfTxInf"):
            name = transfer.findtext(f".//{{{NAMESPACE}}}EndToEndId")
            cents = parse_amount(transfer.findtext(f".//{{{NAMESPACE}}}InstdAmt") or "")
            assert name is not None
            assert cents is not None
            found[name] += cents
    return found


class DyingAt:
    """A ledger at whose listing of a kind the function dies."""

    def __init__(self, ledger: Any, kind: type) -> None:
        self._ledger, self._kind = ledger, kind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def list(self, kind: type, /, **more: Any) -> Any:
        """Die, or list."""
        if kind is self._kind:
            raise CrashError
        return self._ledger.list(kind, **more)


def half_sealed(keys: Sequence[PayOutKey] = KEYS) -> Firm:
    """Released pay-outs joined a batch, and the run died before it was sealed."""
    made = with_payouts()
    for key in keys:
        release_payout(made.ledger, key, by="claire@factor.example", today=DAY)
    with pytest.raises(CrashError):
        hand_over(DyingAt(made.ledger, SepaMember), Dying(), pain001, now=at(DAY, 15))
    assert head(made).state is SepaState.OPEN
    return made


def change_iban(made: Firm, iban: str, contract: ContractId = K1) -> None:
    """The client's account changes in the register."""
    seller = seller_of(made.ledger, PartyId(contract.partition("/")[0]))
    assert seller is not None
    set_party(made.ledger, dataclasses.replace(seller, iban=iban))


def test_released_pay_outs_become_one_file() -> None:
    """Count and sum are its members', its bytes lie where the batch says, all are sent."""
    made = with_payouts()
    release_all(made.ledger)
    assert {payout(made, key).batch for key in KEYS} == {""}
    outcome = seal_all(made.ledger, made.objects)
    assert outcome.amounts == {"joined": 3, "stale": 0, "files": 1}
    batch = head(made)
    assert (batch.count, batch.sum_cents) == (3, 425_75)
    assert batch.state is SepaState.SENT
    assert (batch.payer, batch.payer_bic, batch.execution_on) == ("Lumière Factor", "AGRIFRPP", DAY)
    assert batch.file_key == FILE
    assert hashlib.sha256(made.objects.stored[FILE]).hexdigest() == batch.sha256
    assert made.objects.content_types[FILE] == "application/xml"
    assert {payout(made, key).state for key in KEYS} == {PayOutState.SENT}
    assert paid(made) == {
        payout(made, key).end_to_end_id: payout(made, key).amount_cents for key in KEYS
    }


def test_a_second_release_and_a_second_sealing_write_nothing() -> None:
    """They say so."""
    made = with_payouts()
    release_all(made.ledger)
    again = release_payout(made.ledger, KEYS[0], by="paul@factor.example", today=DAY)
    assert (again.status, again.reason) == (Status.ALREADY, "released")
    seal_all(made.ledger, made.objects)
    before = made.ledger.snapshot()
    assert seal_all(made.ledger, made.objects).amounts == {"joined": 0, "stale": 0, "files": 0}
    outcome = seal_batch(made.ledger, made.objects, pain001, (DAY, 1), now=at(DAY, 16))
    assert (outcome.status, outcome.reason) == (Status.ALREADY, "sent")
    assert made.ledger.snapshot() == before


def test_what_is_released_after_the_sealing_goes_into_another_file() -> None:
    """Numbers go on within the day."""
    made = with_payouts()
    release_payout(made.ledger, KEYS[0], by="c", today=DAY)
    seal_all(made.ledger, made.objects)
    release_payout(made.ledger, KEYS[1], by="c", today=DAY)
    seal_all(made.ledger, made.objects)
    assert [payout(made, key).batch for key in KEYS] == ["2026-03-02#0001", "2026-03-02#0002", ""]
    assert sum(paid(made).values()) == 350_50
    assert payout(made, KEYS[2]).state is PayOutState.ORDERED


def test_a_full_batch_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank takes so many orders in a file."""
    monkeypatch.setattr(seal_payouts, "MEMBERS_MAX", 2)
    made = with_payouts()
    release_all(made.ledger)
    assert seal_all(made.ledger, made.objects).amounts["files"] == 2
    assert [head(made, number).count for number in (1, 2)] == [2, 1]


def test_many_members_are_marked_in_several_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a hundred items at most."""
    monkeypatch.setattr(seal_payouts, "PAYOUTS_MAX", 2)
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    assert {payout(made, key).state for key in KEYS} == {PayOutState.SENT}


def test_a_release_carries_the_command_of_the_person() -> None:
    """In one commit; the name of who released it stands on the member."""
    made = with_payouts()
    command = Command("V-0001", 1, "release", "sha", {}, status="ok")
    release_payout(made.ledger, KEYS[0], by="claire@factor.example", today=DAY, command=command)
    assert made.ledger.get(Command, ref="V-0001", revision=1) is not None
    seal_all(made.ledger, made.objects)
    (member,) = made.ledger.list(SepaMember, released_on=DAY, first="0001#")
    assert member.released_by == "claire@factor.example"
    assert (member.beneficiary, member.iban) == ("Alpha BTP", SELLER_IBAN)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "CHF"}, "not_sepa"),
        ({"state": PayOutState.CONFIRMED}, "payout_state"),
    ],
)
def test_what_no_bank_would_pay_is_refused(change: dict[str, Any], reason: str) -> None:
    """Nothing is written."""
    made = with_payouts()
    contract, ordered_on, ordinal = KEYS[0]
    place = (f"K#{contract}", f"P#{ordered_on}#{ordinal}")
    partition = made.ledger._partitions[Table.LEDGER, place[0]]
    kind, plain = partition[place[1]]
    partition[place[1]] = (kind, plain | {name: str(value) for name, value in change.items()})
    before = made.ledger.snapshot()
    outcome = release_payout(made.ledger, KEYS[0], by="c", today=DAY)
    assert (outcome.status, outcome.reason) == (Status.REFUSED, reason)
    assert made.ledger.snapshot() == before


def test_what_does_not_exist_is_refused() -> None:
    """No such pay-out, no such batch; a seller without an IBAN."""
    made = with_payouts()
    assert release_payout(made.ledger, (K1, DAY, 9), by="c", today=DAY).reason == "no_such_payout"
    outcome = seal_batch(made.ledger, made.objects, pain001, (DAY, 9), now=at(DAY))
    assert outcome.reason == "no_such_batch"
    poor = firm(iban="")
    poor.assign("F1", 1_000_00)
    order_payout(poor.ledger, K1, today=DAY, amount_cents=100)
    assert release_payout(poor.ledger, (K1, DAY, 1), by="c", today=DAY).reason == "no_iban"


def test_what_is_released_cannot_be_taken_back_before_it_is_at_the_bank() -> None:
    """It will be paid: giving it back would pay it twice."""
    made = with_payouts()
    release_all(made.ledger)
    with pytest.raises(CrashError):
        hand_over(made.ledger, Dying(), pain001, now=at(DAY, 15))
    assert payout(made, KEYS[0]).batch == "2026-03-02#0001"
    assert return_payout(made.ledger, KEYS[0], today=DAY).reason == "payout_in_batch"
    assert cancel_payout(made.ledger, KEYS[0], today=DAY).reason == "payout_in_batch"
    assert withdraw_release(made.ledger, KEYS[0]).reason == "payout_in_batch"
    seal_all(made.ledger, made.objects)
    assert cancel_payout(made.ledger, KEYS[0], today=DAY).reason == "payout_in_batch"
    assert return_payout(made.ledger, KEYS[0], today=DAY).status is Status.DONE


class Dying(MemoryObjects):
    """A bucket at which the function dies."""

    def get(self, key: str) -> bytes | None:
        """Die."""
        raise CrashError(key)


def test_a_debit_that_is_seen_before_the_marks_stays() -> None:
    """The statement came first: confirmed is further than sent."""
    made = with_payouts()
    release_all(made.ledger)
    with pytest.raises(CrashError):
        hand_over(made.ledger, Dying(), pain001, now=at(DAY, 15))
    confirm_payout(made.ledger, KEYS[0], today=DAY)
    seal_all(made.ledger, made.objects)
    assert payout(made, KEYS[0]).state is PayOutState.CONFIRMED


def test_our_own_account_needs_a_holder() -> None:
    """A setting that is missing stops before anything is sealed."""
    made = with_payouts()
    release_all(made.ledger)
    for key in ("firm/name",):
        del made.ledger._partitions[Table.PARTY, "SETTING"][key]
    with pytest.raises(ConfigurationError, match="holder"):
        seal_all(made.ledger, made.objects)
    assert head(made).state is SepaState.OPEN
    assert made.objects.stored == {}


def test_a_batch_that_cannot_be_sealed_stops_no_other() -> None:
    """An account of ours that has no IBAN yet: its error is told after the others left."""
    made = with_payouts()
    release_all(made.ledger)
    stuck = SepaBatch(DAY - dt.timedelta(1), 1, AccountId("caisse"), "EUR")
    attempt(made.ledger, "seal-batch", lambda draft: draft.write(stuck))
    with pytest.raises(ConfigurationError, match="caisse"):
        seal_all(made.ledger, made.objects)
    assert head(made).state is SepaState.SENT
    assert sum(paid(made).values()) == 425_75


def test_a_batch_that_is_not_its_members_is_never_sealed() -> None:
    """A head with another sum is our own mistake; nothing is written."""
    made = half_sealed()
    partition = made.ledger._partitions[Table.LEDGER, f"SB#{DAY}"]
    kind, plain = partition["0001"]
    partition["0001"] = (kind, plain | {"sum_cents": 1})
    with pytest.raises(InvariantError, match="count or sum"):
        seal_all(made.ledger, made.objects)
    assert made.objects.stored == {}


def test_a_release_during_the_sealing_is_tried_again() -> None:
    """The members were listed after another joined: the message comes back."""
    made = half_sealed(KEYS[:1])
    release_payout(made.ledger, KEYS[1], by="c", today=DAY)

    class Meanwhile:
        """A ledger on which another run lets one join between head and members."""

        def __getattr__(self, name: str) -> Any:
            return getattr(made.ledger, name)

        def list(self, kind: type, /, **more: Any) -> Any:
            if kind is SepaMember:
                with contextlib.suppress(CrashError, ConflictError):
                    hand_over(DyingAt(made.ledger, SepaMember), Dying(), pain001, now=at(DAY, 15))
            return made.ledger.list(kind, **more)

    ledger: Any = Meanwhile()
    with pytest.raises(ConflictError, match="joined"):
        hand_over(ledger, made.objects, pain001, now=at(DAY, 8))
    seal_all(made.ledger, made.objects)
    assert sum(paid(made).values()) == 350_50


def test_two_that_seal_at_once_store_one_file() -> None:
    """The other finished while this one stored: nothing is left to say."""
    made = with_payouts()
    release_all(made.ledger)

    class Meanwhile(MemoryObjects):
        """A bucket during whose look-up another sweep does everything."""

        def get(self, key: str) -> bytes | None:
            seal_all(made.ledger, made.objects)
            return made.objects.get(key)

    outcome = seal_all(made.ledger, Meanwhile())
    assert outcome.status is Status.DONE
    assert [key for key in made.objects.stored if key.startswith("sepa/")] == [FILE]
    assert head(made).v == 5  # three joined, sealed, sent


def test_a_pay_out_without_a_contract_is_our_own_mistake() -> None:
    """It stops loudly."""
    made = with_payouts()
    del made.ledger._partitions[Table.LEDGER, f"K#{K1}"]["POS"]
    release_payout(made.ledger, KEYS[0], by="c", today=DAY)
    with pytest.raises(InvariantError, match="no contract"):
        seal_all(made.ledger, made.objects)


def test_a_crash_at_any_port_call_is_healed_by_repetition() -> None:
    """Release, sealing, file and marks: the books and the file end as without it."""
    contents = []

    def run(ledger: Any, objects: Any, queue: Any) -> None:
        release_all(ledger)
        seal_all(ledger, objects)
        contents.append(objects.get(FILE))

    made, crashes = every_crash(with_payouts, run)
    assert crashes > 60
    assert len(set(contents)) == 1
    assert made.objects.stored[FILE] == contents[0]


def test_the_file_that_was_stored_first_stays() -> None:
    """Another hour, another writer: whoever fetched it has the same bytes as we."""
    made = with_payouts()
    release_all(made.ledger)
    plan = CrashPlan(1, is_before=False)
    with pytest.raises(CrashError):
        seal_all(made.ledger, Crashing(made.objects, plan))
    made.objects.stored[FILE] = b"<fetched/>"
    seal_all(made.ledger, made.objects)
    assert made.objects.stored[FILE] == b"<fetched/>"
    assert head(made).sha256 == hashlib.sha256(b"<fetched/>").hexdigest()


def test_what_a_bank_refuses_is_the_seller_s_again() -> None:
    """One of three: nothing is booked at the bank, the invoice and its line are untouched."""
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    before = made.ledger.get(Position, contract=K1)
    assert before is not None
    name = payout(made, KEYS[0]).end_to_end_id
    report = StatusReport("BORDEREAU.20260302.0001", rejections=(Rejection(name, "AC04", "Clos"),))
    (outcome,) = book_rejections(made.ledger, report, today=DAY)
    assert outcome.amounts == {"amount": 100_00}
    after = made.ledger.get(Position, contract=K1)
    assert after is not None
    assert after.balance("seller_current") - before.balance("seller_current") == 100_00
    assert payout(made, KEYS[0]).state is PayOutState.REFUSED
    (alert,) = made.alerts()
    assert (alert.code, alert.facts["reason"]) == ("payout-returned", "AC04 Clos")
    (again,) = book_rejections(made.ledger, report, today=DAY)
    assert (again.status, again.reason) == (Status.ALREADY, "payout_state")


def test_a_file_that_is_refused_whole_gives_back_every_pay_out() -> None:
    """By its id; a refusal without one of ours names each itself."""
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    whole = StatusReport("BORDEREAU.20260302.0001", is_all_rejected=True, reason="DU01")
    assert [one.status for one in book_rejections(made.ledger, whole, today=DAY)] == [
        Status.DONE
    ] * 3
    assert {payout(made, key).state for key in KEYS} == {PayOutState.REFUSED}
    assert all(payout(made, key).fault_is_ours for key in KEYS)
    (alert,) = made.alerts()
    assert (alert.code, alert.facts["count"], alert.facts["amount"], alert.facts["reason"]) == (
        "payment-file-refused",
        "3",
        "425.75 EUR",
        "DU01",
    )
    assert not any(one.amounts for one in book_rejections(made.ledger, whole, today=DAY))
    assert len(made.alerts()) == 1
    foreign = StatusReport("X", is_all_rejected=True, rejections=(Rejection("X"),))
    assert [one.reason for one in book_rejections(made.ledger, foreign, today=DAY)] == [
        "no_such_payout"
    ]


def test_a_refusal_of_another_file_is_not_booked() -> None:
    """The report is of the second file of the day; the pay-out left in the first."""
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    other = (Rejection(payout(made, KEYS[0]).end_to_end_id),)
    report = StatusReport("BORDEREAU.20260302.0002", rejections=other)
    [outcome] = book_rejections(made.ledger, report, today=DAY)
    assert outcome.reason == "no_such_payout"
    assert payout(made, KEYS[0]).state is PayOutState.SENT


def test_a_file_refused_whole_names_the_order_that_is_to_blame() -> None:
    """One account is closed, one order lacked funds: only the closed account is in doubt."""
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    names = [payout(made, key).end_to_end_id for key in KEYS]
    own = (Rejection(names[0], "AC04"), Rejection(names[1], "AM04"), Rejection(names[2]))
    whole = StatusReport("BORDEREAU.20260302.0001", is_all_rejected=True, rejections=own)
    book_rejections(made.ledger, whole, today=DAY)
    assert [payout(made, key).fault_is_ours for key in KEYS] == [False, True, True]
    found = {alert.object: alert.code for alert in made.alerts()}
    assert found == {
        f"payout:{names[0]}": "payout-returned",
        f"payout:{names[1]}": "payout-refused",
        "sepa:BORDEREAU.20260302.0001": "payment-file-refused",
    }


def test_a_refusal_that_cannot_be_is_not_booked() -> None:
    """Debited already, in a file that is not at the bank yet, or not a pay-out of ours."""
    made = half_sealed(KEYS[:1])
    confirm_payout(made.ledger, KEYS[1], today=DAY)
    before = made.ledger.snapshot()
    names = [payout(made, key).end_to_end_id for key in KEYS[:2]]
    names.append("S404833048.EUR.20260302.7")
    report = StatusReport("X", rejections=tuple(map(Rejection, names)))
    reasons = [one.reason for one in book_rejections(made.ledger, report, today=DAY)]
    assert reasons == ["payout_in_batch", "payout_state", "no_such_payout"]
    assert made.ledger.snapshot() == before


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_paid_twice_whatever_happens_when(seed: int) -> None:
    """Random releases, changes, sweeps, deaths, refusals: a pay-out is in one file at most."""
    chance = Random(seed)  # noqa: S311 - a test's draw
    made = with_payouts()
    for _ in range(12):
        plan = CrashPlan(chance.randint(1, 30), is_before=chance.random() < 0.5)
        ledger, objects = Crashing(made.ledger, plan), Crashing(made.objects, plan)
        try:
            _anything(chance, ledger, objects, made)
        except CrashError:
            continue
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    found = paid(made)
    for key in KEYS:
        one = payout(made, key)
        expected = one.amount_cents if one.batch else 0
        assert found.pop(one.end_to_end_id, 0) == expected
    assert not found
    _agree(made)


def _anything(chance: Random, ledger: Any, objects: Any, made: Firm) -> None:
    key = chance.choice(KEYS)
    acts = ("release", "release", "seal", "seal", "refuse", "confirm", "keep", "cancel", "iban")
    what = chance.choice(acts)
    if what == "keep":
        withdraw_release(ledger, key)
    elif what == "cancel":
        cancel_payout(ledger, key, today=DAY)
    elif what == "iban":
        change_iban(made, chance.choice((SELLER_IBAN, OTHER_IBAN)), key[0])
    elif what == "release":
        release_payout(ledger, key, by="c", today=DAY)
    elif what == "seal":
        seal_all(ledger, objects)
    elif what == "confirm":
        confirm_payout(ledger, key, today=DAY)
    else:
        name = payout(made, key).end_to_end_id
        book_rejections(ledger, StatusReport("", rejections=(Rejection(name),)), today=DAY)


def _agree(made: Firm) -> None:
    """Every batch is its members, each of which names it back."""
    members = list(made.ledger.list(SepaMember, released_on=DAY))
    for batch in made.ledger.list(SepaBatch, released_on=DAY):
        mine = [one for one in members if one.number == batch.number]
        assert sepa.agrees(batch, mine)
        assert batch.state is SepaState.SENT
        for one in mine:
            key = (ContractId(one.contract), one.ordered_on, one.ordinal)
            assert payout(made, key).batch == sepa.batch_name(DAY, batch.number)
    assert batch_accounts(made) <= {ACCOUNT}


def batch_accounts(made: Firm) -> set[str]:
    """The accounts from which today's batches pay."""
    return {batch.account for batch in made.ledger.list(SepaBatch, released_on=DAY)}


def test_a_holiday_is_paid_on_the_next_bank_day() -> None:
    """Released on a Friday that the bank is closed."""
    made = firm()
    friday = dt.date(2026, 4, 3)
    made.assign("F1", 1_000_00, on=friday)
    order_payout(made.ledger, K1, today=friday, amount_cents=100)
    release_payout(made.ledger, (K1, friday, 1), by="c", today=friday)
    hand_over(made.ledger, made.objects, pain001, now=at(friday, 15), is_asked=True)
    found = made.ledger.get(SepaBatch, released_on=friday, number=1)
    assert found is not None
    assert found.execution_on == dt.date(2026, 4, 7)


def test_before_the_hour_nothing_joins_unless_a_person_asks() -> None:
    """From an hour before the cut-off on; a dated setting moves it; a closing day has none."""
    made = with_payouts()
    release_all(made.ledger)
    early = at(DAY, 14, 59)  # 15:59 in Paris
    assert hand_over(made.ledger, made.objects, pain001, now=early).amounts["files"] == 0
    made.put(Rate("sepa/cut_off", dt.date(2026, 1, 1), 16 * 60 + 30))
    saturday = at(DAY + dt.timedelta(5), 15)
    assert hand_over(made.ledger, made.objects, pain001, now=saturday).amounts["files"] == 0
    assert hand_over(made.ledger, made.objects, pain001, now=early).amounts["files"] == 1
    other = with_payouts()
    release_all(other.ledger)
    asked = hand_over(other.ledger, other.objects, pain001, now=at(DAY), is_asked=True)
    assert asked.amounts["files"] == 1


def test_after_the_cut_off_the_bank_pays_on_its_next_day() -> None:
    """The file still goes; the day that it names is one that the bank can keep."""
    made = with_payouts()
    release_all(made.ledger)
    hand_over(made.ledger, made.objects, pain001, now=at(DAY, 16, 30))
    assert head(made).execution_on == DAY + dt.timedelta(1)


def test_a_changed_iban_is_released_again_or_not_paid() -> None:
    """It stays, with an alert; the others leave; the next release is for the new facts."""
    made = with_payouts()
    release_all(made.ledger)
    change_iban(made, OTHER_IBAN, K2)
    outcome = seal_all(made.ledger, made.objects)
    assert outcome.amounts == {"joined": 2, "stale": 1, "files": 1}
    assert made.codes() == ["payout-to-confirm"]
    assert payout(made, KEYS[2]).batch == ""
    seal_all(made.ledger, made.objects)
    assert made.codes() == ["payout-to-confirm"]
    again = release_payout(made.ledger, KEYS[2], by="paul", today=DAY)
    assert again.status is Status.DONE
    assert seal_all(made.ledger, made.objects).amounts["joined"] == 1
    assert made.codes() == []
    found = payout(made, KEYS[2])
    assert (found.iban, found.released_by, found.batch) == (OTHER_IBAN, "paul", "2026-03-02#0002")
    assert OTHER_IBAN.encode() in made.objects.stored[FILE.replace("0001.xml", "0002.xml")]


def test_a_release_is_for_the_facts_that_were_seen() -> None:
    """Others are refused, and nothing is written."""
    made = with_payouts()
    seen = fingerprint(payout(made, KEYS[0]), payee_of(made.ledger, payout(made, KEYS[0])))
    change_iban(made, OTHER_IBAN)
    before = made.ledger.snapshot()
    outcome = release_payout(made.ledger, KEYS[0], by="c", today=DAY, seen=seen)
    assert (outcome.status, outcome.reason) == (Status.REFUSED, "facts_changed")
    assert made.ledger.snapshot() == before
    change_iban(made, SELLER_IBAN)
    assert not release_payout(made.ledger, KEYS[0], by="c", today=DAY, seen=seen).is_refused


def test_a_release_that_is_taken_back_does_not_leave() -> None:
    """Until its batch is filled; a second call writes nothing."""
    made = with_payouts()
    assert withdraw_release(made.ledger, KEYS[0]).reason == "not_released"
    release_all(made.ledger)
    assert withdraw_release(made.ledger, KEYS[0]).status is Status.DONE
    before = made.ledger.snapshot()
    assert withdraw_release(made.ledger, KEYS[0]).status is Status.ALREADY
    assert made.ledger.snapshot() == before
    assert withdraw_release(made.ledger, (K1, DAY, 9)).reason == "no_such_payout"
    confirm_payout(made.ledger, KEYS[1], today=DAY)
    assert withdraw_release(made.ledger, KEYS[1]).reason == "payout_state"
    assert seal_all(made.ledger, made.objects).amounts["joined"] == 1


def test_a_release_that_is_taken_back_while_it_joins_stays() -> None:
    """The list was read before; the decision reads again."""
    made = with_payouts()
    release_payout(made.ledger, KEYS[0], by="c", today=DAY)

    class Meanwhile:
        """A ledger on which the release is taken back after the list."""

        def __getattr__(self, name: str) -> Any:
            return getattr(made.ledger, name)

        def find(self, kind: type, *more: Any) -> Any:
            found = list(made.ledger.find(kind, *more))
            released = [one for one in found if kind is PayOut and one.released_facts]
            if released:
                listed.extend(released)
                withdraw_release(made.ledger, KEYS[0])
            return iter(found)

    listed: list[PayOut] = []
    ledger: Any = Meanwhile()
    assert seal_all(ledger, made.objects).amounts == {"joined": 0, "stale": 0, "files": 0}
    assert [one.end_to_end_id for one in listed] == [payout(made, KEYS[0]).end_to_end_id]
    assert made.codes() == []


def test_a_cancelled_pay_out_is_the_seller_s_again() -> None:
    """E3c before the debit, once; nothing is booked at the bank; a debit of it is told."""
    made = with_payouts()
    release_all(made.ledger)
    before = made.ledger.get(Position, contract=K1)
    assert before is not None
    command = Command("P-0001", 1, "release", "sha", {}, status="cancelled")
    outcome = cancel_payout(made.ledger, KEYS[0], today=DAY, command=command)
    assert outcome.amounts == {"amount": 100_00}
    after = made.ledger.get(Position, contract=K1)
    assert after is not None
    assert after.balance("seller_current") - before.balance("seller_current") == 100_00
    assert before.balance("payouts_in_transit") - after.balance("payouts_in_transit") == 100_00
    assert payout(made, KEYS[0]).state is PayOutState.CANCELLED
    assert made.ledger.get(Command, ref="P-0001", revision=1) is not None
    again = cancel_payout(made.ledger, KEYS[0], today=DAY)
    assert (again.status, again.reason) == (Status.ALREADY, "payout_state")
    assert return_payout(made.ledger, KEYS[0], today=DAY).status is Status.ALREADY
    assert confirm_payout(made.ledger, KEYS[0], today=DAY).reason == "payout_state"
    assert cancel_payout(made.ledger, (K1, DAY, 9), today=DAY).reason == "no_such_payout"
    confirm_payout(made.ledger, KEYS[1], today=DAY)
    assert cancel_payout(made.ledger, KEYS[1], today=DAY).reason == "payout_state"
    assert all(check.ok for check in check_books(made.ledger, [K1, K2], [ACCOUNT]))


def test_staff_are_told_of_the_file_without_an_iban() -> None:
    """Name, count, control total and hash; each pay-out by the last four letters of its IBAN."""
    made = with_payouts()
    made.put(Setting("firm/email", "virements@factor.example"))
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    intent = made.ledger.get(Intent, kind="payment_file", id="BORDEREAU.20260302.0001")
    assert intent is not None
    assert (intent.to, intent.needs_pdf) == (("virements@factor.example",), False)
    data = made.objects.stored[intent.figures_key]
    figures = json.loads(data)
    assert (figures["count"], figures["total_cents"]) == (3, 425_75)
    assert (figures["file"], figures["sha256"]) == (FILE, head(made).sha256)
    assert {row["account"] for row in figures["rows"]} == {f"FR14 •••• {SELLER_IBAN[-4:]}"}
    assert {row["released_by"] for row in figures["rows"]} == {"claire@factor.example"}
    for iban in (SELLER_IBAN, ACCOUNT):
        assert iban.encode() not in data


def test_without_an_address_of_ours_nobody_is_told_and_the_file_goes() -> None:
    """The intent has no recipient: the outbox shows it to staff."""
    made = with_payouts()
    release_all(made.ledger)
    seal_all(made.ledger, made.objects)
    intent = made.ledger.get(Intent, kind="payment_file", id="BORDEREAU.20260302.0001")
    assert intent is not None
    assert intent.to == ()


def test_a_pay_out_without_a_seller_goes_where_it_was_ordered() -> None:
    """A register that lost its seller: name and account of the order."""
    lost = PayOut(
        *(ContractId("siren:732829320/EUR"), DAY, 1, 1, "EUR", "S732829320.EUR.20260302.1", 1),
        *("Gamma", SELLER_IBAN),
    )
    assert payee_of(firm().ledger, lost) == Payee("Gamma", SELLER_IBAN)
