"""The people at meetings as the show day and the day sheet present them: title, employer, side and phone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.people.models import Person
from crm.people.queries import has_public_contact_details, load_affiliations
from crm.people.queries.people import AffiliationRow
from crm.records.policy import ContactMedium
from crm.records.queries import points_of
from crm.shows.models import MeetingPerson

from .meetings import MeetingRow


class Guest(NamedTuple):
    """A person at a meeting; `is_ours` for one who works for the meeting's client."""

    id: int
    label: str
    native_label: str
    address_as: str
    title: str
    native_title: str
    organization: str
    native_organization: str
    phone: str
    is_ours: bool


def load_guests(actor: Actor, meetings: Sequence[MeetingRow]) -> dict[int, list[Guest]]:
    """Return the people by meeting that the actor may see; five statements."""
    rows = _list_people(actor, [meeting.id for meeting in meetings])
    ids = {person_id for _meeting_id, person_id, *_rest in rows}
    positions = load_affiliations(actor, ids)
    phones = _load_phones({person_id for _meeting_id, person_id, *_names, is_public in rows if is_public})
    clients = {meeting.id: meeting.client.id for meeting in meetings if meeting.client}
    guests: dict[int, list[Guest]] = {meeting.id: [] for meeting in meetings}
    for meeting_id, person_id, label, native, address_as, _is_public in rows:
        position = _choose_position(positions[person_id], clients.get(meeting_id))
        guests[meeting_id].append(
            Guest(
                person_id,
                label,
                native,
                address_as or "",
                position.title or "" if position else "",
                position.native_title or "" if position else "",
                position.organization if position else "",
                position.native_organization if position else "",
                phones.get(person_id, ""),
                is_ours=position is not None and position.organization_id == clients.get(meeting_id),
            )
        )
    return guests


def _list_people(actor: Actor, meeting_ids: Collection[int]) -> Sequence[Any]:
    stmt = (
        sa.select(
            MeetingPerson.meeting_id,
            Person.id,
            Person.label,
            Person.native_label,
            Person.address_as,
            has_public_contact_details(),
        )
        .join(Person, Person.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id.in_(meeting_ids), visible(actor, Person))
        .order_by(Record.sort_key, Record.id)
    )
    return db.session.execute(stmt).all()


def _choose_position(positions: Sequence[AffiliationRow], client_id: int | None) -> AffiliationRow | None:
    """Return the current position at the meeting's client, else the primary one; None without any."""
    current = [position for position in positions if position.to_on is None]
    at_client = [position for position in current if position.organization_id == client_id]
    return next(iter(at_client or current), None)


def _load_phones(ids: Collection[int]) -> dict[int, str]:
    """Return the first phone number by person, else the WeChat name."""
    phones: dict[int, str] = {}
    for person_id, points in points_of(ids).items():
        numbers = [formats.phone(p.value) if p.value else p.raw for p in points if p.medium is ContactMedium.phone]
        wechat = [f"WeChat {p.raw}" for p in points if p.medium is ContactMedium.wechat]
        if numbers or wechat:
            phones[person_id] = (numbers or wechat)[0]
    return phones
