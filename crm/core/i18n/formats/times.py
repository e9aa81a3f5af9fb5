"""Days, moments, both clocks, spans and the light of a next step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask_babel import ngettext

from crm import calendars
from crm.core import clock
from crm.core.i18n.formats.names import place
from crm.core.i18n.formats.reader import locale, zone_of_reader
from crm.core.words import _, _l

# Where we write a date otherwise than the language's own short form: the day stands before the month, as in "8 Dec".
STYLES = {
    "day": ({"en": "d MMM"}, "MMMd"),
    "full": ({"en": "d MMM y"}, "yMMMd"),
    "weekday": ({"en": "EEE d MMM"}, "MMMEd"),
    "weekday full": ({"en": "EEE d MMM y"}, "yMMMEd"),
    "long": ({"en": "EEEE d MMMM"}, "MMMMEEEEd"),
}
# Farther than that nobody counts: "9 Mar" says more than "260 days ago".
COUNTED_DAYS = 99


@lru_cache(maxsize=4096)
def _date(day: date, style: str, language: str) -> str:
    at = Locale.parse(language)
    own, skeleton = STYLES[style]
    pattern = own.get(at.language)
    if pattern:
        return str(dates.format_date(day, pattern, locale=at))
    return str(dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=at))


def day(value: date | None, *, full: bool | None = None, weekday: bool = False) -> str:
    """Write "8 Dec", with its year when that is not this one (or as `full` says); `weekday` puts "Tue" before."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone_of_reader())).date()
    if full is None:
        full = value.year != clock.today(zone_of_reader()).year
    style = ("weekday full" if full else "weekday") if weekday else "full" if full else "day"
    return _date(value, style, str(locale()))


def long_day(value: date) -> str:
    """Write "Tuesday 8 December", as a heading."""
    return _date(value, "long", str(locale()))


def hour(value: datetime | None, zone: str | None = None) -> str:
    """Write "17:00" in a zone, the reader's by default."""
    return f"{value.astimezone(ZoneInfo(zone or zone_of_reader())):%H:%M}" if value else ""


def moment(value: datetime | None, zone: str | None = None) -> str:
    """Write "Tue 8 Dec, 17:00" in a zone, the reader's by default."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone or zone_of_reader()))
    full = local.year != clock.today(zone_of_reader()).year
    return f"{day(local.date(), weekday=True, full=full)}, {local:%H:%M}"


def both(value: datetime | None, *there: str | None) -> str:
    """Write ours, then theirs: "17:00 = Wed 09:00 Shanghai", by the first of their zones whose clock is another."""
    if value is None:
        return ""
    ours = f"{value.astimezone(ZoneInfo(zone_of_reader())):%H:%M}"
    return " ".join(part for part in (ours, their_clock(value, *there)) if part)


def their_clock(value: datetime, *there: str | None) -> str:
    """Write a moment by their clock alone: "= Wed 09:00 Shanghai"; nothing where all clocks agree with ours."""
    ours = value.astimezone(ZoneInfo(zone_of_reader()))
    for zone in filter(None, there):
        at = value.astimezone(ZoneInfo(zone))
        if at.utcoffset() != ours.utcoffset():
            name = "" if at.date() == ours.date() else dates.format_date(at.date(), "EEE", locale=locale()) + " "
            return f"= {name}{at:%H:%M} {place(zone)}"
    return ""


def elsewhere(value: date | None, at: time | None, zone: str | None, others: Iterable[str | None]) -> str:
    """Write a wall time of a zone on other clocks: "= Wed 9 Dec 09:00 Shanghai"; nothing where it is not whole."""
    if value is None or at is None or not zone:
        return ""
    instant = calendars.resolve_local(value, at, zone)
    clocks = {other: instant.astimezone(ZoneInfo(other)) for other in others if other and other != zone}
    return ", ".join(f"= {day(c.date(), weekday=True)} {c:%H:%M} {place(other)}" for other, c in clocks.items())


def ago(value: date | datetime | None, today: date | None = None) -> str:
    """Write "today", "yesterday", "13 days ago", "in 3 days"; what is far away as its day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone_of_reader())).date()
    days = (value - (today or clock.today(zone_of_reader()))).days
    return _ago(days, str(locale())) if abs(days) <= COUNTED_DAYS else day(value)


@lru_cache(maxsize=4096)
def _ago(days: int, language: str) -> str:
    near = {0: _l("today"), -1: _l("yesterday"), 1: _l("tomorrow")}
    if days in near:
        return str(near[days])
    # Babel turns to weeks and months by itself; a silence is counted in days.
    span = timedelta(days=days)
    return str(dates.format_timedelta(span, granularity="day", threshold=10**9, add_direction=True, locale=language))


def light(due: date | None, today: date | None = None) -> tuple[str, str]:
    """The state of a next step and its words: planned, due (within 2 days), late, none."""
    if due is None:
        return "none", _("No next step")
    days = (due - (today or clock.today(zone_of_reader()))).days
    if days < -1:
        return "late", ngettext("%(num)d day overdue", "%(num)d days overdue", -days)
    if days < 0:
        return "late", _("Yesterday")
    words = _("Today") if days == 0 else _("Tomorrow") if days == 1 else day(due)
    return ("due" if days <= 2 else "planned"), words
