"""The sessions and clients that a goal counts, as conditions of lists: the rule by which `load_goals_of` sums them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.identity import Team, User
from crm.core.policy import Actor
from crm.funding.models import Award, AwardGoal
from crm.funding.policy.awards import GoalMeasure
from crm.funding.policy.rights import sees_goal
from crm.interactions.days import is_from, is_until
from crm.interactions.policy import LONG_TERM_MINUTES
from crm.organizations.models import Organization
from crm.reference.models import Funder

from .counted import C, I, T, first_agreement_on, select_counted

SESSION_GOALS = (GoalMeasure.sessions, GoalMeasure.hours)
"""Measures whose records are sessions."""
CLIENT_GOALS = (GoalMeasure.clients, GoalMeasure.new_clients, GoalMeasure.long_term)
"""Measures whose records are clients with sessions."""


class GoalName(NamedTuple):
    """What a goal is called: its award and measure, and the names of its team and counselor."""

    id: int
    funder: str
    number: str
    measure: GoalMeasure
    team: str | None
    user: str | None


def list_goal_names(actor: Actor, measures: Collection[GoalMeasure]) -> list[GoalName]:
    """Return the goals of some measures that the actor sees, those of the latest award first."""
    names = (AwardGoal.id, Funder.name, Award.number, AwardGoal.measure, Team.name, User.name)
    stmt = (
        sa.select(AwardGoal.team_id, AwardGoal.user_id, *names)
        .join(Award, Award.id == AwardGoal.award_id)
        .join(Funder, Funder.id == Award.funder_id)
        .outerjoin(Team, Team.id == AwardGoal.team_id)
        .outerjoin(User, User.id == AwardGoal.user_id)
        .where(AwardGoal.measure.in_(measures))
        .order_by(Award.from_on.desc(), Award.id, AwardGoal.id)
    )
    return [GoalName(*row) for team_id, user_id, *row in fetch(stmt) if sees_goal(actor, team_id, user_id)]


def is_session_of_goal(goal_id: int) -> sa.ColumnElement[bool]:
    """Return the condition for sessions of `select_counted` that a goal counts."""
    return _is_session_of(_load_goal(goal_id))


def is_client_of_goal(goal_id: int, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for organizations that a goal counts: clients with sessions that the actor may see."""
    goal = _load_goal(goal_id)
    session = select_counted(actor).where(_is_session_of(goal)).subquery().c
    stmt = sa.select(session.client_id)
    if goal.measure is GoalMeasure.long_term:
        stmt = stmt.group_by(session.client_id).having(sa.func.sum(session.contact + session.prep) >= LONG_TERM_MINUTES)
    is_counted: sa.ColumnElement[bool] = Organization.id.in_(stmt)
    if goal.measure is not GoalMeasure.new_clients:
        return is_counted
    return sa.and_(is_counted, first_agreement_on(Organization.id).between(goal.from_on, goal.to_on))


def _load_goal(goal_id: int) -> Any:
    """Return a goal with the funder and the days of its award. Raises LookupError if there is none."""
    columns = (AwardGoal.measure, AwardGoal.team_id, AwardGoal.user_id, Award.funder_id, Award.from_on, Award.to_on)
    stmt = sa.select(*columns).join(Award, Award.id == AwardGoal.award_id).where(AwardGoal.id == goal_id)
    return fetch(stmt)[0]


def _is_session_of(goal: Any) -> sa.ColumnElement[bool]:
    conditions = [C.funder_id == goal.funder_id, is_from(I, goal.from_on), is_until(I, goal.to_on)]
    if goal.team_id is not None:
        conditions.append(I.visibility_key == goal.team_id)
    if goal.user_id is not None:
        own = sa.exists().where(T.interaction_id == C.interaction_id, T.client_id == C.client_id)
        conditions.append(own.where(T.user_id == goal.user_id).correlate_except(T))
    return sa.and_(*conditions)
