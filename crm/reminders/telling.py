"""What the single mails say of a follow-up and of a meeting: facts gathered once, when the mail is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import ngettext

from crm import calendars
from crm.core import formats
from crm.core.db import db
from crm.core.policy import Actor
from crm.core.record import Record, get_visible, visible
from crm.core.words import _
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.policy import try_label
from crm.followups.words import Side
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionParty
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.organizations.queries import has_agreement
from crm.people.models import Person
from crm.records.policy import Medium
from crm.records.queries import points_of

LAST_WORD = 120


@dataclass(frozen=True)
class Told:
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


def tell_follow_up(actor: Actor, row: FollowUp, now: datetime) -> Told:
    """The facts of a follow-up that is due, as its counselor may know them; names of confidential records stay out."""
    path = f"/followups/{row.id}"
    why = _why(row, now, actor.zone)
    if row.confidential:
        return Told(title=row.title, path=path, confidential=True, why=why)
    person = _person(actor, row)
    firm = _firm(actor, row)
    return Told(
        title=row.title,
        path=path,
        promised=_promised(row, actor.zone),
        tries=str(try_label(row.tries) or ""),
        last_word=_last_word(actor, person.id if person else None),
        person=person.label if person else "",
        native=person.native_label if person and person.native_label != person.label else "",
        firm=firm,
        address_as=(person.address_as or "") if person else "",
        ways=_ways(person) if person else [],
        good_time=_good_time(actor, person.zone, now) if person and person.zone else "",
        case=_case(actor, row, now),
        why=why,
    )


def _open(actor: Actor, record: Any) -> sa.ColumnElement[bool]:
    """What the actor may know of, and a mail may name."""
    return sa.and_(visible(actor, record), sa.not_(record.confidential))


def _promised(row: FollowUp, zone: str) -> str:
    day = formats.day(row.created_at.astimezone(ZoneInfo(zone)).date(), weekday=True)
    words = {
        Side.we: _("You promised this on %(day)s.", day=day),
        Side.they: _("They promised this on %(day)s.", day=day),
        Side.idea: _("You noted this on %(day)s.", day=day),
    }
    return words[row.side]


def _why(row: FollowUp, now: datetime, zone: str) -> str:
    due = row.due_at.astimezone(ZoneInfo(zone)).date() if row.due_at else row.due_on
    today = now.astimezone(ZoneInfo(zone)).date()
    said = _("yours, due today") if due == today else _("yours, was due %(day)s", day=formats.day(due, weekday=True))
    if row.due_at is not None and due == today and now - row.due_at > timedelta(minutes=10):
        said = _("yours, was due at %(time)s", time=formats.both(row.due_at, row.zone))
    return f"{said}, " + _("“mail me alone”") if row.mail_alone else said


def _person(actor: Actor, row: FollowUp) -> Person | None:
    ids = [i for i in (row.promised_by_id, row.promised_to_id) if i]
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == row.id)
    asked = sa.select(Person).where(_open(actor, Person), sa.or_(Person.id.in_(ids), Person.id.in_(about)))
    found = list(db.session.scalars(asked.order_by(Person.id).limit(5)))
    return next((p for p in found if p.id in ids), found[0] if found else None)


def _firm(actor: Actor, row: FollowUp) -> str:
    asked = (
        sa.select(Record.label)
        .join(FollowUpAbout, FollowUpAbout.record_id == Record.id)
        .where(FollowUpAbout.followup_id == row.id, Record.kind == "organization", _open(actor, Record))
        .order_by(Record.id)
        .limit(1)
    )
    return db.session.scalar(asked) or ""


def _case(actor: Actor, row: FollowUp, now: datetime) -> str:
    """The case it is about, with its stage and since when it stands there."""
    asked = (
        sa.select(Opportunity.label, Opportunity.stage, Opportunity.stage_since)
        .join(FollowUpAbout, FollowUpAbout.record_id == Opportunity.id)
        .where(FollowUpAbout.followup_id == row.id, _open(actor, Opportunity))
        .order_by(Opportunity.id)
        .limit(1)
    )
    found = db.session.execute(asked).one_or_none()
    if found is None:
        return ""
    days = max(0, (now - found.stage_since).days)
    there = ngettext("%(num)s day there", "%(num)s days there", days)
    return _("%(case)s, %(stage)s, %(there)s", case=found.label, stage=found.stage, there=there)


def _last_word(actor: Actor, person_id: int | None) -> str:
    """The beginning of what was noted when they were last in contact."""
    if person_id is None:
        return ""
    asked = (
        sa.select(Interaction.notes, Interaction.subject)
        .join(InteractionLink, InteractionLink.interaction_id == Interaction.id)
        .where(InteractionLink.record_id == person_id, Interaction.state == InteractionState.held)
        .where(sa.not_(Interaction.confidential), Interaction.archived_at.is_(None), visible(actor, Interaction))
        .order_by(InteractionLink.at.desc())
        .limit(1)
    )
    row = db.session.execute(asked).one_or_none()
    text = " ".join((row.notes or row.subject or "").split()) if row else ""
    return text if len(text) <= LAST_WORD else text[: LAST_WORD - 1].rstrip() + "…"


def _ways(person: Person) -> list[str]:
    points = points_of([person.id])[person.id]
    said = {Medium.wechat: "WeChat {}", Medium.phone: "{}", Medium.email: "{}"}
    return [
        said[p.medium].format(formats.phone(p.value) if p.medium is Medium.phone and p.value else p.raw)
        for p in points[:3]
    ]


def _good_time(actor: Actor, their_zone: str, now: datetime) -> str:
    """The office hours both share today, ours then theirs; empty when there are none."""
    if their_zone == actor.zone:
        return ""
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    shared = [(a, b) for a, b in calendars.shared_hours(today, actor.zone, their_zone) if b > now]
    if not shared:
        return ""
    begins, ends = shared[0]
    here, there = (
        f"{begins.astimezone(ZoneInfo(z)):%H:%M}-{ends.astimezone(ZoneInfo(z)):%H:%M}" for z in (actor.zone, their_zone)
    )
    return _("today %(here)s = %(there)s %(city)s", here=here, there=there, city=calendars.city_of(their_zone))


def tell_meeting(actor: Actor, interaction_id: int) -> Told:
    """The facts of a planned contact. Raises NotFound when the actor may not see it."""
    row = get_visible(Interaction, actor, interaction_id)
    path = f"/interactions/{row.id}"
    local = row.at.astimezone(ZoneInfo(actor.zone))
    when = formats.both(row.at, row.zone)
    if row.confidential:
        return Told(title=row.subject, path=path, confidential=True, when=when)
    asked = (
        sa.select(Person.native_label, Person.label, Person.address_as)
        .join(InteractionParty, InteractionParty.person_id == Person.id)
        .where(InteractionParty.interaction_id == row.id, _open(actor, Person))
    )
    who = [_called(native, label, how) for native, label, how in db.session.execute(asked)]
    clients = db.session.scalars(
        sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == row.id)
    )
    unsigned = any(not has_agreement(i, local.date()) for i in clients)
    return Told(
        title=row.subject,
        path=path,
        when=when,
        day=formats.day(local.date(), weekday=True),
        place=row.place or "",
        who=who,
        careful=[_("agreement not signed, the time will not count")] if unsigned else [],
    )


def _called(native: str, label: str, how: str | None) -> str:
    name = " ".join(n for n in (native, label) if n)
    return _("%(name)s. Address: %(how)s", name=name, how=how) if how else name
