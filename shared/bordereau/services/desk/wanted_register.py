"""Decisions of the register: settings, sellers, terms, senders."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from bordereau.domain import closing
from bordereau.domain.books import ContractStatus
from bordereau.domain.charges import PRICE, price_code
from bordereau.domain.decisions import (
    ClosingDecision,
    DecisionKind,
    RateDecision,
    SettingDecision,
)
from bordereau.domain.decisions import TermsDecision as TermsWanted
from bordereau.domain.figures.journal import mapped_account
from bordereau.domain.identifiers import AccountId, contract_id
from bordereau.domain.money import format_amount
from bordereau.domain.parties import (
    Address,
    Contract,
    Seller,
    Sender,
)
from bordereau.domain.problems import Problem
from bordereau.domain.terms import (
    FIXED_INDEX,
    ContractKind,
    Disclosure,
    FundMethod,
    PayoutMode,
    TermCount,
    Terms,
    TransferBasis,
)
from bordereau.domain.terms_rules import contradictions
from bordereau.domain.workbook.account_settings import PREFIX
from bordereau.domain.workbook.columns import Kind
from bordereau.domain.workbook.known_settings import BY_CODE, CLOSING
from bordereau.services.desk.context import Bad, Context, Note, Result
from bordereau.services.desk.naming import label_of, party_of
from bordereau.services.desk.reading import Line, Reading

PPM_PER_BPS: Final = 100
VAT: Final = "vat/"
RATES: Final = (
    *("advance_rate", "fund_rate", "factoring_fee_rate", "margin", "concentration"),
    "late_interest_rate",
)
"""The rates of a line of terms: basis points, so two decimals."""
STATES: Final = {
    "prospect": ContractStatus.SUSPENDED,
    "active": ContractStatus.ACTIVE,
    "suspended": ContractStatus.SUSPENDED,
    "closed": ContractStatus.CLOSED,
}
OF_FACTORING: Final = (
    *("advance_rate", "fund_rate", "fund_min", "margin", "index"),
    *("fund_max", "annual_min", "ceiling", "concentration", "defund_days", "max_term_days"),
)
"""Columns of Conditions that price or limit a purchase."""
LIMITS: Final = ("index", "fund_max", "ceiling", "concentration", "defund_days", "max_term_days")
"""Those of them in which zero says something too."""
_DAYS: Final = re.compile(r"\d{1,3}( ?; ?\d{1,3})*")


def bad(line: Line, key: str, code: str, **facts: str) -> Bad:
    """Return one problem of a cell."""
    return ((key, Problem(code, where=label_of(line.tab, key), facts=facts)),)


def day_of(line: Line, key: str) -> dt.date | None:
    """Return a date of a line."""
    text = line.text(key)
    return dt.date.fromisoformat(text) if text else None


def kind_of(decision: object, kind: DecisionKind) -> DecisionKind:
    """Return the kind of a decision: rates and closings stand in the tab of the settings."""
    if isinstance(decision, ClosingDecision):
        return DecisionKind.CLOSING
    return DecisionKind.RATE if isinstance(decision, RateDecision) else kind


def setting(line: Line, context: Context) -> Result:
    """Return a setting, a dated rate or price, or a month that is to be closed."""
    known = BY_CODE[line.text("setting")]
    value = line.values["value"]
    if line.text("seller"):
        return _price_of_seller(line, context, known.code)
    if known.code == CLOSING:
        return _closing(line, dt.date.fromisoformat(str(value)))
    if known.is_rate:
        from_on = day_of(line, "from_on")
        if from_on is None:
            return bad(line, "from_on", "cell-missing")
        rate = int(str(value))
        if known.code.startswith(VAT):
            if rate % PPM_PER_BPS:
                return bad(line, "value", "cell-rate-decimals", typed=str(rate))
            rate //= PPM_PER_BPS
        return RateDecision(known.code, from_on, rate)
    if known.code == "reminder_days" and not _are_days(str(value)):
        return bad(line, "value", "setting-days", typed=str(value))
    if known.code.startswith(PREFIX) and mapped_account(str(value)) is None:
        return bad(line, "value", "setting-account", typed=str(value))
    if known.kind is Kind.AMOUNT:
        value = format_amount(int(str(value)))
    return SettingDecision(known.code, str(value))


def _price_of_seller(line: Line, context: Context, code: str) -> Result:
    """Return what one seller pays for a charge; nothing else in the tab is one seller's."""
    if not code.startswith(PRICE):
        return bad(line, "seller", "setting-for-all")
    found, from_on = context.seller(line), day_of(line, "from_on")
    if isinstance(found, Problem):
        return (("seller", found),)
    if from_on is None:
        return bad(line, "from_on", "cell-missing")
    name = price_code(code.removeprefix(PRICE), found.party)
    return RateDecision(name, from_on, int(str(line.values["value"])))


