"""How far the opportunities that were created in a period came, and how long they were in each stage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.opportunities import conditions as c
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ACTIVE_STAGES, ChangedField, OpportunityStage
from crm.opportunities.stages import stages_from

from .changes import BEGIN, END, moments
from .scope import Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD, CHANGE = c.OPPORTUNITY, c.RECORD, OpportunityChange.__table__
SECONDS = 86_400


class FunnelStep(NamedTuple):
    """How many opportunities reached a stage or a later one; `days` is the median time in it, None if unknown."""

    stage: OpportunityStage
    reached: int
    days: Decimal | None


def load_funnel(scope: Scope, first: date, last: date) -> list[FunnelStep]:
    """Return the steps of the opportunities that were created from a day to a day, both included.

    The days are of those that have left the stage.
    """
    span = moments(scope, first, last)
    numbers = dict(map(tuple, scope.fetch(_furthest, **span)))
    days = {row.stage: _to_days(row.low, row.high) for row in scope.fetch(_middle_times, **span)}
    return [
        FunnelStep(stage, sum(numbers.get(later.value, 0) for later in stages_from(stage)), days.get(stage.value))
        for stage in ACTIVE_STAGES
    ]


def _to_days(low: int, high: int) -> Decimal:
    """Return the median of times as days, from the one or two times in the middle in seconds."""
    return Decimal(str(round((low + high) / 2 / SECONDS, 1)))


@cached_query
def _furthest(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Count the opportunities by the furthest stage that they ever reached."""
    cohort = _select_cohort(parts)
    moves = _select_moves(cohort)
    order = {stage.value: position for position, stage in enumerate(ACTIVE_STAGES)}
    reached = sa.union_all(
        sa.select(cohort.c.id, cohort.c.stage),
        sa.select(moves.c.opportunity_id, moves.c.new),
        sa.select(moves.c.opportunity_id, moves.c.old),
    ).subquery()
    position = sa.case(order, value=reached.c.stage, else_=-1)
    furthest = sa.select(sa.func.max(position).label("position")).group_by(reached.c.id).subquery()
    code = sa.case({position: code for code, position in order.items()}, value=furthest.c.position)
    return sa.select(code, sa.func.count()).group_by(furthest.c.position)


@cached_query
def _middle_times(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Select the one or two times in the middle, in seconds, of those that opportunities were in each stage."""
    moves = _select_moves(_select_cohort(parts))
    left_at = sa.func.lead(moves.c.at).over(partition_by=moves.c.opportunity_id, order_by=(moves.c.at, moves.c.id))
    spells = sa.select(moves.c.new, moves.c.at, left_at.label("left_at")).subquery()
    seconds = _epoch(spells.c.left_at) - _epoch(spells.c.at)
    times = sa.select(
        spells.c.new,
        seconds.label("seconds"),
        sa.func.row_number().over(partition_by=spells.c.new, order_by=seconds).label("position"),
        sa.func.count().over(partition_by=spells.c.new).label("number"),
    ).where(spells.c.left_at.is_not(None))
    rows = times.subquery()
    low, high = sa.func.min(rows.c.seconds), sa.func.max(rows.c.seconds)
    is_middle = rows.c.position.in_([(rows.c.number + 1) // 2, (rows.c.number + 2) // 2])
    stmt = sa.select(rows.c.new.label("stage"), low.label("low"), high.label("high"))
    return stmt.where(is_middle).group_by(rows.c.new)


def _epoch(moment: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract("epoch", moment), sa.BigInteger)


def _select_moves(cohort: sa.CTE) -> sa.CTE:
    """Return the changes of stage of some opportunities."""
    stmt = sa.select(CHANGE.c.id, CHANGE.c.opportunity_id, CHANGE.c.old, CHANGE.c.new, CHANGE.c.at)
    stmt = stmt.join_from(cohort, CHANGE, CHANGE.c.opportunity_id == cohort.c.id)
    return stmt.where(CHANGE.c.field == ChangedField.stage.value).cte("moves")


def _select_cohort(parts: ScopeParts) -> sa.CTE:
    """Return id and stage of the opportunities that were created in the period."""
    ids = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.created_at >= BEGIN, RECORD.c.created_at < END
    )
    stage = sa.cast(OPPORTUNITY.c.stage, sa.String).label("stage")
    stmt = sa.select(OPPORTUNITY.c.id, stage).where(is_counted(parts), OPPORTUNITY.c.id.in_(ids))
    return stmt.cte("cohort").prefix_with("MATERIALIZED")
