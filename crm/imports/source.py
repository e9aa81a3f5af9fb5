"""A file with its kind and settings, and its rows as the readers return them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.deadline import time_limit
from crm.core.words import Lazy, _l
from crm.imports.policy import ImportKind
from crm.imports.readers.charset import Candidate
from crm.imports.readers.date_order import DateOrder, guess_date_order, reading_in_order
from crm.imports.readers.errors import ReadError
from crm.imports.readers.followups import read_followups
from crm.imports.readers.headings import (
    ColumnGuess,
    Mapping,
    allowed_mapping,
    guess_columns,
    heading_set_key,
    mapping_from_codes,
)
from crm.imports.readers.interactions import read_interactions
from crm.imports.readers.kinds import FileKind, detect_file_kind
from crm.imports.readers.limits import MAX_SECONDS
from crm.imports.readers.organizations import read_organizations
from crm.imports.readers.people import read_people
from crm.imports.readers.posts import ParsedPost, read_posts
from crm.imports.readers.records import read_records
from crm.imports.readers.tables import Table, read_table
from crm.imports.readers.vcards import ParsedCards, read_cards
from crm.imports.record_kinds import RECORD_KINDS

#: Kinds in order of detection, with sets of fields: a table needs one field of each set.
_REQUIRED_FIELDS: tuple[tuple[ImportKind, tuple[frozenset[str], ...]], ...] = (
    (ImportKind.followups, (frozenset({"title"}), frozenset({"due"}))),
    (ImportKind.interactions, (frozenset({"date"}), frozenset({"organization", "people", "client"}))),
    (ImportKind.people, (frozenset({"full_name", "family_latin", "given_latin", "family_native", "given_native"}),)),
    (ImportKind.organizations, (frozenset({"name", "native_name"}),)),
    (ImportKind.products, (frozenset({"name"}), frozenset({"client"}), frozenset({"offer", "hs6", "eccn"}))),
    (ImportKind.shows, (frozenset({"name"}), frozenset({"starts_on"}))),
    (ImportKind.projects, (frozenset({"name"}), frozenset({"phase", "lead_stage", "funding"}))),
    (
        ImportKind.needs,
        (frozenset({"title"}), frozenset({"project", "organization"}), frozenset({"spec", "needed_by"})),
    ),
    (ImportKind.opportunities, (frozenset({"client"}), frozenset({"stage"}), frozenset({"amount", "close_on"}))),
    (
        ImportKind.representations,
        (frozenset({"client"}), frozenset({"person", "organization"}), frozenset({"territory"})),
    ),
)
_READERS: dict[ImportKind, Any] = {
    ImportKind.people: read_people,
    ImportKind.organizations: read_organizations,
    ImportKind.interactions: read_interactions,
    ImportKind.followups: read_followups,
    **{kind: partial(read_records, spec) for kind, spec in RECORD_KINDS.items()},
}
_DATE_FIELDS: dict[ImportKind, frozenset[str]] = {
    ImportKind.interactions: frozenset({"date"}),
    ImportKind.followups: frozenset({"due"}),
    **{
        kind: frozenset(n for n, column in spec.columns.items() if isinstance(column.type, sa.Date | sa.DateTime))
        for kind, spec in RECORD_KINDS.items()
    },
}
SAMPLE_ROWS = 20
"""Rows that help to guess a column."""


@dataclass(frozen=True)
class ReadSettings:
    """File settings chosen by a user; "" means guessed. `heading` is the number of the header row, from 1."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    heading: str = ""


READ_SETTING_NAMES = tuple(part.name for part in fields(ReadSettings))


