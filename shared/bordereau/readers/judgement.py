"""Judgement of one reading in four degrees: refuse, not for sale, review, warn.

Native rules; what only a platform must check (legal notes, electronic addresses) is left alone
(handbook: corpora 4). ``judge`` turns a reading into the claim.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

from bordereau.domain.claims import InvoiceClaim, PartyClaim
from bordereau.domain.clause import has_clause, names_account
from bordereau.domain.problems import Problem, Severity
from bordereau.readers.amounts import CENT_UNITS, UNITS, WHOLE_DIGITS_MAX, units_of
from bordereau.readers.calculation import calculation_problems
from bordereau.readers.dates import day_of
from bordereau.readers.identity import identity_problems
from bordereau.readers.reading import Reading
from bordereau.readers.refusal import verdict_of

CREDIT_NOTES: Final = frozenset({"261", "262", "381", "396", "502", "503"})
INVOICES: Final = frozenset({"380", "389", "393", "501", "386", "500", "384", "471", "472", "473"})
_TYPES: Final = INVOICES | CREDIT_NOTES
_DEPOSITS: Final = frozenset({"386", "500", "503"})
_PAID: Final = frozenset({"B2", "S2", "M2"})
_SEVERAL: Final = frozenset({"S8", "B8", "M8", "S9", "B9", "M9"})
_AMOUNTS: Final = (
    ("net", "BT-109"),
    ("vat", "BT-110"),
    ("gross", "BT-112"),
    ("prepaid", "BT-113"),
    ("payable", "BT-115"),
)
_AMOUNT_LIMIT: Final = UNITS * 10**WHOLE_DIGITS_MAX
_NUMBER_SIGNS: Final = re.compile(r"[A-Za-z0-9 +\-_/.]{1,35}")
_FACTOR_CLAUSE: Final = "ACC"
_NUMBER_MAX: Final = 100
_YEAR_MIN: Final = 2000
_TERM_DAYS_MAX: Final = 60
_TERM_DAYS_ODD: Final = 366
_AHEAD_DAYS_MAX: Final = 31


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """The factor itself, so that its own name on an invoice is no stranger; may be empty."""

    siren: str = ""
    ibans: frozenset[str] = frozenset()


NOBODY: Final = OwnIdentity()


def judge(
    reading: Reading,
    file: str,
    *,
    own: OwnIdentity = NOBODY,
    today: dt.date | None = None,
    found: tuple[Problem, ...] = (),
) -> InvoiceClaim:
    """Return the claim for ``reading`` with every problem; ``found`` are the container's own.

    ``today`` (the day of receipt) lets a date in the future be seen; without it that one check
    is left out.
    """
    problems = (*found, *_problems(reading, own, today))
    verdict = verdict_of(problems)
    return InvoiceClaim(file, verdict, reading.syntax, problems, *_shared_fields(reading))


_shared_fields = attrgetter(
    *(spec.name for spec in fields(InvoiceClaim)[4:] if spec.name in Reading.__slots__)
)
"""The fields of a claim after its problems, in the claim's order; a test holds them together."""


def _problems(reading: Reading, own: OwnIdentity, today: dt.date | None) -> Iterator[Problem]:
    yield from _missing(reading)
    yield from number_problems(reading.number)
    yield from amount_problems(reading)
    yield from calculation_problems(reading)
    yield from date_problems(reading, today)
    yield from identity_problems(reading)
    yield from _sale_problems(reading, own)
    yield from _warnings(reading, own)


