"""Withdraw the screenings that don't cover all parties of the merged record. Un-merge brings them back."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ExitTest
from crm.opportunities.services import SCREENED_COLUMNS, list_screened
from crm.projects.models import Project, ProjectParty
from crm.projects.policy import SCREENED, LeadTest
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import withdraw_evidence

OF_PROJECT, OF_OPPORTUNITY = str(LeadTest.screening.value), str(ExitTest.parties_screened.value)


def withdraw_screenings(survivor: Record, loser: Record) -> None:
    """Withdraw screenings before the rows of the record that ends are moved."""
    if isinstance(survivor, Project):
        _withdraw_of_projects(survivor.id, loser.id)
    elif isinstance(survivor, Opportunity):
        has_others = any(getattr(survivor, name) != getattr(loser, name) for name in SCREENED_COLUMNS)
        if has_others and not _find_screened([survivor.id], OF_OPPORTUNITY):
            withdraw_evidence([loser.id], OF_OPPORTUNITY)


def _withdraw_of_projects(survivor_id: int, loser_id: int) -> None:
    parties = {id: _load_parties(id) for id in (survivor_id, loser_id)}
    every = parties[survivor_id] | parties[loser_id]
    screened = _find_screened([survivor_id, loser_id], OF_PROJECT)
    if every - {party for id in screened for party in parties[id]}:
        withdraw_evidence(screened, OF_PROJECT)
    for id, own in parties.items():
        if every - own:
            withdraw_evidence(list_screened(id), OF_OPPORTUNITY)


def _load_parties(project_id: int) -> set[int]:
    """Return the organizations of a project that have to be screened."""
    stmt = sa.select(ProjectParty.organization_id).where(ProjectParty.project_id == project_id)
    return set(db.session.scalars(stmt.where(ProjectParty.role.in_(SCREENED))))


def _find_screened(ids: list[int], test: str) -> list[int]:
    is_met = sa.and_(Evidence.test == test, Evidence.state == EvidenceState.met)
    return list(db.session.scalars(sa.select(Evidence.record_id).where(Evidence.record_id.in_(ids), is_met)))
