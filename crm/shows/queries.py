"""Questions about shows, who goes, and the meetings there; a meeting is seen by its team alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.interactions.models import Interaction

from .models import MeetingPerson, MeetingStaff, Show, ShowGoing, ShowMeeting
from .policy import Attendance, GoingAs, MeetingState, seat


class GoingRow(NamedTuple):
    """A client, a person or one of us who goes."""

    id: int
    record_id: int | None
    kind: str
    label: str
    native_label: str
    going_as: GoingAs
    booth: str | None
    attendance: Attendance


class MeetingRecord(NamedTuple):
    """Somebody at a meeting."""

    id: int
    label: str
    native_label: str


class MeetingRow(NamedTuple):
    """One meeting as agendas show it; sides and people the actor may not know of are left out."""

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

    @property
    def seat(self) -> str:
        """Its table or booth as a sentence names it; "" without one."""
        return seat(self.table or "")

    @property
    def ends(self) -> datetime:
        """The end, on the clock of the show."""
        return self.wall + timedelta(minutes=self.minutes)


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Shows the actor may know of."""
    return sa.select(Show).where(visible(actor, Show))


def show(actor: Actor, show_id: int, right: str | None = None) -> Show:
    """One show. Raises NotFound, Forbidden."""
    return get_visible(Show, actor, show_id, right)


def organizer_of(actor: Actor, row: Show) -> MeetingRecord | None:
    """The organization that holds the show, when the actor may know of it."""
    return _load_records(actor, [row.organizer_id]).get(row.organizer_id) if row.organizer_id is not None else None


def visible_meetings(actor: Actor) -> sa.ColumnElement[bool]:
    """The meetings an actor may know of: those of own teams (all for the network manager) with nothing confidential.

    A meeting whose client, host or people include a confidential record is seen by those who may see that record.
    """
    if actor.is_system:
        return sa.true()
    own = sa.true() if actor.sees_all_teams else ShowMeeting.team_id.in_(sorted(actor.team_ids))
    side, guest = alias(Record, "meeting_side"), alias(Record, "meeting_guest")
    hidden_side = sa.exists().where(
        side.id.in_([ShowMeeting.client_id, ShowMeeting.host_id]), side.confidential, sa.not_(visible(actor, side))
    )
    hidden_guest = sa.exists().where(
        MeetingPerson.meeting_id == ShowMeeting.id,
        guest.id == MeetingPerson.person_id,
        guest.confidential,
        sa.not_(visible(actor, guest)),
    )
    hidden = sa.or_(hidden_side.correlate(ShowMeeting), hidden_guest.correlate(ShowMeeting))
    return sa.and_(own, sa.not_(hidden))


def meeting(actor: Actor, meeting_id: int) -> ShowMeeting:
    """One meeting of a show the actor may see. Raises NotFound, also for another team's."""
    stmt = (
        sa.select(ShowMeeting)
        .join(Show, Show.id == ShowMeeting.show_id)
        .where(ShowMeeting.id == meeting_id, visible_meetings(actor), visible(actor, Show))
    )
    rows = db.session.scalars(stmt).one_or_none()
    if rows is None:
        raise NotFound
    return rows


def going_to(actor: Actor, show_id: int) -> list[GoingRow]:
    """Who goes: clients and people the actor may know of, then those of us."""
    stmt = (
        sa.select(
            ShowGoing.id,
            ShowGoing.record_id,
            sa.func.coalesce(Record.kind, "user"),
            sa.func.coalesce(Record.label, User.name),
            sa.func.coalesce(Record.native_label, User.native_name, ""),
            ShowGoing.going_as,
            ShowGoing.booth,
            ShowGoing.attendance,
        )
        .outerjoin(Record, Record.id == ShowGoing.record_id)
        .outerjoin(User, User.id == ShowGoing.user_id)
        .where(ShowGoing.show_id == show_id, sa.or_(ShowGoing.record_id.is_(None), visible(actor)))
        .order_by(ShowGoing.record_id.is_(None), Record.kind, Record.sort_key, User.name, ShowGoing.id)
    )
    return [GoingRow._make(row) for row in db.session.execute(stmt)]


def going(actor: Actor, show_id: int, going_id: int) -> ShowGoing:
    """One line of who goes. Raises NotFound, also for a client the actor may not know of."""
    row = db.session.get(ShowGoing, going_id)
    if row is None or row.show_id != show_id:
        raise NotFound
    if row.record_id is not None:
        get_visible(Record, actor, row.record_id)
    return row