def _missing(reading: Reading) -> Iterator[Problem]:
    if reading.type_code not in _TYPES and reading.type_code:
        facts = {"type": reading.type_code}
        yield Problem("type-not-a-claim", where="BT-3", facts=facts)
    for code, term, value in (
        ("number-missing", "BT-1", reading.number),
        ("issue-date-missing", "BT-2", reading.issue_date),
        ("type-missing", "BT-3", reading.type_code),
        ("currency-missing", "BT-5", reading.currency),
        ("seller-missing", "BT-27", reading.seller.name),
        ("buyer-missing", "BT-44", reading.buyer.name),
        ("net-missing", "BT-109", reading.net),
        ("gross-missing", "BT-112", reading.gross),
        ("payable-missing", "BT-115", reading.payable),
    ):
        if not value:
            yield Problem(code, where=term)
    if not reading.line_total and not reading.profile.endswith("minimum"):
        yield Problem("line-total-missing", where="BT-106")


def number_problems(number: str) -> Iterator[Problem]:
    """Yield what is odd about a document's number (BR-FR-01, -02); hidden signs are refused."""
    if _NUMBER_SIGNS.fullmatch(number) or not number:
        return
    if len(number) > _NUMBER_MAX:
        yield Problem("number-too-long", where="BT-1", facts={"length": str(len(number))})
    elif any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in number):
        yield Problem("number-hidden-signs", where="BT-1")
    else:
        yield Problem("number-unusual", Severity.WARN, where="BT-1", facts={"number": number})


def amount_problems(reading: Reading) -> Iterator[Problem]:
    """Yield totals that are no plain decimals, too big, or not exact in cents."""
    for name, term in _AMOUNTS:
        text = getattr(reading, name)
        if not text:
            continue
        units = units_of(text)
        if units is None:
            yield Problem("amount-malformed", where=term, facts={"amount": text[:40]})
        elif abs(units) >= _AMOUNT_LIMIT:
            yield Problem("amount-too-big", where=term, facts={"amount": text[:40]})
        elif units % CENT_UNITS:
            yield Problem("amount-not-in-cents", where=term, facts={"amount": text[:40]})


def date_problems(reading: Reading, today: dt.date | None) -> Iterator[Problem]:
    """Yield impossible, unlikely and reversed dates, and terms beyond the law's."""
    issued = day_of(reading.issue_date)
    if reading.issue_date and issued is None:
        facts = {"date": reading.issue_date[:20]}
        yield Problem("date-malformed", where="BT-2", facts=facts)
    dues = []
    for text in reading.due_dates:
        due = day_of(text)
        if due is None:
            yield Problem("date-malformed", where="BT-9", facts={"date": text[:20]})
        else:
            dues.append(due)
    if issued is None:
        return
    if issued.year < _YEAR_MIN or (today is not None and (issued - today).days > _AHEAD_DAYS_MAX):
        facts = {"date": reading.issue_date}
        yield Problem("issue-date-unlikely", Severity.REVIEW, where="BT-2", facts=facts)
    for due in dues:
        yield from _term_problems(reading, issued, due)


def _term_problems(reading: Reading, issued: dt.date, due: dt.date) -> Iterator[Problem]:
    days = (due - issued).days
    if 0 <= days <= _TERM_DAYS_MAX:
        return
    facts = {"due": due.isoformat(), "issued": issued.isoformat()}
    if days < 0:
        is_free = reading.type_code in _DEPOSITS or reading.business_process in _PAID
        if not is_free and reading.type_code not in CREDIT_NOTES:
            yield Problem("due-before-issue", where="BT-9", facts=facts)
    elif days > _TERM_DAYS_ODD:
        yield Problem("term-odd", Severity.REVIEW, where="BT-9", facts=facts)
    elif due > _last_lawful_day(issued):
        yield Problem("term-too-long", Severity.WARN, where="BT-9", facts=facts)


def _last_lawful_day(issued: dt.date) -> dt.date:
    """Return the later of 60 days and 45 days end of month (Commercial code L441-10).

    >>> _last_lawful_day(dt.date(2026, 10, 1)), _last_lawful_day(dt.date(2026, 10, 17))
    (datetime.date(2026, 12, 15), datetime.date(2026, 12, 31))
    """
    month_end = issued.replace(day=calendar.monthrange(issued.year, issued.month)[1])
    later = issued + dt.timedelta(days=45)
    later_end = later.replace(day=calendar.monthrange(later.year, later.month)[1])
    sixty = issued + dt.timedelta(days=_TERM_DAYS_MAX)
    return max(sixty, month_end + dt.timedelta(days=45), later_end)


