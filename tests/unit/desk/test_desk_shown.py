"""What the sheet shows beside numbered lines and at home, be it too much or nothing."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from bordereau.adapters.memory_ledger import MemoryLedger
from bordereau.domain import workbook
from bordereau.domain.books import Position
from bordereau.domain.cases import Case, CaseKind
from bordereau.domain.identifiers import AccountId, InvoiceId, PartyId, contract_id
from bordereau.domain.parties import Contract
from bordereau.domain.terms import Terms
from bordereau.domain.work import Alert, SheetLine, ToComplete
from bordereau.domain.workbook import home
from bordereau.domain.workbook.system_tabs import FUNDS
from bordereau.ports import SheetCell, SheetTab
from bordereau.services.contract_terms import open_contract
from bordereau.services.desk.difference import comparable
from bordereau.services.desk.feeds import document_rows, payout_rows, receipt_rows
from bordereau.services.desk.figures import ContractFigures, Figures, Names, case_states, gather
from bordereau.services.desk.home_page import Moment, home_blocks
from bordereau.services.desk.numbering import number_lines
from bordereau.services.desk.reading import read_all, titles_of
from bordereau.services.desk.tables import fund_rows
from bordereau.services.desk.wanted import Stands, wishes_of
from bordereau.services.draft import Draft, attempt
from tests.unit.desk.desk_world import FRENCH, START
from tests.unit.desk.test_wanted import PAYOUT, RECEIPT, TYPED, wrong

NOW = dt.datetime.combine(START, dt.time(8), dt.UTC)
SELLER = PartyId("siren:552081317")


def overdue(number: int, **more: Any) -> Alert:
    """An alert that a deadline raised."""
    facts = {"number": f"FA-{number}", "debtor": "ACME", "amount": "12.00", "day": "2026-01-02"}
    return Alert(f"o{number}", "deadline", START, "high", "overdue", facts, **more)


def at_home(*alerts: Alert) -> list[str]:
    """The texts under the deadlines of « Accueil »."""
    moment = Moment(NOW, START, None, "Firme")
    blocks = home_blocks("Accueil", (), moment, Figures(alerts=alerts), FRENCH)
    rows = {block.row + at: row for block in blocks for at, row in enumerate(block.rows)}
    wanted = range(home.DEADLINE_ROW, home.DEADLINE_ROW + home.DEADLINE_ROWS)
    return [str(rows[row][0]) for row in wanted if row in rows and rows[row][0]]


def test_a_deadline_says_whose_it_is() -> None:
    """With the client before it when the alert has a contract, alone when it has none."""
    alone, owned = at_home(overdue(1), overdue(2, contract=contract_id(SELLER, "EUR")))
    assert alone.startswith("FA-1 (ACME")
    assert owned.startswith(f"{SELLER}")
    assert "FA-2 (ACME" in owned


def test_more_deadlines_than_rows_end_in_an_ellipsis() -> None:
    """Nobody takes the rows that fit for all there are."""
    most = home.DEADLINE_ROWS
    assert "…" not in at_home(*(overdue(number) for number in range(most)))
    shown = at_home(*(overdue(number) for number in range(most + 1)))
    assert len(shown) == most
    assert shown[-1] == "…"


@pytest.mark.parametrize(
    ("tab", "object_", "rows_of"),
    [
        ("receipts", RECEIPT, receipt_rows),
        ("to_complete", "m1#1", document_rows),
        ("payouts", PAYOUT, payout_rows),
        ("payouts", "not-ours", payout_rows),
    ],
)
def test_a_line_whose_object_is_not_in_the_books_shows_nothing(
    tab: str, object_: str, rows_of: Any
) -> None:
    """Its number stays taken; the other lines are shown all the same."""
    ledger = MemoryLedger()
    kept = SheetLine(tab, 1, object_, START)
    attempt(ledger, "number-line", partial(Draft.write, record=kept))
    assert rows_of(ledger, Figures(), FRENCH, today=START) == []
    assert list(ledger.list(SheetLine, tab=tab)) == [kept]


class Late(MemoryLedger):
    """Lists nothing yet: another run wrote after this one looked."""

    def list(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Yield nothing."""
        return iter(())


def test_two_runs_at_once_give_an_object_one_line_and_a_line_one_object() -> None:
    """A number that was taken meanwhile is passed over, unless it is the object's own."""
    ledger = Late()
    assert number_lines(ledger, "receipts", ["a"], today=START) == {"a": 1}
    assert number_lines(ledger, "receipts", ["b"], today=START) == {"b": 2}
    assert number_lines(ledger, "receipts", ["a"], today=START) == {"a": 1}
    assert ledger.get(SheetLine, tab="receipts", number=3) is None


