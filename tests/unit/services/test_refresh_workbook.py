"""The desk: what is typed becomes commands once, and the sheet says what came of it."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bordereau.documents.pain001 import pain001
from bordereau.domain import workbook
from bordereau.domain.books import Position, Receipt
from bordereau.domain.decisions import DecisionKind, LineDecision, facts_of, facts_sha
from bordereau.domain.identifiers import AccountId, ContractId, PartyId
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.tables import Index
from bordereau.domain.work import Alert, Command, SheetLine, ToComplete
from bordereau.domain.workbook import home
from bordereau.domain.workbook.columns import FIRST_LINE, KEY_ROW
from bordereau.domain.workbook.register_tabs import SELLERS
from bordereau.domain.workbook.staff_tabs import LINES
from bordereau.domain.workbook.system_tabs import ANSWERS, FUNDS, INVOICES
from bordereau.ports import SheetBlock, SheetCell
from bordereau.services.alerts import raise_alert
from bordereau.services.assign_invoices import Assignment, assign_invoices
from bordereau.services.book_receipt import book_receipt
from bordereau.services.desk.difference import comparable
from bordereau.services.desk.remembered import LATEST
from bordereau.services.desk.wanted import Wanted
from bordereau.services.draft import Draft
from bordereau.services.outcome import Outcome, Status
from bordereau.services.payouts import (
    confirm_payout,
    order_payout,
    return_payout,
    write_payout,
)
from bordereau.services.raise_overdue_alerts import alert_contract
from bordereau.services.refresh_workbook import Office, _rooms, refresh_workbook
from bordereau.services.seal_payouts import hand_over
from local.firm import parties
from local.firm.rows import all_rows, line_row
from tests.unit.desk.desk_world import FRENCH, World, sample_firm

RIVOIRE = ContractId(parties.RIVOIRE.contract)
BELLERIVE = parties.BELLERIVE
OTHER_IBAN = "FR7699999000192026002010641"
_FIRST_DAY = sample_firm()


@pytest.fixture
def firm() -> World:
    """The sample firm on its first day."""
    return copy.deepcopy(_FIRST_DAY)


def revisions(world: World, ref: str) -> list[int]:
    """The posted revisions of a line."""
    return [command.revision for command in world.ledger.list(Command, ref=ref)]


def fact(world: World, key: str) -> object:
    """A figure of « Accueil »."""
    return world.sheet.cell("Accueil", home.FACT_ROWS[key], home.VALUE_COLUMN).value


def state(world: World) -> str:
    """The state on « Accueil »."""
    return str(world.sheet.cell("Accueil", home.STATE_ROWS["state"], home.VALUE_COLUMN).value)


def assign(world: World, number: str, cents: int) -> None:
    """Assign an invoice of Rivoire on Bellerive."""
    document = Assignment(
        debtor=BELLERIVE.identity,  # type: ignore[arg-type]
        number=number,
        issued_on=dt.date(2026, 1, 4),
        due_on=dt.date(2026, 2, 4),
        amount_cents=cents,
    )
    assign_invoices(world.ledger, RIVOIRE, "m1", [document], today=world.today)  # type: ignore[arg-type]


def receive(world: World, ref: str, cents: int, **more: object) -> Receipt:
    """Book a receipt on the firm's account."""
    receipt = Receipt(
        AccountId(parties.OWN.iban),
        world.today,
        ref,
        cents,
        cents,
        "EUR",
        world.today,
        payer="HOTELS BELLERIVE",
        text="VIR",
        **more,  # type: ignore[arg-type]
    )
    book_receipt(world.ledger, receipt, today=world.today)
    return receipt


def payout_lines(world: World) -> list[dict[str, object]]:
    """What feeds « Virements à faire », line after line."""
    head, *rows = world.sheet.values(["_virements"])["_virements"]
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_sample_firm_is_in_force_after_one_round(firm: World) -> None:
    """Every line has its word; contracts are open; nobody waits."""
    typed = sum(len(rows) for rows in all_rows().values())
    words = {row[1] for row in firm.sheet.values(["_retours"])["_retours"][1:]}
    assert words == {"OK", "En vigueur le 01/01"}
    assert len(firm.sheet.values(["_retours"])["_retours"]) == typed + 1
    assert firm.ledger.get(Position, contract=RIVOIRE) is not None


