"""What the separate emails say about a follow-up and about a meeting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.followups.policy import try_label
from crm.interactions.models import Interaction, InteractionClient, InteractionParty
from crm.organizations.models import Organization
from crm.organizations.queries import has_agreement
from crm.people.models import Person

from .facts import (
    describe_opportunity,
    describe_relation,
    describe_source,
    find_organization,
    find_person,
    list_contact_points,
    load_last_note,
    may_name,
)
from .hours import good_time

MAX_REACHABLE = 3
"""Up to how many participants an email about a meeting says how to reach."""


@dataclass(frozen=True)
class ParticipantFacts:
    """A participant of a meeting: the name with the organization of that day, and how to reach the person."""

    name: str
    contact_points: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReminderFacts:
    """What a separate email says; empty where it has nothing to say."""

    title: str
    path: str
    confidential: bool = False
    due: str = ""
    promised: str = ""
    tries: str = ""
    last_note: str = ""
    person: str = ""
    native: str = ""
    organization: str = ""
    relation: str = ""
    address_as: str = ""
    contact_points: list[str] = field(default_factory=list)
    good_time: str = ""
    opportunity: str = ""
    warnings: list[str] = field(default_factory=list)
    reason: str = ""
    when: str = ""
    day: str = ""
    overdue: bool = False
    place: str = ""
    participants: list[ParticipantFacts] = field(default_factory=list)


def load_follow_up_facts(actor: Actor, row: FollowUp, now: datetime) -> ReminderFacts:
    """Return the facts of a due follow-up that its counselor may see, without names of confidential records."""
    path = f"/followups/{row.id}"
    if row.confidential:
        reason = _reason(actor, row, now)
        day = _later_day(row, now, actor.zone)
        overdue = _is_overdue(row, now, actor.zone)
        return ReminderFacts(title=row.title, path=path, confidential=True, reason=reason, day=day, overdue=overdue)
    person = find_person(actor, row)
    organization = find_organization(actor, row)
    facts = ReminderFacts(
        title=row.title,
        path=path,
        due=_describe_due(row, actor.zone, person.zone if person else None),
        promised=_describe_promise(row, actor.zone, describe_source(actor, row)),
        tries=str(try_label(row.tries) or ""),
        organization=organization,
        opportunity=describe_opportunity(actor, row, now),
        reason=_reason(actor, row, now, person.zone if person else None),
        day=_later_day(row, now, actor.zone),
        overdue=_is_overdue(row, now, actor.zone),
    )
    return _with_person(facts, actor, person, now) if person else facts


def _with_person(facts: ReminderFacts, actor: Actor, person: Person, now: datetime) -> ReminderFacts:
    return replace(
        facts,
        last_note=load_last_note(actor, person.id),
        person=person.label,
        native=person.native_label if person.native_label != person.label else "",
        relation=describe_relation(actor, person, facts.organization),
        address_as=person.address_as or "",
        contact_points=list_contact_points(person),
        good_time=good_time(actor, person.zone, now) if person.zone else "",
        warnings=[person.read_first.strip().rstrip(".。")] if person.read_first else [],
    )


def _describe_due(row: FollowUp, zone: str, their_zone: str | None) -> str:
    """Return the due day, and the time on both clocks if there is one: "Due Tue, Dec 8, 5:00 PM = Wed 9:00 AM ..."."""
    if row.due_at is None:
        return _("Due %(day)s", day=formats.day(row.due_on, weekday=True))
    day = formats.day(local_day(row.due_at, zone), weekday=True)
    return _("Due %(day)s", day=f"{day}, {formats.both_clocks(row.due_at, row.zone, their_zone)}")


def _describe_promise(row: FollowUp, zone: str, source: str) -> str:
    """Return who owes it since which day, and the interaction that it comes from."""
    day = formats.day(local_day(row.created_at, zone), weekday=True)
    day = f"{day} ({source})" if source else day
    texts = {
        FollowUpSide.we: _("You've owed this since %(day)s.", day=day),
        FollowUpSide.they: _("They've owed this since %(day)s.", day=day),
        FollowUpSide.idea: _("Idea added on %(day)s.", day=day),
    }
    return texts[row.side]


def _reason(actor: Actor, row: FollowUp, now: datetime, their_zone: str | None = None) -> str:
    """Return why the email is sent: the reader is the counselor, or covers for the counselor."""
    if row.counselor_id not in (None, actor.id):
        return _("you cover for %(name)s", name=db.session.get_one(User, row.counselor_id).name)
    zone = actor.zone
    reason = _due_reason(row, now, zone, their_zone)
    return _("%(reason)s, “send as a separate email”", reason=reason) if row.mail_alone else reason


def _later_day(row: FollowUp, now: datetime, zone: str) -> str:
    """Return the day of a follow-up that is emailed before it; "" for one of today or before."""
    if row.due_at is None:
        return ""
    day = local_day(row.due_at, zone)
    return formats.day(day, weekday=True) if day > local_day(now, zone) else ""


def _is_overdue(row: FollowUp, now: datetime, zone: str) -> bool:
    """Return whether a follow-up was due on a day before today."""
    due = local_day(row.due_at or row.due_on, zone)
    return due < local_day(now, zone)


def _due_reason(row: FollowUp, now: datetime, zone: str, their_zone: str | None) -> str:
    due = local_day(row.due_at or row.due_on, zone)
    today = local_day(now, zone)
    if row.due_at is not None and due > today:
        when = f"{formats.day(due, weekday=True)}, {formats.both_clocks(row.due_at, row.zone, their_zone)}"
        return _("assigned to you, due %(day)s", day=when)
    if due != today:
        return _("assigned to you, was due %(day)s", day=formats.day(due, weekday=True))
    if row.due_at is None:
        return _("assigned to you, due today")
    time = formats.both_clocks(row.due_at, row.zone, their_zone)
    if now - row.due_at > timedelta(minutes=10):
        return _("assigned to you, was due at %(time)s", time=time)
    return _("assigned to you, due today at %(time)s", time=time)


def load_meeting_facts(actor: Actor, interaction_id: int) -> ReminderFacts:
    """Return the facts of a planned interaction. Raises NotFound when the actor may not see it."""
    row = get_visible(Interaction, actor, interaction_id)
    path = f"/interactions/{row.id}"
    local = row.at.astimezone(ZoneInfo(actor.zone))
    if row.confidential:
        when = formats.both_clocks(row.shown_at, row.zone)
        return ReminderFacts(title=row.subject, path=path, confidential=True, when=when)
    stmt = (
        sa.select(Person, InteractionParty.organization_id)
        .join(InteractionParty, InteractionParty.person_id == Person.id)
        .where(InteractionParty.interaction_id == row.id, may_name(actor, Person))
        .order_by(InteractionParty.id)
    )
    people = [(person, organization_id) for person, organization_id in db.session.execute(stmt)]
    organizations = _load_organization_names(actor, {i for _person, i in people if i})
    clients = db.session.scalars(
        sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == row.id)
    )
    unsigned = any(not has_agreement(i, local.date()) for i in clients)
    return ReminderFacts(
        title=row.subject,
        path=path,
        when=formats.both_clocks(row.shown_at, row.zone, *(person.zone for person, _id in people)),
        day=formats.day(local.date(), weekday=True),
        place=row.place or "",
        participants=[
            ParticipantFacts(
                _describe_participant(person, organizations.get(organization_id or 0, "")),
                list_contact_points(person) if len(people) <= MAX_REACHABLE else [],
            )
            for person, organization_id in people
        ],
        warnings=[_("agreement not signed, so the time won't count")] if unsigned else [],
    )


def _load_organization_names(actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """Return the names of the organizations that the actor may see and an email may name, by id."""
    if not ids:
        return {}
    stmt = sa.select(Organization.id, Organization.label).where(Organization.id.in_(ids), may_name(actor, Organization))
    return dict(db.session.execute(stmt).all())


def _describe_participant(person: Person, organization: str) -> str:
    name = " ".join(part for part in (person.native_label, person.label) if part)
    name = f"{name}, {organization}" if organization else name
    how = person.address_as
    return _("%(name)s. Address as: %(how)s", name=name, how=how) if how else name
