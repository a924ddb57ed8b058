"""A bank file: prove it, book receipts (E4) and what the bank says of our pay-outs (E3b, E3c).

Nothing is booked silently and nothing is dropped: an entry is a receipt, a pay-out of ours, or an
alert that says that it is not booked. What was booked is found again by the entry's identity, so
that the same file, or another one that overlaps it, books nothing twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bordereau.domain import bank_entries, chart
from bordereau.domain.bank_entries import Named, Part, PayOutKey
from bordereau.domain.books import BankHead, PayOut, PayOutState, Position, Receipt
from bordereau.domain.claims import BankFileClaim, StatementClaim, Verdict
from bordereau.domain.identifiers import AccountId
from bordereau.domain.money import neutral_money, parse_amount
from bordereau.domain.problems import Problem, SourceUnavailableError
from bordereau.domain.sepa import StatusReport
from bordereau.domain.work import Alert, BankFile
from bordereau.ports import Ledger, Objects, Queue, StatementReader
from bordereau.services.alerts import Severity, raise_alert
from bordereau.services.book_receipt import book_receipt
from bordereau.services.book_rejections import book_rejections
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, already, done, refused
from bordereau.services.payouts import confirm_payout, return_payout
from bordereau.services.register import setting

BANK = "bank/"
BY_MAIL = "claims/bank/"
OWN_ACCOUNTS = ("account.1", "account.2")
"""The settings that name our own accounts, besides the accounts of contracts."""

TEXT_KEPT = 1_000
TEXT_SHOWN = 140
UNDER_WAY = (PayOutState.ORDERED, PayOutState.SEALED, PayOutState.SENT)


@dataclass(slots=True)
class _File:
    """One file under way: where everything goes, and what was counted.

    ``counts`` are what the file holds, however often it comes; ``new`` is what was booked now.
    """

    ledger: Ledger
    queue: Queue
    name: str
    today: dt.date
    account: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    new: int = 0

    def alert(self, code: str, *, stage: str, severity: Severity, facts: Mapping[str, str]) -> None:
        """Store an alert of this file; the same file again stores nothing."""
        self.counts["alerts"] += 1
        told = {"file": self.name, **facts}
        object_ = f"bank:{self.name}"
        raise_alert(self.ledger, Alert(object_, stage, self.today, severity, code, told))


def apply_bank_statement(
    ledger: Ledger,
    objects: Objects,
    reader: StatementReader,
    queue: Queue,
    *,
    key: str,
    today: dt.date,
) -> Outcome:
    """Book what a bank file says; ``key`` is its object under ``bank/``.

    Amounts of the outcome are counts: ``receipts``, ``confirmed``, ``returned``, ``alerts`` of the
    file, and ``new`` entries booked now. Refused with an alert and nothing booked: a file that is
    no statement or does not prove itself (``refused``), one that came by mail (``by_mail``: that
    door opens with its list of senders). The same bytes again answer ``file-known``. Raises
    ``SourceUnavailableError`` when the object is not there.
    """
    if key.startswith(BY_MAIL):
        return _by_mail(_File(ledger, queue, key.removeprefix(BY_MAIL), today))
    data = objects.get(key)
    if data is None:
        raise SourceUnavailableError(f"{key} is not there (yet)")
    file = _File(ledger, queue, key.removeprefix(BANK), today)
    claim = reader.read_bank(file.name, data)
    if ledger.get(BankFile, file=file.name, sha256=claim.sha256) is not None:
        return already("file-known", file.name)
    outcome = _apply(file, claim)
    _finish(file, claim)
    return outcome


def _by_mail(file: _File) -> Outcome:
    file.alert("bank-file-by-mail", stage="by-mail", severity=Severity.NORMAL, facts={})
    return refused("by_mail", file.name)


def _apply(file: _File, claim: BankFileClaim) -> Outcome:
    if claim.verdict is Verdict.IGNORE:
        return already("books-nothing", file.name)
    if claim.verdict is Verdict.REJECT:
        problem = claim.problems[0] if claim.problems else Problem("bank-not-read")
        file.alert(problem.code, stage="refused", severity=Severity.HIGH, facts=problem.facts)
        return dataclasses.replace(refused("refused", file.name), problems=claim.problems)
    if claim.report is not None:
        _refusals(file, claim.report)
    for number, statement in enumerate(claim.statements, start=1):
        head = own_account(file.ledger, statement)
        if head is None:
            facts = {"account": statement.account, "currency": statement.currency}
            file.alert(
                "bank-account-not-ours",
                stage=f"account-{number}",
                severity=Severity.HIGH,
                facts=facts,
            )
        else:
            _statement(file, statement, head)
    return done(file.name, amounts={**file.counts, "new": file.new})


def _refusals(file: _File, report: StatusReport) -> None:
    """Give back what the bank refused; what cannot be given back is told."""
    for number, outcome in enumerate(book_rejections(file.ledger, report, today=file.today), 1):
        if outcome.is_refused:
            facts = {"number": " ".join(outcome.ids), "message": report.message_id}
            stage, code = f"order-{number}", "bank-refusal-not-booked"
            file.alert(code, stage=stage, severity=Severity.HIGH, facts=facts)
        else:
            file.counts["returned"] += 1
            file.new += bool(outcome.amounts)


def _finish(file: _File, claim: BankFileClaim) -> None:
    def decide(draft: Draft) -> None:
        if draft.read(BankFile, file=file.name, sha256=claim.sha256) is None:
            counts = dict(sorted(file.counts.items()))
            draft.write(
                BankFile(
                    *(file.name, claim.sha256, file.today, claim.verdict), counts, claim.problems
                )
            )

    attempt(file.ledger, "finish-bank-file", decide)


def own_account(ledger: Ledger, statement: StatementClaim) -> BankHead | None:
    """Return the head of our account that a statement is of, or ``None`` when it is not ours.

    Ours are the accounts of contracts and those of the settings ``account.N.iban``.
    """
    account = AccountId(statement.account)
    head = ledger.get(BankHead, account=account)
    if head is None:
        listed = {setting(ledger, f"{name}.iban").replace(" ", "") for name in OWN_ACCOUNTS}
        if account not in listed - {""}:
            return None
        head = BankHead(account, statement.currency or "EUR")
    return head if statement.currency in ("", head.currency) else None


def _statement(file: _File, statement: StatementClaim, head: BankHead) -> None:
    """Book one statement: debits first, because a return follows its own debit."""
    listed = bank_entries.named(statement.entries)
    file.account = head.account
    _remember_opening(file, statement, head)
    for entry in sorted(listed, key=lambda found: found.cents > 0):
        _entry(file, head, entry)
    _prove(file, statement, head.account, listed)


def _entry(file: _File, head: BankHead, entry: Named) -> None:
    parts = entry.parts
    payouts = [_payout_of(file.ledger, part) for part in parts]
    if not any(payouts):
        _foreign(file, head, entry)
        return
    for number, (part, payout) in enumerate(zip(parts, payouts, strict=True), start=1):
        if payout is None:
            code = "bank-debit-unknown" if part.cents < 0 else "bank-credit-mixed"
            _not_booked(file, code, entry, part.cents, f"-{number}")
        elif reason := _mismatch(file.ledger, payout, part, head.account):
            _not_booked(file, reason, entry, part.cents, f"-{number}")
        else:
            _settle(file, entry, part, payout)


def _payout_of(ledger: Ledger, part: Part) -> PayOut | None:
    key = bank_entries.own_payout(part)
    if key is None:
        return None
    contract, ordered_on, ordinal = key
    return ledger.get(PayOut, contract=contract, ordered_on=ordered_on, ordinal=ordinal)


def _mismatch(ledger: Ledger, payout: PayOut, part: Part, account: AccountId) -> str:
    """Return why a transfer that names our pay-out cannot be it, or nothing."""
    position = ledger.get(Position, contract=payout.contract)
    if position is None or position.account != account:
        return "bank-payout-other-account"
    return "" if abs(part.cents) == payout.amount_cents else "bank-payout-other-amount"


def _settle(file: _File, entry: Named, part: Part, payout: PayOut) -> None:
    key: PayOutKey = (payout.contract, payout.ordered_on, payout.ordinal)
    if part.cents < 0:
        _debited(file, entry, part, key, payout.state)
        return
    if payout.state in UNDER_WAY:  # it left before it came back, in a file that we did not get
        confirm_payout(file.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    returned = return_payout(file.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    file.counts["returned"] += 1
    file.new += bool(returned.amounts)
    _tell_return(file, entry, payout)


def _tell_return(file: _File, entry: Named, payout: PayOut) -> None:
    facts = {
        "number": payout.end_to_end_id,
        "debtor": payout.beneficiary,
        "amount": neutral_money(payout.amount_cents, payout.currency),
        "day": entry.booked_on.isoformat(),
        "reason": entry.entry.return_reason,
    }
    object_ = f"payout:{payout.end_to_end_id}"
    code = "payout-returned"
    alert = Alert(object_, code, file.today, Severity.HIGH, code, facts, payout.contract)
    raise_alert(file.ledger, alert)


def _debited(file: _File, entry: Named, part: Part, key: PayOutKey, state: PayOutState) -> None:
    if state is PayOutState.RETURNED:
        file.counts["confirmed"] += 1
        return
    confirmed = confirm_payout(file.ledger, key, today=entry.booked_on, valued_on=entry.value_on)
    if confirmed.is_refused:
        _not_booked(file, "bank-payout-refused-before", entry, part.cents)
        return
    file.counts["confirmed"] += 1
    file.new += bool(confirmed.amounts)


def _foreign(file: _File, head: BankHead, entry: Named) -> None:
    """Book money of others; a debit, or a return that is not ours, is not booked but told."""
    if entry.cents > 0 and not entry.entry.is_return:
        _receipt(file, head, entry)
        return
    code = "bank-debit-unknown" if entry.cents < 0 else "bank-return-unknown"
    _not_booked(file, code, entry, entry.cents)


def _not_booked(file: _File, code: str, entry: Named, cents: int, place: str = "") -> None:
    """Tell staff of an entry that stands in no journal; the same entry in another file is known."""
    facts = {
        "amount": neutral_money(cents, entry.entry.currency or "EUR"),
        "day": entry.booked_on.isoformat(),
        "counterparty": entry.entry.counterparty,
        "text": entry.text[:TEXT_SHOWN],
        "reference": entry.ref,
        "file": file.name,
    }
    object_ = f"entry:{file.account}#{entry.booked_on}#{entry.ref}{place}"
    file.counts["alerts"] += 1
    alert = Alert(object_, "not-booked", file.today, Severity.NORMAL, code, facts)
    raise_alert(file.ledger, alert)


def _receipt(file: _File, head: BankHead, entry: Named) -> None:
    receipt = Receipt(
        account=head.account,
        booked_on=entry.booked_on,
        ref=entry.ref,
        amount_cents=entry.cents,
        left_cents=entry.cents,
        currency=head.currency,
        value_on=entry.value_on,
        payer=entry.entry.counterparty,
        payer_iban=entry.entry.account.replace(" ", ""),
        text=entry.text[:TEXT_KEPT],
        end_to_end_id=entry.entry.end_to_end_id,
    )
    receipt = _told_apart(file.ledger, receipt, entry)
    known = _stored(file.ledger, receipt)
    file.counts["receipts"] += 1
    if known is None:
        book_receipt(file.ledger, receipt, today=receipt.booked_on)
        file.new += 1
    if known is None or known.left_cents:
        message = {
            "account": receipt.account,
            "booked_on": receipt.booked_on.isoformat(),
            "ref": receipt.ref,
        }
        file.queue.send("allocate_receipts", message, group=receipt.account)


def _stored(ledger: Ledger, receipt: Receipt) -> Receipt | None:
    key = {"account": receipt.account, "booked_on": receipt.booked_on, "ref": receipt.ref}
    return ledger.get(Receipt, **key)


def _told_apart(ledger: Ledger, receipt: Receipt, entry: Named) -> Receipt:
    """Give a receipt a reference of its own where the bank used one twice for other money."""
    known = _stored(ledger, receipt)
    facts = (receipt.amount_cents, receipt.payer_iban)
    if known is None or (known.amount_cents, known.payer_iban) == facts:
        return receipt
    return dataclasses.replace(
        receipt, ref=f"{receipt.ref}-{bank_entries.content_hash(entry.entry)}"
    )


def _remember_opening(file: _File, statement: StatementClaim, head: BankHead) -> None:
    """Keep what lay on the account before the first statement: it is in no journal of ours."""
    opening = parse_amount(statement.opening) or 0

    def decide(draft: Draft) -> None:
        now = draft.read(BankHead, account=head.account) or head
        if now.opening_cents is None:
            before = opening - chart.signed(chart.BANK, now.balances.get(chart.BANK, 0))
            draft.write(dataclasses.replace(now, opening_cents=before))

    attempt(file.ledger, "prove-statement", decide)


def _prove(
    file: _File, statement: StatementClaim, account: AccountId, listed: tuple[Named, ...]
) -> None:
    """Compare what the bank says with the opening that we never booked and our journal.

    An alert stands while they differ (an entry that is not booked makes a difference too); it
    closes with the first statement that agrees. A statement older than the last one proves nothing.
    """
    last_day = max((entry.booked_on for entry in listed), default=None)
    opening = parse_amount(statement.opening) or 0
    closing = opening + sum(entry.cents for entry in listed)

    def decide(draft: Draft) -> bool:
        head = draft.take(BankHead, account=account)
        if last_day is None or (head.through_on is not None and last_day < head.through_on):
            return False
        books = chart.signed(chart.BANK, head.balances.get(chart.BANK, 0))
        books += head.opening_cents or 0
        draft.write(dataclasses.replace(head, through_on=last_day))
        _tell_difference(draft, file, statement, books, closing)
        return books != closing

    file.counts["alerts"] += attempt(file.ledger, "prove-statement", decide)


def _tell_difference(
    draft: Draft, file: _File, statement: StatementClaim, books: int, closing: int
) -> None:
    object_, stage = f"account:{statement.account}", "balance"
    old = draft.read(Alert, object=object_, stage=stage)
    is_open = old is not None and old.closed_on is None
    if books == closing:
        if old is not None and is_open:
            draft.write(dataclasses.replace(old, closed_on=file.today))
        return
    currency = statement.currency or "EUR"
    facts = {
        "account": statement.account,
        "statement": statement.reference,
        "amount": neutral_money(closing, currency),
        "amount_books": neutral_money(books, currency),
        "amount_difference": neutral_money(closing - books, currency),
    }
    since = old.since_on if old is not None and is_open else file.today
    code = "bank-balance-differs"
    alert = Alert(object_, stage, since, Severity.HIGH, code, facts)
    draft.write(dataclasses.replace(alert, v=old.v if old else 0))
