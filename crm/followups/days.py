"""The days a form or a button offers for what is due, by the calendar of the person who chooses."""

from __future__ import annotations

from datetime import date

from crm import calendars
from crm.core import clock, formats
from crm.core.choices import language_now
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off

from . import policy
from .words import Later

SAME_DAYS = (Later.tomorrow, Later.next_workday, Later.next_week, Later.two_weeks)


def later_choices(actor: Actor) -> list[policy.LaterChoice]:
    """To when something can be put off."""
    return policy.later_choices(clock.now(), actor.zone, actor.country, extra=days_off(actor.country))


def days_to_choose(actor: Actor) -> list[policy.LaterChoice]:
    """Those of them that are days, not hours."""
    return [c for c in later_choices(actor) if c.code in SAME_DAYS]


def day_off(actor: Actor, day: date) -> str | None:
    """Why to ask about a day before it is taken: nobody here works then. None when it is fine."""
    found = calendars.holiday_on(actor.country, day, extra=days_off(actor.country), locale=language_now())
    if found is None:
        return None
    shown = formats.day(day, weekday=True)
    return _("%(day)s is %(name)s. Choose another day, or keep it.", day=shown, name=found.name)
