"""The last interaction with a record, as lists show and sort it: the date that everybody may know."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.lists.declare import Col
from crm.core.words import _l

LAST = sa.orm.aliased(RecordDates)
LAST_CONTACT = Col(
    "last", _l("Last interaction"), LAST.last_interaction_at, sort=True, kind="date", nulls_last=True, hide_phone=True
)


def join_last_dates(stmt: sa.Select[Any], entity: type[Record]) -> sa.Select[Any]:
    """Join the dates that the column reads."""
    return stmt.outerjoin(LAST, sa.and_(LAST.record_id == entity.id, LAST.team_key == 0))
