"""Register what a mail claims: identity, eligibility, assignment, credit notes, corrections.

Every part gets exactly one outcome. The order is money first, outcome after: a crash between the
two is healed by the repetition, which finds the invoice with this part as its source. A mail is
answered once, in the commit that stores its last outcome.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bordereau.domain.claims import MailClaims
from bordereau.domain.eligibility import CORRECTION, CREDIT_NOTES
from bordereau.domain.identifiers import BatchId
from bordereau.domain.problems import InvariantError
from bordereau.domain.shape import DOCUMENTS_MAX
from bordereau.domain.tables import Index
from bordereau.domain.work import MailHead, PartOutcome, ToComplete
from bordereau.ports import Ledger, Objects, Queue
from bordereau.services import register
from bordereau.services.book_parts import book, in_order
from bordereau.services.draft import Draft, attempt
from bordereau.services.examine_part import examine, look_ahead
from bordereau.services.glance import Glance
from bordereau.services.lookalikes import note_invoices
from bordereau.services.mail_cases import Case, Desk, Ready, Ruling
from bordereau.services.mail_outcomes import close_alert, store
from bordereau.services.stored_claims import claims_key, parts_of, read_claims

_CORRECTION_RANK: Final = 2


def register_claims(
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    *,
    key: str,
    today: dt.date,
    now: dt.datetime,
) -> Counter[str]:
    """Register the claims object ``key``; return how many parts had which outcome.

    A second call finds every part ruled on and writes nothing. An object that is gone, or is not
    what ``open_mail`` writes, is a broken system: it raises, and the message is parked.
    """
    desk = Desk(ledger, objects, queue, today, now, Glance(ledger))
    mail = read_claims(objects, key)
    _receive(desk, mail, key)
    done = {one.part for one in ledger.list(PartOutcome, first="P#", mail=mail.mail_id)}
    cases = [Case(mail, part) for part in parts_of(mail) if part.part not in done]
    return _rule(desk, cases, BatchId(mail.mail_id))


def retry_held(
    ledger: Ledger,
    objects: Objects,
    queue: Queue,
    *,
    lacks: str,
    today: dt.date,
    now: dt.datetime,
) -> Counter[str]:
    """Try again what waited for ``lacks``, in one batch of this trigger and day.

    ``lacks`` is a key of ``PartOutcome.lacks``. A second call finds only what still waits for the
    same, and writes nothing.
    """
    desk = Desk(ledger, objects, queue, today, now, Glance(ledger))
    found = list(ledger.find(PartOutcome, Index.PENDING, f"lacks#{lacks}"))
    counts = _rule(desk, list(_held_cases(desk, found, lacks)), BatchId(f"wake#{lacks}#{today}"))
    close_alert(desk, lacks, found)
    return counts


def _receive(desk: Desk, mail: MailClaims, key: str) -> None:
    evidence = mail.sender

    def decide(draft: Draft) -> None:
        if draft.read(MailHead, mail=mail.mail_id) is not None:
            return
        senders = []
        if evidence.is_proven:
            senders = register.sellers_of_sender(desk.known, evidence.address, desk.today)
        draft.write(
            MailHead(
                mail=mail.mail_id,
                received_at=mail.received_at,
                total=len(parts_of(mail)),
                sender=evidence.address,
                seller=senders[0].seller if len(senders) == 1 else None,
                may_be_answered=evidence.is_proven and evidence.may_be_answered,
                message_id=evidence.message_id,
                subject=evidence.subject,
                claims_key=key,
            )
        )

    attempt(desk.ledger, "receive-mail", decide)


def _held_cases(desk: Desk, found: Sequence[PartOutcome], lacks: str) -> Iterator[Case]:
    """Yield what really waits still; the index may show what was ruled on meanwhile."""
    mails: dict[str, MailClaims] = {}
    for listed in found:
        part, row = desk.ledger.get_many(
            (PartOutcome, {"mail": listed.mail, "part": listed.part}),
            (ToComplete, {"ref": f"{listed.mail}#{listed.part}"}),
        )
        if part is None or part.lacks != lacks:
            continue
        if part.mail not in mails:
            mails[part.mail] = read_claims(desk.objects, claims_key(part.mail))
        mail = mails[part.mail]
        claim = next((one for one in parts_of(mail) if one.part == part.part), None)
        if claim is None:
            raise InvariantError(f"{part.mail} has no part {part.part}")
        case = Case(mail, claim, part, row)
        if case.confirmed or not lacks.startswith("fields:"):
            yield case


def _rule(desk: Desk, cases: Sequence[Case], batch: BatchId) -> Counter[str]:
    """Rule on cases, a lot at a time in the order of a batch, and store each lot at once.

    So a long schedule keeps what it has done when the time is up, and what an invoice became is
    stored before a credit note or a correction changes it.
    """
    counts: Counter[str] = Counter()
    for lot in _lots([case for _, case in sorted(enumerate(cases), key=_place)]):
        rulings = _rule_lot(desk, lot, batch)
        counts.update(str(ruling.outcome.outcome) for ruling in rulings)
    return counts


def _lots(ordered: Sequence[Case]) -> Iterator[list[Case]]:
    """Cut ordered cases: sixteen invoices, sixteen credit notes, one correction in a lot."""
    lot: list[Case] = []
    for case in ordered:
        most = 1 if _rank(case) == _CORRECTION_RANK else DOCUMENTS_MAX
        if lot and (len(lot) == most or _rank(lot[0]) != _rank(case)):
            yield lot
            lot = []
        lot.append(case)
    if lot:
        yield lot


def _place(indexed: tuple[int, Case]) -> tuple[int, str, str, int]:
    index, case = indexed
    return _rank(case), case.fields["issued_on"], case.fields["number"], index


def _rank(case: Case) -> int:
    """Return the turn of a case: invoices, then credit notes, then corrections."""
    type_code = case.fields["type_code"]
    if type_code == CORRECTION:
        return _CORRECTION_RANK
    return 1 if type_code in CREDIT_NOTES else 0


def _rule_lot(desk: Desk, cases: Sequence[Case], batch: BatchId) -> list[Ruling]:
    """Rule on one lot. What is in the books is noted first: the rest may look like it."""
    look_ahead(desk, cases)
    found = [examine(desk, case) for case in cases]
    settled = [one for one in found if isinstance(one, Ruling)]
    _note(desk, settled)
    booked = book(desk, batch, in_order([one for one in found if isinstance(one, Ready)]))
    _note(desk, booked)
    rulings = settled + booked
    for mail in {case.mail.mail_id: case.mail for case in cases}.values():
        store(desk, mail, [one for one in rulings if one.outcome.mail == mail.mail_id])
    return rulings


def _note(desk: Desk, rulings: Sequence[Ruling]) -> None:
    note_invoices(desk.ledger, [one.invoice for one in rulings if one.invoice is not None])
