"""Parse the date line of a pasted email in English and Chinese formats."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from crm.calendars import DAY_PARTS, hour_of_part
from crm.core.forms.params import FIRST_YEAR, LAST_YEAR

MAX_DATE_CHARS = 400
"""Characters of a date line that are read."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    rf"(?:\s*(?P<half>{DAY_PARTS}|[AP]\.?M\.?))?"
    r"\s*(?P<H>\d{1,2})[:：](?P<M>\d{2})(?:[:：](?P<S>\d{2}))?"
)
_HALF_AFTER = r"(?:\s*(?P<half2>[AP]\.?M\.?))?"
_FILL = r"[^0-9\n]*?"
_FORMS = tuple(
    re.compile(day + _FILL + _TIME + _HALF_AFTER, re.IGNORECASE)
    for day in (
        r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"\b(?P<mon>[A-Z][a-z]{2})[a-z]*\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})",
        r"\b(?P<d>\d{1,2})\s+(?P<mon>[A-Z][a-z]{2})[a-z]*\.?,?\s+(?P<y>\d{4})",
        r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    )
)
_OFFSET = re.compile(
    r"(?:(?:GMT|UTC)\s*)?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d{2})?\s*\)?\s*(?:\([\w ]+\))?\s*$"
    r"|\b(?P<z>GMT|UTC|Z)\)?\s*$"
)
# CST is left out on purpose: it means China's time or Chicago's.
_NAMED = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CDT": -5, "EST": -5, "EDT": -4, "HKT": 8}
_NAMED_ZONE = re.compile(r"\b(" + "|".join(_NAMED) + r")\)?\s*$")


def parse_mail_date(text: str) -> datetime | None:
    """Return the moment of a date line: aware if it names an offset, else wall time; None if it is not a date.

    Years outside the supported range return None, because their dates cannot be converted between zones.
    """
    moment = _parse(text[:MAX_DATE_CHARS])
    return moment if moment and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _parse(text: str) -> datetime | None:
    for form in _FORMS:
        match = form.search(text)
        moment = _moment(match) if match else None
        if match and moment:
            offset = _offset(text[match.end() :])
            return moment if offset is None else moment.replace(tzinfo=timezone(offset))
    return _standard(text)


def _standard(text: str) -> datetime | None:
    """Parse the format of the email standard: "Tue, 8 Dec 26 15:20:11 +0800"."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _moment(match: re.Match[str]) -> datetime | None:
    groups = match.groupdict()
    half = (groups["half"] or groups["half2"] or "").replace(".", "").lower()
    hour, is_next_day = int(groups["H"]), False
    if half in ("am", "pm"):
        if hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        hour, is_next_day = hour_of_part(half, hour)
    month, day = _month_and_day(groups, year_last=match.start("y") > match.start("d"))
    try:
        moment = datetime(int(groups["y"]), month, day, hour, int(groups["M"]), int(groups["S"] or 0))  # noqa: DTZ001
        return moment + timedelta(days=is_next_day)
    except (ValueError, OverflowError):
        return None


def _month_and_day(groups: dict[str, str | None], *, year_last: bool) -> tuple[int, int]:
    """Return month and day; "8/12" is August 12 unless the month is over 12; an unknown month name gives 0."""
    day, name = int(groups["d"] or 0), groups.get("mon")
    if name is not None:
        return (_MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else 0), day
    month = int(groups["m"] or 0)
    return (day, month) if year_last and month > 12 else (month, day)


def _offset(rest: str) -> timedelta | None:
    """Return the offset from UTC written after the time; None without one."""
    zone_name = _NAMED_ZONE.search(rest)
    if zone_name:
        return timedelta(hours=_NAMED[zone_name[1]])
    match = _OFFSET.search(rest)
    if not match:
        return None
    if match["z"]:
        return timedelta()
    offset = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
    if offset >= timedelta(hours=24):
        return None
    return -offset if match["sign"] == "-" else offset
