"""Dates, times and zones as people type them into lists."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

from crm.calendars import DAY_PARTS, hour_of_part
from crm.core.words import _l
from crm.imports.readers.date_order import is_day_before_month
from crm.imports.readers.errors import BadCell
from crm.imports.readers.limits import MAX_DATE

_MONTHS = {
    name: number
    for number, names in enumerate(
        ["jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep sept", "oct", "nov", "dec dic"], 1
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ -]?(?:de )?([a-z]{3,10})\.?,?[ -]?(?:de )?(\d{4}|\d{2})", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}|\d{2})", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_TIME = re.compile(
    rf"({DAY_PARTS})?(\d{{1,2}})(?:[:时点](\d{{2}})?分?)?(?::\d{{2}}(?:\.\d+)?)? ?([ap]\.?m\.?)?", re.IGNORECASE
)
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
#: Day 0 of a spreadsheet's calendar, for the numbers it shows when a date lost its format.
_DAY_ZERO = dt.date(1899, 12, 30)
#: Other names of time zones, used by email programs and people.
_ZONE_NAMES = {
    "china standard time": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "shanghai": "Asia/Shanghai",
    "hong kong": "Asia/Hong_Kong",
    "taipei standard time": "Asia/Taipei",
    "pacific standard time": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "mountain standard time": "America/Denver",
    "central standard time": "America/Chicago",
    "eastern standard time": "America/New_York",
    "eastern": "America/New_York",
    "utc": "UTC",
}


def read_date(text: str) -> dt.date:
    """Read a date: 2026-12-08, 12/08/2026, 8 Dec 2026, Dec 8, 2026, 8.12.2026, or a serial number.

    Dates with slashes are in the order of the file, else the reader's, unless the month would be above 12.
    Raises BadCell if the text isn't a date or the year isn't from 1900 to 2100.
    """
    return read_when(text)[0]


def read_when(text: str) -> tuple[dt.date, dt.time | None]:
    """Read a date with or without a local time. Raises BadCell, also for a time with an offset: it is ambiguous."""
    text = " ".join(unicodedata.normalize("NFKC", text[: MAX_DATE + 1]).split())
    serial = _SERIAL.fullmatch(text)
    if serial:
        return _from_serial(int(serial[1]), float(serial[2] or 0))
    date_text, time_text = _parts(text)
    day = _date(date_text)
    if day is None:
        raise BadCell(_l("“%(cell)s” isn't a date. Use the format 12/08/2026.", cell=text[:40]))
    if _OFFSET.search(time_text):
        raise BadCell(_l("Enter the local time without an offset, and the time zone in a separate column."))
    return on_day(day, read_time(time_text)) if time_text else (day, None)


class TimeOfDay(NamedTuple):
    """A time; `is_next_day`: after the midnight that ends the day (晚上12点)."""

    time: dt.time
    is_next_day: bool = False


def on_day(day: dt.date, clock: TimeOfDay) -> tuple[dt.date, dt.time]:
    """Return the date and the time of a time on a day."""
    return day + dt.timedelta(days=clock.is_next_day), clock.time


def read_time(text: str) -> TimeOfDay:
    """Read a time of day: 14:30, 2:30 pm, 下午2:30. Raises BadCell."""
    text = unicodedata.normalize("NFKC", text[: MAX_DATE + 1]).strip()
    match = _TIME.fullmatch(text)
    if match and (match[1] or match[4] or re.search(r"[:时点]", text)):
        hour, minute = int(match[2]), int(match[3] or 0)
        half, is_next_day = (match[4] or "")[:1].lower(), False
        if match[1]:
            hour, is_next_day = hour_of_part(match[1], hour)
        elif half == "p" and hour < 12:
            hour += 12
        elif half == "a" and hour == 12:
            hour = 0
        if hour < 24 and minute < 60:
            return TimeOfDay(dt.time(hour, minute), is_next_day)
    raise BadCell(_l("“%(cell)s” isn't a time. Use the format 2:30 PM.", cell=text[:40]))


def read_zone(text: str) -> str:
    """Return the IANA name of a time zone, regardless of case. Raises BadCell for an unknown one."""
    plain = " ".join(text[: MAX_DATE + 1].split()).casefold()
    name = _ZONE_NAMES.get(plain) or _zones().get(plain.replace(" ", "_"))
    if name is None:
        raise BadCell(_l("“%(cell)s” isn't a time zone. Use a name like Asia/Shanghai.", cell=text[:40]))
    return name


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name or name == "UTC"}


def _parts(text: str) -> tuple[str, str]:
    """Split date and time: at the T of ISO, else before the last part with a colon, am or pm."""
    iso = re.fullmatch(r"(\d{4}-\d{2}-\d{2})T(.+)", text)
    if iso:
        return iso[1], iso[2]
    clock = re.search(
        rf" ?((?:{DAY_PARTS})\d{{1,2}}.*|(?<= )\d{{1,2}}(?::\d{{2}}.*| ?[ap]\.?m\.?)|\d{{1,2}}[时点].*)$",
        text,
        re.IGNORECASE,
    )
    return (text[: clock.start()].strip(), clock[1]) if clock else (text, "")


def _date(text: str) -> dt.date | None:
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _make_date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        month, day = (second, first) if is_day_before_month() else (first, second)
        if month > 12:
            month, day = day, month
        return _make_date(_year(match[3]), month, day)
    if match := _DOTTED.fullmatch(text):
        return _make_date(_year(match[3]), int(match[2]), int(match[1]))
    if match := _DAY_MONTH.fullmatch(text):
        return _date_with_month_name(match[1], match[2], match[3])
    if match := _MONTH_DAY.fullmatch(text):
        return _date_with_month_name(match[2], match[1], match[3])
    return None


def _date_with_month_name(day: str, month: str, year: str) -> dt.date | None:
    number = _MONTHS.get(month.casefold()[:3])
    return _make_date(_year(year), number, int(day)) if number else None


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) == 4 else number + (2000 if number < 69 else 1900)


def _make_date(year: int, month: int, day: int) -> dt.date | None:
    if not 1900 <= year <= 2100:
        raise BadCell(_l("Use a year from 1900 to 2100, not %(year)s.", year=year))
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _from_serial(days: int, fraction: float) -> tuple[dt.date, dt.time | None]:
    day = _DAY_ZERO + dt.timedelta(days=days)
    if day.year > 2100:
        raise BadCell(_l("Use a year from 1900 to 2100, not %(year)s.", year=day.year))
    minutes = round(fraction * 24 * 60)
    return day, dt.time(minutes // 60 % 24, minutes % 60) if minutes else None
