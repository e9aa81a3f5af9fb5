"""Interactions from the rows of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from crm.core.words import _l
from crm.imports.readers.dates import on_day, read_time, read_when, read_zone
from crm.imports.readers.headings import Mapping
from crm.imports.readers.organizations import split_list_cell
from crm.imports.readers.people import MAX_NOTE_CHARS, MAX_ORGANIZATION_CHARS
from crm.imports.readers.rows import CellProblem, CheckedRow, RowCells, iter_rows
from crm.imports.readers.tables import Table
from crm.imports.readers.values import read_minutes

#: The funder's form takes no longer summary.
MAX_SUMMARY_CHARS = 1_000


@dataclass(frozen=True)
class ParsedInteraction(CheckedRow):
    """One interaction as the file has it: kind, state, reached and names are still the texts of the file.

    `at` is local time in `zone` (None: the importer's own). Minutes are None when the file does not say.
    """

    line: int
    on: dt.date | None = None
    at: dt.time | None = None
    zone: str | None = None
    kind: str = ""
    state: str = ""
    reached: str = ""
    place: str = ""
    subject: str = ""
    notes: str = ""
    summary: str = ""
    organizations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    contact_minutes: int | None = None
    prep_minutes: int | None = None
    travel_minutes: int | None = None
    funder: str = ""
    uid: str = ""
    problems: tuple[CellProblem, ...] = ()


def read_interactions(table: Table, mapping: Mapping) -> Iterator[ParsedInteraction]:
    """Yield every row of the table as an interaction, in order, with those that have errors."""
    for cells in iter_rows(table, mapping):
        yield _interaction(cells)


def _interaction(cells: RowCells) -> ParsedInteraction:
    day, clock = cells.read("date", read_when, refuses=True) or (None, None)
    time_cell = cells.read("time", read_time, refuses=True)
    if day is not None and time_cell is not None:
        day, clock = on_day(day, time_cell)
    if day is None and not cells.is_refused:
        cells.add_problem("", _l("Enter a date."), refuses=True)
    # Company names contain commas, so only semicolons and new lines separate several of them.
    organizations, clients = (split_list_cell(cells, field, split_commas=False) for field in ("organization", "client"))
    people = split_list_cell(cells, "people", split_commas=False)
    if not (organizations or people or clients) and not cells.is_refused:
        cells.add_problem("", _l("Enter a person or an organization."), refuses=True)
    return ParsedInteraction(
        line=cells.line,
        on=day,
        at=clock,
        zone=cells.read("zone", read_zone, refuses=True),
        kind=cells.text("kind", 60),
        state=cells.text("state", 60),
        reached=cells.text("reached", 60),
        place=cells.text("place", MAX_ORGANIZATION_CHARS),
        subject=cells.text("subject", MAX_ORGANIZATION_CHARS),
        notes=cells.long_text("notes", MAX_NOTE_CHARS),
        summary=cells.text("summary", MAX_SUMMARY_CHARS),
        organizations=organizations,
        people=people,
        staff=split_list_cell(cells, "staff"),
        clients=clients,
        contact_minutes=cells.read("contact_minutes", read_minutes),
        prep_minutes=cells.read("prep_minutes", read_minutes),
        travel_minutes=cells.read("travel_minutes", read_minutes),
        funder=cells.text("funder", MAX_ORGANIZATION_CHARS),
        uid=cells.text("uid", 64),
        problems=cells.problems,
    )
