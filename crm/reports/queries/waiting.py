"""What waits: opportunities overdue in their stage, leads without a client, overdue follow-ups."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.visibility_keys import CONFIDENTIAL_KEY
from crm.core.policy import Actor
from crm.followups.conditions import is_overdue
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp, FollowUpAbout
from crm.opportunities import conditions as c
from crm.opportunities.policy import OpportunityStage, WaitingFor
from crm.opportunities.queries import days_in_stage
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage

from .scope import COUNSELOR, LIMIT, TEAMS, Scope, ScopeParts, is_counted


class FollowUpCount(NamedTuple):
    """The overdue follow-ups of one side and one counselor."""

    side: FollowUpSide
    counselor_id: int | None
    counselor: str | None
    count: int  # type: ignore[assignment]


class LeadCount(NamedTuple):
    """How many leads are in a stage, how many of them longer than it allows, and since when the oldest of these is."""

    stage: LeadStage
    leads: int
    overdue: int
    overdue_since: datetime | None


class StuckRow(NamedTuple):
    """An opportunity that is overdue in its stage; `days` counts the days in it."""

    id: int
    label: str
    stage: OpportunityStage
    counselor: str | None
    waiting_for: WaitingFor
    amount: Decimal | None
    currency: str
    days: int


class OverdueFollowUp(NamedTuple):
    """An overdue follow-up; `about` is an organization if it is about one, else another record that may be named."""

    id: int
    title: str
    side: FollowUpSide
    about: str | None
    counselor: str | None
    due_on: date


def list_overdue_in_stage(scope: Scope, limit: int) -> list[StuckRow]:
    """List the open opportunities that are overdue in their stage, the longest first."""
    rows = scope.fetch(_stuck, limit=limit, **c.stage_deadlines(scope.actor))
    return [StuckRow._make((*row[:7], days_in_stage(row[7], scope.actor.zone))) for row in rows]


@cached_query
def _stuck(viewer: AccessProfile, parts: ScopeParts) -> Select:
    row, record = c.OPPORTUNITY.c, c.RECORD.c
    columns = (row.id, record.label, row.stage, User.name, row.waiting_for, row.amount, row.currency, row.stage_since)
    # Each stage is read from the beginning of its range of an index.
    stages = (
        sa.select(row.id, row.stage_since)
        .where(condition, is_counted(parts))
        .order_by(row.stage_since, row.id)
        .limit(LIMIT)
        .subquery()
        for stage, condition in c.list_overdue_conditions(viewer)
        if stage in c.OPEN
    )
    longest = sa.union_all(*(sa.select(stage) for stage in stages)).subquery()
    page = sa.select(longest.c.id).order_by(longest.c.stage_since, longest.c.id).limit(LIMIT).subquery()
    return (
        sa.select(*columns)
        .select_from(page)
        .join(c.OPPORTUNITY, row.id == page.c.id)
        .join(c.RECORD, record.id == row.id)
        .outerjoin(User, User.id == record.counselor_id)
        .order_by(row.stage_since, row.id)
    )


def has_no_opportunity(viewer: Actor | AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition for projects without an active opportunity.

    A confidential opportunity counts only for those who may see it.
    """
    record = alias(Record, "lead_case")
    is_public = c.OPPORTUNITY.c.visibility_key > CONFIDENTIAL_KEY
    is_seen = sa.and_(
        c.OPPORTUNITY.c.visibility_key == CONFIDENTIAL_KEY,
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


def count_leads(scope: Scope) -> list[LeadCount]:
    """Count the leads without an opportunity by lead stage. All teams share leads."""
    return [LeadCount(*row) for row in scope.fetch(_leads, **_idle_since(scope.actor))]


@cached_query
def _leads(viewer: AccessProfile, parts: ScopeParts) -> Select:
    is_overdue_lead = is_lead_overdue(viewer)
    overdue = sa.func.sum(sa.case((is_overdue_lead, 1), else_=0))
    since = sa.func.min(sa.case((is_overdue_lead, Project.stage_since), else_=None), type_=Instant)
    stmt = sa.select(Project.lead_stage, sa.func.count(), overdue, since).where(has_no_opportunity(viewer))
    stmt = stmt.where(Project.counselor_id == COUNSELOR) if parts.counselor else stmt
    return stmt.group_by(Project.lead_stage)


def overdue_conditions(viewer: Actor | AccessProfile) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for follow-ups of both sides that are open, overdue and not confidential."""
    return is_overdue(viewer), sa.not_(FollowUp.confidential), visible(viewer, FollowUp)


def count_overdue_follow_ups(scope: Scope) -> list[FollowUpCount]:
    """Count the overdue follow-ups by side and counselor, the most first."""
    return [FollowUpCount(*row) for row in scope.fetch(_overdue_follow_ups)]


@cached_query
def _overdue_follow_ups(viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = (
        sa.select(FollowUp.side, FollowUp.counselor_id, User.name, sa.func.count())
        .outerjoin(User, User.id == FollowUp.counselor_id)
        .where(*overdue_conditions(viewer))
        .group_by(FollowUp.side, FollowUp.counselor_id, User.name)
        .order_by(sa.func.count().desc(), User.name)
    )
    return _in_scope(stmt, parts)


def _in_scope(stmt: Any, parts: ScopeParts) -> Select:
    stmt = stmt.where(FollowUp.team_id.in_(TEAMS)) if parts.teams else stmt
    return stmt.where(FollowUp.counselor_id == COUNSELOR) if parts.counselor else stmt  # type: ignore[no-any-return]


def list_overdue_follow_ups(scope: Scope, limit: int) -> list[OverdueFollowUp]:
    """List the overdue follow-ups, the oldest first."""
    return [OverdueFollowUp(*row) for row in scope.fetch(_overdue_rows, limit=limit)]


@cached_query
def _overdue_rows(viewer: AccessProfile, parts: ScopeParts) -> Select:
    columns = (FollowUp.id, FollowUp.title, FollowUp.side, _related_name(viewer), User.name, FollowUp.due_on)
    stmt = (
        sa.select(*columns)
        .outerjoin(User, User.id == FollowUp.counselor_id)
        .where(*overdue_conditions(viewer))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(LIMIT)
    )
    return _in_scope(stmt, parts)


def _related_name(viewer: AccessProfile) -> sa.ColumnElement[str]:
    """Return the name of a record that a follow-up is about, an organization first."""
    record = alias(Record, "reports_about")
    name = sa.func.coalesce(sa.func.nullif(record.label, ""), record.native_label)
    return (
        sa.select(name)
        .join(FollowUpAbout, FollowUpAbout.record_id == record.id)
        .where(FollowUpAbout.followup_id == FollowUp.id, visible(viewer, record), sa.not_(record.confidential))
        .order_by(record.kind != "organization", record.id)
        .limit(1)
        .correlate(FollowUp)
        .scalar_subquery()
    )