def test_a_request_for_a_line_that_is_not_there_has_no_room(firm: World) -> None:
    """The other lines show theirs; a workbook without its home page is served all the same."""
    decision = LineDecision(PartyId("siren:1"), "EUR", "request", 1_00, firm.today)
    facts = facts_of(decision)
    sha = facts_sha(DecisionKind.LINE, facts)
    wanted = Wanted("G-9999", DecisionKind.LINE, facts, sha)
    posted = {"G-9999": Command("G-9999", 1, DecisionKind.LINE, sha, facts)}
    assert list(_rooms(firm.ledger, [wanted], posted, firm.today)) == []
    firm.sheet.remove("Accueil")
    assert firm.refresh().status is Status.DONE


def test_a_second_run_sends_nothing_and_writes_only_the_time(firm: World) -> None:
    """The same sheet and the same books: no command, no block of a table."""
    firm.hour = 9
    outcome = firm.refresh()
    assert outcome.amounts["sent"] == 0
    assert outcome.amounts["written"] == 0


def test_a_to_b_to_a_is_three_commands(firm: World) -> None:
    """The same facts as the last revision are no command, the same as an older one are."""
    for amount in (Decimal(31_000), Decimal(31_000), Decimal(30_000)):
        firm.type("lines", 6, {"amount": amount})
        firm.settle()
    assert revisions(firm, "G-0006") == [1, 2, 3]
    assert firm.beside("G-0006")[0] == "En vigueur le 01/01"


def test_a_bad_cell_stops_only_its_line(firm: World) -> None:
    """The word, the sentence and the very cell stand beside it; the others go on."""
    firm.type("debtors", 13, {"name": "X", "kind": "Entreprise", "siren": "99910261"})
    firm.type("lines", 16, {**line_row(parties.LINES[5]), "amount": Decimal(1)})
    firm.settle()
    word, sentence, fields = firm.beside("D-0013")
    assert word == "Erreur"
    assert "9 chiffres attendus, 8 lus" in sentence
    assert fields == "|siren|ap_email|state|"
    assert firm.beside("G-0016")[0] == "En vigueur le 01/01"


def test_a_mended_cell_is_taken_at_the_next_run(firm: World) -> None:
    """The red goes, the line is in force, what was held is woken."""
    firm.type("senders", 5, {"seller": parties.RIVOIRE.label, "sender": "rivoire.example"})
    firm.type("senders", 5, {"from_on": parties.START_ON})
    firm.settle()
    assert firm.beside("X-0005")[0] == "Erreur"
    firm.type("senders", 5, {"sender": "Deux@Rivoire.example"})
    firm.settle()
    assert firm.beside("X-0005")[0] == "En vigueur le 01/01"
    assert "sender:deux@rivoire.example" in firm.woken()


def test_a_line_on_an_unsound_client_says_which_line_to_mend(firm: World) -> None:
    """Its own cells are right: it waits for the other one."""
    firm.type("debtors", 4, {"siren": "999103725"})
    firm.settle()
    word, sentence, fields = firm.beside("G-0006")
    assert word == "Erreur"
    assert "Hôtels Bellerive" in sentence
    assert fields == "|debtor|"


def test_a_request_a_later_day_and_a_replaced_line_have_no_effect(firm: World) -> None:
    """They are read, and say why nothing happens."""
    line = dict(line_row(parties.LINES[5]))
    firm.type("lines", 16, line | {"kind": "Demande"})
    firm.type("lines", 17, line | {"from_on": dt.date(2026, 2, 1)})
    firm.type("lines", 18, line | {"from_on": dt.date(2026, 1, 2), "amount": Decimal(5)})
    firm.settle()
    assert firm.beside("G-0016")[1].startswith("Demande enregistrée")
    assert firm.beside("G-0017")[1] == "Prendra effet le 01/02/2026."
    assert firm.beside("G-0018")[0] == "En vigueur le 02/01"
    assert firm.beside("G-0006")[:2] == ("Remplacée", "Remplacée par la ligne G-0018.")


