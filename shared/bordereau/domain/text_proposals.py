"""Proposed fields for a document that is only text: what, how sure, and why.

Nothing is bought on a proposal: a person confirms it. Known parties are searched *for* in the
text, which finds more than extracting unknown ones would; number, dates and amounts are proposed
where a label or a sum speaks for them, and left out otherwise (handbook: corpora 5).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bordereau.domain.identifiers import PartyId, normalised_number, siren_of_vat
from bordereau.domain.money import format_amount, parse_amount
from bordereau.domain.page_text import Seen, amounts_in, dates_in, folded, identifiers_in


class Confidence(StrEnum):
    """How sure a proposal is: two independent signs, one, or a mere likelihood."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Why(StrEnum):
    """What speaks for a proposal."""

    SCHEDULE = "schedule"
    IDENTIFIER = "identifier"
    NAME = "name"
    LABEL = "label"
    SUM = "sum"
    SUM_AND_LABEL = "sum-and-label"
    TERM = "term"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed value: text as in ``work.ToComplete`` (ISO date, plain decimal, name)."""

    value: str
    confidence: Confidence
    why: Why


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A party of the register as it may stand in a text; ``name`` as the register has it."""

    party: PartyId
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A line of a schedule that came in the same mail: its fields as of ``ToComplete``."""

    part: str
    fields: Mapping[str, str] = field(default_factory=dict)


_NUMBER_SIGN: Final = r"(?:n ?[o°º]s?\b\.?|n[°º]|numero|num\b\.?|no\b\.?|nr\b\.?|number|#)"
_KIND: Final = r"(?:facture|fact\b\.?|invoice|rechnung|rechnungs|avoir|credit note|document|piece)"
_CODE: Final = r"(?P<code>[a-z0-9][a-z0-9/_.-]{0,39})"
_NUMBERS: Final = (
    re.compile(rf"\b{_KIND}\s*(?:d'avoir )?{_NUMBER_SIGN}[ :.#]*\n?{_CODE}"),
    re.compile(rf"\b{_NUMBER_SIGN} ?(?:de |d')?(?:la )?{_KIND}[ :.#]*\n?{_CODE}"),
    re.compile(rf"\b{_KIND}[ :#]+{_CODE}"),
    re.compile(rf"\b{_KIND}[a-z ]{0, 40}\n{_NUMBER_SIGN}[ :.#]*{_CODE}"),
    re.compile(rf"^{_NUMBER_SIGN}[ :.#]*{_CODE}", re.MULTILINE),
)
_NOT_A_NUMBER: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|20\d\d-\d\d-\d\d|\d{1,2}")
_DUE_LABEL: Final = re.compile(
    r"echeance|limite|a (?:payer|regler) (?:avant|au|le|pour)|payable (?:le|au|avant)|exigib"
    r"|reglement (?:le|au|avant|pour)|\bdue\b|fallig|zahlbar|pay by"
)
_ISSUE_LABEL: Final = re.compile(
    r"date (?:de )?(?:la )?(?:facture|facturation|piece|document|avoir)|date d'?emission|emise? le"
    r"|facture (?:n?.{0,24} )?du|invoice date|issue date|rechnungsdatum|date of issue|avoir .*du"
)
_PLAIN_DATE: Final = re.compile(r"(?:^|\W)(?:date|le|datum|du)[ :]*$")
_OTHER_DATE: Final = re.compile(
    r"command|livraison|associe|origine|prestation|deliver|liefer|order|periode|period|naissance|contrat|devis|bl\b|maj\b"
)
_PAYABLE_LABEL: Final = re.compile(
    r"net a payer|reste a payer|montant (?:du|a payer|a regler)|total a payer|solde (?:du|a)"
    r"|amount due|balance due|residual|total due|a payer|zahlbetrag"
)
_GROSS_LABEL: Final = re.compile(
    r"t\.?t\.?c\b|toutes taxes|grand total|total (?:amount|eur|€)|gesamtbetrag|bruttobetrag"
    r"|rechnungsbetrag"
)
_NOT_GROSS: Final = re.compile(r"\bh\.?t\b|hors tax|sous-total|subtotal|net amount|acompte|deja")
_TERM: Final = re.compile(r"\b(\d{2,3}) jours? (net|date de facture|fin de mois|nets)?")
_CREDIT_TITLE: Final = re.compile(
    r"^(?:facture d'|note d'|note de )?(?:avoir|credit)\b(?! de commerce)"
    r"|^credit note|^gutschrift",
    re.MULTILINE,
)
_WORDS: Final = re.compile(r"[^a-z0-9]+")
_LEGAL_FORMS: Final = frozenset(
    {"sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "gmbh", "ag", "ltd", "bv", "spa", "srl"}
)
_NAME_LENGTH_MIN: Final = 4
_NAME_WORDS_MAX: Final = 7
NAMES_MAX: Final = 300
"""So many names are looked up for one page: three batches of reads."""
_INITIALS: Final = re.compile(r"\b([a-z])\.(?=[a-z]\b)")
_NAME_START: Final = re.compile(
    r"[:;|\t]|  +|\b(?:client|acheteur|debiteur|destinataire|societe|customer|buyer|bill to)\b"
)
_TERMS: Final = range(7, 121)
_SUMS_MAX: Final = 60
_VAT_SHARE_MAX: Final = 4


def propose(
    text: str,
    *,
    parties: Sequence[KnownParty] = (),
    lines: Sequence[ScheduleLine] = (),
    seller: PartyId | None = None,
) -> dict[str, Proposal]:
    r"""Return a proposal for each field that the text speaks for (names of ``ToComplete``).

    ``parties`` are the debtors that may be meant; ``seller`` is never proposed as the debtor. A
    line of the schedule whose number stands in the text gives its fields before anything else.

    >>> found = propose("FACTURE N° FA-12 du 02/03/2026\nTotal HT 100,00\nTVA 20,00\nTTC 120,00")
    >>> [(name, found[name].value, str(found[name].confidence)) for name in ("number", "amount")]
    [('number', 'FA-12', 'medium'), ('amount', '120.00', 'high')]
    """
    page = folded(text)
    found = _debtor(page, parties, seller)
    found |= _number(page, text) | _dates(page) | _amount(page) | _signs(page, text)
    line = _line_in(page, lines)
    if line is not None:
        sure = Confidence.HIGH if _has_amount(page, line) else Confidence.MEDIUM
        found |= {
            name: Proposal(value, sure, Why.SCHEDULE)
            for name, value in line.fields.items()
            if value
        }
    return found


def _debtor(
    page: str, parties: Iterable[KnownParty], seller: PartyId | None
) -> dict[str, Proposal]:
    """Propose the one party of the register that the text names by a number, else by its name."""
    others = [one for one in parties if one.party != seller]
    numbers = set(aliases_in(page))
    named = [one for one in others if numbers & {str(one.party), *one.aliases}]
    why, sure = Why.IDENTIFIER, Confidence.HIGH
    if not named:
        words = f" {_bare(page)} "
        named = [one for one in others if _is_named(one.name, words)]
        why, sure = Why.NAME, Confidence.MEDIUM
    if len({one.party for one in named}) != 1:
        return {}
    return {"debtor": Proposal(named[0].name, sure, why)}


def aliases_in(page: str) -> tuple[str, ...]:
    """Return the aliases of the register that stand in a text, a SIREN for a French VAT number."""
    found = identifiers_in(folded(page))
    sirens = (f"siren:{siren_of_vat(one[4:])}" for one in found if one.startswith("vat:FR"))
    return tuple(dict.fromkeys((*found, *sirens)))


def name_alias(name: str) -> str:
    """Return the alias under which a name is found, empty where it is too short to tell anyone.

    >>> name_alias("Compagnie des Bâtisseurs S.A."), name_alias("SARL X")
    ('name:compagnie des batisseurs', '')
    """
    bare = _told_name(_bare(name).split())
    return f"name:{bare}" if len(bare) >= _NAME_LENGTH_MIN else ""


def name_aliases_in(page: str) -> tuple[str, ...]:
    r"""Return the aliases of names that may stand in a text, at most ``NAMES_MAX``.

    A name is looked for where a page has one: at the start of a line, after a colon, a gap or a
    word such as « client ».

    >>> name_aliases_in("Facturé à : ACME SA\nLyon")
    ('name:facture', 'name:facture a', 'name:acme', 'name:lyon')
    """
    found: dict[str, None] = {}
    for line in folded(page).split("\n"):
        for piece in _NAME_START.split(line):
            words = [word for word in _bare(piece).split() if word not in _LEGAL_FORMS]
            names = (" ".join(words[:count]) for count in range(1, _NAME_WORDS_MAX + 1))
            found |= dict.fromkeys(f"name:{one}" for one in names if len(one) >= _NAME_LENGTH_MIN)
        if len(found) >= NAMES_MAX:
            break
    return tuple(found)[:NAMES_MAX]


def _told_name(words: Iterable[str]) -> str:
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def _bare(text: str) -> str:
    joined = _INITIALS.sub(r"\1", folded(text).replace("\n", " "))
    return _WORDS.sub(" ", joined).strip()


def _is_named(name: str, words: str) -> bool:
    bare = _told_name(_bare(name).split())
    return len(bare) >= _NAME_LENGTH_MIN and f" {bare} " in words


def _number(page: str, text: str) -> dict[str, Proposal]:
    """Propose the code beside a label, in the spelling of the text."""
    for pattern in _NUMBERS:
        for match in pattern.finditer(page):
            code = match["code"].strip("./-")
            if any(sign.isdigit() for sign in code) and not _NOT_A_NUMBER.fullmatch(code):
                spelt = re.search(re.escape(code), text, re.IGNORECASE)
                value = spelt[0] if spelt else code.upper()
                return {"number": Proposal(value, Confidence.MEDIUM, Why.LABEL)}
    return {}


def _dates(page: str) -> dict[str, Proposal]:
    seen = list(dates_in(page))
    due = _labelled(seen, _DUE_LABEL)
    rest = [one for one in seen if one not in due]
    rest = [one for one in rest if not _OTHER_DATE.search(one.label)]
    issued = _labelled(rest, _ISSUE_LABEL) or _labelled(rest, _PLAIN_DATE)
    found: dict[str, Proposal] = {}
    if issued:
        found["issued_on"] = Proposal(issued[0].value, Confidence.MEDIUM, Why.LABEL)
    lasts = [one.value for one in due if not issued or one.value >= issued[0].value]
    if lasts:
        found["due_on"] = Proposal(max(lasts), Confidence.MEDIUM, Why.LABEL)
    elif issued and (term := _term(page)) is not None:
        day = dt.date.fromisoformat(issued[0].value) + dt.timedelta(days=term)
        found["due_on"] = Proposal(day.isoformat(), Confidence.LOW, Why.TERM)
    return found


def _term(page: str) -> int | None:
    """Return the one term in days that the text states, none when it counts to a month's end."""
    terms = {(int(days), how) for days, how in _TERM.findall(page) if int(days) in _TERMS}
    if len(terms) != 1:
        return None
    days, how = terms.pop()
    return None if how == "fin de mois" else days


