"""From the lines of « Reprise » to snapshots: one for each dossier whose lines can all be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bordereau.domain.decisions import TermsDecision
from bordereau.domain.identifiers import AccountId, ContractId, contract_id
from bordereau.domain.problems import Problem
from bordereau.domain.taking_on.snapshot import (
    BankRow,
    ContractRow,
    CreditRow,
    Figure,
    InvoiceRow,
    LineRow,
    PayoutRow,
    ReceiptRow,
    Snapshot,
    TotalRow,
)
from bordereau.domain.workbook.take_on_tab import ALLOWED, NEEDED, TAKE_ON
from bordereau.services.desk.context import Bad, Context
from bordereau.services.desk.naming import Entry
from bordereau.services.desk.reading import Line, Reading
from bordereau.services.desk.wanted_register import PPM_PER_BPS, bad, day_of, terms_of_line

ALWAYS: Final = frozenset({"dossier", "type", "currency"})


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier as typed. ``snapshot`` holds the lines that can be read, if it has a date.

    ``is_whole``: that is all of them. ``contracts`` are those that its lines open, by seller and
    currency.
    """

    name: str
    lines: tuple[Line, ...]
    header: Line | None
    snapshot: Snapshot | None
    is_whole: bool
    contracts: frozenset[tuple[str, str]]

    @property
    def is_wanted(self) -> bool:
        """Whether staff want it taken over."""
        return self.header is not None and self.header.text("action") == "take"


class _NotReadError(Exception):
    """A cell that is no row's: carries what is wrong."""

    def __init__(self, problems: Bad) -> None:
        self.problems = problems


def dossiers_of(reading: Reading, context: Context) -> list[Dossier]:
    """Return the dossiers of a reading, by name in the order of their first lines."""
    groups: dict[str, list[Line]] = {}
    for line in reading.lines.get(TAKE_ON.key, ()):
        groups.setdefault(line.text("dossier"), []).append(line)
    agreed = _agreed(reading, context) if groups else {}
    return [_dossier(name, lines, context, agreed) for name, lines in groups.items()]


Agreed = Mapping[ContractId, Sequence[TermsDecision]]


def _agreed(reading: Reading, context: Context) -> Agreed:
    """Return the terms of each contract that « Conditions » has without a fault."""
    found: dict[ContractId, list[TermsDecision]] = {}
    for line in reading.lines.get("terms", ()):
        decision = terms_of_line(line, context) if not line.wrong else None
        if isinstance(decision, TermsDecision):
            found.setdefault(decision.terms.contract, []).append(decision)
    for listed in found.values():
        listed.sort(key=lambda one: one.terms.from_on)
    return found


def _dossier(name: str, lines: Sequence[Line], context: Context, agreed: Agreed) -> Dossier:
    headers = [line for line in lines if line.text("type") == "dossier"]
    header = headers[0] if headers else None
    on = day_of(header, "day") if header else None
    maker = _Maker(context, agreed, on)
    checked: list[Line] = []
    rows: list[object] = []
    for line in lines:
        found = _checked(line, header, first=lines[0])
        if not found.wrong and line is not header:
            found, row = maker.read(found)
            rows += [row] if row is not None else []
        checked.append(found)
    snapshot = None
    if header is not None and on is not None:
        snapshot = _snapshot(name, header.ref, on, rows)
    is_whole = snapshot is not None and not any(line.wrong for line in checked)
    contracts = frozenset(_contracts(lines, context))
    return Dossier(name, tuple(checked), header, snapshot, is_whole, contracts)


def _checked(line: Line, header: Line | None, *, first: Line) -> Line:
    """Return a line with what its type lacks, what it does not use, and a second header."""
    kind = line.text("type")
    found: list[tuple[str, Problem]] = []
    if kind:
        typed = {key for key in line.values if key not in ALWAYS}
        for key in NEEDED[kind]:
            if key not in typed and key not in line.wrong:
                found += bad(line, key, "cell-missing")
        for key in sorted(typed - {*NEEDED[kind], *ALLOWED[kind]}):
            found += bad(line, key, "take-on-unused")
    if header is None and line is first:
        found += bad(line, "dossier", "take-on-no-dossier")
    if kind == "dossier" and header is not None and line.ref != header.ref:
        found += bad(line, "type", "take-on-twice", ref=header.ref)
    return _with(line, found)


def _with(line: Line, problems: Iterable[tuple[str, Problem]]) -> Line:
    for key, problem in problems:
        line = line.with_problem(key, problem)
    return line


def _contracts(lines: Iterable[Line], context: Context) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.text("type") == "contract":
            found = context.sellers.find(line.text("seller"), where="", tab="")
            if isinstance(found, Entry):
                yield found.party, line.text("currency")


_FIELD_OF: Final[Mapping[type, str]] = {
    ContractRow: "contracts",
    LineRow: "lines",
    InvoiceRow: "invoices",
    PayoutRow: "payouts",
    ReceiptRow: "receipts",
    CreditRow: "credits",
    BankRow: "banks",
    TotalRow: "totals",
}


def _snapshot(name: str, ref: str, on: dt.date, rows: Iterable[object]) -> Snapshot:
    """Return the rows as a snapshot, each kind in the order of its lines' numbers."""
    listed: dict[str, list[Any]] = {field: [] for field in _FIELD_OF.values()}
    for row in sorted(rows, key=lambda one: str(getattr(one, "ref", ""))):
        listed[_FIELD_OF[type(row)]].append(row)
    return Snapshot(name, ref, on, **{field: tuple(found) for field, found in listed.items()})


