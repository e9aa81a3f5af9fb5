"""What the single mails say of a follow-up and of a meeting: facts gathered once, when the mail is made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import Side
from crm.followups.models import FollowUp
from crm.followups.policy import try_label
from crm.interactions.models import Interaction, InteractionClient, InteractionParty
from crm.organizations.queries import has_agreement
from crm.people.models import Person

from .facts import (
    describe_opportunity,
    find_organization,
    list_contact_points,
    load_last_note,
    may_name,
    person_of,
    source_of,
    tie_of,
)
from .hours import good_time


@dataclass(frozen=True)
class ReminderFacts:
    """What a single mail says."""

    title: str
    path: str
    confidential: bool = False
    promised: str = ""
    tries: str = ""
    last_word: str = ""
    person: str = ""
    native: str = ""
    firm: str = ""
    tie: str = ""
    address_as: str = ""
    ways: list[str] = field(default_factory=list)
    good_time: str = ""
    case: str = ""
    careful: list[str] = field(default_factory=list)
    why: str = ""
    when: str = ""
    day: str = ""
    place: str = ""
    who: list[str] = field(default_factory=list)


def load_follow_up_facts(actor: Actor, row: FollowUp, now: datetime) -> ReminderFacts:
    """The facts of a follow-up that is due, as its counselor may know them; names of confidential records stay out."""
    path = f"/followups/{row.id}"
    if row.confidential:
        return ReminderFacts(title=row.title, path=path, confidential=True, why=_why(row, now, actor.zone))
    person = person_of(actor, row)
    organization = find_organization(actor, row)
    told = ReminderFacts(
        title=row.title,
        path=path,
        promised=_promised(row, actor.zone, source_of(actor, row)),
        tries=str(try_label(row.tries) or ""),
        firm=organization,
        case=describe_opportunity(actor, row, now),
        why=_why(row, now, actor.zone, person.zone if person else None),
    )
    return _with_person(told, actor, person, now) if person else told


def _with_person(told: ReminderFacts, actor: Actor, person: Person, now: datetime) -> ReminderFacts:
    return replace(
        told,
        last_word=load_last_note(actor, person.id),
        person=person.label,
        native=person.native_label if person.native_label != person.label else "",
        tie=tie_of(actor, person, told.firm),
        address_as=person.address_as or "",
        ways=list_contact_points(person),
        good_time=good_time(actor, person.zone, now) if person.zone else "",
        careful=[person.read_first.strip().rstrip(".。")] if person.read_first else [],
    )


def _promised(row: FollowUp, zone: str, source: str) -> str:
    """Who promised on which day, and in which contact."""
    day = formats.day(row.created_at.astimezone(ZoneInfo(zone)).date(), weekday=True)
    day = f"{day} ({source})" if source else day
    words = {
        Side.we: _("You've owed this since %(day)s.", day=day),
        Side.they: _("They've owed this since %(day)s.", day=day),
        Side.idea: _("Idea added on %(day)s.", day=day),
    }
    return words[row.side]


def _why(row: FollowUp, now: datetime, zone: str, there: str | None = None) -> str:
    due = row.due_at.astimezone(ZoneInfo(zone)).date() if row.due_at else row.due_on
    today = now.astimezone(ZoneInfo(zone)).date()
    said = (
        _("assigned to you, due today")
        if due == today
        else _("assigned to you, was due %(day)s", day=formats.day(due, weekday=True))
    )
    if row.due_at is not None and due == today:
        time = formats.both_clocks(row.due_at, row.zone, there)
        is_late = now - row.due_at > timedelta(minutes=10)
        said = (
            _("assigned to you, was due at %(time)s", time=time)
            if is_late
            else _("assigned to you, due today at %(time)s", time=time)
        )
    return f"{said}, " + _("“send as a separate email”") if row.mail_alone else said


def load_meeting_facts(actor: Actor, interaction_id: int) -> ReminderFacts:
    """The facts of a planned contact. Raises NotFound when the actor may not see it."""
    row = get_visible(Interaction, actor, interaction_id)
    path = f"/interactions/{row.id}"
    local = row.at.astimezone(ZoneInfo(actor.zone))
    if row.confidential:
        when = formats.both_clocks(row.at, row.zone)
        return ReminderFacts(title=row.subject, path=path, confidential=True, when=when)
    stmt = (
        sa.select(Person.native_label, Person.label, Person.address_as, Person.zone)
        .join(InteractionParty, InteractionParty.person_id == Person.id)
        .where(InteractionParty.interaction_id == row.id, may_name(actor, Person))
    )
    met = list(db.session.execute(stmt))
    who = [_called(native, label, how) for native, label, how, _zone in met]
    clients = db.session.scalars(
        sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == row.id)
    )
    unsigned = any(not has_agreement(i, local.date()) for i in clients)
    return ReminderFacts(
        title=row.subject,
        path=path,
        when=formats.both_clocks(row.at, row.zone, *(zone for *_name, zone in met)),
        day=formats.day(local.date(), weekday=True),
        place=row.place or "",
        who=who,
        careful=[_("agreement not signed, so the time won't count")] if unsigned else [],
    )


def _called(native: str, label: str, how: str | None) -> str:
    name = " ".join(n for n in (native, label) if n)
    return _("%(name)s. Address as: %(how)s", name=name, how=how) if how else name
