"""« Reprise »: a portfolio is pasted, checked beside its lines, and taken over when all agrees."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bordereau.domain import chart
from bordereau.domain.books import ContractStatus, Fingerprint, Position, Receipt
from bordereau.domain.decisions import DecisionKind, decision_of
from bordereau.domain.identifiers import AccountId, ContractId, PartyId, contract_id
from bordereau.domain.parties import Contract
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.taking_on.snapshot import Figure
from bordereau.domain.work import Intent
from bordereau.domain.workbook import home
from bordereau.domain.workbook.take_on_tab import ALLOWED, FIGURES, NEEDED, TAKE_ON, TYPES
from bordereau.services.apply_decisions import apply_decisions
from bordereau.services.check_books import check_books
from bordereau.services.contract_terms import terms_on
from bordereau.services.decisions import take_on as deciding
from bordereau.services.draft import Draft
from local.firm import parties
from local.firm.parties import OWN
from local.firm.rows import all_rows
from tests.unit.desk.desk_world import World

TODAY, ON = dt.date(2026, 1, 2), dt.date(2025, 12, 31)
START = dt.date(2024, 3, 15)
FIRST, SECOND = (parties.SELLERS[place].label for place in (0, 1))
BUYER, OTHER = (parties.DEBTORS[place].label for place in (0, 1))
ACCOUNT = f"{OWN.party.name} ({OWN.iban})"
IBAN = AccountId(OWN.iban)


def party(place: int) -> PartyId:
    """Return a client's identity."""
    return PartyId(f"siren:{parties.SELLERS[place].party.siren}")


K1: ContractId = contract_id(party(0), "EUR")
K2: ContractId = contract_id(party(1), "EUR")


def eur(text: str) -> Decimal:
    """Return an amount as a person types it."""
    return Decimal(text)


Row = dict[str, Any]


def portfolio() -> list[Row]:
    """Return the lines of a small portfolio that adds up."""
    contract = {"type": "Contrat", "issued_on": START}
    day = dt.date(2025, 12, 2)
    invoice = {"type": "Facture", "seller": FIRST, "debtor": BUYER, "day": day}
    dates = {"issued_on": dt.date(2025, 12, 1), "due_on": dt.date(2026, 1, 30)}
    whole = {"amount": eur("10000"), "open": eur("10000"), "approved": eur("10000")}
    return [
        {"type": "Dossier", "day": ON},
        contract
        | {"seller": FIRST, "balance": eur("-250.50"), "open": eur("14000")}
        | {"approved": eur("13000"), "retained": eur("1500"), "last_number": 87},
        contract
        | {"seller": SECOND, "balance": eur("40"), "open": eur("0"), "approved": eur("0")}
        | {"retained": eur("0")},
        {"type": "Ligne de garantie", "seller": FIRST, "debtor": BUYER, "amount": eur("13000")}
        | {"day": dt.date(2024, 4, 1)},
        {"type": "Ligne de garantie", "debtor": BUYER, "amount": eur("90000")},
        invoice | dates | whole | {"number": "FA-1", "retained": eur("1000")},
        invoice
        | dates
        | {"number": 20250002, "amount": eur("5000"), "open": eur("4000")}
        | {"approved": eur("3000"), "retained": eur("500"), "disputed": eur("100")},
        {"type": "Virement en cours", "seller": FIRST, "number": "OLD-1", "day": ON}
        | {"amount": eur("77.70")},
        {"type": "Encaissement non affecté", "account": ACCOUNT, "number": "BNK-1", "day": ON}
        | {"amount": eur("12.34"), "debtor": BUYER, "text": "VIR FA-9"},
        {"type": "Crédit d'un acheteur", "account": ACCOUNT, "debtor": OTHER, "number": "AV-1"}
        | {"day": day, "amount": eur("5")},
        {"type": "Solde bancaire", "account": ACCOUNT, "balance": eur("123456.78")},
        *(
            {"type": "Total de contrôle", "figure": label, "balance": eur(cents)}
            for label, cents in (
                ("Encours", "14000"),
                ("Approuvé", "13000"),
                ("Fonds de garantie", "1500"),
                ("Comptes courants", "-210.50"),
                ("Virements en cours", "77.70"),
                ("Banque", "123456.78"),
                ("Encaissements non affectés", "12.34"),
                ("Crédits des acheteurs", "5"),
                ("Nombre de factures", "2"),
            )
        ),
    ]


def world(rows: list[Row] | None = None) -> World:
    """Return a desk whose register is typed, and a portfolio pasted; nothing is settled."""
    made = World(today=TODAY)
    typed = dict(all_rows())
    agreed = [{**row, "from_on": START} for row in typed["terms"][:2]]
    for row, seller in zip(agreed, parties.SELLERS, strict=False):
        row |= {"fund_method": "Par facture", "fund_rate": None, "seller": seller.label}
    for key in ("sellers", "debtors", "settings"):
        made.type_all({key: typed[key]})
    made.type_all({"terms": agreed})
    made.type_all({"take_on": portfolio() if rows is None else rows})
    return made


