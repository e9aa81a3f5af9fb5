"""Run the search for pairs to the end, and read the pairs."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.duplicates.models import DuplicatePair
from crm.duplicates.policy import COMPARED_KINDS
from crm.duplicates.services import compare_changed


def load_pairs() -> list[tuple[int, int]]:
    """Return the ids of all suspected pairs."""
    return [tuple(row) for row in db.session.execute(sa.select(DuplicatePair.a_id, DuplicatePair.b_id))]


def compare_all() -> None:
    """Compare all records that changed since the last run."""
    for kind in COMPARED_KINDS:
        while compare_changed(kind):
            pass
