"""Shows and their participants, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import db, fetch
from crm.core.data.identity import User
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import Attendance, ParticipantRole


class ParticipantRow(NamedTuple):
    """A participant: a client, a person or a staff member."""

    id: int
    record_id: int | None
    kind: str
    label: str
    native_label: str
    going_as: ParticipantRole
    booth: str | None
    attendance: Attendance


class MeetingRecord(NamedTuple):
    """A record or user at a meeting."""

    id: int
    label: str
    native_label: str


def visible_to(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Return the statement of the shows that the viewer may see."""
    return sa.select(Show).where(visible(viewer, Show))


def get_show(actor: Actor, show_id: int, right: str | None = None) -> Show:
    """Return a show. Raises NotFound, Forbidden."""
    return get_visible(Show, actor, show_id, right)


def organizer_of(actor: Actor, row: Show) -> MeetingRecord | None:
    """Return the organization that holds the show; None if there is none or the actor may not see it."""
    return load_records(actor, [row.organizer_id]).get(row.organizer_id) if row.organizer_id is not None else None


def load_records(actor: Actor, ids: Collection[int]) -> dict[int, MeetingRecord]:
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(ids), visible(actor))
    return {row[0]: MeetingRecord._make(row) for row in fetch(stmt)}


def load_participant_rows(actor: Actor, show_id: int) -> list[ParticipantRow]:
    """Return the participants: clients and people that the actor may see, then staff."""
    stmt = (
        sa.select(
            ShowParticipant.id,
            ShowParticipant.record_id,
            sa.func.coalesce(Record.kind, "user"),
            sa.func.coalesce(Record.label, User.name),
            sa.func.coalesce(Record.native_label, User.native_name, ""),
            ShowParticipant.going_as,
            ShowParticipant.booth,
            ShowParticipant.attendance,
        )
        .outerjoin(Record, Record.id == ShowParticipant.record_id)
        .outerjoin(User, User.id == ShowParticipant.user_id)
        .where(ShowParticipant.show_id == show_id, sa.or_(ShowParticipant.record_id.is_(None), visible(actor)))
        .order_by(ShowParticipant.record_id.is_(None), Record.kind, Record.sort_key, User.name, ShowParticipant.id)
    )
    return [ParticipantRow._make(row) for row in fetch(stmt)]


def get_participant(actor: Actor, show_id: int, participant_id: int) -> ShowParticipant:
    """Return one participant. Raises NotFound, also for a client that the actor may not see."""
    row = db.session.get(ShowParticipant, participant_id)
    if row is None or row.show_id != show_id:
        raise NotFound
    if row.record_id is not None:
        get_visible(Record, actor, row.record_id)
    return row
