"""« Mails en quarantaine »: a person releases a mail, or leaves it where it is."""

from __future__ import annotations

from bordereau.domain.decisions import MailReleaseDecision
from bordereau.domain.work import Command, MailRelease
from bordereau.services.contract_terms import write_command
from bordereau.services.decisions.reply import Desk, Reply, refusal, wrong
from bordereau.services.mail_release import MAIL, release_mail, released
from bordereau.services.outcome import Status


def decide_mail(desk: Desk, command: Command, decision: MailReleaseDecision) -> Reply:
    """Release a mail once, with who, when, why and for whom; it stays released."""
    mail = decision.object[len(MAIL) :]
    known = released(desk.ledger, mail)
    if decision.action == "keep":
        if known is not None:
            return wrong("decision-mail-released", "action", day=desk.day(known.released_on))
        return Reply("waiting", desk.phrases.say("sheet.mail_kept"))
    reply = Reply("ok", desk.phrases.say("sheet.mail_released", name=decision.by))
    outcome = release_mail(
        desk.ledger,
        decision.object,
        MailRelease(mail, desk.today, decision.by, decision.reason, decision.seller),
        today=desk.today,
        also=lambda draft, _: write_command(draft, reply.on(command, desk.today)),
    )
    if outcome.is_refused:
        return refusal(outcome, "action")
    if outcome.status is Status.ALREADY and known is not None:
        return wrong("decision-mail-released", "action", day=desk.day(known.released_on))
    return reply
