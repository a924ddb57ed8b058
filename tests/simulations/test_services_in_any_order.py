"""Services on in-memory ports: deliveries twice, late, out of order, dying at any port call.

I7 (mails), I9 (outcomes) and I6 on the road of the mail; I8 (overdue) and I10 (pay-outs) on the
road of the money. Each machine ends by doing what is left without a fault, as redelivery does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lxml import etree

from bordereau.adapters.memory_mailer import MemoryMailer
from bordereau.documents.pain001 import NAMESPACE, pain001
from bordereau.domain.books import PayOut, Receipt
from bordereau.domain.claims import ClaimPart, InvoiceClaim, MailClaims
from bordereau.domain.identifiers import ContractId, InvoiceId
from bordereau.domain.invoices import Invoice
from bordereau.domain.money import format_amount
from bordereau.domain.overdue import REMINDER_DAYS, lateness
from bordereau.domain.problems import Problem
from bordereau.domain.sepa import SepaBatch, SepaMember, SepaState
from bordereau.domain.work import Intent, MailHead, PartOutcome
from bordereau.ports import AmbiguousSendError, RefusedSendError
from bordereau.services import register
from bordereau.services.apply_receipt import Pays, ReceiptKey, apply_receipt
from bordereau.services.book_receipt import book_receipt
from bordereau.services.check_books import check_books
from bordereau.services.deliver_outbox import LEASE, UndeliveredError, deliver_outbox
from bordereau.services.move_invoice import end_dispute, open_dispute
from bordereau.services.open_mail import open_mail
from bordereau.services.payouts import confirm_payout, order_payout, return_payout
from bordereau.services.raise_overdue_alerts import alert_contract, sweep_overdue
from bordereau.services.release_payouts import PayOutKey, release_payout
from bordereau.services.remind_debtors import remind_debtor
from bordereau.services.seal_payouts import hand_over
from tests.unit.services import firm as money
from tests.unit.services import mail_world as post
from tests.unit.services.test_crashes_of_the_mail_road import (
    STRANGER_CLAIM,
    Crash,
    Fuse,
    Fused,
    PlainReader,
    PlainRenderer,
    fused,
)

EXAMPLES: Final = max(8, settings().max_examples // 25)
CALLS = st.none() | st.integers(0, 25)
"""At which port call the function dies; mostly early ones exist."""

DOCUMENTS: Final[tuple[InvoiceClaim | None, ...]] = (
    post.claim("FA-1"),
    post.claim("FA-2", payable="300.00", gross="300.00"),
    post.claim("FA-3", buyer=STRANGER_CLAIM),
    post.claim("FA-1", payable="999.00", gross="999.00"),
    post.claim("AV-1", type_code="381", payable="200.00", due_dates=(), preceding=("FA-1",)),
    post.claim("FA-4", seller=post.BETA_CLAIM),
    None,
)

PICKED: Final = st.lists(st.sampled_from(DOCUMENTS), min_size=1, max_size=3)


class MailRoad(RuleBasedStateMachine):
    """Mails come, functions run and die, staff answer, time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.here = post.world(lambda world: world.line(post.ALPHA_EUR, post.ACME, 1_300_00))
        self.mailer = MemoryMailer()
        self.mails: dict[str, MailClaims] = {}

    @initialize(picked=PICKED)
    def begin(self, picked: list[InvoiceClaim | None]) -> None:
        """One mail is through already, its answer waits."""
        self.arrive(picked, is_proven=True)
        self.open(0, None, after=True)
        self.register(0, None, after=True)

    @rule(picked=PICKED, is_proven=st.booleans())
    def arrive(self, picked: list[InvoiceClaim | None], *, is_proven: bool) -> None:
        """SES stores a mail; what is said twice in it is two parts."""
        name = f"m{len(self.mails)}"
        parts = [self._part(name, number, one) for number, one in enumerate(picked, 1)]
        by = post.sender(is_proven=is_proven)
        self.mails[name] = post.mail(name, *parts, by=by)
        self.here.objects.put(f"mail/{name}", name.encode())

    def _part(self, name: str, number: int, content: InvoiceClaim | None) -> ClaimPart:
        damaged = () if content else (Problem("pdf-damaged"),)
        return post.part(str(number), content, *damaged, sha=f"{name}-{number}")

    def _dying(self, at: int | None, run: Any, *, after: bool) -> None:
        """Run something through a fuse; a death is what redelivery is for."""
        fuse = Fuse(-1 if at is None else at, after=after)
        try:
            run(fused(self.here, fuse), Fused(self.mailer, fuse))
        except (Crash, UndeliveredError):
            return

    @precondition(lambda self: self.mails)
    @rule(pick=st.integers(0, 9), at=CALLS, after=st.booleans())
    def open(self, pick: int, at: int | None, *, after: bool) -> None:
        """open_mail, for a mail that came; perhaps again."""
        name = sorted(self.mails)[pick % len(self.mails)]
        reader = PlainReader(self.mails[name])
        self._dying(
            at, lambda here, _: open_mail(here.objects, reader, key=f"mail/{name}"), after=after
        )

    @precondition(lambda self: self._opened())
    @rule(pick=st.integers(0, 9), at=CALLS, after=st.booleans())
    def register(self, pick: int, at: int | None, *, after: bool) -> None:
        """register_invoices, for claims that lie there; perhaps again."""
        opened = self._opened()
        name = opened[pick % len(opened)]
        self._dying(at, lambda here, _: self._clocked(here).register(name), after=after)

    def _opened(self) -> list[str]:
        keys = self.here.objects.list("claims/mail/")
        return sorted(name for name in self.mails if any(f"/{name}." in key for key in keys))

    def _clocked(self, here: post.World) -> post.World:
        here.today, here.now = self.here.today, self.here.now
        return here

    @rule(at=CALLS, after=st.booleans())
    def meet_the_stranger(self, at: int | None, *, after: bool) -> None:
        """Staff type in the debtor that was missing, with a line; what waited is woken."""
        register.set_party(self.here.ledger, post.debtor(post.STRANGER, "Nouveau"))
        self.here.line(post.ALPHA_EUR, post.STRANGER, 500_00)
        self._dying(
            at, lambda here, _: self._clocked(here).wake(f"debtor:{post.STRANGER}"), after=after
        )

    @rule(at=CALLS, after=st.booleans(), fault=st.sampled_from(("", "lost", "refused")))
    def deliver(self, at: int | None, fault: str, *, after: bool) -> None:
        """deliver_outbox; the answer may be lost, the mail refused."""
        faults = {"lost": AmbiguousSendError("lost"), "refused": RefusedSendError("no")}
        self.mailer.failures = [faults[fault]] if fault else []
        self._dying(at, self._send, after=after)
        self.mailer.failures = []

    def _send(self, here: post.World, mailer: Any) -> None:
        deliver_outbox(here.ledger, here.objects, PlainRenderer(), mailer, now=self.here.now)

    @rule(minutes=st.sampled_from((1, 20, 600)))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.here.now += dt.timedelta(minutes=minutes)

    @invariant()
    def no_mail_without_its_intent(self) -> None:
        """I7: who got a mail is who its committed intent names; doubles are counted."""
        for tag, count in Counter(one.tag for one in self.mailer.sent).items():
            intent = self._intent(tag)
            assert {one.to for one in self.mailer.sent if one.tag == tag} == {intent.to}
            assert count <= 1 + intent.ambiguous_sends

    def _intent(self, tag: str) -> Intent:
        kind, _, name = tag.partition("#")
        found = self.here.ledger.get(Intent, kind=kind, id=name)
        assert isinstance(found, Intent), tag
        return found

    @invariant()
    def an_outcome_is_counted_once(self) -> None:
        """I9: the head of a mail never counts more outcomes than there are."""
        for name in self.mails:
            head = self.here.ledger.get(MailHead, mail=name)
            outcomes = list(self.here.ledger.list(PartOutcome, mail=name))
            assert head is None or head.done <= len(outcomes) <= head.total

    @invariant()
    def books_are_sound(self) -> None:
        """I1 to I6, I11 to I16."""
        assert broken(self.here.ledger, [post.ALPHA_EUR, post.BETA_EUR], post.ACCOUNT) == []

    def teardown(self) -> None:
        """Everything is delivered once more: each part one outcome, each answer gone out."""
        for name, claims in self.mails.items():
            open_mail(self.here.objects, PlainReader(claims), key=f"mail/{name}")
            self.here.register(name)
        for _ in range(6):
            self.here.now += LEASE + dt.timedelta(hours=1)
            self._send(self.here, self.mailer)
        for name, claims in self.mails.items():
            head = self.here.ledger.get(MailHead, mail=name)
            outcomes = list(self.here.ledger.list(PartOutcome, mail=name))
            assert head is not None
            assert head.done == head.total == len(outcomes) == len(claims.parts)
        assert self.here.outbox() == []
        self.no_mail_without_its_intent()
        self.books_are_sound()


