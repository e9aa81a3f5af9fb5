"""Makes rows of shows, who goes, and the meetings there, as the services of shows would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crm import calendars, names
from crm.shows.models import MeetingPerson, MeetingStaff, Show, ShowGoing, ShowMeeting
from crm.shows.policy import Attendance, GoingAs, MeetingState, ShowKind

from .places import SamplePlace
from .specs import OrganizationRef, PersonRef
from .writer import Office, name_columns, tokens


@dataclass(frozen=True, kw_only=True)
class ShowFacts:
    """A show to be made."""

    name: str
    place: SamplePlace
    starts_on: date
    ends_on: date
    made_at: datetime
    native: str | None = None
    what: ShowKind = ShowKind.trade_show
    venue: str | None = None
    halls: str | None = None
    organizer: OrganizationRef | None = None
    cost: int | None = None
    staff_days: int | None = None
    by: str = "clara"


def show(office: Office, told: ShowFacts) -> int:
    """Make a show."""
    columns = name_columns(told.name, told.native, [tokens(told.place.city, told.venue)])
    show_id = office.sheets.record(
        Show,
        **office.stamp(told.by, told.made_at),
        **columns,
        counselor_id=office.users[told.by],
        name=told.name,
        native_name=told.native,
        what=told.what,
        country=told.place.country,
        city=told.place.city,
        city_key=names.sort_key(told.place.city)[:80],
        venue=told.venue,
        halls=told.halls,
        zone=told.place.zone,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        organizer_id=told.organizer.id if told.organizer else None,
        cost=Decimal(told.cost) if told.cost else None,
        currency="USD" if told.cost else None,
        staff_days=told.staff_days,
    )
    office.note_made(show_id, "show", told.by, told.made_at)
    return show_id


def goes(office: Office, show_id: int, what: GoingAs, attendance: Attendance, **who: Any) -> None:
    """Note who goes: record_id or user_id, and a booth."""
    office.sheets.add(ShowGoing, show_id=show_id, going_as=what, attendance=attendance, **who)


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """A meeting at a show."""

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


def meeting(office: Office, show_id: int, place: SamplePlace, told: MeetingFacts) -> int:
    """Make a meeting at a show."""
    meeting_id = office.sheets.add(
        ShowMeeting,
        show_id=show_id,
        team_id=told.client.team_id,
        wall=datetime.combine(told.day, told.hour),
        at=calendars.resolve_local(told.day, told.hour, place.zone),
        zone=place.zone,
        minutes=told.minutes,
        table=told.table,
        state=told.state,
        client_id=told.client.id,
        host_id=told.host.id if told.host else None,
        interpreter=told.interpreter,
        note=told.note,
        interaction_id=told.contact_id,
    )
    for who in told.people:
        office.sheets.add(MeetingPerson, meeting_id=meeting_id, person_id=who.id)
    for name in told.staff:
        office.sheets.add(MeetingStaff, meeting_id=meeting_id, user_id=office.users[name])
    return meeting_id
