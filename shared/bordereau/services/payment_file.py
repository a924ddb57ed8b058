"""The e-mail that tells staff of a file for the bank: its name, its sums, no IBAN in full."""

from __future__ import annotations

from collections.abc import Sequence

from bordereau.domain.figures import (
    DocumentKind,
    PaymentFileFigures,
    PaymentFileRow,
    masked_iban,
)
from bordereau.domain.sepa import SepaBatch, SepaMember
from bordereau.domain.work import Intent
from bordereau.ports import Ledger, Objects
from bordereau.services import outbox
from bordereau.services.firm import firm_of


def payment_file_intent(
    ledger: Ledger, objects: Objects, batch: SepaBatch, members: Sequence[SepaMember]
) -> Intent:
    """Freeze what the e-mail of a sent batch shows, and return its intent.

    It goes to the firm's own address (``firm/email``). The same batch gives the same figures.
    """
    assert batch.sealed_at is not None, "a batch is sealed before it is sent"
    assert batch.execution_on is not None, "frozen with it"
    firm = firm_of(ledger)
    figures = PaymentFileFigures(
        id=batch.message_id,
        issued_on=batch.released_on,
        factor=firm.party,
        contact=firm.contact,
        file=batch.file_key,
        sha256=batch.sha256,
        account=masked_iban(batch.account),
        execution_on=batch.execution_on,
        count=batch.count,
        total_cents=batch.sum_cents,
        rows=tuple(map(_row, members)),
        currency=batch.currency,
    )
    kind = DocumentKind.PAYMENT_FILE
    return outbox.intent(
        kind,
        batch.message_id,
        outbox.freeze(objects, kind, batch.message_id, figures),
        to=(firm.contact.email,) if firm.contact.email else (),
        party=None,
        created_at=batch.sealed_at,
    )


def _row(member: SepaMember) -> PaymentFileRow:
    return PaymentFileRow(
        member.end_to_end_id,
        member.beneficiary,
        member.amount_cents,
        masked_iban(member.iban),
        member.released_by,
    )
