"""Every phrase that a reader sees, per language, in one TOML file (``fr.toml``).

A key is ``table.name``. A phrase with a plural is a pair ``{one, other}``, chosen by the fact
``count``. Facts are finished strings. Typography is set once, when the file is loaded. Sentences of
problems: what decisions find stands in ``fr.toml`` under ``[problems]``, what readers find in
``problems.fr.toml`` under ``[codes]``.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bordereau.documents.format import SPACINGS, Formats
from bordereau.domain.money import parse_amount
from bordereau.domain.problems import Problem

FOLDER = Path(__file__).parent

_MONEY = re.compile(r"(?P<amount>-?\d+\.\d{2})(?: (?P<currency>[A-Z]{3}))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CELL = re.compile(r"(?:s(?P<sheet>\d+))?(?P<column>[A-Z]?)(?P<row>\d+)")
_AMOUNTS = ("amount", "stated", "expected")
_DAYS = ("day", "due", "issued", "date")
_HOLES = re.compile(r"(?<=\() +| +(?=\))| \( *\)|(?<= ) +")
"""What an empty fact leaves in a sentence."""


class MissingTextError(KeyError):
    """A key has no phrase, or a phrase lacks a fact: our mistake, found by the tests."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language; ``formats`` writes its numbers and dates."""

    language: str
    formats: Formats
    tables: Mapping[str, Mapping[str, Any]]
    problems: Mapping[str, str]

    @staticmethod
    @cache
    def load(language: str) -> Phrases:
        """Read the texts of ``language`` (``fr``); the same object on every call."""
        raw = _read(f"{language}.toml")
        formats = raw.pop("format")
        spacing = SPACINGS[formats.pop("spacing")]
        found = _read(f"problems.{language}.toml").get("codes", {})
        problems = _spaced(raw.pop("problems") | found, spacing)
        raw["places"] = _read(f"problems.{language}.toml").get("places", {})
        return Phrases(language, Formats(**formats), _spaced(raw, spacing), problems)

    def say(self, key: str, **facts: str | int) -> str:
        """Return the phrase ``key`` with its facts; raise ``MissingTextError`` for either."""
        table, _, name = key.partition(".")
        try:
            phrase = self.tables[table][name]
            if isinstance(phrase, Mapping):
                is_one = facts["count"] in self.formats.singular
                phrase = phrase["one" if is_one else "other"]
            return str(phrase).format(**facts)
        except KeyError as error:
            raise MissingTextError(f"{self.language}: {key} lacks {error}") from error

    def table(self, name: str) -> dict[str, str]:
        """Return the phrases of a table that need no fact: the labels of a template."""
        return {
            key: phrase
            for key, phrase in self.tables[name].items()
            if isinstance(phrase, str) and "{" not in phrase
        }

    def problem(self, problem: Problem) -> str:
        """Return the sentence of a problem, with its place where one is known.

        A code without a sentence, or a fact that is missing, must not stop a document that also
        brings good news: the reader gets the code and what is known of it.
        """
        sentence = self._told(self.problems.get(problem.code), problem.code, problem.facts)
        place = self.place(problem.where)
        if not place:
            return sentence
        return self.say("common.located_problem", where=place, sentence=sentence)

    def place(self, where: str) -> str:
        """Return a place as a person reads it: a field by its name, a cell, a line, else as it is.

        A calculation rule is no place: its sentence names the sums.
        """
        if where.startswith("BR-"):
            return ""
        if field := self.tables.get("places", {}).get(where):
            return str(field)
        match = _CELL.fullmatch(where)
        if not match:
            return where
        name = f"{match['column']}{match['row']}"
        inner = self.say("common.line_place", where=name)
        if match["column"]:
            inner = self.say("common.cell_place", where=name)
        if not match["sheet"]:
            return inner
        inner = inner[:1].lower() + inner[1:]
        return self.say("common.sheet_place", number=match["sheet"], where=inner)

    def alert(self, code: str, facts: Mapping[str, str]) -> str:
        """Return the sentence of an alert of staff: its own, else that of the problem so called.

        A fact ``reason`` that is a code of a problem is told in its words.
        """
        phrase = self.tables["alerts"].get(code) or self.problems.get(code)
        reason = facts.get("reason", "")
        if reason in self.problems:
            facts = {**facts, "reason": self.problem(Problem(reason, facts=facts))}
        return self._told(phrase, code, facts)

    def written(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Return neutral facts as this language writes them, all others as they are.

        Neutral are ``1234.50 EUR``, a plain decimal called ``amount…``, and an ISO date called
        ``day…``, ``due…``, ``issued…`` or ``date…``: a number of an invoice may look like a date.
        """
        return {name: self._written(name, text) for name, text in facts.items()}

    def _written(self, name: str, text: str) -> str:
        if match := _MONEY.fullmatch(text):
            cents = parse_amount(match["amount"])
            if cents is not None and match["currency"]:
                return self.formats.money(cents, match["currency"])
            if cents is not None and name.startswith(_AMOUNTS):
                return self.formats.amount(cents)
        if name.startswith(_DAYS) and _DAY.fullmatch(text):
            try:
                return self.formats.short(dt.date.fromisoformat(text))
            except ValueError:
                return text
        return text

    def _told(self, phrase: str | None, code: str, facts: Mapping[str, str]) -> str:
        known = self.written(facts)
        try:
            told = phrase.format(**known) if phrase else self._bare(code, known)
        except (KeyError, IndexError):
            told = self._bare(code, known)
        return _HOLES.sub("", told).strip()

    def _bare(self, code: str, known: Mapping[str, str]) -> str:
        facts = ", ".join(text for text in known.values() if text)
        return self.say("common.unknown_problem", code=code, facts=facts)


def _read(name: str) -> dict[str, Any]:
    path = FOLDER / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _spaced(table: Mapping[str, Any], spacing: Callable[[str], str]) -> dict[str, Any]:
    return {
        key: spacing(content) if isinstance(content, str) else _spaced(content, spacing)
        for key, content in table.items()
    }
