"""``bordereau explain CONTRACT``: from the outstanding to what is available, down to the entries.

In French, as staff and sellers read it, with the words of the tab « Fonds ».
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from bordereau.cli.today import today
from bordereau.documents.texts import Phrases
from bordereau.domain.chart import CHART
from bordereau.domain.explanation import ACCOUNTS, Explanation, Part, Share, Step
from bordereau.domain.identifiers import ContractId, InvoiceId, seller_in
from bordereau.domain.invoices import Invoice
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import ProductError
from bordereau.ports import Ledger
from bordereau.services.debtor_figures import DebtorNames
from bordereau.services.explain import amount_of, contracts_named, entries_of, explain
from bordereau.services.explain_statement import Stated, StatementExplained, explain_statement
from bordereau.services.register import contract_of, seller_of

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own
Factory: TypeAlias = Callable[[str], Ledger]

STACK: Final = "bordereau"
LABEL: Final = 70
AMOUNT: Final = 18
NAMES: Final = (*ACCOUNTS, *CHART)
"""What ``--amount`` may name: a line of the waterfall or an account."""


def open_stack(stack: str) -> Ledger:
    """Return the ledger of a deployed stack."""
    from bordereau.entry.opened_books import open_ledger  # noqa: PLC0415 - boto3 takes its time

    return open_ledger(stack)


def register(commands: Commands, open_ledger: Factory = open_stack) -> None:
    """Add ``explain`` to the command line; ``open_ledger`` gives the ledger of a stack."""
    parser = commands.add_parser("explain", help="explain what a contract may draw, to the entry")
    parser.add_argument("contract", help="its id, its line in the sheet, or the client's SIREN")
    parser.add_argument(
        "--on", type=dt.date.fromisoformat, help="as it stood at the end of this day (YYYY-MM-DD)"
    )
    parser.add_argument("--entries", action="store_true", help="open every invoice into entries")
    parser.add_argument(
        "--amount",
        choices=sorted(map(str, NAMES)),
        metavar="NAME",
        help="only what makes this line of the waterfall or this account, with its entries",
    )
    parser.add_argument(
        "--statement",
        metavar="NUMBER",
        help="every amount of a statement (2026-0087, weekly 2026-S47), with its entries",
    )
    parser.add_argument("--json", action="store_true", help="everything, as one JSON object")
    parser.add_argument("--stack", default=STACK, help=f"whose tables (default: {STACK})")
    parser.set_defaults(run=lambda chosen: run(open_ledger(chosen.stack), chosen))


def run(ledger: Ledger, chosen: argparse.Namespace) -> int:
    """Print; exit status 0, 1 (nothing is in force on that day), or 2 (no such contract)."""
    try:
        found = contracts_named(ledger, chosen.contract)
        if len(found) != 1:
            known = ", ".join(found) or "none"
            print(f"contracts called {chosen.contract}: {known}", file=sys.stderr)
            return 2
        lines = list(_lines(ledger, found[0], chosen))
    except ProductError as error:
        print(f"the books cannot be read: {error}", file=sys.stderr)
        return 2
    if not lines:
        lacking = f"statement {chosen.statement}" if chosen.statement else "terms in force"
        print(f"{found[0]}: no {lacking}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _lines(ledger: Ledger, contract: ContractId, chosen: argparse.Namespace) -> Iterable[str]:
    on = chosen.on or today()
    page = _Page(ledger, contract, with_entries=chosen.entries or bool(chosen.amount))
    if chosen.statement:
        stated = explain_statement(ledger, contract, chosen.statement)
        if stated and chosen.json:
            return (json.dumps(to_plain(stated), ensure_ascii=False),)
        return page.statement(stated) if stated else ()
    if chosen.amount:
        return page.amount(
            chosen.amount, amount_of(entries_of(ledger, contract, on=on), chosen.amount), on
        )
    found = explain(ledger, contract, on=on)
    if found is None:
        return ()
    if chosen.json:
        return (json.dumps(to_plain(found), ensure_ascii=False),)
    return page.waterfall(found)


class _Page:
    """The lines that are printed; names are looked up once."""

    def __init__(self, ledger: Ledger, contract: ContractId, *, with_entries: bool) -> None:
        self._ledger, self._contract = ledger, contract
        self._with_entries = with_entries
        self._phrases = Phrases.load("fr")
        self._debtors = DebtorNames(ledger)
        known = contract_of(ledger, contract)
        seller = seller_of(ledger, known.seller) if known else None
        self._seller = seller.name if seller else seller_in(contract)

    def waterfall(self, found: Explanation) -> Iterator[str]:
        """Yield every line from the outstanding down."""
        yield self._phrases.say(
            "explain.head",
            contract=self._contract,
            seller=self._seller,
            day=self._phrases.formats.short(found.on),
            seq=found.seq,
            revision=found.terms_revision,
        )
        for step in found.steps:
            yield from self._step(step)

    def amount(self, name: str, shares: tuple[Share, ...], on: dt.date) -> Iterator[str]:
        """Yield what makes one amount."""
        table = "accounts" if name in CHART else "explain"
        label = self._phrases.tables[table][name]
        yield self._phrases.say(
            "explain.amount_head",
            contract=self._contract,
            seller=self._seller,
            amount=label,
            day=self._phrases.formats.short(on),
        )
        for share in shares:
            yield from self._share(share)
        yield self._line(f"= {label}", sum(share.cents for share in shares))

    def statement(self, found: StatementExplained) -> Iterator[str]:
        """Yield every amount of a statement, each with the entries that make it."""
        yield self._phrases.say(
            "explain.statement_head",
            contract=self._contract,
            seller=self._seller,
            number=found.number,
            day=self._phrases.formats.short(found.on),
            first=found.first_seq,
            last=found.last_seq,
        )
        yield self._line(f"  {self._phrases.say(found.opening)}", found.opening_cents)
        yield from self._stated(found.amounts, found.table)
        yield self._line(f"= {self._phrases.say(found.closing)}", found.closing_cents)
        yield from self._stated(found.after, found.table)
        if found.left_cents is not None:
            yield self._line(f"= {self._phrases.say('explain.left')}", found.left_cents)
        if found.waterfall is not None:
            for step in found.waterfall.steps:
                yield from self._step(step)

    def _stated(self, amounts: Iterable[Stated], table: str) -> Iterator[str]:
        for one in amounts:
            yield self._line(f"  {self._phrases.say(f'{table}.{one.code}')}", one.cents)
            for part in one.parts:
                yield self._line(f"        {self._entry(part)}", part.cents)

    def _step(self, step: Step) -> Iterator[str]:
        label = self._phrases.tables["explain"][step.code]
        if step.is_total:
            yield self._line(f"= {label}", step.cents)
            return
        yield self._line(f"  {label}", step.cents)
        for share in step.shares:
            yield from self._share(share)

    def _share(self, share: Share) -> Iterator[str]:
        yield self._line(f"    {self._named(share)}", share.cents)
        for term in share.basis:
            name = self._number(term.invoice) if term.invoice else ""
            label = name or self._phrases.tables["explain"][term.code]
            yield self._line(f"        {label}", term.cents)
        if self._with_entries:
            for part in share.parts:
                yield self._line(f"        {self._entry(part)}", part.cents)

    def _named(self, share: Share) -> str:
        if share.invoice:
            debtor = self._debtors.of(share.debtor)
            return (
                f"{self._number(share.invoice)} · {debtor}"
                if debtor
                else self._number(share.invoice)
            )
        if share.debtor:
            return self._debtors.of(share.debtor)
        if share.basis:
            return str(self._phrases.tables["explain"][share.kind])
        return self._event(share.kind)

    def _number(self, invoice: str) -> str:
        found = self._ledger.get(Invoice, contract=self._contract, invoice=InvoiceId(invoice))
        return found.number if found else invoice

    def _event(self, kind: str) -> str:
        text: str = self._phrases.tables["events"].get(kind, kind)
        return text

    def _entry(self, part: Part) -> str:
        day = self._phrases.formats.short(part.booked_on)
        named = f"{self._number(part.invoice)} " if part.invoice else ""
        return f"{part.seq:>4} {day} {self._event(part.kind)} {named}{' '.join(part.documents)}"

    def _line(self, label: str, cents: int) -> str:
        """Return a label and its amount, aligned; a label that is too long is cut."""
        short = label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"
        return f"{short:<{LABEL}}{self._phrases.formats.amount(cents):>{AMOUNT}}"
