"""Made-up but plausible figures of every kind of document, for golden files and pictures."""

from __future__ import annotations

import datetime as dt

from bordereau.domain.availability import StepCode as WaterfallCode
from bordereau.domain.availability import WaterfallLine
from bordereau.domain.figures import (
    AccountFigures,
    AcknowledgementFigures,
    AcknowledgementRow,
    AcknowledgementTotal,
    Action,
    ActionCode,
    AdvanceStatementFigures,
    AgedDebtor,
    AssignedRow,
    ContactFigures,
    CreditNoteRow,
    DebtorNoticeFigures,
    DocumentKind,
    ExpectedRelease,
    FeeLine,
    Figures,
    FundFigures,
    FundPoint,
    HoursFigures,
    Movement,
    MovementKind,
    OverdueRow,
    PartyFigures,
    PaymentFileFigures,
    PaymentFileRow,
    PayoutFigures,
    ReceiptRow,
    ReminderFigures,
    ReminderRow,
    Stage,
    Step,
    StepCode,
    VatLine,
    WeeklyStatementFigures,
    masked_iban,
)
from bordereau.domain.money import charge, floor_rate
from bordereau.domain.problems import Problem, Severity
from bordereau.domain.terms import FundMethod
from bordereau.domain.work import OutcomeKind

FACTOR = PartyFigures(
    "Lumière Factor",
    "12 rue de la République",
    "69002",
    "Lyon",
    siren="732829320",
    vat="FR44732829320",
)
SELLER = PartyFigures(
    "Charpentes Vercors SAS",
    "48 chemin des Scieries",
    "38250",
    "Lans-en-Vercors",
    siren="552081317",
    vat="FR27552081317",
)
DEBTOR = PartyFigures(
    "Bâti Rhône-Alpes SA",
    "7 avenue Jean-Jaurès",
    "69007",
    "Lyon",
    siren="404833048",
)
CONTACT = ContactFigures("Claire Morel", "claire.morel@lumiere-factor.example", "04 72 00 11 22")
ACCOUNT = AccountFigures("FR7630006000011234567890189", "AGRIFRPP", "Lumière Factor")
CONTRACT = "siren:552081317/EUR"


def assigned(
    number: str,
    debtor: str,
    issued_on: dt.date,
    amount_cents: int,
    approved_cents: int | None = None,
    hours: tuple[int, int] = (19, 19),
) -> AssignedRow:
    """Return an invoice at 90 %, charged 1.20 % and at least 8.00."""
    approved = amount_cents if approved_cents is None else approved_cents
    advance = floor_rate(approved, 9000)
    return AssignedRow(
        number=number,
        debtor=debtor,
        issued_on=issued_on,
        due_on=issued_on + dt.timedelta(days=45),
        amount_cents=amount_cents,
        approved_cents=approved,
        unapproved_cents=amount_cents - approved,
        advance_cents=advance,
        retained_cents=approved - advance,
        fee_cents=max(charge(amount_cents, 120), 800),
        hours_from_receipt=hours[0],
        hours_from_completeness=hours[1],
    )


