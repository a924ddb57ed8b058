"""The month in memory: what each of its events leads to, and books that hold at its end."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from collections import Counter
from collections.abc import Iterator

import pytest

from bordereau.domain import chart
from bordereau.domain.books import AdvanceStatement, BankHead, PayOut, PayOutState, Position
from bordereau.domain.identifiers import ContractId, invoice_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.work import Alert, Intent, MailHead, PartOutcome
from bordereau.services.read_books import known_contracts
from local.firm import parties as firm
from local.month.bank import NEVER_PAID, RETURNED, orders_of
from local.month.mails import MAILS
from local.month.results import checks, seller_rows
from local.month.sales import SALES
from tests.e2e.conftest import Month

pytestmark = pytest.mark.slow
OUTCOMES = {
    "20260105-1040-stranger": ["sender-unknown"],
    "20260106-1130-forged": ["sender-not-proven"],
    "20260127-1020-bad": [
        "due-before-issue",
        "nothing-payable",
        "invoice-negative",
        "contract-missing",
    ],
    "20260127-1030-empty": ["mail-without-attachment"],
    "20260127-1040-unreadable": ["pdf-unreadable"],
    "20260127-1050-sold-twice": ["registered-elsewhere"],
    "20260127-1100-without-line": ["line-missing"],
}


def parts(month: Month, mail: str) -> list[PartOutcome]:
    """Every part of a mail."""
    return list(month.world.ledger.list(PartOutcome, first="P#", mail=mail))


def invoice(month: Month, number: str) -> Invoice:
    """A sale as it stands in the books."""
    sale = SALES[number]
    found = month.world.ledger.get(
        Invoice,
        contract=ContractId(sale.seller.contract),
        invoice=invoice_id(sale.issued_on.year, number),
    )
    assert found is not None, f"{number} is not in the books"
    return found


def sent(month: Month, kind: str) -> Iterator[str]:
    """The documents of a kind that were sent."""
    for mail in month.world.mailer.sent:
        name, _, document = mail.tag.partition("#")
        if name == kind:
            yield document


def test_the_month_is_as_large_as_it_says() -> None:
    """Four sellers, twelve debtors and more, forty invoices and more, in each form."""
    assert len(firm.SELLERS) == 4
    assert len({sale.debtor.ref for sale in SALES.values()}) >= 12
    assert len(SALES) >= 40
    kinds = {sale.debtor.kind for sale in SALES.values()}
    assert kinds == {"company", "public", "abroad"}
    sellers = Counter(
        sale.debtor.ref
        for sale in {(s.debtor.ref, s.seller.ref): s for s in SALES.values()}.values()
    )
    assert sellers[firm.GRANDMARCHE.ref] == 2


def test_every_check_of_the_books_holds(month: Month) -> None:
    """Each invariant, over all contracts and accounts."""
    broken = [(check.code, check.details) for check in checks(month.world.ledger) if not check.ok]
    assert broken == []


def test_no_money_is_on_its_way_at_the_end(month: Month) -> None:
    """Every pay-out was debited or came back: payouts_in_transit is zero in each contract."""
    ledger = month.world.ledger
    positions = [ledger.get(Position, contract=one) for one in known_contracts(ledger)]
    assert len(positions) == 4
    assert [one.balance(chart.PAYOUTS_IN_TRANSIT) for one in positions if one] == [0] * 4
    assert not month.world.to_release()


def test_the_bank_pays_only_what_a_person_released_and_a_file_ordered(month: Month) -> None:
    """Every debit was in one file; each file was announced; who released it stands on it."""
    world = month.world
    orders = Counter(
        order.end_to_end_id for data in world.payment_files().values() for order in orders_of(data)
    )
    payouts = [
        payout
        for contract in known_contracts(world.ledger)
        for payout in world.ledger.list(PayOut, first="P#", last="P#~", contract=contract)
    ]
    assert orders == Counter(payout.end_to_end_id for payout in payouts)
    assert {payout.released_by for payout in payouts} == {firm.OWN.contact}
    assert month.bank.done == orders.keys()
    announced = {key.rpartition("/")[2].removesuffix(".xml") for key in world.payment_files()}
    assert announced == set(sent(month, "payment_file"))
    assert len(announced) > 10


def test_the_bank_and_the_books_agree(month: Month) -> None:
    """Opening and everything booked is what the bank's last statement says."""
    head = month.world.ledger.get(BankHead, account=firm.OWN.iban)
    assert head is not None
    assert head.opening_cents is not None
    booked = chart.signed(chart.BANK, head.balances[chart.BANK])
    assert head.opening_cents + booked == month.bank.balance_cents
    assert head.balances.get(chart.UNALLOCATED, 0) == 0


def test_every_part_of_every_mail_has_one_outcome(month: Month) -> None:
    """What arrived is never dropped: as many outcomes as parts, each part once."""
    for mail in MAILS:
        head = month.world.ledger.get(MailHead, mail=mail.id)
        assert head is not None, mail.id
        listed = [part.part for part in parts(month, mail.id)]
        assert len(listed) == len(set(listed)) == head.total == head.done, mail.id


def test_every_mail_is_answered_once_unless_its_sender_is_not_proven(month: Month) -> None:
    """One acknowledgement for each mail, none for the forged one; later news are others."""
    first = Counter(document for document in sent(month, "acknowledgement") if "#" not in document)
    assert first == Counter(mail.id for mail in MAILS if mail.dmarc == "pass")


