"""What the pipeline report counts of cases: sums by the database, one statement a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Instant, Select
from crm.opportunities import conditions as c
from crm.opportunities.board import money_columns
from crm.opportunities.models import SHARED
from crm.opportunities.policy import ChangedField
from crm.opportunities.queries import OpportunityRow, load_opportunities

from .scope import COUNSELOR, TEAMS, Narrow, Scope

CASE, RECORD = c.CASE, c.RECORD
WEEK_DAYS = 7
MAX_OVERDUE = 20


class Money(NamedTuple):
    """Cases of one kind in one currency: how many, with an amount, its sum, the weighted sum; past their alarm."""

    key: Any
    currency: str
    cases: int
    priced: int
    amount: Decimal | None
    weighted: Decimal | None
    aged: int = 0


def _counted(narrow: Narrow) -> sa.ColumnElement[bool]:
    """Cases counted: neither confidential nor archived."""
    conditions = [CASE.c.shelf.in_(TEAMS) if narrow.teams else CASE.c.shelf >= SHARED]
    if narrow.path:
        conditions.append(CASE.c.path == sa.bindparam("path"))
    if narrow.counselor:
        own_ids = sa.select(RECORD.c.id).where(RECORD.c.kind == "opportunity", RECORD.c.counselor_id == COUNSELOR)
        conditions.append(CASE.c.id.in_(own_ids))
    return sa.and_(*conditions)


def _sums(*keys: Any, more: Sequence[Any] = ()) -> sa.Select[Any]:
    return sa.select(*keys, CASE.c.currency, sa.func.count(), *money_columns(), *more).group_by(*keys, CASE.c.currency)


def standing(scope: Scope) -> list[Money]:
    """Open cases by (team, stage), and those past their alarm; team 0 is none."""
    return [
        Money((team, stage), *rest) for team, stage, *rest in scope.ask(_standing, **c.stage_deadlines(scope.actor))
    ]


@question
def _standing(viewer: AccessProfile, narrow: Narrow) -> Select:
    aged = sa.func.sum(sa.case((c.is_aged(viewer), 1), else_=0))
    return _sums(CASE.c.shelf, CASE.c.stage, more=[aged]).where(_counted(narrow), CASE.c.stage.in_(c.OPEN))


def by_counselor(scope: Scope) -> list[Money]:
    """Open cases by counselor; None has nobody."""
    return [Money(*row) for row in scope.ask(_by_counselor)]


@question
def _by_counselor(_viewer: AccessProfile, narrow: Narrow) -> Select:
    stmt = _sums(RECORD.c.counselor_id).join_from(CASE, RECORD, RECORD.c.id == CASE.c.id)
    return stmt.where(_counted(narrow), CASE.c.stage.in_(c.OPEN))


def by_close(scope: Scope, buckets: Sequence[tuple[date, date]]) -> list[Money]:
    """Open cases by when they are expected to close: key is (number of the bucket or None, likely?)."""
    days = {f"first_{i}": first for i, (first, _last) in enumerate(buckets)}
    days |= {f"last_{i}": last for i, (_first, last) in enumerate(buckets)}
    return [
        Money((bucket, bool(likely)), currency, n, priced, amount, None)
        for bucket, likely, currency, n, priced, amount in scope.ask(_by_close, len(buckets), **days)
    ]


@question
def _by_close(_viewer: AccessProfile, narrow: Narrow, buckets: int) -> Select:
    day: Callable[[str], Any] = sa.bindparam
    ends = ((day(f"first_{i}"), day(f"last_{i}")) for i in range(buckets))
    bucket = sa.case(*((CASE.c.close_key.between(a, b), i) for i, (a, b) in enumerate(ends)), else_=None)
    likely = sa.case((sa.func.coalesce(CASE.c.chance, 0) >= c.LIKELY_PERCENT, 1), else_=0)
    inner = sa.select(bucket.label("bucket"), likely.label("likely"), CASE.c.currency, CASE.c.amount, CASE.c.chance)
    rows = inner.where(_counted(narrow), CASE.c.stage.in_(c.OPEN)).subquery()
    keys = (rows.c.bucket, rows.c.likely, rows.c.currency)
    return sa.select(*keys, sa.func.count(), sa.func.count(rows.c.amount), sa.func.sum(rows.c.amount)).group_by(*keys)


def signed(scope: Scope, first: date, last: date) -> list[Money]:
    """Cases that came to the contract in these days."""
    zone = scope.actor.zone
    days = {"begin": c.midnight(first, zone), "end": c.midnight(last + timedelta(days=1), zone)}
    return [Money(*row) for row in scope.ask(_signed, **days)]


@question
def _signed(_viewer: AccessProfile, narrow: Narrow) -> Select:
    between = c.signed_between(sa.bindparam("begin", type_=Instant), sa.bindparam("end", type_=Instant))
    return _sums(sa.literal("signed")).where(_counted(narrow), between)


def stuck(scope: Scope) -> list[OpportunityRow]:
    """The open cases longest past the alarm of their stage."""
    ids = [row.id for row in scope.ask(_stuck, **c.stage_deadlines(scope.actor))]
    rows = load_opportunities(scope.actor, ids)
    return [rows[i] for i in ids if i in rows]


@question
def _stuck(viewer: AccessProfile, narrow: Narrow) -> Select:
    stmt = sa.select(CASE.c.id).where(_counted(narrow), CASE.c.stage.in_(c.OPEN), c.is_aged(viewer))
    return stmt.order_by(CASE.c.stage_since, CASE.c.id).limit(MAX_OVERDUE)


def hidden(scope: Scope) -> int:
    """Open confidential cases of the scope's teams that the reader may not see. Asked without counselor and path."""
    return int(scope.ask(_hidden)[0][0])


@question
def _hidden(viewer: AccessProfile, narrow: Narrow) -> Select:
    stmt = sa.select(sa.func.count()).select_from(CASE).where(c.hidden_from(viewer), CASE.c.stage.in_(c.OPEN))
    if narrow.teams:
        own_ids = sa.exists().where(RECORD.c.id == CASE.c.id, RECORD.c.team_id.in_(TEAMS))
        stmt = stmt.where(own_ids.correlate(CASE))
    return stmt


def changed_this_week(scope: Scope) -> dict[str, int]:
    """How many cases are new, moved, slipped, close sooner or have another amount since seven days ago."""
    begin = c.midnight(scope.day - timedelta(days=WEEK_DAYS), scope.actor.zone)
    return dict(map(tuple, scope.ask(_changed, begin=begin)))


@question
def _changed(_viewer: AccessProfile, narrow: Narrow) -> Select:
    begin = sa.bindparam("begin", type_=Instant)
    # What was made then was changed then or later, and that is what has an index.
    new = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.changed_at >= begin, RECORD.c.created_at >= begin
    )
    kinds: dict[str, sa.ColumnElement[bool]] = {
        "new": CASE.c.id.in_(new),
        "moved": c.changed_since(ChangedField.stage, begin),
        "slipped": c.changed_since(ChangedField.close, begin, c.slipped()),
        "sooner": c.changed_since(ChangedField.close, begin, sa.not_(c.slipped())),
        "amount": c.changed_since(ChangedField.amount, begin),
    }
    counts = (
        sa.select(sa.literal(k), sa.func.count()).select_from(CASE).where(_counted(narrow), x) for k, x in kinds.items()
    )
    return sa.union_all(*counts)  # type: ignore[return-value]