def advance_statement(extra_rows: int = 0) -> AdvanceStatementFigures:
    """Return a day with five invoices, one over the line, one credit note and a pay-out."""
    day = dt.date(2026, 11, 23)
    rows = (
        assigned("FA-2026-0412", "Bâti Rhône-Alpes SA", dt.date(2026, 11, 19), 18_450_00),
        assigned("FA-2026-0413", "Bâti Rhône-Alpes SA", dt.date(2026, 11, 20), 7_236_40),
        assigned("FA-2026-0414", "Ville de Grenoble", dt.date(2026, 11, 20), 12_345_67),
        assigned(
            "FA-2026-0415",
            "Maisons Dauphiné",
            dt.date(2026, 11, 20),
            24_000_00,
            16_500_00,
            (43, 19),
        ),
        assigned("FA-2026-0416", "Zimmermann Holzbau GmbH", dt.date(2026, 11, 21), 520_00),
        *(
            assigned(f"FA-2026-{500 + index:04d}", f"Acheteur {index}", day, 1_000_00 + index * 37)
            for index in range(extra_rows)
        ),
    )
    credit = CreditNoteRow(
        "AV-2026-0031",
        "Bâti Rhône-Alpes SA",
        dt.date(2026, 11, 20),
        1_200_00,
        0,
        1_080_00,
        120_00,
        "FA-2026-0388",
    )
    fee = FeeLine(
        "factoring_fee",
        sum(row.fee_cents for row in rows),
        sum(row.amount_cents for row in rows),
        120,
        800,
        len(rows),
        1,
    )
    vat = VatLine(2000, fee.amount_cents, charge(fee.amount_cents, 2000))
    steps = (
        Step(StepCode.ASSIGNED, sum(row.amount_cents for row in rows)),
        Step(StepCode.UNAPPROVED, -sum(row.unapproved_cents for row in rows)),
        Step(StepCode.FUND, -sum(row.retained_cents for row in rows)),
        Step(StepCode.RELEASED, 845_00),
        Step(StepCode.CREDIT_NOTES, -credit.current_cents),
        Step(StepCode.FEES, -fee.amount_cents),
        Step(StepCode.VAT, -vat.vat_cents),
    )
    available = 2_118_35 + sum(step.amount_cents for step in steps)
    return AdvanceStatementFigures(
        number="2026-0087",
        contract=CONTRACT,
        currency="EUR",
        issued_on=day,
        factor=FACTOR,
        seller=SELLER,
        contact=CONTACT,
        opening_available_cents=2_118_35,
        steps=steps,
        available_cents=available,
        available_after_cents=0,
        rows=rows,
        credit_notes=(credit,),
        fees=(fee,),
        vat=(vat,),
        payout=PayoutFigures("S552081317.EUR.20261123.1", available, "0189", day),
        warnings=(Problem("clause-missing", Severity.WARN, "FA-2026-0416"),),
        collection_iban_masked=masked_iban(ACCOUNT.iban),
        advance_rate_bps=9000,
        first_seq=1182,
        last_seq=1197,
    )


def advance_statement_without_payout() -> AdvanceStatementFigures:
    """Return a small day on which the seller has to ask for the money."""
    day = dt.date(2026, 11, 24)
    row = assigned("FA-2026-0417", "Ville de Grenoble", dt.date(2026, 11, 23), 3_600_00)
    fee = FeeLine("factoring_fee", row.fee_cents, row.amount_cents, 120, 800)
    vat = VatLine(2000, fee.amount_cents, charge(fee.amount_cents, 2000))
    available = row.advance_cents - fee.amount_cents - vat.vat_cents
    return AdvanceStatementFigures(
        number="2026-0088",
        contract=CONTRACT,
        currency="EUR",
        issued_on=day,
        factor=FACTOR,
        seller=SELLER,
        contact=CONTACT,
        opening_available_cents=0,
        steps=(
            Step(StepCode.ASSIGNED, row.amount_cents),
            Step(StepCode.FUND, -row.retained_cents),
            Step(StepCode.FEES, -fee.amount_cents),
            Step(StepCode.VAT, -vat.vat_cents),
        ),
        available_cents=available,
        available_after_cents=available,
        rows=(row,),
        fees=(fee,),
        vat=(vat,),
        no_payout_code="on-request",
        advance_rate_bps=9000,
        first_seq=1198,
        last_seq=1201,
    )