@dataclass(frozen=True)
class ImportSource:
    """A file as it was read: a table with columns to map, vCards, or posts."""

    kind: ImportKind
    table: Table | None = None
    cards: ParsedCards | None = None
    posts: tuple[ParsedPost, ...] = field(default=())

    @property
    def count(self) -> int:
        """The number of rows."""
        if self.table is not None:
            return len(self.table.rows)
        return len(self.cards.rows) if self.cards is not None else len(self.posts)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The encodings that were tried."""
        read = self.table or self.cards
        return read.candidates if read is not None else ()

    @property
    def encoding(self) -> str:
        """The encoding of the file, "" if it has none."""
        read = self.table or self.cards
        return read.encoding if read is not None else ""

    @property
    def key(self) -> str:
        """The key of the headings, under which a mapping is stored."""
        return heading_set_key(self.table.headings) if self.table is not None else ""

    @property
    def notes(self) -> tuple[Lazy, ...]:
        """Notes on the file as a whole."""
        if self.table is not None:
            return self.table.notes
        if self.cards is None or not self.cards.ignored_properties:
            return ()
        return (_l("These fields are never imported: %(names)s.", names=", ".join(self.cards.ignored_properties)),)

    def notes_on_columns(self, codes: Sequence[str]) -> tuple[Lazy, ...]:
        """Return the notes on the file, with the one on the order of day and month in its columns of dates."""
        note = self._date_order(codes).note
        return self.notes if note is None else (*self.notes, note)

    def _date_order(self, codes: Sequence[str]) -> DateOrder:
        if self.table is None:
            return DateOrder()
        names = _DATE_FIELDS.get(self.kind, frozenset())
        mapping = allowed_mapping(self.table.headings, self.mapping(codes))
        columns = [index for index, target in enumerate(mapping) if target and target.field in names]
        return guess_date_order(row.cells[index] for index in columns for row in self.table.rows)

    def guesses(self) -> tuple[ColumnGuess, ...]:
        """Return the guessed field of each column."""
        if self.table is None:
            return ()
        first = [row.cells for row in self.table.rows[:SAMPLE_ROWS]]
        return guess_columns(self.kind.value, self.table.headings, first)

    def mapping(self, codes: Sequence[str]) -> Mapping:
        """Return the mapping of stored codes."""
        return mapping_from_codes(self.kind.value, codes) if self.table is not None else ()

    def rows(self, codes: Sequence[str]) -> list[Any]:
        """Return the typed rows in the order of the file, with those that have errors."""
        if self.table is None:
            return list(self.cards.rows if self.cards is not None else self.posts)
        with time_limit(MAX_SECONDS), reading_in_order(day_first=self._date_order(codes).is_day_first):
            return list(_READERS[self.kind](self.table, self.mapping(codes)))


def open_source(data: bytes, kind: ImportKind | None, reading: ReadSettings) -> ImportSource:
    """Read a file as `kind`, or detect the kind. Raises ReadError, TimeLimitExceeded."""
    with time_limit(MAX_SECONDS):
        return _open_source(data, kind, reading)


def _open_source(data: bytes, kind: ImportKind | None, reading: ReadSettings) -> ImportSource:
    detected = detect_file_kind(data)
    if detected is FileKind.VCARD:
        _refuse_other(kind, ImportKind.people)
        return ImportSource(ImportKind.people, cards=read_cards(data, reading.encoding or None))
    if detected is FileKind.XML or kind is ImportKind.posts:
        _refuse_other(kind, ImportKind.posts)
        return ImportSource(ImportKind.posts, posts=read_posts(data))
    table = read_table(
        data,
        encoding=reading.encoding or None,
        separator=reading.separator or None,
        sheet=reading.sheet or None,
        heading_line=int(reading.heading) if reading.heading else None,
    )
    return ImportSource(kind or _kind_of(table), table=table)


def _refuse_other(chosen: ImportKind | None, detected: ImportKind) -> None:
    if chosen is not None and chosen is not detected:
        raise ReadError(
            "other_kind",
            _l("This file contains a different record type: %(held)s.", held=detected.label),
            _l("Change the record type, or choose another file."),
        )


def _kind_of(table: Table) -> ImportKind:
    """Return the kind with all required fields and the most recognized headings; people if none."""
    first = [row.cells for row in table.rows[:SAMPLE_ROWS]]
    best = ImportKind.people
    most = 0
    for kind, required in _REQUIRED_FIELDS:
        fields = [g.target.field for g in guess_columns(kind.value, table.headings, first) if g.is_certain and g.target]
        if all(options & set(fields) for options in required) and len(fields) > most:
            best = kind
            most = len(fields)
    return best
