"""Dates in Chinese: 周五, 下周三, 12月20日（周日）, 十二月十日, 本月20日, 三天内, 5个工作日内, 月底."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .date_rules import (
    DateReference,
    Days,
    Reader,
    end_of_month,
    end_of_named_month,
    find_dates,
    nearest_date,
    nearest_weekday,
)
from .han_numbers import HAN_NUMBER, read_han_number

_WEEKDAYS = {han: index for index, han in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = r"(?:周|星期|礼拜)(?P<hw>[一二三四五六日天])"
_COUNT = rf"(?P<n>\d{{1,3}}|{HAN_NUMBER})"
_UNIT = r"(?P<unit>天|日|周|个?(?:星期|礼拜)|个?月|个?工作日|个?小时)"
# 20日前 may be "20 days ago", 于20日前 is a deadline.
_OF_MONTH = r"(?:号|日(?:(?<=[于在请]\d日)|(?<=[于在请]\d\d日)))"
_BEFORE = r"(?=\s?(?:下班)?(?:之前|以前|前))"
_WORDS = (
    r"今天|今日|今早|今晚|明天|明日|明早|明晚|大后天|后天|昨天|昨日|昨晚|大前天|(?<!\d)前天|半个月内|[下本这]周内|[下本这]周末|下下周|下周|下星期"
    r"|本周|下个月底|下月底|下个月初|下月初|下个月|下月|本月内"
    r"|月底|年底"
)


def read_han_weekday(match: re.Match[str], reference: DateReference) -> Days:
    """Return 周五, 下周五, 上周五 or 本周五."""
    today, past = reference
    index, which = _WEEKDAYS[match["hw"]], match["hwhich"] or ""
    monday = today - timedelta(today.weekday())
    weeks = {"下下": 2, "下": 1, "上": -1, "上上": -2}.get(which)
    if weeks:
        return monday + timedelta(7 * weeks + index), ()
    of_week = monday + timedelta(index)
    if which and not past and of_week >= today:
        return of_week, ()
    return nearest_weekday(today, index, past=bool(past)), ()


def _read_day_of_month(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return 本月20日, 下个月10号 or 上个月28号; a day without a month is the next such day."""
    today, past = reference
    day, which = int(match["d"]), match["which"]
    first = today.replace(day=1)
    if which == "上":
        first = (first - timedelta(1)).replace(day=1)
    elif which == "下" or (not which and day < today.day and not past):
        first = (first + timedelta(32)).replace(day=1)
    day_read = nearest_date(first, past=False, year=first.year, month=first.month, day=day)
    return (day_read, ()) if day_read else None


def _read_month_and_day(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return 十二月十日."""
    today, past = reference
    return find_dates(today, past=past, month=read_han_number(match["hm"]), day=read_han_number(match["hd"]))


def _read_span(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return the last day of 三天内 or 两周后; of working days only Saturdays and Sundays are left out."""
    today, past = reference
    if past:
        return None
    count, unit = read_han_number(match["n"]), match["unit"].removeprefix("个")
    if unit == "工作日":
        return _add_weekdays(today, count), ()
    days = {"天": count, "日": count, "月": 30 * count, "小时": round(count / 24)}.get(unit, 7 * count)
    return today + timedelta(days), ()


def _add_weekdays(today: date, count: int) -> date:
    day = today
    for _weekday in range(count):
        day += timedelta({4: 3, 5: 2}.get(day.weekday(), 1))
    return day


def _read_word(match: re.Match[str], reference: DateReference) -> Days:
    today = reference.day
    monday = today - timedelta(today.weekday())
    friday = max(today, monday + timedelta(4))
    days = {
        **dict.fromkeys(("今天", "今日", "今早", "今晚"), today),
        **dict.fromkeys(("明天", "明日", "明早", "明晚"), today + timedelta(1)),
        "后天": today + timedelta(2),
        "大后天": today + timedelta(3),
        **dict.fromkeys(("昨天", "昨日", "昨晚"), today - timedelta(1)),
        "前天": today - timedelta(2),
        "大前天": today - timedelta(3),
        "半个月内": today + timedelta(15),
        **dict.fromkeys(("本周末", "这周末"), max(today, monday + timedelta(5))),
        "下周末": monday + timedelta(12),
        "下周": monday + timedelta(7),
        "下下周": monday + timedelta(14),
        "下星期": monday + timedelta(7),
        "下周内": monday + timedelta(11),
        "本周": friday,
        "本周内": friday,
        "这周内": friday,
        **dict.fromkeys(("下个月", "下月", "下个月初", "下月初"), end_of_month(today) + timedelta(1)),
        "下个月底": end_of_month(today, 1),
        "下月底": end_of_month(today, 1),
        "本月内": end_of_month(today),
        "月底": end_of_month(today),
        "年底": date(today.year, 12, 31),
    }
    return days[match["word"]], ()


def _read_end_of_month(match: re.Match[str], reference: DateReference) -> Days | None:
    """Return the last day of the month in 1月底 or 十二月底."""
    month = read_han_number(match["em"])
    return (end_of_named_month(reference.day, month, past=reference.past), ()) if 1 <= month <= 12 else None


HAN_PATTERNS: tuple[tuple[str, Reader], ...] = (
    (rf"(?<!\d)(?P<em>\d{{1,2}}|{HAN_NUMBER})月[底末]", _read_end_of_month),
    (rf"(?P<hm>{HAN_NUMBER})月(?P<hd>{HAN_NUMBER})[日号](?:[（(]{_WEEKDAY}[）)])?", _read_month_and_day),
    (rf"(?:(?P<which>本|这|下|上)个?月)(?P<d>\d{{1,2}})[日号](?:[（(]{_WEEKDAY}[）)])?", _read_day_of_month),
    (
        rf"(?P<which>)(?<![\d月])(?P<d>\d{{1,2}}){_OF_MONTH}{_BEFORE}",
        _read_day_of_month,
    ),
    (rf"(?<![近去后\d]){_COUNT}{_UNIT}(?:之内|以内|内(?!容)|(?<!日)(?:之后|以后|后(?![来续期面方])))", _read_span),
    (rf"(?P<hwhich>下下|下|上上|上|本|这)?个?{_WEEKDAY}", read_han_weekday),
    (rf"(?P<word>{_WORDS})", _read_word),
)
"""Patterns and their readers, the more exact ones first."""
HAN_DATE_READERS = (_read_month_and_day, _read_day_of_month)
