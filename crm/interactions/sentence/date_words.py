"""Words for a date: "today", "end of next month", "by COB"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .date_rules import RECENT_DAYS, DateReference, Days, end_of_month

_END_OF_DAY = ("end of day", "close of business", "eod", "cob")
_PART_BEFORE_TIME = r"\s+(?:morning|afternoon|evening|night)(?=\s+(?:at\s+)?\d)"
WORDS = (
    r"(?<![a-z])(?:the )?(?P<word>day after tomorrow|day before yesterday|today|tonight|this morning|this afternoon"
    r"|this evening|last ni(?:ght|te)|(?:tomm?orr?ow|tmrw?|tmw)"
    rf"(?:{_PART_BEFORE_TIME})?|yesterdays?|end of (?:the )?day|close of business|eod|cob|eoy|eom|eow"
    r"|end of (?:the |this |next )?(?:week|month|quarter|year)(?!-\w)|(?:year|month)[- ]?end"
    r"|(?:next|nxt|this) (?:week|wk)|next month)\b"
)

_PERIOD = re.compile(r"(?:the )?(?:end of .*(?:quarter|year)|(?:year|month)[- ]?end|eo[ymw])", re.IGNORECASE)
_TOPIC = re.compile(r"\b(?:about|re|regarding|concerning)\b:?\s*$", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:by|before|until|till|due|at)\s+$", re.IGNORECASE)
_DEADLINE = re.compile(r"\b(?:by|before|until|till|due)\s+(?:the\s+)?$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\s*(?:$|[,.;:!?()（），。；：！？\n]|\s[-–—]|(?:and|but|at the latest)\b)", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*\x00|\s+(?:about|after|as|at|because|for|from|if|in|on|or|since|so|to|unless|when|with|I|he|she|they|we)\b",
    re.IGNORECASE,
)

_ONE_DAY = timedelta(1)

END_OF_DAY = re.compile(rf"\b(?:end of (?:the )?day|{'|'.join(_END_OF_DAY)})\b|下班", re.IGNORECASE)


def is_end_of_day(text: str) -> bool:
    """Whether a word only means the end of a day: "COB Friday"."""
    return re.sub(r"\bthe ", "", text.lower()) in _END_OF_DAY


def _is_adjective(match: re.Match[str]) -> bool:
    """Whether the end of a period only describes something: "year-end pricing", "his EOY report"."""
    text = match.string
    if not _PERIOD.fullmatch(match.group()) or _CLAUSE_END.match(text, match.end()):
        return False
    return not (_LIMIT.search(text, max(0, match.start() - 20), match.start()) and _GOES_ON.match(text, match.end()))


def _is_topic(match: re.Match[str], reference: DateReference) -> bool:
    """Whether a period is what something is about: "meeting about month end", in the past also "discussed year end"."""
    if not _PERIOD.fullmatch(match.group()):
        return False
    lead = match.string[max(0, match.start() - 20) : match.start()]
    is_limit = "end of" in match.group().lower() or _LIMIT.search(lead)
    return bool(_TOPIC.search(lead) or (reference.past and not is_limit))


def _spell_out(word: str) -> str:
    """Return a word in full and without typing errors: "tmrw night" gives "tomorrow", "nxt wk" gives "next week"."""
    word = re.sub(r"\s+", " ", word.lower())
    word = re.sub(r"^(?:tomm?orr?ow|tmrw?|tmw)(?: \w+)?$", "tomorrow", word)
    word = word.replace("yesterdays", "yesterday").replace("nite", "night")
    return re.sub(r"\bwk$", "week", re.sub(r"^nxt\b", "next", word))


def read_word(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return the date of a word of WORDS; None if it only describes something."""
    if _is_adjective(match) or _is_topic(match, reference):
        return None
    today = reference.day
    word = re.sub(r"\b(?:the|this) (?=day|week|month|quarter|year)", "", _spell_out(match["word"]))
    monday = today - timedelta(today.weekday())
    end_of_week = max(today, monday + timedelta(4))
    months_to_quarter_end = -today.month % 3
    days = {
        **dict.fromkeys(("today", "tonight", "this morning", "this afternoon", "this evening", *_END_OF_DAY), today),
        "tomorrow": today + timedelta(1),
        "day after tomorrow": today + timedelta(2),
        **dict.fromkeys(("yesterday", "last night"), today - timedelta(1)),
        "day before yesterday": today - timedelta(2),
        "next week": monday + timedelta(7),
        **dict.fromkeys(("week", "end of week", "eow"), end_of_week),
        "end of next week": monday + timedelta(11),
        "next month": end_of_month(today) + timedelta(1),
        **dict.fromkeys(("end of month", "month end", "month-end", "monthend", "eom"), end_of_month(today)),
        "end of next month": end_of_month(today, 1),
        "end of quarter": end_of_month(today, months_to_quarter_end),
        "end of next quarter": end_of_month(today, months_to_quarter_end + 3),
        **dict.fromkeys(("end of year", "year end", "year-end", "yearend", "eoy"), date(today.year, 12, 31)),
        "end of next year": date(today.year + 1, 12, 31),
    }
    return _read_in_past(match, word, days[word], today) if reference.past else (days[word], ())


def _read_in_past(match: re.Match[str], word: str, day: date, today: date) -> Days | None:
    """Return the date of a word in a text about the past: "met Li at month end"; None for one that is to come.

    "This week" is today or, with a question, one of the days before.
    """
    if word == "week":
        return today, tuple(today - timedelta(days) for days in range(1, today.weekday() + 1))
    if day <= today:
        return day, ()
    quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    last_days = {
        **dict.fromkeys(("end of week", "eow"), today - timedelta(today.weekday() + 3)),
        **dict.fromkeys(("end of month", "month end", "month-end", "monthend", "eom"), today.replace(day=1) - _ONE_DAY),
        "end of quarter": quarter - _ONE_DAY,
        **dict.fromkeys(("end of year", "year end", "year-end", "yearend", "eoy"), date(today.year, 1, 1) - _ONE_DAY),
    }
    last_day = last_days.get(word)
    is_deadline = _DEADLINE.search(match.string, max(0, match.start() - 20), match.start())
    is_recent = last_day is not None and today - last_day < timedelta(RECENT_DAYS)
    return (last_day, ()) if last_day and is_recent and not is_deadline else None
