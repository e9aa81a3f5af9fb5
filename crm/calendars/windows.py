"""Office hours of two zones: when both are at their desks, and what day somebody means."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm.calendars.holidays import Extra, is_workday
from crm.calendars.zones import country_of_zone, resolve_local

OPENS = 9
CLOSES = 18


class ResolvedWeekday(NamedTuple):
    """A day that was spoken of: the instant (UTC) and both walls."""

    instant: dt.datetime
    theirs: dt.datetime
    ours: dt.datetime


def shared_hours(
    day: dt.date, zone_a: str, zone_b: str, opens: int = OPENS, closes: int = CLOSES
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Spans (UTC, start and end) of zone_a's `day` in which both zones are between `opens` and `closes` o'clock.

    Los Angeles and Beijing share one hour in winter and none in summer. Workdays are not looked at: see
    `shared_open_hours`.
    """
    start, end = _office(day, zone_a, opens, closes)
    spans = []
    for shift in (-1, 0, 1):
        their_start, their_end = _office(day + dt.timedelta(days=shift), zone_b, opens, closes)
        span = max(start, their_start), min(end, their_end)
        if span[0] < span[1]:
            spans.append(span)
    return spans


def shared_open_hours(
    day: dt.date, zone_a: str, zone_b: str, *, extra: Mapping[str, Extra] | None = None
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The shared hours of a day on which people work in both zones' countries.

    Friday afternoon in Los Angeles is Saturday morning in Shanghai. `extra` is what administrators entered, by country.
    """
    known = {zone: country_of_zone(zone) for zone in (zone_a, zone_b)}
    return [
        (begins, ends)
        for begins, ends in shared_hours(day, zone_a, zone_b)
        if all(office_open(begins, zone, c, extra=(extra or {}).get(c or "")) for zone, c in known.items())
    ]


def _office(day: dt.date, zone: str, opens: int, closes: int) -> tuple[dt.datetime, dt.datetime]:
    return resolve_local(day, dt.time(opens), zone), resolve_local(day, dt.time(closes), zone)


def office_open(instant: dt.datetime, zone: str, country: str | None, *, extra: Extra | None = None) -> bool:
    """Whether people there are at work at an instant: a workday of the country, 09:00 to 18:00 by their clock."""
    wall = instant.astimezone(ZoneInfo(zone))
    return OPENS <= wall.hour < CLOSES and is_workday(country, wall.date(), extra=extra)


def weekday_for(weekday: int, their_zone: str, now: dt.datetime, my_zone: str, hour: int = OPENS) -> ResolvedWeekday:
    """The moment meant by a weekday (0 is Monday) said of a person elsewhere: their day, at `hour` by their clock.

    Their Friday 09:00 in Shanghai is our Thursday 17:00 in Los Angeles. When it is that day there already, it is meant
    as long as their office is open, at the next full hour when `hour` has gone; afterwards it is the one of next week.
    """
    wall = now.astimezone(ZoneInfo(their_zone))
    day = wall.date() + dt.timedelta(days=(weekday - wall.weekday()) % 7)
    instant = resolve_local(day, dt.time(hour), their_zone)
    if instant <= now:
        if wall.hour + 1 < CLOSES:
            instant = resolve_local(day, dt.time(wall.hour + 1), their_zone)
        else:
            instant = resolve_local(day + dt.timedelta(days=7), dt.time(hour), their_zone)
    return ResolvedWeekday(instant, instant.astimezone(ZoneInfo(their_zone)), instant.astimezone(ZoneInfo(my_zone)))
