"""The weekdays without a digest and the weekends with one, that come next for a reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm import calendars
from crm.core.forms.choice_sources import current_language
from crm.core.i18n import formats
from crm.core.words import _

from .readers import Reader

AHEAD_DAYS = 120
MAX_DAYS = 5
SATURDAY = 5


def list_digest_exceptions(reader: Reader, now: datetime) -> list[str]:
    """Return sentences for the next holidays without a digest and the next make-up workdays with one."""
    today = reader.today(now)
    sentences: list[str] = []
    for ahead in range(AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        is_workday = calendars.is_workday(reader.actor.country, day, extra=reader.extra_days)
        if is_workday is not (day.weekday() < SATURDAY):
            sentences.append(_describe(reader, day, is_workday=is_workday))
        if len(sentences) == MAX_DAYS:
            break
    return sentences


def _describe(reader: Reader, day: date, *, is_workday: bool) -> str:
    name = formats.day(day, weekday=True)
    if is_workday:
        return _("%(day)s: digest, because it's a make-up workday", day=name)
    holiday = calendars.holiday_on(reader.actor.country, day, extra=reader.extra_days, locale=current_language())
    if holiday is None or not holiday.name:
        return _("%(day)s: no digest", day=name)
    return _("%(day)s: no digest (%(holiday)s)", day=name, holiday=formats.holiday(holiday.name))
