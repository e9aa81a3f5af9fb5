"""Links of other pages to the merge of two records."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import Actor, can
from crm.records.services import load_access

from .policy import KINDS, find_access_problem


def find_merge_urls(actor: Actor, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the URL that merges two visible records, for the pairs that the actor may merge. Three statements."""
    ids = {id for pair in pairs for id in pair}
    if not ids:
        return {}
    stmt = sa.select(Record.id, Record.kind).where(Record.id.in_(ids), Record.archived_at.is_(None))
    kinds: dict[int, str] = dict(db.session.execute(stmt).all())
    access = load_access(ids)
    mergeable = {id for id, kind in kinds.items() if kind in KINDS and can(actor, "record:merge", access[id])}
    return {
        (a, b): url_for("merging.preview", a=a, b=b)
        for a, b in pairs
        if {a, b} <= mergeable and kinds[a] == kinds[b] and find_access_problem(access[a], access[b]) is None
    }
