"""A credit that the bank takes back: the receipt is reversed where it is certain, else told.

Certain is one receipt of the account with the same amount, found by the bank's reference, by the
end-to-end id, else by payer's account or words, and of which nothing was applied (ADR 16).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from bordereau.domain.bank_entries import NO_REFERENCES, Named, clean
from bordereau.domain.books import Allocation, BankHead, Receipt
from bordereau.domain.identifiers import AccountId
from bordereau.domain.work import Alert
from bordereau.ports import Ledger
from bordereau.services.alerts import Severity, raise_alert
from bordereau.services.apply_receipt import ReceiptKey
from bordereau.services.bank_run import BankRun
from bordereau.services.reverse_entry import reverse_receipt, reversed_because
from bordereau.services.take_receipt import standing_allocations

DAYS_BACK: Final = 30
_SHOWN_MAX: Final = 5
_WORDS_MIN: Final = 8


def take_back(run: BankRun, head: BankHead, entry: Named) -> None:
    """Reverse the receipt that a debit takes back, or say why a person must look.

    The same entry again, in whatever file, finds the reversal that names it and writes nothing.
    """
    found = tuple(_meant(run.ledger, head.account, entry))
    if len(found) != 1:
        run.not_booked("bank-receipt-reversed", entry, entry.cents, severity=Severity.HIGH)
        return
    receipt = found[0]
    key = ReceiptKey(receipt.account, receipt.booked_on, receipt.ref)
    because = identity_of(entry)
    outcome = reverse_receipt(run.ledger, key, today=entry.booked_on, because=because)
    if outcome.is_refused:
        _tell_applied(run, entry, receipt)
        return
    if not outcome.amounts and not reversed_because(run.ledger, key, because):
        run.not_booked("bank-receipt-reversed", entry, entry.cents, severity=Severity.HIGH)
        return
    run.counts["taken_back"] += 1
    run.new += bool(outcome.amounts)
    _tell_reversed(run, entry, receipt)


def identity_of(entry: Named) -> str:
    """Return what names a bank's entry among the documents of ours: its day and reference."""
    return f"{entry.booked_on}#{entry.ref}"


def _meant(ledger: Ledger, account: AccountId, entry: Named) -> Iterator[Receipt]:
    """Yield the receipts that the bank can mean: by its references, else by payer or words."""
    listed = [
        receipt
        for receipt in _receipts(ledger, account, entry.booked_on)
        if receipt.amount_cents == -entry.cents
    ]
    references = set(_references(entry)) - NO_REFERENCES
    named = [one for one in listed if {one.ref, one.end_to_end_id} & references]
    yield from named or [one for one in listed if _is_alike(one, entry)]


def _receipts(ledger: Ledger, account: AccountId, day: dt.date) -> Iterator[Receipt]:
    for back in range(DAYS_BACK + 1):
        booked_on = day - dt.timedelta(days=back)
        yield from ledger.list(Receipt, account=account, booked_on=booked_on)


def _references(entry: Named) -> Iterator[str]:
    told = entry.entry
    for reference in (told.reference, told.entry_reference, told.end_to_end_id):
        yield clean(reference)
    for detail in told.details:
        yield from (clean(detail.reference), detail.end_to_end_id)


def _is_alike(receipt: Receipt, entry: Named) -> bool:
    payer = entry.entry.account.replace(" ", "")
    if payer and receipt.payer_iban:
        return payer == receipt.payer_iban
    words = " ".join(entry.text.split()).casefold()
    return len(words) >= _WORDS_MIN and words == " ".join(receipt.text.split()).casefold()


def _tell_applied(run: BankRun, entry: Named, receipt: Receipt) -> None:
    """Say which receipt it is and what it paid: a person takes that back first."""
    more = {"receipt": receipt.ref, "day_receipt": receipt.booked_on.isoformat()}
    paid = _paid(standing_allocations(run.ledger, receipt))
    run.not_booked(
        "bank-receipt-applied",
        entry,
        entry.cents,
        severity=Severity.HIGH,
        more={**more, "invoices": ", ".join(paid) or "-"},
    )


def _paid(allocations: Iterable[Allocation]) -> list[str]:
    numbers = (one.invoice.partition("#")[2] for one in allocations if one.invoice)
    return list(islice(dict.fromkeys(numbers), _SHOWN_MAX))


def _tell_reversed(run: BankRun, entry: Named, receipt: Receipt) -> None:
    facts = {
        **run.facts_of(entry, entry.cents),
        "receipt": receipt.ref,
        "day_receipt": receipt.booked_on.isoformat(),
    }
    code = "bank-receipt-taken-back"
    alert = Alert(run.entry_object(entry), code, run.today, Severity.NORMAL, code, facts)
    raise_alert(run.ledger, alert)