def test_without_books_everybody_is_known_by_identity_alone() -> None:
    """An empty page can be drawn before the first entry."""
    names = Names(None)
    assert names.seller_name(SELLER) == SELLER
    assert names.debtor(SELLER) is None
    assert names.debtor_name(SELLER) == ""


def test_a_tab_that_was_drawn_again_by_hand_is_found_by_its_title() -> None:
    """Ids come first, so that a renamed tab is found too; an unknown tab is left alone."""
    tabs = (SheetTab(987654, "Clients", 10, 10), SheetTab(987655, "Brouillon", 10, 10))
    assert titles_of(tabs) == {"sellers": "Clients"}


def test_a_tick_is_compared_as_a_tick() -> None:
    """A box that is not ticked is no empty cell and no zero."""
    assert comparable(True) is True  # noqa: FBT003 - what a cell holds
    assert comparable(value=False) is False
    assert comparable(None) == ""


def mails(cells: dict[str, str]) -> Any:
    """What a line of « Mails en quarantaine » wants of a mail of a seller."""
    world = copy.deepcopy(TYPED)
    world.type("quarantine", 1, {"by": "Claire", "reason": "vu", "action": "Libérer", **cells})
    titles = titles_of(world.sheet.tabs())
    reading = read_all(titles, world.sheet.read([titles[key] for key in workbook.STAFF]), {})
    return wishes_of(reading, today=world.today, stands=Stands(mails={"Q-0001": "mail:m1"}))


def test_a_mail_is_not_released_to_a_client_whom_nobody_knows() -> None:
    """Its invoices would be bought from the wrong one: the cell is red, nothing is sent."""
    assert wrong(mails({"seller": "Personne SA"}), "Q-0001") == {"seller": "cell-listed"}
    assert wrong(mails({}), "Q-0001") == {"seller": "cell-missing"}


def test_a_cell_that_shows_an_error_is_told_at_its_line() -> None:
    """A broken formula in a white cell stops that line alone."""
    world = copy.deepcopy(TYPED)
    tab = workbook.STAFF["sellers"]
    place = tab.place("name")
    world.sheet.put(tab.title, 2, place, SheetCell(None, "TEXT", "#REF!"))
    titles = titles_of(world.sheet.tabs())
    reading = read_all(titles, world.sheet.read([titles[key] for key in workbook.STAFF]), {})
    (line,) = (one for one in reading.lines["sellers"] if one.ref == "C-0001")
    assert "name" in line.wrong


def test_an_amount_that_cannot_be_read_is_shown_as_it_stood() -> None:
    """A person reads it on the document; nothing is made up."""
    read = {"amount": "douze euros", "issued_on": "hier"}
    row = ToComplete("m1#1", "m1", "1", "f.pdf", None, NOW, "mail/m1", proposed=read)
    (shown,) = document_rows(MemoryLedger(), Figures(documents=(row,)), FRENCH, today=START)
    assert {"douze euros", "hier"} <= set(shown)


def test_a_contract_before_its_first_day_shows_no_waterfall() -> None:
    """Its terms are not in force yet: the name stands in Fonds, and no figure."""
    ledger = MemoryLedger()
    later = START + dt.timedelta(7)
    name = contract_id(SELLER, "EUR")
    contract = Contract(name, SELLER, "EUR", later, AccountId("FR76"))
    open_contract(ledger, contract, Terms(name, later))
    (row,) = fund_rows(gather(ledger, today=START), FRENCH)
    assert row[0] == name
    assert set(row[3:-1]) == {""}
    (known,) = fund_rows(gather(ledger, today=later), FRENCH)
    assert len(known) == len(row)
    blank = {FUNDS.place("fund_since"), FUNDS.place("fund_target")}
    assert {place for place, cell in enumerate(known) if cell == ""} == blank


def test_a_case_of_an_invoice_that_is_not_listed_has_no_state() -> None:
    """Two indexes were read one after the other: the next minute shows it."""
    name = contract_id(SELLER, "EUR")
    facts = (name, InvoiceId("2026#F1"), "F1", PartyId("siren:1"), CaseKind.PROMISE, START, 100)
    position = Position(name, "EUR", AccountId("FR76"), terms_rev=1)
    contract = ContractFigures(name, "A", position, None, (), (), (), (Case("L-0001", *facts),))
    assert case_states(Figures(contracts=(contract,)), START) == {}
