"""Who attended workshops and webinars: counted by event, and the events of a person or a client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.organizations.models import OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.people.models import Affiliation
from crm.people.position_dates import lasts_within
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import ATTENDEES, COUNTED, WORKSHOPS, Attendance, ParticipantRole, ShowKind

GUEST = alias(Record, "attendee")
MAX_EVENTS = 50


class AttendedEvent(NamedTuple):
    """An event to which a person, or someone of a client, went or was to go."""

    id: int
    label: str
    native_label: str
    type: ShowKind
    starts_on: date
    going_as: ParticipantRole
    attendance: Attendance
    person: str
    native_person: str


class AttendedRow(NamedTuple):
    """A participant of a workshop: the event, whose record it is, and the status."""

    show_id: int
    record_id: int
    kind: str
    team_id: int | None
    counselor_id: int | None
    show_counselor_id: int | None
    attendance: Attendance
    starts_on: date
    funder_id: int | None
    confidential: bool


def worked_during_show() -> sa.ColumnElement[bool]:
    """Return the condition of the positions that people had on the days of a show."""
    return lasts_within(Show.starts_on, Show.ends_on)


def select_attendees(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the participants of workshops that count: registered, with a record that the viewer may see, each once.

    A client on the list counts as one attendee, unless people who worked there then are counted with the same status.
    """
    participant, attendee, colleague = ShowParticipant, alias(ShowParticipant, "attendee"), alias(Record, "colleague")
    is_named = (
        sa.exists()
        .where(
            attendee.show_id == participant.show_id,
            attendee.attendance == participant.attendance,
            attendee.going_as.in_(ATTENDEES),
        )
        .where(
            Affiliation.person_id == attendee.record_id,
            Affiliation.organization_id == participant.record_id,
            worked_during_show(),
        )
        # Confidential people are in no figure: a client must not be missing because of one.
        .where(colleague.id == attendee.record_id, sa.not_(colleague.confidential), visible(viewer, colleague))
    )
    show_counselor_id = Show.counselor_id.label("show_counselor_id")
    columns = (
        participant.show_id,
        participant.record_id,
        GUEST.kind,
        GUEST.team_id,
        GUEST.counselor_id,
        show_counselor_id,
    )
    confidential = sa.or_(GUEST.confidential, Show.confidential)
    return (
        sa.select(*columns, participant.attendance, Show.starts_on, Show.funder_id, confidential.label("confidential"))
        .select_from(participant)
        .join(Show, Show.id == participant.show_id)
        .join(GUEST, sa.and_(GUEST.id == participant.record_id, visible(viewer, GUEST)))
        .where(Show.type.in_(WORKSHOPS), Show.archived_at.is_(None), visible(viewer, Show))
        .where(participant.going_as.in_(ATTENDEES), participant.attendance.in_(COUNTED))
        .where(sa.or_(GUEST.kind == "person", sa.not_(is_named)))
    )


def select_attending_clients(actor: Actor, *, with_confidential: bool = False) -> sa.CompoundSelect[Any]:
    """Select pairs of a participant's row and a visible client: itself, or where the person worked then.

    Files and reports contain people who work at a confidential client, so they must not name it.
    """
    client, participant = alias(Record, "attending_client"), ShowParticipant
    role = OrganizationRoleLink
    is_client = sa.exists().where(role.organization_id == client.id, role.role == OrganizationRole.client)
    where = (visible(actor, client), is_client.correlate_except(role))
    own = sa.select(participant.id, participant.record_id.label("client_id")).join(
        client, client.id == participant.record_id
    )
    employers = (
        sa.select(participant.id, client.id.label("client_id"))
        .select_from(participant)
        .join(Show, Show.id == participant.show_id)
        .join(Affiliation, Affiliation.person_id == participant.record_id)
        .join(client, client.id == Affiliation.organization_id)
        .where(worked_during_show())
    )
    if not with_confidential:
        employers = employers.where(sa.not_(client.confidential))
    return sa.union(own.where(*where), employers.where(*where))


def list_attendees(actor: Actor, first: date, last: date) -> list[AttendedRow]:
    """Return the counted participants of the workshops that begin from a day to a day, both included."""
    return [AttendedRow._make(row) for row in _attendees(actor, first=first, last=last)]


@cached_query
def _attendees(viewer: AccessProfile) -> Select:
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    return select_attendees(viewer).where(Show.starts_on.between(first, last)).order_by(ShowParticipant.id)


def list_events(actor: Actor, record_id: int) -> list[AttendedEvent]:
    """Return the events of a person, or of a client and the people who worked there then, the latest first."""
    return [AttendedEvent._make(row) for row in _events(actor, record=record_id)]


@cached_query
def _events(viewer: AccessProfile) -> Select:
    record, participant = sa.bindparam("record", type_=sa.Integer), ShowParticipant
    people = sa.select(Affiliation.person_id).where(Affiliation.organization_id == record)
    worked = sa.exists().where(Affiliation.organization_id == record, Affiliation.person_id == participant.record_id)
    # The list of people finds the rows by an index; it doesn't know the days of the show.
    is_colleague = sa.and_(
        participant.record_id.in_(people), worked.where(worked_during_show()).correlate_except(Affiliation)
    )
    columns = (
        Show.id,
        Show.label,
        Show.native_label,
        Show.type,
        Show.starts_on,
        participant.going_as,
        participant.attendance,
    )
    name, native = (sa.case((GUEST.kind == "person", column), else_="") for column in (GUEST.label, GUEST.native_label))
    return (
        sa.select(*columns, name, native)
        .select_from(participant)
        .join(Show, Show.id == participant.show_id)
        .join(GUEST, sa.and_(GUEST.id == participant.record_id, visible(viewer, GUEST)))
        .where(sa.or_(participant.record_id == record, is_colleague))
        .where(Show.archived_at.is_(None), visible(viewer, Show))
        .order_by(Show.starts_on.desc(), Show.id.desc(), participant.id)
        .limit(MAX_EVENTS)
    )


def list_participants(actor: Actor, show_id: int) -> Sequence[ShowParticipant]:
    """Return the participants with a record that the actor may see."""
    stmt = sa.select(ShowParticipant).join(GUEST, GUEST.id == ShowParticipant.record_id)
    return list(db.session.scalars(stmt.where(ShowParticipant.show_id == show_id, visible(actor, GUEST))))
