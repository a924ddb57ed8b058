"""What a run leaves for people: a table of each seller, and files of everything that was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bordereau.documents.journals import beancount_journal, hledger_journal
from bordereau.domain import chart
from bordereau.domain.books import PayOutState
from bordereau.ports import Ledger
from bordereau.services.check_books import Check, check_books
from bordereau.services.desk.figures import ContractFigures, gather
from bordereau.services.export_books import journal_rows
from bordereau.services.read_books import known_accounts, known_contracts, read_books


@dataclass(frozen=True, slots=True)
class SellerRow:
    """One seller's month in cents; ``hours`` is the longest time from completeness to money."""

    seller: str
    currency: str
    assigned_cents: int
    approved_cents: int
    advanced_cents: int
    available_cents: int
    fund_cents: int
    fee_cents: int
    overdue_cents: int
    transit_cents: int
    invoices: int
    hours: int | None
    mean_hours: int | None


def seller_rows(ledger: Ledger, *, today: dt.date) -> list[SellerRow]:
    """Return one row for each contract, from the same figures that fill the workbook."""
    found = gather(ledger, today=today)
    return [_row(contract, today) for contract in found.contracts]


def _row(contract: ContractFigures, today: dt.date) -> SellerRow:
    position, waterfall = contract.position, contract.waterfall
    hours = [contract.hours(invoice).from_completeness for invoice in contract.invoices]
    known = [one for one in hours if one is not None]
    opened = [invoice for invoice in contract.invoices if invoice.is_open]
    return SellerRow(
        seller=contract.seller,
        currency=contract.contract.rpartition("/")[2],
        assigned_cents=sum(invoice.amount_cents for invoice in contract.invoices),
        approved_cents=sum(invoice.approved_cents for invoice in opened),
        advanced_cents=sum(
            payout.amount_cents
            for payout in contract.payouts
            if payout.state is PayOutState.CONFIRMED
        ),
        available_cents=waterfall.available_cents if waterfall else 0,
        fund_cents=position.balance(chart.GUARANTEE_FUND),
        fee_cents=sum(statement.fee_cents for statement in contract.statements),
        overdue_cents=sum(invoice.open_cents for invoice in opened if invoice.due_on < today),
        transit_cents=position.balance(chart.PAYOUTS_IN_TRANSIT),
        invoices=len(contract.invoices),
        hours=max(known, default=None),
        mean_hours=round(sum(known) / len(known)) if known else None,
    )


def checks(ledger: Ledger) -> list[Check]:
    """Return every check of the whole books."""
    contracts = known_contracts(ledger)
    return check_books(ledger, contracts, known_accounts(ledger, contracts))


def write_journals(ledger: Ledger, folder: Path) -> Iterator[Path]:
    """Write the journals for two other programs; yield each file."""
    contracts = known_contracts(ledger)
    books = read_books(ledger, contracts, known_accounts(ledger, contracts))
    rows = list(journal_rows(books))
    folder.mkdir(parents=True, exist_ok=True)
    writers = (("hledger.txt", hledger_journal), ("beancount.txt", beancount_journal))
    for name, write in writers:
        path = folder / name
        path.write_text(write(rows), encoding="utf-8")
        yield path


def copy_objects(s3: Any, bucket: str, prefix: str, folder: Path) -> int:  # noqa: ANN401 boto3
    """Copy the objects under a prefix into a folder, one level deep; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            name = found["Key"].removeprefix(prefix)
            if prefix == "documents/" and not name.endswith(".pdf"):
                continue
            body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            path = folder / name.replace("/", "-")
            path.write_bytes(body)
            count += 1
    return count
