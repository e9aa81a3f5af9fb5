"""In how many results posts, shows and China reps had a part, expected and confirmed apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneStatus
from crm.impact.queries.credits import select_credits
from crm.opportunities.models import Opportunity

from .scope import COUNSELOR, TEAMS, Scope, ScopeParts


class CreditedResults(NamedTuple):
    """The milestones in which a record had a part: expected ones, and those that the client confirmed."""

    expected: int = 0
    confirmed: int = 0


def count_credits(scope: Scope, code: str) -> dict[int, CreditedResults]:
    """Count the milestones of all times by the record that had a part in them, without confidential ones."""
    return {row[0]: CreditedResults(*map(int, row[1:])) for row in scope.fetch(_credits, code)}


@cached_query
def _credits(viewer: AccessProfile, parts: ScopeParts, code: str) -> Select:
    pairs, record = select_credits(viewer, code).subquery("credit_pairs"), alias(Record, "credit_record")
    is_expected: Any = Milestone.status == MilestoneStatus.expected
    is_confirmed = sa.and_(Milestone.status == MilestoneStatus.actual, Milestone.confirmed_on.is_not(None))
    counts = (sa.func.sum(sa.case((condition, 1), else_=0)) for condition in (is_expected, is_confirmed))
    stmt = (
        sa.select(pairs.c.record_id, *counts)
        .select_from(pairs)
        .join(Milestone, Milestone.id == pairs.c.milestone_id)
        .join(record, record.id == pairs.c.record_id)
        .where(visible(viewer, Milestone), sa.not_(Milestone.confidential), Milestone.archived_at.is_(None))
        .where(visible(viewer, record), sa.not_(record.confidential), sa.or_(is_expected, is_confirmed))
    )
    stmt = stmt.where(Milestone.team_id.in_(TEAMS)) if parts.teams else stmt
    stmt = stmt.where(Milestone.counselor_id == COUNSELOR) if parts.counselor else stmt
    if parts.path:
        own = sa.select(Opportunity.id).where(Opportunity.path == sa.bindparam("path"))
        stmt = stmt.where(Milestone.opportunity_id.in_(own))
    return stmt.group_by(pairs.c.record_id)
