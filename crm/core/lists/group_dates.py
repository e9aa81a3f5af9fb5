"""Months, quarters and years by which the rows of a list are grouped."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.calendars import FEDERAL_YEAR_MONTH, STATE_YEAR_MONTH, add_months, resolve_local
from crm.core.data.base import Instant
from crm.core.data.engines import on_sqlite
from crm.core.i18n import formats
from crm.core.words import LabeledEnum, _, _l

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years of which offsets from UTC are looked up."""
FIRST_GROUP_YEAR, LAST_GROUP_YEAR = 1899, 2100
"""The years of the first days of groups: dates are from 1900 to 2100, and a fiscal year begins in the year before."""
MAX_KEY_CHARS = 8


class DateUnit(LabeledEnum):
    """How long a group of days is, and in which month its year begins.

    Its keys: 2026-03, 2026-Q1, 2026, FY2026, SFY2026; a fiscal year has the number of the year in which it ends.
    """

    months: int
    first_month: int
    prefix: str

    month = "month", _l("month"), 1
    quarter = "quarter", _l("quarter"), 3
    year = "year", _l("year"), 12
    fiscal = "fiscal", _l("federal fiscal year"), 12, FEDERAL_YEAR_MONTH, "FY"
    state = "state", _l("state fiscal year"), 12, STATE_YEAR_MONTH, "SFY"

    def __init__(self, _code: str, _label: object, months: int, first_month: int = 1, prefix: str = "") -> None:
        self.months = months
        self.first_month = first_month
        self.prefix = prefix

    def parse(self, key: str) -> tuple[date, date]:
        """Return the first day of a group and the first day after it. Raises ValueError."""
        if len(key) > MAX_KEY_CHARS:  # a larger number would raise OverflowError
            raise ValueError(key)
        match self:
            case DateUnit.month:
                first = datetime.strptime(key, "%Y-%m").date()  # noqa: DTZ007 - a day without a zone
            case DateUnit.quarter:
                year, _sep, quarter = key.partition("-Q")
                first = date(int(year), 3 * int(quarter) - 2, 1)
            case DateUnit.year:
                first = date(int(key), 1, 1)
            case DateUnit.fiscal | DateUnit.state:
                first = date(int(key.removeprefix(self.prefix)) - 1, self.first_month, 1)
        if self.key_of(first) != key or not FIRST_GROUP_YEAR <= first.year <= LAST_GROUP_YEAR:
            raise ValueError(key)
        return first, add_months(first, self.months)

    def key_of(self, day: date) -> str:
        match self:
            case DateUnit.month:
                return f"{day:%Y-%m}"
            case DateUnit.quarter:
                return f"{day:%Y}-Q{(day.month + 2) // 3}"
            case DateUnit.year:
                return f"{day:%Y}"
        return f"{self.prefix}{day.year + (day.month >= self.first_month)}"

    def describe(self, key: str) -> str:
        """Return "March 2026", "Q1 2026", "2026", "FY 2026" or "State FY 2026"."""
        if self is DateUnit.month:
            return formats.month(self.parse(key)[0])
        if self is DateUnit.quarter:
            year, _sep, quarter = key.partition("-Q")
            return _("Q%(quarter)s %(year)s", quarter=quarter, year=year)
        if self is DateUnit.state:
            return _("State FY %(year)s", year=key.removeprefix(self.prefix))
        return key.replace("FY", "FY ")

    def following(self, key: str) -> str:
        """Return the key of the group after this one."""
        return self.key_of(self.parse(key)[1])


def date_key(column: Any, unit: DateUnit, zone: str) -> Any:
    """Return the expression of the key of a row's group: its date, or the day of its moment in a zone."""
    is_moment = isinstance(column.type, Instant)
    if on_sqlite():
        return _sqlite_key(column, unit, *([_offset_case(column, list_offsets(zone))] if is_moment else []))
    return _postgresql_key(sa.func.timezone(zone, column, type_=sa.DateTime()) if is_moment else column, unit)


def is_in_dates(column: Any, unit: DateUnit, zone: str, key: str) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of a group, as a range that an index can serve."""
    first, after = unit.parse(key)
    if isinstance(column.type, Instant):
        return sa.and_(column >= resolve_local(first, time(0), zone), column < resolve_local(after, time(0), zone))
    return sa.and_(column >= first, column < after)


def _postgresql_key(day: Any, unit: DateUnit) -> Any:
    patterns = {"month": "YYYY-MM", "quarter": 'YYYY-"Q"Q', "year": "YYYY", "fiscal": '"FY"YYYY', "state": '"SFY"YYYY'}
    shift = 13 - unit.first_month
    shifted = day + sa.text(f"interval '{shift} months'") if unit.prefix else day
    return sa.func.to_char(shifted, patterns[unit.value], type_=sa.String())


def _sqlite_key(column: Any, unit: DateUnit, *offset: Any) -> Any:
    """Return the key of a date, or of a moment with its offset: SQLite knows no zones."""
    year = sa.func.strftime("%Y", column, *offset, type_=sa.String())
    month = sa.cast(sa.func.strftime("%m", column, *offset), sa.Integer)
    match unit:
        case DateUnit.month:
            return sa.func.strftime("%Y-%m", column, *offset, type_=sa.String())
        case DateUnit.quarter:
            return year.concat("-Q").concat(sa.cast((month + 2) / 3, sa.Integer))
        case DateUnit.year:
            return year
    fiscal = sa.cast(year, sa.Integer) + sa.case((month >= unit.first_month, 1), else_=0)
    return sa.case((column.is_not(None), sa.literal(unit.prefix).concat(sa.cast(fiscal, sa.String))), else_=None)


def _offset_case(column: Any, offsets: tuple[tuple[datetime, int], ...]) -> Any:
    """Return the offset as SQLite adds it ("-420 minutes"), by halving the changes: seven comparisons for a row."""
    if len(offsets) == 1:
        return sa.literal(f"{offsets[0][1]:+d} minutes")
    middle = len(offsets) // 2
    before, after = _offset_case(column, offsets[:middle]), _offset_case(column, offsets[middle:])
    return sa.case((column < offsets[middle][0], before), else_=after)


@lru_cache(maxsize=64)
def list_offsets(zone: str) -> tuple[tuple[datetime, int], ...]:
    """Return the moments from 1970 to 2100 at which a zone's offset from UTC changes, with the minutes from then on."""
    info, day = ZoneInfo(zone), datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    changes = [(day, _minutes(info, day))]
    while day.year < LAST_YEAR:
        following = day + timedelta(days=7)
        if _minutes(info, following) != changes[-1][1]:
            moment = _find_change(info, day, following)
            changes.append((moment, _minutes(info, moment)))
        day = following
    return tuple(changes)


def _find_change(info: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Return the first minute after `early` with the offset of `late`, by halving."""
    old = _minutes(info, early)
    while late - early > timedelta(minutes=1):
        middle = early + timedelta(minutes=(late - early) // timedelta(minutes=2))
        early, late = (middle, late) if _minutes(info, middle) == old else (early, middle)
    return late


def _minutes(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset() or timedelta()
    return int(offset.total_seconds() // 60)
