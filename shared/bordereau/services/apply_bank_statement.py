"""A bank file: prove it, book receipts (E4), charges (E29), our pay-outs (E3b, E3c); tell the rest.

Nothing is booked silently and nothing is dropped: an entry is a receipt, a pay-out of ours, a
charge of the bank, or an alert that says that it is not booked. What was booked is found again by
the entry's identity, so that the same file, or another that overlaps it, books nothing twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from bordereau.domain import bank_entries
from bordereau.domain.books import BankHead
from bordereau.domain.claims import BankFileClaim, StatementClaim, Verdict
from bordereau.domain.identifiers import AccountId
from bordereau.domain.problems import Problem, SourceUnavailableError
from bordereau.domain.sepa import StatusReport
from bordereau.domain.work import BankFile
from bordereau.ports import Ledger, Objects, Queue, StatementReader
from bordereau.services.alerts import Severity
from bordereau.services.bank_late import tell_late
from bordereau.services.bank_mail import BY_MAIL, is_listed, read_bank_mail
from bordereau.services.bank_notices import take_notification, with_details
from bordereau.services.bank_run import BankRun
from bordereau.services.book_bank_entry import book_entry
from bordereau.services.book_rejections import book_rejections
from bordereau.services.debtor_figures import OWN_ACCOUNTS
from bordereau.services.draft import Draft, attempt
from bordereau.services.mail_release import released
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.prove_account import prove, remember_opening
from bordereau.services.register import setting

BANK = "bank/"
NOTIFICATION = "camt.054"
WHOLE_MAIL = "mail"
"""Stands for the hash in the row of a mail itself: a table's key is never empty."""


def apply_bank_statement(
    ledger: Ledger,
    objects: Objects,
    reader: StatementReader,
    queue: Queue,
    *,
    key: str,
    today: dt.date,
) -> Outcome:
    """Book what a bank file says; ``key`` is its object under ``bank/``, or a mail's claims.

    Amounts of the outcome are counts: ``receipts``, ``confirmed``, ``returned``, ``charges``,
    ``taken_back`` (receipts reversed), ``details`` (of a camt.054, which books nothing), ``alerts``
    of the file, and ``new`` entries booked now. Refused with an alert and nothing booked: a file
    that is no statement or does not prove itself (``refused``), a mail whose sender is not listed
    or not proven (``not_listed``).
    The same bytes again answer ``file-known``. Raises ``SourceUnavailableError`` when the object
    is not there.
    """
    if key.startswith(BY_MAIL):
        return _apply_mail(ledger, objects, queue, key=key, today=today)
    data = objects.get(key)
    if data is None:
        raise SourceUnavailableError(f"{key} is not there (yet)")
    run = BankRun(ledger, queue, key.removeprefix(BANK), today)
    return _apply_file(run, reader.read_bank(run.name, data))


def _apply_mail(
    ledger: Ledger, objects: Objects, queue: Queue, *, key: str, today: dt.date
) -> Outcome:
    """Apply the files of a mail to the bank address.

    Its sender is proven and listed, or a person released it.
    """
    mail = read_bank_mail(objects, key)
    run = BankRun(ledger, queue, mail.mail_id, today)
    told = {"sender": mail.sender.address, "subject": mail.sender.subject}
    if not is_listed(ledger, mail.sender) and released(ledger, mail.mail_id) is None:
        doubt = {"reason": mail.sender.doubt} if mail.sender.doubt else {}
        facts = told | doubt
        run.alert("bank-mail-not-listed", stage="by-mail", severity=Severity.HIGH, facts=facts)
        _finish(run, BankFileClaim(mail.mail_id, Verdict.REJECT, WHOLE_MAIL))
        return refused("not_listed", mail.mail_id)
    if not mail.files:
        run.alert("bank-mail-without-file", stage="by-mail", severity=Severity.NORMAL, facts=told)
    names = [f"{mail.mail_id}/{number}" for number in range(1, len(mail.files) + 1)]
    outcomes = [
        _apply_file(BankRun(ledger, queue, name, today), claim)
        for name, claim in zip(names, mail.files, strict=True)
    ]
    _finish(run, BankFileClaim(mail.mail_id, Verdict.ACCEPT, WHOLE_MAIL, mail.problems))
    return done(mail.mail_id, amounts=_summed(outcomes))


