"""Who may see a record, in one number of its kind's own table: derived from team, confidentiality and archive.

An index with that number counts records without reading their rows in the table of all records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from crm.core.data.access import SHARED, AccessProfile
from crm.core.data.base import db
from crm.core.data.bulk_changes import Derive
from crm.core.data.record import Record
from crm.core.policy import Actor

ARCHIVED, CONFIDENTIAL_KEY = -2, -1
"""Visibility keys of archived and confidential records; others have the team's id, or SHARED without a team."""
ACCESS_COLUMNS = frozenset({"team_id", "confidential", "archived_at"})
"""The attributes of a record on which its key depends."""
RECORDS: Any = Record.__table__
EXPECTED_KEY = sa.case(
    (RECORDS.c.archived_at.is_not(None), ARCHIVED),
    (RECORDS.c.confidential, CONFIDENTIAL_KEY),
    else_=sa.func.coalesce(RECORDS.c.team_id, SHARED),
)
"""The visibility key of a row of `record`."""


class VisibilityKeyed:
    """A kind of records whose table has a column `visibility_key`."""

    audit_silent: ClassVar[frozenset[str]] = frozenset({"visibility_key"})


def is_open_to(viewer: Actor | AccessProfile, key: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer may see a record that is neither confidential nor archived, by its key."""
    if viewer.sees_all_teams:
        return key >= SHARED
    # One list, so that SQLite reads the ranges of the keys in an index.
    own = viewer.visibility_keys if isinstance(viewer, AccessProfile) else [SHARED, *sorted(viewer.team_ids)]
    return key.in_(own)


def _key_of(row: Any) -> int:
    if row.archived_at is not None:
        return ARCHIVED
    return CONFIDENTIAL_KEY if row.confidential else row.team_id or SHARED


@event.listens_for(Session, "before_flush")
def _set_visibility_keys(session: Session, _context: Any, _instances: Any) -> None:
    rows: list[Any] = [row for row in (*session.new, *session.dirty) if isinstance(row, VisibilityKeyed)]
    for row in rows:
        if row.visibility_key != (key := _key_of(row)):
            row.visibility_key = key


def add_key(cls: type[Any], values: dict[str, Any], *, archived: bool = False) -> None:
    """Add the visibility key to the values of a record that is inserted in bulk, if its table has one."""
    if issubclass(cls, VisibilityKeyed):
        row = {"team_id": None, "confidential": False, "archived_at": archived or None} | values
        values["visibility_key"] = _key_of(SimpleNamespace(**row))


def find_key_loader(cls: type[Record]) -> Derive | None:
    """Return the function that loads the right visibility keys of records of a class; None if they have none."""
    return _load_keys if issubclass(cls, VisibilityKeyed) else None


def _load_keys(ids: Collection[int]) -> dict[int, dict[str, int]]:
    stmt = sa.select(RECORDS.c.id, EXPECTED_KEY).where(RECORDS.c.id.in_(ids))
    return {record_id: {"visibility_key": key} for record_id, key in db.session.execute(stmt)}


def _list_tables() -> list[Any]:
    classes = sa.inspect(Record).self_and_descendants
    return [mapper.local_table for mapper in classes if issubclass(mapper.class_, VisibilityKeyed)]


def refresh_visibility_keys(connection: Connection, ids: Collection[int] | sa.Select[Any] | None = None) -> None:
    """Correct the visibility keys of records whose row in `record` was written without a flush; None: of all.

    History and versions stay as they are.
    """
    for table in _list_tables():
        key = sa.select(EXPECTED_KEY).where(RECORDS.c.id == table.c.id).scalar_subquery()
        stmt = sa.update(table).where(table.c.visibility_key != key).values(visibility_key=key)
        connection.execute(stmt if ids is None else stmt.where(table.c.id.in_(ids)))


def find_wrong_visibility_keys() -> sa.Select[Any]:
    """Select the ids and right keys of records with a wrong visibility key, as written without the session."""
    parts: Iterable[sa.Select[Any]] = (
        sa.select(table.c.id, EXPECTED_KEY.label("key"))
        .join(RECORDS, RECORDS.c.id == table.c.id)
        .where(table.c.visibility_key != EXPECTED_KEY)
        for table in _list_tables()
    )
    return sa.select(sa.union_all(*parts).subquery())
