"""What the books know of take-ons, read only when there is a dossier in the sheet."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.books import BankHead
from bordereau.domain.identifiers import AccountId
from bordereau.domain.taking_on.check import Known
from bordereau.domain.taking_on.records import TakeOn
from bordereau.domain.workbook.take_on_tab import TAKE_ON
from bordereau.ports import Ledger
from bordereau.services.desk.figures import Figures
from bordereau.services.desk.naming import accounts_of
from bordereau.services.desk.reading import Reading
from bordereau.services.desk.wanted_take_on import TakeOnBooks
from bordereau.services.take_on import closed_to


def take_on_books(
    ledger: Ledger, reading: Reading, figures: Figures, *, today: dt.date
) -> TakeOnBooks:
    """Return what is known of contracts, accounts and dossiers; nothing without a dossier."""
    if not reading.lines.get(TAKE_ON.key):
        return TakeOnBooks(Known(today))
    positions = [one.position for one in figures.contracts]
    names = {position.account for position in positions}
    names |= {AccountId(account.iban) for account in accounts_of(reading)}
    found = [ledger.get(BankHead, account=name) for name in sorted(names)]
    heads = [head for head in found if head is not None]
    known = Known(
        today=today,
        contracts=frozenset(p.contract for p in positions if p.seq or p.statement_count),
        accounts=frozenset(head.account for head in heads if head.seq),
        open_accounts=frozenset(head.account for head in heads),
        collecting={position.contract: position.account for position in positions},
        closed_to=closed_to(ledger),
    )
    return TakeOnBooks(known, {one.dossier: one for one in ledger.list(TakeOn)})
