"""Every phrase is used, every use has its phrase, and each gets the facts it names."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import bordereau
from bordereau.documents.texts import FOLDER, MissingTextError, Phrases
from bordereau.domain.books import ContractStatus, PayOutState
from bordereau.domain.cases import CaseState
from bordereau.domain.chart import CHART
from bordereau.domain.figures import (
    BUCKETS,
    HOLDS,
    ActionCode,
    DocumentKind,
    MovementKind,
    Stage,
    StepCode,
)
from bordereau.domain.fiscal_year import BROUGHT_FORWARD
from bordereau.domain.invoice_life import InvoiceState
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.terms import FundMethod
from bordereau.domain.work import OutcomeKind

DOCUMENTS = FOLDER.parent
FRENCH = Phrases.load("fr")

BY_CODE: dict[str, set[str]] = {
    "steps": {str(code) for code in StepCode},
    "held": {str(code) for code in HOLDS},
    "movements": {str(kind) for kind in MovementKind},
    "movement_totals": {str(kind) for kind in MovementKind},
    "buckets": set(BUCKETS),
    "stages": {str(stage) for stage in Stage},
    "fund_rules": {str(method) for method in FundMethod},
    "outcomes": {str(kind) for kind in OutcomeKind},
    "actions": {str(code) for code in ActionCode},
    "actions_else": {str(code) for code in ActionCode},
    "payout_states": {str(state) for state in PayOutState},
    "invoice_states": {str(state) for state in InvoiceState},
    "contract_states": {str(state) for state in ContractStatus},
    "case_states": {str(state) for state in CaseState},
    "severities": {"urgent", "attention", "note"},
    "accounts": {*CHART, BROUGHT_FORWARD},
}
"""Tables whose keys are the codes of figures: exactly one phrase each."""

OPEN = {
    *("format", "countries", "charges", "no_payout", "alerts", "problems", "sheet"),
    *("events", "ledgers", "explain", "analysis", "past"),
}
"""Tables that services choose from by code, or that are no phrases."""

LABELLED = {"common", *map(str, DocumentKind)}
"""Tables whose phrases templates take as ``t.key`` and views by ``say("table.key")``."""


def _raw() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "fr.toml").read_text(encoding="utf-8"))


def _phrases(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, content in table.items():
        if isinstance(content, str):
            yield f"{path}.{key}", content
        elif isinstance(content, dict):
            yield from _phrases(content, f"{path}.{key}")


def _sources(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.rglob(pattern)))


def _template_labels(kind: str) -> set[str]:
    names = [f"templates/{kind}.typ", f"templates/mail/{kind}.html.j2"]
    names.append(f"templates/mail/{kind}.txt.j2")
    texts = [
        (DOCUMENTS / name).read_text(encoding="utf-8")
        for name in names
        if (DOCUMENTS / name).exists()
    ]
    return set(re.findall(r"\bt\.([a-z_]+)", "\n".join(texts)))


def _shared_labels() -> set[str]:
    names = ("templates/lib.typ", *(f"templates/mail/{name}" for name in _SHARED_MAIL))
    texts = [(DOCUMENTS / name).read_text(encoding="utf-8") for name in names]
    return set(re.findall(r"\bt\.([a-z_]+)", "\n".join(texts)))


_SHARED_MAIL = ("layout.html.j2", "parts.html.j2", "foot.txt.j2")


def _said() -> set[str]:
    return set(re.findall(r'say\(\s*"([a-z_]+\.[a-z_]+)"', _sources("*.py")))


def test_every_table_is_known_to_this_test() -> None:
    """A new table has to say who uses it."""
    assert set(_raw()) == set(BY_CODE) | OPEN | LABELLED


@pytest.mark.parametrize("table", sorted(BY_CODE))
def test_every_code_has_exactly_one_phrase(table: str) -> None:
    """A code without words would stop a document; words without a code are dead."""
    assert set(_raw()[table]) == BY_CODE[table]


def test_every_phrase_that_is_said_exists() -> None:
    """``say`` with a literal key finds it."""
    raw = _raw()
    missing = {key for key in _said() if key.split(".")[1] not in raw[key.split(".")[0]]}
    assert not missing


def test_every_label_of_a_template_exists() -> None:
    """A missing label would stop the document in production only."""
    missing = {
        (kind, name)
        for kind in map(str, DocumentKind)
        for name in _template_labels(kind) | _shared_labels()
        if name not in FRENCH.table(kind) and name not in FRENCH.table("common")
    }
    assert not missing


def test_no_phrase_of_a_document_is_unused() -> None:
    """What nobody reads is not translated."""
    said, raw = _said(), _raw()
    dynamic = {"acknowledgement.invoice", "acknowledgement.credit_note"}
    unused = set()
    for table in LABELLED:
        kinds = map(str, DocumentKind) if table == "common" else (table,)
        labels = _shared_labels().union(*(_template_labels(kind) for kind in kinds))
        unused |= {
            f"{table}.{key}"
            for key in raw[table]
            if key not in labels and f"{table}.{key}" not in said | dynamic
        }
    assert not unused


def test_a_plural_pair_has_the_same_facts_on_both_sides() -> None:
    """Whoever says it cannot know which side is chosen."""
    for table in _raw().values():
        for phrase in table.values():
            if isinstance(phrase, dict) and set(phrase) == {"one", "other"}:
                fields = [
                    {name for _, name, _, _ in string.Formatter().parse(side) if name}
                    for side in phrase.values()
                ]
                assert fields[0] | {"count"} == fields[1] | {"count"}, phrase


def test_french_phrases_have_no_mark_without_its_space() -> None:
    """In the file an ordinary space stands before every double mark; loading makes it right."""
    wrong = [
        (key, phrase)
        for table, content in _raw().items()
        if table != "format"
        for key, phrase in _phrases(content, table)
        if re.search(r"[^\s\u00a0\u202f][;!?»](?!\w)|\w:(?!\w)|«\S", phrase)
    ]
    assert not wrong


def test_loading_leaves_no_breakable_space_before_a_double_mark() -> None:
    """A line never begins with a colon."""
    for table in FRENCH.tables.values():
        for key, phrase in _phrases(table, "x"):
            assert not re.search(r" [;!?%:»€]|« ", phrase), key


def test_a_missing_fact_is_our_mistake_and_says_which() -> None:
    """The tests of documents find it, not a reader."""
    with pytest.raises(MissingTextError, match=r"common\.contract lacks 'contract'"):
        FRENCH.say("common.contract")


def test_zero_and_one_are_singular_in_french() -> None:
    """« 0 jour », « 1 jour », « 2 jours »."""
    said = [FRENCH.say("common.days", count=count) for count in (0, 1, 2)]
    assert said == ["0 jour", "1 jour", "2 jours"]


def test_a_problem_says_where_and_what() -> None:
    """The place stands first."""
    problem = Problem("debtor-unknown", Severity.REVIEW, "F1.pdf", {"debtor": "ACME"})
    assert FRENCH.problem(problem).startswith("F1.pdf\u00a0: ACME n'est pas encore")


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("BT-9", "Date d'échéance (BT-9)\u00a0: «"),
        ("F12", "Cellule F12\u00a0: «"),
        ("12", "Ligne 12\u00a0: «"),
        ("s3F12", "Feuille 3, cellule F12\u00a0: «"),
        ("factur-x.xml", "factur-x.xml\u00a0: «"),
        ("BR-CO-15", "«"),
    ],
)
def test_a_place_is_named_as_a_person_reads_it(where: str, shown: str) -> None:
    """Fields have names, cells and lines are called so; a rule is no place."""
    problem = Problem("date-malformed", where=where, facts={"date": "31/02"})
    assert FRENCH.problem(problem).startswith(shown)


def test_every_term_that_a_reader_names_has_a_name() -> None:
    """No bare code of the standard reaches a person."""
    package = Path(bordereau.__file__).parent
    sources = [*(package / "readers").glob("*.py"), *(package / "services").glob("*.py")]
    terms = {
        term
        for source in sources
        for term in re.findall(r'"(B[TG]-[0-9]+)"', source.read_text(encoding="utf-8"))
    }
    assert len(terms) > 20
    assert {term for term in terms if FRENCH.place(term) == term} == set()


def test_a_problem_without_words_does_not_stop_a_document() -> None:
    """The reader gets the code and what is known."""
    said = FRENCH.problem(Problem("no-such-code", facts={"file": "F1.pdf"}))
    assert said == "Point à vérifier (no-such-code) F1.pdf"


def test_a_problem_that_lacks_a_fact_does_not_stop_a_document() -> None:
    """Facts come from data."""
    assert "debtor-unknown" in FRENCH.problem(Problem("debtor-unknown"))


@pytest.mark.parametrize(
    ("name", "neutral", "written"),
    [
        ("amount", "-1234.50 EUR", "\u22121\u202f234,50\u00a0€"),
        ("stated", "1234.50 EUR", "1\u202f234,50\u00a0€"),
        ("amount_books", "1234.50", "1\u202f234,50"),
        ("day", "2026-02-05", "05/02/2026"),
        ("due", "2026-02-30", "2026-02-30"),
        ("number", "2026-02-05", "2026-02-05"),
        ("number", "1234.50", "1234.50"),
        ("debtor", "ACME EUR", "ACME EUR"),
    ],
)
def test_neutral_facts_are_written_as_the_language_writes_them(
    name: str, neutral: str, written: str
) -> None:
    """Amounts and days; never a number of an invoice that looks like one."""
    assert FRENCH.written({name: neutral}) == {name: written}


def test_an_alert_tells_amounts_and_days() -> None:
    """Staff read what services stored neutrally."""
    facts = {"number": "S1", "debtor": "ACME", "amount": "12.00", "day": "2026-02-05"}
    assert FRENCH.alert("payout-returned", facts) == (
        "Virement S1 vers ACME (12,00) revenu le 05/02/2026\u00a0: "
        "vérifier l'IBAN, puis le refaire."
    )


def test_an_alert_of_a_problem_has_the_problems_sentence() -> None:
    """A held invoice is told to staff in the words the seller reads."""
    said = FRENCH.alert("debtor-unknown", {"debtor": "ACME"})
    assert said == FRENCH.problem(Problem("debtor-unknown", facts={"debtor": "ACME"}))


def test_an_empty_fact_leaves_no_hole_in_a_sentence() -> None:
    """Banks often name nobody."""
    facts = {"amount": "12.00", "day": "2026-02-05", "counterparty": "", "text": "VIR"}
    assert "le 05/02/2026 (VIR)\u00a0:" in FRENCH.alert("bank-debit-unknown", facts)
    nobody = facts | {"text": ""}
    assert "le 05/02/2026\u00a0:" in FRENCH.alert("bank-debit-unknown", nobody)


def test_readers_and_services_do_not_word_the_same_code_twice() -> None:
    """One sentence per code."""
    path = Path(FOLDER / "problems.fr.toml")
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {"codes": {}}
    assert not set(_raw()["problems"]) & set(found["codes"])


def _decisions() -> str:
    rooms = ("services", "domain", "adapters", "entry")
    paths = [path for room in rooms for path in sorted((DOCUMENTS.parent / room).rglob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_problem_that_a_decision_finds_has_its_sentence() -> None:
    """A code without words reaches the reader as a code."""
    told = set(FRENCH.problems) | set(FRENCH.tables["alerts"])
    codes = set(re.findall(r'\bProblem\(\s*"([a-z0-9-]+)"', _decisions()))
    assert codes
    assert codes <= told, codes - told


def test_every_alert_of_staff_has_its_sentence() -> None:
    """Codes that begin with ``staff-`` or ``bank-``."""
    told = set(FRENCH.problems) | set(FRENCH.tables["alerts"])
    codes = set(re.findall(r'"((?:staff|bank)-[a-z-]+[a-z])"', _decisions()))
    assert codes
    assert codes <= told, codes - told


def test_the_reason_of_an_alert_is_told_in_words() -> None:
    """Staff read why a mail was put aside, not a code."""
    facts = {"sender": "a@b.example", "subject": "F", "reason": "bank-not-read"}
    assert "lisible" in FRENCH.alert("staff-mail-quarantined", facts)


def test_facts_of_problems_are_plain_names() -> None:
    """No attribute, index or format: facts are finished strings from hostile files."""
    for code, sentence in FRENCH.problems.items():
        for _, name, form, conversion in string.Formatter().parse(sentence):
            assert name is None or (name.isidentifier() and not form and not conversion), code
