"""I10 on whole books: each pay-out in at most one SEPA batch, which is the sum of its members.

Payouts are read before the batches, so what was released meanwhile is not called a breach: only
sealed batches are held against the pay-outs of their members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bordereau.domain.books import PayOut
from bordereau.domain.sepa import SepaMember, SepaState, agrees, batch_name
from bordereau.services.read_books import Books


def payouts_are_in_one_batch(books: Books) -> Iterator[str]:
    """Yield pay-outs without their batch or in two, and batches that are not their members."""
    payouts = {payout.end_to_end_id: payout for part in books.contracts for payout in part.payouts}
    members: dict[str, list[SepaMember]] = {}
    for member in books.members:
        members.setdefault(batch_name(member.released_on, member.number), []).append(member)
    places = Counter(member.end_to_end_id for member in books.members)
    for payout in payouts.values():
        listed = members.get(payout.batch, ())
        if payout.batch and payout.end_to_end_id not in {one.end_to_end_id for one in listed}:
            yield f"{payout.end_to_end_id}: is not in its batch {payout.batch}"
    yield from (f"{name}: is in {count} batches" for name, count in places.items() if count > 1)
    for batch in books.batches:
        name = batch_name(batch.released_on, batch.number)
        listed = members.get(name, ())
        if batch.state is SepaState.OPEN:
            continue
        if not agrees(batch, listed):
            yield f"{name}: count or sum is not that of its {len(listed)} members"
        yield from _foreign(name, listed, payouts)


def _foreign(
    name: str, listed: list[SepaMember] | tuple[()], payouts: dict[str, PayOut]
) -> Iterator[str]:
    for member in listed:
        payout = payouts.get(member.end_to_end_id)
        if payout is not None and (payout.batch, payout.amount_cents) != (
            name,
            member.amount_cents,
        ):
            yield f"{name}: pays {member.end_to_end_id} otherwise than it was released"
