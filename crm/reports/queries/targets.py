"""Sales targets of teams and counselors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, db
from crm.core.data.identity import Membership, Team, User
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.reports.models import SalesTarget
from crm.reports.policy import sees_target_of

from .scope import COUNSELOR, LIMIT, TEAMS, Scope, ScopeParts

TARGET: Any = SalesTarget.__table__


class TargetAmount(NamedTuple):
    """A target of a team (`counselor_id` None) or counselor, from the first day of a month to the last of another."""

    team_id: int
    counselor_id: int | None
    from_on: date
    to_on: date
    amount: Decimal


class SavedTarget(NamedTuple):
    """A target as the list of targets shows it."""

    id: int
    team_id: int
    counselor_id: int | None
    from_on: date
    to_on: date
    amount: Decimal
    team: str
    counselor: str | None


def list_target_amounts(scope: Scope, first: date, last: date) -> list[TargetAmount]:
    """Return the targets that count for a scope and have months with these days; none for a single sales path.

    Of a counselor's targets only those that the actor sees; a team's are needed with those of its counselors.
    """
    if scope.path is not None or not sees_target_of(scope.actor, scope.counselor_id):
        return []
    return [TargetAmount(*row) for row in scope.fetch(_select_amounts, first=first, last=last)]


@cached_query
def _select_amounts(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    t = TARGET.c
    is_inside = sa.and_(
        t.to_on >= sa.bindparam("first", type_=sa.Date), t.from_on <= sa.bindparam("last", type_=sa.Date)
    )
    stmt = sa.select(t.team_id, t.counselor_id, t.from_on, t.to_on, t.amount).where(is_inside)
    stmt = stmt.where(t.team_id.in_(TEAMS)) if parts.teams else stmt
    return stmt.where(t.counselor_id == COUNSELOR) if parts.counselor else stmt


def list_saved_targets(actor: Actor, limit: int) -> list[SavedTarget]:
    """Return the targets that an actor sees: the latest period first, in it by team, that of the team first."""
    return [SavedTarget(*row) for row in _select_saved(actor, actor.is_manager, limit=limit)]


@cached_query
def _select_saved(viewer: AccessProfile, is_manager: bool) -> Select:  # noqa: FBT001 - part of the key of the cache
    t = TARGET.c
    stmt = (
        sa.select(t.id, t.team_id, t.counselor_id, t.from_on, t.to_on, t.amount, Team.name, User.name)
        .join_from(TARGET, Team, Team.id == t.team_id)
        .outerjoin(User, User.id == t.counselor_id)
        .order_by(t.from_on.desc(), t.to_on.desc(), Team.name, t.team_id, t.counselor_id.is_not(None), User.name, t.id)
        .limit(LIMIT)
    )
    stmt = stmt if viewer.sees_all_teams else stmt.where(of_own_teams(viewer, t.team_id))
    return (
        stmt if is_manager else stmt.where(sa.or_(t.counselor_id.is_(None), t.counselor_id == sa.bindparam("actor_id")))
    )


def get_target(actor: Actor, target_id: int) -> SalesTarget:
    """Return a target of the actor's teams, to change it. Raises NotFound."""
    row = db.session.get(SalesTarget, target_id)
    if row is None or not (actor.sees_all_teams or row.team_id in actor.team_ids):
        raise NotFound
    return row


def list_team_members(actor: Actor) -> list[tuple[int, str]]:
    """Return the active members of the actor's teams, of all teams for those who see all, by name."""
    return [(i, name) for i, name in _select_members(actor)]


@cached_query
def _select_members(viewer: AccessProfile) -> Select:
    is_member = sa.exists().where(Membership.user_id == User.id)
    is_member = is_member if viewer.sees_all_teams else is_member.where(of_own_teams(viewer, Membership.team_id))
    return sa.select(User.id, User.name).where(User.active, is_member).order_by(User.name, User.id)
