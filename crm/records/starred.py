"""Records that a user starred, and those opened last."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, visible
from crm.core.policy import Actor

from .models import Recent, Star

MAX_STARRED = 12


class StarredRecord(NamedTuple):
    """A starred or recent record, for the navigation and the palette."""

    id: int
    kind: str
    label: str
    native_label: str


def list_starred_records(actor: Actor) -> list[StarredRecord]:
    """Return the actor's starred records that are visible, newest star first."""
    return [StarredRecord(*row) for row in _select_starred(actor, limit=MAX_STARRED)]


def list_recent_records(actor: Actor, limit: int = 8) -> list[StarredRecord]:
    """Return the records that the actor opened last."""
    return [StarredRecord(*row) for row in _recent(actor, limit=limit)]


@cached_query
def _select_starred(viewer: AccessProfile) -> Select:
    return _records_marked_in(viewer, Star)


@cached_query
def _recent(viewer: AccessProfile) -> Select:
    return _records_marked_in(viewer, Recent)


def _records_marked_in(viewer: AccessProfile, table: type[Star | Recent]) -> Select:
    return (
        sa.select(Record.id, Record.kind, Record.label, Record.native_label)
        .join(table, table.record_id == Record.id)
        .where(table.user_id == viewer.id, Record.archived_at.is_(None), visible(viewer))
        .order_by(table.at.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
