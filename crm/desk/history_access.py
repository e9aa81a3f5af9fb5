"""Which changes of a record a reader may see: none of rows that name a hidden record or belong to another team."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.desk.history_entries import LoggedChange
from crm.desk.history_tables import MAY_BE_EMPTY, SEPARATE_TABLES, key_columns
from crm.organizations.models import Organization
from crm.shows.models import ShowMeeting
from crm.shows.queries import visible_meetings

PARENT_COLUMNS = frozenset({"parent_id", "parent_share"})


def select_visible_changes(actor: Actor, changes: Sequence[LoggedChange]) -> list[LoggedChange]:
    """Return the changes without rows that name a record the reader may not see, or belong to another team."""
    links = {table: _load_links(changes, table, cls, keys) for table, (cls, keys) in SEPARATE_TABLES.items()}
    pairs = (pair for rows in links.values() for row in rows.values() for pair in row.items())
    ids = {value for name, value in pairs if value is not None and name != "team_id"}
    stmt = sa.select(Record.id).where(Record.id.in_(ids), visible(actor)) if ids else None
    visible_ids = set(db.session.scalars(stmt)) if stmt is not None else set()

    def may_see(name: str, value: int | None) -> bool:
        if value is None:
            return name in MAY_BE_EMPTY
        return value in visible_ids if name != "team_id" else actor.sees_all_teams or value in actor.team_ids

    hidden_meetings = _hidden_meetings(actor, [change for change in changes if change.table == "show_meeting"])
    return [
        change
        for change in changes
        if (change.table, change.row_id) not in hidden_meetings
        and all(may_see(*pair) for pair in links.get(change.table, {}).get(change.id, {}).items())
    ]


def leave_out_hidden_shares(actor: Actor, changes: Sequence[LoggedChange]) -> list[LoggedChange]:
    """Return the changes, newest first, without the share of a parent organization that the reader may not see."""
    of_parents = [c for c in changes if c.table == "organization" and not PARENT_COLUMNS.isdisjoint(c.diff)]
    if not of_parents:
        return list(changes)
    stmt = sa.select(Organization.id, Organization.parent_id)
    stmt = stmt.where(Organization.id.in_({int(change.row_id) for change in of_parents}))
    parents: dict[int, int | None] = {row[0]: row[1] for row in db.session.execute(stmt)}
    ids = {i for change in of_parents for i in change.diff.get("parent_id", ())} | {*parents.values()}
    visible_ids = {None, *db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids - {None}), visible(actor)))}
    result = []
    for change in changes:
        if change in of_parents:
            after = parents[int(change.row_id)]
            before = parents[int(change.row_id)] = change.diff.get("parent_id", [after])[0]
            if not {before, after} <= visible_ids:
                diff = {name: pair for name, pair in change.diff.items() if name != "parent_share"}
                change = change._replace(diff=diff)  # noqa: PLW2901 - the rest of the row stays
        result.append(change)
    return result


def _hidden_meetings(actor: Actor, changes: Sequence[LoggedChange]) -> set[tuple[str, str]]:
    """Return table and row id of the meetings that the reader may not see, because of the people in them too."""
    if not changes:
        return set()
    ids = {int(change.row_id) for change in changes}
    stmt = sa.select(ShowMeeting.id).where(ShowMeeting.id.in_(ids), sa.not_(visible_meetings(actor)))
    return {("show_meeting", str(meeting_id)) for meeting_id in db.session.scalars(stmt)}


def _load_links(
    changes: Iterable[LoggedChange], table: str, cls: type[Base], names: Collection[str]
) -> dict[int, dict[str, int | None]]:
    """Return these columns of the changed row by change: as they are now, or as they were when it was removed.

    SQLite reuses the id of a removed row, so changes before the creation of a row belong to another one.
    """
    changes = [change for change in changes if change.table == table]
    if keys := [key for key, _column in key_columns().get(table, ())]:
        return {x.id: {name: int(x.row_id.split("/")[keys.index(name)]) for name in names} for x in changes}
    rows = _load_rows(changes, cls, names)
    links = {}
    for change in changes:
        pairs = {name: change.diff.get(name, [None, None]) for name in names}
        if change.action == "deleted":
            rows[change.row_id] = {name: old for name, (old, _new) in pairs.items()}
        links[change.id] = rows.get(change.row_id) or {name: new for name, (_old, new) in pairs.items()}
        if change.action == "created":
            rows.pop(change.row_id, None)
    return links


def _load_rows(
    changes: Collection[LoggedChange], cls: type[Base], names: Collection[str]
) -> dict[str, dict[str, int | None]]:
    """Return these columns of the changed rows that exist, by the id in the history."""
    ids = {int(change.row_id) for change in changes}
    id_column: Any = cls.id  # type: ignore[attr-defined]
    stmt = sa.select(id_column, *(getattr(cls, name) for name in names)).where(id_column.in_(ids))
    return {str(row[0]): dict(zip(names, row[1:], strict=True)) for row in db.session.execute(stmt)} if ids else {}
