"""Rows that may exist only once: an undo doesn't add one back that was added again since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.net_changes import NetChange
from crm.core.errors import Conflict
from crm.core.hooks import RESTORED_ROWS
from crm.core.policy import Actor
from crm.core.words import _


def refuse_duplicates(cls: Any, *columns: str) -> None:
    """Let an undo of rows raise Conflict if another row then has the same values in all of these columns."""
    duplicate = aliased(cls)
    same = [getattr(duplicate, name).is_not_distinct_from(getattr(cls, name)) for name in columns]

    def check(_actor: Actor, changes: Sequence[NetChange]) -> None:
        for ids in chunked(change.key[0] for change in changes):
            stmt = sa.select(sa.exists().where(cls.id.in_(ids), duplicate.id != cls.id, *same))
            if db.session.scalar(stmt):
                raise Conflict(_("The same entry has been added again since then, so nothing was undone."))

    RESTORED_ROWS[cls.__tablename__] = check
