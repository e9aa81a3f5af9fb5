"""Workdays, holidays, time zones and shared office hours: a pure library that reads no clock and no database.

An *instant* is aware and in UTC; a *local* time is a date, a time and an IANA zone; a *workday* is a day on which
people of a country work, in China sometimes a weekend. Days that administrators entered are passed as `extra`.
Start with `is_workday` and `resolve_local`.
"""

from crm.calendars.day_parts import DAY_PARTS, hour_of_part
from crm.calendars.day_problems import DayProblem, DayReason, Workplace, find_day_problems
from crm.calendars.holidays import (
    Extra,
    Holiday,
    add_workdays,
    holiday_on,
    is_estimated_year,
    is_workday,
    next_holiday,
    next_spring_festival,
    next_workday,
    workday_on_or_after,
)
from crm.calendars.months import FEDERAL_YEAR_MONTH, STATE_YEAR_MONTH, add_months, federal_year_start, period_start
from crm.calendars.windows import is_office_open, next_opening, next_shared_hours, shared_hours, shared_open_hours
from crm.calendars.zones import (
    city_of,
    country_of_zone,
    day_bounds,
    day_name,
    is_zone,
    local_day,
    opposite_zone,
    resolve_local,
    zone_of_country,
)