def _sale_problems(reading: Reading, own: OwnIdentity) -> Iterator[Problem]:
    not_sold = Severity.NOT_FOR_SALE
    is_credit_note = reading.type_code in CREDIT_NOTES
    payable = units_of(reading.payable)
    if reading.business_process in _PAID:
        yield Problem("already-paid", not_sold, where="BT-23")
    elif payable is not None and payable == 0 and not is_credit_note:
        yield Problem("nothing-payable", not_sold, where="BT-115")
    if payable is not None and payable < 0:
        if is_credit_note:
            facts = {"amount": reading.payable}
            yield Problem("credit-note-negative", Severity.REVIEW, where="BT-115", facts=facts)
        else:
            facts = {"amount": reading.payable, "type": reading.type_code}
            yield Problem("invoice-negative", not_sold, where="BT-115", facts=facts)
    if reading.business_process in _SEVERAL:
        facts = {"process": reading.business_process}
        yield Problem("several-sellers", not_sold, where="BT-23", facts=facts)
    if reading.type_code in _DEPOSITS and not is_credit_note:
        yield Problem("deposit-invoice", Severity.REVIEW, where="BT-3")
    yield from _payee_problems(reading, own)


def _payee_problems(reading: Reading, own: OwnIdentity) -> Iterator[Problem]:
    payee = reading.payee
    is_ours = bool(own.siren) and payee.siren == own.siren
    is_ours = is_ours or any(account.iban in own.ibans for account in reading.accounts)
    if is_ours:
        return
    if reading.type_code in {"393", "396"}:
        yield Problem("already-factored", Severity.NOT_FOR_SALE, where="BT-3")
    elif payee.name and not _is_same(payee, reading.seller):
        severity = Severity.NOT_FOR_SALE if own.siren else Severity.REVIEW
        yield Problem("payee-is-other", severity, where="BG-10", facts={"payee": payee.name})


def _is_same(payee: PartyClaim, seller: PartyClaim) -> bool:
    return payee.name.casefold() == seller.name.casefold() or (
        bool(payee.siren) and payee.siren == seller.siren
    )


def _warnings(reading: Reading, own: OwnIdentity) -> Iterator[Problem]:
    warn = Severity.WARN
    is_credit_note = reading.type_code in CREDIT_NOTES
    if is_credit_note and not reading.preceding:
        yield Problem("credit-note-without-reference", warn, where="BT-25")
    if not is_credit_note:
        is_due = (units_of(reading.payable) or 0) > 0
        if is_due and not reading.due_dates and not reading.payment_terms:
            yield Problem("due-date-missing", warn, where="BT-9")
        yield from _clause_problems(reading, own)


def _clause_problems(reading: Reading, own: OwnIdentity) -> Iterator[Problem]:
    """Yield the warning that no note, term or page tells the debtor to pay the factor (code ACC).

    The pages of a PDF are looked at last, for that takes a process of its own.
    """
    texts = [reading.payment_terms] if reading.payment_terms else []
    is_said = False
    for note in reading.notes:
        texts.append(note.text)
        is_said = is_said or (note.code == _FACTOR_CLAUSE and bool(note.text))
    if not is_said and not has_clause(texts):
        texts.append(reading.page_text())
        if not has_clause(texts[-1:]):
            yield Problem("clause-missing", Severity.WARN, where="BT-22")
            return
    is_ours = not own.ibans or any(account.iban in own.ibans for account in reading.accounts)
    if not is_ours and not names_account(texts, own.ibans):
        yield Problem("clause-account-missing", Severity.WARN, where="BT-22")
