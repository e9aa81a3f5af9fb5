"""Who may see the email addresses and phone numbers of people."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium


def has_public_contact_details(person: Any = Person) -> sa.ColumnElement[bool]:
    """Whether everyone who sees a person may see the email addresses and phone numbers.

    Not so for a shared person whose current positions are all at confidential clients: an address would reveal the
    client.
    """
    affiliation, organization = alias(Affiliation, "contact_affiliation"), alias(Record, "contact_organization")
    current = (
        sa.select(affiliation.id)
        .join(organization, organization.id == affiliation.organization_id)
        .where(affiliation.person_id == person.id, affiliation.to_on.is_(None))
        .correlate(person)
    )
    has_open_employer = current.where(sa.not_(organization.confidential)).exists()
    return sa.or_(person.team_id.is_not(None), has_open_employer, sa.not_(current.exists()))


def may_see_contact_details(actor: Actor, row: Person) -> bool:
    """Whether the actor may see a person's contact details: they are public, or the actor sees an employer."""
    if row.team_id is not None:
        return True
    return bool(_with_contact_details(actor, person=row.id))


@cached_query
def _with_contact_details(profile: AccessProfile) -> Select:
    person_id = sa.bindparam("person", type_=sa.Integer)
    return sa.select(Person.id).where(Person.id == person_id, has_readable_contact_details(profile))


def has_readable_contact_details(viewer: Actor | AccessProfile, person: Any = Person) -> sa.ColumnElement[bool]:
    """Whether a viewer who sees a person may see the email addresses and phone numbers, as a condition."""
    affiliation, organization = alias(Affiliation, "readable_affiliation"), alias(Record, "readable_organization")
    at_visible = (
        sa.select(affiliation.id)
        .join(organization, organization.id == affiliation.organization_id)
        .where(affiliation.person_id == person.id, affiliation.to_on.is_(None), visible(viewer, organization))
        .correlate(person)
    )
    return sa.or_(has_public_contact_details(person), at_visible.exists())


def is_readable_address(viewer: Actor | AccessProfile, address: Any) -> sa.ColumnElement[bool]:
    """Whether a viewer may see an address that email was sent to, as a condition on its column.

    It must be a current address of a record that the viewer may see. A former one may reveal the employer of that time,
    who can have become confidential since.
    """
    owner = alias(Record, "address_owner")
    has_address = (
        sa.select(ContactPoint.id)
        .join(owner, owner.id == ContactPoint.record_id)
        .where(ContactPoint.medium == ContactMedium.email, ContactPoint.value == sa.func.lower(address))
        .where(visible(viewer, owner), sa.or_(owner.kind != "person", has_readable_contact_details(viewer, owner)))
        .correlate_except(ContactPoint, owner)
    )
    return has_address.exists()
