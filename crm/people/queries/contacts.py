"""The contact of an organization: the person there to write to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.data.record_dates import RecordDates
from crm.core.policy import Actor
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium

from .email_refusals import find_email_refusals


def find_contacts(actor: Actor, organization_ids: Collection[int]) -> dict[int, int]:
    """Return by organization the person there to write to; without those where nobody visible works now.

    Who takes email comes before who doesn't, then someone with an email address, then someone whose primary position it
    is, then the one whom the actor's teams contacted last. Four statements.
    """
    stmt = (
        sa.select(Affiliation.organization_id, Person.id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.organization_id.in_(organization_ids), Affiliation.to_on.is_(None))
        .where(Person.archived_at.is_(None), Person.merged_into_id.is_(None), visible(actor, Person))
        .order_by(Affiliation.organization_id, *_preference(actor), Person.sort_key, Person.id)
    )
    rows = db.session.execute(stmt).all()
    refusals = find_email_refusals({person_id for _organization_id, person_id in rows})
    contacts: dict[int, int] = {}
    for organization_id, person_id in sorted(rows, key=lambda row: row[1] in refusals):
        contacts.setdefault(organization_id, person_id)
    return contacts


def _preference(actor: Actor) -> tuple[sa.ColumnElement[Any], ...]:
    has_email = sa.exists().where(ContactPoint.record_id == Person.id, ContactPoint.medium == ContactMedium.email)
    last = sa.select(sa.func.max(RecordDates.last_interaction_at)).where(RecordDates.record_id == Person.id)
    if not actor.sees_all_teams:
        last = last.where(RecordDates.team_key.in_([0, *sorted(actor.team_ids)]))
    last_at = last.scalar_subquery()
    return sa.not_(has_email), sa.not_(Affiliation.main), last_at.is_(None), last_at.desc()