def _closing(line: Line, last_on: dt.date) -> Result:
    month = closing.month_of(last_on)
    if last_on != closing.last_day(month):
        return bad(line, "value", "setting-not-month-end", day=last_on.isoformat())
    return ClosingDecision(month, day_of(line, "from_on"))


def _are_days(text: str) -> bool:
    if not _DAYS.fullmatch(text):
        return False
    days = [int(part) for part in text.split(";")]
    return days == sorted(set(days))


def settings_twice(reading: Reading) -> dict[str, Bad]:
    """Return the lines that set again what an earlier line sets (rates and closings by day)."""
    first: dict[tuple[str, str, str], str] = {}
    found: dict[str, Bad] = {}
    for line in reading.lines.get("settings", ()):
        code = line.text("setting")
        known = BY_CODE.get(code)
        day = line.text("from_on") if known and known.is_rate else ""
        day = line.text("value") if code == CLOSING else day
        other = first.setdefault((code, day, line.text("seller")), line.ref)
        if code and other != line.ref:
            found[line.ref] = bad(line, "setting", "setting-twice", ref=other)
    return found


def legal_rates(reading: Reading) -> Iterator[tuple[dt.date, int]]:
    """Yield the legal rates that the sheet has, with their first days, in parts per million."""
    for line in reading.lines.get("settings", ()):
        from_on, rate = day_of(line, "from_on"), line.values.get("value")
        if line.text("setting") == "legal" and not line.wrong and from_on and rate is not None:
            yield from_on, int(str(rate))


def address_of(line: Line) -> Address:
    """Return the address of a line."""
    return Address(
        line.text("street"), line.text("postcode"), line.text("city"), line.text("country")
    )


def emails_of(line: Line, key: str) -> tuple[str, ...]:
    """Return the addresses of a cell."""
    value = line.values.get(key, ())
    return value if isinstance(value, tuple) else ()


def seller(line: Line, context: Context) -> Result:  # noqa: ARG001 - all makers are alike
    """Return a seller; a suspended or closed one needs its reason."""
    state = line.text("state")
    if state in ("suspended", "closed") and not line.text("reason"):
        return bad(line, "reason", "cell-missing")
    if vat_of_another(line):
        return bad(line, "vat", "cell-vat-other", typed=line.text("vat"))
    return Seller(
        party=party_of(line),
        version=0,
        line_ref=line.ref,
        name=line.text("name"),
        siren=line.text("siren"),
        vat=line.text("vat"),
        address=address_of(line),
        language=line.text("language"),
        statement_emails=emails_of(line, "statement_email"),
        iban=line.text("iban"),
        bic=line.text("bic"),
        manager=line.text("manager"),
        status=STATES[state],
    )


def vat_of_another(line: Line) -> bool:
    """Return whether a French VAT number does not end with the SIREN beside it."""
    vat, siren = line.text("vat"), line.text("siren")
    return bool(siren) and vat.startswith("FR") and not vat.endswith(siren)


def sender(line: Line, context: Context) -> Result:
    """Return who may send for a seller."""
    found = context.seller(line)
    if isinstance(found, Problem):
        return (("seller", found),)
    from_on, to_on = day_of(line, "from_on"), day_of(line, "to_on")
    assert from_on is not None, "a required cell"
    if to_on is not None and to_on < from_on:
        return bad(line, "to_on", "cell-before", day=f"{from_on:%d/%m/%Y}")
    return Sender(
        address=line.text("sender"),
        seller=found.party,
        line_ref=line.ref,
        from_on=from_on,
        to_on=to_on,
        may_assign=line.text("may_assign") == "yes",
    )


def terms(line: Line, context: Context) -> Result:
    """Return the terms of a contract; those of one that is to be taken on wait for that."""
    decision = terms_of_line(line, context)
    if isinstance(decision, TermsWanted):
        name = (decision.contract.seller, decision.contract.currency)
        if name in context.taking_on:
            return Note("waiting", "sheet.waits_for_take_on")
    return decision


