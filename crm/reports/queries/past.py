"""Sums of opportunities as they were at the end of a past day."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow
from crm.opportunities.past import select_past_states

from .opportunities import RESTING
from .scope import COUNSELOR, Scope, ScopeParts, is_counted


def sum_past(scope: Scope, day: date) -> list[MoneyRow]:
    """Sum the opportunities that were open or resting after a day by (team id, stage, counselor id).

    Team and sales path are those of today; nothing is weighted, and nothing overdue.
    """
    end = c.day_start(day + timedelta(days=1), scope.actor.zone)
    return [
        MoneyRow((team, stage, counselor), currency, n, with_amount, amount, None)
        for team, stage, counselor, currency, n, with_amount, amount in scope.fetch(_select_past, end=end)
    ]


@cached_query
def _select_past(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    # The counselor of that day is compared, not today's.
    rows = select_past_states(sa.bindparam("end", type_=Instant), is_counted(parts._replace(counselor=False))).c
    keys = (rows.visibility_key, rows.stage, rows.counselor_id, rows.currency)
    amount = sa.type_coerce(sa.func.sum(rows.amount), sa.Numeric(16, 2))
    stmt = sa.select(*keys, sa.func.count(), sa.func.count(rows.amount), amount)
    stmt = stmt.where(rows.stage.in_((*c.OPEN, *RESTING)))
    return (stmt.where(rows.counselor_id == COUNSELOR) if parts.counselor else stmt).group_by(*keys)