def test_a_later_day_takes_effect_when_it_comes(firm: World) -> None:
    """Nobody has to type anything again."""
    firm.type("lines", 16, {**line_row(parties.LINES[5]), "from_on": dt.date(2026, 1, 7)})
    firm.settle()
    firm.today = dt.date(2026, 1, 7)
    firm.settle()
    assert firm.beside("G-0016")[0] == "En vigueur le 07/01"


def test_a_broken_workbook_sends_nothing_and_says_so(firm: World) -> None:
    """The last good snapshot stays in force; answers stay; « Accueil » says what to mend."""
    before = firm.objects.get(LATEST)
    firm.type("lines", 6, {"amount": Decimal(1)})
    firm.sheet.put("Garanties", KEY_ROW, LINES.place("amount"), SheetCell())
    outcome = firm.refresh()
    assert outcome.reason == "broken"
    assert firm.queue.take("apply_decisions") is None
    assert firm.objects.get(LATEST) == before
    assert firm.beside("G-0006")[0] == "En vigueur le 01/01"
    assert "Montant" in state(firm)
    assert "Garanties" in state(firm)
    firm.sheet.put("Garanties", KEY_ROW, LINES.place("amount"), SheetCell("amount"))
    assert firm.refresh().amounts["sent"] == 1
    assert state(firm) == "OK"


def test_removals_are_accepted_on_the_day_that_staff_say(firm: World) -> None:
    """A great cleaning stops the import until somebody says that it was meant."""
    for number in range(1, 5):
        for place in range(1, len(SELLERS.columns)):
            firm.sheet.put("Clients", FIRST_LINE + number - 1, place, SheetCell())
    assert firm.refresh().reason == "broken"
    label = "Accepter les lignes effacées (ce jour seulement)"
    firm.type("settings", 40, {"setting": label, "value": "05/01/2026"})
    assert firm.refresh().reason == "refreshed"


def test_a_lost_message_is_sent_again(world_of_one: World) -> None:
    """The revision is not posted: it is still wanted."""
    world_of_one.refresh()
    world_of_one.queue.waiting.clear()
    assert world_of_one.refresh().amounts["sent"] == 1


@pytest.fixture
def world_of_one() -> World:
    """A firm with one setting."""
    made = World()
    made.type("settings", 1, {"setting": "Nous : ville", "value": "Lyon"})
    return made


def test_a_typed_line_waits_visibly_until_it_is_posted(world_of_one: World) -> None:
    """« En attente » is an answer too."""
    world_of_one.refresh()
    assert world_of_one.beside("S-0001")[0] == "En attente"
    world_of_one.decide_all()
    world_of_one.refresh()
    assert world_of_one.beside("S-0001")[0] == "OK"


def test_the_snapshot_is_kept_by_its_content(world_of_one: World) -> None:
    """The same lines are one object; the pointer says when they were read last."""
    world_of_one.refresh()
    world_of_one.hour = 9
    world_of_one.refresh()
    kept = [key for key in world_of_one.objects.list("snapshots/") if key != LATEST]
    assert len(kept) == 1
    latest = json.loads(world_of_one.objects.stored[LATEST])
    assert kept[0] == f"snapshots/{latest['sha'][:16]}.json"
    assert latest["read_at"] == "2026-01-05T09:00:00Z"


def test_a_damaged_pointer_loses_only_the_memory(firm: World) -> None:
    """Everything is asked for again, nothing is sent twice."""
    firm.objects.put(LATEST, b"{")
    assert firm.refresh().amounts["sent"] == 0


def test_a_waiting_receipt_takes_a_numbered_line_for_ever(firm: World) -> None:
    """Its line stays its own when it is done, so that nothing typed beside it can move."""
    one = receive(firm, "BQ1", 100_00)
    firm.refresh()
    receive(firm, "BQ0", 50_00)
    firm.refresh()
    feed = firm.sheet.values(["_encaissements"])["_encaissements"]
    assert [row[0] for row in feed[1:]] == ["E-0001", "E-0002"]
    assert [row[2] for row in feed[1:]] == [Decimal(100), Decimal(50)]
    lines = [line.object for line in firm.ledger.list(SheetLine, tab="receipts")]
    assert lines[0] == f"{one.account}#2026-01-05#BQ1"
    assert fact(firm, "to_allocate") == Decimal(150)


