"""How a reader says that it cannot go on: one exception that carries the problem.

It never leaves this package: ``read_document``, ``open_mail_bytes`` and ``read_bank`` turn it into
a claim with the verdict and the problem.
"""

from __future__ import annotations

from collections.abc import Iterable

from bordereau.domain.claims import Verdict
from bordereau.domain.problems import Problem, Severity

_ORDER = (
    (Severity.REFUSE, Verdict.REJECT),
    (Severity.NOT_FOR_SALE, Verdict.NOT_FOR_SALE),
    (Severity.REVIEW, Verdict.REVIEW),
    (Severity.IGNORE, Verdict.IGNORE),
)


class RefusedError(Exception):
    """The bytes cannot be read any further; ``problem`` says why and what to send instead."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def refused(code: str, severity: Severity = Severity.REFUSE, /, **facts: str) -> RefusedError:
    """Return the exception for one problem; ``facts`` are finished strings."""
    return RefusedError(Problem(code, severity, facts=facts))


def verdict_of(problems: Iterable[Problem]) -> Verdict:
    """Return what the strongest problem makes of the document; warnings leave it accepted.

    >>> verdict_of((Problem("clause-missing", Severity.WARN),))
    <Verdict.ACCEPT: 'accept'>
    """
    found = {problem.severity for problem in problems}
    if not found:
        return Verdict.ACCEPT
    return next((verdict for severity, verdict in _ORDER if severity in found), Verdict.ACCEPT)
