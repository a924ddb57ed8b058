"""Lines on debtors: of one contract, with the notice to the debtor, or factor-wide (ADR 0015).

A decision takes effect on its day: now, or when ``update_reserves`` finds it due. What is approved
stays, whatever is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bordereau.domain.books import Position
from bordereau.domain.decisions import LineDecision
from bordereau.domain.figures import DebtorNoticeFigures, DocumentKind
from bordereau.domain.guarantee_lines import (
    UNLIMITED_CENTS,
    AnyLine,
    FactorLine,
    LineStatus,
    RelationLine,
    frozen,
    unfrozen,
    with_agreement,
)
from bordereau.domain.identifiers import ContractId
from bordereau.domain.line_agreements import Agreement, Basis, Source
from bordereau.domain.parties import Contract, Debtor, Seller
from bordereau.domain.terms import Disclosure
from bordereau.domain.work import Command, Intent
from bordereau.services import outbox
from bordereau.services.analyse_debtor import lines_on
from bordereau.services.contract_terms import terms_on
from bordereau.services.debtor_figures import account_figures, debtor_figures
from bordereau.services.decisions import dated_lines, line_requests
from bordereau.services.decisions.reply import Desk, NotYetError, Reply, refusal, wrong
from bordereau.services.draft import Draft
from bordereau.services.firm import firm_of, seller_figures
from bordereau.services.lines import change_factor_line, change_line
from bordereau.services.outcome import Outcome
from bordereau.services.register import contract_of, debtor_of, seller_of

Record = Callable[[Draft, Reply], None]
"""Writes what else belongs into the commit of a line: its command, or the end of its waiting."""

FREEZES: Final = ("freeze", "unfreeze")


def decide_line(desk: Desk, command: Command, decision: LineDecision) -> Reply:
    """Take a request, or grant, cut, cancel, freeze or unfreeze a line, on its day."""
    debtor = debtor_of(desk.ledger, decision.debtor)
    if debtor is None:
        raise NotYetError(decision.debtor)
    if decision.contract is not None and contract_of(desk.ledger, decision.contract) is None:
        raise NotYetError(decision.contract)
    if decision.action == "request":
        dated_lines.withdraw(desk, command.ref)
        return line_requests.ask(desk, command, decision)
    line_requests.withdraw(desk, command.ref)
    if decision.action != "grant" and _known(desk, decision) is None:
        return wrong("decision-no-line", "kind", debtor=debtor.name)
    if decision.from_on > desk.today:
        return dated_lines.wait(desk, command, decision)
    dated_lines.withdraw(desk, command.ref)

    def record(draft: Draft, reply: Reply) -> None:
        draft.write(reply.on(command, desk.today))

    return take_effect(desk, decision, record)


def take_effect(
    desk: Desk, decision: LineDecision, record: Record, *, is_due: bool = False
) -> Reply:
    """Change the line as decided; ``record`` writes into the same commit.

    Refused, nothing changes: a first day before what is booked (unless the decision waited for it:
    ``is_due``), or before that of what the same source agreed to since; a cut that cuts nothing. A
    second call finds the line as it is.
    """
    wanted = _Wanted(desk, decision, _known(desk, decision), is_due)
    outcome = wanted.change(record)
    if outcome.is_refused:
        return refusal(outcome, wanted.field(outcome), **wanted.facts(outcome))
    line = _known(desk, decision)
    assert line is not None, "changed above"
    return wanted.reply(line)


def _known(desk: Desk, decision: LineDecision) -> RelationLine | FactorLine | None:
    key = {"debtor": decision.debtor, "currency": decision.currency}
    if decision.contract is None:
        return desk.ledger.get(FactorLine, **key)
    return desk.ledger.get(RelationLine, **key, contract=decision.contract)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One decision on one row; ``known`` is how it stood before."""

    desk: Desk
    decision: LineDecision
    known: RelationLine | FactorLine | None
    is_due: bool = False

    def change(self, record: Record) -> Outcome:
        """Change the row in one commit, with the notice that a relation's first line causes."""
        desk, decision = self.desk, self.decision

        def note(draft: Draft, line: Any) -> None:  # noqa: ANN401 - either row
            record(draft, self.reply(line))

        if decision.contract is None:
            wide = FactorLine(decision.debtor, decision.currency)
            return change_factor_line(desk.ledger, wide, self.changed, today=desk.today, note=note)
        notice = None if self.known else self._notice(decision.contract)
        blank = RelationLine(decision.debtor, decision.currency, decision.contract)
        return change_line(
            desk.ledger, blank, self.changed, today=desk.today, notice=notice, note=note
        )

    def _notice(self, contract: ContractId) -> Intent | None:
        known = contract_of(self.desk.ledger, contract)
        assert known is not None, "looked up before"
        seller = seller_of(self.desk.ledger, known.seller)
        assert seller is not None, "a contract is opened after its seller"
        debtor = debtor_of(self.desk.ledger, self.decision.debtor)
        assert debtor is not None, "looked up before"
        return _notice(self.desk, known, seller, debtor)

    def changed(self, line: AnyLine) -> AnyLine | str:
        """Return the row as decided, or why it is refused."""
        decision = self.decision
        if decision.action == "freeze":
            return frozen(line, by=decision.asked_by, why=decision.reason)
        if decision.action == "unfreeze":
            return unfrozen(line)
        current = _agreement_of(line, decision.source)
        after = with_agreement(line, decision.source, self._agreement())
        if after == line:
            return line
        if current is not None and current.from_on > decision.from_on:
            return "line_superseded"
        if self.known is not None and not self.is_due and self.booked_on(decision.from_on):
            return "line_in_the_past"
        before_cents = current.ttc_cents if current else line.limit_cents
        if decision.action == "cut" and decision.agreement().ttc_cents >= before_cents:
            return "cut_not_lower"
        return after

    def _agreement(self) -> Agreement | None:
        """Return what is agreed; a factor-wide limit of our own that is cancelled is none."""
        decision = self.decision
        ends = decision.action == "cancel" and decision.contract is None
        return None if ends and decision.source is Source.INTERNAL else decision.agreement()

    def booked_on(self, from_on: dt.date) -> dt.date | None:
        """Return the last booked day of the contracts concerned if it is after ``from_on``."""
        decision = self.decision
        lines = lines_on(self.desk.ledger, decision.debtor, decision.currency)
        concerned = [one.contract for one in lines if decision.contract in (None, one.contract)]
        positions = (self.desk.ledger.get(Position, contract=one) for one in concerned)
        booked = (one.booked_on for one in positions if one and one.booked_on)
        last = max(booked, default=None)
        return last if last is not None and last > from_on else None

    def field(self, outcome: Outcome) -> str:
        """Return the cell to colour."""
        return "amount" if outcome.reason == "cut_not_lower" else "from_on"

    def facts(self, outcome: Outcome) -> dict[str, str]:
        """Return the facts of a refusal."""
        if outcome.reason == "line_in_the_past":
            day = self.booked_on(self.decision.from_on)
        else:
            now = _known(self.desk, self.decision)
            current = _agreement_of(now, self.decision.source) if now else None
            day = current.from_on if current else None
        return {"day": self.desk.day(day)} if day else {}

    def reply(self, line: RelationLine | FactorLine) -> Reply:
        """Return the answer: what is in force now, and what it rests on."""
        decision = self.decision
        is_notified = self._is_first(line) and self._has_notice()
        amount = self.desk.money(line.limit_cents, decision.currency)
        facts = {"amount": amount, "by": line.frozen_by or decision.asked_by}
        said = [self.desk.phrases.say(f"sheet.{_phrase(decision, line, is_notified)}", **facts)]
        if line.status is LineStatus.FROZEN and decision.action not in FREEZES:
            said.append(self.desk.phrases.say("sheet.line_still_frozen", by=line.frozen_by))
        if line.insurer is not None and decision.action not in FREEZES:
            said.append(self._insured(line.insurer))
        return Reply("in_force", " ".join(said), in_force_on=decision.from_on)

    def _insured(self, insurer: Agreement) -> str:
        name = "line_insured_ht" if insurer.basis is Basis.HT else "line_insured"
        currency = self.decision.currency
        return self.desk.phrases.say(
            f"sheet.{name}",
            net=self.desk.money(insurer.amount_cents, currency),
            gross=self.desk.money(insurer.ttc_cents, currency),
        )

    def _is_first(self, line: RelationLine | FactorLine) -> bool:
        return self.known is None and isinstance(line, RelationLine)

    def _has_notice(self) -> bool:
        assert self.decision.contract is not None, "a first line of a relation"
        debtor = debtor_of(self.desk.ledger, self.decision.debtor)
        terms = terms_on(self.desk.ledger, self.decision.contract, self.desk.today)
        is_told = terms is not None and terms.disclosure is Disclosure.NOTIFIED
        return is_told and debtor is not None and bool(debtor.emails)


