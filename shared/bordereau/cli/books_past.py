"""``bordereau books balances`` and ``books aging``: the books as of the end of any day.

In French, as staff read it; ``--json`` prints one object a line. Figures and ids of a closed day
never change; names of debtors are today's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from bordereau.cli.guarded import guarded
from bordereau.cli.today import today
from bordereau.documents.texts import Phrases
from bordereau.domain.aging import AgedBalance, OpenItem, aged
from bordereau.domain.chart import CHART, signed
from bordereau.domain.figures.weekly_statement import BUCKETS
from bordereau.domain.identifiers import PartyId
from bordereau.domain.plain import to_plain
from bordereau.ports import Ledger
from bordereau.services.close_month import closed_months
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.past_books import PastJournal, balances_on, open_items_on

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

LABEL: Final = 42
AMOUNT: Final = 16


def register(actions: Commands, open_ledger: Factory) -> tuple[argparse.ArgumentParser, ...]:
    """Add both actions; they are returned for what all actions share."""
    balances = actions.add_parser("balances", help="every account, as of the end of a day")
    aging = actions.add_parser("aging", help="the aged balance, as of the end of a day")
    aging.add_argument("--items", action="store_true", help="every open invoice below its debtor")
    for action, run in ((balances, _balances), (aging, _aging)):
        action.add_argument(
            "--on", type=dt.date.fromisoformat, help="the day (YYYY-MM-DD; default: today)"
        )
        action.add_argument("--json", action="store_true", help="one JSON object a line")
        action.set_defaults(run=_runner(run, open_ledger))
    return balances, aging


def _runner(
    lines: Callable[[Ledger, argparse.Namespace, dt.date], Iterable[str]], open_ledger: Factory
) -> Callable[[argparse.Namespace], int]:
    def run(chosen: argparse.Namespace) -> int:
        def printed() -> int:
            ledger = open_ledger(chosen.stack)
            for line in lines(ledger, chosen, chosen.on or today()):
                print(line)
            return 0

        return guarded(printed)

    return run


def _balances(ledger: Ledger, chosen: argparse.Namespace, on: dt.date) -> Iterator[str]:
    listed = balances_on(ledger, on=on)
    if chosen.json:
        yield from (json.dumps({"on": on.isoformat(), **to_plain(one)}) for one in listed)
        return
    page = _Page(ledger, on)
    yield page.head("past.balances")
    for past in listed:
        yield from page.journal(past)
    for currency in sorted({past.currency for past in listed}):
        yield from page.totals(listed, currency)


def _aging(ledger: Ledger, chosen: argparse.Namespace, on: dt.date) -> Iterator[str]:
    items = open_items_on(ledger, on=on)
    if chosen.json:
        listed: Iterable[OpenItem | AgedBalance] = items if chosen.items else aged(items, on)
        yield from (json.dumps({"on": on.isoformat(), **to_plain(one)}) for one in listed)
        return
    page = _Page(ledger, on)
    yield page.head("past.aging")
    yield page.buckets()
    contract = ""
    rows = aged(items, on)
    for row in rows:
        if row.contract != contract:
            yield row.contract
            contract = row.contract
        yield page.aged(row)
        if chosen.items:
            yield from page.items(items, row)
    for currency in sorted({row.currency for row in rows}):
        yield page.aged_total([row for row in rows if row.currency == currency], currency)


class _Page:
    """The lines that are printed; names are looked up once."""

    def __init__(self, ledger: Ledger, on: dt.date) -> None:
        self._phrases = Phrases.load("fr")
        self._names = DebtorNames(ledger)
        self._on = on
        closed = [row for row in closed_months(ledger) if row.through_on >= on]
        self._closed = closed[0] if closed else None

    def head(self, title: str) -> str:
        """Return the title with its day, and whether that day is closed."""
        formats = self._phrases.formats
        day = formats.short(self._on)
        if self._closed is None:
            return self._phrases.say(f"{title}_open", day=day)
        closed_on = formats.short(self._closed.closed_on)
        return self._phrases.say(f"{title}_closed", day=day, closed=closed_on)

    def journal(self, past: PastJournal) -> Iterator[str]:
        """Yield one journal: its last entry, then each account that is not zero."""
        yield self._phrases.say("past.journal", journal=past.journal[2:], seq=past.seq)
        for code, cents in sorted(past.balances.items()):
            yield self._line(f"  {self._account(code)}", [signed(code, cents)])

    def totals(self, listed: list[PastJournal], currency: str) -> Iterator[str]:
        """Yield each account over all journals of a currency."""
        total: Counter[str] = Counter()
        for past in listed:
            if past.currency == currency:
                total.update(past.balances)
        yield self._phrases.say("past.firm", currency=currency)
        for code in CHART:
            if total[code]:
                yield self._line(f"  {self._account(code)}", [signed(code, total[code])])

    def buckets(self) -> str:
        """Return the heads of the columns."""
        heads = [self._phrases.say(f"buckets.{name}") for name in BUCKETS]
        heads.append(self._phrases.say("past.total"))
        return " " * LABEL + "".join(f"{head:>{AMOUNT}}" for head in heads)

    def aged(self, row: AgedBalance) -> str:
        """Return the line of one debtor."""
        name = self._names.of(PartyId(row.debtor)) or row.debtor
        return self._line(f"  {name}", [*row.buckets_cents, row.total_cents])

    def items(self, items: Iterable[OpenItem], row: AgedBalance) -> Iterator[str]:
        """Yield the open invoices of one debtor."""
        for item in items:
            if (item.contract, item.debtor) == (row.contract, row.debtor):
                due = self._phrases.formats.short(item.due_on)
                number = item.invoice.partition("#")[2]
                label = self._phrases.say("past.item", number=number, due=due)
                yield self._line(f"    {label}", [item.open_cents])

    def aged_total(self, rows: list[AgedBalance], currency: str) -> str:
        """Return the total of a currency."""
        columns = [sum(cells) for cells in zip(*(row.buckets_cents for row in rows), strict=True)]
        label = self._phrases.say("past.aged_total", currency=currency)
        return self._line(label, [*columns, sum(columns)])

    def _account(self, code: str) -> str:
        text: str = self._phrases.tables["accounts"][code]
        return text

    def _line(self, label: str, cents: Iterable[int]) -> str:
        short = label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"
        amounts = (f"{self._phrases.formats.amount(one):>{AMOUNT}}" for one in cents)
        return f"{short:<{LABEL}}{''.join(amounts)}"
