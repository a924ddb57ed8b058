"""The rules across cells and tabs: what a line must say before it is a decision."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from bordereau.domain import workbook
from bordereau.domain.decisions import (
    AllocationDecision,
    ClosingDecision,
    DecisionKind,
    ManualReceiptDecision,
    NamedAmount,
    NamedReceipt,
    ReleaseDecision,
    decision_of,
)
from bordereau.domain.identifiers import AccountId
from bordereau.domain.problems import Problem
from bordereau.services.desk.allocation import named_amounts
from bordereau.services.desk.payout_lines import as_first_seen, seen_of
from bordereau.services.desk.reading import read_all, titles_of
from bordereau.services.desk.wanted import Stands, Wishes, wishes_of
from local.firm import parties
from local.firm.rows import all_rows
from tests.unit.desk.desk_world import FRENCH, World

OWN = f"{parties.OWN.party.name} ({parties.OWN.iban})"
RIVOIRE, BELLERIVE = parties.RIVOIRE, parties.BELLERIVE
RECEIPT = f"{parties.OWN.iban}#2026-01-05#BQ#1"
MANUAL: Mapping[str, Any] = {
    "received_on": dt.date(2026, 1, 5),
    "amount": Decimal(60),
    "means": "Chèque",
    "debtor": BELLERIVE.label,
    "account": OWN,
    "reference": "CHQ 12",
    "action": "Enregistrer",
}

JUDGED = dt.date(2026, 1, 2)
PROMISE: Mapping[str, Any] = {
    "invoice": "FA-12",
    "kind": "Promesse de paiement",
    "promised_on": dt.date(2026, 1, 15),
}
DISPUTE: Mapping[str, Any] = {"invoice": "FA-12", "kind": "Litige", "reason": "Prix"}
PAYOUT = "S552081317.EUR.20260105.1"

NOTICE: Mapping[str, Any] = {"kind": "Mise en demeure", "invoice": "FA-12"}
GUARANTEE: Mapping[str, Any] = {
    "kind": "Mise en jeu de la garantie",
    "seller": parties.RIVOIRE.label,
    "debtor": parties.BELLERIVE.label,
    "share": Decimal("0.9"),
    "vat": Decimal(0),
}

MANDATED: Mapping[str, Any] = {
    "kind": "Mandat de recouvrement",
    **dict.fromkeys(("advance_rate", "factoring_fee_rate"), Decimal(0)),
    **dict.fromkeys(("fee_min", "margin", "index", "ceiling", "concentration"), ""),
    **dict.fromkeys(("fund_rate", "fund_min", "defund_days", "max_term_days"), ""),
}
"""Terms of collection only: nothing that prices or limits a purchase."""

TYPED = World()
TYPED.type_all(all_rows())


def wishes(*typed: tuple[str, int, Mapping[str, Any]]) -> Wishes:
    """What the sample firm wants after some cells were typed."""
    world = copy.deepcopy(TYPED)
    for tab, number, cells in typed:
        world.type(tab, number, cells)
    titles = titles_of(world.sheet.tabs())
    staff = [titles[key] for key in workbook.STAFF]
    return wishes_of(
        read_all(titles, world.sheet.read(staff), {}),
        today=world.today,
        stands=Stands(
            receipts={"E-0001": RECEIPT},
            documents={"F-0001": "m1#1"},
            payouts={"P-0001": PAYOUT, "P-0002": PAYOUT},
            shown={"P-0001": "ab" * 32},
        ),
    )


def wrong(found: Wishes, ref: str) -> dict[str, str]:
    """The codes of what is wrong with a line, by cell."""
    (line,) = (one for one in found.lines if one.ref == ref)
    return {key: problem.code for key, problem in line.wrong.items()}


def decision(found: Wishes, ref: str) -> Any:
    """The decision of a line."""
    (one,) = (one for one in found.wanted if one.ref == ref)
    return decision_of(one.kind, one.facts)


PRICED: Mapping[str, Any] = {
    "setting": "Tarif HT : Impayé",
    "value": "18,50",
    "from_on": dt.date(2026, 1, 5),
    "seller": RIVOIRE.label,
}


def test_a_price_may_be_one_client_s() -> None:
    """Its code names him; everybody's on the same day is another line."""
    everybody = {**PRICED, "seller": "", "value": "20,00"}
    found = wishes(("settings", 41, PRICED), ("settings", 42, everybody))
    codes = {one.facts["code"]: one.facts["value"] for one in found.wanted if "code" in one.facts}
    assert codes[f"price/siren:{RIVOIRE.party.siren}/unpaid"] == 18_50
    assert codes["price/unpaid"] == 20_00


