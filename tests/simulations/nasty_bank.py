"""A second generator of payments, thought of apart from the first: each one sets a trap.

A small world for each payment: sellers with their own ways of numbering, debtors with open, paid
and credited documents. A trap is what real transfers hold beside the number that is meant: dates,
orders, amounts, telephones, contract numbers, another's invoice, the beginning of a longer number.
Knows nothing of the matcher. ``is_decidable`` is said by construction: a person with the list of
what is open, and nothing else, would book it without a doubt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

DAY: Final = dt.date(2026, 3, 2)
STYLES: Final = (
    "FA-2026-{:04d}",
    "F26{:05d}",
    "2026-{:03d}",
    "{:03d}/2026",
    "2603{:04d}",
    "FAC{:06d}",
    "FC/{:d}/26",
    "{:06d}",
    "VT-26-{:05d}-A",
)
NAMES: Final = (
    "CARREFOUR PROXIMITE FRANCE",
    "SNCF RESEAU",
    "MAIRIE DE VILLEURBANNE",
    "ETS DUPONT ET FILS",
    "SARL DUPONT",
    "BTP RHONE 2000",
    "GROUPE 3F",
    "LES 4 SAISONS",
    "HOPITAL NORD 1",
)


@dataclass(frozen=True)
class Open:
    """An open invoice of the little world."""

    seller: int
    debtor: int
    number: str
    cents: int


@dataclass(frozen=True)
class Trapped:
    """A transfer, and the truth: what it pays of which invoice; ``known`` are the account's."""

    trap: str
    cents: int
    text: str
    payer: str
    known: tuple[int, ...]
    truth: dict[tuple[int, str], int]
    is_decidable: bool


@dataclass
class Little:
    """What is open, owed and lately paid by three to six debtors of one to three sellers."""

    dice: Random
    names: list[str] = field(default_factory=list)
    items: list[Open] = field(default_factory=list)
    paid: list[Open] = field(default_factory=list)
    owed: list[tuple[int, str, int]] = field(default_factory=list)

    def amount(self) -> int:
        """Return an amount: mostly odd cents, sometimes whole euros or a rent that comes again."""
        way = self.dice.random()
        if way < 0.15:
            return self.dice.choice((50_000, 90_000, 120_000, 150_000))
        if way < 0.3:
            return self.dice.randint(80, 9_000) * 100
        return self.dice.randint(8_000, 1_900_000)

    def of(self, debtor: int) -> list[Open]:
        """Return what a debtor owes."""
        return [item for item in self.items if item.debtor == debtor]


def little(dice: Random) -> Little:
    """Return a world; each debtor owes two to seven invoices, each seller counts upwards."""
    made = Little(dice, names=dice.sample(NAMES, dice.randint(3, 6)))
    sellers = dice.randint(1, 3)
    styles = [dice.choice(STYLES) for _ in range(sellers)]
    counters = [dice.choice((1, 9, 98, 1_040)) for _ in range(sellers)]
    for debtor in range(len(made.names)):
        for _ in range(dice.randint(3, 8)):
            seller = dice.randrange(sellers)
            counters[seller] += dice.choice((1, 1, 1, 2, 9))
            number = styles[seller].format(counters[seller])
            item = Open(seller, debtor, number, made.amount())
            (made.paid if dice.random() < 0.2 else made.items).append(item)
        if dice.random() < 0.3:
            made.owed.append(
                (debtor, f"AV-26-{dice.randint(1, 99):03d}", dice.randint(900, 40_000))
            )
    return made


def noise(dice: Random) -> str:
    """Return what has nothing to do with an invoice and looks as if it had."""
    day = DAY - dt.timedelta(days=dice.randint(0, 60))
    return dice.choice(
        (
            f"DU {day:%d/%m/%Y}",
            f"{day:%Y-%m-%d}",
            f"{day:%d%m%y}",
            f"PERIODE {day:%m/%Y}",
            f"CDE {dice.randint(1, 1_200):04d}",
            f"BC2026-{dice.randint(1, 99):03d}",
            f"TEL 04{dice.randint(10**7, 10**8 - 1)}",
            f"CLIENT {dice.randint(1_000, 99_999)}",
            f"CONTRAT 26/{dice.randint(1, 400)}",
            f"SIRET {dice.randint(10**13, 10**14 - 1)}",
            f"LOT {dice.randint(1, 12)}",
            f"CHANTIER {dice.randint(100, 999)} LYON {dice.randint(1, 9)}E",
            f"ICS FR{dice.randint(10, 99)}ZZZ{dice.randint(100_000, 999_999)}",
        )
    )


def around(dice: Random, core: str) -> str:
    """Return a label with noise before, after or both."""
    words = [dice.choice(("VIR", "VIREMENT SEPA", "REGLEMENT", "PAIEMENT", "")), core]
    for _ in range(dice.randint(0, 2)):
        words.insert(dice.choice((1, len(words))), noise(dice))
    return " ".join(filter(None, words))


