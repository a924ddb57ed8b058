"""A missing rate is an alert, never a default: each rate of a full story taken away in turn."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.simulations.compare import by_program

VAT = ("factoring_fee", "financing_fee", "annual_minimum")
CHARGES = {"direct_payment": "11.00", "unassigned_receipt": "12.00", "ancillary": "13.00"}
LATER = "2026-03-03"


def _on(day: str, do: str, contract: str, **facts: Any) -> dict[str, Any]:
    return {"date": f"2026-02-{day}", "do": do, "contract": contract, **facts}


def _late(contract: str, number: str) -> list[dict[str, Any]]:
    """An invoice that is paid a fortnight late."""
    pays = [{"contract": contract, "invoice": number, "amount": "5000.00"}]
    receipt = {"date": "2026-02-20", "do": "receipt", "id": f"R{contract}", "amount": "5000.00"}
    facts = {"number": number, "amount": "5000.00", "due": "2026-02-05", "debtor": "D1"}
    return [
        _on("02", "line", contract, debtor="D1", amount="9000.00"),
        _on("02", "assign", contract, **facts),
        {**receipt, "apply": pays},
    ]


EVENTS = [
    *_late("K1", "F1"),
    *_late("K2", "F2"),
    _on("06", "formal_notice", "K2", invoice="F2"),
    _on("03", "payout", "K1", id="P1"),
    *(_on("03", "charge", "K1", code=code, amount=net) for code, net in CHARGES.items()),
]
STORY: dict[str, Any] = {
    "story": "every rate",
    "settings": {},
    "rates": {
        "vat": [{"code": code, "from": "2026-01-01", "rate": "20.00"} for code in (*VAT, *CHARGES)],
        "index": [{"name": "E3M", "month": "2026-02", "rate": "2.013"}],
        "ecb": [{"semester": "2026-H1", "rate": "2.15"}],
        "legal": [{"semester": "2026-H1", "rate": "2.62"}],
    },
    "sellers": [{"id": "S1"}, {"id": "S2"}],
    "debtors": [{"id": "D1"}],
    "contracts": [
        {"id": "K1", "seller": "S1", "start": "2025-03-01"},
        {"id": "K2", "seller": "S2", "start": "2026-01-01"},
    ],
    "terms": [
        {"contract": "K1", "from": "2025-03-01", "factoring_rate": "1.00"}
        | {"annual_minimum": "500.00", "margin": "2.00", "index": "E3M"},
        {"contract": "K2", "from": "2026-01-01", "late_interest": "LEGAL"},
    ],
    "events": sorted(EVENTS, key=lambda row: row["date"]),
    "asks": [{"date": "2026-03-02"}, {"date": LATER}],
}


def answers(story: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the program answers."""
    return [json.loads(line) for line in by_program(story)[0]]


def less(vat: str, net: str) -> str:
    """Return the VAT when one charge bears 10 % and not 20 %."""
    cents = int(vat.replace(".", "")) - int(net.replace(".", "")) // 10
    return f"{cents // 100}.{cents % 100:02d}"


def without(kind: str, **row: str) -> dict[str, Any]:
    """Return the story with one rate less."""
    story = copy.deepcopy(STORY)
    rows = story["rates"][kind]
    story["rates"][kind] = [one for one in rows if not row.items() <= one.items()]
    assert len(story["rates"][kind]) == len(rows) - 1
    return story


def test_with_every_rate_there_is_no_alert() -> None:
    """50.00, 450.00 to the minimum, three charges, a financing fee, interest by both bases."""
    end = answers(STORY)[-1]
    assert end["alerts"] == []
    k1, k2 = end["contracts"]["K1"], end["contracts"]["K2"]
    assert (k1["factoring_fees"], k1["ancillary_charges"]) == ("500.00", "36.00")
    assert "0.00" not in (k1["financing_fees"], k1["invoices"]["F1"]["late_interest"])
    assert k2["invoices"]["F2"]["late_interest"] not in ("0.00", None)


@pytest.mark.parametrize("code", [*VAT, *CHARGES])
def test_a_charge_without_vat_waits_for_the_first_day_with_one(code: str) -> None:
    """Nothing posted, an alert; then the whole of it with the VAT of that day."""
    story = without("vat", code=code)
    story["rates"]["vat"].append({"code": code, "from": LATER, "rate": "10.00"})
    before, after = answers(story)
    full = answers(STORY)[-1]["contracts"]["K1"]
    assert before["alerts"] == [{"contract": "K1", "rate_missing": f"vat/{code}"}]
    shown = before["contracts"]["K1"]
    names = [name for name in full if name.endswith(("fees", "charges"))]
    assert [name for name in names if shown[name] != full[name]] or code == "factoring_fee"
    assert after["alerts"] == []
    now = after["contracts"]["K1"]
    if code == "factoring_fee":  # the minimum was topped up without it
        assert (shown["factoring_fees"], now["factoring_fees"]) == ("500.00", "550.00")
    if code in CHARGES:
        assert now["ancillary_charges"] == full["ancillary_charges"]
        assert now["vat"] == less(full["vat"], CHARGES[code])


def test_an_index_that_is_missing_leaves_the_month_without_a_fee() -> None:
    """Never a rate of the month before, never zero."""
    end = answers(without("index", month="2026-02"))[-1]
    assert end["alerts"] == [{"contract": "K1", "rate_missing": "index/E3M/2026-02"}]
    assert end["contracts"]["K1"]["financing_fees"] == "0.00"


@pytest.mark.parametrize(
    ("kind", "contract", "number"), [("ecb", "K1", "F1"), ("legal", "K2", "F2")]
)
def test_late_interest_without_its_rate_is_unknown(kind: str, contract: str, number: str) -> None:
    """Null and not nothing."""
    end = answers(without(kind, semester="2026-H1"))[-1]
    assert end["alerts"] == [{"contract": contract, "rate_missing": f"{kind}/2026-H1"}]
    assert end["contracts"][contract]["invoices"][number]["late_interest"] is None
