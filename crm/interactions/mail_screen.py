"""Read the head of an email as mail programs in the browser show it: the sender and the date without labels.

Gmail:  "Re: Samples", "Inbox", "Zhou Limin <zhou@lotus.example>", "Thu, Nov 26, 3:12 AM (3 days ago)", "to me"
Outlook: "Zhou Limin<zhou@lotus.example>", "To: Anna Reyes", "Thu 11/26/2026 3:12 AM"
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from .mail_dates import parse_mail_date

MAX_LINES = 10
"""Lines with text above which the sender stands; the date is within as many below."""
MAX_LINE_CHARS = 200
_SENDER = re.compile(r"^[^<>@:：]{1,80}<[^<>\s@]{1,64}@[^<>\s@]{1,190}>$")
_DAY_AND_TIME = re.compile(r"\b([A-Z][a-z]{2,8}\.? \d{1,2}),? (?=\d{1,2}:\d{2})")
_HAN_DAY = re.compile(r"(?<![\d年])(?=\d{1,2}月\d{1,2}日)")
_TIME_ONLY = re.compile(r"^(?:上午|下午)?\d{1,2}:\d{2}(?: ?[AP]M)?(?: ?[(（].{1,40}[)）])?$")
_LABEL = re.compile(r"^[A-Za-z一-鿿]{1,12}\s?[:：](?!\d)")
_READERS = re.compile(r"^(?:to |发送至|收件人|寄給|To:)")


class ScreenHead(NamedTuple):
    """The fields of the head by name, and the index of the line after it."""

    fields: dict[str, str]
    end: int


def find_screen_head(lines: list[str], end: int | None, today: date) -> ScreenHead | None:
    """Return the head of an email, its sender above the line `end`; None if it has none.

    A date without a year is the latest one.
    """
    filled = list(islice((index for index, line in enumerate(lines) if line.strip()), 2 * MAX_LINES))
    for place, index in enumerate(filled[:MAX_LINES]):
        if (end is None or index < end) and _SENDER.match(lines[index].strip()[:MAX_LINE_CHARS]):
            return _read_head(lines, filled[: place + 1], filled[place + 1 : place + 4], today)
    return None


def _read_head(lines: list[str], above: list[int], below: list[int], today: date) -> ScreenHead | None:
    """Return the head whose sender is in the last line of `above`; None without a date in the lines `below`."""
    for index in below:
        sent = _with_year(lines[index].strip()[:MAX_LINE_CHARS], today)
        if sent:
            fields = {"from": lines[above[-1]].strip(), "sent": sent}
            if len(above) > 1:
                fields["subject"] = lines[above[0]].strip()
            after = next((i for i in below if i > index), None)
            has_readers = after is not None and _READERS.match(lines[after].strip())
            return ScreenHead(fields, after + 1 if after is not None and has_readers else index + 1)
    return None


def _with_year(line: str, today: date) -> str:
    """Return a date line with its year; "" for other lines."""
    if _LABEL.match(line):
        return ""
    if _TIME_ONLY.match(line):
        return f"{today.year}年{today.month}月{today.day}日 {line}"
    if parse_mail_date(line):
        return line
    for year in (today.year, today.year - 1):
        text = _HAN_DAY.sub(f"{year}年", _DAY_AND_TIME.sub(rf"\1, {year}, ", line), count=1)
        moment = parse_mail_date(text)
        if moment and moment.date() <= today + timedelta(days=1):
            return text
    return ""
