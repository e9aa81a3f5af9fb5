"""The lead of a project: its stages, and the opportunities that came of it."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.record import visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.desk.profiles import ProjectProfile
from crm.opportunities.models import Opportunity
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage, LeadTest, ProjectRole


class LeadStep(NamedTuple):
    """A lead stage: `position` is past, now or ahead; the facts that complete it, and the tests that are missing."""

    stage: LeadStage
    position: str
    facts: str
    missing: list[LeadTest]


def build_lead_steps(row: Project, met_tests: frozenset[LeadTest], profile: ProjectProfile) -> list[LeadStep]:
    """Return the four lead stages, each with the facts on record that complete it."""
    facts = _stage_facts(row, profile)
    return [
        LeadStep(
            stage=stage,
            position=_position(stage, row.lead_stage),
            facts=", ".join(part for part in facts[stage] if part),
            missing=[test for test in stage.tests if test not in met_tests],
        )
        for stage in LEAD_STAGES
    ]


def _stage_facts(row: Project, profile: ProjectProfile) -> dict[LeadStage, list[str]]:
    source = profile.source
    needs = len(profile.needs)
    roles = {party.role for party in profile.parties}
    return {
        LeadStage.lead_heard: [
            (source.label or source.native_label) if source else str(row.source_kind or ""),
            formats.day(row.heard_on),
        ],
        LeadStage.project_verified: [
            str(row.phase or ""),
            _("funding recorded") if row.funding else "",
            _("owner identified") if ProjectRole.owner in roles else "",
        ],
        LeadStage.prime_identified: [p.organization for p in profile.parties if p.role is ProjectRole.prime],
        LeadStage.needs_captured: [ngettext("%(num)s need", "%(num)s needs", needs)] if needs else [],
    }


def _position(stage: LeadStage, current: LeadStage) -> str:
    if stage is current:
        return "now"
    return "past" if stage.order < current.order else "ahead"


def count_opportunities(actor: Actor, project_id: int) -> int:
    """Return how many opportunities that the actor may see came of a project."""
    stmt = sa.select(sa.func.count(Opportunity.id)).where(
        Opportunity.project_id == project_id, Opportunity.archived_at.is_(None), visible(actor, Opportunity)
    )
    return int(fetch(stmt)[0][0])
