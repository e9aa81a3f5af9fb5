"""How values are written for a reader: dates, times, money, numbers, scripts. Jinja filters of the same names.

`reader` has the reader's locale; `times`, `amounts` and `names` format; `parse` reads typed dates and times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Flask

from crm.core.i18n.formats.amounts import amount, filesize, hs, money, num, percent, percent_of, rate
from crm.core.i18n.formats.holiday_names import holiday
from crm.core.i18n.formats.names import (
    breakable_address,
    country,
    initials,
    lang,
    lang_attribute,
    language_name,
    mark_address,
    mark_lang,
    phone,
    place,
    within,
)
from crm.core.i18n.formats.parse import parse_day, parse_time
from crm.core.i18n.formats.reader import as_read_by, formats_tag, locale, locale_name, zone_of_reader
from crm.core.i18n.formats.times import (
    ago,
    both_clocks,
    both_clocks_near,
    clock_time,
    day,
    day_range,
    day_time,
    light,
    long_day,
    moment,
    month,
    months,
    next_time,
    other_clocks,
    their_clock,
)
from crm.core.words import use_number_format

T = TypeVar("T")


class _FormattedValues(dict[Any, T]):
    """The formatted values of one page by value; the first look-up of a value formats it."""

    def __init__(self, write: Callable[[Any], T]) -> None:
        self.write = write

    def __missing__(self, value: Any) -> T:
        text = self[value] = self.write(value)
        return text


def memoize_format(write: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return a formatter that formats each distinct value once: for the columns of one page."""
    return _FormattedValues(write).__getitem__


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "amount": amount,
    "both_clocks": both_clocks,
    "clock_time": clock_time,
    "country": country,
    "day": day,
    "day_range": day_range,
    "day_time": day_time,
    "filesize": filesize,
    "hs": hs,
    "initials": initials,
    "lang": lang,
    "language": language_name,
    "light": light,
    "long_day": long_day,
    "mark_address": mark_address,
    "mark_lang": mark_lang,
    "moment": moment,
    "money": money,
    "month": month,
    "next_time": next_time,
    "num": num,
    "other_clocks": other_clocks,
    "percent": percent,
    "phone": phone,
    "place": place,
    "within": within,
    "weekday": partial(day, weekday=True),
}


def register(app: Flask) -> None:
    """Add the filters to the templates, and write the numbers in texts as the reader does."""
    app.jinja_env.filters.update(FILTERS)
    use_number_format(num)
