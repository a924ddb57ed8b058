"""``bordereau read-invoice`` and ``bordereau read-bank``: files to one JSON object a line.

The names are those of ``domain/claims.py``; amounts, names and numbers as the file has them. A bad
file is a line with its problems, never an end of the run (schema: ``docs/read-invoice.schema.json``
and ``docs/read-bank.schema.json``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bordereau.documents.texts import Phrases
from bordereau.domain.claims import (
    AccountClaim,
    BankEntry,
    BankFileClaim,
    InvoiceClaim,
    MailClaims,
    PartyClaim,
    StatementClaim,
    Verdict,
)
from bordereau.domain.plain import to_plain
from bordereau.domain.problems import Problem, Severity
from bordereau.readers.bank import read_bank as read_bank_bytes
from bordereau.readers.invoices import Setting, read_document, unread
from bordereau.readers.mail import open_mail_bytes
from bordereau.readers.sniff import is_mail

_LANGUAGE: Final = "fr"
_MAIL_ENDINGS: Final = (".eml", ".msg.txt")
_SENDER_DOUBTS: Final = frozenset({"from-doubled", "mail-from-list"})
_INVOICE_FIELDS: Final = (
    "type_code",
    "number",
    "issue_date",
    "due_dates",
    "currency",
    "net",
    "vat",
    "gross",
    "prepaid",
    "payable",
    "preceding",
    "business_process",
    "order_reference",
    "contract_reference",
    "period_start",
    "period_end",
    "payment_terms",
    "syntax",
    "place",
)


def register(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type to itself
    """Add both commands to the subparsers of ``bordereau``."""
    for name, handler, sentence in (
        ("read-invoice", _run_invoices, "read invoices, schedules, zip files and mails"),
        ("read-bank", _run_bank, "read bank statements"),
    ):
        parser = commands.add_parser(name, help=sentence, description=sentence)
        parser.add_argument("paths", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            help="day of receipt (CCYY-MM-DD), today unless given",
        )
        parser.set_defaults(handler=handler, run=handler)


def _run_invoices(arguments: argparse.Namespace) -> int:
    today = arguments.today or _today()
    return read_invoice(arguments.paths, is_json=arguments.json, today=today)


def _run_bank(arguments: argparse.Namespace) -> int:
    return read_bank(arguments.paths, is_json=arguments.json)


def _today() -> dt.date:
    from bordereau.adapters.clock import SystemClock  # noqa: PLC0415 - brings botocore
    from bordereau.ports import civil_date  # noqa: PLC0415

    return civil_date(SystemClock().now())


def read_invoice(paths: Sequence[str], *, is_json: bool, today: dt.date | None = None) -> int:
    """Print what each file says, in the order given; return 0 whatever the files hold."""
    for path in paths:
        for claim in _claims_of(path, Setting(today=today, looks_at_pages=True)):
            line = _invoice_json(path, claim)
            print(json.dumps(line) if is_json else _invoice_line(line))
    return 0


def read_bank(paths: Sequence[str], *, is_json: bool) -> int:
    """Print each statement of each file, in the order given; return 0 whatever the files hold."""
    for path in paths:
        for line in _bank_json(path, _bank_claim(path)):
            print(json.dumps(line) if is_json else _bank_line(line))
    return 0


def _bank_claim(path: str) -> BankFileClaim:
    data, problem = _bytes_of(path)
    try:
        claim = read_bank_bytes(path, data)
    except Exception:  # noqa: BLE001 - a run over many files ends at none of them
        problem = Problem("reader-failed")
        claim = BankFileClaim(path, Verdict.REJECT, hashlib.sha256(data).hexdigest())
    return replace(claim, problems=(problem,)) if problem is not None else claim


def _bytes_of(path: str) -> tuple[bytes, Problem | None]:
    try:
        return Path(path).read_bytes(), None
    except (OSError, ValueError):
        return b"", Problem("file-not-opened", Severity.REFUSE)


def _claims_of(path: str, setting: Setting) -> tuple[InvoiceClaim, ...]:
    data, problem = _bytes_of(path)
    if problem is not None:
        return (unread(path, problem),)
    try:
        if path.lower().endswith(_MAIL_ENDINGS) or is_mail(data):
            return tuple(_mail_claims(path, open_mail_bytes(path, data)))
        return read_document(path, data, setting)
    except Exception:  # noqa: BLE001 - a run over many files ends at none of them
        return (unread(path, Problem("reader-failed")),)


def _mail_claims(path: str, mail: MailClaims) -> Iterator[InvoiceClaim]:
    """Yield the claims of a mail; a sender that is odd in itself makes them a review.

    A file of the disk has no trace of SES, so that nothing more is known of its sender.
    """
    doubt = mail.sender.doubt
    odd = (Problem(doubt, Severity.REVIEW),) if doubt in _SENDER_DOUBTS else ()
    if mail.problems:
        yield unread(path, *mail.problems)
    for part in mail.parts:
        claim = part.claim or unread(part.file, *part.problems)
        problems = (*claim.problems, *odd)
        verdict = unread(path, *problems).verdict
        yield replace(claim, place=part.part, problems=problems, verdict=verdict)


def _problem_json(problem: Problem) -> dict[str, str]:
    sentence = Phrases.load(_LANGUAGE).problem(replace(problem, where=""))
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "text": sentence,
        "where": problem.where,
    }


def _party_json(party: PartyClaim) -> dict[str, Any]:
    return {
        "name": party.name,
        "siren": party.siren,
        "siret": party.siret,
        "vat": party.vat_written or party.vat,
        "ids": list(party.ids),
    }


def _account_json(account: AccountClaim) -> dict[str, str]:
    written = account.written or account.iban
    number = {"iban": written} if written else {"account": account.account}
    return {**number, "bic": account.bic, "holder": account.holder}


def _invoice_json(path: str, claim: InvoiceClaim) -> dict[str, Any]:
    return {
        "file": path,
        "verdict": claim.verdict.value,
        "problems": [_problem_json(problem) for problem in claim.problems],
        **{name: to_plain(getattr(claim, name)) for name in _INVOICE_FIELDS},
        "seller": _party_json(claim.seller),
        "buyer": _party_json(claim.buyer),
        "payee": _party_json(claim.payee),
        "accounts": [_account_json(account) for account in claim.accounts],
        "notes": [{"code": note.code, "text": note.text} for note in claim.notes],
    }


def _invoice_line(line: dict[str, Any]) -> str:
    what = " ".join(
        filter(None, (line["number"], line["issue_date"], line["payable"], line["currency"]))
    )
    parties = " → ".join(filter(None, (line["seller"]["name"], line["buyer"]["name"])))
    place = f" [{line['place']}]" if line["place"] else ""
    first = "  ".join(filter(None, (f"{line['file']}{place}", line["verdict"], what, parties)))
    return "\n".join((first, *(f"    {problem['text']}" for problem in line["problems"])))


def _bank_json(path: str, claim: BankFileClaim) -> Iterator[dict[str, Any]]:
    head = {
        "file": path,
        "verdict": claim.verdict.value,
        "problems": [_problem_json(problem) for problem in claim.problems],
    }
    for statement in claim.statements:
        entries = [_entry_json(entry) for entry in statement.entries]
        yield {**head, "statement": _statement_json(statement), "entries": entries}
    if not claim.statements:
        yield {**head, "statement": None, "entries": []}


def _statement_json(statement: StatementClaim) -> dict[str, Any]:
    return {
        "account": statement.account,
        "iban": statement.iban,
        "currency": statement.currency,
        "reference": statement.reference,
        "kind": statement.kind,
        "opening": statement.opening,
        "closing": statement.closing,
        "balanced": statement.balanced,
    }


def _entry_json(entry: BankEntry) -> dict[str, Any]:
    names = [name for name in BankEntry.__slots__ if name not in {"details", "value_written"}]
    line = {name: getattr(entry, name) for name in names}
    line["value_on"] = entry.value_written or entry.value_on
    line["details"] = [
        {name: getattr(detail, name) for name in type(detail).__slots__} for detail in entry.details
    ]
    return line


def _bank_line(line: dict[str, Any]) -> str:
    found = line["statement"]
    what = f"{found['account']} {found['opening']} → {found['closing']}" if found else ""
    count = f"{len(line['entries'])} lignes" if found else ""
    first = "  ".join(filter(None, (line["file"], line["verdict"], what, count)))
    return "\n".join((first, *(f"    {problem['text']}" for problem in line["problems"])))
