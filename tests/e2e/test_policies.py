"""Roles and calls compared, both ways: no right is missing, and none is there for nothing.

The calls are those of the month, and of the days at the desk with what the month does not type.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from local.cloud.template import functions_of, read_template
from local.month.bank import Bank
from local.month.memory_world import MemoryWorld
from local.month.play import play
from tests.e2e import desk_story
from tests.e2e.reach import possible
from tests.e2e.rights import Recorder, Right, covers, granted

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = read_template((ROOT / "template.yaml").read_text(encoding="utf-8"))
FUNCTIONS: Final = tuple(functions_of(TEMPLATE))
BEYOND_THE_MONTH: Final[dict[str, dict[Right, str]]] = {
    "open_mail": {("s3:PutObject", "Work/claims/bank/*"): "a statement that comes by mail"},
    "apply_bank_statement": {("s3:GetObject", "Work/claims/bank/*"): "a statement by mail"},
    "refresh_workbook": {("s3:ListBucket", "Work"): "S3 says « no such key » to who may list"},
    "issue_advances": {("s3:ListBucket", "Work"): "S3 says « no such key » to who may list"},
    "apply_decisions": {
        ("sqs:SendMessage", "ApplyDecisionsQueue"): "a decision before what it builds on",
        ("sqs:SendMessage", "ApplyBankStatementQueue"): "a statement released from quarantine",
        ("s3:ListBucket", "Work"): "S3 says « no such key » to who may list",
    },
    "deliver_outbox": {("ses:SendRawEmail", "mail"): "SES may ask for it beside SendEmail"},
    "control_books": {
        ("sqs:SendMessage", "OpenMailQueue"): "a mail without an outcome",
        ("sqs:SendMessage", "RegisterInvoicesQueue"): "claims without an outcome",
        ("sqs:SendMessage", "ApplyBankStatementQueue"): "a bank file without an outcome",
    },
}
"""Rights beside tables that neither the month nor the desk's days use, and what does."""


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    """The calls of every function in the month, and in the days at the desk."""
    found = Recorder()
    for _ in play(MemoryWorld(harm=found, renders=False), Bank()):
        pass
    desk = MemoryWorld(harm=found, renders=False)
    desk_story.friday_s_mail(desk)
    for _ in play(desk, until=desk_story.MONDAY):
        pass
    desk_story.live(desk)
    return found


def role_of(function: str) -> dict[str, Any]:
    """The role of a function."""
    role: dict[str, Any] = TEMPLATE["Resources"][f"{function.title().replace('_', '')}Role"]
    return role


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_of_the_month_is_allowed(function: str, recorder: Recorder) -> None:
    """What a function did in a month it may do; a function that did nothing proves nothing."""
    rights = list(granted(role_of(function)))
    needed = recorder.needed[function]
    assert needed, "it was never called"
    assert {one for one in needed if not any(covers(right, one) for right in rights)} == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_the_code_can_ask_of_a_table_is_allowed(function: str) -> None:
    """Also on roads that the month does not take: each call that is reached by its name."""
    rights = list(granted(role_of(function)))
    reads = {one for one in possible(function) if one[0] != "dynamodb:PutItem"}
    assert {one for one in reads if not any(covers(right, one) for right in rights)} == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_right_is_there_for_nothing(function: str, recorder: Recorder) -> None:
    """Each right was used in the month, or code that is reached can use it, or it is listed."""
    used = recorder.needed[function] | possible(function)
    unused = {r for r in granted(role_of(function)) if not any(covers(r, one) for one in used)}
    assert unused == set(BEYOND_THE_MONTH.get(function, {}))


def test_nothing_is_deleted() -> None:
    """No transaction deletes: an item that is over says so."""
    actions = {action for function in FUNCTIONS for action, _ in granted(role_of(function))}
    assert "dynamodb:DeleteItem" not in actions
