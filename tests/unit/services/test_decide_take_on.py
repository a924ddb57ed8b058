"""A dossier is posted as a decision: refused whole, or booked slice by slice to its answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.documents.texts import Phrases
from bordereau.domain.decisions import DecisionKind, TakeOnDecision, facts_of, facts_sha
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import SourceUnavailableError
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.taking_on.snapshot import Snapshot, sha_of
from bordereau.domain.work import Command
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.decisions import take_on as deciding
from bordereau.services.decisions.reply import Desk
from bordereau.services.outcome import Outcome
from tests.unit.services.firm import Firm, every_crash
from tests.unit.services.portfolio import (
    TODAY,
    broken,
    known_parties,
    portfolio,
    take_on,
    taken_on,
)

NOW = dt.datetime.combine(TODAY, dt.time(8), dt.UTC)
KEY = "snapshots/take-on-x.json"


def message(snapshot: Snapshot, sha: str = "") -> dict[str, Any]:
    """Return the message that the sheet sends for a dossier."""
    wanted = sha or sha_of(snapshot.data())
    facts = facts_of(TakeOnDecision(snapshot.dossier, snapshot.on, KEY, wanted))
    kind = DecisionKind.TAKE_ON
    return {"command": to_plain(Command("T-0001", 1, kind, facts_sha(kind, facts), facts))}


def desk(ledger: Any, objects: Any, queue: Any) -> Desk:
    """Return what a decision is given."""
    return Desk(ledger, objects, queue, Phrases.load("fr"), TODAY, NOW)


def post(ledger: MemoryLedger, snapshot: Snapshot, sha: str = "") -> Outcome:
    """Post a dossier until it is answered."""
    objects, queue = MemoryObjects(), MemoryQueue()
    objects.put(KEY, snapshot.data())
    return _post(ledger, objects, queue, message(snapshot, sha))


def _post(ledger: Any, objects: Any, queue: Any, sent: dict[str, Any]) -> Outcome:
    while (outcome := apply_decisions(desk(ledger, objects, queue), sent)).reason == "goes_on":
        pass
    return outcome


def answer(ledger: MemoryLedger) -> Command:
    """Return what stands beside the dossier."""
    found = ledger.get(Command, ref="T-0001", revision=1)
    assert found is not None
    return found


def test_a_dossier_is_answered_when_its_last_step_is_booked() -> None:
    """The answer is in the commit of that step."""
    ledger = known_parties()
    assert post(ledger, portfolio()).reason == "ok"
    assert answer(ledger).message.startswith("Repris au 31/12/2025")
    assert broken(ledger) == {}


@pytest.mark.parametrize("name", ["SELLER", "DEBTOR"])
def test_a_party_that_is_not_registered_yet_is_waited_for(name: str) -> None:
    """Its line of the sheet is under way: nothing is posted, the decision comes again."""
    known = known_parties()

    class Without(MemoryLedger):
        """Books in which the parties of one role are not known."""

        def get(self, kind: Any, /, **key: object) -> Any:
            return None if key.get("role") == name else known.get(kind, **key)

    assert post(Without(), portfolio()).reason == "not_yet"


def test_other_bytes_than_were_checked_stop_loudly() -> None:
    """A broken system, not a wrong row: tried again, then parked."""
    with pytest.raises(SourceUnavailableError, match="is not what was checked"):
        post(known_parties(), portfolio(), sha="other")


def test_a_dossier_that_is_booked_with_other_rows_is_refused() -> None:
    """Two decisions crossed: the first one stands."""
    ledger = taken_on()
    before = ledger.get(TakeOn, dossier="1")
    other = dataclasses.replace(portfolio(), payouts=())
    assert post(ledger, other).reason == "error"
    assert [one.code for one in answer(ledger).problems] == ["decision-other-snapshot"]
    assert ledger.get(TakeOn, dossier="1") == before


def test_many_faults_are_cut_to_what_a_cell_can_show() -> None:
    """The same portfolio again under another name: five lines, and how many more."""
    ledger = taken_on()
    post(ledger, dataclasses.replace(portfolio(), dossier="2"))
    found = answer(ledger).problems
    assert found[0].code == "take-on-has-entries"
    assert (found[0].where, len(found)) == ("T-0002", 6)
    assert (found[-1].code, found[-1].facts) == ("decision-more-faults", {"count": "4"})
    assert ledger.get(TakeOn, dossier="2") is None


def test_crashes_anywhere_end_in_the_same_books(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over slices of five steps: before and after each call of any port, then delivered again."""
    monkeypatch.setattr(deciding, "STEPS_MAX", 5)

    def made() -> Firm:
        firm = Firm(known_parties())
        firm.objects.put(KEY, portfolio().data())
        return firm

    sent = message(portfolio())
    _, crashes = every_crash(
        made, lambda ledger, objects, queue: _post(ledger, objects, queue, sent)
    )
    assert crashes > 150


def test_a_snapshot_of_another_day_keeps_the_order_of_its_steps() -> None:
    """The same rows in another process give the same steps: the count of them is enough."""
    ledger = known_parties()
    take_on(ledger, portfolio())
    done = ledger.get(TakeOn, dossier="1")
    assert done is not None
    assert done.done == done.steps == 14
