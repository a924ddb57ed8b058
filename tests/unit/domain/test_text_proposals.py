"""Proposals for a document that is only text: what is found, how sure, and what is left out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordereau.domain.identifiers import PartyId
from bordereau.domain.text_proposals import (
    Confidence,
    KnownParty,
    Proposal,
    ScheduleLine,
    Why,
    aliases_in,
    propose,
)

ACME = KnownParty(PartyId("siren:443061841"), "ACME Constructions SAS", ("siren:443061841",))
CITY = KnownParty(PartyId("siren:217500016"), "Ville de Paris", ("siren:217500016",))
SELLER = KnownParty(PartyId("siren:732829320"), "BETA SARL", ("siren:732829320",))
PAGE = """BETA SARL  SIREN 732 829 320  Tél. 01 71 17 61 67
Facture n° F-2026/017
Date : 2 mars 2026     Échéance : 01/04/2026
Client : ACME CONSTRUCTIONS  SIRET 443 061 841 00047
Date de livraison : 25/02/2026
Total HT 1 000,00 €   TVA 20 % 200,00 €
Total TTC 1 200,00 €
"""


def found(text: str, **more: object) -> dict[str, str]:
    """Return the proposed values."""
    return {name: one.value for name, one in propose(text, **more).items()}  # type: ignore[arg-type]


def test_an_ordinary_french_page_is_proposed_in_full() -> None:
    """Number as spelt, dates by label, the amount proved by its sum, the debtor by its SIRET."""
    assert propose(PAGE, parties=(ACME, CITY, SELLER), seller=SELLER.party) == {
        "debtor": Proposal("ACME Constructions SAS", Confidence.HIGH, Why.IDENTIFIER),
        "number": Proposal("F-2026/017", Confidence.MEDIUM, Why.LABEL),
        "issued_on": Proposal("2026-03-02", Confidence.MEDIUM, Why.LABEL),
        "due_on": Proposal("2026-04-01", Confidence.MEDIUM, Why.LABEL),
        "amount": Proposal("1200.00", Confidence.HIGH, Why.SUM_AND_LABEL),
        "currency": Proposal("EUR", Confidence.MEDIUM, Why.SIGN),
    }


def test_a_debtor_without_number_is_proposed_by_name_only_when_it_is_the_only_one() -> None:
    """A name is a weaker sign; two known names are none; a part of a word is none."""
    assert propose("Client : Acme constructions", parties=(ACME, CITY))["debtor"] == Proposal(
        "ACME Constructions SAS", Confidence.MEDIUM, Why.NAME
    )
    assert "debtor" not in propose("ACME Constructions, Ville de Paris", parties=(ACME, CITY))
    assert "debtor" not in propose("Macme constructions", parties=(ACME,))


def test_the_seller_is_never_the_debtor() -> None:
    """Its own number stands on every page."""
    assert "debtor" not in propose(PAGE, parties=(SELLER,), seller=SELLER.party)


def test_two_known_numbers_leave_the_debtor_open() -> None:
    """Nothing is guessed between two."""
    text = "443 061 841 et 217 500 016"
    assert "debtor" not in propose(text, parties=(ACME, CITY))


def test_a_french_vat_number_names_its_siren() -> None:
    """The register knows the SIREN; the text gives the VAT number."""
    assert "siren:732829320" in aliases_in("TVA : FR 44 732 829 320")


def test_a_line_of_the_schedule_gives_its_fields() -> None:
    """The number of one line stands in the text: its fields come first, surer with the amount."""
    line = ScheduleLine("1.r2", {"number": "F2026-17", "amount": "1200.00", "due_on": "2026-05-01"})
    other = ScheduleLine("1.r3", {"number": "F2026-18", "amount": "10.00"})
    proposed = propose(PAGE, lines=(other, line))
    assert proposed["due_on"] == Proposal("2026-05-01", Confidence.HIGH, Why.SCHEDULE)
    assert propose(PAGE, lines=(ScheduleLine("x", {"number": "F2026-17", "amount": "9.00"}),))[
        "number"
    ] == Proposal("F2026-17", Confidence.MEDIUM, Why.SCHEDULE)
    assert propose(PAGE, lines=(other,))["number"].why is Why.LABEL


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("FACTURE\nN° FA-2026-0001", "number", "FA-2026-0001"),
        ("Numéro de facture : 2026030045", "number", "2026030045"),
        ("Invoice number: INV/2026/003", "number", "INV/2026/003"),
        ("Date d\u2019émission : 02.03.26", "issued_on", "2026-03-02"),
        ("Facture du 1er février 2026", "issued_on", "2026-02-01"),
        ("Invoice date\nMar 2, 2026", "issued_on", "2026-03-02"),
        ("Date : 20260815 · Échéance : 20260914", "due_on", "2026-09-14"),
        ("Date : 01/03/2026\nPaiement à 30 jours net", "due_on", "2026-03-31"),
        ("Acompte versé 200,00\nNet à payer : 1\u202f000,00 €", "amount", "1000.00"),
        ("Balance due: $1,234.50", "amount", "1234.50"),
        ("AVOIR\nTotal TTC -120,00", "amount", "120.00"),
        ("AVOIR n° A-12\nTotal TTC 120,00", "type_code", "381"),
    ],
)
def test_labels_of_several_kinds_are_known(text: str, field: str, value: str) -> None:
    """French and English labels, on the line or above, dates as they are written."""
    assert found(text)[field] == value


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Facture du 31/02/2026", "issued_on"),
        ("Date de livraison : 02/03/2026", "issued_on"),
        ("Bon de commande 12345", "number"),
        ("Montant HT 100,00", "amount"),
        ("Paiement à 30 jours fin de mois\nDate : 01/03/2026", "due_on"),
        ("TVA 20,00 %", "amount"),
        ("", "number"),
    ],
)
def test_what_nothing_speaks_for_is_left_out(text: str, field: str) -> None:
    """An empty cell is better than a wrong one."""
    assert field not in found(text)


@given(st.text(max_size=400))
def test_no_text_raises(text: str) -> None:
    """Any text gives a proposal or none."""
    assert all(one.value for one in propose(text, parties=(ACME,)).values())


@pytest.mark.parametrize("bit", ["1", "1 ", "1.", "facture ", "n° ", "a-", "fr1", "le 1 ", "\n"])
def test_no_text_takes_long(bit: str) -> None:
    """Patterns are linear: twenty thousand signs of anything are searched in a moment."""
    started = time.process_time()
    propose(("facture n " + bit * 20_000)[:20_000], parties=(ACME,))
    assert time.process_time() - started < 1
