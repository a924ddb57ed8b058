"""What an intake costs: network calls and write units, against the sum of its items.

The minimum of a transaction is two write units per started kilobyte of each item (DynamoDB
writes twice, prepare and commit), of a plain put one; index writes come on top and are counted from
the items. MiniStack states what was consumed without its indexes.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from bordereau.adapters.dynamodb_ledger import DynamodbLedger, Meter
from bordereau.adapters.memory_objects import MemoryObjects
from bordereau.adapters.memory_queue import MemoryQueue
from bordereau.domain.claims import (
    ClaimPart,
    InvoiceClaim,
    MailClaims,
    PartyClaim,
    SenderEvidence,
    Verdict,
)
from bordereau.domain.guarantee_lines import RelationLine
from bordereau.domain.identifiers import AccountId, PartyId, contract_id
from bordereau.domain.parties import Contract, Debtor, Seller, Sender
from bordereau.domain.tables import Table, index_keys, to_item
from bordereau.domain.terms import Terms
from bordereau.domain.transactions import Check, Transaction, record_of
from bordereau.ports import Ledger
from bordereau.services import contract_terms, lines, register
from bordereau.services.register_invoices import register_claims
from bordereau.services.stored_claims import claims_key, write_claims
from local.cloud.process import LocalCloud

ROOT: Final = Path(__file__).resolve().parents[1]
TODAY: Final = dt.date(2026, 3, 2)
NOW: Final = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
SELLER: Final = PartyId("siren:552081317")
DEBTOR: Final = PartyId("siren:443061841")
SENDER: Final = "factures@alpha.example"
KILOBYTE: Final = 1024


@dataclass(slots=True)
class Counted:
    """A ledger that counts the commits, items and least write units that pass through it."""

    inner: Ledger
    commits: int = 0
    items: int = 0
    least_units: int = 0
    index_writes: int = 0
    shapes: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the ledger's own methods
        return getattr(self.inner, name)

    def commit(self, transaction: Transaction) -> Any:  # noqa: ANN401
        """Count, then commit."""
        self.commits += 1
        self.items += len(transaction.actions)
        self.shapes.append(f"{transaction.shape} ({len(transaction.actions)})")
        for action in transaction.actions:
            record = record_of(action)
            size = len(json.dumps(to_item(record), ensure_ascii=False).encode())
            self.least_units += 2 * -(-size // KILOBYTE)
            if not isinstance(action, Check):
                self.index_writes += len(index_keys(record))
        return self.inner.commit(transaction)


def print_intake() -> None:
    """Print the cost of registering one invoice, and twenty in one mail."""
    print("intake (MiniStack): one mail through register_invoices")
    columns = ("invoices", "calls", "write units", "least", "ratio", "index writes", "ms")
    print("  " + "".join(f"{column:>13}" for column in columns))
    with tempfile.TemporaryDirectory() as folder:
        cloud = LocalCloud.at(Path(folder))
        cloud.up()
        try:
            tables = make_tables(cloud)
            for count in (1, 20):
                _print_row(cloud, tables, count)
        finally:
            cloud.down()


def make_tables(cloud: LocalCloud) -> dict[Table, str]:
    """Make the four tables as template.yaml states them."""

    class Stated(yaml.SafeLoader):
        pass

    Stated.add_multi_constructor("!", lambda _loader, _tag, _node: None)
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    resources = yaml.load(text, Stated)["Resources"]  # noqa: S506 - a safe loader of our own
    wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    names = {table: f"bench-{table}" for table in Table}
    for table, name in names.items():
        stated = resources[f"{table.capitalize()}Table"]["Properties"]
        made: Any = {key: stated[key] for key in wanted if key in stated}
        cloud.client("dynamodb").create_table(TableName=name, **made)
    return names


def _print_row(cloud: LocalCloud, tables: dict[Table, str], count: int) -> None:
    meter = Meter()
    ledger = DynamodbLedger(cloud.client("dynamodb"), tables, meter=meter)
    open_firm(ledger)
    objects, queue = MemoryObjects(), MemoryQueue()
    mail = _mail(count)
    write_claims(objects, mail)
    counted: Any = Counted(ledger)
    before = (meter.calls, meter.write_units)
    started = time.perf_counter_ns()
    register_claims(counted, objects, queue, key=claims_key(mail.mail_id), today=TODAY, now=NOW)
    elapsed = (time.perf_counter_ns() - started) // 1_000_000
    calls, units = meter.calls - before[0], meter.write_units - before[1]
    ratio = f"{units / counted.least_units:.2f}"
    row = (count, calls, units, counted.least_units, ratio, counted.index_writes, elapsed)
    print("  " + "".join(f"{value:>13}" for value in row))
    print(f"    {', '.join(counted.shapes)}")


def open_firm(ledger: Ledger) -> None:
    """Type in one seller, one debtor, a contract and a line; a second time nothing is written."""
    account = AccountId("FR7630006000011234567890189")
    contract = contract_id(SELLER, "EUR")
    register.set_party(ledger, Seller(SELLER, 1, "C-0001", "ALPHA BTP", siren="552081317"))
    register.set_party(ledger, Debtor(DEBTOR, 1, "D-0001", "ACME", siren="443061841"))
    register.set_sender(ledger, Sender(SENDER, SELLER, "X-0001", dt.date(2026, 1, 1)))
    contract_terms.open_contract(
        ledger,
        Contract(contract, SELLER, "EUR", dt.date(2026, 1, 1), account),
        Terms(contract, dt.date(2026, 1, 1), factoring_rate_bps=120),
    )
    line = RelationLine(DEBTOR, "EUR", contract, limit_cents=10**9)
    lines.set_line(ledger, line, today=TODAY)


def _mail(count: int) -> MailClaims:
    parts = tuple(
        ClaimPart(
            str(number), f"F{count}-{number}.xml", f"sha-{count}-{number}", _claim(count, number)
        )
        for number in range(1, count + 1)
    )
    evidence = SenderEvidence(SENDER, is_proven=True, may_be_answered=True)
    return MailClaims(f"bench-{count}", NOW, evidence, parts)


def _claim(count: int, number: int) -> InvoiceClaim:
    return InvoiceClaim(
        file=f"F{count}-{number}.xml",
        verdict=Verdict.ACCEPT,
        syntax="CII",
        type_code="380",
        number=f"F{count}-{number}",
        issue_date="2026-03-01",
        due_dates=("2026-04-15",),
        currency="EUR",
        gross=f"{1000 + number}.{count:02d}",
        payable=f"{1000 + number}.{count:02d}",
        seller=PartyClaim("ALPHA BTP", siren="552081317"),
        buyer=PartyClaim("ACME", siren="443061841"),
    )