def test_staff_allocate_a_receipt_beside_its_line(firm: World) -> None:
    """They type the invoices and choose « Imputer »."""
    assign(firm, "FA-12", 60_00)
    receive(firm, "BQ1", 100_00)
    firm.refresh()
    answer = {"debtor": BELLERIVE.label, "allocation": "fa-12", "action": "Imputer"}
    firm.type("receipts", 1, answer)
    firm.settle()
    word, sentence, _ = firm.beside("E-0001")
    assert word == "OK"
    assert "60,00" in sentence
    assert "40,00" in sentence
    feed = firm.sheet.values(["_encaissements"])["_encaissements"]
    assert feed[1][7] == Decimal(40)


def test_the_tables_show_what_the_books_say(firm: World) -> None:
    """Invoices, transfers to make, funds: each amount is the ledger's."""
    assign(firm, "FA-12", 1_000_00)
    order_payout(firm.ledger, RIVOIRE, today=firm.today, amount_cents=500_00)
    firm.refresh()
    (invoice,) = firm.sheet.values(["Créances"])["Créances"][FIRST_LINE:]
    assert invoice[1:4] == ("FA-12", "Atelier Rivoire SAS", "Hôtels Bellerive SAS")
    assert invoice[6:12] == tuple(map(Decimal, (1000, 1000, 1000, 0, 900, 100)))
    (payout,) = payout_lines(firm)
    assert payout["id"] == "S999101132.EUR.20260105.1"
    assert str(payout["iban"]).replace(" ", "") == parties.RIVOIRE.iban
    assert payout["amount"] == Decimal(500)
    assert (payout["ref"], payout["state"]) == ("P-0001", "À libérer")
    assert payout["contract"] == "999101132/EUR"
    funds = firm.sheet.values(["Fonds"])["Fonds"][FIRST_LINE:]
    row = next(row for row in funds if row[0] == RIVOIRE)
    assert row[3] == Decimal(1000)
    assert row[8] == Decimal(100)
    assert row[FUNDS.place("available")] == Decimal(400)
    assert fact(firm, "available") == Decimal(400)


def test_what_is_followed_stands_beside_its_line_and_in_the_tables(firm: World) -> None:
    """A dispute and a promise: the answer, the state, Créances, « Accueil », the alert."""
    assign(firm, "FA-12", 1_000_00)
    assign(firm, "FA-13", 500_00)
    firm.type("cases", 1, {"invoice": "fa 12", "kind": "Litige", "amount": Decimal(200)})
    promise: dict[str, Any] = {
        "invoice": "FA-13",
        "kind": "Promesse de paiement",
        "promised_on": firm.today,
    }
    firm.type("cases", 2, promise)
    firm.settle()
    assert firm.beside("L-0001")[:2] == (
        "OK",
        "Litige enregistré\u00a0: 180,00\u00a0€ retenus, relances suspendues.",
    )
    listed = firm.sheet.values(["Créances"])["Créances"][FIRST_LINE:]
    first = INVOICES.place("dispute")
    shown = {row[1]: (*row, "", "")[first : first + 2] for row in listed}
    assert shown == {"FA-12": (Decimal(200), ""), "FA-13": ("", comparable(firm.today))}
    assert states(firm) == {"L-0001": "Ouvert", "L-0002": "Ouvert"}
    firm.today += dt.timedelta(1)
    alert_contract(firm.ledger, contract=RIVOIRE, on=firm.today)
    firm.refresh()
    assert states(firm)["L-0002"] == "Promesse non tenue"
    assert (fact(firm, "disputes"), fact(firm, "broken")) == (Decimal(200), 1)


def states(world: World) -> dict[str, str]:
    """What « État » shows beside the lines of « Litiges et promesses »."""
    rows = world.sheet.values(["_retours"])["_retours"][1:]
    place = ANSWERS.place("state")
    return {str(row[0]): str(row[place]) for row in rows if str(row[0]).startswith("L-")}


