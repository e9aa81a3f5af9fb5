"""The office hours shared with somebody elsewhere, as mails say them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off


def describe_shared_hours(actor: Actor, now: datetime) -> str:
    """What is still to come today of the hours shared with the other side, by the reader's clock; "" without any."""
    there = calendars.opposite_zone(actor.zone)
    span = _still_shared(actor.zone, there, now)
    if span is None:
        return ""
    begins, ends = (formats.clock_time(at, actor.zone) for at in span)
    city = formats.place(there)
    return _(
        "Shared office hours with %(city)s: %(begins)s to %(ends)s your time.", city=city, begins=begins, ends=ends
    )


def good_time(actor: Actor, their_zone: str, now: datetime) -> str:
    """The office hours both share today, ours then theirs; "" when there are none or both clocks agree."""
    if their_zone == actor.zone:
        return ""
    span = _still_shared(actor.zone, their_zone, now)
    if span is None:
        return ""
    begins, ends = span
    here = f"{formats.clock_time(begins, actor.zone)}-{formats.clock_time(ends, actor.zone)}"
    there = f"{formats.clock_time(begins, their_zone)}-{formats.clock_time(ends, their_zone)}"
    their_day, ours = (begins.astimezone(ZoneInfo(zone)).date() for zone in (their_zone, actor.zone))
    name = f"{calendars.day_name(their_day.weekday(), str(formats.locale()))} " if their_day != ours else ""
    return _("today %(here)s = %(there)s %(city)s", here=here, there=name + there, city=formats.place(their_zone))


def _still_shared(here: str, there: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The first span shared on the day here that is not over."""
    countries = {calendars.country_of_zone(zone) for zone in (here, there)}
    extra = {country: days_off(country) for country in countries if country}
    spans = calendars.shared_open_hours(now.astimezone(ZoneInfo(here)).date(), here, there, extra=extra)
    return next((span for span in spans if span[1] > now), None)
