"""Meetings that took place earlier than planned: their time is corrected, none is held in the future."""

from __future__ import annotations

from datetime import datetime

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.words import _

from .models import Show, ShowMeeting
from .policy import MeetingState, is_show_day, is_still_to_come, time_at_show


def refuse_early(row: ShowMeeting, field: str | None = None) -> None:
    """Raise Invalid if a meeting that is still to come is marked as held or as a no-show."""
    if row.state is MeetingState.held and is_still_to_come(row.at, clock.now()):
        raise Invalid(_("Correct the time first. This meeting hasn't started yet."), field)
    if row.state is MeetingState.no_show and is_still_to_come(row.at, clock.now()):
        raise Invalid(_("Cancel the meeting instead. It hasn't started yet."), field)


def correct_time(row: ShowMeeting, moment: datetime) -> bool:
    """Give a meeting that is still to come the time at which it took place; return whether it changed.

    Left unchanged if that isn't a day of the show.
    """
    wall, show = time_at_show(moment, row.zone), db.session.get_one(Show, row.show_id)
    if not is_still_to_come(row.at, clock.now()) or not is_show_day(wall.date(), show.starts_on, show.ends_on):
        return False
    row.wall, row.at = wall, calendars.resolve_local(wall.date(), wall.time(), row.zone)
    return True
