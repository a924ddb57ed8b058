"""Claims: what a document says, read but not believed.

Readers turn bytes into claims; services match them to the register and decide. Amounts are texts
exactly as written (a plain decimal where the document has one), dates ISO texts where they could
be read, identifiers as written without spaces. See ``docs/read-invoice.schema.json`` for the
public form.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bordereau.domain.problems import Problem
from bordereau.domain.sepa import StatusReport


class Verdict(StrEnum):
    """What a reader says of a document: the strongest severity among its problems."""

    ACCEPT = "accept"
    NOT_FOR_SALE = "not-for-sale"
    REVIEW = "review"
    REJECT = "reject"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class PartyClaim:
    """A party as a document names it; empty text = not said. ``ids`` are ``scheme:value``.

    ``vat`` has no spaces; ``vat_written`` is the number as written where that differs.
    """

    name: str = ""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    ids: tuple[str, ...] = ()
    vat_written: str = ""


@dataclass(frozen=True, slots=True)
class AccountClaim:
    """An account to pay to (BT-84 to BT-86): ``iban`` when it is one, else ``account``.

    ``iban`` has no spaces and is upper case; ``written`` is what stands there where that differs.
    """

    iban: str = ""
    account: str = ""
    bic: str = ""
    holder: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class NoteClaim:
    """A note (BT-22) with its subject code (BT-21), for example ACC, PMT, PMD, AAB."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceClaim:
    """One invoice or credit note as read.

    ``file`` is the name of the file it was found in, ``place`` where in it (``r12`` is line 12 of
    a schedule, ``m2`` the second member of a zip, empty for the whole file), ``syntax`` one of
    CII, UBL, ZF1, SCHEDULE, PDF, or empty when nothing could be read. ``preceding`` are the
    numbers of invoices it refers to (BT-25). ``text`` is capped plain text of a PDF without XML,
    for matching against the register, or of one whose notice of assignment stands on its pages.
    """

    file: str
    verdict: Verdict
    syntax: str
    problems: tuple[Problem, ...] = ()
    type_code: str = ""
    number: str = ""
    issue_date: str = ""
    due_dates: tuple[str, ...] = ()
    currency: str = ""
    net: str = ""
    vat: str = ""
    gross: str = ""
    prepaid: str = ""
    payable: str = ""
    seller: PartyClaim = PartyClaim()
    buyer: PartyClaim = PartyClaim()
    payee: PartyClaim = PartyClaim()
    accounts: tuple[AccountClaim, ...] = ()
    preceding: tuple[str, ...] = ()
    business_process: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    period_start: str = ""
    period_end: str = ""
    notes: tuple[NoteClaim, ...] = ()
    payment_terms: str = ""
    text: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """One thing that arrived in a mail and gets exactly one outcome.

    ``part`` is stable for the same bytes (``1``, ``2``, ``2.r12`` for a line of a schedule).
    ``claim`` is absent when nothing could be read: then ``problems`` say why.
    """

    part: str
    file: str
    sha256: str
    claim: InvoiceClaim | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SenderEvidence:
    """Who sent a mail, as far as the receiving service's own trace block proves it (T1 to T4).

    ``address`` is the one exact address of the single From header, or empty. ``is_proven`` means
    DMARC passed and is aligned with that address and nothing in the header is doubtful; ``doubt``
    is a problem code otherwise (``sender-not-proven``, ``from-doubled``, ``virus`` …).
    ``may_be_answered`` is false for automatic mails, lists and our own domain.
    """

    address: str = ""
    is_proven: bool = False
    doubt: str = ""
    may_be_answered: bool = False
    message_id: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class MailClaims:
    """One received mail, read: what ``open_mail`` writes under ``claims/`` for one object.

    ``mail_id`` is the last part of the object's key; ``parts`` may be empty (no attachment).
    """

    mail_id: str
    received_at: dt.datetime
    sender: SenderEvidence
    parts: tuple[ClaimPart, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BankDetail:
    """One transaction inside a booked entry; amounts and dates as in ``BankEntry``.

    ``structured_reference`` is the creditor's reference (ISO 11649 or national), ``text`` the
    unstructured remittance text alone.
    """

    amount: str
    sign: str
    end_to_end_id: str = ""
    reference: str = ""
    counterparty: str = ""
    account: str = ""
    text: str = ""
    is_return: bool = False
    return_reason: str = ""
    structured_reference: str = ""


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One booked line of a statement; ``sign`` is the account's view (``+`` money in).

    ``amount`` is unsigned, dates are ISO texts. ``is_return`` marks a transfer of ours that came
    back (camt RtrInf or a return transaction code), or a booking that the bank takes back.
    ``entry_reference`` is camt's NtryRef, ``reference`` the bank's own where it has one;
    ``bank_code`` its ISO code of what it is (``PMNT/RCDT/ESCT``), empty in other formats.
    """

    booked_on: str
    value_on: str
    amount: str
    sign: str
    currency: str
    reference: str = ""
    end_to_end_id: str = ""
    counterparty: str = ""
    account: str = ""
    text: str = ""
    is_return: bool = False
    return_reason: str = ""
    details: tuple[BankDetail, ...] = ()
    structured_reference: str = ""
    information: str = ""
    value_written: str = ""
    entry_reference: str = ""
    bank_code: str = ""


@dataclass(frozen=True, slots=True)
class StatementClaim:
    """One account statement of a bank file. ``balanced`` = opening + entries is closing.

    ``account`` is as the file has it; ``iban`` is it as IBAN where it is one or follows from the
    file (French CFONB: bank, branch and account), else empty. ``kind`` is one of camt.052,
    camt.053, camt.054, cfonb120, mt940, mt942. ``closing_on`` is the ISO date of the closing
    balance where the file says it: a day without an entry is proven by it.
    """

    account: str
    currency: str
    reference: str
    opening: str
    closing: str
    balanced: bool
    entries: tuple[BankEntry, ...]
    kind: str = "camt.053"
    iban: str = ""
    closing_on: str = ""


@dataclass(frozen=True, slots=True)
class BankFileClaim:
    """One bank file, read; several statements where it holds several accounts or days.

    ``report`` is there instead where the bank answers to orders of ours.
    """

    file: str
    verdict: Verdict
    sha256: str
    problems: tuple[Problem, ...] = ()
    statements: tuple[StatementClaim, ...] = ()
    report: StatusReport | None = None


@dataclass(frozen=True, slots=True)
class BankMailClaims:
    """One mail to the bank address, read: what ``open_mail`` writes under ``claims/bank/``.

    Whether its sender is listed is checked by who applies it; ``problems`` say why no file is
    there.
    """

    mail_id: str
    received_at: dt.datetime
    sender: SenderEvidence
    files: tuple[BankFileClaim, ...]
    problems: tuple[Problem, ...] = ()
