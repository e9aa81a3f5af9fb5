"""How far the opportunities that were created in a period came, and how long they were in each stage."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.opportunities import conditions as c
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ACTIVE_STAGES, ChangedField, OpportunityStage

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
    reached = count_reached(scope, first, last)
    rows = scope.fetch(_middle_times, **moments(scope, first, last))
    days = {row.stage: _to_days(row.low, row.high) for row in rows}
    return [FunnelStep(stage, number, days.get(stage.value)) for stage, number in reached.items()]


def count_reached(scope: Scope, first: date, last: date, *, by_last_day: bool = False) -> dict[OpportunityStage, int]:
    """Count the opportunities that were created from a day to a day by each stage that they reached, in order.

    `by_last_day`: only what they had reached by the end of the last day.
    """
    furthest: Counter[int] = Counter()
    for row in scope.fetch(_furthest, by_last_day, **moments(scope, first, last)):
        furthest[max(row.now, row.entered, row.left)] += row.number
    return {
        stage: sum(number for reached, number in furthest.items() if reached >= position)
        for position, stage in enumerate(ACTIVE_STAGES)
    }


def _to_days(low: int, high: int) -> Decimal:
    """Return the median of times as days, from the one or two times in the middle in seconds."""
    return Decimal(str(round((low + high) / 2 / SECONDS, 1)))


@cached_query
def _furthest(_viewer: AccessProfile, parts: ScopeParts, by_last_day: bool) -> Select:  # noqa: FBT001 - a cached key
    """Count the opportunities by the stage of today, and by the furthest ones that they ever entered and left.

    Stages are positions in ACTIVE_STAGES, -1 for none of them.
    """
    cohort = _select_cohort(parts)
    is_move = sa.and_(CHANGE.c.opportunity_id == cohort.c.id, CHANGE.c.field == ChangedField.stage.value)
    is_move = sa.and_(is_move, CHANGE.c.at < END) if by_last_day else is_move
    now = sa.literal(-1) if by_last_day else _position(cohort.c.stage)
    each = (
        sa.select(
            now.label("now"),
            sa.func.max(_position(CHANGE.c.new)).label("entered"),
            sa.func.max(_position(CHANGE.c.old)).label("left"),
        )
        .select_from(cohort.outerjoin(CHANGE, is_move))
        .group_by(cohort.c.id, cohort.c.stage)
        .subquery()
    )
    return sa.select(each, sa.func.count().label("number")).group_by(each.c.now, each.c.entered, each.c.left)


def _position(column: sa.ColumnElement[Any]) -> sa.Case[int]:
    return sa.case({stage.value: position for position, stage in enumerate(ACTIVE_STAGES)}, value=column, else_=-1)


@cached_query
def _middle_times(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Select the one or two times in the middle, in seconds, of those that opportunities were in each stage."""
    moves = _select_moves(_select_cohort(parts))
    left_at = sa.func.lead(moves.c.at).over(partition_by=moves.c.opportunity_id, order_by=(moves.c.at, moves.c.id))
    spells = sa.select(moves.c.new, moves.c.at, left_at.label("left_at")).subquery()
    seconds = (_epoch(spells.c.left_at) - _epoch(spells.c.at)).label("seconds")
    times = sa.select(spells.c.new, seconds).where(spells.c.left_at.is_not(None)).subquery()
    rows = sa.select(
        times.c.new,
        times.c.seconds,
        sa.func.row_number().over(partition_by=times.c.new, order_by=times.c.seconds).label("position"),
        sa.func.count().over(partition_by=times.c.new).label("number"),
    ).subquery()
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
