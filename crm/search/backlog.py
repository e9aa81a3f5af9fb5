"""Make records searchable by words that an upgrade added, without a new version or history."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_derived
from crm.interactions.derived import load_tokens
from crm.interactions.models import Interaction

from .models import IndexBacklog

SLICE = 200
"""Records that one transaction indexes."""


def index_next() -> int:
    """Index the next interactions of the backlog. Return how many there were."""
    ids = list(db.session.scalars(sa.select(IndexBacklog.record_id).order_by(IndexBacklog.record_id).limit(SLICE)))
    if ids:
        set_derived(db.session(), Interaction, {i: {"tokens": text} for i, text in load_tokens(ids).items()})
        table: Any = IndexBacklog.__table__
        db.session.execute(sa.delete(table).where(table.c.record_id.in_(ids)))
        db.session.expire_all()
    return len(ids)