def _summed(outcomes: Sequence[Outcome]) -> dict[str, int]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.amounts)
    return {name: sum(one.amounts.get(name, 0) for one in outcomes) for name in names}


def _apply_file(run: BankRun, claim: BankFileClaim) -> Outcome:
    if run.ledger.get(BankFile, file=run.name, sha256=claim.sha256) is not None:
        return already("file-known", run.name)
    outcome = _apply(run, claim)
    _finish(run, claim)
    return outcome


def _apply(run: BankRun, claim: BankFileClaim) -> Outcome:
    if claim.verdict is Verdict.IGNORE:
        return already("books-nothing", run.name)
    if claim.verdict is Verdict.REJECT:
        problem = claim.problems[0] if claim.problems else Problem("bank-not-read")
        run.alert(problem.code, stage="refused", severity=Severity.HIGH, facts=problem.facts)
        return dataclasses.replace(refused("refused", run.name), problems=claim.problems)
    if claim.report is not None:
        _refusals(run, claim.report)
    for number, statement in enumerate(claim.statements, start=1):
        head = own_account(run.ledger, statement)
        if head is None or statement.currency not in ("", head.currency):
            _tell_account(run, statement, head, number)
        else:
            _statement(run, statement, head)
    return done(run.name, amounts={**run.counts, "new": run.new})


def _refusals(run: BankRun, report: StatusReport) -> None:
    """Give back what the bank refused; what cannot be given back is told."""
    for number, outcome in enumerate(book_rejections(run.ledger, report, today=run.today), 1):
        if outcome.is_refused:
            facts = {"number": " ".join(outcome.ids), "message": report.message_id}
            stage, code = f"order-{number}", "bank-refusal-not-booked"
            run.alert(code, stage=stage, severity=Severity.HIGH, facts=facts)
        else:
            run.counts["returned"] += 1
            run.new += bool(outcome.amounts)


def _tell_account(
    run: BankRun, statement: StatementClaim, head: BankHead | None, number: int
) -> None:
    """Say that a statement is of an account that is not ours, or ours in another currency."""
    facts = {"account": statement.account, "currency": statement.currency}
    code = "bank-account-not-ours"
    if head is not None:
        code, facts["expected"] = "bank-currency-differs", head.currency
    run.alert(code, stage=f"account-{number}", severity=Severity.HIGH, facts=facts)


def _finish(run: BankRun, claim: BankFileClaim) -> None:
    def decide(draft: Draft) -> None:
        if draft.read(BankFile, file=run.name, sha256=claim.sha256) is None:
            counts = dict(sorted(run.counts.items()))
            facts = (run.name, claim.sha256, run.today, claim.verdict)
            draft.write(BankFile(*facts, counts, claim.problems))

    attempt(run.ledger, "finish-bank-file", decide)


def own_account(ledger: Ledger, statement: StatementClaim) -> BankHead | None:
    """Return the head of our account that a statement is of, or ``None`` when it is not ours.

    Ours are the accounts of contracts and those of the settings ``account.N.iban``. A CFONB file
    names an account by bank, branch and number: its IBAN follows from them.
    """
    account = AccountId((statement.iban or statement.account).replace(" ", ""))
    head = ledger.get(BankHead, account=account)
    if head is not None:
        return head
    listed = {setting(ledger, f"{name}.iban").replace(" ", "") for name in OWN_ACCOUNTS}
    return BankHead(account, statement.currency or "EUR") if account in listed - {""} else None


def _turn(found: bank_entries.Named) -> int:
    if found.cents > 0:
        return 1
    return 2 if found.entry.is_return else 0


def _statement(run: BankRun, statement: StatementClaim, head: BankHead) -> None:
    """Book one statement: debits first, because a return follows its own debit.

    Last comes what takes a credit back, which may stand in the same statement.
    """
    run.account = head.account
    if statement.kind == NOTIFICATION:
        take_notification(run, statement, head)
        return
    listed = bank_entries.named(statement.entries)
    remember_opening(run, statement, head)
    tell_late(run, head.account, listed)
    for entry in sorted((with_details(run, one) for one in listed), key=_turn):
        book_entry(run, head, entry)
    prove(run, statement, head.account, listed)
