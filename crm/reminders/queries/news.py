"""What colleagues changed lately and a reader may want to know: assignments, and notes that may mention them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.history import UNDO, UNMERGE, Batch, Change
from crm.core.data.identity import User
from crm.core.data.named_users import USER_NAMED_SQL
from crm.core.data.record import Record, visible
from crm.core.policy import Actor

MAX_CHANGES = 1000


class RecentChange(NamedTuple):
    """A colleague's change of a visible record; `diff` is attribute -> [old, new]."""

    record_id: int
    kind: str
    label: str
    counselor_id: int | None
    confidential: bool
    by: str
    diff: dict[str, Any]


def list_recent_changes(actor: Actor, since: datetime) -> Sequence[RecentChange]:
    """Return changes since a moment that assign a record of the actor or whose notes have an at sign, newest first.

    An undo assigns and mentions nothing. Both are found by the same statement: together they read the changes once.
    """
    return [RecentChange(*row) for row in _changes(actor, since=since)]


@cached_query
def _changes(profile: AccessProfile) -> Select:
    diff = sa.cast(Change.diff, sa.Text)
    # Of the many changes of a night, an import's perhaps, only those in the index are read.
    is_undo = sa.exists().where(Batch.id == Change.batch_id, Batch.kind.in_((UNDO, UNMERGE)))
    is_assignment = sa.and_(diff.contains('"counselor_id"'), Record.counselor_id == profile.id)
    has_at_sign = sa.or_(diff.contains("@"), diff.contains("uff20"))
    return (
        sa.select(
            Record.id, Record.kind, Record.label, Record.counselor_id, Record.confidential, User.name, Change.diff
        )
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .join(User, User.id == Change.actor_id)
        .where(Change.at >= sa.bindparam("since"), Change.actor_id != profile.id)
        .where(sa.text(USER_NAMED_SQL), Record.archived_at.is_(None), visible(profile))
        .where(sa.or_(is_assignment, has_at_sign), sa.not_(is_undo))
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(MAX_CHANGES)
    )