def agenda(actor: Actor, show_id: int, *, own_only: bool = False) -> dict[date, list[MeetingRow]]:
    """The meetings of own teams by day of the show, in the order of time; `mine`: those with the actor."""
    stmt = sa.select(ShowMeeting).where(ShowMeeting.show_id == show_id, visible_meetings(actor))
    if own_only:
        condition = sa.exists().where(MeetingStaff.meeting_id == ShowMeeting.id, MeetingStaff.user_id == actor.id)
        stmt = stmt.where(condition.correlate(ShowMeeting))
    rows = list(db.session.scalars(stmt.order_by(ShowMeeting.wall, ShowMeeting.table, ShowMeeting.id)))
    by_day: dict[date, list[MeetingRow]] = {}
    for row in _rows(actor, rows):
        by_day.setdefault(row.wall.date(), []).append(row)
    return by_day


def meeting_row(actor: Actor, row: ShowMeeting) -> MeetingRow:
    """One meeting as agendas show it."""
    return _rows(actor, [row])[0]


def _rows(actor: Actor, meetings: Sequence[ShowMeeting]) -> list[MeetingRow]:
    ids = [m.id for m in meetings]
    organizations = _load_records(actor, {i for m in meetings for i in (m.client_id, m.host_id) if i is not None})
    people, staff, interaction_ids = people_of(actor, ids), staff_of(ids), load_meeting_interactions(actor, meetings)
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
        )
        for m in meetings
    ]


def _load_records(actor: Actor, ids: Collection[int]) -> dict[int, MeetingRecord]:
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(ids), visible(actor))
    return {row[0]: MeetingRecord._make(row) for row in db.session.execute(stmt)}


def people_of(actor: Actor, meeting_ids: Collection[int]) -> dict[int, list[MeetingRecord]]:
    """People of both sides by meeting, as far as the actor may know of them."""
    by_meeting: dict[int, list[MeetingRecord]] = {i: [] for i in meeting_ids}
    stmt = (
        sa.select(MeetingPerson.meeting_id, Record.id, Record.label, Record.native_label)
        .join(Record, Record.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id.in_(meeting_ids), visible(actor))
        .order_by(Record.sort_key, Record.id)
    )
    for meeting_id, *columns in db.session.execute(stmt):
        by_meeting[meeting_id].append(MeetingRecord._make(columns))
    return by_meeting


def staff_of(meeting_ids: Collection[int]) -> dict[int, list[MeetingRecord]]:
    """Those of us by meeting."""
    by_meeting: dict[int, list[MeetingRecord]] = {i: [] for i in meeting_ids}
    stmt = (
        sa.select(MeetingStaff.meeting_id, User.id, User.name, sa.func.coalesce(User.native_name, ""))
        .join(User, User.id == MeetingStaff.user_id)
        .where(MeetingStaff.meeting_id.in_(meeting_ids))
        .order_by(User.name)
    )
    for meeting_id, *columns in db.session.execute(stmt):
        by_meeting[meeting_id].append(MeetingRecord._make(columns))
    return by_meeting


def load_meeting_interactions(actor: Actor, meetings: Sequence[ShowMeeting]) -> dict[int, int]:
    """The contact each meeting became, as far as the actor may see it, by meeting."""
    meeting_ids = {m.interaction_id: m.id for m in meetings if m.interaction_id is not None}
    stmt = sa.select(Interaction.id).where(
        Interaction.id.in_(meeting_ids), Interaction.archived_at.is_(None), visible(actor, Interaction)
    )
    return {meeting_ids[i]: i for i in db.session.scalars(stmt)}


def meeting_prefill(actor: Actor, meeting_id: int) -> dict[str, Any]:
    """What a contact takes from a meeting. Raises NotFound.

    `people`, `firms` (the host where nobody is named), `client_id`, `staff`, `about` (the show), `day` and `time` on
    the clock of `zone`, `minutes`, `place` (table and show).
    """
    row = meeting(actor, meeting_id)
    details, event = meeting_row(actor, row), show(actor, row.show_id)
    table = seat(row.table) + ", " if row.table else ""
    return {
        "people": [entry.id for entry in details.people],
        "organizations": [details.host.id] if details.host and not details.people else [],
        "client_id": details.client.id if details.client else None,
        "staff": [entry.id for entry in details.staff],
        "about": [event.id],
        "day": row.wall.date(),
        "time": row.wall.time(),
        "zone": row.zone,
        "minutes": row.minutes,
        "place": f"{table}{event.label or event.native_label}"[:200],
    }
