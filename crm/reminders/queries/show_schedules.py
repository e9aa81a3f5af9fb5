"""The meetings at a show for which emails are planned: one's own, and those of colleagues whom the viewer manages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, fetch
from crm.core.data.record import Record
from crm.core.policy import Actor, HasAccess, may_see
from crm.records.policy import Access
from crm.records.services.access import load_access
from crm.reminders.policy import manages
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, ShowMeeting
from crm.shows.queries import visible_meetings

from .readers import Reader
from .show_meetings import OPEN

EmailKey = TypeVar("EmailKey")


class PlannedMeeting(NamedTuple):
    """An open meeting that a user attends; `access`: what others need to see, and the show.

    `is_visible`: whether the viewer may see it.
    """

    id: int
    show_id: int
    starts_at: datetime
    wall: datetime
    access: tuple[HasAccess, ...]
    is_visible: bool


def are_visible_to(actor: Actor, rows: Sequence[PlannedMeeting]) -> bool:
    """Return whether an actor may see these meetings."""
    return all(may_see(actor, access) for row in rows for access in row.access)


def list_visible_emails(meetings: Mapping[EmailKey, Sequence[PlannedMeeting]]) -> list[EmailKey]:
    """Return the emails without those about a meeting that the viewer may not see."""
    return [one for one, rows in meetings.items() if all(row.is_visible for row in rows)]


@dataclass
class ShowSchedule:
    """The meetings of a user at a show, by time: those since yesterday, so that each show day has its first one."""

    reader: Reader
    now: datetime
    rows: list[PlannedMeeting] = field(default_factory=list)

    @property
    def rows_to_come(self) -> list[PlannedMeeting]:
        """The meetings that haven't begun."""
        return [row for row in self.rows if row.starts_at > self.now]

    @property
    def days_to_come(self) -> list[list[PlannedMeeting]]:
        """The meetings by show day, without the days that have begun."""
        by_day: dict[date, list[PlannedMeeting]] = {}
        for row in self.rows:
            by_day.setdefault(row.wall.date(), []).append(row)
        return [rows for rows in by_day.values() if rows[0].starts_at >= self.now]


def list_schedules(actor: Actor, show: Record, all_readers: Sequence[Reader], now: datetime) -> list[ShowSchedule]:
    """Return the meetings at a show that are still to come of the actor and of colleagues whom the actor manages.

    Without those that the colleague may not see, and without users of whose meetings the actor sees none. Meetings that
    the actor may not see are among them: they decide when and to whom an email is sent. Five statements.
    """
    if show.archived_at is not None:
        return []
    schedules = {reader.actor.id: ShowSchedule(reader, now) for reader in all_readers if manages(actor, reader.actor)}
    rows = _staff_meetings(actor, show=show.id, since=now - timedelta(days=1), user_ids=list(schedules))
    access = _load_meeting_access({row.id: row.team_id for row in rows})
    for row in rows:
        meeting = PlannedMeeting(row.id, show.id, row.at, row.wall, (show, *access[row.id]), row.is_visible)
        if are_visible_to(schedules[row.user_id].reader.actor, [meeting]):
            schedules[row.user_id].rows.append(meeting)
    return [schedule for schedule in schedules.values() if any(row.is_visible for row in schedule.rows_to_come)]


@cached_query
def _staff_meetings(profile: AccessProfile) -> Select:
    M = ShowMeeting  # noqa: N806 - read often below
    return (
        sa.select(MeetingStaff.user_id, M.id, M.at, M.wall, M.team_id, visible_meetings(profile).label("is_visible"))
        .join(M, M.id == MeetingStaff.meeting_id)
        .where(M.show_id == sa.bindparam("show"), M.at > sa.bindparam("since", type_=Instant), M.state.in_(OPEN))
        .where(MeetingStaff.user_id.in_(sa.bindparam("user_ids", expanding=True)))
        .order_by(M.at, M.id)
    )


def _load_meeting_access(team_ids: Mapping[int, int]) -> dict[int, tuple[Access, ...]]:
    """Return by meeting the access to its team, and to each confidential record that it is about."""
    linked = _list_confidential(team_ids) if team_ids else []
    access = load_access({record_id for _meeting_id, record_id in linked})
    by_meeting = {id: [Access(team_id, None, False, frozenset())] for id, team_id in team_ids.items()}  # noqa: FBT003
    for meeting_id, record_id in linked:
        by_meeting[meeting_id].append(access[record_id])
    return {id: tuple(each) for id, each in by_meeting.items()}


def _list_confidential(meeting_ids: Collection[int]) -> Sequence[Any]:
    """Return pairs of a meeting and a confidential client, host, person or employer."""
    meeting, person, employer = ShowMeeting, MeetingPerson, MeetingEmployer
    links = (
        (meeting.id, meeting.client_id),
        (meeting.id, meeting.host_id),
        (person.meeting_id, person.person_id),
        (employer.meeting_id, employer.organization_id),
    )
    stmts = (
        sa.select(meeting_id, Record.id)
        .join(Record, Record.id == record_id)
        .where(meeting_id.in_(meeting_ids), Record.confidential)
        for meeting_id, record_id in links
    )
    pairs = sa.union(*stmts).subquery()
    return fetch(sa.select(*pairs.c))