def _labelled(seen: Iterable[Seen], label: re.Pattern[str]) -> list[Seen]:
    return [one for one in seen if label.search(one.label)]


def _amount(page: str) -> dict[str, Proposal]:
    """Propose what is to be paid: a label, the sum net + VAT = gross, best both."""
    seen = list(amounts_in(page))
    payable = _labelled(seen, _PAYABLE_LABEL)
    gross = [one for one in _labelled(seen, _GROSS_LABEL) if not _NOT_GROSS.search(one.label)]
    sums = _sums({abs(parse_amount(one.value) or 0) for one in seen})
    chosen = payable[-1:] or gross[-1:]
    if not chosen:
        top = max(sums, default=0)
        if not top:
            return {}
        return {"amount": Proposal(format_amount(top), Confidence.LOW, Why.SUM)}
    value = chosen[0].value.lstrip("-")
    is_sum = parse_amount(value) in sums
    sure = Confidence.HIGH if is_sum else Confidence.MEDIUM
    return {"amount": Proposal(value, sure, Why.SUM_AND_LABEL if is_sum else Why.LABEL)}


def _sums(amounts: set[int]) -> set[int]:
    """Return the amounts that are the sum of two others, of which one could be the VAT."""
    top = sorted(amounts, reverse=True)[:_SUMS_MAX]
    return {
        gross
        for gross in top
        for net in top
        if 0 < gross - net <= net // (_VAT_SHARE_MAX - 1) and gross - net in amounts
    }


def _signs(page: str, text: str) -> dict[str, Proposal]:
    found: dict[str, Proposal] = {}
    if "€" in text or re.search(r"\beur(?:os?)?\b", page):
        found["currency"] = Proposal("EUR", Confidence.MEDIUM, Why.SIGN)
    if _CREDIT_TITLE.search(page):
        found["type_code"] = Proposal("381", Confidence.MEDIUM, Why.LABEL)
    return found


def _line_in(page: str, lines: Iterable[ScheduleLine]) -> ScheduleLine | None:
    """Return the one line of the schedule whose number stands in the text."""
    words = {normalised_number(word.strip(".,;:()")) for word in page.split()}
    found = [
        line
        for line in lines
        if (number := normalised_number(line.fields.get("number", ""))) and number in words
    ]
    surest = [line for line in found if _has_amount(page, line)] or found
    return surest[0] if len(surest) == 1 else None


def _has_amount(page: str, line: ScheduleLine) -> bool:
    cents = parse_amount(line.fields.get("amount", ""))
    return cents is not None and cents in {parse_amount(one.value) for one in amounts_in(page)}
