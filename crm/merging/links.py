"""Links of other pages to the merge of two records."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import Actor, can

from .policy import KINDS, find_access_problem


def find_merge_urls(actor: Actor, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the URL that merges two records, for the pairs that the actor may merge. One statement.

    Confidential records are left out: whether both have the same readers takes a statement each.
    """
    ids = {id for pair in pairs for id in pair}
    stmt = sa.select(Record).where(Record.id.in_(ids), sa.not_(Record.confidential), Record.archived_at.is_(None))
    records = {row.id: row for row in db.session.scalars(stmt)} if ids else {}
    mergeable = {id: row for id, row in records.items() if row.kind in KINDS and can(actor, "record:merge", row)}
    return {
        (a, b): url_for("merging.preview", a=a, b=b)
        for a, b in pairs
        if a in mergeable and b in mergeable and _fit(mergeable[a], mergeable[b])
    }


def _fit(one: Record, other: Record) -> bool:
    return one.kind == other.kind and find_access_problem(one, other) is None