_WEEK: tuple[tuple[int, MovementKind, str, str, int], ...] = (
    (16, MovementKind.ASSIGNMENT, "FA-2026-0401", "Bâti Rhône-Alpes SA", 14_820_00),
    (16, MovementKind.ASSIGNMENT, "FA-2026-0402", "Ville de Grenoble", 9_640_50),
    (16, MovementKind.FEE, "2026-0083", "", -293_53),
    (16, MovementKind.VAT, "2026-0083", "", -58_71),
    (16, MovementKind.PAYOUT, "S552081317.EUR.20261116.1", "", -21_662_21),
    (17, MovementKind.ASSIGNMENT, "FA-2026-0403", "Maisons Dauphiné", 31_200_00),
    (17, MovementKind.CREDIT_NOTE, "AV-2026-0030", "Bâti Rhône-Alpes SA", -1_200_00),
    (17, MovementKind.FEE, "2026-0084", "", -374_40),
    (17, MovementKind.VAT, "2026-0084", "", -74_88),
    (18, MovementKind.ASSIGNMENT, "FA-2026-0404", "Zimmermann Holzbau GmbH", 6_730_00),
    (18, MovementKind.ASSIGNMENT, "FA-2026-0405", "Bâti Rhône-Alpes SA", 18_450_00),
    (18, MovementKind.FEE, "2026-0085", "", -302_16),
    (18, MovementKind.VAT, "2026-0085", "", -60_43),
    (18, MovementKind.PAYOUT, "S552081317.EUR.20261118.1", "", -48_318_72),
    (19, MovementKind.ASSIGNMENT, "FA-2026-0406", "Coopérative Belledonne", 4_980_00),
    (19, MovementKind.DIRECT_PAYMENT, "FA-2026-0377", "Menuiserie Allard", -2_450_00),
    (20, MovementKind.ASSIGNMENT, "FA-2026-0407", "Ville de Grenoble", 22_160_00),
    (20, MovementKind.ASSIGNMENT, "FA-2026-0408", "Promotion Isère Habitat", 16_400_00),
    (20, MovementKind.FEE, "2026-0086", "", -522_48),
    (20, MovementKind.VAT, "2026-0086", "", -104_50),
    (20, MovementKind.PAY_IN, "VERSEMENT 1120", "", 2_450_00),
)

_DEBTORS = (
    ("Bâti Rhône-Alpes SA", (48_320_00, 0, 0, 0, 0)),
    ("Ville de Grenoble", (31_800_50, 12_400_00, 0, 0, 0)),
    ("Maisons Dauphiné", (31_200_00, 0, 8_640_00, 0, 0)),
    ("Promotion Isère Habitat", (16_400_00, 6_300_00, 0, 0, 0)),
    ("Zimmermann Holzbau GmbH", (13_250_00, 0, 0, 0, 0)),
    ("Coopérative Belledonne", (4_980_00, 0, 0, 3_720_00, 0)),
    ("Menuiserie Allard", (2_150_00, 0, 0, 0, 1_860_00)),
    ("Charpente & Bois du Trièves", (1_940_00, 0, 0, 0, 0)),
    ("Atelier Sassenage", (1_210_00, 0, 0, 0, 0)),
    ("Toitures Matheysine", (870_00, 0, 0, 0, 0)),
)

_FUND = (
    8_120, 8_940, 9_410, 10_220, 10_050, 11_360, 12_480, 12_100, 13_240,
    14_620, 14_180, 15_330, 16_010, 15_740, 16_880, 16_320,
)  # fmt: skip


def _movements(opening_cents: int) -> tuple[Movement, ...]:
    balance, rows = opening_cents, []
    for day, kind, reference, debtor, amount_cents in _WEEK:
        balance += amount_cents
        rows.append(
            Movement(dt.date(2026, 11, day), kind, reference, amount_cents, balance, debtor)
        )
    return tuple(rows)


def _fund() -> FundFigures:
    sunday = dt.date(2026, 11, 22)
    closing = 17_846_45
    weeks = [euros * 100 for euros in _FUND] + [closing]
    return FundFigures(
        FundMethod.PER_INVOICE,
        1000,
        opening_cents=16_320_00,
        retained_cents=11_368_45,
        released_cents=9_842_00,
        used_cents=0,
        closing_cents=closing,
        history=tuple(
            FundPoint(sunday - dt.timedelta(weeks=len(weeks) - 1 - index), cents)
            for index, cents in enumerate(weeks)
        ),
    )


