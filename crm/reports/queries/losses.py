"""What was lost in a period: sums by reason and stage, and the opportunities themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import OpportunityChange
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.policy import OpportunityStage

from .changes import BEGIN, END, moments
from .scope import LIMIT, Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD


class LossKey(NamedTuple):
    """The end state, the reason (None unless it is lost with one), and the stage before."""

    stage: OpportunityStage
    reason_id: int | None
    stage_before: OpportunityStage


class LostOpportunity(NamedTuple):
    """A lost opportunity; `why` is the description that was entered."""

    id: int
    label: str
    key: LossKey
    why: str | None
    created_at: datetime
    lost_at: datetime
    amount: Decimal | None
    currency: str


def sum_losses(scope: Scope, first: date, last: date) -> list[MoneyRow]:
    """Sum the opportunities that were lost from a day to a day, both included, by LossKey."""
    rows = scope.fetch(_sums, **moments(scope, first, last))
    return [MoneyRow(_key(row), *row[3:]) for row in rows]


def list_losses(scope: Scope, first: date, last: date, limit: int) -> list[LostOpportunity]:
    """List the opportunities that were lost from a day to a day, both included, the latest first."""
    rows = scope.fetch(_losses, limit=limit, **moments(scope, first, last))
    return [LostOpportunity(row.id, row.label, _key(row), *row[5:]) for row in rows]


def _key(row: Any) -> LossKey:
    is_lost = row.stage is OpportunityStage.lost
    return LossKey(row.stage, row.lost_reason_id if is_lost else None, OpportunityStage.from_code(row.old))


@cached_query
def _sums(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    keys = (OPPORTUNITY.c.stage, OPPORTUNITY.c.lost_reason_id, OpportunityChange.old)
    stmt = sa.select(*keys, OPPORTUNITY.c.currency, sa.func.count(), *money_columns())
    return _join_losing_change(stmt.select_from(OPPORTUNITY), parts).group_by(*keys, OPPORTUNITY.c.currency)


@cached_query
def _losses(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    row, change = OPPORTUNITY.c, OpportunityChange
    keys: Sequence[Any] = (row.stage, row.lost_reason_id, change.old)
    stmt = sa.select(
        row.id, RECORD.c.label, *keys, row.end_why, RECORD.c.created_at, change.at, row.amount, row.currency
    )
    stmt = _join_losing_change(stmt.select_from(OPPORTUNITY).join(RECORD, RECORD.c.id == row.id), parts)
    return stmt.order_by(change.at.desc(), row.id.desc()).limit(LIMIT)


def _join_losing_change(stmt: sa.Select[Any], parts: ScopeParts) -> Select:
    """Join the change by which each was lost. The conditions are those of the list that a number opens."""
    change = OpportunityChange
    stmt = stmt.join(change, change.opportunity_id == OPPORTUNITY.c.id)
    return stmt.where(is_counted(parts), cc.lost_between(BEGIN, END), cc.losses_between(BEGIN, END))