RULES: tuple[tuple[str, str, Mapping[str, Any], str, str], ...] = (
    ("sellers", "C-0001", {"state": "Suspendu"}, "reason", "cell-missing"),
    ("sellers", "C-0001", {"vat": "FR44732829320"}, "vat", "cell-vat-other"),
    ("sellers", "C-0002", {"name": ""}, "name", "cell-missing"),
    ("sellers", "C-0002", {"siren": RIVOIRE.party.siren}, "siren", "cell-party-twice"),
    ("debtors", "D-0001", {"siren": "", "vat": ""}, "siren", "debtor-without-identity"),
    ("debtors", "D-0001", {"vat": "FR44732829320"}, "vat", "cell-vat-other"),
    ("debtors", "D-0001", {"body": "Santé (50 j)"}, "body", "debtor-not-public"),
    ("debtors", "D-0001", {"insolvency": "RJ"}, "insolvency_on", "cell-missing"),
    ("debtors", "D-0001", {"insolvency_on": JUDGED}, "insolvency", "cell-missing"),
    ("debtors", "D-0001", {"published_on": JUDGED}, "insolvency", "cell-missing"),
    ("debtors", "D-0001", {"ended_on": JUDGED}, "insolvency", "cell-missing"),
    (
        *("debtors", "D-0001"),
        {"insolvency": "LJ", "insolvency_on": JUDGED, "procedure_end": "Levée", "ended_why": "x"},
        *("ended_on", "cell-missing"),
    ),
    (
        *("debtors", "D-0001"),
        {
            "insolvency": "LJ",
            "insolvency_on": JUDGED,
            "procedure_end": "Levée",
            "ended_why": "x",
            "ended_on": dt.date(2026, 1, 1),
        },
        *("ended_on", "cell-before"),
    ),
    (
        *("debtors", "D-0001"),
        {
            "insolvency": "LJ",
            "insolvency_on": JUDGED,
            "procedure_end": "Clôturée",
            "ended_why": "x",
            "ended_on": dt.date(2026, 1, 6),
        },
        *("ended_on", "cell-future"),
    ),
    (
        "debtors",
        "D-0001",
        {"insolvency": "LJ", "insolvency_on": dt.date(2026, 1, 6)},
        "insolvency_on",
        "cell-future",
    ),
    (
        "debtors",
        "D-0001",
        {"insolvency": "LJ", "insolvency_on": JUDGED, "published_on": dt.date(2026, 1, 1)},
        "published_on",
        "cell-before",
    ),
    (
        "debtors",
        "D-0001",
        {"insolvency": "LJ", "insolvency_on": JUDGED, "claim_filed_on": dt.date(2026, 1, 1)},
        "claim_filed_on",
        "cell-before",
    ),
    ("senders", "X-0001", {"seller": "Personne"}, "seller", "cell-listed"),
    ("senders", "X-0001", {"to_on": dt.date(2025, 1, 1)}, "to_on", "cell-before"),
    ("terms", "K-0001", {"seller": "C-0099"}, "seller", "cell-listed"),
    ("terms", "K-0001", {"account": "Un autre"}, "account", "cell-account"),
    ("terms", "K-0001", {"advance_rate": Decimal("0.95")}, "advance_rate", "terms-advance-rate"),
    ("terms", "K-0001", {"margin": Decimal("0.01234567")}, "margin", "cell-rate-decimals"),
    ("terms", "K-0001", {"margin": Decimal("0.012345")}, "margin", "cell-rate-decimals"),
    ("terms", "K-0003", {"fund_rate": ""}, "fund_rate", "cell-missing"),
    ("terms", "K-0001", {"fund_rate": Decimal("0.1")}, "fund_rate", "terms-fund-per-invoice"),
    ("terms", "K-0003", {"fund_rate": Decimal("0.3")}, "fund_rate", "terms-fund-rate"),
    ("terms", "K-0001", {"index": ""}, "index", "terms-margin-without-index"),
    ("terms", "K-0001", {"margin": ""}, "margin", "cell-missing"),
    ("terms", "K-0001", {"max_term_days": 61}, "max_term_days", "terms-longest-term"),
    (
        "terms",
        "K-0001",
        {"late_interest": "Taux de la clause", "late_interest_rate": Decimal("0.01")},
        "late_interest_rate",
        "terms-clause-below-legal",
    ),
    (
        "terms",
        "K-0001",
        {"late_interest": "Taux de la clause"},
        "late_interest_rate",
        "cell-missing",
    ),
    ("terms", "K-0001", {"kind": "Mandat de recouvrement"}, "advance_rate", "terms-of-mandate"),
    ("terms", "K-0001", {**MANDATED, "index": "Euribor 3M"}, "index", "terms-of-mandate"),
    ("terms", "K-0001", {**MANDATED, "margin": Decimal("0.01")}, "margin", "terms-of-mandate"),
    ("terms", "K-0001", {**MANDATED, "defund_days": 0}, "defund_days", "terms-of-mandate"),
    ("lines", "G-0002", {"debtor": "Inconnu SA"}, "debtor", "cell-listed"),
    ("lines", "G-0002", {"seller": "Inconnu SA"}, "seller", "cell-listed"),
    ("lines", "G-0002", {"currency": "USD"}, "seller", "line-without-contract"),
    ("lines", "G-0002", {"amount": ""}, "amount", "cell-missing"),
    ("lines", "G-0002", {"basis": "HT"}, "vat_rate", "cell-missing"),
    ("lines", "G-0002", {"vat_rate": Decimal("0.2")}, "vat_rate", "line-vat-on-ttc"),
    ("lines", "G-0002", {"policy_ref": "P1"}, "policy_ref", "line-insurer-only"),
    ("lines", "G-0002", {"insured_share": Decimal("0.9")}, "insured_share", "line-insurer-only"),
    ("lines", "G-0002", {"kind": "Gel"}, "reason", "cell-missing"),
    ("lines", "G-0002", {"kind": "Demande", "asked_by": ""}, "asked_by", "cell-missing"),
    (
        "lines",
        "G-0002",
        {"source": "Assureur", "insured_share": Decimal("0.900012")},
        "insured_share",
        "cell-rate-decimals",
    ),
    ("lines", "G-0002", {"to_on": dt.date(2025, 1, 1)}, "to_on", "cell-before"),
    ("settings", "S-0002", {"setting": "Nous : raison sociale"}, "setting", "setting-twice"),
    ("settings", "S-0015", {"value": "21 ; 7"}, "value", "setting-days"),
    ("settings", "S-0015", {"value": "bientôt"}, "value", "setting-days"),
    (
        "settings",
        "S-0015",
        {"setting": "Compte comptable : Banque", "value": "banque"},
        "value",
        "setting-account",
    ),
    (
        "settings",
        "S-0015",
        {"setting": "Clôturer le mois qui finit le", "value": dt.date(2026, 1, 30)},
        "value",
        "setting-not-month-end",
    ),
    (
        "settings",
        "S-0015",
        {"setting": "Clôturer le mois qui finit le", "value": "janvier"},
        "value",
        "cell-date",
    ),
    ("settings", "S-0017", {"from_on": ""}, "from_on", "cell-missing"),
    ("settings", "S-0017", {"seller": RIVOIRE.label}, "seller", "setting-for-all"),
    ("settings", "S-0041", {**PRICED, "seller": "Inconnu SA"}, "seller", "cell-listed"),
    ("settings", "S-0041", {**PRICED, "from_on": ""}, "from_on", "cell-missing"),
    ("settings", "S-0017", {"value": "20,005 %"}, "value", "cell-rate-decimals"),
    ("settings", "S-0014", {"value": "un euro"}, "value", "cell-amount"),
    ("receipts", "E-0002", {"action": "Attendre"}, "action", "line-without-receipt"),
    ("receipts", "E-0001", {"action": "Imputer"}, "allocation", "cell-missing"),
    ("receipts", "E-0001", {"action": "Non cédée (au client)"}, "seller", "cell-missing"),
    (
        "receipts",
        "E-0001",
        {"action": "Attendre", "debtor": "Inconnu"},
        "debtor",
        "cell-listed",
    ),
    (
        "receipts",
        "E-0001",
        {"action": "Imputer", "allocation": "FA-1 ; FA1"},
        "allocation",
        "allocation-twice",
    ),
    ("manual_receipts", "R-0001", {**MANUAL, "amount": Decimal(0)}, "amount", "cell-amount"),
    ("manual_receipts", "R-0001", {**MANUAL, "debtor": "X"}, "debtor", "cell-listed"),
    ("manual_receipts", "R-0001", {**MANUAL, "account": "X"}, "account", "cell-account"),
    ("manual_receipts", "R-0001", {**MANUAL, "allocation": "FA-1=x"}, "allocation", "cell-amount"),
    (
        "manual_receipts",
        "R-0001",
        {**MANUAL, "received_on": dt.date(2026, 1, 6)},
        "received_on",
        "cell-future",
    ),
    ("cases", "L-0001", {**PROMISE, "promised_on": ""}, "promised_on", "cell-missing"),
    ("cases", "L-0001", {**PROMISE, "seller": "X"}, "seller", "cell-listed"),
    ("cases", "L-0001", {**PROMISE, "amount": Decimal(0)}, "amount", "cell-amount"),
    ("cases", "L-0001", {**PROMISE, "closed_on": dt.date(2026, 1, 6)}, "closed_on", "cell-future"),
    ("cases", "L-0001", {**DISPUTE, "outcome": "Fondé"}, "closed_on", "cell-missing"),
    ("cases", "L-0001", {**DISPUTE, "closed_on": dt.date(2026, 1, 5)}, "outcome", "cell-missing"),
    (
        "cases",
        "L-0001",
        {**DISPUTE, "closed_on": dt.date(2026, 1, 5), "outcome": "Transigé"},
        "amount",
        "cell-missing",
    ),
    *(
        ("operations", "O-0001", {"kind": kind}, key, "cell-missing")
        for kind, keys in (
            ("Demande de virement", ("seller",)),
            ("Versement du client", ("seller", "amount")),
            ("Rétrocession", ("invoice", "reason")),
            ("Remboursement à l'acheteur", ("debtor", "iban")),
            ("Remboursement annulé", ("invoice", "reason")),
            ("Avoir sans fichier", ("document", "amount", "seller", "debtor", "reason")),
            ("Règlement court accepté", ("invoice",)),
            ("Frais ponctuels", ("seller", "code")),
            ("Réserve spécifique", ("seller", "amount", "reason")),
            ("Utilisation du fonds", ("seller", "amount")),
            ("Intérêts de retard reçus", ("invoice", "amount")),
            ("Mise en jeu de la garantie", ("seller", "debtor", "share", "vat")),
            ("Indemnité de l'assureur", ("seller", "debtor", "amount")),
            ("Passage en perte", ("invoice", "reason")),
            ("Contre-passation", ("seller", "entry", "reason")),
            ("Clôture du contrat", ("seller", "reason")),
        )
        for key in keys
    ),
    ("operations", "O-0001", {**NOTICE, "on": dt.date(2026, 1, 6)}, "on", "cell-future"),
    ("operations", "O-0001", {**NOTICE, "seller": "X"}, "seller", "cell-listed"),
    ("operations", "O-0001", {**NOTICE, "debtor": "X"}, "debtor", "cell-listed"),
    ("operations", "O-0001", {**NOTICE, "receipt": "E-0009"}, "receipt", "cell-no-receipt"),
    ("operations", "O-0001", {**NOTICE, "amount": Decimal(0)}, "amount", "cell-amount"),
    (
        "operations",
        "O-0001",
        {**GUARANTEE, "share": Decimal("0.900001")},
        "share",
        "cell-rate-decimals",
    ),
    ("to_complete", "F-0002", {"action": "Accepter"}, "action", "line-without-document"),
    ("to_complete", "F-0001", {"action": "Accepter", "debtor": "X"}, "debtor", "cell-listed"),
    (
        "to_complete",
        "F-0001",
        {"action": "Accepter", "issued_on": dt.date(2026, 1, 5), "due_on": dt.date(2026, 1, 4)},
        "due_on",
        "cell-before",
    ),
)


