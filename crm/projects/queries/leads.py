"""The moves of a lead, its source and its met tests."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.data.visible_records import read_visible
from crm.core.policy import Actor
from crm.projects.models import LeadChange, Need, Project, ProjectParty, ProjectSector
from crm.projects.policy import LeadStage, LeadTest, ProjectRole, is_completed_by
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of


class LeadMoveRow(NamedTuple):
    id: int
    at: datetime
    user_name: str | None
    old: LeadStage | None
    new: LeadStage
    why: str | None
    skipped: list[LeadTest]


class LeadAnswers(NamedTuple):
    """The tests of a lead that are met, and those that were answered “Not known yet” and have no fact since."""

    met: frozenset[LeadTest]
    unknown: tuple[LeadTest, ...]


def list_lead_moves(project_id: int) -> list[LeadMoveRow]:
    """List the moves of a lead, newest first."""
    row = LeadChange
    stmt = (
        sa.select(row.id, row.at, User.name, row.old, row.new, row.why, row.skipped)
        .outerjoin(User, User.id == row.by_id)
        .where(row.project_id == project_id)
        .order_by(row.id.desc())
    )
    return [
        LeadMoveRow(r.id, r.at, r.name, r.old, r.new, r.why, [LeadTest.from_code(code) for code in r.skipped or ()])
        for r in fetch(stmt)
    ]


def get_source(actor: Actor, row: Project) -> Record | None:
    """Return the record that is the source of a lead, if the actor may see it."""
    return read_visible(actor, row.source_id)


def load_met_tests(row: Project) -> frozenset[LeadTest]:
    """Return the tests that are met by data on record, even if hidden from the reader, or marked by hand."""
    return load_lead_answers(row).met


def load_lead_answers(row: Project) -> LeadAnswers:
    """Return which tests are met, and which are answered “Not known yet”; some of these count as met."""
    facts, evidence_by_code = run_together(partial(_load_facts, row), partial(evidence_of, row.id))
    states = {LeadTest.from_code(code): evidence.state for code, evidence in evidence_by_code.items()}
    by_hand = {test for test, state in states.items() if is_completed_by(test, state)}
    unknown = (t for t in LeadTest if states.get(t) is EvidenceState.not_known and t not in facts)
    return LeadAnswers(facts | by_hand, tuple(unknown))


def _load_facts(row: Project) -> frozenset[LeadTest]:
    """Return the tests that are met by data on record."""
    whole_need = sa.select(Need.id).where(
        Need.project_id == row.id,
        Need.archived_at.is_(None),
        sa.or_(Need.quantity_number.is_not(None), Need.quantity.is_not(None)),
        Need.spec.is_not(None),
        Need.needed_by.is_not(None),
    )
    sector = sa.select(ProjectSector.sector_id).where(ProjectSector.project_id == row.id)
    parties, [(needs, sectors)] = run_together(
        partial(fetch, sa.select(ProjectParty.role, ProjectParty.person_id).where(ProjectParty.project_id == row.id)),
        partial(fetch, sa.select(whole_need.exists(), sector.exists())),
    )
    roles = {role for role, _person in parties}
    facts: dict[LeadTest, Any] = {
        LeadTest.source: row.source_kind,
        LeadTest.heard_on: row.heard_on,
        LeadTest.told_by: row.source_id or row.source_note,
        LeadTest.country: row.country,
        LeadTest.city: row.city,
        LeadTest.sector: sectors,
        LeadTest.phase: row.phase,
        LeadTest.project_owner: ProjectRole.owner in roles,
        LeadTest.funding: row.funding,
        LeadTest.prime: ProjectRole.prime in roles,
        LeadTest.prime_contact: any(role is ProjectRole.prime and person_id for role, person_id in parties),
        LeadTest.need_line: needs,
    }
    return frozenset(test for test, fact in facts.items() if fact)


def load_test_values(project_id: int, test: str) -> dict[str, Any]:
    """Return the evidence entered for a test as form values; empty if there is none."""
    evidence = evidence_of(project_id).get(test)
    return {"state": evidence.state, "where": evidence.where, "result": evidence.result} if evidence else {}
