"""Facts about the people and records of a follow-up that its email may name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, ngettext
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.queries import has_public_contact_details
from crm.records.policy import ContactMedium
from crm.records.queries import points_of

MAX_NOTE_CHARS = 120


def may_name(actor: Actor, record: Any) -> sa.ColumnElement[bool]:
    """Records that the actor may see and an email may name."""
    return sa.and_(visible(actor, record), sa.not_(record.confidential))


def find_person(actor: Actor, row: FollowUp) -> Person | None:
    """Return the person who owes it or waits for it, else the first person it is about."""
    ids = [i for i in (row.promised_by_id, row.promised_to_id) if i]
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == row.id)
    stmt = sa.select(Person).where(may_name(actor, Person), sa.or_(Person.id.in_(ids), Person.id.in_(about)))
    rows = list(db.session.scalars(stmt.order_by(Person.id).limit(5)))
    return next((p for p in rows if p.id in ids), rows[0] if rows else None)


def find_organization(actor: Actor, row: FollowUp) -> str:
    """Return the name of the first organization it is about; "" without one."""
    stmt = (
        sa.select(Record.label)
        .join(FollowUpAbout, FollowUpAbout.record_id == Record.id)
        .where(FollowUpAbout.followup_id == row.id, Record.kind == "organization", may_name(actor, Record))
        .order_by(Record.id)
        .limit(1)
    )
    return db.session.scalar(stmt) or ""


def describe_relation(actor: Actor, person: Person, organization: str) -> str:
    """Return "China rep of" a client, of this organization first; else the position; else the organization."""
    client = sa.orm.aliased(Record)
    reps = (
        sa.select(client.label)
        .select_from(Representation)
        .join(client, client.id == Representation.client_id)
        .where(Representation.person_id == person.id, Representation.status == RepresentationStatus.active)
        .where(Representation.archived_at.is_(None), may_name(actor, Representation), may_name(actor, client))
        .order_by(client.label != organization, Representation.id)
        .limit(1)
    )
    if (represented := db.session.scalar(reps)) is not None:
        return _("China rep of %(organization)s", organization=represented)
    positions = (
        sa.select(Affiliation.title, Organization.label)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id == person.id, Affiliation.to_on.is_(None), may_name(actor, Organization))
        .order_by(Organization.label != organization, Affiliation.main.desc(), Affiliation.id.desc())
        .limit(1)
    )
    position = db.session.execute(positions).one_or_none()
    return ", ".join(part for part in position if part) if position else organization


def describe_source(actor: Actor, row: FollowUp) -> str:
    """Return the interaction that it comes from: "call, 20 min"; "" without one."""
    stmt = sa.select(Interaction.type, Interaction.minutes).where(
        Interaction.id == row.source_id, may_name(actor, Interaction)
    )
    source = db.session.execute(stmt).one_or_none() if row.source_id else None
    if source is None:
        return ""
    minutes = _("%(n)s min", n=source.minutes) if source.minutes else ""
    return ", ".join(part for part in (formats.within(source.type), minutes) if part)


def describe_opportunity(actor: Actor, row: FollowUp, now: datetime) -> str:
    """Return the opportunity it is about, its stage and the days in it; "" without one."""
    stmt = (
        sa.select(Opportunity.label, Opportunity.stage, Opportunity.stage_since)
        .join(FollowUpAbout, FollowUpAbout.record_id == Opportunity.id)
        .where(FollowUpAbout.followup_id == row.id, may_name(actor, Opportunity))
        .order_by(Opportunity.id)
        .limit(1)
    )
    opportunity = db.session.execute(stmt).one_or_none()
    if opportunity is None:
        return ""
    today, since = (local_day(moment, actor.zone) for moment in (now, opportunity.stage_since))
    return str(
        ngettext(
            "%(name)s, %(stage)s, %(num)s day in stage",
            "%(name)s, %(stage)s, %(num)s days in stage",
            max(0, (today - since).days),
            name=opportunity.label,
            stage=opportunity.stage,
        )
    )


def load_last_note(actor: Actor, person_id: int | None) -> str:
    """Return the beginning of the notes of the last interaction with a person."""
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
    """Return how to reach a person: at most three ways, a phone number as it is dialed."""
    is_public = db.session.scalar(sa.select(has_public_contact_details()).where(Person.id == person.id))
    points = points_of([person.id])[person.id] if is_public else []
    texts = {ContactMedium.wechat: "WeChat {}", ContactMedium.phone: "{}", ContactMedium.email: "{}"}
    return [
        texts[p.medium].format(formats.phone(p.value) if p.medium is ContactMedium.phone and p.value else p.raw)
        for p in points[:3]
    ]
