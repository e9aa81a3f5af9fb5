"""Sums of opportunities for the pipeline report, from the summary tables where these have what the scope needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.together import run_together
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import MEASURES, CloseSum, StageSum
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.policy import LIKELY_PERCENT, OpportunityStage

from .changes import moments
from .scope import COUNSELOR, TEAMS, Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD
STAGE_SUM: Any = StageSum.__table__
CLOSE_SUM: Any = CloseSum.__table__
RESTING = (OpportunityStage.export_hold, OpportunityStage.dormant)
"""Stages that the report shows below the open ones, outside their total."""


def _sums(*keys: Any, more: Sequence[Any] = ()) -> sa.Select[Any]:
    return sa.select(*keys, OPPORTUNITY.c.currency, sa.func.count(), *money_columns(), *more).group_by(
        *keys, OPPORTUNITY.c.currency
    )


def sum_active(scope: Scope) -> list[MoneyRow]:
    """Sum the opportunities that are open or resting by (team id, stage, counselor id); 0: no team, None: no counselor.

    Those that are overdue in their stage are rows of their own, without a counselor and without opportunities.
    """
    active, overdue = run_together(
        partial(_load_active, scope), partial(scope.fetch, _overdue, **c.stage_deadlines(scope.actor))
    )
    rows = [MoneyRow((team, stage, None), "USD", 0, 0, None, None, count) for team, stage, count in overdue]
    return [*active, *rows]


def _load_active(scope: Scope) -> list[MoneyRow]:
    return [
        _money_row((team, stage, counselor or None), *rest) for team, stage, counselor, *rest in scope.fetch(_active)
    ]


def _money_row(key: Any, currency: str, opportunities: int, with_amount: int, cents: int, weighted: int) -> MoneyRow:
    return MoneyRow(key, currency, opportunities, with_amount, Decimal(cents) / 100, Decimal(weighted) / 10_000)


def _select_stored_sums(table: Any, *keys: Any) -> sa.Select[Any]:
    """Select the sums of a summary table by these columns and currency."""
    measures = [sa.cast(sa.func.sum(table.c[name]), sa.BigInteger) for name in MEASURES]
    keys = (*keys, table.c.currency)
    return sa.select(*keys, *measures).group_by(*keys).having(sa.func.sum(table.c.opportunities) > 0)


def _is_in_teams(table: Any, parts: ScopeParts) -> sa.ColumnElement[bool]:
    return table.c.team_key.in_(TEAMS) if parts.teams else sa.true()


@cached_query
def _active(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    row = STAGE_SUM.c
    stmt = _select_stored_sums(STAGE_SUM, row.team_key, row.stage, row.counselor_key)
    stmt = stmt.where(_is_in_teams(STAGE_SUM, parts), row.stage.in_((*c.OPEN, *RESTING)))
    stmt = stmt.where(row.path == sa.bindparam("path")) if parts.path else stmt
    return stmt.where(row.counselor_key == COUNSELOR) if parts.counselor else stmt


@cached_query
def _overdue(viewer: AccessProfile, parts: ScopeParts) -> Select:
    keys = (OPPORTUNITY.c.visibility_key, OPPORTUNITY.c.stage)
    stmt = sa.select(*keys, sa.func.count()).where(is_counted(parts)).group_by(*keys)
    # Each stage is a range of an index.
    return sa.union_all(*(stmt.where(condition) for _stage, condition in c.list_overdue_conditions(viewer)))  # type: ignore[return-value]


def sum_by_counselor(scope: Scope) -> list[MoneyRow]:
    """Sum the open opportunities by counselor id; None: without a counselor."""
    return [row._replace(key=row.key[2]) for row in _load_active(scope) if row.key[1] in c.OPEN]


def sum_by_close(scope: Scope, buckets: Sequence[tuple[date, date]]) -> list[MoneyRow]:
    """Sum the open opportunities by close date, without weights.

    The key is (index of the bucket, is likely); the index is None for other dates and for no date.
    """
    if not (scope.counselor_id or scope.path) and all(map(_is_whole_months, buckets)):
        return _group_months(scope, buckets)
    days = {f"first_{i}": first for i, (first, _last) in enumerate(buckets)}
    days |= {f"last_{i}": last for i, (_first, last) in enumerate(buckets)}
    return [
        MoneyRow((bucket, bool(likely)), currency, n, priced, amount, None)
        for bucket, likely, currency, n, priced, amount in scope.fetch(_by_close, len(buckets), **days)
    ]


def _is_whole_months(bucket: tuple[date, date]) -> bool:
    """Return whether days begin and end with a month; those of an award to date may not."""
    first, last = bucket
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def _group_months(scope: Scope, buckets: Sequence[tuple[date, date]]) -> list[MoneyRow]:
    months = {
        month: i
        for i, (first, last) in enumerate(buckets)
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    }
    rows = scope.fetch(_by_month)
    return [
        _money_row((months.get(month), bool(likely)), *rest)._replace(weighted=None) for month, likely, *rest in rows
    ]


@cached_query
def _by_month(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    return _select_stored_sums(CLOSE_SUM, CLOSE_SUM.c.month, CLOSE_SUM.c.likely).where(_is_in_teams(CLOSE_SUM, parts))


@cached_query
def _by_close(_viewer: AccessProfile, parts: ScopeParts, buckets: int) -> Select:
    day: Callable[[str], Any] = sa.bindparam
    ends = ((day(f"first_{i}"), day(f"last_{i}")) for i in range(buckets))
    bucket = sa.case(*((OPPORTUNITY.c.close_key.between(a, b), i) for i, (a, b) in enumerate(ends)), else_=None)
    likely = sa.case((sa.func.coalesce(OPPORTUNITY.c.chance, 0) >= LIKELY_PERCENT, 1), else_=0)
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
    return [MoneyRow(*row) for row in scope.fetch(_select_signed, **moments(scope, first, last))]


@cached_query
def _select_signed(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    between = cc.signed_between(sa.bindparam("begin", type_=Instant), sa.bindparam("end", type_=Instant))
    return _sums(sa.literal("signed")).where(is_counted(parts), between)


def sum_signed_by_counselor(scope: Scope, first: date, last: date) -> list[MoneyRow]:
    """Sum the opportunities that were signed from a day to a day, both included, by counselor id; None: without one."""
    return [MoneyRow(*row) for row in scope.fetch(_select_signed_by_counselor, **moments(scope, first, last))]


@cached_query
def _select_signed_by_counselor(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    between = cc.signed_between(sa.bindparam("begin", type_=Instant), sa.bindparam("end", type_=Instant))
    stmt = _sums(RECORD.c.counselor_id).join_from(OPPORTUNITY, RECORD, RECORD.c.id == OPPORTUNITY.c.id)
    return stmt.where(is_counted(parts), between)


def count_hidden(scope: Scope) -> int:
    """Count the open confidential opportunities of the scope's teams that the reader may not see.

    Counselor and path of the scope are ignored.
    """
    return int(scope.fetch(_select_hidden)[0][0])


@cached_query
def _select_hidden(viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = (
        sa.select(sa.func.count())
        .select_from(OPPORTUNITY)
        .where(c.is_hidden_confidential(viewer), OPPORTUNITY.c.stage.in_(c.OPEN))
    )
    if parts.teams:
        in_teams = sa.exists().where(RECORD.c.id == OPPORTUNITY.c.id, RECORD.c.team_id.in_(TEAMS))
        stmt = stmt.where(in_teams.correlate(OPPORTUNITY))
    return stmt
