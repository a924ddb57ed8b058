"""Documents that a person completes or refuses; the reading of the mail then goes on by itself."""

from __future__ import annotations

import dataclasses

from bordereau.domain.decisions import CompletionDecision, ReversalDecision, ShortPaymentDecision
from bordereau.domain.identifiers import InvoiceId
from bordereau.domain.work import Command, ToComplete
from bordereau.services.accept_short_payment import accept_short_payment
from bordereau.services.contract_terms import write_command
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.draft import Draft, attempt
from bordereau.services.reverse_entry import reverse_entry


def complete(desk: Desk, command: Command, decision: CompletionDecision) -> Reply:
    """Keep what a person confirmed of a document; its part is then tried again."""
    is_accepted = decision.confirmed.get("decision") == "accept"
    phrase = "sheet.document_confirmed" if is_accepted else "sheet.document_refused"
    reply = Reply("ok", desk.phrases.say(phrase, day=desk.day(desk.today)))

    def decide(draft: Draft) -> Reply:
        row = draft.read(ToComplete, ref=decision.ref)
        if row is None or row.closed_on is not None:
            return wrong("decision-document-closed", "action")
        if row.confirmed != decision.confirmed:
            draft.write(dataclasses.replace(row, confirmed=decision.confirmed))
        write_command(draft, reply.on(command, desk.today))
        return reply

    return attempt(desk.ledger, "answer-command", decide)


def accept_short(desk: Desk, command: Command, decision: ShortPaymentDecision) -> Reply:
    """Close the rest of an invoice: the seller accepts that it is paid short."""
    reply = Reply("ok", desk.phrases.say("sheet.taken", day=desk.day(desk.today)))
    outcome = accept_short_payment(
        desk.ledger,
        decision.contract,
        InvoiceId(decision.invoice),
        today=desk.today,
        also=lambda draft, _: write_command(draft, reply.on(command, desk.today)),
    )
    return refusal(outcome, number=decision.invoice) if outcome.is_refused else reply


def reverse(desk: Desk, command: Command, decision: ReversalDecision) -> Reply:  # noqa: ARG001 - alike
    """Undo an entry on which nothing builds."""
    outcome = reverse_entry(desk.ledger, decision.journal, decision.seq, today=desk.today)
    if outcome.is_refused:
        return refusal(outcome, number=str(decision.seq))
    return Reply("ok", desk.phrases.say("sheet.taken", day=desk.day(desk.today)))
