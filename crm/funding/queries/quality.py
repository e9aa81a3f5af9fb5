"""The figures of the data quality page: how many records lack something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import Actor
from crm.core.words import LabeledEnum
from crm.funding.policy.counting import ClientGap, SessionGap
from crm.interactions.models import Interaction
from crm.opportunities.conditions import has_next_step_state, is_in_state
from crm.opportunities.models import Opportunity
from crm.opportunities.queries import visible_opportunities
from crm.organizations.models import Organization

from .gaps import MONEY_GAPS, is_client_gap, is_session_gap, select_clients, select_sessions

Gap = TypeVar("Gap", bound=LabeledEnum)


def visible_gaps(kind: type[Gap], actor: Actor) -> list[Gap]:
    """Return what can be missing, without sales and funders for the China desk."""
    return [gap for gap in kind if not (actor.hides_money and gap in MONEY_GAPS)]


def count_client_gaps(actor: Actor, team_id: int | None) -> dict[ClientGap, int]:
    """Count the clients with each gap, in one statement; `team_id` None counts those of all visible teams."""
    return _count(actor, select_clients(actor), Organization, team_id, visible_gaps(ClientGap, actor), is_client_gap)


def count_session_gaps(actor: Actor, team_id: int | None) -> dict[SessionGap, int]:
    """Count the interactions of this federal fiscal year with each gap, in one statement."""
    gaps = visible_gaps(SessionGap, actor)
    return _count(actor, select_sessions(actor), Interaction, team_id, gaps, is_session_gap)


def _count(
    actor: Actor,
    stmt: sa.Select[Any],
    entity: Any,
    team_id: int | None,
    gaps: Sequence[Gap],
    condition: Callable[[Gap, Actor], sa.ColumnElement[bool]],
) -> dict[Gap, int]:
    stmt = _of_team(stmt.where(entity.archived_at.is_(None)), entity, team_id)
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition(gap, actor), 1), else_=0)), 0) for gap in gaps]
    row = db.session.execute(stmt.with_only_columns(*sums)).one()
    return {gap: int(count) for gap, count in zip(gaps, row, strict=True)}


def count_opportunities_without_step(actor: Actor, team_id: int | None) -> int:
    """Count the open opportunities without a next step."""
    stmt = visible_opportunities(actor).where(
        Opportunity.archived_at.is_(None), is_in_state("open"), has_next_step_state("none", actor)
    )
    stmt = _of_team(stmt, Opportunity, team_id)
    count = stmt.with_only_columns(sa.func.count(Opportunity.id))
    return int(db.session.execute(count).scalar_one())


def _of_team(stmt: sa.Select[Any], entity: Any, team_id: int | None) -> sa.Select[Any]:
    return stmt if team_id is None else stmt.where(entity.team_id == team_id)
