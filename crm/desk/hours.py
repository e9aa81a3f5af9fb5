"""Both clocks and the shared office hours with China, for Today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.reference.queries import days_off, days_off_by_country

OPENS, CLOSES = 9, 18
DAY = timedelta(days=1)


class ClockRow(NamedTuple):
    """A clock above the page; `opens_at` is when offices open there, None while they are open."""

    city: str
    zone: str
    at: datetime
    opens_at: datetime | None
    is_ours: bool


class OfficeHoursBar(NamedTuple):
    """Office hours in percent of the reader's day; `shared` ones are drawn darker."""

    start: float
    width: float
    shared: bool


class OfficeHoursChart(NamedTuple):
    """The reader's day: office hours of both sides, and `now` in percent of the day."""

    our_city: str
    their_city: str
    our_bars: list[OfficeHoursBar]
    their_bars: list[OfficeHoursBar]
    now: float
    shared: list[tuple[datetime, datetime]]


def load_clocks(actor: Actor, now: datetime) -> list[ClockRow]:
    """Return the reader's clock and the other side's, with when offices open there if they are closed."""
    clocks = []
    for zone, is_ours in ((actor.zone, True), (calendars.opposite_zone(actor.zone), False)):
        country = calendars.country_of_zone(zone)
        extra = days_off(country or "")
        is_open = is_ours or calendars.is_office_open(now, zone, country, extra=extra)
        opens_at = None if is_open else calendars.next_opening(now, zone, country, extra=extra)
        clocks.append(ClockRow(formats.place(zone), zone, now.astimezone(ZoneInfo(zone)), opens_at, is_ours))
    return clocks


def _hour(day: date, hour: int, zone: str) -> datetime:
    return calendars.resolve_local(day, time(hour), zone)


def build_office_hours_chart(actor: Actor, now: datetime) -> OfficeHoursChart:
    """Return the office hours of both sides over the reader's day, and the hours they share."""
    zone, their_zone = actor.zone, calendars.opposite_zone(actor.zone)
    today = calendars.local_day(now, zone)
    begins = _hour(today, 0, zone)
    shared = calendars.shared_open_hours(today, zone, their_zone, extra=days_off_by_country())
    their_hours = _office_hours(their_zone, (today - DAY, today, today + DAY))
    our_hours = _office_hours(zone, (today,))
    return OfficeHoursChart(
        our_city=formats.place(zone),
        their_city=formats.place(their_zone),
        our_bars=_bars(our_hours, begins, shared=False) + _bars(shared, begins, shared=True),
        their_bars=_bars(their_hours, begins, shared=False) + _bars(shared, begins, shared=True),
        now=_percent(now, begins),
        shared=shared,
    )


def _office_hours(zone: str, days: Iterable[date]) -> list[tuple[datetime, datetime]]:
    """Return the office hours of those days that are workdays in the country of a zone."""
    country = calendars.country_of_zone(zone)
    extra = days_off(country or "")
    workdays = (day for day in days if calendars.is_workday(country, day, extra=extra))
    return [(_hour(day, OPENS, zone), _hour(day, CLOSES, zone)) for day in workdays]


def _percent(moment: datetime, begins: datetime) -> float:
    return round(min(100.0, max(0.0, (moment - begins) / DAY * 100)), 2)


def _bars(spans: list[tuple[datetime, datetime]], begins: datetime, *, shared: bool) -> list[OfficeHoursBar]:
    cut = [(_percent(a, begins), _percent(b, begins)) for a, b in spans]
    return [OfficeHoursBar(a, round(b - a, 2), shared) for a, b in cut if b > a]
