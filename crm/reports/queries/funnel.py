"""How far the opportunities that were created in a period came, and how long they were in each stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.opportunities import change_conditions as cc
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
    counts = dict(map(tuple, scope.fetch(_select_reached, **span)))
    days = _median_days(scope.fetch(_moves, **span))
    return [FunnelStep(stage, counts[stage.value], days.get(stage.value)) for stage in ACTIVE_STAGES]


def _median_days(moves: Sequence[Any]) -> dict[str, Decimal]:
    """Return the median days in each stage, from the moves of opportunities in order of opportunity and time."""
    spells: dict[str, list[float]] = {}
    previous: Any = None
    for move in moves:
        if previous is not None and previous.opportunity_id == move.opportunity_id:
            time: timedelta = move.at - previous.at
            spells.setdefault(previous.new, []).append(time.total_seconds() / SECONDS)
        previous = move
    return {stage: Decimal(str(round(median(days), 1))) for stage, days in spells.items()}


@cached_query
def _select_reached(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    counts = (
        sa.select(sa.literal(stage.value), sa.func.count())
        .select_from(OPPORTUNITY)
        .where(_is_in_cohort(parts), cc.has_reached(stages_from(stage)))
        for stage in ACTIVE_STAGES
    )
    return sa.union_all(*counts)  # type: ignore[return-value]


@cached_query
def _moves(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    return (
        sa.select(CHANGE.c.opportunity_id, CHANGE.c.new, CHANGE.c.at)
        .join_from(CHANGE, OPPORTUNITY, OPPORTUNITY.c.id == CHANGE.c.opportunity_id)
        .where(CHANGE.c.field == ChangedField.stage.value, _is_in_cohort(parts))
        .order_by(CHANGE.c.opportunity_id, CHANGE.c.at, CHANGE.c.id)
    )


def _is_in_cohort(parts: ScopeParts) -> sa.ColumnElement[bool]:
    ids = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.created_at >= BEGIN, RECORD.c.created_at < END
    )
    return sa.and_(is_counted(parts), OPPORTUNITY.c.id.in_(ids))
