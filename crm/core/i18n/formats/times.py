"""Dates, times of day, both clocks, spans and next-step indicators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates

from crm import calendars
from crm.core import clock
from crm.core.i18n.formats.names import place
from crm.core.i18n.formats.reader import is_iso, locale, locale_name, reader_formats, zone_of_reader
from crm.core.words import _, _l, _p, ngettext

# The common locale data has no space before the weekday in Chinese.
PATTERNS = {("zh", "MMMEd"): "M月d日 EEE", ("zh", "yMMMEd"): "y年M月d日 EEE"}
NARROW_SPACE, THIN_SPACE = "\u202f", "\u2009"
COUNTED_DAYS = 99
"""Days farther away are written as a date: "Mar 9" is more useful than "260 days ago"."""


@lru_cache(maxsize=4096)
def _date(day: date, skeleton: str, language: str) -> str:
    babel_locale = Locale.parse(language)
    pattern = PATTERNS.get((babel_locale.language, skeleton))
    if pattern:
        return str(dates.format_date(day, pattern, locale=babel_locale))
    return str(dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=babel_locale))


def day(value: date | None, *, full: bool | None = None, weekday: bool = False) -> str:
    """Format "Dec 8", with the year when it is not this year's (or as `full` says); `weekday` adds "Tue, "."""
    if value is None:
        return ""
    reader = reader_formats()
    value = calendars.local_day(value, reader.zone)
    if reader.is_iso:
        return f"{_date(value, 'E', reader.locale_name)} {value.isoformat()}" if weekday else value.isoformat()
    if full is None:
        full = value.year != clock.today(reader.zone).year
    return _date(value, ("yMMM" if full else "MMM") + ("Ed" if weekday else "d"), reader.locale_name)


def day_range(first: date, last: date) -> str:
    """Format the first and last day of a period: "May 22 – Nov 20, 2026"."""
    if is_iso():
        return f"{first.isoformat()} – {last.isoformat()}"
    return str(dates.format_interval(first, last, "yMMMd", locale=locale())).replace(THIN_SPACE, " ")


def long_day(value: date) -> str:
    """Format "Tuesday, December 8, 2026", as a heading."""
    return str(dates.format_date(value, "full", locale=locale()))


def month(value: date) -> str:
    """Format "December 2026"."""
    return str(dates.format_skeleton("yMMMM", value, locale=locale()))


def months(first: date, last: date) -> str:
    """Format the months from one day to another: "Oct – Dec 2026"."""
    return str(dates.format_interval(first, last, "yMMM", locale=locale())).replace(THIN_SPACE, " ")


def clock_time(value: datetime | time | None, zone: str | None = None) -> str:
    """Format "5:00 PM": a moment in a zone (the reader's by default); a time without a zone unchanged."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = (value.astimezone(ZoneInfo(zone or zone_of_reader())) if value.tzinfo else value).time()
    if is_iso():
        return f"{value:%H:%M}"
    return str(dates.format_time(value, "short", locale=locale())).replace(NARROW_SPACE, " ")


def day_time(value: date, wall: time | None, *, full: bool | None = None) -> str:
    """Format a local date and time: "Tue, Dec 8, 5:00 PM"; without a time only the date; the year as in `day`."""
    date_text = day(value, full=full, weekday=True)
    if wall is None:
        return date_text
    pattern = "{1} {0}" if is_iso() else str(locale().datetime_formats["medium"])
    return pattern.format(clock_time(wall), date_text)


def moment(value: date | None, zone: str | None = None, *, full: bool | None = None) -> str:
    """Format "Tue, Dec 8, 5:00 PM" in a zone, the reader's by default; of a date without a time "Tue, Dec 8".

    The year is as in `day`.
    """
    if not isinstance(value, datetime):
        return day(value, full=full, weekday=True)
    local = value.astimezone(ZoneInfo(zone or zone_of_reader()))
    return day_time(local.date(), local.time(), full=full)


def both_clocks(value: date | None, *zones: str | None) -> str:
    """Format the reader's time, then the other side's: "5:00 PM = Wed 9:00 AM Shanghai"; "" for a date without a time.

    The other side's is the first of `zones` whose clock differs from the reader's.
    """
    if not isinstance(value, datetime):
        return ""
    return " ".join(part for part in (clock_time(value), their_clock(value, *zones)) if part)


def their_clock(value: datetime, *zones: str | None) -> str:
    """Format the other side's time alone: "= Wed 9:00 AM Shanghai"; "" when no clock differs from the reader's."""
    local = value.astimezone(ZoneInfo(zone_of_reader()))
    for zone in filter(None, zones):
        remote = value.astimezone(ZoneInfo(zone))
        if remote.utcoffset() != local.utcoffset():
            weekday = "" if remote.date() == local.date() else _date(remote.date(), "E", locale_name()) + " "
            return f"= {weekday}{clock_time(value, zone)} {place(zone)}"
    return ""


def both_clocks_near(value: datetime, *zones: str | None) -> str:
    """Format a moment of the last or coming days on both clocks: "Sun 9:00 PM = Mon 1:00 PM Shanghai"."""
    return " ".join(part for part in (next_time(value), their_clock(value, *zones)) if part)


def next_time(value: datetime) -> str:
    """Format a moment near today in the reader's zone: "5:00 PM", on another day than today "Tue 5:00 PM"."""
    zone = zone_of_reader()
    on = calendars.local_day(value, zone)
    weekday = "" if on == clock.today(zone) else _date(on, "E", locale_name()) + " "
    return weekday + clock_time(value)


def other_clocks(day: date | None, wall: time | None, zone: str | None, other_zones: Iterable[str | None]) -> str:
    """Format a wall time on other clocks: "= Wed, Dec 9, 9:00 AM Shanghai"; "" when a part is missing."""
    if day is None or wall is None or not zone:
        return ""
    instant = calendars.resolve_local(day, wall, zone)
    zones = dict.fromkeys(other for other in other_zones if other and other != zone)
    return ", ".join(f"= {moment(instant, other)} {place(other)}" for other in zones)


def ago(value: date | datetime | None, today: date | None = None) -> str:
    """Format "today", "yesterday", "13 days ago", "in 3 days"; beyond 99 days the date."""
    if value is None:
        return ""
    value = calendars.local_day(value, zone_of_reader())
    days = (value - (today or clock.today(zone_of_reader()))).days
    return _ago(days) if abs(days) <= COUNTED_DAYS else day(value)


def _ago(days: int) -> str:
    near = {0: _l("today"), -1: _l("yesterday"), 1: _l("tomorrow")}
    if days in near:
        return str(near[days])
    # The threshold keeps Babel from switching to weeks and months.
    span = timedelta(days=days)
    return str(
        dates.format_timedelta(span, granularity="day", threshold=10**9, add_direction=True, locale=locale_name())
    )


def light(due: date | None, today: date | None = None) -> tuple[str, str]:
    """Return the state and text of a next-step indicator: planned, due (within 2 days), late or none."""
    if due is None:
        return "none", _("No next step")
    days = (due - (today or clock.today(zone_of_reader()))).days
    if days < -1:
        return "late", ngettext("%(num)s day overdue", "%(num)s days overdue", -days)
    if days < 0:
        return "late", _("Yesterday")
    if days == 0:
        return "due", str(_p("date", "Today"))
    if days == 1:
        return "due", _("Tomorrow")
    return ("due" if days <= 2 else "planned"), day(due)