def terms_of_line(line: Line, context: Context) -> Result:
    """Return the terms of a contract, and how it is opened by the first ones."""
    who, account = context.seller(line), context.account(line)
    if isinstance(who, Problem):
        return (("seller", who),)
    if isinstance(account, Problem):
        return (("account", account),)
    if wrong := _terms_wrong(line):
        return wrong
    from_on = day_of(line, "from_on")
    assert from_on is not None, "a required cell"
    currency = line.text("currency")
    contract = Contract(
        contract=contract_id(who.party, currency),
        seller=who.party,
        currency=currency,
        start_on=from_on,
        account=AccountId(account.iban),
        line_ref=line.ref,
    )
    wanted = _terms_of(line, contract, from_on)
    found = contradictions(wanted, legal_ppm=context.legal_ppm(from_on))
    if found:
        return tuple(
            (one.cell, Problem(one.code, where=label_of(line.tab, one.cell), facts=one.facts))
            for one in found
        )
    return TermsWanted(contract, wanted)


def _terms_wrong(line: Line) -> Bad:
    for key in RATES:
        if (line.number(key) or 0) % PPM_PER_BPS:
            return bad(line, key, "cell-rate-decimals", typed="")
    if line.text("kind") == ContractKind.MANDATE:
        return _mandate_wrong(line)
    per_invoice = line.text("fund_method") == FundMethod.PER_INVOICE
    if not per_invoice and not _bps(line, "fund_rate"):
        return bad(line, "fund_rate", "cell-missing")
    if line.text("index") and line.number("margin") is None:
        return bad(line, "margin", "cell-missing")
    if line.text("late_interest") == "CLAUSE" and not line.number("late_interest_rate"):
        return bad(line, "late_interest_rate", "cell-missing")
    return ()


def _mandate_wrong(line: Line) -> Bad:
    """Under a mandate nothing is bought: what would price or limit it is refused, not ignored."""
    for key in OF_FACTORING:
        if line.number(key) or (key in LIMITS and key in line.values):
            return bad(line, key, "terms-of-mandate")
    return ()


def _bps(line: Line, key: str) -> int:
    return (line.number(key) or 0) // PPM_PER_BPS


def _terms_of(line: Line, contract: Contract, from_on: dt.date) -> Terms:
    concentration = line.number("concentration")
    index = line.text("index")
    return Terms(
        contract=contract.contract,
        from_on=from_on,
        advance_rate_bps=_bps(line, "advance_rate"),
        fund_method=FundMethod(line.text("fund_method")),
        fund_rate_bps=_bps(line, "fund_rate"),
        fund_minimum_cents=line.number("fund_min") or 0,
        fund_ceiling_cents=line.number("fund_max"),
        factoring_rate_bps=_bps(line, "factoring_fee_rate"),
        factoring_minimum_cents=line.number("fee_min") or 0,
        fee_on_credit_notes=line.text("fee_on_notes") == "yes",
        annual_minimum_cents=line.number("annual_min") or 0,
        margin_bps=_bps(line, "margin"),
        index=FIXED_INDEX if index == "FIXED" else index,
        index_floor=line.text("index_floor") != "no",
        payout_value_days=line.number("payout_value_days") or 0,
        receipt_value_days=line.number("receipt_value_days") or 0,
        recourse_days=line.number("defund_days"),
        concentration_bps=None if concentration is None else concentration // PPM_PER_BPS,
        ceiling_cents=line.number("ceiling"),
        minimum_payout_cents=line.number("payout_min") or 1,
        payout=PayoutMode(line.text("payout")),
        maximum_term_days=line.number("max_term_days"),
        term_count=TermCount(line.text("term_count") or TermCount.NET),
        is_export=line.text("export") == "yes",
        disclosure=Disclosure(line.text("disclosure")),
        transfer_basis=TransferBasis(line.text("transfer_basis") or TransferBasis.SUBROGATION),
        late_interest=line.text("late_interest") or "DEFAULT",
        late_interest_rate_bps=_bps(line, "late_interest_rate"),
        late_interest_for=line.text("late_interest_for") or "FACTOR",
        dispute_scope=line.text("dispute_scope") or "PART",
        kind=ContractKind(line.text("kind")),
    )
