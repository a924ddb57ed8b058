"""``docs/sheets.md``: every tab and column, printed from the definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bordereau.domain import workbook
from bordereau.domain.workbook.columns import Column, Filler, Kind, Tab, TabKind
from bordereau.domain.workbook.known_settings import KNOWN_SETTINGS
from sheets import guide

START: Final = "<!-- printed from bordereau.domain.workbook: python -m sheets.reference -->"

KINDS: Final = {
    Kind.REF: "référence",
    Kind.TEXT: "texte",
    Kind.LONG_TEXT: "texte",
    Kind.CODE: "texte brut",
    Kind.AMOUNT: "montant",
    Kind.BALANCE: "montant, négatif permis",
    Kind.RATE: "taux",
    Kind.DATE: "date",
    Kind.INSTANT: "date et heure",
    Kind.COUNT: "nombre entier",
    Kind.TIME: "heure",
    Kind.CHOICE: "liste",
    Kind.LISTED: "liste",
    Kind.SIREN: "SIREN (clé vérifiée)",
    Kind.VAT: "n° de TVA (clé vérifiée)",
    Kind.IBAN: "IBAN (clé vérifiée)",
    Kind.BIC: "BIC",
    Kind.EMAIL: "adresse e-mail",
    Kind.EMAILS: "adresses e-mail",
    Kind.SETTING: "selon le réglage",
}

HEAD: Final = """# The workbook

Staff work in one shared spreadsheet, in French. This page lists its tabs and columns; the code
reads the same definition (`shared/bordereau/domain/workbook`), `sheets/` draws it, and a test keeps
this page true.

How it works, in short:

- **Row 1 is hidden and holds machine keys**, row 2 the labels. Columns may be moved, relabelled, or
  added (a column without a key is private and ignored); lines may be sorted and inserted.
- **Lines are numbered in advance** (`G-0001` …). A line is known by its number, never by its place.
- **White is staff's, grey the system's.** The system never writes into a tab of staff: what stands
  in grey is looked up by the line's number from a hidden tab, so it cannot come to stand beside
  another line.
- **Nothing is deleted.** A line in force is replaced by a newer one; a receipt is undone by
  *Annuler*.
- **One import is all or nothing.** A missing tab or column, a number twice, an emptied tab or more
  than a fifth of the known lines gone (three at least) stops that import; « Accueil » says why and
  the last good snapshot stays in force. To accept removals, type today's date into the setting
  *Accepter les lignes effacées*.
- **A line that is wrong stops only itself**: red cell, word and sentence beside it.
- Four eyes are not built yet: a valid line takes effect at once, and « Accueil » says so.

The look-up beside each line (`_retours` is written by the system, by difference):

```
Contrôle  =IFERROR(INDEX(_retours!$B:$B;MATCH($A3;_retours!$A:$A;0));
                   IF(COUNTA(B3:F3)=0;"";"En attente"))
Message   =IFERROR(INDEX(_retours!$C:$C;MATCH($A3;_retours!$A:$A;0));"")
colour    =ISNUMBER(SEARCH("|"&A$1&"|";$I3))     the very cell, named in the hidden column @fields
```
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join((HEAD, START, "", *_printed())).rstrip() + "\n"


def _printed() -> Iterator[str]:
    yield "## Colours\n"
    yield from (f"- **{name}**: {meaning}" for name, meaning in guide.COLOURS)
    yield "\n## Tabs of staff\n"
    for tab in workbook.STAFF.values():
        yield from _tab(tab)
    yield "## Tabs of the system\n"
    for tab in workbook.TABS:
        if tab.kind is TabKind.SYSTEM:
            yield from _tab(tab)
    yield "## Hidden tabs\n"
    for tab in workbook.TABS:
        if tab.kind is TabKind.HIDDEN:
            keys = ", ".join(f"`{column.key}`" for column in tab.columns)
            yield f"- `{tab.title}`: {keys}"
    yield "\n## Settings\n"
    yield "| Réglage | clé | valeur | daté |"
    yield "| --- | --- | --- | --- |"
    for known in KNOWN_SETTINGS:
        dated = "oui" if known.is_rate else ""
        yield f"| {known.label} | `{known.code}` | {KINDS[known.kind]} | {dated} |"


def _tab(tab: Tab) -> Iterator[str]:
    yield f"### {tab.title}\n"
    if tab.guide:
        yield f"{tab.guide}\n"
    if tab.prefix:
        yield f"Lines `{tab.ref(1)}` to `{tab.ref(tab.lines)}`; code name `{tab.key}`.\n"
    yield "| colonne | clé | contenu | qui |"
    yield "| --- | --- | --- | --- |"
    for column in tab.columns:
        if column.label:
            yield _column(column)
    yield ""


def _column(column: Column) -> str:
    mark = " **\\***" if column.is_required else ""
    content = KINDS[column.kind]
    if column.choices and column.kind is Kind.CHOICE and len(column.choices) <= 8:  # noqa: PLR2004
        content += f" : {', '.join(choice.label for choice in column.choices)}"
    if column.help:
        content += f". {column.help}"
    who = "personnel" if column.filler is Filler.STAFF else "système"
    return f"| {column.label}{mark} | `{column.key}` | {content} | {who} |"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what it is for
