"""Every phrase that a reader sees, per language, in one TOML file (``fr.toml``).

A key is ``table.name``. A phrase with a plural is a pair ``{one, other}``, chosen by the fact
``count``. Facts are finished strings. Typography is set once, when the file is loaded. Sentences of
problems: what decisions find stands in ``fr.toml`` under ``[problems]``, what readers find in
``problems.fr.toml`` under ``[codes]``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bordereau.documents.format import SPACINGS, Formats
from bordereau.domain.problems import Problem

FOLDER = Path(__file__).parent


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
        try:
            sentence = self.problems[problem.code].format(**problem.facts)
        except KeyError:
            known = ", ".join(problem.facts.values())
            sentence = self.say("common.unknown_problem", code=problem.code, facts=known)
        if not problem.where:
            return sentence
        return self.say("common.located_problem", where=problem.where, sentence=sentence)


def _read(name: str) -> dict[str, Any]:
    path = FOLDER / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _spaced(table: Mapping[str, Any], spacing: Callable[[str], str]) -> dict[str, Any]:
    return {
        key: spacing(content) if isinstance(content, str) else _spaced(content, spacing)
        for key, content in table.items()
    }
