"""Which records had a part in a milestone: those chosen, and those that its opportunity brings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.impact.models import Milestone
from crm.interactions.days import local_date
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState, InteractionType
from crm.opportunities.conditions import is_visible_opportunity
from crm.opportunities.models import Opportunity
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder
from crm.projects.models import Project

MEETINGS = (InteractionType.meeting, InteractionType.visit, InteractionType.introduction)
"""The kinds of interactions that a chain shows."""
MILESTONE: Any = Milestone.__table__


def select_meetings(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select opportunity, interaction and its day: the meetings about visible opportunities that took place."""
    meeting = alias(Interaction, "impact_meeting")
    link = InteractionLink.__table__.alias("impact_meeting_link")
    return (
        sa.select(link.c.record_id, meeting.id, local_date(meeting).label("day"), meeting.label, meeting.native_label)
        .join(meeting, meeting.id == link.c.interaction_id)
        .where(meeting.state == InteractionState.held, meeting.type.in_(MEETINGS))
        .where(meeting.archived_at.is_(None), visible(viewer, meeting))
    )


def select_credited(viewer: Actor | AccessProfile, kind: str, record_id: Any) -> sa.SelectBase:
    """Select the ids of milestones in which a record of a kind had a part; for other kinds none."""
    by_kind: dict[str, tuple[Any, ...]] = {
        "organization": (
            sa.select(MILESTONE.c.id).where(MILESTONE.c.client_id == record_id),
            sa.select(MILESTONE.c.id).where(MILESTONE.c.post_id == record_id),
            *_of_projects(viewer, _reported_by(viewer, record_id)),
        ),
        "opportunity": (sa.select(MILESTONE.c.id).where(MILESTONE.c.opportunity_id == record_id),),
        "person": _of_projects(viewer, sa.select(Project.id).where(Project.source_id == record_id)),
        "project": _of_projects(viewer, sa.select(record_id)),
        "representation": (
            sa.select(MILESTONE.c.id).where(MILESTONE.c.representation_id == record_id),
            _of_opportunities(viewer, Opportunity.representation_id == record_id),
        ),
        "show": (sa.select(MILESTONE.c.id).where(MILESTONE.c.show_id == record_id), _met_at(viewer, record_id)),
    }
    return sa.union(*by_kind.get(kind, (sa.select(MILESTONE.c.id).where(sa.false()),)))


def _of_opportunities(viewer: Actor | AccessProfile, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    ids = sa.select(Opportunity.id).where(condition, is_visible_opportunity(viewer))
    return sa.select(MILESTONE.c.id).where(MILESTONE.c.opportunity_id.in_(ids))


def _of_projects(
    viewer: Actor | AccessProfile, projects: sa.Select[Any] | sa.CompoundSelect[Any]
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Select the milestones of the visible ones of some projects: those chosen, and those of opportunities."""
    ids = sa.select(Record.id).where(Record.id.in_(projects), visible(viewer))
    by_opportunity = _of_opportunities(viewer, Opportunity.project_id.in_(ids))
    return sa.select(MILESTONE.c.id).where(MILESTONE.c.project_id.in_(ids)), by_opportunity


def _reported_by(viewer: Actor | AccessProfile, post_id: Any) -> sa.CompoundSelect[Any]:
    """Select the projects whose source is a post, or one of its officers then or now whom the viewer may see."""
    officer = alias(Record, "impact_officer")
    worked = sa.select(Affiliation.person_id).where(Affiliation.organization_id == post_id)
    with_role = sa.select(PostHolder.person_id).join(PostRole, PostRole.id == PostHolder.post_role_id)
    officers = sa.union(worked, with_role.where(PostRole.organization_id == post_id)).subquery()
    readable = sa.select(officer.id).where(officer.id.in_(sa.select(officers.c.person_id)), visible(viewer, officer))
    project = Project.__table__.c
    # Two selects use the index of the column; with an OR SQLite reads all projects.
    return sa.union(
        sa.select(project.id).where(project.source_id == post_id),
        sa.select(project.id).where(project.source_id.in_(readable)),
    )


def _met_at(viewer: Actor | AccessProfile, show_id: Any) -> sa.Select[Any]:
    """Select the milestones of opportunities about which there was a meeting at a show."""
    meetings = select_meetings(viewer).subquery()
    at_show = sa.select(InteractionLink.interaction_id).where(InteractionLink.record_id == show_id)
    ids = sa.select(meetings.c.record_id).where(meetings.c.id.in_(at_show))
    return _of_opportunities(viewer, Opportunity.id.in_(ids))
