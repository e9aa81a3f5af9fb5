"""Dates in a sentence: "Fri", "next week", "12/10", "Dec 9 at 10:20", "in two weeks", 周五前, 12月10日."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm.calendars import DAY_PARTS

from .date_mentions import DateMention, Precision, join_mentions
from .date_ranges import extend_to_range
from .date_rules import (
    DateReference,
    Days,
    Reader,
    end_of_named_month,
    find_dates,
    nearest_day_of_month,
    nearest_weekday,
)
from .date_words import WORDS, is_end_of_day, read_word
from .han_dates import HAN_DATE_READERS, HAN_PATTERNS, read_han_weekday
from .times import ZONES, read_clock, read_hour_alone

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
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "a couple of": 2,
    "a few": 3,
}
# Sun is a family name before a given name ("met Sun Wei", "Desert Sun Inverters") and after a title or "with"; never
# after a word for a date ("on Sun He called").
_TITLES = ("Mr", "Mr.", "Ms", "Ms.", "Mrs.", "Dr.", "Director", "Manager", "with")
_NO_TITLE = "".join(rf"(?<!\b{title} )" for title in _TITLES)
_SUN = (
    rf"(?:(?:(?<=\bon )|(?<=\bnext )|(?<=\bnxt )|(?<=\blast )|(?<=\bthis )|(?<=\bby ))sun"
    rf"|{_NO_TITLE}sun(?![ ](?-i:(?!AM\b|PM\b)[A-ZÀ-Þ])[\w'’-]))"
)
_HAN_WEEKDAY = r"(?:[（(](?:周|星期|礼拜)?[一二三四五六日天][）)])?"
_HAN_HOUR = rf"(?=(?:{DAY_PARTS})\s*[\d一二两三四五六七八九十]+点)"
_WEEKDAY = rf"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|{_SUN})(?:[.](?=\s))?|" + "|".join(_DAYS)
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"

DATE_PATTERN = re.compile(
    rf"(?:{_WEEKDAY}|{_MONTH}(?=\s*\d)|today|tonight|tomorrow|tmrw?|tmw|yesterday|next|nxt|this|last|by|noon)\b",
    re.IGNORECASE,
)
"""Start of a date after a name; a month only before a number, because Jun and May are names too."""


def _full_year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


def _weekday_index(text: str) -> int:
    """Return the number of a weekday, Monday 0."""
    return next(i for i, name in enumerate(_DAYS) if text.lower().startswith(name[:3]))


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _read_weekday(match: re.Match[str], reference: DateReference) -> Days:
    today, past = reference.day, bool(reference.past)
    index = _weekday_index(match["wd"])
    which = (match["which"] or "").lower()
    if which == "last":
        return nearest_weekday(today - timedelta(1), index, past=True), ()
    if which in ("next", "nxt"):
        of_next_week = today + timedelta(7 - today.weekday() + index)
        soonest = nearest_weekday(today, index, past=False)
        return of_next_week, (soonest,) if soonest != of_next_week else ()
    return nearest_weekday(today, index, past=past), ()


def _read_numeric(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    one, two, year = int(match["one"]), int(match["two"]), _full_year(match["nyear"])
    month, day = (two, one) if one > 12 else (one, two)
    return find_dates(today, past=past, month=month, day=day, year=year)


def _read_named(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    month = _MONTHS.index(match["mon"].lower()[:3]) + 1
    return find_dates(today, past=past, month=month, day=int(match["d"]), year=_full_year(match["year"]))


def _read_iso(match: re.Match[str], reference: DateReference) -> Days | None:
    today, past = reference
    year = int(match["iy"]) if match["iy"] else None
    named_year = match.groupdict().get("named_year")
    if named_year:
        year = today.year + {"去": -1, "今": 0, "明": 1}[named_year]
    return find_dates(today, past=past, month=int(match["im"]), day=int(match["id"]), year=year)


def _days_of_unit(unit: str) -> int:
    """Return the days of a unit; a month has 30."""
    if unit.startswith("day"):
        return 1
    if unit.startswith("w"):
        return 7
    return 30


def _read_span(match: re.Match[str], reference: DateReference) -> Days:
    today = reference.day
    days = _count(match["n"]) * _days_of_unit(match["unit"].lower())
    return today + timedelta(-days if match.groupdict().get("ago") else days), ()


def _read_weekday_of_week(match: re.Match[str], reference: DateReference) -> Days:
    """Return "Friday next week", "next week Friday" or "Friday of last week"."""
    today = reference.day
    index = _weekday_index(match["wd"])
    weeks = {"next": 1, "this": 0, "last": -1}[match["week"].lower()]
    return today + timedelta(7 * weeks - today.weekday() + index), ()


def _read_weeks_from(match: re.Match[str], reference: DateReference) -> Days:
    """Return "a week from Friday" or "two weeks from today"."""
    today = reference.day
    text = match["from"].lower()
    start = {"today": today, "now": today, "tomorrow": today + timedelta(1)}.get(text)
    start = start or nearest_weekday(today, _weekday_index(text), past=False)
    return start + timedelta(_count(match["n"]) * (7 if match["unit"].lower().startswith("week") else 1)), ()


def _read_day_of_month(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return "the 15th": the next such day, in the past the last one."""
    day_read = nearest_day_of_month(reference.day, int(match["d"]), past=bool(reference.past))
    return (day_read, ()) if day_read else None


def _read_end_of_named_month(match: re.Match[str], reference: DateReference) -> Days:
    """Return the last day of the month in "end of January"."""
    month = _MONTHS.index(match["mon"].lower()[:3]) + 1
    return end_of_named_month(reference.day, month, past=reference.past), ()