def weekly_statement() -> WeeklyStatementFigures:
    """Return a busy week: two pay-outs, late clients, one action."""
    opening = 27_412_30
    movements = _movements(opening)
    closing = movements[-1].balance_cents
    holds = (
        Step(StepCode.FUND, -17_846_45),
        Step(StepCode.UNAPPROVED, -14_700_00),
        Step(StepCode.DISPUTE, -1_944_00),
    )
    available = closing + sum(step.amount_cents for step in holds)
    fee = -sum(row.amount_cents for row in movements if row.kind is MovementKind.FEE)
    vat = -sum(row.amount_cents for row in movements if row.kind is MovementKind.VAT)
    base = sum(row.amount_cents for row in movements if row.kind is MovementKind.ASSIGNMENT)
    return WeeklyStatementFigures(
        number="2026-S47",
        contract=CONTRACT,
        currency="EUR",
        first_on=dt.date(2026, 11, 16),
        last_on=dt.date(2026, 11, 22),
        issued_on=dt.date(2026, 11, 23),
        factor=FACTOR,
        seller=SELLER,
        contact=CONTACT,
        opening_cents=opening,
        closing_cents=closing,
        available_cents=available,
        payable_cents=available,
        fund=_fund(),
        movements=movements,
        holds=holds,
        waterfall=_waterfall(available),
        debtors=tuple(AgedDebtor(name, ages, 2) for name, ages in _DEBTORS),
        overdue=_overdue(),
        releases=_releases(),
        fees=(FeeLine("factoring_fee", fee, base, 120, 800, 8, 0),),
        vat_cents=vat,
        financed_cents=98_712_45,
        receipts=_receipts(),
        hours=HoursFigures(8, 8, 43, 26),
        actions=(
            Action(
                ActionCode.SETTLE_DISPUTE,
                dt.date(2026, 12, 1),
                {
                    "debtor": "Maisons Dauphiné",
                    "number": "FA-2026-0372",
                    "amount": "2\u202f160,00\u00a0€",
                },
            ),
        ),
        cut_seq=1181,
        cut_hash="9f3c1e7ab2d04c5588fe",
    )


def _waterfall(available: int) -> tuple[WaterfallLine, ...]:
    """Return the way from the outstanding of the aged balance to what is available."""
    kept = (14_700_00, 1_944_00, 0, 0, 17_846_45)
    outstanding, charged = 185_040_50, 21_406_18
    drawn = outstanding - sum(kept) - charged - available
    cents = (outstanding, *(-one for one in kept), -drawn, -charged, available, 0, 0, available)
    return tuple(WaterfallLine(code, one) for code, one in zip(WaterfallCode, cents, strict=True))


def _overdue() -> tuple[OverdueRow, ...]:
    def row(debtor: str, number: str, days: int, cents: int, stage: Stage) -> OverdueRow:
        due_on = dt.date(2026, 11, 22) - dt.timedelta(days=days)
        defunded_on = due_on + dt.timedelta(days=120) if stage is Stage.FORMAL_NOTICE else None
        return OverdueRow(debtor, number, due_on, days, cents, stage, defunded_on)

    return (
        row("Ville de Grenoble", "FA-2026-0361", 6, 12_400_00, Stage.REMINDER_1),
        row("Promotion Isère Habitat", "FA-2026-0352", 13, 6_300_00, Stage.REMINDER_2),
        row("Maisons Dauphiné", "FA-2026-0318", 41, 8_640_00, Stage.DISPUTED),
        row("Coopérative Belledonne", "FA-2026-0290", 66, 3_720_00, Stage.FORMAL_NOTICE),
        row("Menuiserie Allard", "FA-2026-0244", 97, 1_860_00, Stage.PRE_LITIGATION),
    )


def _releases() -> tuple[ExpectedRelease, ...]:
    expected = (
        (25, "Ville de Grenoble", "FA-2026-0366", 1_240_00),
        (26, "Bâti Rhône-Alpes SA", "FA-2026-0368", 2_982_40),
        (27, "Zimmermann Holzbau GmbH", "FA-2026-0370", 652_00),
        (30, "Promotion Isère Habitat", "FA-2026-0374", 1_460_00),
        (30, "Bâti Rhône-Alpes SA", "FA-2026-0379", 1_850_00),
        (30, "Maisons Dauphiné", "FA-2026-0381", 3_120_00),
    )
    return tuple(
        ExpectedRelease(dt.date(2026, 11, day), cents, debtor, number)
        for day, debtor, number, cents in expected
    )


