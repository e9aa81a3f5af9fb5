"""Goals of awards; what was reached is summed from the sessions that count, milestones, and attendees of workshops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.identity import Team, User
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.funding.models import Award, AwardGoal
from crm.funding.policy.awards import GoalPace, find_pace
from crm.funding.policy.rights import sees_goal
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import InteractionClient, InteractionTime
from crm.interactions.policy import LONG_TERM_MINUTES
from crm.reference.queries import load_rates
from crm.shows.models import Show
from crm.shows.policy import Attendance
from crm.shows.queries import select_attendees

from .counted import first_agreement_on, held_on, select_counted
from .goal_results import AttendeeCount, AwardResults, MilestoneSum, SessionSums


@dataclass(frozen=True)
class GoalRow:
    """A goal with the names of its team and counselor, and its pace.

    `is_partial`: it is one of the whole network, of which the reader sees only some teams. `unconverted` are the export
    sales that it leaves out because their currencies have no exchange rate.
    """

    goal: AwardGoal
    team: str | None
    user: str | None
    pace: GoalPace
    is_partial: bool = False
    unconverted: dict[str, Decimal] = field(default_factory=dict)


def load_goals(actor: Actor, award: Award) -> list[GoalRow]:
    """Return the goals of an award that the actor sees; as `load_goals_of`."""
    return load_goals_of(actor, [award])[award.id]


def load_goals_of(actor: Actor, awards: Sequence[Award]) -> dict[int, list[GoalRow]]:
    """Return by award the goals that the actor sees, with what visible sessions and milestones have reached.

    In five statements, however many awards. The caller has checked that the actor sees funders.
    """
    other_team = alias(Team, "other_team")
    has_others = sa.exists().where(other_team.id.not_in(actor.team_ids))
    stmt = (
        sa.select(AwardGoal, Team.name, User.name, has_others)
        .outerjoin(Team, Team.id == AwardGoal.team_id)
        .outerjoin(User, User.id == AwardGoal.user_id)
        .where(AwardGoal.award_id.in_([award.id for award in awards]))
        .order_by(AwardGoal.team_id.is_not(None), Team.name, AwardGoal.user_id.is_not(None), User.name, AwardGoal.id)
    )
    goals = [row for row in db.session.execute(stmt) if sees_goal(actor, row[0].team_id, row[0].user_id)]
    results = _load_results(actor, awards) if goals else {}
    rows: dict[int, list[GoalRow]] = {award.id: [] for award in awards}
    by_id, today = {award.id: award for award in awards}, clock.today(actor.zone)
    for goal, team, user, sees_some in goals:
        is_partial = sees_some and not actor.sees_all_teams and goal.team_id is None and goal.user_id is None
        award = by_id[goal.award_id]
        pace = find_pace(goal.target, results[award.id].of(goal), award.from_on, award.to_on, today)
        rest = results[award.id].unconverted_of(goal)
        rows[award.id].append(GoalRow(goal, team, user, pace, is_partial, rest))
    return rows


def _load_results(actor: Actor, awards: Sequence[Award]) -> dict[int, AwardResults]:
    """Return what was reached in the periods of awards, without confidential records."""
    results = {award.id: AwardResults() for award in awards}
    ids = [award.id for award in awards]
    rates = load_rates(clock.today(actor.zone))
    for award_id, team_id, user_id, *sums in _sessions(actor, awards=ids):
        results[award_id].sessions[team_id, user_id] = SessionSums(*map(int, sums))
    for award_id, team_id, counselor_id, kind, currency, amount, jobs in _milestones(actor, awards=ids):
        is_sale = kind is MilestoneKind.export_sale and amount is not None
        sales = amount * rates[currency].usd if is_sale and currency in rates else Decimal(0)
        rest = {currency: amount} if is_sale and currency not in rates else {}
        results[award_id].milestones.append(MilestoneSum(team_id, counselor_id, sales, rest, int(jobs or 0)))
    for award_id, *row in _attendees(actor, awards=ids):
        results[award_id].attendees.append(AttendeeCount(*row))
    return results


AWARDS: Any = sa.bindparam("awards", expanding=True)


@cached_query
def _sessions(viewer: AccessProfile) -> Select:
    """Sum by award, and by the team and user of its goals: first by client, because a client counts once."""
    counted = (
        select_counted(viewer, Award.id.label("award_id"))
        .join(Award, Award.funder_id == InteractionClient.funder_id)
        .where(Award.id.in_(AWARDS), held_on.between(Award.from_on, Award.to_on))
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )
    session, own = counted.c, InteractionTime
    by = (session.award_id, session.team_id, session.client_id)
    whole = session.contact + session.prep
    of_all = sa.select(*by, sa.null().label("user_id"), *_sums_of_sessions(whole, whole)).group_by(*by)
    is_own = sa.and_(own.interaction_id == session.interaction_id, own.client_id == session.client_id)
    of_each = (
        sa.select(*by, own.user_id, *_sums_of_sessions(own.contact + own.prep, whole))
        .select_from(join_in_order(counted, (own, is_own)))
        .group_by(*by, own.user_id)
    )
    part = sa.union_all(of_all, of_each).subquery("part").c
    goal = sa.select(AwardGoal.award_id, AwardGoal.team_id, AwardGoal.user_id)
    scope = goal.distinct().subquery("scope").c
    keys = (scope.award_id, scope.team_id, scope.user_id)
    is_of_scope = sa.and_(
        part.award_id == scope.award_id,
        sa.or_(scope.team_id.is_(None), scope.team_id == part.team_id),
        scope.user_id.is_not_distinct_from(part.user_id),
    )
    sums = [sa.func.sum(part[name]).label(name) for name in ("sessions", "minutes", "whole")]
    clients = sa.select(*keys, part.client_id, *sums).join_from(scope.award_id.table, part.award_id.table, is_of_scope)
    client = clients.group_by(*keys, part.client_id).subquery("by_client").c
    is_new = first_agreement_on(client.client_id).between(Award.from_on, Award.to_on)
    keys_of_client = (client.award_id, client.team_id, client.user_id)
    return (
        sa.select(
            *keys_of_client,
            sa.func.count(),
            _count_if(is_new),
            _count_if(client.whole >= LONG_TERM_MINUTES),
            sa.func.sum(client.sessions),
            sa.func.sum(client.minutes),
        )
        .join(Award, Award.id == client.award_id)
        .group_by(*keys_of_client)
    )


def _sums_of_sessions(minutes: Any, whole: Any) -> tuple[Any, ...]:
    sums = (sa.func.count(), sa.func.sum(minutes), sa.func.sum(whole))
    return tuple(column.label(name) for name, column in zip(("sessions", "minutes", "whole"), sums, strict=True))


def _count_if(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


@cached_query
def _milestones(viewer: AccessProfile) -> Select:
    by = (Award.id, Milestone.team_id, Milestone.counselor_id, Milestone.type, Milestone.currency)
    amount = sa.type_coerce(sa.func.sum(Milestone.amount), sa.Numeric(16, 2))
    return (
        sa.select(*by, amount, sa.func.sum(Milestone.jobs))
        .join(Award, sa.and_(Award.funder_id == Milestone.funder_id, Milestone.on.between(Award.from_on, Award.to_on)))
        .where(Award.id.in_(AWARDS), Milestone.status == MilestoneStatus.actual, Milestone.confirmed_on.is_not(None))
        .where(visible(viewer, Milestone), Milestone.archived_at.is_(None), sa.not_(Milestone.confidential))
        .group_by(*by)
    )


@cached_query
def _attendees(viewer: AccessProfile) -> Select:
    is_of_award = sa.and_(Award.funder_id == Show.funder_id, Show.starts_on.between(Award.from_on, Award.to_on))
    stmt = select_attendees(viewer).add_columns(Award.id.label("award_id")).join(Award, is_of_award)
    row = stmt.where(Award.id.in_(AWARDS)).subquery("attendee_of_award").c
    by = (row.award_id, row.team_id, row.show_counselor_id)
    is_attended = sa.and_(row.attendance == Attendance.attended, sa.not_(row.confidential))
    return sa.select(*by, sa.func.count()).where(is_attended).group_by(*by)
