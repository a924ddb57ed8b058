"""Whether a payment can be decided at all: label, account or amount leave one answer, the true one.

This is the simulation's own rule. It looks at what the world knows (every open invoice, what was
paid lately, who paid from the account before), never at how the product matches.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from tests.simulations.french_labels import Written, digits_of, is_same, shown
from tests.simulations.french_model import Document, Plan

if TYPE_CHECKING:
    from tests.simulations.french_bank import World


def is_decidable(
    world: World, plan: Plan, account: str, *, written: list[Written], label: str
) -> bool:
    """Say whether label, account or amount leave one answer, the true one."""
    paid = [doc for doc, _ in plan.paid]
    if not paid or any(not doc.is_sold or not doc.open_cents for doc in paid):
        return False
    if plan.kind == "unknown-credit" or any(one.is_wrong for one in written):
        return False
    known = world.seen.get(account, []) if account else []
    seen = [one for one in written if shown(one, label)]
    if written and len(seen) == len(paid) and _by_label(world, plan, seen, known):
        return True
    return plan.debtor in known and _by_amount(world, plan, known)


def _by_label(world: World, plan: Plan, seen: list[Written], known: list[int]) -> bool:
    """Each number leaves one invoice, alone or with the exact amount of a single one."""
    exact = sum(doc.open_cents for doc, _ in plan.paid) == plan.cents
    theirs = [doc for debtor in known for doc in world.open[debtor]]
    if all(one.is_whole for one in seen):
        if not all(_is_one(one, world.documents) or _is_one(one, theirs) for one in seen):
            return False
        return exact or not _contradicts(world, plan)
    scope = theirs or world.documents
    if not exact or any(len(digits_of(one.text)) < 3 for one in seen):
        return False
    if len(seen) > 1:
        return plan.debtor in known and all(_is_one(one, scope) for one in seen)
    same = [doc for doc in _meant(seen[0], scope) if doc.open_cents == plan.cents]
    return len(same) == 1 and (plan.debtor in known or len(digits_of(seen[0].text)) >= 4)


def _is_one(one: Written, scope: list[Document]) -> bool:
    return len(_meant(one, scope)) == 1


def _meant(one: Written, scope: list[Document]) -> list[Document]:
    """Return the invoices that a number as typed may mean."""
    if one.is_whole:
        text = one.number if one.text.startswith("RF") else one.text
        return [doc for doc in scope if is_same(doc.number, text)]
    ending = digits_of(one.text)
    return [doc for doc in scope if digits_of(doc.number).endswith(ending)]


def _contradicts(world: World, plan: Plan) -> bool:
    """Whether the amount is exactly that of other invoices of the debtor, one or two."""
    chosen = [doc for doc, _ in plan.paid]
    others = [doc.open_cents for doc in world.open[plan.debtor] if doc not in chosen]
    if len(chosen) > 1 and not plan.credits_used:
        return True
    pairs = {a + b for a, b in combinations(others, 2)}
    return plan.cents in pairs or plan.cents in others


def _by_amount(world: World, plan: Plan, known: list[int]) -> bool:
    """One combination of one debtor's invoices adds up, and nothing of that amount was paid."""
    docs = [doc for doc, _ in plan.paid]
    if plan.credits_used or sum(doc.open_cents for doc in docs) != plan.cents:
        return False
    if len({doc.seller for doc in docs}) > 1 or len(docs) > 4:
        return False
    if plan.cents % 100_00 == 0 and len(world.open[plan.debtor]) > 1:
        return False  # such amounts are paid on account, too
    answers = 0
    for debtor in known:
        amounts = [doc.open_cents for doc in world.open[debtor]]
        answers += sum(
            sum(group) == plan.cents
            for size in range(1, 6)
            for group in combinations(amounts, size)
        )
    paid = {doc.cents for debtor in known for doc in world.paid[debtor]}
    return answers == 1 and plan.cents not in paid