@pytest.mark.parametrize(
    ("tab", "ref", "cells", "key", "code"), RULES, ids=lambda part: str(part)[:40]
)
def test_each_rule_marks_its_cell_and_stops_its_line(
    tab: str, ref: str, cells: Mapping[str, Any], key: str, code: str
) -> None:
    """No decision, one red cell, one French sentence."""
    found = wishes((tab, int(ref[2:]), cells))
    assert wrong(found, ref).get(key) == code
    assert ref not in {one.ref for one in found.wanted}
    (line,) = (one for one in found.lines if one.ref == ref)
    sentence = FRENCH.problem(line.wrong[key])
    assert code not in sentence
    assert "{" not in sentence


def test_decisions_come_in_the_order_in_which_they_build_on_each_other() -> None:
    """Settings, sellers, terms, senders, debtors, lines."""
    kinds = [one.kind for one in wishes().wanted]
    order = list(DecisionKind)
    ranks = [order.index(kind) for kind in kinds if kind is not DecisionKind.RATE]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    "name",
    [
        BELLERIVE.label,
        BELLERIVE.party.siren,
        BELLERIVE.ref,
        BELLERIVE.ref.lower(),
        "hôtels bellerive sas",
        f"un ancien nom ({BELLERIVE.party.siren})",
    ],
)
def test_a_party_is_found_by_what_people_type(name: str) -> None:
    """The list's entry, its identifier or its line alone, or an exact name."""
    found = wishes(("lines", 6, {"debtor": name}))
    assert decision(found, "G-0006").debtor == BELLERIVE.identity


