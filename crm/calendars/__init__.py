"""Workdays, zones, shared hours and repeat rules: a pure library that reads no clock and no database.

An *instant* is aware and in UTC; a *wall* time is a date, a time and an IANA zone; a *workday* is a day on which people
of a country work, in China sometimes a weekend. What administrators entered comes in as `extra`. Start with
`is_workday`, `resolve_local` and `next_occurrence`.
"""

from crm.calendars.holidays import (
    Extra,
    Holiday,
    add_workdays,
    estimated,
    holiday_on,
    is_workday,
    next_holiday,
    next_workday,
    workday_from,
)
from crm.calendars.repeats import Every, RecurrenceRule, next_occurrence
from crm.calendars.windows import ResolvedWeekday, office_open, shared_hours, shared_open_hours, weekday_for
from crm.calendars.zones import (
    BothClocks,
    both,
    both_clocks,
    business_zone,
    city_of,
    country_of_zone,
    day_name,
    hours_ahead,
    iana_zone,
    is_zone,
    other_side,
    resolve_local,
    zone_of_country,
)

__all__ = [
    "BothClocks",
    "Every",
    "Extra",
    "Holiday",
    "RecurrenceRule",
    "ResolvedWeekday",
    "add_workdays",
    "both",
    "both_clocks",
    "business_zone",
    "city_of",
    "country_of_zone",
    "day_name",
    "estimated",
    "holiday_on",
    "hours_ahead",
    "iana_zone",
    "is_workday",
    "is_zone",
    "next_holiday",
    "next_occurrence",
    "next_workday",
    "office_open",
    "other_side",
    "resolve_local",
    "shared_hours",
    "shared_open_hours",
    "weekday_for",
    "workday_from",
    "zone_of_country",
]
