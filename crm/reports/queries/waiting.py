"""What waits: leads without a client, overdue follow-ups."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.followups.conditions import is_overdue
from crm.followups.enums import Side
from crm.followups.models import FollowUp
from crm.opportunities import conditions as c
from crm.opportunities.models import CONFIDENTIAL_KEY
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage

from .scope import COUNSELOR, TEAMS, Scope, ScopeParts


class FollowUpCount(NamedTuple):
    """The overdue follow-ups of one side and one counselor."""

    side: Side
    counselor_id: int | None
    counselor: str | None
    count: int  # type: ignore[assignment]
    oldest_on: date


class LeadCount(NamedTuple):
    """How many leads are in a stage, and how many of them longer than it allows."""

    stage: LeadStage
    leads: int
    overdue: int


def has_no_opportunity(viewer: Actor | AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition for projects without an active opportunity.

    A confidential opportunity counts only for those who may see it.
    """
    record = alias(Record, "lead_case")
    is_public = c.OPPORTUNITY.c.shelf > CONFIDENTIAL_KEY
    is_seen = sa.and_(
        c.OPPORTUNITY.c.shelf == CONFIDENTIAL_KEY,
        sa.exists().where(record.id == c.OPPORTUNITY.c.id, visible(viewer, record)),
    )
    has_opportunity = (
        sa.exists().where(c.OPPORTUNITY.c.project_id == Project.id, sa.or_(is_public, is_seen)).correlate(Project)
    )
    return sa.and_(
        visible(viewer, Project), sa.not_(Project.confidential), Project.archived_at.is_(None), sa.not_(has_opportunity)
    )


def _idle_since(actor: Actor) -> dict[str, datetime]:
    today = clock.today(actor.zone)
    return {f"idle_{s.value}": c.day_start(today - timedelta(days=s.idle_days), actor.zone) for s in LEAD_STAGES}


def is_lead_overdue(viewer: Actor | AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition for projects that are overdue in their lead stage, by the reader's calendar."""
    moments = {} if isinstance(viewer, AccessProfile) else _idle_since(viewer)
    param_names = {s: f"idle_{s.value}" for s in LEAD_STAGES}
    since = {s: moments.get(name, sa.bindparam(name, type_=Instant)) for s, name in param_names.items()}
    return sa.or_(*(sa.and_(Project.lead_stage == s, Project.stage_since < moment) for s, moment in since.items()))


def count_leads(actor: Actor) -> list[LeadCount]:
    """Count the leads without an opportunity by lead stage. Leads are shared by all teams."""
    return [LeadCount(*row) for row in _leads(actor, **_idle_since(actor))]


@cached_query
def _leads(viewer: AccessProfile) -> Select:
    idle = sa.func.sum(sa.case((is_lead_overdue(viewer), 1), else_=0))
    return (
        sa.select(Project.lead_stage, sa.func.count(), idle)
        .where(has_no_opportunity(viewer))
        .group_by(Project.lead_stage)
    )


def overdue_conditions(viewer: Actor | AccessProfile) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for follow-ups of both sides that are open, overdue and not confidential."""
    return is_overdue(viewer), sa.not_(FollowUp.confidential), visible(viewer, FollowUp)


def count_overdue_follow_ups(scope: Scope) -> list[FollowUpCount]:
    """Count the overdue follow-ups by side and counselor, the most first."""
    return [FollowUpCount(*row) for row in scope.fetch(_overdue_follow_ups)]


@cached_query
def _overdue_follow_ups(viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = (
        sa.select(FollowUp.side, FollowUp.counselor_id, User.name, sa.func.count(), sa.func.min(FollowUp.due_on))
        .outerjoin(User, User.id == FollowUp.counselor_id)
        .where(*overdue_conditions(viewer))
        .group_by(FollowUp.side, FollowUp.counselor_id, User.name)
        .order_by(sa.func.count().desc(), User.name)
    )
    if parts.teams:
        stmt = stmt.where(FollowUp.team_id.in_(TEAMS))
    return stmt.where(FollowUp.counselor_id == COUNSELOR) if parts.counselor else stmt
