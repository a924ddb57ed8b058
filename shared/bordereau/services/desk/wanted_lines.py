"""Decisions of « Garanties »: requests, lines of two sources, freezes; a later day is sent too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from bordereau.domain.decisions import LineDecision
from bordereau.domain.identifiers import ContractId, contract_id
from bordereau.domain.line_agreements import Basis, Source
from bordereau.domain.problems import Problem
from bordereau.services.desk.context import Bad, Context, Note, Result
from bordereau.services.desk.reading import Line
from bordereau.services.desk.wanted_register import PPM_PER_BPS, bad, day_of

FREEZES = ("freeze", "unfreeze")
WITHOUT_AMOUNT = ("cancel", *FREEZES)
SIGNED = ("request", *FREEZES)
"""What is refused without a name beside it."""

Relation = tuple[str, str, str, str]
"""Client, currency, debtor and stream: own lines, an insurer's, freezes each follow each other."""


def line(line: Line, context: Context) -> Result:
    """Return a decision on a guarantee line; one that a later line replaced says so."""
    whom = context.debtor(line)
    if isinstance(whom, Problem):
        return (("debtor", whom),)
    contract = _contract(line, context)
    if isinstance(contract, tuple | Note):
        return contract
    if wrong := _wrong(line):
        return wrong
    if note := _replaced(line, context):
        return note
    from_on = day_of(line, "from_on")
    assert from_on is not None, "a required cell"
    action = line.text("kind")
    return LineDecision(
        debtor=whom.party,
        currency=line.text("currency"),
        action=action,
        amount_cents=0 if action in WITHOUT_AMOUNT else line.number("amount") or 0,
        from_on=from_on,
        to_on=day_of(line, "to_on"),
        contract=contract,
        source=_source(line),
        basis=_basis(line),
        vat_bps=_bps(line, "vat_rate"),
        policy_ref=line.text("policy_ref"),
        insured_share_bps=_bps(line, "insured_share"),
        reason=line.text("reason"),
        asked_by=line.text("asked_by"),
    )


def _contract(line: Line, context: Context) -> ContractId | Bad | Note | None:
    """Return the contract of a line, nothing for a factor-wide one, or what is wrong or waits."""
    if not line.text("seller"):
        return None
    who = context.seller(line)
    if isinstance(who, Problem):
        return (("seller", who),)
    if (who.party, line.text("currency")) not in context.contracts:
        return bad(line, "seller", "line-without-contract", currency=line.text("currency"))
    if (who.party, line.text("currency")) in context.taking_on:
        return Note("waiting", "sheet.waits_for_take_on")
    return contract_id(who.party, line.text("currency"))


def _source(line: Line) -> Source:
    return Source(line.text("source") or Source.INTERNAL)


def _basis(line: Line) -> Basis:
    return Basis(line.text("basis") or Basis.TTC)


def _bps(line: Line, key: str) -> int:
    return (line.number(key) or 0) // PPM_PER_BPS


def _wrong(line: Line) -> Bad:
    """Return what a line lacks, or says that contradicts itself."""
    action = line.text("kind")
    if line.number("amount") is None and action not in WITHOUT_AMOUNT:
        return bad(line, "amount", "cell-missing")
    for key in _required(line):
        if not line.values.get(key):
            return bad(line, key, "cell-missing")
    if _basis(line) is Basis.TTC and line.number("vat_rate"):
        return bad(line, "vat_rate", "line-vat-on-ttc")
    for key in ("policy_ref", "insured_share"):
        if _source(line) is Source.INTERNAL and line.values.get(key):
            return bad(line, key, "line-insurer-only")
    for key in ("vat_rate", "insured_share"):
        if (line.number(key) or 0) % PPM_PER_BPS:
            return bad(line, key, "cell-rate-decimals", typed="")
    from_on, to_on = day_of(line, "from_on"), day_of(line, "to_on")
    if from_on is not None and to_on is not None and to_on < from_on:
        return bad(line, "to_on", "cell-before", day=f"{from_on:%d/%m/%Y}")
    return ()


def _required(line: Line) -> tuple[str, ...]:
    """Return the cells that the kind of a line demands: a freeze has a who and a why."""
    action = line.text("kind")
    needed = ("asked_by",) if action in SIGNED else ()
    if action in FREEZES:
        needed = (*needed, "reason")
    return (*needed, "vat_rate") if _basis(line) is Basis.HT else needed


def _replaced(line: Line, context: Context) -> Note | None:
    from_on = line.text("from_on")
    if line.text("kind") == "request" or from_on > context.today.isoformat():
        return None
    latest = context.latest.get(_relation(line), line.ref)
    if latest != line.ref:
        return Note("replaced", "sheet.line_replaced", {"ref": latest})
    return None


def _relation(line: Line) -> Relation:
    stream = "freeze" if line.text("kind") in FREEZES else str(_source(line))
    client, debtor = line.text("seller").casefold(), line.text("debtor").casefold()
    return client, line.text("currency"), debtor, stream


def latest_lines(lines: Iterable[Line], today: dt.date) -> Mapping[Relation, str]:
    """Return the line that counts for each relation: the latest day that has come, then number.

    A line that lacks something replaces nothing.
    """
    latest: dict[Relation, tuple[str, str]] = {}
    for one in lines:
        counts = not one.wrong and one.text("kind") != "request" and not _wrong(one)
        if counts and one.text("from_on") <= today.isoformat():
            order = (one.text("from_on"), one.ref)
            latest[_relation(one)] = max(latest.get(_relation(one), ("", "")), order)
    return {relation: ref for relation, (_, ref) in latest.items()}