def test_a_table_that_shrinks_leaves_nothing_below(firm: World) -> None:
    """A transfer that is done goes, and no row of it stays."""
    firm.sheet.write([SheetBlock("Alertes", FIRST_LINE, 0, (("old", "Urgent"), ("older",)))])
    firm.refresh()
    assert firm.sheet.values(["Alertes"])["Alertes"][FIRST_LINE:] == ()


def test_a_deadline_stands_on_the_home_page_and_in_its_tab(firm: World) -> None:
    """Staff see what must be financed before the 48 hours are over."""
    raise_alert(
        firm.ledger,
        Alert(
            f"invoice:{RIVOIRE}#2026#FA12",
            "deadline",
            firm.today,
            "high",
            "deadline",
            {"number": "FA-12", "debtor": "Bellerive", "amount": "60.00", "day": "2026-01-07"},
            contract=RIVOIRE,
            due_at=dt.datetime(2026, 1, 7, 17, tzinfo=dt.UTC),
        ),
    )
    firm.refresh()
    shown = str(firm.sheet.cell("Accueil", home.DEADLINE_ROW, home.LABEL_COLUMN).value)
    assert shown.startswith("Atelier Rivoire SAS")
    assert "07/01/2026" in shown
    (alert,) = firm.sheet.values(["Alertes"])["Alertes"][FIRST_LINE:]
    assert alert[1] == "Urgent"


def test_a_document_to_complete_is_confirmed_in_the_sheet(firm: World) -> None:
    """What is typed is confirmed, what stays empty is confirmed as read."""
    row = ToComplete(
        "m9#1",
        "m9",
        "1",
        "scan.pdf",
        None,
        firm.now,
        "mail/m9",
        {"number": "F1", "amount": "12.50", "issued_on": "2026-01-02", "due_on": "31 janvier"},
    )
    draft = Draft(firm.ledger)
    draft.write(row)
    assert draft.commit("answer-command")
    firm.refresh()
    (shown,) = firm.sheet.values(["_factures"])["_factures"][1:]
    assert shown[0] == "F-0001"
    assert shown[5:7] == ("02/01/2026", "31 janvier")
    due_on = dt.date(2026, 1, 31)
    firm.type("to_complete", 1, {"due_on": due_on, "debtor": BELLERIVE.label})
    firm.type("to_complete", 1, {"action": "Accepter"})
    firm.settle()
    stored = firm.ledger.get(ToComplete, ref="m9#1")
    assert stored is not None
    assert stored.confirmed == {
        "decision": "accept",
        "due_on": "2026-01-31",
        "debtor": BELLERIVE.identity,
    }
    assert firm.woken()[-1] == "fields:m9#1"
    assert firm.beside("F-0001")[0] == "OK"


def test_a_typed_answer_without_anything_to_answer_is_refused(firm: World) -> None:
    """Nothing stands on line E-0009 yet."""
    firm.type("receipts", 9, {"action": "Attendre"})
    firm.settle()
    assert firm.beside("E-0009")[0] == "Erreur"


def test_a_newer_workbook_is_refused(firm: World) -> None:
    """An older program must not read a sheet that it does not know."""
    firm.sheet.write([SheetBlock("_schema", 1, 0, (("version", "99"),))])
    with pytest.raises(ConfigurationError):
        firm.refresh()


def test_drop_downs_offer_every_client_debtor_and_account(firm: World) -> None:
    """Also those that are not yet in force: whoever types several lines need not wait."""
    firm.type("debtors", 13, {"name": "NEUF", "siren": parties.BEAULAC.party.siren})
    firm.refresh()
    rows = firm.sheet.values(["_listes"])["_listes"][1:]
    assert f"NEUF ({parties.BEAULAC.party.siren})" in [row[1] for row in rows]
    assert rows[0][2] == f"{parties.OWN.party.name} ({parties.OWN.iban})"


