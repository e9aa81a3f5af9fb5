"""What shows cost and what came of them: meetings, interactions, opportunities and contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import visible
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.part_conditions import select_discussed
from crm.shows.models import MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MeetingState
from crm.shows.queries import visible_meetings

from .scope import COUNSELOR, TEAMS, Scope, ScopeParts, is_counted

IDS: Any = sa.bindparam("ids", expanding=True)


class ReportedShow(NamedTuple):
    """A show; `meetings` are those that were held, `interactions` those that are linked to it."""

    id: int
    label: str
    native_label: str
    starts_on: date
    cost: Decimal | None
    currency: str | None
    staff_days: int | None
    meetings: int
    interactions: int


def list_shows(scope: Scope, first: date, last: date) -> list[ReportedShow]:
    """List the shows that begin from a day to a day, both included, the latest first."""
    rows = scope.fetch(_shows, first=first, last=last)
    ids = [row.id for row in rows]
    meetings, interactions = (dict(map(tuple, scope.fetch(query, ids=ids))) for query in (_meetings, _interactions))
    return [ReportedShow._make((*row, meetings.get(row.id, 0), interactions.get(row.id, 0))) for row in rows]


def sum_shows(scope: Scope, ids: Sequence[int]) -> list[MoneyRow]:
    """Sum the opportunities that were discussed at shows by (show id, is signed)."""
    return [MoneyRow((row[0], bool(row[1])), *row[2:]) for row in scope.fetch(_sums, ids=list(ids))]


@cached_query
def _shows(viewer: AccessProfile, _parts: ScopeParts) -> Select:
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    columns = (Show.id, Show.label, Show.native_label, Show.starts_on, Show.cost, Show.currency, Show.staff_days)
    return (
        sa.select(*columns)
        .where(Show.starts_on.between(first, last), Show.archived_at.is_(None))
        .where(sa.not_(Show.confidential), visible(viewer, Show))
        .order_by(Show.starts_on.desc(), Show.id.desc())
    )


@cached_query
def _meetings(viewer: AccessProfile, parts: ScopeParts) -> Select:
    meeting = ShowMeeting
    stmt = sa.select(meeting.show_id, sa.func.count()).where(
        meeting.show_id.in_(IDS), meeting.state == MeetingState.held, visible_meetings(viewer)
    )
    stmt = stmt.where(meeting.team_id.in_(TEAMS)) if parts.teams else stmt
    if parts.counselor:
        own = sa.select(MeetingStaff.meeting_id).where(MeetingStaff.user_id == COUNSELOR)
        stmt = stmt.where(meeting.id.in_(own))
    return stmt.group_by(meeting.show_id)


@cached_query
def _interactions(viewer: AccessProfile, parts: ScopeParts) -> Select:
    link = InteractionLink
    stmt = (
        sa.select(link.record_id, sa.func.count())
        .join(Interaction, Interaction.id == link.interaction_id)
        .where(link.record_id.in_(IDS), Interaction.state == InteractionState.held)
        .where(Interaction.archived_at.is_(None), sa.not_(Interaction.confidential), visible(viewer, Interaction))
    )
    stmt = stmt.where(Interaction.team_id.in_(TEAMS)) if parts.teams else stmt
    if parts.counselor:
        own = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == COUNSELOR)
        stmt = stmt.where(Interaction.id.in_(own))
    return stmt.group_by(link.record_id)


@cached_query
def _sums(viewer: AccessProfile, parts: ScopeParts) -> Select:
    row = c.OPPORTUNITY.c
    pairs = select_discussed(viewer).distinct().subquery()
    is_signed = sa.case((row.stage.in_(c.SIGNED), 1), else_=0)
    keys = (pairs.c.record_id, is_signed, row.currency)
    return (
        sa.select(*keys, sa.func.count(), *money_columns())
        .join_from(pairs, c.OPPORTUNITY, row.id == pairs.c.opportunity_id)
        .where(pairs.c.record_id.in_(IDS), is_counted(parts))
        .group_by(*keys)
    )
