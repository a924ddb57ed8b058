"""From checked lines to what is wanted: one decision for each line that is complete and sound.

A line that is wrong brings no decision and leaves the others alone. A decision whose day has not
come, or that a later line replaced, waits and says so.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bordereau.domain.decisions import DecisionKind, facts_of, facts_sha
from bordereau.domain.problems import Problem
from bordereau.domain.taking_on.check import Known
from bordereau.services.desk import (
    naming,
    wanted_cases,
    wanted_cash,
    wanted_debtors,
    wanted_lines,
    wanted_operations,
    wanted_payouts,
    wanted_quarantine,
    wanted_register,
)
from bordereau.services.desk.context import Bad, Context, Note, Result
from bordereau.services.desk.reading import Line, Reading
from bordereau.services.desk.take_on_rows import Dossier, dossiers_of
from bordereau.services.desk.wanted_take_on import DossierWishes, TakeOnBooks, dossier_wishes

_MAKERS = {
    "settings": (DecisionKind.SETTING, wanted_register.setting),
    "sellers": (DecisionKind.SELLER, wanted_register.seller),
    "terms": (DecisionKind.TERMS, wanted_register.terms),
    "senders": (DecisionKind.SENDER, wanted_register.sender),
    "debtors": (DecisionKind.DEBTOR, wanted_debtors.debtor),
    "lines": (DecisionKind.LINE, wanted_lines.line),
    "manual_receipts": (DecisionKind.MANUAL_RECEIPT, wanted_cash.manual_receipt),
    "receipts": (DecisionKind.ALLOCATION, wanted_cash.allocation),
    "to_complete": (DecisionKind.COMPLETION, wanted_cash.completion),
    "cases": (DecisionKind.CASE, wanted_cases.case),
    "payouts": (DecisionKind.RELEASE, wanted_payouts.release),
    "quarantine": (DecisionKind.MAIL_RELEASE, wanted_quarantine.mail_release),
    "operations": (DecisionKind.OPERATION, wanted_operations.operation),
}
"""The tabs in the order in which their decisions depend on each other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision of one line, as its command will carry it."""

    ref: str
    kind: DecisionKind
    facts: Mapping[str, Any]
    sha: str
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that is wanted, the lines with what was found wrong across tabs, and what waits.

    ``objects`` are what decisions name, by key; ``take_ons`` how far each dossier is, by name.
    """

    wanted: tuple[Wanted, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)
    take_ons: Mapping[str, Note] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands on the lines that fill themselves: receipts, documents, pay-outs, mails.

    ``shown`` is the fingerprint of the facts beside each pay-out, ``take_on`` what the books know
    of dossiers of « Reprise ».
    """

    receipts: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    payouts: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    take_on: TakeOnBooks | None = None
    mails: Mapping[str, str] = field(default_factory=dict)


def wishes_of(reading: Reading, *, today: dt.date, stands: Stands) -> Wishes:
    """Return what staff want."""
    context = _context(reading, today, stands)
    books = stands.take_on or TakeOnBooks(Known(today))
    dossiers = dossiers_of(reading, context)
    waiting = (pair for dossier in dossiers for pair in books.waiting(dossier))
    context = dataclasses.replace(context, taking_on=frozenset(waiting))
    wanted: list[Wanted] = []
    lines: list[Line] = []
    notes: dict[str, Note] = {}
    for tab, (kind, make) in _MAKERS.items():
        for line in reading.lines.get(tab, ()):
            checked = _with(line, context.twice.get(line.ref, ()))
            result = make(checked, context) if not checked.wrong else ()
            if isinstance(result, Note):
                notes[line.ref] = result
            elif isinstance(result, tuple):
                checked = _with(checked, result)
            else:
                wanted.append(_wanted(line.ref, kind, result, context))
            lines.append(checked)
    found = Wishes(tuple(wanted), tuple(lines), notes)
    return _with_dossiers(found, [dossier_wishes(one, books) for one in dossiers], context)


def _with_dossiers(found: Wishes, dossiers: Sequence[DossierWishes], context: Context) -> Wishes:
    """Return the wishes with those of the dossiers of « Reprise »."""
    decided = [one for one in dossiers if one.decision is not None]
    wanted = [_wanted(one.ref, DecisionKind.TAKE_ON, one.decision, context) for one in decided]
    notes = dict(found.notes)
    for one in dossiers:
        notes |= one.notes
    return Wishes(
        (*found.wanted, *wanted),
        (*found.lines, *(line for one in dossiers for line in one.lines)),
        notes,
        {one.decision.key: one.data for one in decided if one.decision and one.data},
        {one.name: one.state for one in dossiers},
    )


def dossiers_in(reading: Reading, *, today: dt.date) -> list[Dossier]:
    """Return the dossiers of « Reprise » in a reading alone, whatever the books say."""
    return dossiers_of(reading, _context(reading, today, Stands()))


def _context(reading: Reading, today: dt.date, stands: Stands) -> Context:
    sellers = naming.Names(reading.lines.get("sellers", ()))
    debtors = naming.Names(reading.lines.get("debtors", ()))
    return Context(
        sellers=sellers,
        debtors=debtors,
        accounts=naming.accounts_of(reading),
        today=today,
        receipts=stands.receipts,
        documents=stands.documents,
        payouts=stands.payouts,
        shown=stands.shown,
        mails=stands.mails,
        contracts=frozenset(_contracts(reading.lines.get("terms", ()), sellers)),
        legal=tuple(wanted_register.legal_rates(reading)),
        latest=wanted_lines.latest_lines(reading.lines.get("lines", ()), today),
        twice=_twice(sellers, debtors) | wanted_register.settings_twice(reading),
    )


def _contracts(lines: Iterable[Line], sellers: naming.Names) -> Iterable[tuple[str, str]]:
    """Yield seller and currency of every line of terms, whether it is complete or not."""
    for line in lines:
        found = sellers.find(line.text("seller"), where="", tab="")
        if isinstance(found, naming.Entry):
            yield found.party, line.text("currency")


def _twice(*names: naming.Names) -> dict[str, Bad]:
    return {
        ref: (("siren", Problem("cell-party-twice", where="", facts={"ref": other})),)
        for known in names
        for ref, other in known.twice()
    }


def _with(line: Line, problems: Iterable[tuple[str, Problem]]) -> Line:
    for key, problem in problems:
        line = line.with_problem(key, problem)
    return line


def _wanted(ref: str, kind: DecisionKind, decision: Result, context: Context) -> Wanted:
    actual = wanted_register.kind_of(decision, kind)
    facts = facts_of(decision)
    return Wanted(ref, actual, facts, facts_sha(actual, facts), context.waits.get(ref, ""))
