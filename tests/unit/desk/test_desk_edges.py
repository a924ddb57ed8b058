"""Lines that lean on other lines: whom they name, what they wait for, what is remembered."""

from __future__ import annotations

import datetime as dt

import pytest

from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.domain.parties import Debtor
from bordereau.services.desk import codes
from bordereau.services.desk.remembered import LATEST, Remembered, recall
from tests.unit.desk.test_take_on import FIRST, portfolio, ref
from tests.unit.desk.test_take_on import world as taking_on
from tests.unit.desk.test_wanted import BELLERIVE, OWN_LINE, decision, wishes, wrong

WAITS = "Attend la reprise de ce contrat (onglet Reprise)."


def test_the_dates_of_a_procedure_follow_each_other() -> None:
    """Judged, published, claim filed: each is kept as typed when none is before another."""
    judged, published, filed = (dt.date(2026, 1, day) for day in (2, 3, 4))
    procedure = {"insolvency": "LJ", "insolvency_on": judged, "published_on": published}
    found = decision(wishes(("debtors", 1, {**procedure, "claim_filed_on": filed})), "D-0001")
    assert (found.insolvent_on, found.published_on, found.claim_filed_on) == (
        judged,
        published,
        filed,
    )
    over = {"procedure_end": "Saisie par erreur", "ended_on": judged, "ended_why": "homonyme"}
    ended = decision(wishes(("debtors", 1, {**procedure, **over})), "D-0001")
    assert isinstance(ended, Debtor)
    assert (ended.procedure_end, ended.ended_on, ended.ended_why) == ("error", judged, "homonyme")
    assert not ended.is_insolvent
    early = wishes(("debtors", 1, {**procedure, "claim_filed_on": judged}))
    assert wrong(early, "D-0001") == {"claim_filed_on": "cell-before"}


def test_a_confirmed_document_names_the_debtor_that_was_chosen() -> None:
    """What is kept is the debtor's identity, not the text of the drop-down."""
    cells = {"debtor": BELLERIVE.label, "action": "Accepter"}
    made = decision(wishes(("to_complete", 1, cells)), "F-0001")
    assert made.confirmed == {"decision": "accept", "debtor": BELLERIVE.identity}


def test_nobody_is_named_by_an_identity_that_is_wrong() -> None:
    """Whoever has a mistyped VAT number may be another: what names it is refused, and says so."""
    found = wishes(("debtors", 4, {"vat": "FR00000000000"}))
    assert wrong(found, "G-0006") == {"debtor": "cell-listed-wrong"}


def test_a_guarantee_line_waits_for_the_take_on_of_its_contract() -> None:
    """Until then the contract has no books in which an outstanding could be counted."""
    made = taking_on()
    made.type("lines", 1, {**OWN_LINE, "seller": FIRST})
    made.refresh()
    assert made.beside("G-0001")[1] == WAITS


def test_a_contract_of_an_unknown_client_makes_nothing_wait() -> None:
    """The line itself is refused; the terms of the others are in force without it."""
    rows = [row for row in portfolio() if row["type"] in ("Dossier", "Contrat")]
    rows[1]["seller"] = "Personne SA"
    made = taking_on(rows)
    made.refresh()
    word, _, cells = made.beside(ref(2))
    assert (word, "seller" in cells.lower() or "Client" in cells) == ("Erreur", True)
    assert made.beside("K-0001")[1] != WAITS
    assert made.beside("K-0002")[1] == WAITS


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"sha": 3}', b'{"unknown": ""}'])
def test_a_memory_that_cannot_be_read_is_an_empty_one(data: bytes) -> None:
    """The next good reading is stored as the first one: nothing hangs on what was remembered."""
    objects = MemoryObjects()
    objects.put(LATEST, data)
    assert recall(objects) == Remembered()


def test_a_french_vat_number_has_eleven_places() -> None:
    """A shorter one is refused as such, without a check of its key."""
    found = codes.vat("FR 4473282932")
    assert isinstance(found, codes.Fault)
    assert found.code == "vat"
