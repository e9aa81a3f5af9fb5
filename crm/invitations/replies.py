"""Read the answers in a calendar part of an email, as Google, Outlook and Apple write them (RFC 5546)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar, Event

from crm.core.forms.params import is_number

from .policy import MAX_CALENDAR_BYTES, MAX_COMMENT_CHARS, MAX_EVENTS, CalendarReply, GuestAnswer

METHODS = {"REPLY": False, "COUNTER": True}
"""The methods of answers, and whether they propose another time."""
_ANSWERS = {"ACCEPTED": GuestAnswer.accepted, "DECLINED": GuestAnswer.declined, "TENTATIVE": GuestAnswer.tentative}
_YEARS = range(1970, 2200)
"""The years of moments that can be shown in every time zone and make sense; others are ignored."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read_replies(data: bytes) -> list[CalendarReply]:
    """Return the answers of a calendar, one for each event; none for other calendars and what can't be read."""
    if not data or len(data) > MAX_CALENDAR_BYTES:
        return []
    try:
        calendar: Any = Calendar.from_ical(data)
        method = str(calendar.get("METHOD", "")).strip().upper()
        if method not in METHODS:
            return []
        is_outlook = "microsoft" in str(calendar.get("PRODID", "")).lower()
        return list(_list_replies(calendar.walk("VEVENT"), is_proposal=METHODS[method], is_outlook=is_outlook))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        # The library raises any of these for damaged and hostile files.
        return []


def _list_replies(events: list[Event], *, is_proposal: bool, is_outlook: bool) -> Iterator[CalendarReply]:
    for event in events[:MAX_EVENTS]:
        attendees: Any = event.get("ATTENDEE", [])
        attendees = attendees if isinstance(attendees, list) else [attendees]
        # An answer speaks for exactly one attendee; a copy of the whole list answers nothing.
        if len(attendees) != 1:
            continue
        status = str(attendees[0].params.get("PARTSTAT", "")).strip().upper()
        yield CalendarReply(
            uid=str(event.get("UID", "")).strip(),
            attendee=_read_address(attendees[0]),
            answer=_ANSWERS.get(status),
            sequence=_read_sequence(event),
            stamp=_read_moment(event, "DTSTAMP"),
            comment=_read_comment(event, is_outlook=is_outlook),
            starts_at=_read_moment(event, "DTSTART") if is_proposal else None,
            ends_at=_read_moment(event, "DTEND") if is_proposal else None,
        )


def _read_address(attendee: Any) -> str:
    """Return the address in lower case; accounts of Apple have an identifier instead, and the address beside it."""
    text = str(attendee).strip().lower()
    return text.removeprefix("mailto:") if text.startswith("mailto:") else str(attendee.params.get("EMAIL", "")).lower()


def _read_sequence(event: Event) -> int:
    text = str(event.get("SEQUENCE", "0"))
    return int(text) if is_number(text) else 0


def _read_moment(event: Event, name: str) -> datetime | None:
    """Return a moment in UTC; None without one, for a whole day and for an impossible year."""
    if name not in event:
        return None
    value: Any = event.decoded(name)
    if not isinstance(value, datetime) or value.year not in _YEARS:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _read_comment(event: Event, *, is_outlook: bool) -> str:
    """Return what the guest wrote; Outlook puts it into the description, the others repeat the invitation's there."""
    value: Any = event.get("COMMENT") or (event.get("DESCRIPTION") if is_outlook else "") or ""
    texts = value if isinstance(value, list) else [value]
    text = "\n".join(str(each) for each in texts if isinstance(each, str | date))
    return _CONTROL.sub(" ", text).strip()[:MAX_COMMENT_CHARS]