def test_a_line_waits_for_one_that_is_wrong_elsewhere() -> None:
    """Who it is about is certain, but that line is not in force yet: it says which one."""
    found = wishes(("debtors", 4, {"ap_email": "nobody"}))
    (line,) = (one for one in found.wanted if one.ref == "G-0006")
    assert line.waits_for == "D-0004"


def test_a_receipt_is_named_by_its_line() -> None:
    """What the bank calls it may hold any sign."""
    cells = {"action": "Imputer", "allocation": "FA-1\nFA-2 = 1 500,00", "seller": RIVOIRE.label}
    made = decision(wishes(("receipts", 1, cells)), "E-0001")
    assert isinstance(made, AllocationDecision)
    assert (made.account, made.booked_on, made.ref) == (
        parties.OWN.iban,
        dt.date(2026, 1, 5),
        "BQ#1",
    )
    assert made.pays == (NamedAmount("FA-1"), NamedAmount("FA-2", 1_500_00))
    assert made.seller == f"siren:{RIVOIRE.party.siren}"


def test_a_manual_receipt_says_what_was_typed() -> None:
    """Amount in cents, account without its name."""
    made = decision(wishes(("manual_receipts", 1, MANUAL)), "R-0001")
    assert isinstance(made, ManualReceiptDecision)
    assert (made.account, made.amount_cents, made.action) == (parties.OWN.iban, 60_00, "book")


