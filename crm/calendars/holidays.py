"""Holidays and workdays by country, including China's working weekends.

`extra` holds the days that administrators entered.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

# `extra` of the functions below: True for a workday, False for a day off. It overrides the library.
Extra = Mapping[dt.date, bool]

_SATURDAY_SUNDAY = frozenset({5, 6})
# In countries whose legal weekend is only Sunday (Hong Kong, Mexico), offices in foreign trade close on Saturday too.
_SUNDAY = frozenset({6})
# Languages of the library for each of our locales, in order of preference; English if a country has none of them.
_LANGUAGES = {"zh_Hans": ("zh_CN",), "zh_Hant": ("zh_TW", "zh_HK", "zh_MO"), "es": ("es",)}
_MAX_DAYS = 400
# Marks in the library's English names: a day off exchanged for a weekend, a shifted day, a computed lunar date.
_EXCHANGED = "Day off"
_MARKS = (" (observed, estimated)", " (observed)", " (estimated)")
_COMPUTED = "estimated)"


class Holiday(NamedTuple):
    """A day off. `name` is empty for a day that administrators entered; `is_estimated` if not yet announced."""

    name: str
    is_estimated: bool


class _Year(NamedTuple):
    names: dict[dt.date, str]
    computed: frozenset[dt.date]
    worked: frozenset[dt.date]
    weekend: frozenset[int]


@lru_cache(maxsize=512)
def _year(country: str, year: int, locale: str) -> _Year:
    # The tables load slowly: import them when first needed, not at startup.
    from ._library import country_holidays  # noqa: PLC0415

    try:
        # Include the next year: a day off at the end of December can belong to New Year.
        calendar = country_holidays(country, years=(year, year + 1), language="en_US", expand=False)
    except NotImplementedError:
        return _Year({}, frozenset(), frozenset(), _SATURDAY_SUNDAY)
    english = dict(calendar)
    local_names = {}
    language = next((code for code in _LANGUAGES.get(locale, ()) if code in calendar.supported_languages), None)
    if language:
        localized = country_holidays(country, years=(year, year + 1), language=language, expand=False)
        local_names = dict(localized)
    return _Year(
        {day: _holiday_name(day, english, local_names) for day in english if day.year == year},
        frozenset(day for day, name in english.items() if _COMPUTED in name),
        frozenset(day for day in calendar.weekend_workdays if day.year == year),
        frozenset(calendar.weekend | _SATURDAY_SUNDAY if calendar.weekend == _SUNDAY else calendar.weekend),
    )


def _holiday_name(day: dt.date, english: Mapping[dt.date, str], local_names: Mapping[dt.date, str]) -> str:
    """Return the name of the holiday that a day off belongs to: `National Day`, not `substituted from 10/10`."""
    main_day = day
    if english[day].startswith(_EXCHANGED):
        main_days = [other for other in english if not english[other].startswith(_EXCHANGED)]
        main_day = min(main_days, key=lambda other: (abs(other - day), other), default=day)
    name = _without_marks(english[main_day])
    if main_day in local_names:
        named_day = min((other for other in english if english[other] == name), default=main_day)
        return local_names[named_day].split("; ")[0]
    return name.split("; ")[0]


def _without_marks(name: str) -> str:
    for mark in _MARKS:
        name = name.removesuffix(mark)
    return name


def is_estimated_year(country: str | None, year: int) -> bool:
    """Whether a year's holidays are computed because they aren't announced yet.

    China's State Council announces a year between late October and early December of the year before; a year without
    exchanged days isn't announced yet.
    """
    if (country or "").upper() != "CN":
        return False
    return not _year("CN", year, "en").worked


def holiday_on(country: str | None, day: dt.date, *, extra: Extra | None = None, locale: str = "en") -> Holiday | None:
    """Return the holiday of a country (ISO code) on a day, in the reader's language if available; else None."""
    if extra and day in extra:
        return None if extra[day] else Holiday(_name(country, day, locale), is_estimated=False)
    year = _year_of(country, day, locale)
    if day not in year.names:
        return None
    return Holiday(year.names[day], day in year.computed or is_estimated_year(country, day.year))


def is_workday(country: str | None, day: dt.date, *, extra: Extra | None = None) -> bool:
    """Whether people in a country work on a day; in an unknown country, Monday to Friday are workdays."""
    if extra and day in extra:
        return extra[day]
    year = _year_of(country, day, "en")
    if day in year.worked:
        return True
    return day.weekday() not in year.weekend and day not in year.names


def next_workday(country: str | None, day: dt.date, *, extra: Extra | None = None) -> dt.date:
    """Return the first workday after a day."""
    return workday_on_or_after(country, day + dt.timedelta(days=1), extra=extra)


def workday_on_or_after(country: str | None, day: dt.date, *, extra: Extra | None = None) -> dt.date:
    """Return the day itself if it is a workday, else the next one. Raises ValueError if none follows in 400 days."""
    for ahead in range(_MAX_DAYS):
        if is_workday(country, day + dt.timedelta(days=ahead), extra=extra):
            return day + dt.timedelta(days=ahead)
    raise ValueError(f"no workday in {country} within {_MAX_DAYS} days of {day}")


def add_workdays(country: str | None, day: dt.date, days: int, *, extra: Extra | None = None) -> dt.date:
    """Return the day `days` workdays later; 0 returns the day itself. Raises ValueError for a negative count."""
    if days < 0:
        raise ValueError("days must not be negative")
    for _ in range(days):
        day = next_workday(country, day, extra=extra)
    return day


def next_holiday(
    country: str | None, day: dt.date, within_days: int, *, extra: Extra | None = None
) -> tuple[dt.date, Holiday] | None:
    """Return the first holiday from a day (inclusive) to `within_days` days later, with its date; else None."""
    for ahead in range(within_days + 1):
        date = day + dt.timedelta(days=ahead)
        holiday = holiday_on(country, date, extra=extra)
        if holiday:
            return date, holiday
    return None


def _spring_festival(year: int) -> dt.date:
    days = (day for day, name in _year("SG", year, "en").names.items() if name.startswith("Chinese New Year"))
    return min(days)


def next_spring_festival(day: dt.date) -> dt.date:
    """Return the first day of the Spring Festival (Lunar New Year) on or after a day."""
    this_year = _spring_festival(day.year)
    return this_year if this_year >= day else _spring_festival(day.year + 1)


def _year_of(country: str | None, day: dt.date, locale: str) -> _Year:
    return _year((country or "").upper(), day.year, locale)


def _name(country: str | None, day: dt.date, locale: str) -> str:
    return _year_of(country, day, locale).names.get(day, "")