class _Maker:
    """Makes the row of a line from its cells and the names that they mean."""

    def __init__(self, context: Context, agreed: Agreed, on: dt.date | None) -> None:
        self._context, self._agreed, self._on = context, agreed, on

    def read(self, line: Line) -> tuple[Line, object | None]:
        """Return the line with what is wrong, and its row when nothing is."""
        makers: Mapping[str, Callable[[Line], object]] = {
            "contract": self._contract,
            "line": self._line,
            "invoice": self._invoice,
            "payout": self._payout,
            "receipt": self._receipt,
            "credit": self._credit,
            "bank": self._bank,
            "total": self._total,
        }
        try:
            return line, makers[line.text("type")](line)
        except _NotReadError as error:
            return _with(line, error.problems), None

    def _party(self, line: Line, key: str) -> Entry:
        found = self._context.seller(line) if key == "seller" else self._context.debtor(line)
        if isinstance(found, Problem):
            raise _NotReadError(((key, found),))
        return found

    def _account(self, line: Line) -> AccountId:
        found = self._context.account(line)
        if isinstance(found, Problem):
            raise _NotReadError((("account", found),))
        return AccountId(found.iban)

    def _name(self, line: Line) -> ContractId:
        return contract_id(self._party(line, "seller").party, line.text("currency"))

    def _contract(self, line: Line) -> ContractRow:
        name = self._name(line)
        on = self._on or dt.date.max
        agreed = [one for one in self._agreed.get(name, ()) if one.terms.from_on <= on]
        if not agreed:
            raise _NotReadError(bad(line, "seller", "take-on-no-terms", day=on.isoformat()))
        opened = dataclasses.replace(agreed[-1].contract, start_on=_day(line, "issued_on"))
        return ContractRow(
            ref=line.ref,
            contract=opened,
            terms=tuple(one.terms for one in agreed),
            current_cents=_cents(line, "balance"),
            open_cents=_cents(line, "open"),
            approved_cents=_cents(line, "approved"),
            fund_cents=_cents(line, "retained"),
            specific_cents=line.number("specific") or 0,
            statement_number=line.number("last_number") or 0,
            fees_cents=line.number("fees") or 0,
        )

    def _line(self, line: Line) -> LineRow:
        return LineRow(
            ref=line.ref,
            debtor=self._party(line, "debtor").party,
            currency=line.text("currency"),
            limit_cents=_cents(line, "amount"),
            contract=self._name(line) if line.text("seller") else None,
            valid_until=day_of(line, "due_on"),
            notified_on=day_of(line, "day"),
        )

    def _invoice(self, line: Line) -> InvoiceRow:
        rate = line.number("rate")
        if rate is not None and rate % PPM_PER_BPS:
            raise _NotReadError(bad(line, "rate", "cell-rate-decimals", typed=str(rate)))
        return InvoiceRow(
            ref=line.ref,
            contract=self._name(line),
            debtor=self._party(line, "debtor").party,
            number=line.text("number"),
            issued_on=_day(line, "issued_on"),
            due_on=_day(line, "due_on"),
            assigned_on=_day(line, "day"),
            amount_cents=_cents(line, "amount"),
            open_cents=_cents(line, "open"),
            approved_cents=_cents(line, "approved"),
            retained_cents=_cents(line, "retained"),
            disputed_cents=line.number("disputed") or 0,
            basis_cents=line.number("basis"),
            advance_rate_bps=None if rate is None else rate // PPM_PER_BPS,
            place=line.number("place") or 1,
            is_defunded=line.text("defunded") == "yes",
            reminder_level=line.number("level") or 0,
        )

    def _payout(self, line: Line) -> PayoutRow:
        return PayoutRow(
            line.ref,
            self._name(line),
            line.text("number"),
            _day(line, "day"),
            _cents(line, "amount"),
        )

    def _receipt(self, line: Line) -> ReceiptRow:
        return ReceiptRow(
            ref=line.ref,
            account=self._account(line),
            currency=line.text("currency"),
            reference=line.text("number"),
            received_on=_day(line, "day"),
            amount_cents=_cents(line, "amount"),
            debtor=self._party(line, "debtor").party if line.text("debtor") else None,
            text=line.text("text"),
        )

    def _credit(self, line: Line) -> CreditRow:
        return CreditRow(
            ref=line.ref,
            account=self._account(line),
            currency=line.text("currency"),
            debtor=self._party(line, "debtor").party,
            number=line.text("number"),
            since_on=_day(line, "day"),
            amount_cents=_cents(line, "amount"),
        )

    def _bank(self, line: Line) -> BankRow:
        account = self._account(line)
        return BankRow(line.ref, account, line.text("currency"), _cents(line, "balance"))

    def _total(self, line: Line) -> TotalRow:
        figure = Figure(line.text("figure"))
        return TotalRow(line.ref, figure, line.text("currency"), _cents(line, "balance"))


def _day(line: Line, key: str) -> dt.date:
    found = day_of(line, key)
    assert found is not None, "a cell that its type needs"
    return found


def _cents(line: Line, key: str) -> int:
    found = line.number(key)
    assert found is not None, "a cell that its type needs"
    return found
