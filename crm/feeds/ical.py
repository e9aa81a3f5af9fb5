"""The text of calendars in the iCalendar format (RFC 5545), with the rules of their time zones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from crm.core.mail.messages import link_to

from .policy import CalendarEvent
from .time_zones import build_time_zone

REFRESH = timedelta(hours=1)


class Invitation(NamedTuple):
    """What makes an event an invitation: who invites, who is invited, and how often it was changed.

    `organizer` and `guests` are names with addresses.
    """

    organizer: tuple[str, str]
    guests: Sequence[tuple[str, str]]
    sequence: int
    is_canceled: bool = False

    @property
    def method(self) -> str:
        """The method of the message: REQUEST, or CANCEL."""
        return "CANCEL" if self.is_canceled else "REQUEST"


def build_feed(name: str, zone: str, events: Sequence[CalendarEvent], stamp: datetime) -> bytes:
    """Return a calendar to subscribe to. `stamp` is the same in each, so that equal contents have equal bytes."""
    calendar = _start_calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return _finish(calendar, events, [_build_event(event, stamp) for event in events])


def build_file(event: CalendarEvent, stamp: datetime) -> bytes:
    """Return a calendar with one event, to be opened by a calendar program."""
    calendar = _start_calendar()
    calendar.add("method", "PUBLISH")
    return _finish(calendar, [event], [_build_event(event, stamp)])


def build_invitation(event: CalendarEvent, invitation: Invitation, stamp: datetime) -> bytes:
    """Return the invitation to an event, its update, or its cancellation."""
    calendar = _start_calendar()
    calendar.add("method", invitation.method)
    component = _build_event(event, stamp)
    component.add("sequence", invitation.sequence)
    component.add("status", "CANCELLED" if invitation.is_canceled else "CONFIRMED")
    component.add("organizer", _address(*invitation.organizer))
    for name, address in invitation.guests:
        guest = _address(name, address)
        guest.params["ROLE"] = vText("REQ-PARTICIPANT")
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("TRUE")
        component.add("attendee", guest, encode=False)
    return _finish(calendar, [event], [component])


def _start_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Causeway//Causeway//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _finish(calendar: Calendar, events: Sequence[CalendarEvent], components: Iterable[Event]) -> bytes:
    """Add the rules of the zones that the events name, then the events."""
    years: dict[str, int] = {}
    for event in events:
        if event.starts_at is not None and event.day is None:
            years[event.zone] = min(event.starts_at.year - 1, years.get(event.zone, event.starts_at.year))
    for zone, year in sorted(years.items()):
        calendar.add_component(build_time_zone(zone, year))
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def _build_event(event: CalendarEvent, stamp: datetime) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", stamp)
    component.add("summary", event.summary)
    if event.day is not None:
        component.add("dtstart", event.day)
        component.add("dtend", event.day + timedelta(days=1))
        component.add("transp", "TRANSPARENT")
    elif event.starts_at is not None and event.ends_at is not None:
        zone = ZoneInfo(event.zone)
        local = (event.starts_at.astimezone(zone), event.ends_at.astimezone(zone))
        # Calendars read a local time that occurs twice as the first one,
        # so an event at the second one is written in UTC.
        starts, ends = (event.starts_at, event.ends_at) if any(moment.fold for moment in local) else local
        component.add("dtstart", starts)
        component.add("dtend", ends)
    for name, text in (("description", event.description), ("location", event.location)):
        if text:
            component.add(name, text)
    if event.path:
        component.add("url", link_to(event.path))
    return component


def _address(name: str, address: str) -> vCalAddress:
    value = vCalAddress(f"mailto:{address}")
    value.params["CN"] = vText(name or address)
    return value
