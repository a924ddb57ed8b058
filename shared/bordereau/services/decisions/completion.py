"""Documents that a person completes or refuses; the reading of the mail then goes on by itself."""

from __future__ import annotations

import dataclasses

from bordereau.domain.decisions import CompletionDecision
from bordereau.domain.work import Command, ToComplete
from bordereau.services.contract_terms import write_command
from bordereau.services.decisions.reply import Desk, Reply, wrong
from bordereau.services.draft import Draft, attempt


def complete(desk: Desk, command: Command, decision: CompletionDecision) -> Reply:
    """Keep what a person confirmed of a document; its part is then tried again."""
    is_accepted = decision.confirmed.get("decision") == "accept"
    phrase = "sheet.document_confirmed" if is_accepted else "sheet.document_refused"
    reply = Reply("ok", desk.phrases.say(phrase, day=desk.day(desk.today)))

    def decide(draft: Draft) -> Reply:
        row = draft.read(ToComplete, ref=decision.ref)
        if row is None or row.closed_on is not None:
            return wrong("decision-document-closed", "action")
        draft.write(dataclasses.replace(row, confirmed=decision.confirmed))
        write_command(draft, reply.on(command, desk.today))
        return reply

    return attempt(desk.ledger, "answer-command", decide)