def line_of(rows: list[Row], **facts: Any) -> int:
    """Return the number of the first line that has these facts."""
    return next(n for n, row in enumerate(rows, 1) if facts.items() <= row.items())


def ref(number: int) -> str:
    """Return a line's reference."""
    return TAKE_ON.ref(number)


def at_home(made: World) -> str:
    """Return what « Accueil » says of take-ons."""
    rows = made.sheet.values(["Accueil"])["Accueil"]
    return str(rows[home.STATE_ROWS["take_on"]][home.VALUE_COLUMN])


def settle(made: World, times: int = 2) -> None:
    """Refresh and decide until nothing is left to say."""
    for _ in range(times):
        made.settle()


def books_hold(made: World) -> bool:
    """Return whether every invariant holds."""
    return all(one.ok for one in check_books(made.ledger, [K1, K2], [IBAN]))


def test_what_adds_up_says_so_and_waits_for_the_decision() -> None:
    """Nothing is posted, nothing is opened: the line of the dossier says what to choose."""
    made = world()
    settle(made)
    word, sentence, _ = made.beside(ref(1))
    assert word == "En attente"
    assert sentence == (
        "Tout concorde (contrats\u00a0: 2, factures\u00a0: 2, lignes\u00a0: 19). "
        "Choisissez Reprendre."
    )
    assert made.beside(ref(2))[1] == "Ligne contrôlée\u202f; rien n'est encore repris."
    assert at_home(made).startswith("Dossier 1\u00a0: Tout concorde (")
    assert made.ledger.get(Position, contract=K1) is None
    assert made.beside("K-0001")[1] == "Attend la reprise de ce contrat (onglet Reprise)."


def test_the_portfolio_is_taken_over_when_staff_say_so() -> None:
    """Contracts, lines, invoices, cash: in the books, which hold; every line says so."""
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.status is ContractStatus.ACTIVE
    assert position.balance(chart.RECEIVABLES) == 14_000_00
    assert position.balance(chart.SELLER_CURRENT) == -250_50
    assert position.statement_count == 87
    receipt = made.ledger.get(Receipt, account=IBAN, booked_on=ON, ref="BNK-1")
    assert receipt is not None
    assert (receipt.left_cents, receipt.text) == (12_34, "VIR FA-9")
    assert books_hold(made)
    assert {made.beside(ref(n))[0] for n in range(1, 21)} == {"OK"}
    assert at_home(made) == (
        "Dossier 1\u00a0: Repris au 31/12/2025\u202f; ces lignes ne sont plus lues, "
        "vous pouvez vider l'onglet."
    )


def test_afterwards_conditions_are_in_force_as_they_were_taken_on() -> None:
    """The line of Conditions finds its own terms; no debtor is told a second time."""
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    assert made.beside("K-0001")[0] == "En vigueur le 15/03"
    in_use = terms_on(made.ledger, K1, TODAY)
    assert in_use is not None
    assert (in_use.revision, in_use.from_on, in_use.tolerance_cents) == (1, START, 100)
    contract = made.ledger.get(Contract, contract=K1)
    assert contract is not None
    assert (contract.start_on, contract.account) == (START, IBAN)
    assert made.ledger.get(Intent, kind="debtor_notice", id=f"{K1}#x") is None
    assert not [s for s in made.queue.sent if s.queue == "write_documents"]


def test_a_second_settling_changes_nothing() -> None:
    """The same sheet again, and the tab emptied: not a byte of the books moves."""
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    before = made.ledger.snapshot()
    settle(made)
    assert made.ledger.snapshot() == before
    for number in range(1, 25):
        for column in TAKE_ON.typed():
            made.type("take_on", number, {column.key: ""})
    settle(made)
    assert made.ledger.snapshot() == before
    assert at_home(made) == "Aucun dossier."


def test_a_line_that_changes_after_the_take_on_has_no_effect() -> None:
    """What is booked is booked; the line says that it is not read any more."""
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    before = made.ledger.snapshot()
    made.type("take_on", 6, {"amount": eur("99999"), "retained": eur("12345")})
    settle(made)
    assert made.ledger.snapshot() == before
    assert made.beside(ref(6))[0] == "OK"