# Sizes and shares: "5/16 inch", 3/4", "3/4 of them".
_NO_SIZE = r"(?!\s*(?:inch(?:es)?\b|in\.(?!\w)|[\"”″]|of\b|cups?\b))"
_HAN_DAY = r"(?:(?P<iy>\d{4}) ?年 ?|(?P<named_year>[去今明]) ?年 ?)?(?P<im>\d{1,2}) ?月 ?(?P<id>\d{1,2})(?: ?[日号])?"
# "by the 15th" and "on the 2nd, 20 min", but not "the 2nd sample".
_BEFORE_ORDINAL = "|".join(rf"(?<=\b{word} )" for word in ("by", "on", "before", "until", "till", "due", "from"))
_BEFORE_ORDINAL += "|(?<=day )"
_END_OF_ORDINAL = r"(?=\s*(?:$|[,.;:!?)\x00]|at\b|@|for\b|with\b|\d))"
_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"\b(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})\b", _read_iso),
        (
            rf"{_HAN_DAY}{_HAN_WEEKDAY}",
            _read_iso,
        ),
        (
            r"(?<![\d/$.])(?!24/7)(?P<one>\d{1,2})/(?P<two>\d{1,2})(?:/(?P<nyear>\d{4}|\d{2}))?(?![\d/%])"
            + _NO_SIZE
            + _HAN_WEEKDAY,
            _read_numeric,
        ),
        (
            rf"(?<![^\s\x00，,。；;在到约])(?P<one>\d{{1,2}})\.(?P<two>\d{{1,2}})(?P<nyear>){_HAN_WEEKDAY}{_HAN_HOUR}",
            _read_numeric,
        ),
        (rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?", _read_named),
        (rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?(?!\w)", _read_named),
        (rf"\bend of {_MONTH}(?!\s*\d)", _read_end_of_named_month),
        (rf"(?:{_BEFORE_ORDINAL})the (?P<d>\d{{1,2}})(?:st|nd|rd|th){_END_OF_ORDINAL}", _read_day_of_month),
        (rf"\b{_COUNT}\s+(?P<unit>days?|weeks?) from (?P<from>today|now|tomorrow|{_WEEKDAY})\b", _read_weeks_from),
        (rf"\b(?P<wd>{_WEEKDAY}),?\s+(?:of\s+)?(?P<week>next|this|last) week\b", _read_weekday_of_week),
        (rf"\b(?P<week>next|this|last) week(?:['’]s|,|\s+on)?\s+(?P<wd>{_WEEKDAY})\b", _read_weekday_of_week),
        (rf"\b(?:with)?in\s+{_COUNT}\s+(?P<unit>days?|weeks?|wks?|months?)(?:['’]s?\s+time)?(?!\w)", _read_span),
        (rf"\b{_COUNT}\s+(?P<unit>days?|weeks?|wks?|months?)\s+(?P<ago>ago)\b", _read_span),
        (WORDS, read_word),
        (rf"\b(?:(?P<which>next|nxt|this|last|coming)\s+)?(?P<wd>{_WEEKDAY})\b", _read_weekday),
        *HAN_PATTERNS,
    )
)
_DATE_READERS = (_read_numeric, _read_named, _read_iso, _read_day_of_month, *HAN_DATE_READERS)
_CLOCK_BEFORE = re.compile(
    r"(?:\bat\s+|@\s*)?(?<![\d:])(?P<clock>\d{1,2}(?::\d{2})?\s*[ap]m|\d{1,2}:\d{2}|noon)"
    rf"(?:\s*\(?(?P<city>{'|'.join(ZONES)})(?:\s+time)?\)?)?\s+(?:on\s+)?$",
    re.IGNORECASE,
)


_POSSESSIVE = re.compile(r"['’]s(?=\s)")


def find_days(text: str, today: date, *, past: bool | None = False, ranges: bool = False) -> list[DateMention]:
    """Return every date of the text in order; of overlapping patterns the more exact one.

    `past`: whether the text is about the past; None if it doesn't say so. `ranges`: whether "Dec 10-12" is one date,
    the first day; else it is the one with the month beside it.
    """
    mentions: list[DateMention] = []
    for pattern, reader in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < each.end and each.start < match.end() for each in mentions):
                continue
            days = reader(match, DateReference(today, past))
            if days:
                possessive = _POSSESSIVE.match(text, match.end())
                end = possessive.end() if possessive else match.end()
                mention = DateMention(match.start(), end, days[0], None, _precision(reader, match), days[1])
                if ranges and mention.precision is Precision.date:
                    mention = extend_to_range(text, mention)
                mentions.append(_with_clock(text, mention))
    return join_mentions(text, sorted(mentions))


def _precision(reader: Reader, match: re.Match[str]) -> Precision:
    if reader in (_read_weekday, read_han_weekday):
        return Precision.weekday
    if reader is read_word:
        return Precision.end_of_day if is_end_of_day(match["word"]) else Precision.other
    return Precision.date if reader in _DATE_READERS else Precision.other


def _with_clock(text: str, mention: DateMention) -> DateMention:
    after = read_clock(text, mention.end) or read_hour_alone(text, mention.start, mention.end)
    if after:
        days = timedelta(days=after.is_next_day)
        other_days = tuple(day + days for day in mention.other_days)
        mention = mention._replace(clock=after.time, zone=after.zone, end=after.end)
        return mention._replace(day=mention.day + days, other_days=other_days)
    match = _CLOCK_BEFORE.search(text, 0, mention.start)
    before = read_clock(text, match.start("clock")) if match else None
    if match is None or before is None:
        return mention
    zone = ZONES[match["city"].lower()] if match["city"] else None
    return mention._replace(clock=before.time, zone=zone, start=match.start())
