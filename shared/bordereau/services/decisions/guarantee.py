"""Lines on debtors: of one contract, with the notice to the debtor, or factor-wide."""

from __future__ import annotations

from bordereau.domain.decisions import LineDecision
from bordereau.domain.figures import DebtorNoticeFigures, DocumentKind
from bordereau.domain.guarantee_lines import UNLIMITED_CENTS, FactorLine, RelationLine
from bordereau.domain.identifiers import ContractId
from bordereau.domain.parties import Contract, Debtor, Seller
from bordereau.domain.terms import Disclosure
from bordereau.domain.work import Command, Intent
from bordereau.services import outbox
from bordereau.services.contract_terms import terms_on
from bordereau.services.debtor_figures import account_figures, debtor_figures
from bordereau.services.decisions.reply import Desk, NotYetError, Reply, wrong
from bordereau.services.firm import firm_of, seller_figures
from bordereau.services.lines import set_factor_limit, set_line
from bordereau.services.register import contract_of, debtor_of, seller_of


def decide_line(desk: Desk, command: Command, decision: LineDecision) -> Reply:
    """Grant, cut or cancel a line; what is approved stays financed."""
    debtor = debtor_of(desk.ledger, decision.debtor)
    if debtor is None:
        raise NotYetError(decision.debtor)
    if decision.contract is None:
        return _wide(desk, command, decision)
    contract = contract_of(desk.ledger, decision.contract)
    seller = seller_of(desk.ledger, contract.seller) if contract else None
    if contract is None or seller is None:
        raise NotYetError(decision.contract)
    key = {"debtor": decision.debtor, "currency": decision.currency}
    known = desk.ledger.get(RelationLine, **key, contract=decision.contract)
    if known is None and decision.action != "grant":
        return wrong("decision-no-line", "kind", debtor=debtor.name)
    notice = None
    if known is None:
        notice = _notice(desk, contract, seller, debtor)
    reply = _reply(desk, decision, is_notified=notice is not None)
    wanted = RelationLine(
        decision.debtor,
        decision.currency,
        decision.contract,
        limit_cents=decision.amount_cents,
        valid_until=decision.to_on,
    )
    answered = reply.on(command, desk.today)
    set_line(desk.ledger, wanted, today=desk.today, notice=notice, command=answered)
    return reply


def _reply(desk: Desk, decision: LineDecision, *, is_notified: bool) -> Reply:
    phrase = {"grant": "line_in_force", "cut": "line_cut", "cancel": "line_cancelled"}
    name = "line_notified" if is_notified else phrase[decision.action]
    message = desk.phrases.say(
        f"sheet.{name}", amount=desk.money(decision.amount_cents, decision.currency)
    )
    return Reply("in_force", message, in_force_on=decision.from_on)


def _wide(desk: Desk, command: Command, decision: LineDecision) -> Reply:
    """Set the limit of a debtor over all contracts; cancelled, there is none."""
    cancelled = decision.action == "cancel"
    limit = UNLIMITED_CENTS if cancelled else decision.amount_cents
    name = "sheet.wide_cancelled" if cancelled else "sheet.wide_in_force"
    amount = desk.money(decision.amount_cents, decision.currency)
    reply = Reply("in_force", desk.phrases.say(name, amount=amount), in_force_on=decision.from_on)
    wanted = FactorLine(
        decision.debtor, decision.currency, limit_cents=limit, valid_until=decision.to_on
    )
    answered = reply.on(command, desk.today)
    set_factor_limit(desk.ledger, wanted, today=desk.today, command=answered)
    return reply


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
