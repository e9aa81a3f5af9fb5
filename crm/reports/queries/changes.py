"""What changed in opportunities: how many by kind of change, and the changes themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.identity import User
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField

from .scope import LIMIT, Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD
CHANGE = OpportunityChange.__table__
BEGIN, END = (sa.bindparam(name, type_=Instant) for name in ("begin", "end"))
WON, LOST, OTHER = range(3)
"""The order of changes: contracts first, then losses, then all others."""


class ReportedChange(NamedTuple):
    """A change of an opportunity; `rank` is WON, LOST or OTHER, `old` is None for a new opportunity."""

    rank: int
    opportunity_id: int
    label: str
    at: datetime
    user_name: str | None
    field: ChangedField
    old: str | None
    new: str
    why: str | None
    amount: Decimal | None
    currency: str


def count_changes(scope: Scope, first: date, last: date) -> dict[str, int]:
    """Count the opportunities by kind of change from a day to a day, both included."""
    return dict(map(tuple, scope.fetch(_counts, **moments(scope, first, last))))


def list_changes(scope: Scope, first: date, last: date, limit: int) -> list[ReportedChange]:
    """List the changes from a day to a day, both included: contracts, losses, then the others, the latest first."""
    rows = scope.fetch(_changes, limit=limit, **moments(scope, first, last))
    return [ReportedChange(*row)._replace(field=ChangedField(row.field)) for row in rows]


def moments(scope: Scope, first: date, last: date) -> dict[str, datetime]:
    """Return the parameters `begin` and `end` of a range of days in the reader's zone, both days included."""
    zone = scope.actor.zone
    return {"begin": c.day_start(first, zone), "end": c.day_start(last + timedelta(days=1), zone)}


@cached_query
def _counts(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    new = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.created_at >= BEGIN, RECORD.c.created_at < END
    )
    kinds: dict[str, sa.ColumnElement[bool]] = {
        "won": cc.signed_between(BEGIN, END),
        "lost": cc.lost_between(BEGIN, END),
        "new": OPPORTUNITY.c.id.in_(new),
        "moved": cc.has_change_between(ChangedField.stage, BEGIN, END),
        "slipped": cc.has_change_between(ChangedField.close, BEGIN, END, cc.is_close_delayed()),
        "sooner": cc.has_change_between(ChangedField.close, BEGIN, END, cc.is_close_advanced()),
        "amount": cc.has_change_between(ChangedField.amount, BEGIN, END),
        "reassigned": cc.has_change_between(ChangedField.counselor, BEGIN, END),
    }
    counts = (
        sa.select(sa.literal(kind), sa.func.count()).select_from(OPPORTUNITY).where(is_counted(parts), condition)
        for kind, condition in kinds.items()
    )
    return sa.union_all(*counts)  # type: ignore[return-value]


@cached_query
def _changes(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    # Each part is read from the end of its range of an index, with few columns; the others are read for the rows shown.
    won = sa.and_(OPPORTUNITY.c.stage.in_(c.SIGNED), cc.is_signature(CHANGE.c))
    lost = sa.and_(OPPORTUNITY.c.stage.in_(c.LOST), cc.is_loss(CHANGE.c))
    stage = CHANGE.c.field == ChangedField.stage.value
    newest = [_select_newest_changes(parts, WON, stage, won), _select_newest_changes(parts, LOST, stage, lost)]
    newest += [_select_newest_changes(parts, OTHER, stage, sa.not_(sa.func.coalesce(sa.or_(won, lost), sa.false())))]
    fields = [field.value for field in ChangedField if field is not ChangedField.stage]
    newest += [_select_newest_changes(parts, OTHER, CHANGE.c.field == field) for field in fields]
    rows = sa.union_all(*(sa.select(part.subquery()) for part in newest)).subquery()
    page = sa.select(rows).order_by(rows.c.rank, rows.c.at.desc(), rows.c.id.desc()).limit(LIMIT).subquery()
    facts = (CHANGE.c.at, User.name, CHANGE.c.field, CHANGE.c.old, CHANGE.c.new, CHANGE.c.why)
    return (
        sa.select(page.c.rank, OPPORTUNITY.c.id, RECORD.c.label, *facts, OPPORTUNITY.c.amount, OPPORTUNITY.c.currency)
        .select_from(page)
        .join(CHANGE, CHANGE.c.id == page.c.id)
        .join(OPPORTUNITY, OPPORTUNITY.c.id == CHANGE.c.opportunity_id)
        .join(RECORD, RECORD.c.id == OPPORTUNITY.c.id)
        .outerjoin(User, User.id == CHANGE.c.by_id)
        .order_by(page.c.rank, CHANGE.c.at.desc(), CHANGE.c.id.desc())
    )


def _select_newest_changes(parts: ScopeParts, rank: int, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(sa.literal_column(str(rank), sa.Integer).label("rank"), CHANGE.c.id, CHANGE.c.at)
        .join(OPPORTUNITY, OPPORTUNITY.c.id == CHANGE.c.opportunity_id)
        .where(CHANGE.c.at >= BEGIN, CHANGE.c.at < END, *conditions, is_counted(parts))
        .order_by(CHANGE.c.at.desc(), CHANGE.c.id.desc())
        .limit(LIMIT)
    )
