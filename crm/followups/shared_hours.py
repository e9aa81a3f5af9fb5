"""The next office hours shared with the other side, offered where a follow-up or an appointment is dated."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core import clock
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.reference.queries import days_off


class SharedHours(NamedTuple):
    """When a shared span begins, on the actor's clock, and the span on both clocks as text."""

    starts_at: datetime
    text: str

    @property
    def day(self) -> str:
        """The day for a date input."""
        return self.starts_at.date().isoformat()

    @property
    def time(self) -> str:
        """The time for a time input."""
        return self.starts_at.strftime("%H:%M")


def find_shared_hours(actor: Actor, their_zone: str | None) -> SharedHours | None:
    """Return the next span that is within the working day of both sides; None if the clocks are the same."""
    now = clock.now()
    if not their_zone or _offset(now, their_zone) == _offset(now, actor.zone):
        return None
    countries = {calendars.country_of_zone(zone) for zone in (actor.zone, their_zone)}
    extra = {country: days_off(country) for country in countries if country}
    span = calendars.next_shared_hours(now, actor.zone, their_zone, extra=extra)
    if span is None:
        return None
    starts_at, ends_at = (moment.astimezone(ZoneInfo(actor.zone)) for moment in span)
    until = formats.clock_time(ends_at, actor.zone)
    clocks = f"{formats.clock_time(starts_at, actor.zone)}-{until} {formats.their_clock(starts_at, their_zone)}"
    return SharedHours(starts_at, f"{formats.day(starts_at.date(), weekday=True)} {clocks}")


def _offset(moment: datetime, zone: str) -> object:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()