class MoneyRoad(RuleBasedStateMachine):
    """Pay-outs are ordered, released, sealed, answered; invoices fall due; functions die."""

    def __init__(self) -> None:
        super().__init__()
        self.made = money.firm()
        self.today = money.DAY
        self.invoices: list[tuple[ContractId, InvoiceId]] = []
        self.files: dict[str, bytes] = {}

    def _dying(self, at: int | None, run: Any, *, is_before: bool) -> None:
        plan = money.CrashPlan(-1 if at is None else at, is_before)
        ports = (self.made.ledger, self.made.objects, self.made.queue)
        try:
            run(*(money.Crashing(port, plan) for port in ports))
        except money.CrashError:
            return

    @initialize(released=st.integers(0, 4))
    def begin(self, released: int) -> None:
        """Some pay-outs are ordered already, some of them released."""
        for contract in (money.K1, money.K2):
            self.assign(contract, money.ACME, 5_000_00, 3)
            self.order(contract, 50_00)
            self.order(contract, 75_00)
        for pick in range(released):
            self.release(pick, None, is_before=True)

    @rule(
        contract=st.sampled_from((money.K1, money.K2)),
        debtor=st.sampled_from((money.ACME, money.ZIMMER)),
        cents=st.sampled_from((100_00, 999_99, 5_000_00)),
        days=st.integers(0, 12),
    )
    def assign(self, contract: ContractId, debtor: Any, cents: int, days: int) -> None:
        """An invoice."""
        number = f"F{len(self.invoices)}"
        due_on = self.today + dt.timedelta(days)
        more = {"contract": contract, "debtor": debtor, "on": self.today, "due_on": due_on}
        self.invoices.append((contract, self.made.assign(number, cents, **more)))

    @rule(contract=st.sampled_from((money.K1, money.K2)), cents=st.none() | st.just(50_00))
    def order(self, contract: ContractId, cents: int | None) -> None:
        """E3a, of all or of a part."""
        order_payout(self.made.ledger, contract, today=self.today, amount_cents=cents)

    def _payouts(self) -> list[PayOut]:
        contracts = (money.K1, money.K2)
        return [one for name in contracts for one in self.made.ledger.list(PayOut, contract=name)]

    def _key(self, pick: int) -> PayOutKey:
        listed = self._payouts()
        one = listed[pick % len(listed)]
        return one.contract, one.ordered_on, one.ordinal

    @precondition(lambda self: self._payouts())
    @rule(pick=st.integers(0, 30), at=CALLS, is_before=st.booleans())
    def release(self, pick: int, at: int | None, *, is_before: bool) -> None:
        """A person releases a pay-out, perhaps one that is on its way."""
        key = self._key(pick)

        def run(ledger: Any, *_: Any) -> None:
            release_payout(ledger, key, by="claire@factor.example", today=self.today)

        self._dying(at, run, is_before=is_before)

    @rule(at=CALLS, is_before=st.booleans())
    def seal(self, at: int | None, *, is_before: bool) -> None:
        """What is released becomes files."""

        def run(ledger: Any, objects: Any, _: Any) -> None:
            hand_over(ledger, objects, pain001, now=money.at(self.today, 15), is_asked=True)

        self._dying(at, run, is_before=is_before)

    @precondition(lambda self: self._payouts())
    @rule(pick=st.integers(0, 30), is_back=st.booleans())
    def answer(self, pick: int, *, is_back: bool) -> None:
        """The bank's statement shows the debit, or its return."""
        move = return_payout if is_back else confirm_payout
        move(self.made.ledger, self._key(pick), today=self.today)

    @precondition(lambda self: self.invoices)
    @rule(pick=st.integers(0, 30), part=st.sampled_from((1, 2)))
    def pay(self, pick: int, part: int) -> None:
        """A debtor pays one invoice, in part or whole."""
        contract, invoice = self.invoices[pick % len(self.invoices)]
        cents = self.made.invoice(invoice, contract).open_cents // part
        if cents:
            ref = f"R{len(self.made.ledger.snapshot())}"
            receipt = Receipt(money.ACCOUNT, self.today, ref, cents, cents, "EUR", self.today)
            book_receipt(self.made.ledger, receipt, today=self.today)
            key = ReceiptKey(money.ACCOUNT, self.today, ref)
            apply_receipt(self.made.ledger, key, [Pays(contract, invoice, cents)], today=self.today)

    @precondition(lambda self: self.invoices)
    @rule(pick=st.integers(0, 30), is_over=st.booleans())
    def argue(self, pick: int, *, is_over: bool) -> None:
        """A dispute begins or ends."""
        contract, invoice = self.invoices[pick % len(self.invoices)]
        move = end_dispute if is_over else open_dispute
        move(self.made.ledger, contract, invoice, today=self.today)

    @rule(days=st.integers(1, 9), at=CALLS, is_before=st.booleans())
    def pass_days(self, days: int, at: int | None, *, is_before: bool) -> None:
        """Days pass; the day's run dies, and its redelivery completes it (I8)."""
        self.today += dt.timedelta(days)
        self._dying(at, self._overdue, is_before=is_before)
        self._overdue(self.made.ledger, self.made.objects, self.made.queue)
        self._nothing_is_left_to_do()

    def _overdue(self, ledger: Any, objects: Any, queue: Any) -> None:
        sweep_overdue(ledger, queue, on=self.today, now=money.at(self.today))
        day = self.today.isoformat()
        asked = [one for one in self.made.sent("raise_overdue_alerts") if one["on"] == day]
        for message in asked:
            if "contract" in message:
                alert_contract(ledger, contract=message["contract"], on=self.today)
            else:
                payer = (message["debtor"], message["currency"])
                now = money.at(self.today)
                remind_debtor(ledger, objects, queue, payer=payer, on=self.today, now=now)

    def _nothing_is_left_to_do(self) -> None:
        """I8: one open alert of its stage for each late invoice, and it was reminded of."""
        late = {}
        for contract, invoice in self.invoices:
            now: Invoice = self.made.invoice(invoice, contract)
            if (how := lateness(now, self.today, REMINDER_DAYS)) is not None:
                late[now.number] = str(how.stage)
                is_due = (self.today - now.due_on).days >= REMINDER_DAYS[0]
                assert now.reminder_level or not is_due, now.number
        told = [alert for alert in self.made.alerts() if alert.invoice is not None]
        assert Counter((one.facts["number"], str(one.stage)) for one in told) == Counter(
            late.items()
        )

    @invariant()
    def each_pay_out_is_in_one_file(self) -> None:
        """I10: a file never changes, its sum is its members', nobody is paid twice."""
        stored = {key: data for key, data in self.made.objects.stored.items() if "sepa/" in key}
        assert all(stored[key] == data for key, data in self.files.items())
        self.files = stored
        known = {one.end_to_end_id: format_amount(one.amount_cents) for one in self._payouts()}
        paid = [pair for data in stored.values() for pair in transfers(data)]
        assert max(Counter(name for name, _ in paid).values(), default=0) <= 1
        assert all(known[name] == amount for name, amount in paid)

    @invariant()
    def books_are_sound(self) -> None:
        """I1 to I6, I10 to I16."""
        assert broken(self.made.ledger, [money.K1, money.K2], money.ACCOUNT) == []

    def teardown(self) -> None:
        """Sealed once more, every batch is sent and its file has the bytes that it says."""
        hand_over(
            self.made.ledger,
            self.made.objects,
            pain001,
            now=money.at(self.today, 15),
            is_asked=True,
        )
        self.each_pay_out_is_in_one_file()
        for day in {one.ordered_on + dt.timedelta(n) for one in self._payouts() for n in range(99)}:
            for batch in self.made.ledger.list(SepaBatch, released_on=day):
                if isinstance(batch, SepaMember):
                    continue
                data = self.made.objects.stored[batch.file_key]
                assert batch.state is SepaState.SENT
                assert hashlib.sha256(data).hexdigest() == batch.sha256
                assert len(transfers(data)) == batch.count


def transfers(data: bytes) -> list[tuple[str, str]]:
    """Return the ids and amounts of a file's transfers."""
    found = []
    for one in etree.fromstring(data).iter(f"{{{NAMESPACE}}}CdtTrfTxInf"):
        name = one.findtext(f".//{{{NAMESPACE}}}EndToEndId")
        amount = one.findtext(f".//{{{NAMESPACE}}}InstdAmt")
        found.append((str(name), str(amount)))
    return found


def broken(ledger: Any, contracts: list[ContractId], account: Any) -> list[str]:
    """Return what the books break."""
    checks = check_books(ledger, contracts, [account])
    return [f"{check.code} {check.details[:2]}" for check in checks if not check.ok]


for _machine in (MailRoad, MoneyRoad):
    _machine.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=25)
TestMailRoad = MailRoad.TestCase
TestMoneyRoad = MoneyRoad.TestCase
