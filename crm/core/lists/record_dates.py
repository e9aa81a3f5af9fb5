"""The last interaction with a record, as lists show and sort it: the date that everybody may know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.lists.declare import Col, Filter
from crm.core.words import _l

LAST = sa.orm.aliased(RecordDates)
LAST_CONTACT = Col(
    "last", _l("Last interaction"), LAST.last_interaction_at, sort=True, kind="date", nulls_last=True, hide_phone=True
)


def _is_silent(days: str) -> sa.ColumnElement[bool]:
    """Return the condition for records without an interaction in the last days, also those that never had one."""
    last = LAST.last_interaction_at
    return sa.or_(last.is_(None), last < clock.now() - timedelta(days=int(days)))


SILENT_FILTER = Filter(
    "silent",
    _l("No interaction for"),
    "choice",
    _is_silent,
    (("30", _l("30 days")), ("60", _l("60 days")), ("90", _l("90 days")), ("180", _l("180 days"))),
)


def join_last_dates(stmt: sa.Select[Any], entity: type[Record]) -> sa.Select[Any]:
    """Join the dates that the column reads."""
    return stmt.outerjoin(LAST, sa.and_(LAST.record_id == entity.id, LAST.team_key == 0))
