"""Post one decision of staff: its effect, its answer beside the line, and whom it wakes.

The answer is the stored command. Where the effect is one commit, the answer is part of it; else
it follows, and a repetition finds the effect done. Until four eyes are built, a valid line takes
effect at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bordereau.domain.decisions import DecisionKind, decision_of
from bordereau.domain.plain import from_plain
from bordereau.domain.work import Command
from bordereau.services.decisions import (
    cases,
    cash,
    closing,
    completion,
    guarantee,
    manual_receipts,
    operations,
    payouts,
    quarantine,
    register,
    settings,
    take_on,
)
from bordereau.services.decisions.reply import Desk, GoOnError, NotYetError, Reply
from bordereau.services.decisions.wakes import wake
from bordereau.services.draft import Draft, attempt
from bordereau.services.outcome import Outcome, Status, already, held, refused

Handler = Callable[[Desk, Command, Any], Reply]

AGAIN_SECONDS: Final = (2, 8, 30)
"""How long a decision waits for another one of the same refresh, each time that it comes again."""

HANDLERS: Final[Mapping[DecisionKind, Handler]] = {
    DecisionKind.SETTING: settings.set_setting,
    DecisionKind.RATE: settings.set_rate,
    DecisionKind.SELLER: register.set_seller,
    DecisionKind.TERMS: register.agree_terms,
    DecisionKind.SENDER: register.allow_sender,
    DecisionKind.DEBTOR: register.set_debtor,
    DecisionKind.TAKE_ON: take_on.take_over,
    DecisionKind.LINE: guarantee.decide_line,
    DecisionKind.MANUAL_RECEIPT: manual_receipts.book_manual,
    DecisionKind.ALLOCATION: cash.allocate,
    DecisionKind.COMPLETION: completion.complete,
    DecisionKind.CASE: cases.follow_case,
    DecisionKind.RELEASE: payouts.decide_payout,
    DecisionKind.OPERATION: operations.operate,
    DecisionKind.CLOSING: closing.close,
    DecisionKind.MAIL_RELEASE: quarantine.decide_mail,
}


def apply_decisions(desk: Desk, message: Mapping[str, Any]) -> Outcome:
    """Post the decision of a message ``{"command": …}``.

    Done: the command is stored with its answer, which may be that the facts do not allow it. Held
    ``not_yet``: what it builds on is not in force; nothing is written. Decisions arrive in any
    order, so it comes again by itself a few times (``AGAIN_SECONDS``), then with the sheet. Held
    ``goes_on``: a part of a large decision is done, and its next message is sent.
    Refused ``stale``: this revision was posted with other facts; the sheet sends a new revision. A
    second call answers ``already`` and only wakes again.
    """
    command = from_plain(Command, message["command"])
    kind = DecisionKind(command.kind)
    decision = decision_of(kind, command.facts)
    known = desk.ledger.get(Command, ref=command.ref, revision=command.revision)
    if known is not None and known.facts_sha != command.facts_sha:
        return refused("stale", command.ref)
    if known is None:
        try:
            reply = HANDLERS[kind](desk, command, decision)
        except NotYetError as lacking:
            _come_again(desk, message)
            return held("not_yet", command.ref, str(lacking))
        except GoOnError as part:
            desk.queue.send("apply_decisions", {"command": message["command"]})
            return held("goes_on", command.ref, str(part))
        _answer(desk, reply.on(command, desk.today))
    stored = desk.ledger.get(Command, ref=command.ref, revision=command.revision)
    assert stored is not None, "answered above"
    woken = wake(desk, command, decision) if stored.status != "error" else 0
    if known is not None:
        return already(stored.status, command.ref)
    return Outcome(Status.DONE, stored.status, (command.ref,), {"woken": woken})


def _come_again(desk: Desk, message: Mapping[str, Any]) -> None:
    """Send a decision to come again a little later: what it builds on may be under way."""
    trial = int(message.get("trial", 0))
    if trial < len(AGAIN_SECONDS):
        again = {**message, "trial": trial + 1}
        desk.queue.send("apply_decisions", again, delay_seconds=AGAIN_SECONDS[trial])


def _answer(desk: Desk, answered: Command) -> None:
    """Store the answer unless the effect's own commit did."""

    def decide(draft: Draft) -> None:
        if draft.read(Command, ref=answered.ref, revision=answered.revision) is None:
            draft.write(answered)

    attempt(desk.ledger, "answer-command", decide)
