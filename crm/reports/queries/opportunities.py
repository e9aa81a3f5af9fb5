"""Sums of opportunities for the pipeline report, one statement each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.policy import OpportunityStage

from .scope import TEAMS, Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD
RESTING = (OpportunityStage.export_hold, OpportunityStage.dormant)
"""Stages that the report shows below the open ones, outside their total."""


def _sums(*keys: Any, more: Sequence[Any] = ()) -> sa.Select[Any]:
    return sa.select(*keys, OPPORTUNITY.c.currency, sa.func.count(), *money_columns(), *more).group_by(
        *keys, OPPORTUNITY.c.currency
    )


def sum_by_stage(scope: Scope) -> list[MoneyRow]:
    """Sum the opportunities that are open or resting by (team id, stage); team 0 means no team."""
    return [
        MoneyRow((team, stage), *rest)
        for team, stage, *rest in scope.fetch(_standing, **c.stage_deadlines(scope.actor))
    ]


@cached_query
def _standing(viewer: AccessProfile, parts: ScopeParts) -> Select:
    aged = sa.func.sum(sa.case((c.is_overdue_in_stage(viewer), 1), else_=0))
    return _sums(OPPORTUNITY.c.shelf, OPPORTUNITY.c.stage, more=[aged]).where(
        is_counted(parts), OPPORTUNITY.c.stage.in_((*c.OPEN, *RESTING))
    )


def sum_by_counselor(scope: Scope) -> list[MoneyRow]:
    """Sum the open opportunities by counselor id; None: without a counselor."""
    return [MoneyRow(*row) for row in scope.fetch(_by_counselor)]


@cached_query
def _by_counselor(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = _sums(RECORD.c.counselor_id).join_from(OPPORTUNITY, RECORD, RECORD.c.id == OPPORTUNITY.c.id)
    return stmt.where(is_counted(parts), OPPORTUNITY.c.stage.in_(c.OPEN))


def sum_by_close(scope: Scope, buckets: Sequence[tuple[date, date]]) -> list[MoneyRow]:
    """Sum the open opportunities by close date.

    The key is (index of the bucket, is likely); the index is None for other dates and for no date.
    """
    days = {f"first_{i}": first for i, (first, _last) in enumerate(buckets)}
    days |= {f"last_{i}": last for i, (_first, last) in enumerate(buckets)}
    return [
        MoneyRow((bucket, bool(likely)), currency, n, priced, amount, None)
        for bucket, likely, currency, n, priced, amount in scope.fetch(_by_close, len(buckets), **days)
    ]


@cached_query
def _by_close(_viewer: AccessProfile, parts: ScopeParts, buckets: int) -> Select:
    day: Callable[[str], Any] = sa.bindparam
    ends = ((day(f"first_{i}"), day(f"last_{i}")) for i in range(buckets))
    bucket = sa.case(*((OPPORTUNITY.c.close_key.between(a, b), i) for i, (a, b) in enumerate(ends)), else_=None)
    likely = sa.case((sa.func.coalesce(OPPORTUNITY.c.chance, 0) >= c.LIKELY_PERCENT, 1), else_=0)
    inner = sa.select(
        bucket.label("bucket"),
        likely.label("likely"),
        OPPORTUNITY.c.currency,
        OPPORTUNITY.c.amount,
        OPPORTUNITY.c.chance,
    )
    rows = inner.where(is_counted(parts), OPPORTUNITY.c.stage.in_(c.OPEN)).subquery()
    keys = (rows.c.bucket, rows.c.likely, rows.c.currency)
    return sa.select(*keys, sa.func.count(), sa.func.count(rows.c.amount), sa.func.sum(rows.c.amount)).group_by(*keys)


def sum_signed(scope: Scope, first: date, last: date) -> list[MoneyRow]:
    """Sum the opportunities that were signed from a day to a day, both included."""
    zone = scope.actor.zone
    days = {"begin": c.day_start(first, zone), "end": c.day_start(last + timedelta(days=1), zone)}
    return [MoneyRow(*row) for row in scope.fetch(_signed, **days)]


@cached_query
def _signed(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    between = cc.signed_between(sa.bindparam("begin", type_=Instant), sa.bindparam("end", type_=Instant))
    return _sums(sa.literal("signed")).where(is_counted(parts), between)


def count_hidden(scope: Scope) -> int:
    """Count the open confidential opportunities of the scope's teams that the reader may not see.

    Counselor and path of the scope are ignored.
    """
    return int(scope.fetch(_hidden)[0][0])


@cached_query
def _hidden(viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = (
        sa.select(sa.func.count())
        .select_from(OPPORTUNITY)
        .where(c.is_hidden_confidential(viewer), OPPORTUNITY.c.stage.in_(c.OPEN))
    )
    if parts.teams:
        in_teams = sa.exists().where(RECORD.c.id == OPPORTUNITY.c.id, RECORD.c.team_id.in_(TEAMS))
        stmt = stmt.where(in_teams.correlate(OPPORTUNITY))
    return stmt
