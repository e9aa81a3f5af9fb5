"""Withdraw the screenings that don't cover all parties of the merged record. Un-merge brings them back.

They are withdrawn in a batch of their own: a new answer must not keep a merge from being undone, least of all one for
an opportunity that is hidden from its author.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.net_changes import NetChange, build_row, load_net_changes
from crm.core.data.record import Record
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ExitTest
from crm.opportunities.services import SCREENED_COLUMNS, has_other_parties, in_withdrawal, list_screened
from crm.projects.models import Project, ProjectParty
from crm.projects.policy import SCREENED, LeadTest
from crm.projects.services import has_unscreened_parties
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import withdraw_evidence

OF_PROJECT, OF_OPPORTUNITY = str(LeadTest.screening.value), str(ExitTest.parties_screened.value)


def withdraw_screenings(survivor: Record, duplicate: Record, values: Mapping[str, Any]) -> int | None:
    """Withdraw screenings before rows are moved and the chosen `values` saved. Returns the id of the batch, if any."""
    ids: dict[str, list[int]] = {}
    if isinstance(survivor, Project):
        ids = _list_outdated(survivor.id, duplicate.id)
    elif isinstance(survivor, Opportunity):
        own = {name: getattr(survivor, name) for name in SCREENED_COLUMNS}
        screened = _find_screened([survivor.id, duplicate.id], OF_OPPORTUNITY)
        gets_others = any(values.get(name) not in (None, former_id) for name, former_id in own.items())
        has_others = any(getattr(duplicate, name) != former_id for name, former_id in own.items())
        if gets_others or (has_others and survivor.id not in screened):
            ids = {OF_OPPORTUNITY: screened}
    if not any(ids.values()):
        return None
    with in_withdrawal() as batch:
        for test, part in ids.items():
            withdraw_evidence(part, test)
    return batch.id


def _list_outdated(survivor_id: int, duplicate_id: int) -> dict[str, list[int]]:
    """Return by test the records of two projects whose screening doesn't cover the parties of both."""
    parties = {id: _load_parties(id) for id in (survivor_id, duplicate_id)}
    every = parties[survivor_id] | parties[duplicate_id]
    screened = _find_screened([survivor_id, duplicate_id], OF_PROJECT)
    is_covered = not every - {party for id in screened for party in parties[id]}
    return {
        OF_PROJECT: [] if is_covered else screened,
        OF_OPPORTUNITY: [row_id for id, own in parties.items() if every - own for row_id in list_screened(id)],
    }


def _load_parties(project_id: int) -> set[int]:
    """Return the organizations of a project that have to be screened."""
    stmt = sa.select(ProjectParty.organization_id).where(ProjectParty.project_id == project_id)
    return set(db.session.scalars(stmt.where(ProjectParty.role.in_(SCREENED))))


def _find_screened(ids: list[int], test: str) -> list[int]:
    is_met = sa.and_(Evidence.test == test, Evidence.state == EvidenceState.met)
    return list(db.session.scalars(sa.select(Evidence.record_id).where(Evidence.record_id.in_(ids), is_met)))


def withdraw_new_screening(survivor: Opportunity, changes: Sequence[NetChange], merged_at: datetime) -> None:
    """Withdraw a screening made since a merge if undoing its `changes` gives the opportunity its former parties."""
    own = [change for change in changes if change[:2] == (Opportunity.__tablename__, str(survivor.id))]
    stmt = sa.select(Evidence.at).where(Evidence.record_id == survivor.id, Evidence.test == OF_OPPORTUNITY)
    screened_at = db.session.scalar(stmt)
    gets_others = any(change.diff.keys() & set(SCREENED_COLUMNS) for change in own)
    if gets_others and screened_at is not None and screened_at > merged_at:
        withdraw_evidence([survivor.id], OF_OPPORTUNITY)


def restore_screenings(batch_id: int | None, merged_at: datetime) -> None:
    """Restore the screenings that a merge withdrew in a batch, where there is no new answer and no other party."""
    for change in load_net_changes(batch_id) if batch_id is not None else ():
        row = build_row(change)
        stmt = sa.select(Evidence.id).where(Evidence.record_id == row.record_id, Evidence.test == row.test)
        if db.session.scalar(stmt) is None and not _has_new_parties(row.record_id, merged_at):
            if db.session.get(Evidence, row.id) is not None:
                # On SQLite a later row may have got its id.
                row.id = None
            db.session.add(row)
    db.session.flush()


def _has_new_parties(record_id: int, since: datetime) -> bool:
    opportunity = db.session.get(Opportunity, record_id)
    if opportunity is None:
        return has_unscreened_parties(record_id, since, with_merges=False)
    return has_other_parties(record_id, opportunity.project_id, since, with_merges=False)
