"""The day of an interaction: the date of its local time, by which lists, reports and reports to funders count it.

`wall` decides. The indexes begin with the moment, which in UTC is less than a day off, so each condition bounds both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Instant

FIRST, LAST = "first_wall", "last_wall"
FIRST_MOMENT, LAST_MOMENT = "first_moment", "last_moment"


def local_date(row: Any) -> Any:
    """Return the expression of the day of an interaction."""
    return sa.func.date(row.wall, type_=sa.Date)


def is_from(row: Any, day: date) -> sa.ColumnElement[bool]:
    """Return the condition for interactions of a day or later; `row` has the columns `wall` and `at`."""
    return sa.and_(row.wall >= _first_wall(day), row.at >= _first_moment(day))


def is_until(row: Any, day: date) -> sa.ColumnElement[bool]:
    """Return the condition for interactions of a day or earlier."""
    return sa.and_(row.wall < _last_wall(day), row.at < _last_moment(day))


def is_in_days(row: Any) -> sa.ColumnElement[bool]:
    """Return the condition for interactions of a range of days, whose parameters are those of `day_params`."""
    first_moment, last_moment = (sa.bindparam(name, type_=Instant) for name in (FIRST_MOMENT, LAST_MOMENT))
    first_wall, last_wall = (sa.bindparam(name, type_=sa.DateTime) for name in (FIRST, LAST))
    return sa.and_(row.at >= first_moment, row.at < last_moment, row.wall >= first_wall, row.wall < last_wall)


def day_params(first: date, last: date) -> dict[str, datetime]:
    """Return the parameters of `is_in_days` for the days from `first` to `last`, both included."""
    return {
        FIRST: _first_wall(first),
        LAST: _last_wall(last),
        FIRST_MOMENT: _first_moment(first),
        LAST_MOMENT: _last_moment(last),
    }


def _first_wall(day: date) -> datetime:
    return datetime.combine(day, time(0))


def _last_wall(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0))


def _first_moment(day: date) -> datetime:
    """Return a moment before each moment of the day, in whatever zone."""
    return datetime.combine(day - timedelta(days=1), time(0), UTC)


def _last_moment(day: date) -> datetime:
    """Return a moment after each moment of the day, in whatever zone."""
    return datetime.combine(day + timedelta(days=2), time(0), UTC)
