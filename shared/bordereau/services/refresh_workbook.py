"""The desk: what staff typed becomes commands, what the books say stands in the sheet.

One run reads every tab of staff in one snapshot, checks it, sends what changed, and writes its own
tabs by difference. A broken workbook stops the import of that run alone: nothing of it is sent,
« Accueil » says why, and the last good snapshot stays in force. A second run on an unchanged sheet
and unchanged books sends and writes nothing but the time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bordereau.domain.decisions import DecisionKind, LineDecision, decision_of
from bordereau.domain.guarantee_lines import FactorLine, RelationLine
from bordereau.domain.problems import ConfigurationError
from bordereau.domain.work import Command
from bordereau.domain.workbook import STAFF, VERSION
from bordereau.domain.workbook.columns import FIRST_LINE, Tab
from bordereau.domain.workbook.payout_tab import PAYOUTS, PAYOUTS_FEED
from bordereau.domain.workbook.quarantine_tab import QUARANTINE, QUARANTINE_FEED
from bordereau.domain.workbook.staff_tabs import RECEIPTS, SETTINGS, TO_COMPLETE
from bordereau.domain.workbook.system_tabs import (
    ADVANCES,
    ALERTS,
    ANALYSIS,
    ANSWERS,
    FUNDS,
    HOME,
    INVOICES,
    LISTS,
    RECEIPTS_FEED,
    SCHEMA,
    TO_COMPLETE_FEED,
)
from bordereau.ports import Ledger, Objects, Phrases, Queue, Sheet, SheetBlock, SheetRows
from bordereau.services.desk import answers, feeds, line_pages, payout_lines, tables
from bordereau.services.desk.commands import last_commands, send_commands
from bordereau.services.desk.context import Note
from bordereau.services.desk.difference import Row, blocks
from bordereau.services.desk.figures import Figures, case_states, gather
from bordereau.services.desk.home_page import Moment, home_blocks
from bordereau.services.desk.quarantine_lines import mail_rows
from bordereau.services.desk.reading import Reading, read_all, titles_of
from bordereau.services.desk.remembered import Remembered, recall, remember
from bordereau.services.desk.take_on_books import take_on_books
from bordereau.services.desk.wanted import Stands, Wanted, wishes_of
from bordereau.services.firm import firm_of
from bordereau.services.outcome import Outcome, Status

OURS: Final = (
    HOME,
    ALERTS,
    INVOICES,
    ADVANCES,
    FUNDS,
    ANALYSIS,
    ANSWERS,
    LISTS,
    RECEIPTS_FEED,
    TO_COMPLETE_FEED,
    PAYOUTS_FEED,
    QUARANTINE_FEED,
)
"""The tabs that the system fills."""

BLOCKS_MAX: Final = 2_000
"""Blocks in one write: far below what Google takes in one request."""

GROWTH: Final = 500

ACCEPT_REMOVALS: Final = "accept_removals_on"
"""The setting that lets many lines vanish, on one day."""


@dataclass(frozen=True, slots=True)
class Office:
    """The ports of a refresh, and its moment."""

    sheet: Sheet
    ledger: Ledger
    objects: Objects
    queue: Queue
    phrases: Phrases
    today: dt.date
    now: dt.datetime


def refresh_workbook(office: Office) -> Outcome:
    """Read the sheet, send commands, write answers and tables.

    Done: amounts ``lines`` (used), ``wrong``, ``sent``, ``written`` (blocks); reason ``broken``
    when the import was stopped. Raises ``SourceUnavailableError`` when the sheet does not answer,
    ``ConfigurationError`` when its definition is newer than this program.
    """
    tabs = office.sheet.tabs()
    titles = titles_of(tabs)
    staff = [titles[key] for key in STAFF if key in titles]
    there = office.sheet.values([titles[tab.key] for tab in (*OURS, SCHEMA) if tab.key in titles])
    _check_version(there.get(titles.get(SCHEMA.key, ""), ()))
    last = recall(office.objects)
    reading = _read(office, titles, office.sheet.read(staff), last)
    figures = gather(office.ledger, today=office.today)
    sizes = {tab.title: tab.rows for tab in tabs}
    run = _Run(office, titles, there, last, figures, sizes=sizes)
    return run.stopped(reading) if reading.is_broken else run.imported(reading)


def _check_version(schema: Sequence[Row]) -> None:
    known = {str(row[0]): str(row[1]) for row in schema if len(row) > 1}
    version = known.get("version", "")
    if version.isdigit() and int(version) > VERSION:
        raise ConfigurationError(
            f"the workbook is of version {version}, this program knows {VERSION}"
        )


def _read(
    office: Office, titles: Mapping[str, str], snapshot: Mapping[str, SheetRows], last: Remembered
) -> Reading:
    """Read what staff typed; on a day on which they accept removals, nothing counts as vanished."""
    known = {tab: frozenset(refs) for tab, refs in last.refs.items()}
    reading = read_all(titles, snapshot, known)
    for line in reading.lines.get(SETTINGS.key, ()):
        is_today = line.text("value") == office.today.isoformat()
        if line.text("setting") == ACCEPT_REMOVALS and is_today:
            return read_all(titles, snapshot, {})
    return reading


class _Run:
    """One refresh after everything was read."""

    def __init__(
        self,
        office: Office,
        titles: Mapping[str, str],
        there: Mapping[str, Sequence[Row]],
        last: Remembered,
        figures: Figures,
        *,
        sizes: Mapping[str, int],
    ) -> None:
        self._office = office
        self._titles = titles
        self._there = there
        self._last = last
        self._figures = figures
        self._sizes = sizes

    def imported(self, reading: Reading) -> Outcome:
        """Send what changed and write everything."""
        office = self._office
        wishes = wishes_of(reading, today=office.today, stands=self._stands(reading))
        wishes = payout_lines.as_first_seen(wishes, self._last.seen)
        for key, data in wishes.objects.items():
            office.objects.put(key, data)
        posted = last_commands(office.ledger, wishes.wanted, self._last.answered)
        sent = send_commands(office.queue, wishes.wanted, posted)
        seen = payout_lines.seen_of(wishes)
        remember(office.objects, reading, posted, seen=seen, last=self._last, now=office.now)
        moved = payout_lines.answers_now(
            wishes, posted, self._figures, office.ledger, office.phrases
        )
        beside = answers.Beside(
            dict(_rooms(office.ledger, wishes.wanted, posted, office.today)),
            case_states(self._figures, office.today),
            dict(moved),
        )
        wanted = {
            ANSWERS.key: answers.rows(wishes, posted, beside, office.phrases),
            LISTS.key: feeds.list_rows(reading),
        }
        moment = self._moment(office.now, reading, wishes.take_ons)
        written = self._write(wanted | self._tables(), moment)
        wrong = sum(bool(line.wrong) for line in wishes.lines)
        counts = {"lines": len(wishes.lines), "wrong": wrong, "sent": sent, "written": written}
        return Outcome(Status.DONE, "refreshed", amounts=counts)

    def _stands(self, reading: Reading) -> Stands:
        """Return what stands on the lines that fill themselves, and what is known of dossiers."""
        office = self._office
        known = {
            tab.key: feeds.known_lines(self._office.ledger, tab.key, tab.prefix)
            for tab in (RECEIPTS, TO_COMPLETE, PAYOUTS, QUARANTINE)
        }
        feed = self._there.get(self._titles.get(PAYOUTS_FEED.key, ""), ())
        return Stands(
            receipts=known[RECEIPTS.key],
            documents=known[TO_COMPLETE.key],
            payouts=known[PAYOUTS.key],
            shown=payout_lines.shown_facts(feed),
            take_on=take_on_books(office.ledger, reading, self._figures, today=office.today),
            mails=known[QUARANTINE.key],
        )

    def stopped(self, reading: Reading) -> Outcome:
        """Say what is broken; the answers beside the lines stay as they are."""
        written = self._write(self._tables(), self._moment(self._last.read_at, reading))
        counts = {"lines": 0, "wrong": 0, "sent": 0, "written": written}
        return Outcome(Status.DONE, "broken", amounts=counts, problems=reading.faults)

    def _moment(
        self,
        read_at: dt.datetime | None,
        reading: Reading,
        take_ons: Mapping[str, Note] | None = None,
    ) -> Moment:
        office = self._office
        firm = firm_of(office.ledger).party.name
        faults, strays = reading.faults, reading.strays
        return Moment(office.now, office.today, read_at, firm, faults, strays, take_ons)

    def _tables(self) -> dict[str, list[Row]]:
        office, figures = self._office, self._figures
        phrases, today = office.phrases, office.today
        return {
            ALERTS.key: tables.alert_rows(figures, phrases),
            INVOICES.key: tables.invoice_rows(figures, phrases, today),
            ADVANCES.key: tables.advance_rows(figures, phrases),
            FUNDS.key: tables.fund_rows(figures, phrases),
            ANALYSIS.key: line_pages.analysis_rows(figures, phrases),
            RECEIPTS_FEED.key: feeds.receipt_rows(office.ledger, figures, phrases, today=today),
            TO_COMPLETE_FEED.key: feeds.document_rows(office.ledger, figures, phrases, today=today),
            PAYOUTS_FEED.key: feeds.payout_rows(office.ledger, figures, phrases, today=today),
            QUARANTINE_FEED.key: mail_rows(office.ledger, figures, phrases, today=today),
        }

    def _write(self, wanted: Mapping[str, list[Row]], moment: Moment) -> int:
        """Write what differs; return the number of blocks besides the home page's."""
        found = [block for tab in OURS for block in self._blocks(tab, wanted)]
        for start in range(0, len(found), BLOCKS_MAX):
            self._office.sheet.write(found[start : start + BLOCKS_MAX])
        if HOME.key in self._titles:
            title = self._titles[HOME.key]
            page = self._there.get(title, ())
            self._office.sheet.write(
                home_blocks(title, page, moment, self._figures, self._office.phrases)
            )
        return len(found)

    def _blocks(self, tab: Tab, wanted: Mapping[str, list[Row]]) -> Iterator[SheetBlock]:
        if tab.key not in wanted or tab.key not in self._titles:
            return
        title = self._titles[tab.key]
        first = 1 if tab.title.startswith("_") else FIRST_LINE
        self._grow(tab, first + len(wanted[tab.key]))
        there = self._there.get(title, ())
        yield from blocks(title, there, wanted[tab.key], first=first, width=len(tab.columns))

    def _grow(self, tab: Tab, rows: int) -> None:
        """Give a tab of ours more rows, formatted like its last, before it is written there."""
        last = self._sizes[self._titles[tab.key]]
        if rows > last:
            span = {"dimension": "ROWS", "startIndex": last, "endIndex": rows + GROWTH}
            grown = {"range": {"sheetId": tab.sheet_id} | span, "inheritFromBefore": True}
            self._office.sheet.change([{"insertDimension": grown}])


def _rooms(
    ledger: Ledger, wanted: Sequence[Wanted], posted: Mapping[str, Command], today: dt.date
) -> Iterator[tuple[str, answers.LineRoom]]:
    """Yield where the line of each decision in force stands."""
    for one in wanted:
        last = posted.get(one.ref)
        if one.kind is not DecisionKind.LINE or last is None or last.facts_sha != one.sha:
            continue
        decision: LineDecision = decision_of(one.kind, one.facts)
        key = {"debtor": decision.debtor, "currency": decision.currency}
        line: RelationLine | FactorLine | None = (
            ledger.get(RelationLine, **key, contract=decision.contract)
            if decision.contract
            else ledger.get(FactorLine, **key)
        )
        if line is not None:
            yield one.ref, line_pages.line_room(line, today)
