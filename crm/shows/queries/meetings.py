"""Meetings at shows; only a meeting's team sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, of_own_teams
from crm.core.data.base import alias, db, fetch, fetch_table, fetch_values
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.interactions.models import Interaction
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MeetingState, is_show_day, is_still_to_come, seat, time_at_show

from .shows import MeetingRecord, get_show, load_records


class MeetingRow(NamedTuple):
    """A meeting as agendas show it; sides and people that the actor may not see are left out."""

    id: int
    at: datetime
    wall: datetime
    minutes: int
    table: str | None
    state: MeetingState
    client: MeetingRecord | None
    host: MeetingRecord | None
    people: list[MeetingRecord]
    staff: list[MeetingRecord]
    interpreter: str | None
    note: str | None
    interaction_id: int | None
    version: int
    team_id: int

    @property
    def seat(self) -> str:
        """The table or booth for use within a sentence; "" without one."""
        return seat(self.table or "")

    @property
    def ends(self) -> datetime:
        """The end, in the show's time zone."""
        return self.wall + timedelta(minutes=self.minutes)


def visible_meetings(actor: Actor | AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition of the meetings that an actor may see: those of own teams, all for the network manager.

    A meeting whose client, host, people or their employers include a confidential record is visible to those who may
    see that record.
    """
    if actor.is_system:
        return sa.true()
    own = sa.true() if actor.sees_all_teams else of_own_teams(actor, ShowMeeting.team_id)
    side, guest, employer = (alias(Record, f"{name}_at_meeting") for name in ("side", "guest", "employer"))
    hidden_side = sa.exists().where(
        side.id.in_([ShowMeeting.client_id, ShowMeeting.host_id]), side.confidential, sa.not_(visible(actor, side))
    )
    hidden_guest = sa.exists().where(
        MeetingPerson.meeting_id == ShowMeeting.id,
        guest.id == MeetingPerson.person_id,
        guest.confidential,
        sa.not_(visible(actor, guest)),
    )
    hidden_employer = _has_confidential_employer(employer).where(sa.not_(visible(actor, employer)))
    hidden = sa.or_(*(condition.correlate(ShowMeeting) for condition in (hidden_side, hidden_guest, hidden_employer)))
    return sa.and_(own, sa.not_(hidden))


def has_confidential_employer() -> sa.ColumnElement[bool]:
    """Return the condition of the meetings with a person whose employer is confidential."""
    return _has_confidential_employer(alias(Record, "confidential_employer")).correlate(ShowMeeting)


def _has_confidential_employer(employer: Any) -> sa.Exists:
    return sa.exists().where(
        MeetingEmployer.meeting_id == ShowMeeting.id,
        employer.id == MeetingEmployer.organization_id,
        employer.confidential,
    )


def get_meeting(actor: Actor, meeting_id: int) -> ShowMeeting:
    """Return a meeting of a show that the actor may see. Raises NotFound, also for another team's."""
    stmt = (
        sa.select(ShowMeeting)
        .join(Show, Show.id == ShowMeeting.show_id)
        .where(ShowMeeting.id == meeting_id, visible_meetings(actor), visible(actor, Show))
    )
    rows = db.session.scalars(stmt).one_or_none()
    if rows is None:
        raise NotFound
    return rows


def agenda(actor: Actor, show_id: int, *, own_only: bool = False) -> dict[date, list[MeetingRow]]:
    """Return the meetings of own teams by day of the show, in order of time; `own_only`: the actor's own."""
    where = [ShowMeeting.show_id == show_id, visible_meetings(actor)]
    if own_only:
        condition = sa.exists().where(MeetingStaff.meeting_id == ShowMeeting.id, MeetingStaff.user_id == actor.id)
        where.append(condition.correlate(ShowMeeting))
    rows = fetch_table(ShowMeeting, *where, order_by=[ShowMeeting.wall, ShowMeeting.table, ShowMeeting.id])
    by_day: dict[date, list[MeetingRow]] = {}
    for row in meeting_rows(actor, rows):
        by_day.setdefault(row.wall.date(), []).append(row)
    return by_day


def meeting_row(actor: Actor, row: ShowMeeting) -> MeetingRow:
    """Return a meeting as agendas show it."""
    return meeting_rows(actor, [row])[0]


def meeting_rows(actor: Actor, meetings: Sequence[ShowMeeting]) -> list[MeetingRow]:
    """Return meetings as agendas show them, in the same order; a fixed number of statements."""
    ids = [m.id for m in meetings]
    organization_ids = {i for m in meetings for i in (m.client_id, m.host_id) if i is not None}
    organizations, people, staff, interaction_ids = run_together(
        partial(load_records, actor, organization_ids),
        partial(people_of, actor, ids),
        partial(staff_of, ids),
        partial(load_meeting_interactions, actor, meetings),
    )
    return [
        MeetingRow(
            m.id,
            m.at,
            m.wall,
            m.minutes,
            m.table,
            m.state,
            organizations.get(m.client_id or 0),
            organizations.get(m.host_id or 0),
            people[m.id],
            staff[m.id],
            m.interpreter,
            m.note,
            interaction_ids.get(m.id),
            m.version,
            m.team_id,
        )
        for m in meetings
    ]


def people_of(actor: Actor, meeting_ids: Collection[int]) -> dict[int, list[MeetingRecord]]:
    """Return the people of both sides by meeting, as far as the actor may see them."""
    by_meeting: dict[int, list[MeetingRecord]] = {i: [] for i in meeting_ids}
    stmt = (
        sa.select(MeetingPerson.meeting_id, Record.id, Record.label, Record.native_label)
        .join(Record, Record.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id.in_(meeting_ids), visible(actor))
        .order_by(Record.sort_key, Record.id)
    )
    for meeting_id, *columns in fetch(stmt):
        by_meeting[meeting_id].append(MeetingRecord._make(columns))
    return by_meeting


def staff_of(meeting_ids: Collection[int]) -> dict[int, list[MeetingRecord]]:
    """Return the staff members by meeting."""
    by_meeting: dict[int, list[MeetingRecord]] = {i: [] for i in meeting_ids}
    stmt = (
        sa.select(MeetingStaff.meeting_id, User.id, User.name, sa.func.coalesce(User.native_name, ""))
        .join(User, User.id == MeetingStaff.user_id)
        .where(MeetingStaff.meeting_id.in_(meeting_ids))
        .order_by(User.name)
    )
    for meeting_id, *columns in fetch(stmt):
        by_meeting[meeting_id].append(MeetingRecord._make(columns))
    return by_meeting


def list_staff_without_access(meeting_id: int) -> list[str]:
    """Return the names of the staff members who may not see a meeting: it is another team's, or confidential."""
    stmt = sa.select(User).join(MeetingStaff, MeetingStaff.user_id == User.id)
    users = db.session.scalars(stmt.where(MeetingStaff.meeting_id == meeting_id).order_by(User.name)).all()
    return [user.name for user in users if not may_see_meeting(user, meeting_id)]


def may_see_meeting(user: User, meeting_id: int) -> bool:
    stmt = sa.select(ShowMeeting.id).where(ShowMeeting.id == meeting_id, visible_meetings(load_actor(user)))
    return db.session.scalar(stmt) is not None


def load_meeting_interactions(actor: Actor, meetings: Sequence[ShowMeeting]) -> dict[int, int]:
    """Return by meeting the interaction that it became, as far as the actor may see it."""
    meeting_ids = {m.interaction_id: m.id for m in meetings if m.interaction_id is not None}
    stmt = sa.select(Interaction.id).where(
        Interaction.id.in_(meeting_ids), Interaction.archived_at.is_(None), visible(actor, Interaction)
    )
    return {meeting_ids[i]: i for i in fetch_values(stmt)}


def meeting_prefill(actor: Actor, meeting_id: int) -> dict[str, Any]:
    """Return the values of an interaction form for a meeting. Raises NotFound.

    `people`, `organizations` (the host if no person is named), `client_id`, `staff`, `about` (the show), `day` and
    `time` in `zone`, `minutes`, `place` (table and show). A meeting that is still to come was earlier than planned: it
    gets the current time if the show is on.
    """
    row = get_meeting(actor, meeting_id)
    details, event = meeting_row(actor, row), get_show(actor, row.show_id)
    table = seat(row.table) + ", " if row.table else ""
    current = time_at_show(clock.now(), row.zone)
    is_early = is_still_to_come(row.at, clock.now()) and is_show_day(current.date(), event.starts_on, event.ends_on)
    wall = current if is_early else row.wall
    return {
        "people": [entry.id for entry in details.people],
        "organizations": [details.host.id] if details.host and not details.people else [],
        "client_id": details.client.id if details.client else None,
        "staff": [entry.id for entry in details.staff],
        "about": [event.id],
        "day": wall.date(),
        "time": wall.time(),
        "zone": row.zone,
        "minutes": row.minutes,
        "place": f"{table}{event.label or event.native_label}"[:200],
    }
