"""The history of a record in the reader's words: labels of columns and codes, names for ids.

What the reader may not see is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Instant, db
from crm.core.data.history import Change
from crm.core.data.identity import Team, User
from crm.core.data.plain_values import plain
from crm.core.data.record import Record, visible
from crm.core.forms.choices import WIDGETS
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.words import _
from crm.desk.history_access import leave_out_hidden_shares, select_visible_changes
from crm.desk.history_entries import FieldChange, HistoryEntry, LoggedChange, build_merge_entries
from crm.desk.history_tables import (
    ADDRESSES,
    LEFT_OUT,
    MONEY,
    NO_COLUMN,
    RESTORABLE,
    TABLE_LABELS,
    key_columns,
    labeled_columns,
)
from crm.merging.queries import list_merged_ids
from crm.people.models import Person
from crm.people.queries import may_see_contact_details
from crm.projects.queries.structure import load_package_names
from crm.reference.models import LostReason

MAX_CHANGES = 200
Names = dict[str, dict[int, str]]
"""Names by widget and id."""
NAMED = ("user", "team", "organization", "record", "tender_package", "lost_reason")
"""The widgets of columns that refer to something with a name."""


def load_history(actor: Actor, record: Record) -> list[HistoryEntry]:
    """Return the newest 200 changes of a record and its rows that the actor may see, and the merges into it."""
    entries = [*load_changes(actor, record), *build_merge_entries(record)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def load_changes(actor: Actor, record: Record) -> list[HistoryEntry]:
    """Return the newest 200 changes of a record and its rows, as far as the actor may see them."""
    stmt = _logged_changes().where(Change.root_id.in_([record.id, *list_merged_ids(record.id)]))
    changes = [_with_key(LoggedChange._make(row)) for row in db.session.execute(stmt)]
    changes = [change for change in changes if not (actor.hides_money and change.table in MONEY)]
    if isinstance(record, Person) and not may_see_contact_details(actor, record):
        changes = [change for change in changes if change.table not in ADDRESSES]
    changes = leave_out_hidden_shares(actor, select_visible_changes(actor, changes))
    names = _load_names(actor, changes)
    restorable = find_restorable(actor, record, changes)
    entries = [_build_entry(actor, change, names, restorable) for change in changes]
    return [entry for entry in entries if entry.fields or entry.action != "changed"]


def load_row_history(actor: Actor, table: str, row_id: int) -> list[HistoryEntry]:
    """Return the newest 200 changes of a row that belongs to no record, such as a tariff note."""
    stmt = _logged_changes().where(Change.table == table, Change.row_id == str(row_id))
    changes = [LoggedChange._make(row) for row in db.session.execute(stmt)]
    names = _load_names(actor, changes)
    entries = [_build_entry(actor, change, names, ()) for change in changes]
    return [entry for entry in entries if entry.fields or entry.action != "changed"]


def _logged_changes() -> sa.Select[Any]:
    return (
        sa.select(Change.id, Change.at, User.name, Change.via, Change.action, Change.table, Change.row_id, Change.diff)
        .outerjoin(User, User.id == Change.actor_id)
        .order_by(Change.id.desc())
        .limit(MAX_CHANGES)
    )


def find_field_change(actor: Actor, record: Record, restore: str) -> FieldChange | None:
    """Return the field change with a `restore` of the history page, if the actor may still restore it."""
    fields = (field for entry in load_history(actor, record) for field in entry.fields)
    return next((field for field in fields if restore and field.restore == restore), None)


def _build_entry(
    actor: Actor, change: LoggedChange, names: Names, restorable: Collection[tuple[int, str]]
) -> HistoryEntry:
    fields = [
        _field_change(change, key, names, is_restorable=(change.id, key) in restorable)
        for key, pair in change.diff.items()
        if _is_shown(actor, change.table, key) and not _names_hidden(change.table, key, pair, names)
    ]
    row_label = str(TABLE_LABELS.get(change.table, ""))
    return HistoryEntry(change.id, change.at, change.user_name, change.via, change.action, row_label, fields)


def _with_key(change: LoggedChange) -> LoggedChange:
    """Return a change with the records that a link names: they are in its key, not in its difference."""
    linked = {
        key: [None, int(value)] if change.action == "created" else [int(value), None]
        for (key, column), value in zip(key_columns().get(change.table, ()), change.row_id.split("/"), strict=False)
        if "label" in column.info and change.action != "changed"
    }
    return change._replace(diff=change.diff | linked) if linked else change


def find_restorable(actor: Actor, record: Record, changes: Iterable[LoggedChange]) -> set[tuple[int, str]]:
    """Return change id and field of the old values that the actor may restore: those that differ from the current."""
    if record.archived_at is not None or not can(actor, "record:undo", record):
        return set()
    changes = [x for x in changes if x.action == "changed" and x.table == record.kind and x.row_id == str(record.id)]
    of_other_parents = _find_shares_of_other_parents(record, changes)
    return {
        (change.id, name)
        for change in changes
        for name, (old, _new) in change.diff.items()
        if old not in (None, "") and name in RESTORABLE.get(record.kind, ()) and _is_shown(actor, change.table, name)
        if plain(getattr(record, name)) != old and not (name == "parent_share" and change.id in of_other_parents)
    }


def _find_shares_of_other_parents(record: Record, changes: Iterable[LoggedChange]) -> set[int]:
    """Return the ids of changes, newest first, before which the record had another parent than now.

    The share of that parent isn't one of the present parent.
    """
    current = parent_id = getattr(record, "parent_id", None)
    ids = set()
    for change in changes:
        parent_id = change.diff.get("parent_id", [parent_id])[0]
        if parent_id != current:
            ids.add(change.id)
    return ids


def _is_shown(actor: Actor, table: str, key: str) -> bool:
    is_money = actor.hides_money and not MONEY.isdisjoint({key, f"{table}.{key}"})
    return key in labeled_columns().get(table, {}) and f"{table}.{key}" not in LEFT_OUT and not is_money


def _names_hidden(table: str, key: str, pair: list[Any], names: Names) -> bool:
    """Return whether a value names a record that the reader may not see: the value is left out entirely."""
    widget = labeled_columns()[table][key].info.get("widget", "")
    return widget in ("organization", "record") and any(i is not None and i not in names[widget] for i in pair)


def _load_names(actor: Actor, changes: Iterable[LoggedChange]) -> Names:
    """Return the names of users, teams, reasons and of the records that the reader may see."""
    ids: dict[str, set[int]] = {name: set() for name in NAMED}
    for change in changes:
        for key, pair in change.diff.items():
            widget = labeled_columns().get(change.table, {}).get(key, NO_COLUMN).info.get("widget", "")
            if widget in ids:
                ids[widget] |= {i for i in pair if isinstance(i, int)}
    record_ids = ids["organization"] | ids["record"]
    stmt = sa.select(Record.id, Record.label).where(Record.id.in_(record_ids), visible(actor))
    labels = _fetch_names(stmt, record_ids)
    return {
        "user": _fetch_names(sa.select(User.id, User.name).where(User.id.in_(ids["user"])), ids["user"]),
        "team": _fetch_names(sa.select(Team.id, Team.name).where(Team.id.in_(ids["team"])), ids["team"]),
        "organization": labels,
        "record": labels,
        "tender_package": load_package_names(actor, ids["tender_package"]),
        "lost_reason": _fetch_names(sa.select(LostReason.id, LostReason.name), ids["lost_reason"]),
    }


def _fetch_names(stmt: sa.Select[int, str], ids: Collection[int]) -> dict[int, str]:
    return dict(db.session.execute(stmt).all()) if ids else {}


def _field_change(change: LoggedChange, key: str, names: Names, *, is_restorable: bool) -> FieldChange:
    column = labeled_columns()[change.table][key]
    old, new = (_format_value(value, column, names) for value in change.diff[key])
    return FieldChange(str(column.info["label"]), old, new, f"{change.id}.{key}" if is_restorable else "")


def _format_value(value: Any, column: sa.Column[Any], names: Names) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    widget = column.info.get("widget", "")
    if widget in names:
        return names[widget].get(value, _("hidden"))
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        labels = {member.value: str(member) for member in column.type.enum_class}
        return labels.get(value, str(value))
    if isinstance(column.type, sa.Date | Instant):
        return _format_when(value, column.type)
    offer = WIDGETS.get(widget)
    return offer.write(str(value)) if offer else str(value)


def _format_when(text: str, column_type: Any) -> str:
    if isinstance(column_type, Instant):
        return formats.moment(datetime.fromisoformat(text))
    return formats.day(date.fromisoformat(text), full=True)