def test_a_difference_refuses_all_and_says_both_amounts() -> None:
    """One total is a cent off: nothing is sent, whatever was decided."""
    rows = portfolio()
    number = line_of(rows, figure="Encours")
    rows[number - 1]["balance"] = eur("14000.01")
    made = world(rows)
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    word, sentence, cells = made.beside(ref(number))
    assert (word, cells) == ("Erreur", "|balance|")
    assert sentence == (
        "Solde\u00a0: l'ancien système montre 14\u202f000,01\u00a0€, les lignes font "
        "14\u202f000,00\u00a0€ (écart \u22120,01\u00a0€)."
    )
    assert made.beside(ref(1))[:2] == (
        "Erreur",
        "Rien n'est repris\u00a0: 1 ligne à corriger.",
    )
    assert made.ledger.get(Position, contract=K1) is None
    assert made.ledger.get(TakeOn, dossier="1") is None


def test_mended_rows_are_taken_over_without_a_new_decision() -> None:
    """« Reprendre » stands: the total is put right, and the next refresh does it."""
    rows = portfolio()
    number = line_of(rows, figure="Encours")
    rows[number - 1]["balance"] = eur("1")
    made = world(rows)
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    made.type("take_on", number, {"balance": eur("14000")})
    settle(made)
    assert made.beside(ref(1))[0] == "OK"
    assert books_hold(made)


WRONG = [
    ({"type": "Facture"}, {"seller": "Inconnu SA"}, "seller"),
    ({"type": "Facture"}, {"debtor": "Inconnu SA"}, "debtor"),
    ({"type": "Facture"}, {"approved": eur("10000.01")}, "approved"),
    ({"type": "Facture"}, {"retained": eur("10000.01")}, "retained"),
    ({"type": "Facture"}, {"due_on": dt.date(2025, 11, 30)}, "due_on"),
    ({"type": "Facture"}, {"number": 20250002}, None),
    ({"type": "Facture"}, {"amount": "douze"}, "amount"),
    ({"type": "Facture"}, {"balance": eur("5")}, "balance"),
    ({"type": "Facture"}, {"debtor": OTHER}, "debtor"),
    ({"type": "Facture"}, {"currency": "USD"}, "seller"),
    ({"type": "Facture"}, {"rate": Decimal("0.90005")}, "rate"),
    ({"type": "Facture"}, {"day": TODAY}, "day"),
    ({"type": "Dossier"}, {"day": dt.date(2026, 1, 3)}, "day"),
    ({"type": "Solde bancaire"}, {"account": "FR00"}, "account"),
    ({"type": "Contrat"}, {"seller": parties.SELLERS[2].label}, "seller"),
    ({"type": "Contrat"}, {"specific": eur("-1")}, "specific"),
    ({"type": "Encaissement non affecté"}, {"account": ""}, "account"),
]


@pytest.mark.parametrize(("where", "typed", "cell"), WRONG)
def test_a_wrong_line_turns_red_at_its_cell_and_nothing_is_posted(
    where: Row, typed: Row, cell: str | None
) -> None:
    """Every kind of mistake is said beside its line."""
    rows = portfolio()
    number = line_of(rows, **where)
    made = world(rows)
    made.type("take_on", 1, {"action": "Reprendre"})
    made.type("take_on", number, typed)
    made.refresh()
    found = [made.beside(ref(n)) for n in range(1, 21)]
    red = [beside for beside in found if beside[0] == "Erreur"]
    assert red
    if cell is not None:
        assert f"|{cell}|" in made.beside(ref(number))[2]
    assert made.ledger.get(TakeOn, dossier="1") is None


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A line that cannot be read hides no other mistake; what hangs on it is not guessed."""
    rows = portfolio()
    first = line_of(rows, type="Facture")
    rows[first - 1]["debtor"] = "Inconnu SA"
    rows[first]["approved"] = eur("4000.01")
    made = world(rows)
    settle(made)
    assert made.beside(ref(first))[2] == "|debtor|"
    assert made.beside(ref(first + 1))[2] == "|approved|"
    assert made.beside(ref(1))[1] == "Rien n'est repris\u00a0: 2 lignes à corriger."


def test_a_contract_whose_terms_cannot_be_read_is_not_taken_on() -> None:
    """A rate in words is no rate: the contract's line says that no terms are in force."""
    made = world()
    made.type("terms", 1, {"advance_rate": "beaucoup"})
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    assert made.beside(ref(1))[1] == "Rien n'est repris\u00a0: 1 ligne à corriger."
    assert "aucune ligne de Conditions valable" in made.beside(ref(2))[1]
    assert made.ledger.get(TakeOn, dossier="1") is None


def test_a_line_without_a_type_asks_for_it() -> None:
    """Nothing is guessed from its other cells."""
    made = world([*portfolio(), {"number": "X-1"}])
    settle(made)
    assert made.beside(ref(21))[2] == "|type|"
    assert made.beside(ref(1))[1] == "Rien n'est repris\u00a0: 1 ligne à corriger."