def test_a_case_says_what_was_typed() -> None:
    """Kinds are those of the books, an outcome belongs to a dispute alone."""
    cells = {**DISPUTE, "kind": "Paiement direct au client", "outcome": "Fondé"}
    made = decision(wishes(("cases", 1, {**cells, "seller": RIVOIRE.label})), "L-0001")
    assert (made.kind, made.reason, made.outcome) == ("direct-payment", "price", "")
    assert made.seller == f"siren:{RIVOIRE.party.siren}"


def test_an_operation_says_what_was_typed() -> None:
    """Rates in basis points, euros unless another currency is chosen, the receipt by its line."""
    made = decision(wishes(("operations", 1, GUARANTEE)), "O-0001")
    assert (made.operation, made.currency) == ("guarantee", "EUR")
    assert (made.share_bps, made.vat_bps) == (9000, 0)
    cells = {"kind": "Versement du client", "seller": RIVOIRE.label, "receipt": "e-0001"}
    made = decision(wishes(("operations", 1, cells)), "O-0001")
    assert made.receipt == NamedReceipt(AccountId(parties.OWN.iban), dt.date(2026, 1, 5), "BQ#1")
    assert made.amount_cents is None


def test_a_confirmed_document_holds_only_what_was_typed() -> None:
    """The rest is confirmed as read."""
    cells = {"number": "FA 9", "amount": Decimal("12.5"), "action": "Accepter"}
    made = decision(wishes(("to_complete", 1, cells)), "F-0001")
    assert made.confirmed == {"decision": "accept", "number": "FA 9", "amount": "12.50"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "allocation-none"),
        (" ; ", "allocation-none"),
        ("= 12", "allocation-none"),
        ("FA-1=0", "allocation-none"),
        ("FA-1=", "allocation-none"),
        ("FA-1=12.50", "cell-amount-dot"),
        ("FA-1;FA 1", "allocation-twice"),
        (";".join(f"FA-{number}" for number in range(41)), "allocation-none"),
    ],
)
def test_an_allocation_that_cannot_be_meant_is_refused(text: str, code: str) -> None:
    """Nothing is guessed of a payment."""
    found = named_amounts(text, where="Factures")
    assert isinstance(found, Problem)
    assert found.code == code


RELEASED: Mapping[str, Any] = {"action": "Libérer", "by": "Claire"}


