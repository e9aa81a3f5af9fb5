"""Both clocks and the office hours shared with China, for Today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.policy import Actor

OPENS, CLOSES = 9, 18
DAY = timedelta(days=1)


class Clock(NamedTuple):
    """A clock on top of the page."""

    city: str
    zone: str
    at: datetime
    opens_at: datetime | None
    ours: bool


class OfficeHoursBar(NamedTuple):
    """Office hours in percent of the reader's day; `shared` ones are drawn darker."""

    start: float
    width: float
    shared: bool


class Chart(NamedTuple):
    """The reader's day: our bar, theirs, and where now is."""

    here: str
    there: str
    ours: list[OfficeHoursBar]
    theirs: list[OfficeHoursBar]
    now: float
    shared: list[tuple[datetime, datetime]]


def clocks_of(actor: Actor, now: datetime) -> list[Clock]:
    """The reader's clock and the other side's, with when offices open there if they are closed."""
    there = calendars.opposite_zone(actor.zone)
    made = []
    for zone, ours in ((actor.zone, True), (there, False)):
        local = now.astimezone(ZoneInfo(zone))
        country = calendars.country_of_zone(zone)
        is_open = calendars.is_office_open(now, zone, country)
        made.append(
            Clock(calendars.city_of(zone), zone, local, None if ours or is_open else _opening(now, zone, country), ours)
        )
    return made


def _opening(now: datetime, zone: str, country: str | None) -> datetime:
    """The next opening of offices in a zone."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.hour < OPENS else local.date() + DAY
    return _hour(calendars.workday_on_or_after(country, day), OPENS, zone)


def _hour(day: date, hour: int, zone: str) -> datetime:
    return calendars.resolve_local(day, time(hour), zone)


def shared_chart(actor: Actor, now: datetime) -> Chart:
    """Office hours of both sides over the reader's day, and the hours they share."""
    there = calendars.opposite_zone(actor.zone)
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    begins = _hour(today, 0, actor.zone)
    shared = calendars.shared_open_hours(today, actor.zone, there)
    theirs = [
        (_hour(day, OPENS, there), _hour(day, CLOSES, there))
        for day in (today - DAY, today, today + DAY)
        if calendars.is_workday(calendars.country_of_zone(there), day)
    ]
    ours = [(_hour(today, OPENS, actor.zone), _hour(today, CLOSES, actor.zone))]
    return Chart(
        here=calendars.city_of(actor.zone),
        there=calendars.city_of(there),
        ours=_bars(ours, begins, shared=False) + _bars(shared, begins, shared=True),
        theirs=_bars(theirs, begins, shared=False) + _bars(shared, begins, shared=True),
        now=_percent(now, begins),
        shared=shared,
    )


def _percent(at: datetime, begins: datetime) -> float:
    return round(min(100.0, max(0.0, (at - begins) / DAY * 100)), 2)


def _bars(spans: list[tuple[datetime, datetime]], begins: datetime, *, shared: bool) -> list[OfficeHoursBar]:
    cut = [(_percent(a, begins), _percent(b, begins)) for a, b in spans]
    return [OfficeHoursBar(a, round(b - a, 2), shared) for a, b in cut if b > a]
