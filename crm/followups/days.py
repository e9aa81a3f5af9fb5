"""The due dates that a form or a button offers, by the calendar of the user who chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from crm import calendars
from crm.core import clock
from crm.core.forms.choice_sources import current_language
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off

from . import policy
from .enums import LaterOption

SAME_DAYS = (LaterOption.tomorrow, LaterOption.next_workday, LaterOption.next_week, LaterOption.two_weeks)
ONLY_ON_PAGES = (LaterOption.in_two_days, LaterOption.in_a_week)


def later_choices(actor: Actor) -> list[policy.LaterChoice]:
    """Return the choices for postponing."""
    return policy.later_choices(clock.now(), actor.zone, actor.country, extra=days_off(actor.country))


def row_choices(actor: Actor) -> list[policy.LaterChoice]:
    """Return the choices of the menu in each row, which stays short: no day off in the user's country."""
    extra = days_off(actor.country)

    def is_offered(choice: policy.LaterChoice) -> bool:
        is_day_off = choice.code is LaterOption.tomorrow and not calendars.is_workday(
            actor.country, choice.due, extra=extra
        )
        return choice.code not in ONLY_ON_PAGES and not is_day_off

    return [choice for choice in later_choices(actor) if is_offered(choice)]


def days_to_choose(actor: Actor) -> list[policy.LaterChoice]:
    """Return those choices that are dates, not hours."""
    return [c for c in later_choices(actor) if c.code in SAME_DAYS]


def day_off(
    actor: Actor,
    day: date,
    due_time: time | None = None,
    *,
    zone: str | None = None,
    places: Sequence[calendars.Workplace] = (),
) -> str | None:
    """Return a warning if a day or time is a holiday, a weekend or in the night, at our or their place; else None.

    The date, and the time if there is one, are in `zone` (ours if None); `places` are those of the people it is about.
    """
    own_place = calendars.Workplace(actor.zone, (actor.country,))
    return describe_day(day, due_time, zone or actor.zone, [own_place, *places], home=actor.country)


def describe_day(
    day: date,
    due_time: time | None,
    zone: str,
    places: Sequence[calendars.Workplace],
    *,
    home: str | None,
    weekends: bool = True,
) -> str | None:
    """Return what is wrong with a day or time at these places, in one text; None if nothing is.

    The country `home` is only named if it has another date then. Without `weekends` only holidays and nights count, as
    for a show on Saturday.
    """
    countries = {country for place in places for country in place.countries}
    extra = {country: days_off(country) for country in countries}
    problems = calendars.find_day_problems(day, due_time, zone, places, extra=extra, locale=current_language())
    if not weekends:
        problems = [problem for problem in problems if problem.reason is not calendars.DayReason.weekend]
    if not problems:
        return None
    sentences = " ".join(_describe(problem, home, day) for problem in problems)
    return _("%(problems)s Choose another date or schedule anyway.", problems=sentences)


def _describe(problem: calendars.DayProblem, home: str | None, due_on: date) -> str:
    day = formats.day(problem.day, weekday=True)
    if problem.local is not None:
        time_text, city = formats.clock_time(problem.local.time()), formats.place(problem.place.zone)
        return _("It's %(time)s on %(day)s in %(city)s.", time=time_text, day=day, city=city)
    is_home = problem.country in (None, home) and problem.day == due_on
    place = formats.country(problem.country) if problem.country and not is_home else ""
    if problem.holiday is None:
        if place:
            return _("%(day)s is a weekend day in %(place)s.", day=day, place=place)
        return _("%(day)s is a weekend day.", day=day)
    name = formats.holiday(problem.holiday.name) or _("a holiday")
    if place:
        return _("%(day)s is %(name)s in %(place)s.", day=day, name=name, place=place)
    return _("%(day)s is %(name)s.", day=day, name=name)