@pytest.mark.parametrize(("mail", "codes"), OUTCOMES.items())
def test_bad_input_is_an_outcome_with_its_reason(month: Month, mail: str, codes: list[str]) -> None:
    """Nothing of it is bought, and each part says why."""
    found = parts(month, mail)
    assert [problem.code for part in found for problem in part.problems] == codes
    assert not {part.outcome for part in found} & {"assigned", "partly-approved", "over-line"}


def test_all_sales_are_in_the_books_once(month: Month) -> None:
    """Forty-three invoices, whoever held them up meanwhile."""
    assert sum(
        row.invoices for row in seller_rows(month.world.ledger, today=dt.date(2026, 2, 2))
    ) == len(SALES)
    for number, sale in SALES.items():
        assert invoice(month, number).amount_cents == sale.gross_cents


@pytest.mark.parametrize(
    ("number", "received_on", "assigned_on"),
    [("F26-0104", 7, 8), ("AR-2026-0012", 14, 15)],
)
def test_a_held_invoice_is_assigned_when_staff_add_its_debtor(
    month: Month, number: str, received_on: int, assigned_on: int
) -> None:
    """The day after, by itself; the clock of completeness starts then."""
    found = invoice(month, number)
    assert found.assigned_on == dt.date(2026, 1, assigned_on)
    assert found.received_at is not None
    assert found.complete_at is not None
    assert found.received_at.day == received_on
    assert found.complete_at.day == assigned_on


def test_a_duplicate_changes_nothing_and_names_the_first(month: Month) -> None:
    """The same invoice in another mail is a duplicate; the other part of the mail goes on."""
    outcomes = [part.outcome for part in parts(month, "20260108-1010-brumeval")]
    assert outcomes == ["duplicate", "assigned"]


def test_an_invoice_over_the_line_is_promoted_when_its_debtor_pays(month: Month) -> None:
    """Partly approved on the 12th, wholly after the payment of the 15th."""
    [part] = parts(month, "20260112-1115-brumeval")
    assert part.outcome == "partly-approved"
    assert part.approved_cents == 30_000_00 - 24_000_00
    assert invoice(month, "BT26-0006").approved_cents == 14_400_00


def test_a_line_that_was_cut_takes_nothing_more(month: Month) -> None:
    """What was approved stays; the next invoices are over the line."""
    for mail in ("20260120-1040-dorval", "20260128-1030-dorval"):
        assert [part.outcome for part in parts(month, mail)] == ["over-line"]
    assert invoice(month, "F26-0102").approved_cents == 7_620_00


def test_the_credit_note_lowers_its_invoice(month: Month) -> None:
    """3 960,00 less 360,00 are open."""
    assert invoice(month, "AR-2026-0007").open_cents == 3_960_00 - 360_00


def test_a_pay_out_that_came_back_is_paid_again(month: Month) -> None:
    """To the account that staff corrected; both pay-outs are of one contract."""
    contract, ordered_on, _ = RETURNED
    found = list(month.world.ledger.list(PayOut, first="P#", last="P#~", contract=contract))
    [back] = [one for one in found if one.state is PayOutState.RETURNED]
    assert back.ordered_on == ordered_on
    later = [one for one in found if one.ordered_on > ordered_on]
    assert sum(one.amount_cents for one in later) >= back.amount_cents
    assert {one.state for one in later} == {PayOutState.CONFIRMED}
    assert {one.iban for one in later if one.ordered_on >= dt.date(2026, 1, 15)} != {back.iban}


def test_a_debtor_that_never_pays_is_reminded(month: Month) -> None:
    """One letter seven days after the due date; staff see the second stage after twenty-one."""
    found = invoice(month, NEVER_PAID.number)
    assert found.open_cents == NEVER_PAID.gross_cents
    debtor = NEVER_PAID.debtor.identity
    days = [one.removeprefix(f"{debtor}#") for one in sent(month, "reminder") if debtor in one]
    assert days == ["2026-01-14"]
    name = f"invoice:{found.contract}#{found.invoice}"
    alert = month.world.ledger.get(Alert, object=name, stage="reminder-2")
    assert alert is not None
    assert (alert.since_on, alert.closed_on) == (dt.date(2026, 1, 28), None)


def test_advances_are_out_within_48_hours_of_completeness(month: Month) -> None:
    """But for the pay-out that came back."""
    rows = {
        row.seller: row.hours for row in seller_rows(month.world.ledger, today=dt.date(2026, 2, 2))
    }
    assert rows[firm.RIVOIRE.party.name] is not None
    assert (rows[firm.RIVOIRE.party.name] or 99) <= 48
    assert (rows[firm.BRUMEVAL.party.name] or 99) <= 48
    assert (rows[firm.DORVAL.party.name] or 99) <= 48


def test_every_document_went_out(month: Month) -> None:
    """Nothing stays in the outbox, and each statement has its PDF inside the e-mail."""
    ledger = month.world.ledger
    statements = [
        statement
        for contract in known_contracts(ledger)
        for statement in ledger.list(AdvanceStatement, first="S#", last="S#~", contract=contract)
    ]
    assert len(list(sent(month, "advance_statement"))) == len(statements) > 20
    for mail in month.world.mailer.sent:
        kind, _, document = mail.tag.partition("#")
        intent = ledger.get(Intent, kind=kind, id=document)
        assert intent is not None
        assert intent.state == "sent"
        message = email.message_from_bytes(mail.data, policy=email.policy.default)
        types = [part.get_content_type() for part in message.walk()]
        assert "text/plain" in types
        assert "text/html" in types
        assert ("application/pdf" in types) == intent.needs_pdf
