"""« Virements à faire »: what stands on its lines, and what a release is worth now (ADR 14)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bordereau.domain.books import PayOut, PayOutState
from bordereau.domain.decisions import DecisionKind
from bordereau.domain.identifiers import seller_in
from bordereau.domain.sepa import Payee, fingerprint, release_code
from bordereau.domain.work import Command
from bordereau.domain.workbook.payout_tab import PAYOUTS_FEED
from bordereau.ports import Ledger, Phrases
from bordereau.services.desk.difference import Row
from bordereau.services.desk.figures import Figures
from bordereau.services.desk.tables import amount
from bordereau.services.desk.wanted import Wanted, Wishes
from bordereau.services.release_payouts import payee_from

_SETTLED: Final[Mapping[PayOutState, str]] = {
    PayOutState.CONFIRMED: "payout_confirmed",
    PayOutState.RETURNED: "payout_returned",
    PayOutState.REFUSED: "payout_refused",
    PayOutState.CANCELLED: "payout_cancelled_on",
}


def shown_facts(feed: Sequence[Row]) -> dict[str, str]:
    """Return the fingerprint that stands beside each line, from what feeds the tab."""
    place = PAYOUTS_FEED.place("facts")
    return {str(row[0]): str(row[place]) for row in feed[1:] if len(row) > place}


def as_first_seen(wishes: Wishes, known: Mapping[str, str]) -> Wishes:
    """Return the wishes with the facts that stood there when each answer was first read.

    ``known`` is what ``seen_of`` gave at the last good reading: the same answer keeps its facts,
    whatever the system wrote beside it since.
    """
    return dataclasses.replace(wishes, wanted=tuple(_first_seen(w, known) for w in wishes.wanted))


def _first_seen(wanted: Wanted, known: Mapping[str, str]) -> Wanted:
    sha, _, facts = known.get(wanted.ref, "").partition(" ")
    if wanted.kind is not DecisionKind.RELEASE or sha != wanted.sha:
        return wanted
    return dataclasses.replace(wanted, facts={**wanted.facts, "seen": facts})


def seen_of(wishes: Wishes) -> dict[str, str]:
    """Return, for each answer, its hash and the facts for which it was given."""
    return {
        wanted.ref: f"{wanted.sha} {wanted.facts['seen']}"
        for wanted in wishes.wanted
        if wanted.kind is DecisionKind.RELEASE
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A pay-out as it stands, and whom it goes to: now, or as it was handed over."""

    payout: PayOut
    payee: Payee
    facts: str

    @property
    def is_open(self) -> bool:
        """Whether a person may still decide on it."""
        return self.payout.state is PayOutState.ORDERED and not self.payout.batch

    @property
    def holds(self) -> bool:
        """Whether it is released for the facts as they stand."""
        return self.payout.released_facts == self.facts


def standing(figures: Figures, payout: PayOut) -> Standing:
    """Return a pay-out with its payee: the register's while it is open, then the frozen one."""
    payee = payee_from(figures.names.seller(seller_in(payout.contract)), payout)
    found = Standing(payout, payee, fingerprint(payout, payee))
    if found.is_open:
        return found
    frozen = Payee(payout.beneficiary or payee.name, payout.iban or payee.iban)
    return Standing(payout, frozen, payout.released_facts or found.facts)


def state(found: Standing, phrases: Phrases) -> str:
    """Return where a pay-out stands, in words."""
    payout = found.payout
    if payout.state in _SETTLED:
        day = phrases.formats.short(payout.settled_on) if payout.settled_on else ""
        return phrases.say(f"sheet.{_SETTLED[payout.state]}", day=day)
    if payout.batch:
        return phrases.say("sheet.payout_handed", day=_day_of_batch(payout))
    word = phrases.say("sheet.payout_to_release")
    if payout.released_facts and payout.released_on:
        day = phrases.formats.short(payout.released_on)
        name = "payout_ready" if found.holds else "payout_to_confirm"
        word = phrases.say(f"sheet.{name}", day=day)
    if payout.iban and payout.iban != found.payee.iban:
        return phrases.say("sheet.payout_iban_changed", state=word)
    return word


def _day_of_batch(payout: PayOut) -> str:
    year, month, day = payout.batch[:10].split("-")
    return f"{day}/{month}/{year}"


def row(ref: str, found: Standing, phrases: Phrases) -> Row:
    """Return what feeds a line."""
    payout, iban = found.payout, found.payee.iban
    return (
        ref,
        payout.ordered_on,
        found.payee.name,
        " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
        amount(payout.amount_cents),
        release_code(found.facts),
        state(found, phrases),
        payout.end_to_end_id,
        payout.contract.partition(":")[2],
        found.facts,
    )


def answers_now(
    wishes: Wishes,
    posted: Mapping[str, Command],
    figures: Figures,
    ledger: Ledger,
    phrases: Phrases,
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield status and message of each release that was taken into account, as it stands now."""
    for wanted in wishes.wanted:
        last = posted.get(wanted.ref)
        is_posted = last is not None and last.facts_sha == wanted.sha and last.status == "ok"
        if wanted.kind is not DecisionKind.RELEASE or not is_posted:
            continue
        payout = figures.payout(ledger, str(wanted.facts["end_to_end_id"]))
        assert payout is not None, "pay-outs are never deleted"
        found = standing(figures, payout)
        if not found.is_open:
            is_back = payout.state in _SETTLED and payout.state is not PayOutState.CONFIRMED
            yield wanted.ref, ("cancelled" if is_back else "ok", f"{state(found, phrases)}.")
        elif payout.released_facts and not found.holds:
            code = release_code(found.facts)
            yield wanted.ref, ("to_confirm", phrases.say("sheet.payout_changed", code=code))
