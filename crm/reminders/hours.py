"""The office hours shared with the other side, as text."""

from __future__ import annotations

from datetime import datetime

from crm import calendars
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reference.queries import days_off


def describe_shared_hours(actor: Actor, now: datetime) -> str:
    """Return the rest of today's shared office hours on the reader's clock; "" without any."""
    their_zone = calendars.opposite_zone(actor.zone)
    span = _shared_span(actor.zone, their_zone, now)
    if span is None:
        return ""
    begins, ends = (formats.clock_time(moment, actor.zone) for moment in span)
    city = formats.place(their_zone)
    return _(
        "Shared office hours with %(city)s: %(begins)s to %(ends)s your time.", city=city, begins=begins, ends=ends
    )


def good_time(actor: Actor, their_zone: str, now: datetime) -> str:
    """Return today's shared office hours on both clocks; "" when there are none or the zone is the same."""
    if their_zone == actor.zone:
        return ""
    span = _shared_span(actor.zone, their_zone, now)
    if span is None:
        return ""
    begins, ends = span
    our_span = f"{formats.clock_time(begins, actor.zone)}-{formats.clock_time(ends, actor.zone)}"
    their_span = f"{formats.clock_time(begins, their_zone)}-{formats.clock_time(ends, their_zone)}"
    their_day, our_day = (calendars.local_day(begins, zone) for zone in (their_zone, actor.zone))
    name = f"{calendars.day_name(their_day.weekday(), str(formats.locale()))} " if their_day != our_day else ""
    times = {"ours": our_span, "theirs": name + their_span, "city": formats.place(their_zone)}
    return _("today %(ours)s = %(theirs)s %(city)s", **times)


def _shared_span(zone: str, their_zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the first span shared on our day that is not over."""
    countries = {calendars.country_of_zone(name) for name in (zone, their_zone)}
    extra = {country: days_off(country) for country in countries if country}
    spans = calendars.shared_open_hours(calendars.local_day(now, zone), zone, their_zone, extra=extra)
    return next((span for span in spans if span[1] > now), None)
