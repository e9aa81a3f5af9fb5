"""A planned interaction or a meeting at a show as an event, and who can be invited to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.data.record import visible
from crm.core.policy import Actor, may_see
from crm.feeds.policy import CalendarEvent, Invitee
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionState, end_of
from crm.interactions.queries import get_interaction
from crm.people.models import Person
from crm.people.queries import has_public_contact_details
from crm.people.salutations import choose_language
from crm.records.policy import Access, ContactMedium
from crm.records.queries import points_of
from crm.records.services.access import load_access
from crm.reminders.policy import subject_of, subject_of_meeting
from crm.reminders.queries.show_meetings import OPEN
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MeetingState, seat
from crm.shows.queries import get_meeting

from .events import uid_of


class Subject(NamedTuple):
    """What an invitation is about: its key, the record that its emails belong to, and the event.

    `took_place` is also true for a meeting at a show to which the others didn't come.
    """

    key: str
    record_id: int
    event: CalendarEvent
    is_open: bool
    path: str
    took_place: bool

    def is_over(self, now: datetime) -> bool:
        """Return whether it took place or its end has passed."""
        return self.took_place or (self.event.ends_at is not None and self.event.ends_at <= now)


def load_interaction(actor: Actor, interaction_id: int, right: str | None = None) -> Subject:
    """Return an interaction with a time. Raises NotFound, Forbidden."""
    return interaction_subject(get_interaction(actor, interaction_id, right))


def interaction_subject(row: Interaction) -> Subject:
    """Return an interaction as the subject of an invitation; without a time it is a whole day."""
    event = CalendarEvent(
        uid=uid_of("interaction", row.id),
        summary=row.subject,
        zone=row.zone,
        starts_at=row.at,
        ends_at=end_of(row.at, row.minutes),
        day=None if row.time_known else row.wall.date(),
        location=row.place or "",
    )
    is_open = row.state is InteractionState.planned and row.archived_at is None and row.time_known
    took_place = row.state is InteractionState.held
    return Subject(subject_of(row.id), row.id, event, is_open, f"/interactions/{row.id}", took_place)


def load_meeting(actor: Actor, meeting_id: int) -> Subject:
    """Return a meeting at a show. Raises NotFound."""
    return meeting_subject(get_meeting(actor, meeting_id))


def meeting_subject(row: ShowMeeting) -> Subject:
    """Return a meeting at a show as the subject of an invitation."""
    show = db.session.get_one(Show, row.show_id)
    event = CalendarEvent(
        uid=uid_of("meeting", row.id),
        summary=show.label or show.native_label,
        zone=row.zone,
        starts_at=row.at,
        ends_at=end_of(row.at, row.minutes),
        location=", ".join(part for part in (seat(row.table or ""), show.venue, show.city) if part),
    )
    path = f"/shows/{row.show_id}/day?on={row.wall.date().isoformat()}"
    is_open = row.state in OPEN and show.archived_at is None
    took_place = row.state in (MeetingState.held, MeetingState.no_show)
    return Subject(subject_of_meeting(row.id), row.show_id, event, is_open, path, took_place)


def list_invitees(actor: Actor, subject: Subject) -> list[Invitee]:
    """Return the people with an email address that the actor may see, then the staff who may see the appointment.

    Neither archived people nor the actor are among them.
    """
    people, staff = _select_participants(subject)
    return [
        *_list_people(actor, list(db.session.scalars(people))),
        *_list_staff(actor, subject.key, subject.record_id, list(db.session.scalars(staff))),
    ]


def list_people_without_invitation(actor: Actor, subject: Subject, person_ids: Collection[int | None]) -> list[str]:
    """Return the names of the visible people at an appointment who aren't among those invited or to be invited."""
    people, _staff = _select_participants(subject)
    stmt = sa.select(Person.id, Person.label, Person.native_label).where(Person.id.in_(people), visible(actor, Person))
    rows = db.session.execute(stmt.order_by(Person.sort_key, Person.id))
    return [label or native for id, label, native in rows if id not in person_ids]


def _select_participants(subject: Subject) -> tuple[sa.Select[int | None], sa.Select[int]]:
    """Return the statements for the ids of the people and of the users at an appointment."""
    id = int(subject.key.partition(":")[2])
    if subject.key == subject_of(id):
        people = sa.select(InteractionParty.person_id).where(InteractionParty.interaction_id == id)
        staff = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == id)
        return people, staff
    guests = sa.select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == id)
    return guests, sa.select(MeetingStaff.user_id).where(MeetingStaff.meeting_id == id)


def _list_people(actor: Actor, ids: Collection[int | None]) -> Iterator[Invitee]:
    stmt = (
        sa.select(Person.id, Person.label, Person.native_label, Person.mail_language, Person.country)
        .where(Person.id.in_(ids), Person.archived_at.is_(None), visible(actor, Person), has_public_contact_details())
        .order_by(Person.sort_key, Person.id)
    )
    rows = list(db.session.execute(stmt))
    points = points_of([row.id for row in rows])
    for row in rows:
        address = next(
            (point.value for point in points[row.id] if point.medium is ContactMedium.email and point.value), ""
        )
        if address:
            language = choose_language(row.mail_language, row.country, row.native_label)
            yield Invitee(f"person:{row.id}", row.label or row.native_label, address, language)


def _list_staff(actor: Actor, key: str, record_id: int, ids: Collection[int]) -> Iterator[Invitee]:
    for user in list_readers(key, record_id, ids):
        if user.id != actor.id:
            yield Invitee(f"user:{user.id}", user.name, user.email, user.language, user.id)


def list_readers(key: str, record_id: int, user_ids: Collection[int]) -> list[User]:
    """Return the active ones of some users who may see what an invitation is about, by name."""
    users = db.session.scalars(sa.select(User).where(User.id.in_(user_ids), User.active).order_by(User.name)).all()
    team_ids: dict[int, list[int]] = {user.id: [] for user in users}
    stmt = sa.select(Membership.user_id, Membership.team_id).where(Membership.user_id.in_(team_ids))
    for user_id, team_id in db.session.execute(stmt.order_by(Membership.position)):
        team_ids[user_id].append(team_id)
    required = [load_access([record_id])[record_id]]
    if key != subject_of(record_id):
        required += _meeting_access(int(key.partition(":")[2]))
    actors = {user.id: actor_of(user, team_ids[user.id]) for user in users}
    return [user for user in users if all(may_see(actors[user.id], access) for access in required)]


def _meeting_access(meeting_id: int) -> list[Access]:
    """Return the access that a user needs to see a meeting: to its team, and to each confidential record."""
    row = db.session.get(ShowMeeting, meeting_id)
    if row is None:
        return []
    people = sa.select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == meeting_id)
    employers = sa.select(MeetingEmployer.organization_id).where(MeetingEmployer.meeting_id == meeting_id)
    linked = {row.client_id, row.host_id, *db.session.scalars(sa.union_all(people, employers))}
    confidential = [access for access in load_access(linked - {None}).values() if access.confidential]
    return [Access(row.team_id, None, confidential=False, reader_ids=frozenset()), *confidential]
