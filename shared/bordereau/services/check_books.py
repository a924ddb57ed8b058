"""Check whole books against the invariants of the handbook, one line each (reliability 1.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bordereau.domain.identifiers import AccountId, ContractId
from bordereau.ports import Ledger
from bordereau.services import closing_rules, document_rules, journal_rules, sepa_rules
from bordereau.services.read_books import Books, read_books


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: whether it holds, and one sentence for each place where it does not."""

    code: str
    title: str
    ok: bool
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """An invariant and what finds its breaches."""

    code: str
    title: str
    breaches: Callable[[Books], Iterable[str]]


RULES: Final = (
    Rule("R0", "every record can be read", lambda books: books.unreadable),
    Rule("R1", "nothing moved while the books were read", lambda books: books.moved),
    Rule("I1", "every entry balances, on accounts of its journal", journal_rules.entries_balance),
    Rule("I2", "journals have no hole, are chained and fold", journal_rules.journals_are_whole),
    Rule(
        "I3",
        "lines and queues are the sums of the invoices",
        document_rules.lines_are_the_sum_of_what_is_approved,
    ),
    Rule("I4", "each invoice is assigned once", document_rules.each_invoice_is_assigned_once),
    Rule("I5", "each receipt is applied once", document_rules.receipts_are_applied_once),
    Rule("I6", "nothing is financed twice", document_rules.nothing_is_financed_twice),
    Rule("I10", "each pay-out is in one batch at most", sepa_rules.payouts_are_in_one_batch),
    Rule(
        "I11",
        "the fund is within what is approved",
        document_rules.fund_is_within_what_is_approved,
    ),
    Rule("I12a", "bank_clearing is zero over all journals", journal_rules.clearing_is_zero),
    Rule("I12b", "each pay-out resolves once", document_rules.payouts_resolve_once),
    Rule("I12c", "refunds are on their way or paid", document_rules.refunds_are_on_their_way),
    Rule("I13", "reversals are opposites, once", journal_rules.reversals_are_opposites),
    Rule("I14", "statement cuts agree", document_rules.cuts_agree_with_the_journal),
    Rule("I14b", "the fund moves from its cut", journal_rules.fund_moves_begin_at_the_cut),
    Rule("I16", "no entry under superseded terms", journal_rules.terms_were_in_force),
    Rule("D1", "receivables are what is open", document_rules.receivables_are_what_is_open),
    Rule("D2", "holds are what is held", document_rules.holds_are_what_is_held),
    Rule("D3", "the trial balance is zero", journal_rules.trial_balance_is_zero),
    Rule("C1", "closed months stay as they were closed", closing_rules.closed_months_stand),
    Rule(
        "M1",
        "nothing is bought under a mandate",
        document_rules.nothing_is_bought_under_a_mandate,
    ),
    Rule("N1", "advance statements have no gap", document_rules.statements_are_numbered),
)
"""What is checked, in the order of the lines. I7 to I9, I15 and I17 need more than the books."""


def check_books(
    ledger: Ledger, contracts: Sequence[ContractId], accounts: Sequence[AccountId]
) -> list[Check]:
    """Return one check for each rule, over all contracts and accounts at once.

    Reads, and writes nothing. A record that cannot be read fails ``R0`` and whatever misses it;
    nothing raises but ``SourceUnavailableError``. Give every journal that takes part in
    ``bank_clearing``, or ``I12a`` fails.
    """
    books = read_books(ledger, contracts, accounts)
    return [_checked(rule, books) for rule in RULES]


def _checked(rule: Rule, books: Books) -> Check:
    details = tuple(rule.breaches(books))
    return Check(rule.code, rule.title, not details, details)