def _receipts() -> tuple[ReceiptRow, ...]:
    return (
        ReceiptRow(
            dt.date(2026, 11, 17), "Bâti Rhône-Alpes SA", "FA-2026-0344", 48_200_00, 0, 4_820_00
        ),
        ReceiptRow(
            dt.date(2026, 11, 19), "Zimmermann Holzbau GmbH", "FA-2026-0349", 26_400_00, 0, 2_640_00
        ),
        ReceiptRow(
            dt.date(2026, 11, 20),
            "Promotion Isère Habitat",
            "FA-2026-0352",
            10_000_00,
            6_300_00,
            2_382_00,
        ),
    )


def quiet_week() -> WeeklyStatementFigures:
    """Return a week without any movement, overdrawn."""
    return WeeklyStatementFigures(
        number="2026-S48",
        contract=CONTRACT,
        currency="EUR",
        first_on=dt.date(2026, 11, 30),
        last_on=dt.date(2026, 12, 6),
        issued_on=dt.date(2026, 12, 7),
        factor=FACTOR,
        seller=SELLER,
        contact=CONTACT,
        opening_cents=1_000_00,
        closing_cents=1_000_00,
        available_cents=-234_56,
        payable_cents=0,
        fund=FundFigures(FundMethod.ON_OUTSTANDING, 1000, 1_234_56, 0, 0, 0, 1_234_56),
        holds=(Step(StepCode.FUND, -1_234_56),),
        cut_seq=1240,
        cut_hash="00aa11bb22cc",
    )


def reminder() -> ReminderFigures:
    """Return a first reminder of three invoices of two sellers."""
    rows = tuple(
        ReminderRow(
            seller, number, due_on - dt.timedelta(days=45), due_on, cents, left, days, order
        )
        for seller, number, due_on, cents, left, days, order in (
            (
                SELLER.name,
                "FA-2026-0361",
                dt.date(2026, 11, 16),
                12_400_00,
                12_400_00,
                7,
                "BC-7781",
            ),
            (SELLER.name, "FA-2026-0363", dt.date(2026, 11, 18), 4_812_30, 2_812_30, 5, ""),
            (
                "Ferronnerie du Drac",
                "F26-118",
                dt.date(2026, 11, 19),
                2_064_00,
                2_064_00,
                4,
                "BC-7790",
            ),
        )
    )
    return ReminderFigures(
        id="dun#siren:404833048#2026-11-23",
        level=1,
        issued_on=dt.date(2026, 11, 23),
        factor=FACTOR,
        debtor=DEBTOR,
        account=ACCOUNT,
        contact=CONTACT,
        rows=rows,
        total_cents=sum(row.open_cents for row in rows),
    )


def debtor_notice() -> DebtorNoticeFigures:
    """Return the notice of a relation that starts on the first of a month."""
    return DebtorNoticeFigures(
        id="notice#siren:552081317/EUR#siren:404833048",
        issued_on=dt.date(2026, 11, 23),
        effective_on=dt.date(2026, 12, 1),
        factor=FACTOR,
        seller=SELLER,
        debtor=DEBTOR,
        account=ACCOUNT,
        contact=CONTACT,
    )


