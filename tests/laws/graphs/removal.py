"""The same database without some records: their rows and child rows are deleted without the services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.search import search
from crm.followups.dates import rebuild_next_steps
from crm.interactions.dates import rebuild_last_dates
from tests.laws.graphs.database import find_duplicates

ROOTS = frozenset(mapper.local_table.name for mapper in sa.inspect(Record).self_and_descendants)  # type: ignore[attr-defined]
"""The tables of records: their ids are one number."""
CLEARED_COLUMNS = frozenset(
    {
        ("interaction_party", "organization_id"),
        ("project_party", "person_id"),
        ("show_meeting", "interaction_id"),
        ("reminder", "mail_id"),
        ("tender_package", "organization_id"),
        ("referral", "record_id"),
    }
)
"""References of rows that have other content: they are set to null, and the row stays."""
WITHHELD_COLUMNS = frozenset({("mail", "record_id")})
"""References of rows whose state and time everyone entitled sees, but not their text: both stay, without its words."""
MEETING_LINKS = frozenset({"meeting_person", "meeting_employer"})
REPLACEMENT_ROOTS = frozenset({("representation", "person_id"), ("representation", "organization_id")})
"""References that a page shows as "Confidential": their existence is visible, but no details."""
SCRUBBED = "scrubbed"
PARTLY_SHOWN = ROOTS | {"gift", "tender_package"}
"""Tables in whose history only the values that name a hidden record are left out: the rest of the row is visible."""
CODES = frozenset({"uid", "kind", "zone", "country", "currency", "close_quarter", "uscc", "website"})
"""Texts of a record that are copied from other records."""


@cache
def references() -> list[tuple[sa.Table, sa.Column[Any], str]]:
    """Return every column that refers to the single key of another table, except between a record's two rows."""
    return [
        (table, column, "record" if key.column.table.name in ROOTS else key.column.table.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if not (table.name in ROOTS and column.primary_key)
    ]


@dataclass
class RecordRemoval:
    """What is removed: ids of records, keys of other rows by table; `needed` records stay, with other words."""

    ids: set[int]
    needed: set[int] = field(default_factory=set)
    keys: dict[str, set[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(set))

    def run(self) -> None:
        """Remove the records, and recompute derived values."""
        self._spare_needed()
        self._clear_history()
        self._remove_contact_points()
        self._collect("record", self.ids | self.needed)
        self._clear_history_of_rows()
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in ROOTS:
                db.session.execute(sa.delete(table).where(table.c.id.in_(self.ids)))
            elif self.keys.get(table.name):
                db.session.execute(sa.delete(table).where(_key_in(table, self.keys[table.name])))
        self._scrub()
        search.rebuild(db.session.connection())
        rebuild_last_dates()
        rebuild_next_steps()
        db.session.commit()
        find_duplicates()
        db.session.expire_all()

    def _spare_needed(self) -> None:
        """Keep the row of a record that one which stays requires, such as the client of its opportunity."""
        before = len(self.needed)
        for table, column, target in references():
            stays = not column.nullable or (table.name, column.name) in REPLACEMENT_ROOTS
            if table.name in ROOTS and target == "record" and stays:
                stmt = sa.select(column).where(column.in_(self.ids), table.c.id.not_in(self.ids))
                self.needed |= set(db.session.scalars(stmt))
            if (table.name, column.name) in WITHHELD_COLUMNS:
                self.needed |= set(db.session.scalars(sa.select(column).where(column.in_(self.ids))))
        self.ids -= self.needed
        if len(self.needed) > before:
            self._spare_needed()

    def _remove_contact_points(self) -> None:
        """Remove contact details of visible people whose current employers are all removed, and their history.

        The history doesn't have the emails to those addresses either.
        """
        job, point = (Base.metadata.tables[name] for name in ("affiliation", "contact_point"))
        removed = self.ids | self.needed
        current = sa.select(job.c.person_id).where(job.c.to_on.is_(None), job.c.person_id.not_in(removed))
        people = set(db.session.scalars(current.where(job.c.organization_id.in_(removed))))
        people -= set(db.session.scalars(current.where(job.c.organization_id.not_in(removed))))
        addresses = Change.table.in_([point.name, "mailing_recipient"])
        db.session.execute(sa.delete(Change).where(addresses, Change.root_id.in_(people)))
        self.keys["contact_point"] |= {
            (point_id,) for point_id in db.session.scalars(sa.select(point.c.id).where(point.c.record_id.in_(people)))
        }

    def _collect(self, target: str, ids: Iterable[int]) -> None:
        """Find the rows that refer to removed rows, and the rows that refer to those, and so on."""
        pending = set(ids)
        for table, column, of in references():
            if of != target or not pending or (table.name, column.name) in WITHHELD_COLUMNS:
                continue
            if table.name in ROOTS:
                if column.nullable and (table.name, column.name) not in REPLACEMENT_ROOTS:
                    self._empty(table, column, pending, table.c.id.not_in(self.ids))
                continue
            if (table.name, column.name) in CLEARED_COLUMNS:
                self._empty(table, column, pending, self._has_rest(table, column))
            rows = set(map(tuple, db.session.execute(sa.select(*table.primary_key).where(column.in_(pending)))))
            new = rows - self.keys[table.name]
            self.keys[table.name] |= new
            if new and table.name in MEETING_LINKS:
                # A meeting is hidden with each of its people and their employers.
                self._collect_rows("show_meeting", {key[0] for key in new})
            if new and len(table.primary_key) == 1:
                self._collect(table.name, [key[0] for key in new])

    def _collect_rows(self, table: str, ids: set[int]) -> None:
        self.keys[table] |= {(row_id,) for row_id in ids}
        self._collect(table, ids)

    @staticmethod
    def _empty(table: sa.Table, column: sa.Column[Any], ids: set[int], where: sa.ColumnElement[bool]) -> None:
        db.session.execute(sa.update(table).where(column.in_(ids), where).values({column.name: None}))

    @staticmethod
    def _has_rest(table: sa.Table, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        """Return whether a row has content without the reference: a party without its person has none."""
        if table.name == "interaction_party":
            return table.c.person_id.is_not(None)
        return sa.true()

    def _clear_history(self) -> None:
        """Remove from the history of visible records what names a removed one."""
        for row in db.session.scalars(sa.select(Change).order_by(Change.id)).all():
            columns = _record_columns(row.table)
            # The other tables lose their references to records that stay without their words, too.
            removed = self.ids if row.table in ROOTS else self.ids | self.needed
            diff = {key: pair for key, pair in row.diff.items() if key not in columns or not removed.intersection(pair)}
            keys = zip(_key_columns(row.table), row.row_id.split("/"), strict=False)
            row_ids = {int(part) for name, part in keys if name in columns}
            is_partial = len(diff) < len(row.diff) and row.table not in PARTLY_SHOWN
            if removed & row_ids or is_partial or (row.diff and not diff):
                self.keys["change"].add((row.id,))
            elif len(diff) < len(row.diff):
                db.session.execute(sa.update(Change.__table__).where(Change.__table__.c.id == row.id).values(diff=diff))

    def _clear_history_of_rows(self) -> None:
        for table, keys in list(self.keys.items()):
            if table != "change":
                names = ["/".join(map(str, key)) for key in keys]
                stmt = sa.select(Change.id).where(Change.table == table, Change.row_id.in_(names))
                self.keys["change"] |= {(i,) for i in db.session.scalars(stmt)}

    def _scrub(self) -> None:
        """Clear the texts of a record that stays."""
        for name in ROOTS:
            table = Base.metadata.tables[name]
            texts = {
                column.name: SCRUBBED[: column.type.length]
                for column in table.columns
                if isinstance(column.type, sa.String)
                and not isinstance(column.type, sa.Enum)
                and column.name not in CODES
            }
            if texts and self.needed:
                db.session.execute(sa.update(table).where(table.c.id.in_(self.needed)).values(texts))


def neighbors(ids: Iterable[int]) -> set[int]:
    """Return the records that one row links to these: a person to an organization, a client to its opportunity."""
    pending, neighbor_ids = set(ids), set[int]()
    for table in Base.metadata.sorted_tables:
        columns = [column for of, column, target in references() if of is table and target == "record"]
        columns += [table.c.id] if table.name in ROOTS else []
        if len(columns) > 1 and table.name != "change":
            rows = db.session.execute(sa.select(*columns).where(sa.or_(*(c.in_(pending) for c in columns))))
            neighbor_ids |= {i for row in rows for i in row if i is not None}
    return neighbor_ids - pending


def _key_in(table: sa.Table, keys: set[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    columns = list(table.primary_key)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return sa.or_(*(sa.and_(*(c == part for c, part in zip(columns, key, strict=True))) for key in keys))


@cache
def _record_columns(table: str) -> frozenset[str]:
    """Return the columns of a table that refer to a record."""
    return frozenset(column.name for of, column, target in references() if of.name == table and target == "record")


@cache
def _key_columns(table: str) -> tuple[str, ...]:
    """Return the columns of a table's key, in the order in which history writes them."""
    return tuple(column.name for column in Base.metadata.tables[table].primary_key)
