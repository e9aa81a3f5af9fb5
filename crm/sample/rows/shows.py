"""Makes rows of shows, participants and meetings, as the services of shows would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crm import calendars, names
from crm.sample.places import SamplePlace
from crm.shows.models import MeetingEmployer, MeetingPerson, MeetingStaff, Show, ShowMeeting, ShowParticipant
from crm.shows.policy import Attendance, MeetingState, ParticipantRole, ShowKind

from .specs import OrganizationRef, PersonRef
from .writer import RecordWriter, name_columns, tokens


@dataclass(frozen=True, kw_only=True)
class ShowFacts:
    """The values of a show."""

    name: str
    place: SamplePlace
    starts_on: date
    ends_on: date
    made_at: datetime
    native: str | None = None
    type: ShowKind = ShowKind.trade_show
    venue: str | None = None
    halls: str | None = None
    organizer: OrganizationRef | None = None
    cost: int | None = None
    staff_days: int | None = None
    funder_id: int | None = None
    by: str = "clara"


def show(writer: RecordWriter, spec: ShowFacts) -> int:
    columns = name_columns(spec.name, spec.native, [tokens(spec.place.city, spec.venue)])
    show_id = writer.inserter.record(
        Show,
        **writer.stamp(spec.by, spec.made_at),
        **columns,
        counselor_id=writer.users[spec.by],
        name=spec.name,
        native_name=spec.native,
        type=spec.type,
        country=spec.place.country,
        city=spec.place.city,
        city_key=names.city_key(spec.place.city),
        venue=spec.venue,
        halls=spec.halls,
        zone=spec.place.zone,
        starts_on=spec.starts_on,
        ends_on=spec.ends_on,
        organizer_id=spec.organizer.id if spec.organizer else None,
        cost=Decimal(spec.cost) if spec.cost else None,
        currency="USD" if spec.cost else None,
        staff_days=spec.staff_days,
        funder_id=spec.funder_id,
    )
    writer.add_history(show_id, "show", spec.by, spec.made_at)
    return show_id


def add_participant(
    writer: RecordWriter, show_id: int, going_as: ParticipantRole, attendance: Attendance, **attendee: Any
) -> None:
    """Add a participant: record_id or user_id, and a booth."""
    writer.inserter.add(ShowParticipant, show_id=show_id, going_as=going_as, attendance=attendance, **attendee)


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """The values of a meeting."""

    day: date
    hour: time
    state: MeetingState
    client: OrganizationRef
    host: OrganizationRef | None = None
    table: str | None = None
    minutes: int = 20
    interpreter: str | None = None
    note: str | None = None
    people: tuple[PersonRef, ...] = ()
    staff: tuple[str, ...] = ()
    contact_id: int | None = None


def meeting(writer: RecordWriter, show_id: int, place: SamplePlace, spec: MeetingFacts) -> int:
    meeting_id = writer.inserter.add(
        ShowMeeting,
        show_id=show_id,
        team_id=spec.client.team_id,
        wall=datetime.combine(spec.day, spec.hour),
        at=calendars.resolve_local(spec.day, spec.hour, place.zone),
        zone=place.zone,
        minutes=spec.minutes,
        table=spec.table,
        state=spec.state,
        client_id=spec.client.id,
        host_id=spec.host.id if spec.host else None,
        interpreter=spec.interpreter,
        note=spec.note,
        interaction_id=spec.contact_id,
    )
    for person in spec.people:
        ids = {"meeting_id": meeting_id, "person_id": person.id}
        writer.inserter.add(MeetingPerson, **ids)
        if person.organization:
            writer.inserter.add(MeetingEmployer, **ids, organization_id=person.organization.id)
    for name in spec.staff:
        writer.inserter.add(MeetingStaff, meeting_id=meeting_id, user_id=writer.users[name])
    return meeting_id
