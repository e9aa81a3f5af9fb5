"""The rules of a time zone for a calendar file (VTIMEZONE), as yearly rules that every calendar program reads.

The library's own are lists of dates, which Outlook and vobject ignore.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHECKED_YEARS = 3
"""In how many years a clock change must follow the same rule."""


class ClockChange(NamedTuple):
    """A clock change: the wall time at which it occurs (by the offset before it), and both offsets from UTC."""

    wall: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    is_daylight: bool

    @property
    def rule(self) -> tuple[int, int, int]:
        """The month, the weekday (Monday is 0) and its number in the month; 5 also stands for the last one."""
        return self.wall.month, self.wall.weekday(), (self.wall.day - 1) // 7 + 1


@lru_cache(maxsize=64)
def build_time_zone(name: str, year: int) -> Timezone:
    """Return the rules of an IANA zone for a year and those after it."""
    zone = ZoneInfo(name)
    years = [list(_list_changes(zone, year + n)) for n in range(CHECKED_YEARS)]
    rules = [_yearly_rule([changes[n] for changes in years]) for n in range(len(years[0]))] if _are_alike(years) else []
    if None in rules or (not rules and any(years)):
        return Timezone.from_tzid(name)
    component = Timezone()
    component.add("tzid", name)
    for change, rule in zip(years[0], rules, strict=True):
        component.add_component(_build_observance(change, rule))
    if not rules:
        component.add_component(_build_fixed(zone, year))
    return component


def _are_alike(years: list[list[ClockChange]]) -> bool:
    return len({len(changes) for changes in years}) == 1


def _list_changes(zone: ZoneInfo, year: int) -> Iterator[ClockChange]:
    """Yield the clock changes of a year, to the minute."""
    moment = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    for _day in range(366 if calendar.isleap(year) else 365):
        after = moment + dt.timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield _change_between(zone, moment, after)
        moment = after


def _change_between(zone: ZoneInfo, low: dt.datetime, high: dt.datetime) -> ClockChange:
    old = low.astimezone(zone).utcoffset()
    while high - low > dt.timedelta(minutes=1):
        middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
        middle = middle if middle > low else low + dt.timedelta(minutes=1)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == old else (low, middle)
    new = high.astimezone(zone)
    before, after = old or dt.timedelta(), new.utcoffset() or dt.timedelta()
    return ClockChange((high + before).replace(tzinfo=None), before, after, new.tzname() or "", bool(new.dst()))


def _yearly_rule(changes: list[ClockChange]) -> dict[str, object] | None:
    """Return the rule of a change in several years; None if they follow none."""
    months = {change.wall.month for change in changes}
    weekdays = {change.wall.weekday() for change in changes}
    if len(months) > 1 or len(weekdays) > 1 or len({change.wall.time() for change in changes}) > 1:
        return None
    numbers = {change.rule[2] for change in changes}
    is_last = all(
        change.wall.day + 7 > calendar.monthrange(change.wall.year, change.wall.month)[1] for change in changes
    )
    if not is_last and len(numbers) > 1:
        return None
    number = -1 if is_last else numbers.pop()
    return {"freq": "yearly", "bymonth": months.pop(), "byday": f"{number}{WEEKDAYS[weekdays.pop()]}"}


def _build_observance(change: ClockChange, rule: dict[str, object] | None) -> TimezoneStandard | TimezoneDaylight:
    component = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    component.add("dtstart", change.wall)
    component.add("rrule", rule)
    component.add("tzname", change.name)
    component.add("tzoffsetfrom", change.before)
    component.add("tzoffsetto", change.after)
    return component


def _build_fixed(zone: ZoneInfo, year: int) -> TimezoneStandard:
    first = dt.datetime(year, 1, 1, tzinfo=zone)
    component = TimezoneStandard()
    component.add("dtstart", first.replace(tzinfo=None))
    component.add("tzname", first.tzname() or "")
    component.add("tzoffsetfrom", first.utcoffset())
    component.add("tzoffsetto", first.utcoffset())
    return component
