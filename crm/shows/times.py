"""The days of a show, and the times of its meetings: those that took place earlier than planned are corrected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.words import _

from .models import Show, ShowMeeting
from .policy import MeetingState, is_show_day, is_still_to_come, time_at_show


def check_days(starts_on: date, ends_on: date) -> None:
    """Raise Invalid if a show ends before it starts."""
    if ends_on < starts_on:
        raise Invalid(_("Choose a last day on or after the first day."), "ends_on")


def check_meeting_days(meetings: Iterable[Any], starts_on: date, ends_on: date) -> None:
    """Raise Invalid if the days of a show leave out some of its meetings, or of rows with their columns."""
    booked_days = {meeting.wall.date() for meeting in meetings if meeting.state.takes_slot}
    uncovered_days = sorted(day for day in booked_days if not is_show_day(day, starts_on, ends_on))
    if uncovered_days:
        text = _(
            "Meetings are booked on %(days)s. Include those days, move or cancel the meetings, then change the dates "
            "again.",
            days=formats.day_range(uncovered_days[0], uncovered_days[-1]),
        )
        raise Invalid(text, "starts_on")


def check_reopened_day(row: ShowMeeting) -> None:
    """Raise Invalid if the days of the show have left out a meeting since it was canceled."""
    show = db.session.get_one(Show, row.show_id)
    if row.state.takes_slot and not is_show_day(row.wall.date(), show.starts_on, show.ends_on):
        raise Invalid(_("Edit the meeting to choose a day of the show. Its dates have changed."))


def refuse_early(row: ShowMeeting, field: str | None = None) -> None:
    """Raise Invalid if a meeting that is still to come is marked as held or as a no-show."""
    if row.state is MeetingState.held and is_still_to_come(row.at, clock.now()):
        raise Invalid(_("Correct the time first. This meeting hasn't started yet."), field)
    if row.state is MeetingState.no_show and is_still_to_come(row.at, clock.now()):
        raise Invalid(_("Cancel the meeting instead, as it hasn't started yet."), field)


def correct_time(row: ShowMeeting, moment: datetime) -> bool:
    """Give a meeting that is still to come the time at which it took place; return whether it changed.

    Left unchanged if that isn't a day of the show.
    """
    wall, show = time_at_show(moment, row.zone), db.session.get_one(Show, row.show_id)
    if not is_still_to_come(row.at, clock.now()) or not is_show_day(wall.date(), show.starts_on, show.ends_on):
        return False
    row.wall, row.at = wall, calendars.resolve_local(wall.date(), wall.time(), row.zone)
    return True
