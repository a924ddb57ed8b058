"""Settings and dated rates as staff keep them in « Réglages »."""

from __future__ import annotations

from bordereau.domain.charges import PRICE
from bordereau.domain.decisions import RateDecision, SettingDecision
from bordereau.domain.parties import Rate, Setting
from bordereau.domain.sepa import CUT_OFF
from bordereau.domain.work import Command
from bordereau.services.contract_terms import write_command
from bordereau.services.decisions.reply import Desk, Reply
from bordereau.services.draft import Draft, attempt


def set_setting(desk: Desk, command: Command, decision: SettingDecision) -> Reply:
    """Keep a setting; the same value again writes only the answer."""
    reply = Reply("ok", desk.phrases.say("sheet.taken", day=desk.day(desk.today)))

    def decide(draft: Draft) -> None:
        old = draft.read(Setting, key=decision.key)
        wanted = Setting(decision.key, decision.value, v=old.v if old else 0)
        draft.write(wanted)
        write_command(draft, reply.on(command, desk.today))

    attempt(desk.ledger, "set-rate", decide)
    return reply


def set_rate(desk: Desk, command: Command, decision: RateDecision) -> Reply:
    """Keep a dated rate; earlier ones stay, what was billed stays as it was billed."""
    is_rate = decision.code != CUT_OFF and not decision.code.startswith(PRICE)
    name = "sheet.rate_from" if is_rate else "sheet.setting_from"
    reply = Reply(
        "in_force",
        desk.phrases.say(name, day=desk.day(decision.from_on)),
        in_force_on=decision.from_on,
    )

    def decide(draft: Draft) -> None:
        old = draft.read(Rate, code=decision.code, from_on=decision.from_on)
        draft.write(Rate(decision.code, decision.from_on, decision.value, v=old.v if old else 0))
        write_command(draft, reply.on(command, desk.today))

    attempt(desk.ledger, "set-rate", decide)
    return reply
