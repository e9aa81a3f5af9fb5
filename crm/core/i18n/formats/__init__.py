"""How values are written for a reader: days, moments, money, numbers, scripts. Jinja filters of the same names.

`reader` says for whom, `times`, `amounts` and `names` write. Callers use what stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Flask

from crm.core.i18n.formats.amounts import filesize, hs, money, num
from crm.core.i18n.formats.names import country, initials, lang, language_name, phone, place, spoken, within
from crm.core.i18n.formats.reader import as_read_by, locale, zone_of_reader
from crm.core.i18n.formats.times import ago, both, day, elsewhere, hour, light, long_day, moment, their_clock

__all__ = [
    "FILTERS",
    "ago",
    "as_read_by",
    "both",
    "country",
    "day",
    "elsewhere",
    "filesize",
    "hour",
    "hs",
    "initials",
    "lang",
    "language_name",
    "light",
    "locale",
    "long_day",
    "memoize_format",
    "moment",
    "money",
    "num",
    "phone",
    "place",
    "register",
    "spoken",
    "their_clock",
    "within",
    "zone_of_reader",
]

T = TypeVar("T")


def memoize_format(write: Callable[[Any], T]) -> Callable[[Any], T]:
    """Write each distinct value once: for the columns of one page."""
    seen: dict[Any, T] = {}

    def wrapped(value: Any) -> T:
        if value not in seen:
            seen[value] = write(value)
        return seen[value]

    return wrapped


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "both": both,
    "country": country,
    "date": day,
    "day": day,
    "elsewhere": elsewhere,
    "filesize": filesize,
    "hour": hour,
    "hs": hs,
    "initials": initials,
    "lang": lang,
    "language": language_name,
    "light": light,
    "long_day": long_day,
    "moment": moment,
    "money": money,
    "num": num,
    "phone": phone,
    "place": place,
    "spoken": spoken,
    "weekday": partial(day, weekday=True),
}


def register(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(FILTERS)
