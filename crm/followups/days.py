"""The days a form or a button offers for what is due, by the calendar of the person who chooses."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core import clock
from crm.core.forms.choices import language_now
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off

from . import policy
from .enums import Later

SAME_DAYS = (Later.tomorrow, Later.next_workday, Later.next_week, Later.two_weeks)


def later_choices(actor: Actor) -> list[policy.LaterChoice]:
    """To when something can be put off."""
    return policy.later_choices(clock.now(), actor.zone, actor.country, extra=days_off(actor.country))


def days_to_choose(actor: Actor) -> list[policy.LaterChoice]:
    """Those of them that are days, not hours."""
    return [c for c in later_choices(actor) if c.code in SAME_DAYS]


def day_off(
    actor: Actor, day: date, at: time | None = None, *, zone: str | None = None, there: str | None = None
) -> str | None:
    """Why to ask about a day before it is taken: nobody works then, here or where they are. None when it is fine.

    The day, and the time if it has one, are told in `zone` (ours when None); `there` is the zone of those it is about.
    """
    here = _day_at(day, at, zone or actor.zone, actor.zone)
    if name := _holiday(actor.country, here):
        return _(
            "%(day)s is %(name)s. Choose another date or schedule anyway.",
            day=formats.day(here, weekday=True),
            name=name,
        )
    abroad = calendars.country_of_zone(there) if there else None
    if there is None or abroad == actor.country:
        return None
    away = _day_at(day, at, zone or actor.zone, there)
    if name := _holiday(abroad, away):
        told = {"day": formats.day(away, weekday=True), "name": name, "place": formats.country(abroad)}
        return _("%(day)s is %(name)s in %(place)s. Choose another date or schedule anyway.", **told)
    return None


def _holiday(country: str | None, day: date) -> str | None:
    found = calendars.holiday_on(country, day, extra=days_off(country), locale=language_now()) if country else None
    return found.name if found else None


def _day_at(day: date, at: time | None, zone: str, place: str) -> date:
    """The day at another place; one without a time is the same everywhere."""
    return calendars.resolve_local(day, at, zone).astimezone(ZoneInfo(place)).date() if at else day