def _phrase(decision: LineDecision, line: RelationLine | FactorLine, is_notified: bool) -> str:  # noqa: FBT001
    """Return the phrase that says what a decision did."""
    if decision.action in FREEZES:
        return {"freeze": "line_frozen", "unfreeze": "line_unfrozen"}[decision.action]
    if decision.contract is None:
        return "wide_cancelled" if line.limit_cents == UNLIMITED_CENTS else "wide_in_force"
    if is_notified:
        return "line_notified"
    return {"grant": "line_in_force", "cut": "line_cut", "cancel": "line_cancelled"}[
        decision.action
    ]


def _agreement_of(line: RelationLine | FactorLine, source: Source) -> Agreement | None:
    return line.insurer if source is Source.INSURER else line.own


def _notice(desk: Desk, contract: Contract, seller: Seller, debtor: Debtor) -> Intent | None:
    """Return the notice that tells the debtor whom to pay, for a notified contract."""
    terms = terms_on(desk.ledger, contract.contract, desk.today)
    if terms is None:
        raise NotYetError(contract.contract)
    if terms.disclosure is not Disclosure.NOTIFIED or not debtor.emails:
        return None
    firm = firm_of(desk.ledger)
    figures = DebtorNoticeFigures(
        id=f"notice#{contract.contract}#{debtor.party}",
        issued_on=desk.today,
        effective_on=desk.today,
        factor=firm.party,
        seller=seller_figures(seller),
        debtor=debtor_figures(debtor),
        account=account_figures(desk.ledger, contract.account),
        contact=firm.contact,
        currency=contract.currency,
    )
    identity = notice_id(contract.contract, debtor.party)
    frozen = outbox.freeze(desk.objects, DocumentKind.DEBTOR_NOTICE, identity, figures)
    return outbox.intent(
        DocumentKind.DEBTOR_NOTICE,
        identity,
        frozen,
        to=debtor.emails,
        party=debtor.party,
        created_at=desk.now,
        language=debtor.language,
    )


def notice_id(contract: ContractId, debtor: str) -> str:
    """Return the id of the one notice of a relation."""
    return f"{contract}#{debtor}"
