"""Whether the parties of a project are those that were screened: after an undo, the history tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.net_changes import NetChange, is_among, load_changes_since
from crm.core.hooks import SCREENED_PARTIES_RESTORED
from crm.projects.models import ProjectParty
from crm.projects.policy import SCREENED, LeadTest
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import withdraw_evidence

PARTIES = ProjectParty.__tablename__
IDENTITY = frozenset({"organization_id", "role", "project_id"})
TEST = str(LeadTest.screening.value)


def has_unscreened_parties(project_id: int, since: datetime, *, with_merges: bool = True) -> bool:
    """Return whether an owner, prime or end user was added or replaced since then, all changes taken together.

    A merge withdraws the screenings that it makes untrue: for one that stayed, ask without merges.
    """
    added = [
        int(change.row_id)
        for change in load_changes_since(PARTIES, project_id, since, with_merges=with_merges)
        if change.action == "created" or (change.action == "changed" and change.diff.keys() & IDENTITY)
    ]
    stmt = sa.select(sa.exists().where(ProjectParty.id.in_(added), ProjectParty.role.in_(SCREENED)))
    return bool(added) and bool(db.session.scalar(stmt))


def check_screening(project_id: int, changes: Sequence[NetChange]) -> None:
    """Withdraw the screening of a project if an undo brought back parties, or a screening, that don't belong together.

    `changes` are those that were undone. The screenings of its opportunities are checked by their feature.
    """
    stmt = sa.select(Evidence).where(Evidence.record_id == project_id, Evidence.test == TEST)
    row = db.session.scalar(stmt.where(Evidence.state == EvidenceState.met))
    if row is not None and has_unscreened_parties(project_id, row.at, with_merges=is_among(row, changes)):
        withdraw_evidence([project_id], TEST)
    for hook in SCREENED_PARTIES_RESTORED:
        hook(project_id)
