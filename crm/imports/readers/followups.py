"""Follow-ups from the rows of a table: title, due, zone, counselor, about, side."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crm.core.words import _l
from crm.imports.readers.dates import read_when, read_zone
from crm.imports.readers.errors import BadCell
from crm.imports.readers.headings import Mapping
from crm.imports.readers.people import MAX_NOTE_CHARS, MAX_ORGANIZATION_CHARS
from crm.imports.readers.rows import CellProblem, CheckedRow, RowCells, iter_rows
from crm.imports.readers.tables import Table
from crm.imports.readers.values import MAX_USER_CHARS, read_email

MAX_TITLE_CHARS = 200
#: Texts that mean a side, by the code of the side.
_SIDES = {
    "we": "we we_owe we_promised i us ours 我方 我们",
    "they": "they they_owe they_promised them theirs 对方 他们",
    "idea": "idea none 想法",
}


@dataclass(frozen=True)
class ParsedFollowUp(CheckedRow):
    """One follow-up, due on a date or, with `at`, at that local time in `zone` (None: the counselor's).

    `about` is a record's name or uid; `side` is we, they, idea, or "" when the file does not say. `counselor` is an
    email address or a name.
    """

    line: int
    title: str = ""
    due_on: dt.date | None = None
    at: dt.time | None = None
    zone: str | None = None
    counselor: str = ""
    about: str = ""
    side: str = ""
    note: str = ""
    state: str = ""
    uid: str = ""
    problems: tuple[CellProblem, ...] = ()


def read_followups(table: Table, mapping: Mapping) -> Iterator[ParsedFollowUp]:
    """Yield every row of the table as a follow-up, in order, with those that have errors."""
    for cells in iter_rows(table, mapping):
        yield _followup(cells)


def _followup(cells: RowCells) -> ParsedFollowUp:
    title = cells.text("title", MAX_TITLE_CHARS, refuses=True)
    due_on, due_time = cells.read("due", read_when, refuses=True) or (None, None)
    zone = cells.read("zone", read_zone, refuses=True)
    side = cells.read("side", read_side, refuses=True) or ""
    if not cells.is_refused:
        if not title:
            cells.add_problem("", _l("Enter a title."), refuses=True)
        if due_on is None:
            cells.add_problem("", _l("Enter a due date."), refuses=True)
    return ParsedFollowUp(
        cells.line,
        title,
        due_on,
        due_time,
        zone,
        cells.read("counselor", _read_user, refuses=True) or "",
        cells.text("about", MAX_ORGANIZATION_CHARS),
        side,
        cells.long_text("note", MAX_NOTE_CHARS),
        cells.text("state", MAX_USER_CHARS),
        cells.text("uid", 64),
        cells.problems,
    )


def _read_user(text: str) -> str:
    """Return an email address or a name. Raises BadCell for an address that isn't one."""
    return read_email(text) if "@" in text else text.strip()[:MAX_USER_CHARS]


def read_side(text: str) -> str:
    """Return the code of a side. Raises BadCell for another word."""
    word = re.sub(r"[\s-]+", "_", text.strip().casefold())
    code = next((code for code, words in _SIDES.items() if word in words.split()), None)
    if code is None:
        raise BadCell(_l("“%(cell)s” isn't an option. Use we, they or idea.", cell=text[:40]))
    return code