def acknowledgement() -> AcknowledgementFigures:
    """Return the answer to a mail of seven files with seven different outcomes."""
    rows = (
        AcknowledgementRow(
            "FA-2026-0412.pdf", OutcomeKind.ASSIGNED, "FA-2026-0412", "Bâti Rhône-Alpes SA", "EUR",
            18_450_00, 18_450_00, 16_605_00,
        ),
        AcknowledgementRow(
            "FA-2026-0414.xml", OutcomeKind.ASSIGNED, "FA-2026-0414", "Ville de Grenoble", "EUR",
            12_345_67, 12_345_67, 11_111_10,
        ),
        AcknowledgementRow(
            "FA-2026-0415.pdf", OutcomeKind.PARTLY_APPROVED, "FA-2026-0415", "Maisons Dauphiné",
            "EUR", 24_000_00, 16_500_00, 14_850_00, problems=(
                Problem("line-exceeded", Severity.WARN, "", {"debtor": "Maisons Dauphiné"}),
            ),
        ),
        AcknowledgementRow(
            "FA-2026-0418.pdf", OutcomeKind.HELD, "FA-2026-0418", "SCI Les Glières", "EUR",
            3_980_00, problems=(
                Problem("debtor-unknown", Severity.REVIEW, "", {"debtor": "SCI Les Glières"}),
            ),
        ),
        AcknowledgementRow(
            "scan_0007.pdf", OutcomeKind.REFUSED, problems=(
                Problem("pdf-damaged", Severity.REFUSE, "", {"file": "scan_0007.pdf"}),
            ),
        ),
        AcknowledgementRow(
            "FA-2026-0399.pdf", OutcomeKind.DUPLICATE, "FA-2026-0399", "Ville de Grenoble", "EUR",
            5_120_00, problems=(
                Problem("already-registered", Severity.IGNORE, "", {"day": "09/11/2026"}),
            ),
        ),
        AcknowledgementRow(
            "AV-2026-0031.pdf", OutcomeKind.CREDITED, "AV-2026-0031", "Bâti Rhône-Alpes SA", "EUR",
            1_200_00, is_credit_note=True,
        ),
    )  # fmt: skip
    return AcknowledgementFigures(
        mail_id="m-20261123-081544-7f3a",
        factor=FACTOR,
        seller=SELLER,
        received_at=dt.datetime(2026, 11, 23, 7, 15, 44, tzinfo=dt.UTC),
        contact=CONTACT,
        subject="Factures semaine 47",
        message_id="<20261123081544.7f3a@vercors.example>",
        rows=rows,
        totals=(AcknowledgementTotal("EUR", 4, 53_595_67, 47_295_67, 42_566_10),),
        advance_due_at=dt.datetime(2026, 11, 25, 7, 15, 44, tzinfo=dt.UTC),
    )


def nothing_attached() -> AcknowledgementFigures:
    """Return the answer to a mail without any attachment."""
    return AcknowledgementFigures(
        mail_id="m-20261123-090000-0001",
        factor=FACTOR,
        seller=SELLER,
        received_at=dt.datetime(2026, 11, 23, 8, 0, 0, tzinfo=dt.UTC),
        contact=CONTACT,
        subject="factures",
        problems=(Problem("mail-without-attachment", Severity.REFUSE),),
    )


def payment_file() -> PaymentFileFigures:
    """Two pay-outs in one file."""
    rows = (
        PaymentFileRow(
            "S552081317.EUR.20261123.1",
            SELLER.name,
            24_318_77,
            masked_iban("FR1420041010050500013M02606"),
            "Claire Morel",
        ),
        PaymentFileRow(
            "S404833048.EUR.20261123.1",
            "Menuiserie de l'Isère <SARL>",
            1_250_00,
            masked_iban("FR7630006000011234567890189"),
            "Paul Garnier",
        ),
    )
    return PaymentFileFigures(
        id="BORDEREAU.20261123.0001",
        issued_on=dt.date(2026, 11, 23),
        factor=FACTOR,
        contact=CONTACT,
        file="sepa/2026-11-23/BORDEREAU.20261123.0001.xml",
        sha256="8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
        account=masked_iban(ACCOUNT.iban),
        execution_on=dt.date(2026, 11, 23),
        count=2,
        total_cents=25_568_77,
        rows=rows,
    )


SAMPLES: dict[str, tuple[DocumentKind, Figures]] = {
    "advance_statement": (DocumentKind.ADVANCE_STATEMENT, advance_statement()),
    "advance_statement_without_payout": (
        DocumentKind.ADVANCE_STATEMENT,
        advance_statement_without_payout(),
    ),
    "weekly_statement": (DocumentKind.WEEKLY_STATEMENT, weekly_statement()),
    "quiet_week": (DocumentKind.WEEKLY_STATEMENT, quiet_week()),
    "reminder": (DocumentKind.REMINDER, reminder()),
    "debtor_notice": (DocumentKind.DEBTOR_NOTICE, debtor_notice()),
    "acknowledgement": (DocumentKind.ACKNOWLEDGEMENT, acknowledgement()),
    "nothing_attached": (DocumentKind.ACKNOWLEDGEMENT, nothing_attached()),
    "payment_file": (DocumentKind.PAYMENT_FILE, payment_file()),
}
