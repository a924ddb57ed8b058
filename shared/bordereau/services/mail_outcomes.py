"""Store the outcomes of a mail's parts; the commit that stores the last one answers the mail."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bordereau.domain.claims import MailClaims
from bordereau.domain.figures import (
    AcknowledgementFigures,
    AcknowledgementRow,
    AcknowledgementTotal,
    DocumentKind,
    PartyFigures,
)
from bordereau.domain.identifiers import PartyId
from bordereau.domain.parties import Seller
from bordereau.domain.shape import DOCUMENTS_MAX
from bordereau.domain.tables import Index
from bordereau.domain.work import (
    Alert,
    MailHead,
    OutcomeKind,
    PartOutcome,
    ToComplete,
)
from bordereau.ports import Wanted
from bordereau.services import register
from bordereau.services.draft import Draft, attempt
from bordereau.services.firm import firm_of, seller_figures
from bordereau.services.mail_cases import Desk, Ruling, is_waiting
from bordereau.services.outbox import freeze, intent
from bordereau.services.stored_claims import WHOLE_MAIL, parts_of

_TAKEN: Final = (
    OutcomeKind.ASSIGNED,
    OutcomeKind.REGISTERED,
    OutcomeKind.PARTLY_APPROVED,
    OutcomeKind.OVER_LINE,
    OutcomeKind.CREDITED,
    OutcomeKind.CORRECTED,
)


def store(desk: Desk, mail: MailClaims, rulings: Sequence[Ruling]) -> None:
    """Store the rulings of one mail, up to sixteen in a commit.

    A part that has an outcome of this trial keeps it: a second call writes nothing.
    """
    for start in range(0, len(rulings), DOCUMENTS_MAX):
        chunk = rulings[start : start + DOCUMENTS_MAX]

        def decide(draft: Draft, chunk: Sequence[Ruling] = chunk) -> None:
            _Sheet(desk, draft, mail, chunk).store()

        attempt(desk.ledger, "part-outcome", decide)


class _Sheet:
    """The decision on one commit of outcomes."""

    def __init__(
        self, desk: Desk, draft: Draft, mail: MailClaims, rulings: Sequence[Ruling]
    ) -> None:
        self._desk, self._draft, self._mail, self._rulings = desk, draft, mail, rulings
        draft.fetch(*self._wanted())
        self._head = draft.take(MailHead, mail=mail.mail_id)

    def store(self) -> None:
        fresh = [ruling for ruling in self._rulings if self._write(ruling)]
        if not fresh:
            return
        first = [ruling.outcome for ruling in fresh if ruling.outcome.trial == 0]
        seller = self._head.seller or next(filter(None, map(_seller, fresh)), None)
        head = dataclasses.replace(self._head, done=self._head.done + len(first), seller=seller)
        if first:
            self._draft.require(self._head, "done", "=", self._head.done)
        self._draft.write(head)
        if head.done < head.total or not head.may_be_answered:
            return
        outcomes = tuple(ruling.outcome for ruling in fresh)
        if not head.is_acknowledged:
            self._draft.write(dataclasses.replace(head, is_acknowledged=True))
            self._answer(head, self._all(outcomes), head.mail)
        elif told := tuple(one for one in outcomes if not is_waiting(one)):
            self._answer(head, told, f"{head.mail}#{told[0].part}#{told[0].trial}")

    def _wanted(self) -> Iterator[Wanted]:
        """Yield what the decision reads, distinct or not, to be read at once."""
        yield MailHead, {"mail": self._mail.mail_id}
        for ruling in self._rulings:
            outcome, alert = ruling.outcome, ruling.alert
            yield PartOutcome, {"mail": outcome.mail, "part": outcome.part}
            if ruling.row is not None or outcome.trial:
                yield ToComplete, {"ref": f"{outcome.mail}#{outcome.part}"}
            if alert is not None:
                yield Alert, {"object": alert.object, "stage": alert.stage}

    def _write(self, ruling: Ruling) -> bool:
        outcome = ruling.outcome
        seen = self._draft.read(PartOutcome, mail=outcome.mail, part=outcome.part)
        if seen is not None and (seen.trial >= outcome.trial or _is_same(seen, outcome)):
            return False
        self._draft.write(dataclasses.replace(outcome, v=seen.v if seen else 0))
        if ruling.alert is not None:
            self._show(ruling.alert)
        self._keep_row(outcome, ruling.row)
        return True

    def _show(self, alert: Alert) -> None:
        """Write an alert; one that is open keeps its day and its first cause."""
        open_one = self._draft.read(Alert, object=alert.object, stage=alert.stage)
        if open_one is None:
            self._draft.write(alert)
        elif open_one.closed_on is not None:
            self._draft.write(dataclasses.replace(alert, v=open_one.v))

    def _keep_row(self, outcome: PartOutcome, row: ToComplete | None) -> None:
        ref = f"{outcome.mail}#{outcome.part}"
        if row is None and outcome.trial == 0:
            return
        old = self._draft.read(ToComplete, ref=ref)
        if row is not None:
            self._draft.write(dataclasses.replace(row, v=old.v if old else 0))
        elif old is not None and old.closed_on is None:
            self._draft.write(dataclasses.replace(old, closed_on=self._desk.today))

    def _all(self, fresh: Iterable[PartOutcome]) -> tuple[PartOutcome, ...]:
        """Return the outcomes of every part in the order of the mail."""
        known = {
            one.part: one
            for one in self._desk.ledger.list(PartOutcome, first="P#", mail=self._mail.mail_id)
        }
        known |= {one.part: one for one in fresh}
        return tuple(known[part.part] for part in parts_of(self._mail))

    def _answer(self, head: MailHead, told: Sequence[PartOutcome], document_id: str) -> None:
        kind = DocumentKind.ACKNOWLEDGEMENT
        seller = register.seller_of(self._desk.known, head.seller) if head.seller else None
        figures = self._figures(head, told, seller)
        frozen = freeze(self._desk.objects, kind, document_id, figures)
        self._draft.write(
            intent(
                kind,
                document_id,
                frozen,
                to=(head.sender,),
                party=head.seller,
                created_at=self._desk.now,
                language=seller.language if seller else "fr",
                in_reply_to=head.message_id,
            )
        )

    def _figures(
        self, head: MailHead, told: Sequence[PartOutcome], seller: Seller | None
    ) -> AcknowledgementFigures:
        firm = firm_of(self._desk.known)
        shown = [one for one in told if one.part != WHOLE_MAIL]
        whole = [one for one in told if one.part == WHOLE_MAIL]
        deadlines = [one.deadline_at for one in told if one.deadline_at and one.outcome in _TAKEN]
        return AcknowledgementFigures(
            mail_id=head.mail,
            factor=firm.party,
            seller=seller_figures(seller) if seller else PartyFigures(name=head.sender),
            received_at=head.received_at,
            contact=firm.contact,
            subject=head.subject,
            message_id=head.message_id,
            rows=tuple(_row(one) for one in shown),
            problems=tuple(problem for one in whole for problem in one.problems),
            totals=_totals(told),
            advance_due_at=max(deadlines, default=None),
        )


def _is_same(seen: PartOutcome, outcome: PartOutcome) -> bool:
    """Return whether a part that waited waits on for the same: then it was no trial."""
    return is_waiting(outcome) and (seen.outcome, seen.lacks, seen.problems) == (
        outcome.outcome,
        outcome.lacks,
        outcome.problems,
    )


def _seller(ruling: Ruling) -> PartyId | None:
    contract = ruling.outcome.contract
    return PartyId(contract.rpartition("/")[0]) if contract else ruling.seller


def _row(outcome: PartOutcome) -> AcknowledgementRow:
    return AcknowledgementRow(
        file=outcome.file,
        outcome=outcome.outcome,
        number=outcome.number,
        debtor=outcome.debtor_name,
        currency=outcome.currency or "EUR",
        amount_cents=outcome.amount_cents,
        approved_cents=outcome.approved_cents or 0,
        advance_cents=outcome.advance_cents or 0,
        is_credit_note=outcome.is_credit_note,
        problems=outcome.problems,
    )


def _totals(told: Iterable[PartOutcome]) -> tuple[AcknowledgementTotal, ...]:
    """Return what was taken over, per currency; a credit note counts negative.

    A corrected invoice was taken over before: it is a document, and adds no amount.
    """
    taken = [one for one in told if one.outcome in _TAKEN]
    totals = []
    for currency in dict.fromkeys(one.currency for one in taken):
        of_currency = [one for one in taken if one.currency == currency]
        added = [one for one in of_currency if one.outcome is not OutcomeKind.CORRECTED]
        totals.append(
            AcknowledgementTotal(
                currency=currency,
                documents=len(of_currency),
                amount_cents=sum(_signed(one) for one in added),
                approved_cents=sum(one.approved_cents or 0 for one in added),
                advance_cents=sum(one.advance_cents or 0 for one in added),
            )
        )
    return tuple(totals)


def _signed(outcome: PartOutcome) -> int:
    cents = outcome.amount_cents or 0
    return -cents if outcome.is_credit_note else cents


def close_alert(desk: Desk, lacks: str, found: Sequence[PartOutcome]) -> None:
    """Close the alert of something that was missing, once no part waits for it any more.

    ``found`` are the parts that waited when the trial began; the index, which lags, is asked again
    for those that came meanwhile.
    """

    def decide(draft: Draft) -> None:
        alert = draft.read(Alert, object=lacks, stage="lacks")
        if alert is None or alert.closed_on is not None:
            return
        later = desk.ledger.find(PartOutcome, Index.PENDING, f"lacks#{lacks}")
        keys = [{"mail": part.mail, "part": part.part} for part in (*found, *later)]
        current = desk.ledger.get_many(*((PartOutcome, key) for key in keys))
        if any(part is not None and part.lacks == lacks for part in current):
            return
        draft.write(dataclasses.replace(alert, closed_on=desk.today))

    attempt(desk.ledger, "set-alert", decide)
