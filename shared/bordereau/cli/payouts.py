"""``bordereau payouts``: what is to be paid, a person's release, and the file for the bank."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bordereau.documents.pain001 import pain001
from bordereau.documents.texts import Phrases
from bordereau.domain.books import PayOut
from bordereau.domain.identifiers import parse_end_to_end_id
from bordereau.domain.problems import ProductError
from bordereau.domain.sepa import SepaBatch, batch_name
from bordereau.domain.tables import INDEX_SHARDS, Index
from bordereau.ports import Ledger, Objects, civil_date
from bordereau.services.outcome import Outcome
from bordereau.services.release_payouts import release_payout
from bordereau.services.seal_payouts import hand_over

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse's own


@dataclass(frozen=True, slots=True)
class Bank:
    """What the commands work on: the tables, the bucket, and the moment."""

    ledger: Ledger
    objects: Objects
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The civil day in Paris."""
        return civil_date(self.now)


Factory: TypeAlias = Callable[[str], Bank]

STACK: Final = "bordereau"


def open_stack(stack: str) -> Bank:
    """Return tables and bucket of a deployed stack."""
    from bordereau.adapters.clock import SystemClock  # noqa: PLC0415 - boto3 takes its time
    from bordereau.entry.opened_books import open_ledger, open_objects  # noqa: PLC0415

    return Bank(open_ledger(stack), open_objects(stack), SystemClock().now())


def register(commands: Commands, open_bank: Factory = open_stack) -> None:
    """Add ``payouts list``, ``release``, ``seal`` and ``fetch``; ``open_bank`` opens a stack."""
    parser = commands.add_parser("payouts", help="release pay-outs, and write the bank's file")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="pay-outs that are under way")
    release = actions.add_parser("release", help="release pay-outs for the next file")
    release.add_argument("ids", nargs="+", metavar="ID", help="EndToEndId, as in the list")
    release.add_argument("--by", required=True, metavar="NAME", help="who releases them")
    seal = actions.add_parser("seal", help="seal what is released now, and store its file")
    seal.add_argument("--output", type=Path, help="also write the files into this folder")
    fetch = actions.add_parser("fetch", help="write the files of a day into a folder")
    fetch.add_argument("--day", type=dt.date.fromisoformat, help="YYYY-MM-DD (default: today)")
    fetch.add_argument("--output", type=Path, default=Path(), help="where (default: here)")
    for action in (listed, release, seal, fetch):
        action.add_argument("--stack", default=STACK, help=f"whose (default: {STACK})")
    listed.set_defaults(run=lambda chosen: _guarded(open_bank, chosen, _list))
    release.set_defaults(run=lambda chosen: _guarded(open_bank, chosen, _release))
    seal.set_defaults(run=lambda chosen: _guarded(open_bank, chosen, _seal))
    fetch.set_defaults(run=lambda chosen: _guarded(open_bank, chosen, _fetch))


def _guarded(
    open_bank: Factory,
    chosen: argparse.Namespace,
    run: Callable[[Bank, argparse.Namespace], int],
) -> int:
    """Run; what tables or bucket cannot do is one sentence and exit status 2."""
    try:
        return run(open_bank(chosen.stack), chosen)
    except ProductError as error:
        print(f"not done: {error}", file=sys.stderr)
        return 2


def _list(bank: Bank, chosen: argparse.Namespace) -> int:  # noqa: ARG001 - alike
    """Print one line for each pay-out that no statement shows yet."""
    phrases = Phrases.load("fr")
    for payout in sorted(_under_way(bank.ledger), key=lambda one: one.end_to_end_id):
        amount = phrases.formats.money(payout.amount_cents, payout.currency)
        state = phrases.say(f"payout_states.{payout.state}")
        batch = payout.batch or (f"by {payout.released_by}" if payout.released_facts else "-")
        print(f"{payout.end_to_end_id:<36}{amount:>16}  {state:<16}{batch:<17}{payout.beneficiary}")
    return 0


def _under_way(ledger: Ledger) -> Iterator[PayOut]:
    for shard in range(INDEX_SHARDS):
        yield from ledger.find(PayOut, Index.TODO, f"payout#{shard}")


def _release(bank: Bank, chosen: argparse.Namespace) -> int:
    """Release each; 1 when one of them cannot be."""
    wrong = 0
    for name in chosen.ids:
        key = parse_end_to_end_id(name)
        outcome = release_payout(bank.ledger, key, by=chosen.by, today=bank.today) if key else None
        wrong += outcome is None or outcome.is_refused
        print(f"{name}: {_said(outcome)}")
    return 1 if wrong else 0


def _said(outcome: Outcome | None) -> str:
    if outcome is None:
        return "refused (not one of our ids)"
    if outcome.is_refused:
        return f"{outcome.status} ({outcome.reason})"
    return "released" if not outcome.reason else "released before"


def _seal(bank: Bank, chosen: argparse.Namespace) -> int:
    """Seal what is released; 1 when a release holds no more. Print where files lie."""
    outcome = hand_over(bank.ledger, bank.objects, pain001, now=bank.now, is_asked=True)
    for name in outcome.ids:
        released_on, _, number = name.partition("#")
        batch = bank.ledger.get(SepaBatch, released_on=released_on, number=int(number))
        assert batch is not None, "sealed above"
        _show(bank, batch, chosen.output)
    if stale := outcome.amounts["stale"]:
        print(f"{stale} not sealed: name, IBAN or amount changed since the release")
    if not outcome.ids:
        print("nothing is released")
    return 1 if stale else 0


def _fetch(bank: Bank, chosen: argparse.Namespace) -> int:
    """Write the files of a day; 1 when there is none."""
    day = chosen.day or bank.today
    found = [batch for batch in _batches(bank.ledger, day) if batch.file_key]
    for batch in found:
        _show(bank, batch, chosen.output)
    if not found:
        print(f"no file on {day}")
    return 0 if found else 1


def _batches(ledger: Ledger, day: dt.date) -> Iterator[SepaBatch]:
    number = 1
    while (batch := ledger.get(SepaBatch, released_on=day, number=number)) is not None:
        yield batch
        number += 1


def _show(bank: Bank, batch: SepaBatch, folder: Path | None) -> None:
    """Print a file's name, count and hash; write it where that is asked."""
    name = batch_name(batch.released_on, batch.number)
    print(f"{name}: {batch.count} pay-outs, {batch.file_key}, sha256 {batch.sha256}")
    if folder is not None:
        path = folder / batch.file_key.rsplit("/", 1)[1]
        path.write_bytes(bank.objects.get(batch.file_key) or b"")