def test_the_index_of_receipts_is_where_the_desk_looks(firm: World) -> None:
    """A receipt that is applied whole never asks for a line."""
    receive(firm, "BQ1", 100_00)
    found = [
        receipt
        for shard in range(4)
        for receipt in firm.ledger.find(Receipt, Index.TODO, f"receipt#{shard}")
    ]
    assert [receipt.ref for receipt in found] == ["BQ1"]


RELEASED = {"action": "Libérer", "by": "Claire"}


def with_payout(world: World) -> None:
    """A pay-out of 500.00 to Rivoire, on line P-0001."""
    assign(world, "FA-12", 1_000_00)
    draft = Draft(world.ledger)
    beneficiary = (parties.RIVOIRE.party.name, parties.RIVOIRE.iban)
    write_payout(draft, 500_00, contract=RIVOIRE, today=world.today, beneficiary=beneficiary)
    assert draft.commit("order-payout")
    world.refresh()


def sealed(world: World, hour: int = 15) -> Outcome:
    """The schedule of the afternoon."""
    now = dt.datetime.combine(world.today, dt.time(hour), dt.UTC)
    return hand_over(world.ledger, world.objects, pain001, now=now)


def change_iban(world: World, iban: str) -> None:
    """Staff type another account of Rivoire."""
    world.type("sellers", 1, {"iban": iban})


def test_a_release_goes_from_the_sheet_to_the_bank_and_back(firm: World) -> None:
    """Released, handed over, debited: the line says so each time, and keeps its number."""
    with_payout(firm)
    assert fact(firm, "payouts") == Decimal(500)
    firm.type("payouts", 1, RELEASED)
    firm.settle()
    assert firm.beside("P-0001")[0] == "OK"
    assert "prochaine remise" in firm.beside("P-0001")[1]
    assert payout_lines(firm)[0]["state"] == "Libéré le 05/01/2026"
    assert fact(firm, "payouts") == Decimal(0)
    assert sealed(firm).amounts["joined"] == 1
    firm.refresh()
    assert firm.beside("P-0001")[:2] == ("OK", "Remis à la banque le 05/01/2026.")
    confirm_payout(firm.ledger, (RIVOIRE, firm.today, 1), today=firm.today)
    firm.refresh()
    assert firm.beside("P-0001")[:2] == ("OK", "Débité le 05/01/2026.")
    assert payout_lines(firm)[0]["ref"] == "P-0001"
    return_payout(firm.ledger, (RIVOIRE, firm.today, 1), today=firm.today)
    firm.refresh()
    assert firm.beside("P-0001")[:2] == ("Annulé", "Revenu le 05/01/2026.")
    assert firm.refresh().amounts["sent"] == 0


def test_an_iban_that_changes_after_the_release_is_to_be_confirmed(firm: World) -> None:
    """The line says so with the new code; it does not leave until somebody answers again."""
    with_payout(firm)
    firm.type("payouts", 1, RELEASED)
    firm.settle()
    code = payout_lines(firm)[0]["code"]
    change_iban(firm, OTHER_IBAN)
    firm.settle()
    (shown,) = payout_lines(firm)
    assert shown["code"] != code
    assert str(shown["iban"]).replace(" ", "") == OTHER_IBAN
    assert shown["state"] == "À revalider\u202f; IBAN changé"
    assert fact(firm, "payouts") == Decimal(500)
    word, sentence, _ = firm.beside("P-0001")
    assert word == "À revalider"
    assert str(shown["code"]) in sentence
    assert sealed(firm).amounts == {"joined": 0, "stale": 1, "files": 0}
    assert firm.settle().amounts["sent"] == 0
    assert sealed(firm).amounts["stale"] == 1
    firm.type("payouts", 1, {"reason": "IBAN confirmé au téléphone"})
    firm.settle()
    assert firm.beside("P-0001")[0] == "OK"
    assert sealed(firm).amounts == {"joined": 1, "stale": 0, "files": 1}


def test_an_iban_that_changes_before_the_release_is_shown(firm: World) -> None:
    """Beside the pay-out that was ordered for another account."""
    with_payout(firm)
    change_iban(firm, OTHER_IBAN)
    firm.settle()
    state = payout_lines(firm)[0]["state"]
    assert state == "À libérer\u202f; IBAN changé"


