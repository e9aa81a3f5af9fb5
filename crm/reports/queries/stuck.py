"""Sums of the open opportunities that are overdue in their stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.policy import OpportunityStage, WaitingFor

from .scope import Scope, ScopeParts, is_counted


class StuckKey(NamedTuple):
    """A group of opportunities: who they wait for, and their stage."""

    waiting_for: WaitingFor
    stage: OpportunityStage


class StuckSum(NamedTuple):
    """Overdue opportunities with one key and one currency; `since` is when the oldest of them entered its stage."""

    money: MoneyRow
    since: datetime


def sum_stuck(scope: Scope) -> list[StuckSum]:
    """Sum the open opportunities that are overdue in their stage by StuckKey."""
    rows: Sequence[Any] = scope.fetch(_stuck, **c.stage_deadlines(scope.actor))
    return [StuckSum(MoneyRow(StuckKey(row[0], row[1]), *row[2:7]), row[7]) for row in rows]


@cached_query
def _stuck(viewer: AccessProfile, parts: ScopeParts) -> Select:
    row = c.OPPORTUNITY.c
    keys = (row.waiting_for, row.stage, row.currency)
    since = sa.func.min(row.stage_since, type_=Instant)
    return (
        sa.select(*keys, sa.func.count(), *money_columns(), since)
        .where(is_counted(parts), row.stage.in_(c.OPEN), c.is_overdue_in_stage(viewer))
        .group_by(*keys)
    )
