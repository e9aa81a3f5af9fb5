"""Bid deadlines: "Bids are due by December 18 at 5 PM", 投标截止时间为2026年12月18日下午5点."""

from __future__ import annotations

import re
from datetime import date

from crm.interactions.sentence.date_mentions import DateMention
from crm.interactions.sentence.dates import find_days

from .text import Paragraph

AFTER, BEFORE = 90, 60
"""Characters after and before a word for a deadline in which its date is searched."""
_WORD = re.compile(
    r"\b(?:deadline|due(?: date)?|closes|closing(?: date)?|cut-?off|no later than|submi(?:t|tted|ssions?)"
    r"|bids?|tenders?|proposals?|expressions? of interest|eoi)\b|截止|截标|投标|交标|递交|提交|报名|应标",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:deadline|due|closes?|closing|cut-?off|no later than|by|before|until|extended)\b"
    r"|截止|截标|截至|前|为止|延期?至",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(r"[^，。,.]{0,5}(?:之前|以前|前|截止|截标|为止|deadline)", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<!\d)(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_HAN_HOUR = re.compile(r"(?<=\d)时(?!间)")
_HAN_CLOCK = re.compile(r"(?<=[午晨早晚上])\s?(\d{1,2})(?:[:：]|\s?时(?!间)\s?)(\d{2})(?!\d)(?:\s?分)?")
_AM_PM = re.compile(r"(?<=[\d ])([ap])\.\s?m\.(?!\w)", re.IGNORECASE)
_DOTTED_HOUR = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?=\s?(?:hrs|hours|[ap]m)\b)", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?<=[\d日号])\s?(?:[(（](?:星期|周|礼拜)[一二三四五六日天][)）]|\((?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\))"
    r"|(?:(?<=[\d,:]\s)|(?<=\bat\s)|(?<=\bby\s))12\s(?=noon\b)|(?<=[ap]m),"
    r"|(?<=:\d\d)\s?(?:hrs|hours|CST|BJT|local time)\b,?",
    re.IGNORECASE,
)
"""What stands between a date and its time: the weekday in brackets, words for the clock."""
_FORMER = re.compile(r"(?:\bfrom|原定于?|原为|由|从)\s?$", re.IGNORECASE)
"""What precedes the date of a deadline that was extended."""
_MOVED = re.compile(r"\b(?:moved|changed|postponed|rescheduled)\sfrom\b[^;\n]{1,40}\sto\s?$", re.IGNORECASE)
"""What precedes the new date of a deadline; it is longer than what `_is_limit` reads for other words."""


def find_deadline(labeled: Paragraph | None, paragraphs: list[Paragraph], sent_on: date) -> DateMention | None:
    """Return the first date of the labeled line, else the first that is named as a deadline; dates before are past."""
    if labeled is not None:
        return _first(labeled.plain, sent_on)
    for paragraph in paragraphs:
        for match in _WORD.finditer(paragraph.plain):
            start, end = max(0, match.start() - BEFORE), match.end() + AFTER
            window = paragraph.plain[start:end]
            if _LIMIT.search(window) and (mention := _find_near_date(window, match.start() - start, sent_on)):
                return mention
    return None


def _first(plain: str, sent_on: date) -> DateMention | None:
    text = _normalize_dates(plain[: AFTER + BEFORE])
    return next((day for day in find_days(text, sent_on) if day.day >= sent_on and not _is_former(text, day)), None)


def _find_near_date(window: str, position: int, sent_on: date) -> DateMention | None:
    """Return the first date after a position that a word for a limit names; else the last one before it."""
    plain = _normalize_dates(window)
    days = [day for day in find_days(plain, sent_on) if day.day >= sent_on and _is_limit(plain, day)]
    after = [day for day in days if day.start >= position]
    if after:
        return after[0]
    return days[-1] if days else None


def _is_limit(plain: str, mention: DateMention) -> bool:
    """Whether a word for a limit stands shortly before the date, or 前 or 截止 after it."""
    before = plain[max(0, mention.start - 30) : mention.start]
    after = plain[mention.end : mention.end + 8]
    is_new = _MOVED.search(plain[: mention.start])
    return bool(is_new or _LIMIT.search(before) or _LIMIT_AFTER.match(after)) and not _is_former(plain, mention)


def _is_former(plain: str, mention: DateMention) -> bool:
    return bool(_FORMER.search(plain, max(0, mention.start - 8), mention.start))


def _normalize_dates(plain: str) -> str:
    """Return the text, as long as before, with dates and times as their reader expects them: 2026-12-18, 上午9点30."""
    plain = _AM_PM.sub(lambda match: f"{match[1]}m".ljust(len(match[0])), plain)
    plain = _HAN_CLOCK.sub(lambda match: f"{match[1]}点{match[2]}".ljust(len(match[0])), plain)
    plain = _DOTTED_HOUR.sub(r"\1:\2", _HAN_HOUR.sub("点", _NUMERIC.sub(r"\1-\2-\3", plain)))
    return _ASIDE.sub(lambda match: " " * len(match[0]), plain)
