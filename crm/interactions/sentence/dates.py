"""Dates in a sentence: "Fri", "next week", "12/10", "Dec 9 at 10:20", "in two weeks", 周五前, 12月10日."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import NamedTuple

from .date_rules import DateReference, Days, Reader, nearest_date, nearest_weekday
from .han_dates import HAN_PATTERNS, read_han_weekday
from .times import read_clock

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
}
# Sun is a family name before a given name ("met Sun Wei", "Desert Sun Inverters") and after a title or "with"; never
# after a word for a date ("on Sun He called").
_TITLES = ("Mr", "Mr.", "Ms", "Ms.", "Mrs.", "Dr.", "Director", "Manager", "with")
_NO_TITLE = "".join(rf"(?<!\b{title} )" for title in _TITLES)
_SUN = (
    rf"(?:(?:(?<=\bon )|(?<=\bnext )|(?<=\blast )|(?<=\bthis )|(?<=\bby ))sun"
    rf"|{_NO_TITLE}sun(?![ ](?-i:(?!AM\b|PM\b)[A-ZÀ-Þ])[\w'’-]))"
)
_WEEKDAY = rf"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|{_SUN})(?:[.](?=\s))?|" + "|".join(_DAYS)
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(_NUMBERS) + ")"

DATE_PATTERN = re.compile(
    rf"(?:{_WEEKDAY}|{_MONTH}(?=\s*\d)|today|tonight|tomorrow|tmrw?|tmw|yesterday|next|this|last|by|noon)\b",
    re.IGNORECASE,
)
"""Start of a date after a name; a month only before a number, because Jun and May are names too."""


class DateMention(NamedTuple):
    """A date from `start` to `end` of the text, with the time if given, and other dates it may mean."""

    start: int
    end: int
    day: date
    clock: time | None = None
    is_weekday: bool = False
    other_days: tuple[date, ...] = ()


def _full_year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


def _read_weekday(match: re.Match[str], reference: DateReference) -> Days:
    today, past = reference
    index = next(i for i, name in enumerate(_DAYS) if match["wd"].lower().startswith(name[:3]))
    which = (match["which"] or "").lower()
    if which == "last":
        return nearest_weekday(today - timedelta(1), index, past=True), ()
    if which == "next":
        of_next_week = today + timedelta(7 - today.weekday() + index)
        soonest = nearest_weekday(today, index, past=False)
        return of_next_week, (soonest,) if soonest != of_next_week else ()
    return nearest_weekday(today, index, past=past), ()


def _read_numeric(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    one, two, year = int(match["one"]), int(match["two"]), _full_year(match["nyear"])
    month, day = (two, one) if one > 12 else (one, two)
    day_read = nearest_date(today, past=past, month=month, day=day, year=year)
    return (day_read, ()) if day_read else None


def _read_named(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    month = _MONTHS.index(match["mon"].lower()[:3]) + 1
    day_read = nearest_date(today, past=past, month=month, day=int(match["d"]), year=_full_year(match["year"]))
    return (day_read, ()) if day_read else None


def _read_iso(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    year = int(match["iy"]) if match["iy"] else None
    day_read = nearest_date(today, past=past, month=int(match["im"]), day=int(match["id"]), year=year)
    return (day_read, ()) if day_read else None


def _read_span(match: re.Match[str], reference: DateReference) -> Days:
    today = reference.day
    count = int(match["n"]) if match["n"].isdigit() else _NUMBERS[match["n"].lower()]
    unit = match["unit"].lower()
    days = count * (1 if unit.startswith("day") else 7 if unit.startswith("week") else 30)
    return today + timedelta(-days if match.groupdict().get("ago") else days), ()


def _read_word(match: re.Match[str], reference: DateReference) -> Days:
    today = reference.day
    word = re.sub(r"\s+", " ", match["word"].lower())
    monday = today - timedelta(today.weekday())
    next_month = (today.replace(day=1) + timedelta(32)).replace(day=1)
    days = {
        "today": today,
        "tonight": today,
        "this morning": today,
        "this afternoon": today,
        **dict.fromkeys(("tomorrow", "tmr", "tmrw", "tmw"), today + timedelta(1)),
        "day after tomorrow": today + timedelta(2),
        "yesterday": today - timedelta(1),
        "day before yesterday": today - timedelta(2),
        "next week": monday + timedelta(7),
        "this week": max(today, monday + timedelta(4)),
        "end of the week": max(today, monday + timedelta(4)),
        "end of week": max(today, monday + timedelta(4)),
        "next month": next_month,
        "end of the month": next_month - timedelta(1),
        "end of month": next_month - timedelta(1),
    }
    return days[word], ()


_WORDS = (
    r"(?<![a-z])(?:the )?(?P<word>day after tomorrow|day before yesterday|today|tonight|this morning|this afternoon"
    r"|tomorrow|tmrw?|tmw|yesterday|next week|this week|end of (?:the )?week|next month|end of (?:the )?month)\b"
)
_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"\b(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})\b", _read_iso),
        (
            r"(?:(?P<iy>\d{4})年)?(?P<im>\d{1,2})月(?P<id>\d{1,2})[日号]?(?:[（(](?:周|星期|礼拜)[一二三四五六日天][）)])?",
            _read_iso,
        ),
        (r"(?<![\d/$.])(?P<one>\d{1,2})/(?P<two>\d{1,2})(?:/(?P<nyear>\d{4}|\d{2}))?(?![\d/%])", _read_numeric),
        (rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?", _read_named),
        (rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?(?!\w)", _read_named),
        (rf"\bin\s+{_COUNT}\s+(?P<unit>days?|weeks?|months?)\b", _read_span),
        (rf"\b{_COUNT}\s+(?P<unit>days?|weeks?|months?)\s+(?P<ago>ago)\b", _read_span),
        (_WORDS, _read_word),
        (rf"\b(?:(?P<which>next|this|last|coming)\s+)?(?P<wd>{_WEEKDAY})\b", _read_weekday),
        *HAN_PATTERNS,
    )
)
_CLOCK_BEFORE = re.compile(
    r"(?:\bat\s+|@\s*)?(?<![\d:])(?P<clock>\d{1,2}(?::\d{2})?\s*[ap]m|\d{1,2}:\d{2}|noon)\s+(?:on\s+)?$", re.IGNORECASE
)


def find_days(text: str, today: date, *, past: bool = False) -> list[DateMention]:
    """Return every date of the text in order; of overlapping patterns the more exact one."""
    mentions: list[DateMention] = []
    for pattern, reader in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < each.end and each.start < match.end() for each in mentions):
                continue
            days = reader(match, DateReference(today, past))
            if days:
                weekday = reader in (_read_weekday, read_han_weekday)
                mentions.append(
                    _with_clock(text, DateMention(match.start(), match.end(), days[0], None, weekday, days[1]))
                )
    return sorted(mentions)


def _with_clock(text: str, mention: DateMention) -> DateMention:
    after = read_clock(text, mention.end)
    if after:
        days = timedelta(days=after.is_next_day)
        other_days = tuple(day + days for day in mention.other_days)
        return mention._replace(clock=after.time, end=after.end, day=mention.day + days, other_days=other_days)
    match = _CLOCK_BEFORE.search(text, 0, mention.start)
    before = read_clock(text, match.start("clock")) if match else None
    return mention._replace(clock=before.time, start=match.start()) if match and before else mention
