"""Follow-ups of a list under their days: overdue ones together, then today, tomorrow and each later day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from crm.calendars import local_day
from crm.core.i18n import formats
from crm.core.words import _

from .enums import FollowUpSide, FollowUpState
from .queries import FollowUpRow


class DayGroup(NamedTuple):
    """The follow-ups of one day, or the overdue ones, under their heading."""

    heading: str
    follow_ups: list[FollowUpRow]
    is_continued: bool
    """Whether the page before has follow-ups under the same heading."""


def group_by_day(
    follow_ups: Sequence[FollowUpRow],
    today: date,
    zone: str,
    *,
    descending: bool,
    page_before: Sequence[FollowUpRow] = (),
) -> list[DayGroup]:
    """Return the follow-ups of a page by day; one with a time is on the day of the reader's zone.

    The list is sorted by the date in the zone of each follow-up, which may be the day after. Ideas aren't owed, so they
    are never overdue.
    """
    days = [(_local_day(follow_up, zone), follow_up) for follow_up in follow_ups]
    groups: dict[str, list[FollowUpRow]] = {}
    for day, follow_up in sorted(days, key=itemgetter(0), reverse=descending):
        groups.setdefault(_heading(follow_up, day, today), []).append(follow_up)
    before = {_heading(follow_up, _local_day(follow_up, zone), today) for follow_up in page_before}
    return [DayGroup(heading, rows, heading in before) for heading, rows in groups.items()]


def _local_day(follow_up: FollowUpRow, zone: str) -> date:
    return local_day(follow_up.due_at or follow_up.due_on, zone)


def _heading(follow_up: FollowUpRow, day: date, today: date) -> str:
    if follow_up.state is FollowUpState.open and day < today:
        return _("Ideas from earlier days") if follow_up.side is FollowUpSide.idea else _("Overdue")
    text = formats.day(day, weekday=True)
    if day == today:
        return _("Today, %(day)s", day=text)
    return _("Tomorrow, %(day)s", day=text) if day == today + timedelta(days=1) else text
