"""The due dates that a form or a button offers, by the calendar of the user who chooses."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core import clock
from crm.core.forms.choice_sources import current_language
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off

from . import policy
from .enums import Later

SAME_DAYS = (Later.tomorrow, Later.next_workday, Later.next_week, Later.two_weeks)


def later_choices(actor: Actor) -> list[policy.LaterChoice]:
    """Return the choices for postponing."""
    return policy.later_choices(clock.now(), actor.zone, actor.country, extra=days_off(actor.country))


def days_to_choose(actor: Actor) -> list[policy.LaterChoice]:
    """Return those choices that are dates, not hours."""
    return [c for c in later_choices(actor) if c.code in SAME_DAYS]


def day_off(
    actor: Actor, day: date, due_time: time | None = None, *, zone: str | None = None, their_zone: str | None = None
) -> str | None:
    """Return a warning if nobody works on a day, at our or their place; None if it is fine.

    The date, and the time if there is one, are in `zone` (ours if None); `there` is the zone of the people it is about.
    """
    our_day = _day_at(day, due_time, zone or actor.zone, actor.zone)
    if name := _holiday(actor.country, our_day):
        return _(
            "%(day)s is %(name)s. Choose another date or schedule anyway.",
            day=formats.day(our_day, weekday=True),
            name=name,
        )
    their_country = calendars.country_of_zone(their_zone) if their_zone else None
    if their_zone is None or their_country == actor.country:
        return None
    their_day = _day_at(day, due_time, zone or actor.zone, their_zone)
    if name := _holiday(their_country, their_day):
        params = {"day": formats.day(their_day, weekday=True), "name": name, "place": formats.country(their_country)}
        return _("%(day)s is %(name)s in %(place)s. Choose another date or schedule anyway.", **params)
    return None


def _holiday(country: str | None, day: date) -> str | None:
    holiday = (
        calendars.holiday_on(country, day, extra=days_off(country), locale=current_language()) if country else None
    )
    return holiday.name if holiday else None


def _day_at(day: date, due_time: time | None, zone: str, place: str) -> date:
    """Return the date at the other place; without a time it is the same everywhere."""
    return calendars.resolve_local(day, due_time, zone).astimezone(ZoneInfo(place)).date() if due_time else day
