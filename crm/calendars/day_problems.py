"""Why a day or a time doesn't suit the people concerned: a holiday, a weekend or the night at one of their places."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm.calendars.holidays import Extra, Holiday, holiday_on, is_workday
from crm.calendars.zones import resolve_local

NIGHT_STARTS, NIGHT_ENDS = 22, 7
"""The night, when no calls and meetings take place: from 10 PM to 7 AM."""


class Workplace(NamedTuple):
    """Where someone works: the zone of the clock, and the countries whose holidays apply.

    A U.S. post abroad closes on the holidays of both countries.
    """

    zone: str
    countries: tuple[str, ...]


class DayReason(Enum):
    """Why a day or time doesn't suit."""

    holiday = "holiday"
    weekend = "weekend"
    night = "night"


class DayProblem(NamedTuple):
    """A day on which nobody works at a place, or a time in the night there. `local` is the moment on its clock."""

    reason: DayReason
    place: Workplace
    day: dt.date
    country: str | None = None
    holiday: Holiday | None = None
    local: dt.datetime | None = None


def find_day_problems(
    day: dt.date,
    time: dt.time | None,
    zone: str,
    places: Sequence[Workplace],
    *,
    extra: Mapping[str, Extra] | None = None,
    locale: str = "en",
) -> list[DayProblem]:
    """Return the problems of a day, or of a time in `zone`, at all places; each holiday and weekend day once.

    Without a time the day is the same everywhere. `extra` holds days of administrators by country.
    """
    problems: dict[tuple[object, ...], DayProblem] = {}
    for place in places:
        local = resolve_local(day, time, zone).astimezone(ZoneInfo(place.zone)) if time else None
        for problem in _at_place(place, local.date() if local else day, local, extra or {}, locale):
            country = problem.country if problem.reason is DayReason.holiday else None
            key = (problem.reason, problem.day, country, problem.local)
            problems.setdefault(key, problem)
    return list(problems.values())


def _at_place(
    place: Workplace, day: dt.date, local: dt.datetime | None, extra: Mapping[str, Extra], locale: str
) -> Iterator[DayProblem]:
    is_off = False
    for country in place.countries:
        holiday = holiday_on(country, day, extra=extra.get(country), locale=locale)
        if holiday:
            is_off = True
            yield DayProblem(DayReason.holiday, place, day, country, holiday)
    closed = [c for c in place.countries or (None,) if not is_workday(c, day, extra=extra.get(c or ""))]
    if closed and not is_off:
        yield DayProblem(DayReason.weekend, place, day, closed[0])
    if local is not None and not NIGHT_ENDS <= local.hour < NIGHT_STARTS:
        yield DayProblem(DayReason.night, place, day, local=local)
