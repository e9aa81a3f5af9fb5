"""One day of a show for the phone: who is at the table now, who is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.policy import Actor

from .models import Show
from .policy import MeetingState, is_still_to_come
from .queries import MeetingRow, agenda
from .queries.guests import Guest, load_guests


@dataclass(frozen=True)
class DayMeeting:
    """A meeting on the show day.

    `is_due` while it waits for "Arrived" or "No-show", `is_later_today` if guests may still come early or cancel,
    `is_past` after its end.
    """

    row: MeetingRow
    guests: list[Guest]
    is_due: bool
    is_later_today: bool
    is_past: bool

    @property
    def is_current(self) -> bool:
        """Whether someone should be at the table now."""
        return self.is_due and not self.is_past

    @property
    def can_be_logged(self) -> bool:
        """Whether it took place and has no interaction yet."""
        return self.row.state is MeetingState.held and self.row.interaction_id is None


@dataclass(frozen=True)
class ShowDay:
    """The meetings of one day by time, split at the current time on the show's clock."""

    day: date
    days: list[date]
    local_now: datetime
    earlier: list[DayMeeting]
    later: list[DayMeeting]
    own_count: int
    team_count: int

    @property
    def ids(self) -> set[int]:
        """The meetings of the page."""
        return {meeting.row.id for meeting in (*self.earlier, *self.later)}

    @property
    def is_today(self) -> bool:
        """Whether it is this day at the show."""
        return self.local_now.date() == self.day


def build_show_day(actor: Actor, show: Show, chosen: date | None, *, own_only: bool) -> ShowDay:
    """Return the meetings of a day of the show; without a choice of today, the next or the last day with meetings."""
    now = clock.now()
    local_now = now.astimezone(ZoneInfo(show.zone)).replace(tzinfo=None)
    by_day = agenda(actor, show.id)
    days = sorted({*by_day, *([local_now.date()] if show.starts_on <= local_now.date() <= show.ends_on else [])})
    day = chosen if chosen in days else choose_day(days, local_now.date()) or show.starts_on
    rows = by_day.get(day, [])
    own = [row for row in rows if any(member.id == actor.id for member in row.staff)]
    guests = load_guests(actor, rows)
    meetings = [_build(row, guests[row.id], now, local_now.date()) for row in (own if own_only else rows)]
    later = [meeting for meeting in meetings if not meeting.is_past]
    earlier = [meeting for meeting in meetings if meeting.is_past]
    return ShowDay(day, days, local_now, earlier, later, len(own), len(rows))


def choose_day(days: list[date], today: date) -> date | None:
    """Return today or the next of these days, else the last; None without any."""
    return next((day for day in days if day >= today), days[-1] if days else None)


def _build(row: MeetingRow, guests: list[Guest], now: datetime, today: date) -> DayMeeting:
    is_early, is_over = is_still_to_come(row.at, now), row.state.is_over
    return DayMeeting(
        row,
        guests,
        is_due=not is_over and not is_early,
        is_later_today=not is_over and is_early and row.wall.date() == today,
        is_past=row.at + timedelta(minutes=row.minutes) <= now,
    )