def test_lines_without_a_dossier_say_what_lacks() -> None:
    """The first of them asks for the line that gives the date."""
    made = world(portfolio()[1:])
    settle(made)
    assert made.beside(ref(1))[0] == "Erreur"
    assert "aucune ligne Dossier" in made.beside(ref(1))[1]


def test_a_second_line_of_a_dossier_is_told() -> None:
    """One date for each dossier."""
    made = world([*portfolio(), {"type": "Dossier", "day": ON}])
    settle(made)
    assert made.beside(ref(21))[2] == "|type|"


def test_two_dossiers_stand_side_by_side() -> None:
    """The second one brings the second contract, to the account that the first one brought."""
    rows = [row for row in portfolio() if row.get("seller") != SECOND]
    total = line_of(rows, figure="Comptes courants")
    rows[total - 1]["balance"] = eur("-250.50")
    contract = next(row for row in portfolio() if row.get("seller") == SECOND)
    zero = [
        {"type": "Total de contrôle", "figure": label, "balance": eur("0")}
        for label in ("Encours", "Approuvé", "Fonds de garantie", "Virements en cours")
    ]
    forty = {"type": "Total de contrôle", "figure": "Comptes courants", "balance": eur("40")}
    second = [{"type": "Dossier", "day": ON}, contract, *zero, forty]
    made = world([*rows, *({**row, "dossier": "B"} for row in second)])
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    assert made.ledger.get(Position, contract=K2) is None
    made.type("take_on", len(rows) + 1, {"action": "Reprendre"})
    settle(made)
    assert books_hold(made)
    position = made.ledger.get(Position, contract=K2)
    assert position is not None
    assert position.balance(chart.SELLER_CURRENT) == 40_00


def test_a_large_portfolio_goes_on_message_by_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message books a few steps and sends the next; half-way the sheet says how far it is."""
    monkeypatch.setattr(deciding, "STEPS_MAX", 2)
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    assert made.beside(ref(1))[0] == "OK"
    slices = [s for s in made.queue.sent if s.queue == "apply_decisions"]
    goes_on = [s for s in slices if s.message["command"]["kind"] == DecisionKind.TAKE_ON]
    assert len(goes_on) > 4
    assert books_hold(made)


def test_half_way_the_sheet_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message was lost: the next refresh sends it again, with the rows that were checked."""
    monkeypatch.setattr(deciding, "STEPS_MAX", 3)
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    made.refresh()
    while waiting := made.queue.take("apply_decisions"):
        if apply_decisions(made.desk, waiting.message).reason == "goes_on":
            break
    made.queue.waiting.clear()
    made.type("take_on", 6, {"amount": eur("1")})
    made.refresh()
    assert made.beside(ref(1))[1] == "Reprise en cours\u00a0: 3 étapes sur 12."
    assert made.beside("K-0001")[1] == "Attend la reprise de ce contrat (onglet Reprise)."
    settle(made)
    assert made.beside(ref(1))[0] == "OK"
    assert books_hold(made)


def test_what_the_books_alone_know_is_said_at_the_dossier() -> None:
    """An invoice that another contract holds is found when the decision is posted."""
    made = world()
    made.type("take_on", 1, {"action": "Reprendre"})
    made.refresh()
    sent = (waiting.message["command"] for waiting in made.queue.waiting)
    facts = next(one["facts"] for one in sent if one["kind"] == DecisionKind.TAKE_ON)
    found = deciding.snapshot_of(made.desk, decision_of(DecisionKind.TAKE_ON, facts))
    draft = Draft(made.ledger)
    row = found.invoices[0]
    draft.write(Fingerprint(row.mark, K2, row.identity))
    assert draft.commit("assign-invoices")
    made.decide_all()
    made.refresh()
    word, sentence, _ = made.beside(ref(1))
    assert word == "Erreur"
    assert sentence == "T-0006\u00a0: la facture FA-1 est déjà financée par un autre contrat."
    assert made.ledger.get(TakeOn, dossier="1") is None


def test_every_type_and_total_is_known_to_the_program() -> None:
    """Drop-downs and what a line needs name the same, and the same columns."""
    kinds = {choice.code for choice in TYPES}
    assert kinds == set(NEEDED) == set(ALLOWED)
    assert {choice.code for choice in FIGURES} == set(Figure)
    keys = {column.key for column in TAKE_ON.columns}
    for kind in kinds:
        assert {*NEEDED[kind], *ALLOWED[kind]} <= keys


def test_a_suspended_client_stays_suspended() -> None:
    """The contract does business as Clients says."""
    made = world()
    made.type("sellers", 1, {"state": "Suspendu", "reason": "Revue"})
    made.type("take_on", 1, {"action": "Reprendre"})
    settle(made)
    position = made.ledger.get(Position, contract=K1)
    assert position is not None
    assert position.status is ContractStatus.SUSPENDED
