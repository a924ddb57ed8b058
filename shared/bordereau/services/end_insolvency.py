"""The end of a debtor's procedure, for the future only (ADR 22)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from bordereau.domain.guarantee_lines import (
    FactorLine,
    Freeze,
    LineStatus,
    RelationLine,
    awakened,
    queue_share,
    sound_again,
)
from bordereau.domain.identifiers import PartyId
from bordereau.domain.rule_shapes import RELATIONS_MAX
from bordereau.ports import Ledger
from bordereau.services.draft import Draft, attempt
from bordereau.services.insolvency import relations_of
from bordereau.services.outcome import Outcome, done, refused


def end_insolvency(
    ledger: Ledger,
    debtor: PartyId,
    currency: str,
    *,
    today: dt.date,
    freeze: Freeze | None = None,
) -> Outcome:
    """End a debtor's procedure for the future: its lines count again, its queue waits again.

    ``freeze`` freezes every line until a person unfreezes it: a procedure there was; without it
    the procedure was typed in error (ADR 22). Nothing that is booked moves. Refused:
    ``not_insolvent``, which a second call answers too. A debtor of very many contracts takes
    several commits, and the judgment goes with the last.
    """

    def decide(draft: Draft) -> Outcome:
        wide = draft.read(FactorLine, debtor=debtor, currency=currency)
        if wide is None or wide.insolvent_on is None:
            return refused("not_insolvent", debtor)
        relations = relations_of(ledger, debtor, currency)
        bound = [one for one in relations if one.status is LineStatus.INSOLVENT]
        more = _lines_again(draft, bound[:RELATIONS_MAX], freeze, today)
        draft.require(wide, "status", "=", LineStatus.INSOLVENT)
        wide = dataclasses.replace(wide, waiting_cents=wide.waiting_cents + more)
        if len(bound) > RELATIONS_MAX:
            draft.write(wide)
            return done(debtor, amounts={"left": len(bound) - RELATIONS_MAX})
        ended = dataclasses.replace(sound_again(wide, freeze), insolvent_on=None, published_on=None)
        draft.write(awakened(ended, today))
        return done(debtor, amounts={"lines": len(relations)})

    outcome = attempt(ledger, "end-insolvency", decide)
    while outcome.amounts.get("left"):
        outcome = attempt(ledger, "end-insolvency", decide)
    return outcome


def _lines_again(
    draft: Draft, listed: Sequence[RelationLine], freeze: Freeze | None, today: dt.date
) -> int:
    """Let some lines of a debtor count again; return what they hold of the wider queue now."""
    counted = 0
    for one in listed:
        line = draft.take(
            RelationLine, debtor=one.debtor, currency=one.currency, contract=one.contract
        )
        again = sound_again(line, freeze)
        again = dataclasses.replace(again, counted_cents=queue_share(again, today))
        counted += again.counted_cents - line.counted_cents
        draft.write(again)
    return counted
