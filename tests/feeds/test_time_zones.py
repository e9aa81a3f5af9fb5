"""The rules of time zones in calendar files: three parsers show the moments that were meant, in every month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import ics
import pytest
import vobject

from crm.feeds.ical import build_feed
from crm.feeds.policy import CalendarEvent

ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Auckland",
    "UTC",
)


@pytest.mark.one_engine
@pytest.mark.parametrize("zone", ZONES)
def test_three_parsers_agree_in_every_month(zone):
    moments = {f"e{n}@x": datetime(2026, 1, 3, 12, tzinfo=UTC) + timedelta(days=15 * n) for n in range(24)}
    events = [CalendarEvent(uid, uid, zone, moment, moment + timedelta(hours=1)) for uid, moment in moments.items()]
    text = build_feed("Test", zone, events, datetime(2026, 1, 1, tzinfo=UTC)).decode()
    calendar = icalendar.Calendar.from_ical(text)
    assert {str(e["UID"]): e.decoded("DTSTART").astimezone(UTC) for e in calendar.walk("VEVENT")} == moments
    assert {e.uid.value: e.dtstart.value.astimezone(UTC) for e in vobject.readOne(text).vevent_list} == moments
    assert {e.uid: e.begin.datetime.astimezone(UTC) for e in ics.Calendar(text).events} == moments
    if zone != "UTC":
        assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == [zone]


AT_CLOCK_CHANGE = {
    "America/Los_Angeles": datetime(2026, 11, 1, 8, 15, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 10, 25, 0, 15, tzinfo=UTC),
}
"""Three quarters of an hour before the clocks are set back."""


@pytest.mark.one_engine
@pytest.mark.parametrize("zone", AT_CLOCK_CHANGE)
def test_event_across_the_end_of_daylight_time_keeps_its_moments(zone):
    spans = {}
    for n in range(12):
        starts = AT_CLOCK_CHANGE[zone] + timedelta(minutes=15 * n)
        spans[f"e{n}@x"] = (starts, starts + timedelta(minutes=30))
    events = [CalendarEvent(uid, uid, zone, *span) for uid, span in spans.items()]
    text = build_feed("Test", zone, events, datetime(2026, 1, 1, tzinfo=UTC)).decode()
    read = {
        str(e["UID"]): tuple(e.decoded(name).astimezone(UTC) for name in ("DTSTART", "DTEND"))
        for e in icalendar.Calendar.from_ical(text).walk("VEVENT")
    }
    assert read == spans
