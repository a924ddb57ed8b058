"""What each function is told by its environment: one frozen model each, no defaults for names.

The names of the variables are those of the fields in capitals. A test compares them with
template.yaml, both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bordereau.domain.problems import ConfigurationError


class Settings(BaseModel):
    """What every function is told: the stage it runs in."""

    # A function validates one of these models: the schemas of the others are not built.
    model_config = ConfigDict(frozen=True, extra="ignore", str_min_length=1, defer_build=True)

    stage: Literal["local", "test", "production"]


S = TypeVar("S", bound=Settings)


def load(model: type[S], environment: Mapping[str, str]) -> S:
    """Read the settings of a function.

    Args:
        model: which settings.
        environment: where from; ``os.environ`` in Lambda.

    Raises:
        ConfigurationError: naming every variable that is missing or wrong; values are not shown.
    """
    known = {
        name: environment[name.upper()]
        for name in model.model_fields
        if name.upper() in environment
    }
    try:
        return model.model_validate(known)
    except ValidationError as error:
        wrong = sorted({f"{str(one['loc'][0]).upper()} ({one['msg']})" for one in error.errors()})
        raise ConfigurationError(f"environment: {', '.join(wrong)}") from error


class Clocked(Settings):
    """Stage local names the parameter that holds the time; elsewhere the time is the system's."""

    clock_parameter: str | None = None


class Inbox(Settings):
    """The bucket of what arrives."""

    inbox_bucket: str


class Work(Settings):
    """The bucket of what we make."""

    work_bucket: str


class Journal(Settings):
    """The table of entries."""

    journal_table: str


class Ledger(Settings):
    """The table of positions, invoices, lines, receipts."""

    ledger_table: str


class WorkItems(Settings):
    """The table of commands, mails, intents, runs."""

    work_table: str


class Parties(Settings):
    """The table of sellers, debtors, contracts, terms."""

    party_table: str


class Books(Journal, Ledger, WorkItems, Parties):
    """All four tables."""


class OwnQueue(Settings):
    """The function's own queue, to which it sends messages too."""

    own_queue_url: str


class ToOpenMail(Settings):
    """The queue of open_mail."""

    open_mail_queue_url: str


class ToApplyBankStatement(Settings):
    """The queue of apply_bank_statement."""

    apply_bank_statement_queue_url: str


class ToRegisterInvoices(Settings):
    """The queue of register_invoices."""

    register_invoices_queue_url: str


class ToAllocateReceipts(Settings):
    """The queue of allocate_receipts (FIFO: the group is the bank account)."""

    allocate_receipts_queue_url: str


class ToApplyDecisions(Settings):
    """The queue of apply_decisions."""

    apply_decisions_queue_url: str


class ToUpdateReserves(Settings):
    """The queue of update_reserves: a debtor has room, promote."""

    update_reserves_queue_url: str


class ToWriteDocuments(Settings):
    """The queue of write_documents."""

    write_documents_queue_url: str


class ToRaiseOverdueAlerts(Settings):
    """The queue of raise_overdue_alerts: look again at a contract's invoices."""

    raise_overdue_alerts_queue_url: str


class Spreadsheet(Settings):
    """The shared spreadsheet; stage local names an endpoint, every other the credentials."""

    spreadsheet_id: str
    google_credentials_parameter: str | None = None
    sheets_endpoint: str | None = None


class Mailer(Settings):
    """Who e-mails come from."""

    sender_address: str
    configuration_set: str


class OpenMailSettings(Inbox, Work):
    """open_mail: no tables, no queue, no clock.

    The domain whose mails are never answered, and the address that bank files come to.
    """

    mail_domain: str
    bank_address: str


class RegisterInvoicesSettings(Books, Work, ToUpdateReserves, Clocked):
    """register_invoices."""


class ApplyBankStatementSettings(Books, Inbox, Work, ToAllocateReceipts, Clocked):
    """apply_bank_statement."""


class AllocateReceiptsSettings(Books, ToUpdateReserves, Clocked):
    """allocate_receipts."""


class RefreshWorkbookSettings(
    Ledger, WorkItems, Parties, Work, Spreadsheet, ToApplyDecisions, Clocked
):
    """refresh_workbook."""


class ApplyDecisionsSettings(
    Books,
    Work,
    OwnQueue,
    ToRegisterInvoices,
    ToAllocateReceipts,
    ToUpdateReserves,
    ToWriteDocuments,
    ToRaiseOverdueAlerts,
    ToApplyBankStatement,
    Clocked,
):
    """apply_decisions; its own queue brings back what came before what it builds on."""


class IssueAdvancesSettings(Books, Work, OwnQueue, ToWriteDocuments, Clocked):
    """issue_advances."""


class UpdateReservesSettings(Books, OwnQueue, ToApplyDecisions, Clocked):
    """update_reserves."""


class RaiseOverdueAlertsSettings(
    Ledger, WorkItems, Parties, Work, OwnQueue, ToWriteDocuments, Clocked
):
    """raise_overdue_alerts: no journal, it books nothing."""


class SendWeeklyStatementsSettings(Books, Work, OwnQueue, ToWriteDocuments, Clocked):
    """send_weekly_statements."""


class WriteDocumentsSettings(WorkItems, Work, Clocked):
    """write_documents: everything it shows was frozen, it reads no books."""


class DeliverOutboxSettings(WorkItems, Parties, Work, Mailer, Clocked):
    """deliver_outbox: no journal and no ledger."""


class ControlBooksSettings(
    Books, Inbox, Work, ToOpenMail, ToRegisterInvoices, ToApplyBankStatement, Clocked
):
    """control_books: it sends again what has no outcome."""


OF_FUNCTION: Mapping[str, type[Settings]] = {
    "open_mail": OpenMailSettings,
    "register_invoices": RegisterInvoicesSettings,
    "apply_bank_statement": ApplyBankStatementSettings,
    "allocate_receipts": AllocateReceiptsSettings,
    "refresh_workbook": RefreshWorkbookSettings,
    "apply_decisions": ApplyDecisionsSettings,
    "issue_advances": IssueAdvancesSettings,
    "update_reserves": UpdateReservesSettings,
    "raise_overdue_alerts": RaiseOverdueAlertsSettings,
    "send_weekly_statements": SendWeeklyStatementsSettings,
    "write_documents": WriteDocumentsSettings,
    "deliver_outbox": DeliverOutboxSettings,
    "control_books": ControlBooksSettings,
}
"""The functions, in the order of the handbook's table, and what each is told."""
