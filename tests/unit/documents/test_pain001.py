"""The order for the bank: valid against the ISO schema, in EPC characters, the same each time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import sepaxml  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bordereau.documents.pain001 import NAMESPACE, pain001
from bordereau.domain.bank_calendar import PARIS, is_bank_day
from bordereau.domain.books import PayOut
from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.domain.problems import InvariantError
from bordereau.domain.sepa import (
    Payee,
    SepaBatch,
    SepaMember,
    SepaState,
    batch_of_message,
    execution_day,
    fingerprint,
    is_hand_over,
    release_code,
    sepa_id,
    sepa_text,
)

SCHEMA = etree.XMLSchema(
    etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")
)
OLD_SCHEMA = etree.XMLSchema(
    etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.03.xsd")
)
DAY = dt.date(2026, 3, 2)
ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
SPACES = {"p": NAMESPACE}


def member(number: int, cents: int, name: str = "Béta Bois & Fils", bic: str = "") -> SepaMember:
    """One pay-out."""
    return SepaMember(
        DAY,
        1,
        f"S404833048.EUR.20260302.{number}",
        ContractId("siren:404833048/EUR"),
        DAY,
        number,
        cents,
        name,
        "FR1420041010050500013M02606",
        bic,
    )


def batch(members: list[SepaMember], **changes: object) -> SepaBatch:
    """The sealed batch of these members."""
    sealed = SepaBatch(
        DAY,
        1,
        AccountId("FR7630006000011234567890189"),
        "EUR",
        count=len(members),
        sum_cents=sum(one.amount_cents for one in members),
        state=SepaState.SEALED,
        payer="Lumière Factor",
        payer_bic="AGRIFRPP",
        execution_on=DAY,
        sealed_at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC),
    )
    return dataclasses.replace(sealed, **changes)  # type: ignore[arg-type]


def texts(data: bytes, path: str) -> list[str]:
    """The texts at a path of the file."""
    return [node.text or "" for node in etree.fromstring(data).iterfind(path, SPACES)]


MEMBERS = [member(1, 1_093_332), member(2, 5, "Œuvre «L'Été»", "BNPAFRPPXXX")]


def test_the_file_is_valid_and_says_what_the_batch_says() -> None:
    """Ids from the batch, sums at both levels, one debit each, the day on which to pay."""
    data = pain001(batch(MEMBERS), MEMBERS)
    SCHEMA.assertValid(etree.fromstring(data))
    assert texts(data, ".//p:MsgId") == ["BORDEREAU.20260302.0001"]
    assert texts(data, ".//p:PmtInfId") == ["BORDEREAU.20260302.0001.1"]
    assert texts(data, ".//p:NbOfTxs") == ["2", "2"]
    assert texts(data, ".//p:CtrlSum") == ["10933.37", "10933.37"]
    assert texts(data, ".//p:InstdAmt") == ["10933.32", "0.05"]
    assert texts(data, ".//p:EndToEndId") == [one.end_to_end_id for one in MEMBERS]
    assert texts(data, ".//p:Cdtr/p:Nm") == ["Beta Bois + Fils", "OEuvre L'Ete"]
    assert texts(data, ".//p:ReqdExctnDt/p:Dt") == ["2026-03-02"]
    assert texts(data, ".//p:BICFI") == ["AGRIFRPP", "BNPAFRPPXXX"]
    assert texts(data, ".//p:BtchBookg") == ["false"]
    assert texts(data, ".//p:PstlAdr") == []


def test_an_account_without_a_bic_is_valid_too() -> None:
    """Inside SEPA the IBAN is enough."""
    data = pain001(batch(MEMBERS, payer_bic=""), MEMBERS)
    SCHEMA.assertValid(etree.fromstring(data))
    assert texts(data, ".//p:Othr/p:Id") == ["NOTPROVIDED"]


def test_the_schema_refuses_what_is_wrong() -> None:
    """Else its approval would mean nothing: the old version, and a bad IBAN."""
    data = pain001(batch(MEMBERS), MEMBERS)
    assert not OLD_SCHEMA.validate(etree.fromstring(data))
    broken = data.replace(b"FR1420041010050500013M02606", b"FR14 2004 1010")
    assert not SCHEMA.validate(etree.fromstring(broken))


def test_the_same_batch_is_the_same_bytes() -> None:
    """However often it is written."""
    assert pain001(batch(MEMBERS), MEMBERS) == pain001(batch(MEMBERS), list(MEMBERS))


@pytest.mark.parametrize("changes", [{"count": 3}, {"sum_cents": 1_093_336}])
def test_a_batch_that_is_not_its_members_is_never_written(changes: dict[str, object]) -> None:
    """A cent or a pay-out too many stops loudly."""
    with pytest.raises(InvariantError, match="count or sum"):
        pain001(batch(MEMBERS, **changes), MEMBERS)
    with pytest.raises(InvariantError):
        pain001(batch([]), [])


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1), st.text(), st.lists(st.integers(1, 99_999_999_999), min_size=1))
def test_whatever_people_are_called_it_is_valid(name: str, payer: str, amounts: list[int]) -> None:
    """Names of any signs and length, and as many members as there are amounts."""
    members = [member(n, cents, f"A{name}") for n, cents in enumerate(amounts, 1)]
    data = pain001(batch(members, payer=f"B{payer}"), members)
    SCHEMA.assertValid(etree.fromstring(data))
    for text in texts(data, ".//p:Nm") + texts(data, ".//p:Ustrd"):
        assert ALLOWED.fullmatch(text)


@given(st.text(max_size=200), st.integers(1, 140))
def test_text_is_cut_and_keeps_to_the_signs_that_banks_take(text: str, most: int) -> None:
    """A second time changes nothing."""
    clean = sepa_text(text, most)
    assert len(clean) <= most
    assert ALLOWED.fullmatch(clean)
    assert sepa_text(clean, most) == clean
    assert "//" not in sepa_id(text)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31)))
def test_money_moves_on_a_day_on_which_target_is_open(day: dt.date) -> None:
    """Today before the cut-off where it is, else the next one."""
    noon = dt.datetime.combine(day, dt.time(12), PARIS)
    for cut_off, is_early in ((12 * 60, False), (12 * 60 + 1, True)):
        found = execution_day(noon, cut_off)
        assert is_bank_day(found)
        assert found >= day
        assert (found == day) == (is_early and is_bank_day(day))


@given(st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31)), st.integers(0, 24 * 60 - 1))
def test_files_are_made_from_an_hour_before_the_cut_off_on(day: dt.date, minute: int) -> None:
    """On bank days only, until the evening."""
    now = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), PARIS)
    assert is_hand_over(now, 17 * 60) == (is_bank_day(day) and minute >= 16 * 60)


@pytest.mark.parametrize(
    "other",
    [
        {"amount_cents": 1},
        {"currency": "CHF"},
        {"end_to_end_id": "S552081317.EUR.20260302.2"},
    ],
)
def test_any_other_fact_is_another_fingerprint(other: dict[str, Any]) -> None:
    """Of the pay-out, or of whom it goes to; and the code has four letters."""
    payout = PayOut(
        *(ContractId("siren:552081317/EUR"), dt.date(2026, 3, 2), 1, 100_00, "EUR"),
        *("S552081317.EUR.20260302.1", 7),
    )
    payee = Payee("Alpha BTP", "FR1420041010050500013M02606", "AGRIFRPP")
    facts = fingerprint(payout, payee)
    assert fingerprint(dataclasses.replace(payout, **other), payee) != facts
    for change in ({"name": "Alpha"}, {"iban": "FR76"}, {"bic": ""}):
        assert fingerprint(payout, dataclasses.replace(payee, **change)) != facts
    assert re.fullmatch("[A-Z]{4}", release_code(facts))


@pytest.mark.parametrize("text", ["", "ANOTHER.20260302.0001", "BORDEREAU.20261302.0001"])
def test_the_id_of_another_s_file_names_no_batch(text: str) -> None:
    """Not ours, or no date."""
    assert batch_of_message(text) is None
