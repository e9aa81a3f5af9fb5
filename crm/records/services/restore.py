"""Restore the former value of one field."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.net_changes import NetChange, parse_stored
from crm.core.data.plain_values import plain
from crm.core.data.record import Record
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .places import zone_of_place
from .undo_refresh import refresh_undone


def restore_value(actor: Actor, record: Record, change_id: int, name: str) -> None:
    """Set a field of a record to the value it had before a change, with what is derived from it.

    The caller has checked that the actor may restore the field. Raises NotFound if the change isn't one of this field.
    """
    stmt = sa.select(Change).where(Change.id == change_id, Change.root_id == record.id, Change.table == record.kind)
    change = db.session.scalars(stmt).one_or_none()
    if change is None or name not in change.diff:
        raise NotFound
    old = change.diff[name][0]
    current = plain(getattr(record, name))
    values: dict[str, Any] = {name: parse_stored(change.table, name, old)}
    if name == "city":
        values["city_key"] = names.city_key(old)
    if name == "country" and hasattr(record, "zone"):
        values["zone"] = zone_of_place(old, record.zone, is_new_country=True)
    for column, value in values.items():
        setattr(record, column, value)
    db.session.flush()
    undone = NetChange(change.table, change.row_id, record.id, "changed", {name: [old, current]})
    refresh_undone(actor, [record], [undone])