def pays(*items: Open) -> dict[tuple[int, str], int]:
    """Return the truth of invoices paid in full."""
    return {(item.seller, item.number): item.cents for item in items}


Trap = Callable[[Little, int, Random], Trapped | None]


def _trapped(
    world: Little, debtor: int, text: str, truth: dict[tuple[int, str], int], **more: object
) -> Trapped:
    facts: dict[str, object] = {
        "cents": sum(truth.values()),
        "payer": world.names[debtor],
        "known": (debtor,),
        "is_decidable": False,
        **more,
    }
    return Trapped("", text=text, truth=truth, **facts)  # type: ignore[arg-type]


def number_among_noise(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """The number and the exact amount, beside everything else that a label holds."""
    item = dice.choice(world.of(debtor))
    text = around(dice, f"{dice.choice(('FACT', 'FACTURE', 'NO', ''))} {item.number}".strip())
    is_only = sum(other.number == item.number for other in world.items) == 1
    return _trapped(world, debtor, text, pays(item), is_decidable=is_only)


def noise_only(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """The exact amount of one invoice that is like no other, nothing but noise as a text."""
    item = dice.choice(world.of(debtor))
    mine = [*world.of(debtor), *(one for one in world.paid if one.debtor == debtor)]
    is_odd = item.cents % 100 != 0 and sum(one.cents == item.cents for one in mine) == 1
    text = around(dice, noise(dice))
    return _trapped(
        world, debtor, text, pays(item), is_decidable=is_odd and _is_only_sum(mine, item)
    )


def _is_only_sum(items: list[Open], item: Open) -> bool:
    others = [one.cents for one in items if one is not item]
    sums = {a + b for place, a in enumerate(others) for b in others[place + 1 :]}
    return item.cents not in sums


def list_of_numbers(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """Several whole numbers and their exact sum."""
    items = world.of(debtor)
    if len(items) < 2:
        return None
    chosen = dice.sample(items, dice.randint(2, min(4, len(items))))
    join = dice.choice((" ", ", ", " + ", " / ", " ET "))
    text = around(dice, f"FACT {join.join(item.number for item in chosen)}")
    numbers = [item.number for item in world.items]
    is_only = all(numbers.count(item.number) == 1 for item in chosen)
    return _trapped(world, debtor, text, pays(*chosen), is_decidable=is_only)


def amounts_in_the_text(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """Each number with its amount behind it: the digits of amounts are no numbers."""
    items = world.of(debtor)
    chosen = dice.sample(items, min(2, len(items)))
    shown = [f"{one.number} {one.cents // 100},{one.cents % 100:02d}" for one in chosen]
    numbers = [item.number for item in world.items]
    is_only = all(numbers.count(item.number) == 1 for item in chosen)
    text = around(dice, " ".join(shown))
    return _trapped(world, debtor, text, pays(*chosen), is_decidable=is_only)


def less_a_credit(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """An invoice less a credit note, both named."""
    owed = [one for one in world.owed if one[0] == debtor]
    items = [item for item in world.of(debtor) if owed and item.cents > owed[0][2]]
    if not items:
        return None
    item, (_, number, cents) = dice.choice(items), owed[0]
    text = around(dice, f"FACT {item.number} MOINS AVOIR {number}")
    is_only = sum(other.number == item.number for other in world.items) == 1
    return _trapped(world, debtor, text, pays(item), cents=item.cents - cents, is_decidable=is_only)


def date_like_a_number(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """An advance on nothing in particular, and a date that reads like an open number."""
    item = dice.choice(world.of(debtor))
    cents = dice.randint(1_000, max(1_001, item.cents - 1))
    text = f"ACOMPTE {dice.choice(('2026-01-15', '15/01/2026', '01/2026', '2026-001 LOT 3'))}"
    return _trapped(world, debtor, text, {}, cents=cents)


def paid_twice(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """A paid invoice once more, whose amount another open one has, too."""
    gone = [one for one in world.paid if one.debtor == debtor]
    if not gone:
        return None
    first = dice.choice(gone)
    last = first.number[-1]
    other = str((int(last) + 3) % 10) if last.isdigit() else "B"
    number = f"{first.number[:-1]}{other}"
    world.items.append(Open(first.seller, debtor, number, first.cents))
    text = around(dice, f"FACT {first.number}")
    return _trapped(world, debtor, text, {}, cents=first.cents)


def wrong_digit_of_another(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """The number of one, the amount of another: which is the slip cannot be known."""
    items = world.of(debtor)
    if len(items) < 2:
        return None
    said, paid = dice.sample(items, 2)
    if said.cents == paid.cents or said.number == paid.number:
        return None
    truth = pays(paid) if dice.random() < 0.5 else {}
    text = around(dice, f"FACTURE {said.number}")
    return _trapped(world, debtor, text, truth, cents=paid.cents)


def cut_to_another(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """The label ends inside a number whose beginning is another open number."""
    items = world.of(debtor)
    short = dice.choice(items)
    longer = Open(short.seller, debtor, f"{short.number}{dice.randint(1, 9)}", short.cents + 7_531)
    world.items.append(longer)
    start = "REGLEMENT FACTURE ".rjust(31 - len(short.number), "X")[-31 + len(short.number) :]
    cents = dice.choice((longer.cents // 2, longer.cents - 1))
    return _trapped(world, debtor, f"{start}{short.number}", {}, cents=cents)


def same_number_of_two_sellers(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """Two sellers gave the same number to one debtor, for the same amount."""
    item = dice.choice(world.of(debtor))
    world.items.append(Open(item.seller + 5, debtor, item.number, item.cents))
    return _trapped(world, debtor, around(dice, item.number), {}, cents=item.cents)


def money_of_others(world: Little, _debtor: int, dice: Random) -> Trapped | None:
    """An insurer, the tax office, a wage: a number of theirs that an invoice has, too."""
    item = dice.choice(world.items)
    payer, words = dice.choice(
        (
            ("MAIF", "REMB SINISTRE {}"),
            ("DGFIP", "REMBT CREDIT TVA {}"),
            ("URSSAF RHONE ALPES", "TROP PERCU {}"),
            ("CPAM DU RHONE", "IJ {}"),
        )
    )
    cents = dice.randint(1_000, max(1_001, item.cents - 1))
    return Trapped("", cents, words.format(item.number), payer, (), {}, is_decidable=False)


def stranger_with_an_amount(world: Little, _debtor: int, dice: Random) -> Trapped | None:
    """Somebody unknown pays an amount that one invoice has; no number."""
    item = dice.choice(world.items)
    return Trapped(
        "", item.cents, around(dice, noise(dice)), "XYZ HOLDING", (), {}, is_decidable=False
    )


def two_of_one_amount(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """Two rents of one amount are open, the label says only that it is the rent."""
    item = dice.choice(world.of(debtor))
    world.items.append(Open(item.seller, debtor, f"{item.number}9", item.cents))
    return _trapped(world, debtor, f"LOYER {DAY:%m %Y}", {}, cents=item.cents)


def a_group_pays(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """One account pays for two firms; the number says for which."""
    item = dice.choice(world.of(debtor))
    other = (debtor + 1) % len(world.names)
    is_only = sum(one.number == item.number for one in world.items) == 1
    text = around(dice, f"POUR CPTE FILIALE {item.number}")
    return _trapped(
        world,
        debtor,
        text,
        pays(item),
        known=(debtor, other),
        payer="GROUPE CENTRAL",
        is_decidable=is_only,
    )


def an_escompte(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """Two per cent less, said so: at most a part of the invoice is paid by it."""
    item = dice.choice(world.of(debtor))
    cents = item.cents - item.cents * 2 // 100
    key = (item.seller, item.number)
    return _trapped(world, debtor, f"FACT {item.number} ESCPTE 2%", {key: cents}, cents=cents)


def a_range(world: Little, debtor: int, dice: Random) -> Trapped | None:
    """« De … à … »: what lies between is meant, too; the sum proves nothing else."""
    items = [item for item in world.of(debtor) if item.seller == world.of(debtor)[0].seller]
    if len(items) < 3:
        return None
    text = around(dice, f"FACT {items[0].number} A {items[2].number}")
    return _trapped(world, debtor, text, pays(*items[:3]))


TRAPS: Final[tuple[tuple[int, Trap], ...]] = (
    (30, number_among_noise),
    (12, noise_only),
    (14, list_of_numbers),
    (6, amounts_in_the_text),
    (5, less_a_credit),
    (5, date_like_a_number),
    (4, paid_twice),
    (4, wrong_digit_of_another),
    (3, cut_to_another),
    (2, same_number_of_two_sellers),
    (4, money_of_others),
    (3, stranger_with_an_amount),
    (2, two_of_one_amount),
    (4, a_group_pays),
    (2, an_escompte),
    (2, a_range),
)


def trapped_payments(seed: int, count: int) -> Iterator[tuple[Little, Trapped]]:
    """Yield so many payments, each in a world of its own; the same seed gives the same."""
    dice = Random(seed)  # noqa: S311 - a simulation
    weights = [weight for weight, _ in TRAPS]
    made = 0
    while made < count:
        world = little(dice)
        ((_, trap),) = dice.choices(TRAPS, weights)
        debtor = dice.randrange(len(world.names))
        if not world.of(debtor):
            continue
        found = trap(world, debtor, dice)
        if found is not None and found.cents > 0:
            made += 1
            yield world, Trapped(**{**vars(found), "trap": trap.__name__})
