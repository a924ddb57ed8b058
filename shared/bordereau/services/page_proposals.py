"""What is proposed to staff for a document that is only text (PDF without data).

The register is searched for what stands in the text: debtors by number, then by name in the whole
register, then by name among those that the seller invoices. A schedule of the same mail gives the
fields of its line. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from bordereau.domain.claims import InvoiceClaim, MailClaims
from bordereau.domain.eligibility import fields_of
from bordereau.domain.identifiers import PartyId, contract_id
from bordereau.domain.invoices import Invoice
from bordereau.domain.parties import Alias
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.tables import Index
from bordereau.domain.text_proposals import (
    KnownParty,
    Proposal,
    ScheduleLine,
    Why,
    aliases_in,
    propose,
)
from bordereau.ports import Ledger
from bordereau.services import register

_ALIASES_MAX: Final = 20
_INVOICES_MAX: Final = 300
_DEBTORS_MAX: Final = 100
_LINES_MAX: Final = 500
_CURRENCY: Final = "EUR"
_TOLD: Final = {
    ("debtor", Why.IDENTIFIER): "proposed-debtor-by-number",
    ("debtor", Why.NAME): "proposed-debtor-by-name",
    ("amount", Why.SUM_AND_LABEL): "proposed-amount-by-sum-and-label",
    ("amount", Why.LABEL): "proposed-amount-by-label",
    ("amount", Why.SUM): "proposed-amount-by-sum",
    ("number", Why.LABEL): "proposed-by-label",
    ("issued_on", Why.LABEL): "proposed-by-label",
    ("due_on", Why.LABEL): "proposed-by-label",
    ("due_on", Why.TERM): "proposed-due-by-term",
}


def page_proposals(
    ledger: Ledger, mail: MailClaims, claim: InvoiceClaim, seller: PartyId | None
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return proposed fields (as of ``ToComplete``) and what staff read of why; empty without text.

    Only for staff: a seller is told that the document waits, not what we guess.
    """
    if claim.syntax != "PDF" or not claim.text.strip():
        return {}, ()
    lines = tuple(islice(_schedule_lines(mail), _LINES_MAX))
    parties = tuple(_by_number(ledger, claim.text))
    found = propose(claim.text, parties=parties, lines=lines, seller=seller)
    for named in (_by_name, _invoiced):
        if "debtor" not in found:
            parties = tuple(named(ledger, claim.text, seller))
            said = propose(claim.text, parties=parties, seller=seller)
            found |= {name: one for name, one in said.items() if name == "debtor"}
    return {name: one.value for name, one in found.items()}, tuple(_told(found))


def _schedule_lines(mail: MailClaims) -> Iterator[ScheduleLine]:
    for part in mail.parts:
        if part.claim is not None and part.claim.syntax == "SCHEDULE":
            yield ScheduleLine(part.part, fields_of(part.claim, {}))


def _by_number(ledger: Ledger, text: str) -> Iterator[KnownParty]:
    """Yield the debtors of the register whose numbers stand in the text."""
    for alias in aliases_in(text)[:_ALIASES_MAX]:
        found = ledger.get(Alias, role=register.DEBTOR, alias=alias)
        yield from _known(ledger, [found.party] if found else [], alias)


def _by_name(ledger: Ledger, text: str, _seller: PartyId | None) -> Iterator[KnownParty]:
    """Yield the debtors of the register whose names may stand in the text."""
    named = register.parties_named(ledger, register.DEBTOR, text)
    yield from _known(ledger, islice(named, _ALIASES_MAX))


def _invoiced(ledger: Ledger, _text: str, seller: PartyId | None) -> Iterator[KnownParty]:
    """Yield the debtors of the seller's invoices in the books, the open ones first."""
    if seller is None:
        return
    partition = f"K#{contract_id(seller, _CURRENCY)}"
    found: dict[PartyId, None] = {}
    for prefix in ("O#", "C#"):
        listed = ledger.find(Invoice, Index.BY_CONTRACT, partition, prefix=prefix)
        found |= dict.fromkeys(invoice.debtor for invoice in islice(listed, _INVOICES_MAX))
    yield from _known(ledger, islice(found, _DEBTORS_MAX))


def _known(ledger: Ledger, parties: Iterable[PartyId], *aliases: str) -> Iterator[KnownParty]:
    for party in parties:
        debtor = register.debtor_of(ledger, party)
        assert debtor is not None, "debtors are never deleted"
        own = register.aliases_of_party(debtor)
        yield KnownParty(debtor.party, debtor.name, (*own, *aliases))


def _told(found: dict[str, Proposal]) -> Iterator[Problem]:
    """Yield each reason once, a whole line of a schedule before the rest."""
    if any(one.why is Why.SCHEDULE for one in found.values()):
        yield Problem("proposed-from-schedule", Severity.REVIEW)
    codes = [_TOLD.get((name, one.why), "") for name, one in found.items()]
    for code in dict.fromkeys(filter(None, codes)):
        yield Problem(code, Severity.REVIEW)
