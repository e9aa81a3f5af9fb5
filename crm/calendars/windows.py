"""Office hours of two zones, and when they overlap."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from crm.calendars.holidays import Extra, is_workday, next_workday, workday_on_or_after
from crm.calendars.zones import country_of_zone, resolve_local

OPENS = 9
CLOSES = 18


def shared_hours(
    day: dt.date, zone_a: str, zone_b: str, opens: int = OPENS, closes: int = CLOSES
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the spans (UTC, start and end) of zone_a's `day` in which both zones are within office hours.

    Office hours last from `opens` to `closes` o'clock. Los Angeles and Beijing share one hour in winter and none in
    summer. Holidays and weekends are ignored: see `shared_open_hours`.
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
    """Return the shared hours of a day that fall on a workday in the countries of both zones.

    Friday afternoon in Los Angeles is Saturday morning in Shanghai. `extra` holds days of administrators by country.
    """
    countries = {zone: country_of_zone(zone) for zone in (zone_a, zone_b)}
    return [
        (start, end)
        for start, end in shared_hours(day, zone_a, zone_b)
        if all(
            is_office_open(start, zone, country, extra=(extra or {}).get(country or ""))
            for zone, country in countries.items()
        )
    ]


WIDER_HOURS = (8, 19)
"""Hours for a call if the office hours of both places never overlap, as in summer."""
AHEAD_DAYS = 21


def next_shared_hours(
    now: dt.datetime, zone_a: str, zone_b: str, *, extra: Mapping[str, Extra] | None = None
) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the first shared span (UTC, start and end) on a workday of both countries that ends after `now`.

    Within office hours, else within WIDER_HOURS; None if there is none within AHEAD_DAYS. A span that has begun is
    returned whole.
    """
    today = now.astimezone(ZoneInfo(zone_a)).date()
    days = [today + dt.timedelta(days=ahead) for ahead in range(AHEAD_DAYS)]
    for opens, closes in ((OPENS, CLOSES), WIDER_HOURS):
        for day in days:
            for start, end in shared_hours(day, zone_a, zone_b, opens, closes):
                if end > now and all(_is_workday_at(start, zone, extra or {}) for zone in (zone_a, zone_b)):
                    return start, end
    return None


def _is_workday_at(instant: dt.datetime, zone: str, extra: Mapping[str, Extra]) -> bool:
    country = country_of_zone(zone)
    return is_workday(country, instant.astimezone(ZoneInfo(zone)).date(), extra=extra.get(country or ""))


def _office(day: dt.date, zone: str, opens: int, closes: int) -> tuple[dt.datetime, dt.datetime]:
    return resolve_local(day, dt.time(opens), zone), resolve_local(day, dt.time(closes), zone)


def is_office_open(instant: dt.datetime, zone: str, country: str | None, *, extra: Extra | None = None) -> bool:
    """Whether an instant is a workday of the country between 09:00 and 18:00 local time."""
    local = instant.astimezone(ZoneInfo(zone))
    return OPENS <= local.hour < CLOSES and is_workday(country, local.date(), extra=extra)


def next_opening(now: dt.datetime, zone: str, country: str | None, *, extra: Extra | None = None) -> dt.datetime:
    """Return the next 9 AM (UTC) of a workday of the country on the clock of a zone; `now` itself at that moment."""
    day = workday_on_or_after(country, now.astimezone(ZoneInfo(zone)).date(), extra=extra)
    opening = resolve_local(day, dt.time(OPENS), zone)
    if opening >= now:
        return opening
    return resolve_local(next_workday(country, day, extra=extra), dt.time(OPENS), zone)