def test_an_iban_that_changes_with_the_release_is_not_released(firm: World) -> None:
    """Both are typed in one go: the person answered for the account that stood there."""
    with_payout(firm)
    firm.type("payouts", 1, RELEASED)
    change_iban(firm, OTHER_IBAN)
    firm.settle()
    assert firm.beside("P-0001")[0] == "À revalider"
    assert sealed(firm).amounts["files"] == 0


def test_an_answer_under_way_stays_for_what_was_seen(firm: World) -> None:
    """The command is lost on its way; the account changes; the next one is for the old facts."""
    with_payout(firm)
    firm.type("payouts", 1, RELEASED)
    firm.refresh()
    firm.queue.waiting.clear()
    change_iban(firm, OTHER_IBAN)
    firm.refresh()
    firm.queue.waiting = [one for one in firm.queue.waiting if "C-0001" in one.body]
    firm.settle()
    firm.settle()
    assert firm.beside("P-0001")[0] == "À revalider"
    assert sealed(firm).amounts["files"] == 0


def test_a_refused_answer_stays_beside_its_line(firm: World) -> None:
    """Cancelled too late: the sentence is the answer, not where the pay-out stands."""
    with_payout(firm)
    firm.type("payouts", 1, RELEASED)
    firm.settle()
    sealed(firm)
    firm.type("payouts", 1, {"action": "Annuler", "reason": "erreur"})
    firm.settle()
    word, sentence, fields = firm.beside("P-0001")
    assert (word, fields) == ("Erreur", "|action|")
    assert "fichier pour la banque" in sentence


def test_a_cancelled_payout_says_so(firm: World) -> None:
    """Beside its line, and in its state."""
    with_payout(firm)
    firm.type("payouts", 1, {"action": "Annuler", "by": "Claire", "reason": "doublon"})
    firm.settle()
    assert firm.beside("P-0001")[0] == "Annulé"
    assert payout_lines(firm)[0]["state"] == "Annulé le 05/01/2026"


class Crash(BaseException):
    """The process ended."""


class Fused:
    """A port that ends the process before or after the call with a number."""

    def __init__(self, port: Any, calls: list[str], *, at: int = -1, after: bool = False) -> None:
        self.port, self.calls, self.at, self.after = port, calls, at, after

    def __getattr__(self, name: str) -> Any:
        """Return the port's method behind the fuse."""

        def call(*args: Any, **more: Any) -> Any:
            here = len(self.calls) == self.at
            self.calls.append(name)
            if here and not self.after:
                raise Crash
            done = getattr(self.port, name)(*args, **more)
            done = iter(list(done)) if isinstance(done, Iterator) else done
            if here:
                raise Crash
            return done

        return call


def small_desk() -> World:
    """One setting typed, one receipt waiting."""
    made = World()
    made.type("settings", 1, {"setting": "Nous : ville", "value": "Lyon"})
    receive(made, "BQ1", 100_00)
    return made


def run_fused(world: World, *, at: int = -1, after: bool = False) -> list[str]:
    """Refresh once with ports that may end the process; return the calls that were made."""
    calls: list[str] = []
    sheet, ledger, objects, queue = (
        Fused(port, calls, at=at, after=after)
        for port in (world.sheet, world.ledger, world.objects, world.queue)
    )
    refresh_workbook(Office(sheet, ledger, objects, queue, FRENCH, world.today, world.now))
    return calls


def test_a_crash_anywhere_is_mended_by_the_next_run() -> None:
    """Before and after each call of each port: the same sheet, the same numbered lines."""
    whole = small_desk()
    calls = run_fused(whole)
    assert len(calls) > 20
    for at in range(len(calls)):
        for after in (False, True):
            world = small_desk()
            with pytest.raises(Crash):
                run_fused(world, at=at, after=after)
            world.refresh()
            assert world.ledger.snapshot() == whole.ledger.snapshot(), calls[at]
            for tab in workbook.TABS:
                assert world.sheet.read([tab.title]) == whole.sheet.read([tab.title]), calls[at]
            assert world.queue.take("apply_decisions") is not None
