"""Holidays and workdays by country, with China's working weekends; `extra` is what administrators entered."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

# `extra` of the functions below: True for a day people work, False for a day off. It wins over everything else.
Extra = Mapping[dt.date, bool]

_SATURDAY_SUNDAY = frozenset({5, 6})
# Where the law names Sunday alone (Hong Kong, Mexico), the offices that trade with abroad rest on Saturday too.
_SUNDAY = frozenset({6})
# Languages of the library for a locale of ours, first come first served; English where a country has none of them.
_LANGUAGES = {"zh_Hans": ("zh_CN",), "zh_Hant": ("zh_TW", "zh_HK", "zh_MO"), "es": ("es",)}
_MAX_DAYS = 400
# In the library's English names: a day off in exchange for a weekend, one shifted, one computed from the moon.
_EXCHANGED = "Day off"
_MARKS = (" (observed, estimated)", " (observed)", " (estimated)")
_COMPUTED = "estimated)"


class Holiday(NamedTuple):
    """A day off. `name` is empty for a day that administrators entered; `estimated` when no official word is known."""

    name: str
    estimated: bool


class _Year(NamedTuple):
    names: dict[dt.date, str]
    computed: frozenset[dt.date]
    worked: frozenset[dt.date]
    weekend: frozenset[int]


@lru_cache(maxsize=512)
def _year(country: str, year: int, locale: str) -> _Year:
    # The tables take long to load: when first needed, not at start.
    import holidays  # noqa: PLC0415

    try:
        # With the year after: a day off at the end of December belongs to New Year.
        book = holidays.country_holidays(country, years=(year, year + 1), language="en_US", expand=False)
    except NotImplementedError:
        return _Year({}, frozenset(), frozenset(), _SATURDAY_SUNDAY)
    english, shown = dict(book), {}
    language = next((code for code in _LANGUAGES.get(locale, ()) if code in book.supported_languages), None)
    if language:
        local = holidays.country_holidays(country, years=(year, year + 1), language=language, expand=False)
        shown = dict(local)
    return _Year(
        {day: _told(day, english, shown) for day in english if day.year == year},
        frozenset(day for day, name in english.items() if _COMPUTED in name),
        frozenset(day for day in book.weekend_workdays if day.year == year),
        frozenset(book.weekend | _SATURDAY_SUNDAY if book.weekend == _SUNDAY else book.weekend),
    )


def _told(day: dt.date, english: Mapping[dt.date, str], shown: Mapping[dt.date, str]) -> str:
    """The feast a day off belongs to: what is said of it is `National Day`, not `substituted from 10/10`."""
    feast = day
    if english[day].startswith(_EXCHANGED):
        feasts = [other for other in english if not english[other].startswith(_EXCHANGED)]
        feast = min(feasts, key=lambda other: (abs(other - day), other), default=day)
    plain = _without_marks(english[feast])
    if feast in shown:
        return shown[min((other for other in english if english[other] == plain), default=feast)].split("; ")[0]
    return plain.split("; ")[0]


def _without_marks(name: str) -> str:
    for mark in _MARKS:
        name = name.removesuffix(mark)
    return name


def estimated(country: str | None, year: int) -> bool:
    """Whether a year's holidays are computed and not yet announced.

    China's State Council announces a year between late October and early December of the year before; a year without
    any exchange of days is one not announced.
    """
    if (country or "").upper() != "CN":
        return False
    return not _year("CN", year, "en").worked


def holiday_on(country: str | None, day: dt.date, *, extra: Extra | None = None, locale: str = "en") -> Holiday | None:
    """The holiday of a country (ISO code) on a day, named in the reader's language where the country has it."""
    if extra and day in extra:
        return None if extra[day] else Holiday(_name(country, day, locale), estimated=False)
    found = _of(country, day, locale)
    if day not in found.names:
        return None
    return Holiday(found.names[day], day in found.computed or estimated(country, day.year))


def is_workday(country: str | None, day: dt.date, *, extra: Extra | None = None) -> bool:
    """Whether people in a country work on a day; without a known country Monday to Friday are workdays."""
    if extra and day in extra:
        return extra[day]
    found = _of(country, day, "en")
    if day in found.worked:
        return True
    return day.weekday() not in found.weekend and day not in found.names


def next_workday(country: str | None, day: dt.date, *, extra: Extra | None = None) -> dt.date:
    """The first workday after a day."""
    return workday_from(country, day + dt.timedelta(days=1), extra=extra)


def workday_from(country: str | None, day: dt.date, *, extra: Extra | None = None) -> dt.date:
    """The day itself when it is a workday, else the next one. Raises ValueError when a year has none."""
    for ahead in range(_MAX_DAYS):
        if is_workday(country, day + dt.timedelta(days=ahead), extra=extra):
            return day + dt.timedelta(days=ahead)
    raise ValueError(f"no workday in {country} within {_MAX_DAYS} days of {day}")


def add_workdays(country: str | None, day: dt.date, days: int, *, extra: Extra | None = None) -> dt.date:
    """The day `days` workdays later; 0 gives the day itself. Raises ValueError for a negative count."""
    if days < 0:
        raise ValueError("workdays are counted forward")
    for _ in range(days):
        day = next_workday(country, day, extra=extra)
    return day


def next_holiday(
    country: str | None, day: dt.date, within_days: int, *, extra: Extra | None = None, locale: str = "en"
) -> tuple[dt.date, Holiday] | None:
    """The first holiday from a day (inclusive) to `within_days` later, with its date."""
    for ahead in range(within_days + 1):
        date = day + dt.timedelta(days=ahead)
        found = holiday_on(country, date, extra=extra, locale=locale)
        if found:
            return date, found
    return None


def _of(country: str | None, day: dt.date, locale: str) -> _Year:
    return _year((country or "").upper(), day.year, locale)


def _name(country: str | None, day: dt.date, locale: str) -> str:
    return _of(country, day, locale).names.get(day, "")