def test_a_release_is_for_what_stood_beside_the_line() -> None:
    """The pay-out of the line, who answers, and the fingerprint that was shown."""
    found = decision(wishes(("payouts", 1, RELEASED)), "P-0001")
    assert found == ReleaseDecision(PAYOUT, "release", "Claire", seen="ab" * 32)


@pytest.mark.parametrize(
    ("number", "cells", "problem"),
    [
        (9, RELEASED, {"action": "line-without-payout"}),
        (2, RELEASED, {"action": "line-without-payout"}),
        (1, {"action": "Libérer"}, {"by": "cell-missing"}),
        (1, {"action": "Annuler", "by": "Claire"}, {"reason": "cell-missing"}),
        (1, {"action": "Retenir", "by": "Claire"}, {"reason": "cell-missing"}),
    ],
)
def test_an_answer_without_its_facts_is_none(
    number: int, cells: Mapping[str, Any], problem: dict[str, str]
) -> None:
    """Nothing stands there, or nothing is shown yet; nobody signed; no reason is given."""
    ref = f"P-{number:04d}"
    found = wishes(("payouts", number, cells))
    assert wrong(found, ref) == problem
    assert ref not in {one.ref for one in found.wanted}


def test_facts_that_change_after_the_answer_are_not_what_was_answered() -> None:
    """The first reading counts for the same answer; another answer is for what is shown now."""
    found = wishes(("payouts", 1, RELEASED))
    (sha,) = (one.sha for one in found.wanted if one.ref == "P-0001")
    kept = as_first_seen(found, {"P-0001": f"{sha} {'cd' * 32}"})
    assert decision(kept, "P-0001").seen == "cd" * 32
    assert seen_of(kept) == {"P-0001": f"{sha} {'cd' * 32}"}
    assert [one.sha for one in kept.wanted] == [one.sha for one in found.wanted]
    other = as_first_seen(found, {"P-0001": f"other {'cd' * 32}"})
    assert decision(other, "P-0001").seen == "ab" * 32


def test_each_month_that_is_to_be_closed_has_a_line_of_its_own() -> None:
    """Asked again by another day beside it; the same month twice is one too many."""
    request = {"setting": "Clôturer le mois qui finit le", "value": dt.date(2026, 1, 31)}
    february = {**request, "value": dt.date(2026, 2, 28), "from_on": dt.date(2026, 3, 4)}
    found = wishes(("settings", 41, request), ("settings", 42, february), ("settings", 43, request))
    closings = [one for one in found.wanted if one.kind is DecisionKind.CLOSING]
    assert [decision_of(one.kind, one.facts) for one in closings] == [
        ClosingDecision("2026-01"),
        ClosingDecision("2026-02", dt.date(2026, 3, 4)),
    ]
    (twice,) = [line for line in found.lines if line.ref == "S-0043"]
    assert twice.wrong["setting"].code == "setting-twice"


def test_a_contract_may_be_for_collection_only() -> None:
    """Then nothing is advanced, charged or limited; without a word it buys."""
    found = decision(wishes(("terms", 1, MANDATED)), "K-0001")
    assert (found.terms.kind, found.terms.advance_rate_bps) == ("MANDATE", 0)
    assert decision(wishes(), "K-0001").terms.kind == "FACTORING"


OWN_LINE: dict[str, Any] = {
    "seller": RIVOIRE.label,
    "currency": "EUR",
    "debtor": BELLERIVE.label,
    "kind": "Accord",
    "amount": Decimal(20_000),
    "from_on": dt.date(2026, 1, 5),
}


@pytest.mark.parametrize(
    ("cells", "ends"),
    [
        ({}, "replaced"),
        ({"amount": Decimal(0)}, "replaced"),
        ({"basis": "HT"}, "stands"),
        ({"source": "Assureur"}, "stands"),
        ({"kind": "Gel", "reason": "incident", "asked_by": "Léa"}, "stands"),
        ({"kind": "Demande", "asked_by": "Léa"}, "stands"),
        ({"from_on": dt.date(2026, 2, 1)}, "stands"),
    ],
    ids=["whole", "zero", "incomplete", "insurer", "freeze", "request", "later"],
)
def test_a_line_is_replaced_by_a_whole_one_of_its_own_source(
    cells: Mapping[str, Any], ends: str
) -> None:
    """What lacks something, another source, a freeze or a later day leaves it in force."""
    found = wishes(("lines", 40, OWN_LINE | dict(cells)))
    assert ("G-0006" in found.notes) == (ends == "replaced")
    assert ("G-0006" in {one.ref for one in found.wanted}) == (ends == "stands")
