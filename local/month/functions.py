"""The thirteen functions over ports of choice, each as its wiring makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from bordereau import ports
from bordereau.documents.message import Firm
from bordereau.documents.render import Renderer
from bordereau.entry.types import Handle
from bordereau.entry.wiring import (
    allocate_receipts,
    apply_bank_statement,
    apply_decisions,
    control_books,
    deliver_outbox,
    issue_advances,
    open_mail,
    raise_overdue_alerts,
    refresh_workbook,
    register_invoices,
    send_weekly_statements,
    update_reserves,
    write_documents,
)

SENDER: Final = "affacturage@bordereau.example"
OWN_DOMAIN: Final = "bordereau.example"

Port = Callable[[str, str], Any]
"""From the names of function and port (ledger, objects, queue, clock, sheet, mailer) to a port."""


def functions_over(port: Port, *, renders: bool = True) -> dict[str, Handle]:
    """Return each function; without ``renders``, documents have no looks and take no time."""
    return {**_doors(port), **_scheduled(port), **_post(port, renders=renders)}


def _doors(port: Port) -> dict[str, Handle]:
    mail = partial(port, "open_mail")
    claims = partial(port, "register_invoices")
    bank = partial(port, "apply_bank_statement")
    receipts = partial(port, "allocate_receipts")
    desk = partial(port, "refresh_workbook")
    decisions = partial(port, "apply_decisions")
    return {
        "open_mail": partial(
            open_mail.open_arrived, mail("objects"), open_mail.MailReader(OWN_DOMAIN)
        ),
        "register_invoices": partial(
            register_invoices.register,
            *(claims("ledger"), claims("objects"), claims("queue"), claims("clock")),
        ),
        "apply_bank_statement": partial(
            apply_bank_statement.apply,
            *(bank("ledger"), bank("objects"), bank("queue"), bank("clock")),
        ),
        "allocate_receipts": partial(
            allocate_receipts.allocate,
            *(receipts("ledger"), receipts("queue"), receipts("clock")),
        ),
        "refresh_workbook": partial(
            refresh_workbook.refresh,
            *(desk("sheet"), desk("ledger"), desk("objects"), desk("queue"), desk("clock")),
        ),
        "apply_decisions": partial(
            apply_decisions.apply_one,
            *(decisions("ledger"), decisions("objects"), decisions("queue"), decisions("clock")),
        ),
    }


def _scheduled(port: Port) -> dict[str, Handle]:
    def books(function: str) -> tuple[Any, Any, Any, Any]:
        ledger, objects = port(function, "ledger"), port(function, "objects")
        return ledger, objects, port(function, "queue"), port(function, "clock")

    reserves = partial(port, "update_reserves")
    return {
        "issue_advances": issue_advances.Advances(*books("issue_advances")),
        "update_reserves": update_reserves.Reserves(
            reserves("ledger"), reserves("queue"), reserves("clock")
        ),
        "raise_overdue_alerts": raise_overdue_alerts.Overdue(*books("raise_overdue_alerts")),
        "send_weekly_statements": send_weekly_statements.Statements(
            *books("send_weekly_statements")
        ),
        "control_books": partial(control_books.control, *books("control_books")),
    }


def _post(port: Port, *, renders: bool) -> dict[str, Handle]:
    pdfs, letters = partial(port, "write_documents"), partial(port, "deliver_outbox")
    renderer: ports.Renderer = Renderer.of(Firm("", "")) if renders else PlainRenderer()
    writer: Callable[[], ports.Renderer] = PlainRenderer
    if renders:
        writer = partial(deliver_outbox.renderer_of, letters("ledger"), SENDER)
    return {
        "write_documents": partial(
            write_documents.write, pdfs("ledger"), pdfs("objects"), pdfs("clock"), renderer
        ),
        "deliver_outbox": partial(
            deliver_outbox.deliver,
            letters("ledger"),
            letters("objects"),
            letters("clock"),
            letters("mailer"),
            writer,
        ),
    }


class PlainRenderer:
    """Documents without looks: their figures' names only. For tests that do not look at them."""

    def pdf(self, kind: str, figures: Mapping[str, Any]) -> bytes:
        """Return a text instead of a PDF."""
        return f"{kind} {sorted(figures)}".encode()

    def mail(self, kind: str, figures: Mapping[str, Any], **envelope: Any) -> ports.RenderedMail:  # noqa: ANN401
        """Return a text instead of an e-mail."""
        text = f"{kind} {sorted(figures)} {envelope['document_id']} {envelope['to']}"
        return ports.RenderedMail(kind, text.encode())
