"""Facts around a follow-up, as its counselor may know them and a mail may say them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import ngettext

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.queries import has_public_contact_details
from crm.records.policy import Medium
from crm.records.queries import points_of

MAX_NOTE_CHARS = 120


def may_name(actor: Actor, record: Any) -> sa.ColumnElement[bool]:
    """What the actor may know of, and a mail may name."""
    return sa.and_(visible(actor, record), sa.not_(record.confidential))


def person_of(actor: Actor, row: FollowUp) -> Person | None:
    """The person who promised or was promised, else the first it is about."""
    ids = [i for i in (row.promised_by_id, row.promised_to_id) if i]
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == row.id)
    stmt = sa.select(Person).where(may_name(actor, Person), sa.or_(Person.id.in_(ids), Person.id.in_(about)))
    rows = list(db.session.scalars(stmt.order_by(Person.id).limit(5)))
    return next((p for p in rows if p.id in ids), rows[0] if rows else None)


def find_organization(actor: Actor, row: FollowUp) -> str:
    """The first firm it is about."""
    stmt = (
        sa.select(Record.label)
        .join(FollowUpAbout, FollowUpAbout.record_id == Record.id)
        .where(FollowUpAbout.followup_id == row.id, Record.kind == "organization", may_name(actor, Record))
        .order_by(Record.id)
        .limit(1)
    )
    return db.session.scalar(stmt) or ""


def tie_of(actor: Actor, person: Person, firm: str) -> str:
    """What somebody is: China rep of a client, of `firm` rather than another, else their job; `firm` without either."""
    client = sa.orm.aliased(Record)
    reps = (
        sa.select(client.label)
        .select_from(Representation)
        .join(client, client.id == Representation.client_id)
        .where(Representation.person_id == person.id, Representation.status == RepresentationStatus.active)
        .where(Representation.archived_at.is_(None), may_name(actor, Representation), may_name(actor, client))
        .order_by(client.label != firm, Representation.id)
        .limit(1)
    )
    if (represented := db.session.scalar(reps)) is not None:
        return _("China rep of %(firm)s", firm=represented)
    jobs = (
        sa.select(Affiliation.title, Organization.label)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id == person.id, Affiliation.to_on.is_(None), may_name(actor, Organization))
        .order_by(Organization.label != firm, Affiliation.main.desc(), Affiliation.id.desc())
        .limit(1)
    )
    job = db.session.execute(jobs).one_or_none()
    return ", ".join(word for word in job if word) if job else firm


def source_of(actor: Actor, row: FollowUp) -> str:
    """The contact in which it was promised: "call, 20 min"; empty when it was not made in one."""
    stmt = sa.select(Interaction.what, Interaction.minutes).where(
        Interaction.id == row.source_id, may_name(actor, Interaction)
    )
    rows = db.session.execute(stmt).one_or_none() if row.source_id else None
    if rows is None:
        return ""
    minutes = _("%(n)s min", n=rows.minutes) if rows.minutes else ""
    return ", ".join(word for word in (formats.within(rows.what), minutes) if word)


def describe_opportunity(actor: Actor, row: FollowUp, now: datetime) -> str:
    """The case it is about, with its stage and since when it stands there."""
    stmt = (
        sa.select(Opportunity.label, Opportunity.stage, Opportunity.stage_since)
        .join(FollowUpAbout, FollowUpAbout.record_id == Opportunity.id)
        .where(FollowUpAbout.followup_id == row.id, may_name(actor, Opportunity))
        .order_by(Opportunity.id)
        .limit(1)
    )
    rows = db.session.execute(stmt).one_or_none()
    if rows is None:
        return ""
    today, since = (at.astimezone(ZoneInfo(actor.zone)).date() for at in (now, rows.stage_since))
    days = max(0, (today - since).days)
    there = ngettext("%(num)s day in stage", "%(num)s days in stage", days)
    return _("%(case)s, %(stage)s, %(there)s", case=rows.label, stage=rows.stage, there=there)


def load_last_note(actor: Actor, person_id: int | None) -> str:
    """The beginning of what was noted when they were last in contact."""
    if person_id is None:
        return ""
    stmt = (
        sa.select(Interaction.notes, Interaction.subject)
        .join(InteractionLink, InteractionLink.interaction_id == Interaction.id)
        .where(InteractionLink.record_id == person_id, Interaction.state == InteractionState.held)
        .where(sa.not_(Interaction.confidential), Interaction.archived_at.is_(None), visible(actor, Interaction))
        .order_by(InteractionLink.at.desc())
        .limit(1)
    )
    row = db.session.execute(stmt).one_or_none()
    text = " ".join((row.notes or row.subject or "").split()) if row else ""
    return text if len(text) <= MAX_NOTE_CHARS else text[: MAX_NOTE_CHARS - 1].rstrip() + "…"


def list_contact_points(person: Person) -> list[str]:
    """How to reach a person: at most three, a phone number as it is dialed."""
    is_public = db.session.scalar(sa.select(has_public_contact_details()).where(Person.id == person.id))
    points = points_of([person.id])[person.id] if is_public else []
    said = {Medium.wechat: "WeChat {}", Medium.phone: "{}", Medium.email: "{}"}
    return [
        said[p.medium].format(formats.phone(p.value) if p.medium is Medium.phone and p.value else p.raw)
        for p in points[:3]
    ]
