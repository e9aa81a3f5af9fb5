"""What is expected to close in each month, what was signed in it, and what slipped out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.identity import User
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import OpportunityChange
from crm.opportunities.money import MoneyRow, money_columns
from crm.opportunities.policy import ChangedField

from .changes import moments
from .scope import LIMIT, Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD, CHANGE = c.OPPORTUNITY, c.RECORD, OpportunityChange.__table__
Days = Sequence[tuple[date, date]]


class Slip(NamedTuple):
    """A close date that was moved to a later day, or removed (`new_on` None)."""

    id: int
    label: str
    counselor: str | None
    at: datetime
    old_on: date
    new_on: date | None
    why: str | None
    amount: Decimal | None
    currency: str


def sum_expected(scope: Scope, months: Days) -> list[MoneyRow]:
    """Sum the open opportunities by the index of the month in which they are expected to close."""
    return [MoneyRow(*row) for row in scope.fetch(_select_expected, len(months), **_dates(months))]


def sum_signed_by_month(scope: Scope, months: Days) -> list[MoneyRow]:
    """Sum the signed opportunities by the index of the month in which they were signed."""
    values: dict[str, datetime] = {}
    for i, (first, last) in enumerate(months):
        span = moments(scope, first, last)
        values |= {f"first_{i}": span["begin"], f"last_{i}": span["end"]}
    return [MoneyRow(*row) for row in scope.fetch(_select_signed, len(months), **values)]


def sum_slipped(scope: Scope, months: Days) -> list[MoneyRow]:
    """Sum the opportunities by the index of the month that their close date was moved out of, to a later one or none.

    One that slipped out of several months counts in each of them, and once in each.
    """
    days = {name: day.isoformat() for name, day in _dates(months).items()}
    return [MoneyRow(*row) for row in scope.fetch(_select_slipped, len(months), **days)]


def list_slips(scope: Scope, first: date, last: date, limit: int) -> list[Slip]:
    """List the slips from a day to a day, both included, the latest first."""
    rows = scope.fetch(_slips, limit=limit, **moments(scope, first, last))
    return [
        Slip._make((*row[:4], date.fromisoformat(row[4]), date.fromisoformat(row[5]) if row[5] else None, *row[6:]))
        for row in rows
    ]


def _dates(months: Days) -> dict[str, date]:
    firsts = {f"first_{i}": first for i, (first, _last) in enumerate(months)}
    return firsts | {f"last_{i}": last for i, (_first, last) in enumerate(months)}


def _param(name: str, type_: Any) -> Any:
    return sa.bindparam(name, type_=type_)


def _sums(keys: Sequence[Any], rows: Any) -> Select:
    stmt = sa.select(*keys, rows.c.currency, sa.func.count(), *money_columns(rows))
    return stmt.group_by(*keys, rows.c.currency)


@cached_query
def _select_expected(_viewer: AccessProfile, parts: ScopeParts, count: int) -> Select:
    day = OPPORTUNITY.c.close_key
    spans = (day.between(_param(f"first_{i}", sa.Date), _param(f"last_{i}", sa.Date)) for i in range(count))
    month = sa.case(*((span, i) for i, span in enumerate(spans)), else_=None).label("month")
    rows = (
        sa.select(month, OPPORTUNITY.c.currency, OPPORTUNITY.c.amount, OPPORTUNITY.c.chance)
        .where(is_counted(parts), OPPORTUNITY.c.stage.in_(c.OPEN))
        .where(day.between(_param("first_0", sa.Date), _param(f"last_{count - 1}", sa.Date)))
        .subquery()
    )
    return _sums([rows.c.month], rows)


@cached_query
def _select_signed(_viewer: AccessProfile, parts: ScopeParts, count: int) -> Select:
    first = [_param(f"first_{i}", Instant) for i in range(count)]
    last = [_param(f"last_{i}", Instant) for i in range(count)]
    spans = (sa.and_(CHANGE.c.at >= a, CHANGE.c.at < b) for a, b in zip(first, last, strict=True))
    month = sa.case(*((span, i) for i, span in enumerate(spans)), else_=None).label("month")
    rows = _select_changed(parts, month).where(
        OPPORTUNITY.c.stage.in_(c.SIGNED), cc.is_signature(CHANGE.c), CHANGE.c.at >= first[0], CHANGE.c.at < last[-1]
    )
    return _sum_distinct(rows)


@cached_query
def _select_slipped(_viewer: AccessProfile, parts: ScopeParts, count: int) -> Select:
    spans = []
    for i in range(count):
        first, last = _param(f"first_{i}", sa.String), _param(f"last_{i}", sa.String)
        spans.append(cc.is_slip_out_of(CHANGE.c, first, last))
    month = sa.case(*((span, i) for i, span in enumerate(spans)), else_=None).label("month")
    # Not the conditions joined by OR: an award can begin long ago, and SQLite refuses a thousand of them.
    rows = _select_changed(parts, month).where(CHANGE.c.field == ChangedField.close.value, month.is_not(None))
    return _sum_distinct(rows)


def _select_changed(parts: ScopeParts, month: Any) -> sa.Select[Any]:
    """Select each opportunity once for each month in which a change of it falls."""
    row = OPPORTUNITY.c
    stmt = sa.select(month, row.id, row.currency, row.amount, row.chance).distinct()
    return stmt.join_from(CHANGE, OPPORTUNITY, row.id == CHANGE.c.opportunity_id).where(is_counted(parts))


def _sum_distinct(stmt: sa.Select[Any]) -> Select:
    rows = stmt.subquery()
    return _sums([rows.c.month], rows)


@cached_query
def _slips(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    row, change = OPPORTUNITY.c, CHANGE.c
    columns = (row.id, RECORD.c.label, User.name, change.at, change.old, change.new, change.why)
    return (
        sa.select(*columns, row.amount, row.currency)
        .select_from(CHANGE)
        .join(OPPORTUNITY, row.id == change.opportunity_id)
        .join(RECORD, RECORD.c.id == row.id)
        .outerjoin(User, User.id == RECORD.c.counselor_id)
        .where(is_counted(parts), change.field == ChangedField.close.value)
        .where(change.at >= _param("begin", Instant), change.at < _param("end", Instant))
        .where(change.old != "", sa.or_(change.new == "", change.new > change.old))
        .order_by(change.at.desc(), change.id.desc())
        .limit(LIMIT)
    )
