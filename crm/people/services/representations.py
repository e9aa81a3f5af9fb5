"""Change China reps; update people and reps after a change of an organization or person they repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db, new_uid
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record, get_referenced
from crm.core.data.record_names import name_record
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENT_UPDATES, UNDONE
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import load_roles
from crm.people.models import Affiliation, Person, Representation
from crm.records.services import belong_to, declare_links, may_name, update_access

from .people import refresh_person_name, update_person_team

# A person or organization hidden from users who see the client is left out of the label of the rep.
declare_links("representation", sa.select(Representation.id, Representation.client_id))


def save_representation(
    actor: Actor, values: Mapping[str, Any], representation: Representation | None = None, uid: str | None = None
) -> Representation:
    """Create or change a China rep. It belongs to the client's team.

    Raises Invalid without a person and an organization, or if the client doesn't have the client role.
    """
    former_id = representation.client_id if representation else None
    client = get_referenced(Organization, actor, values["client_id"], [former_id])
    if client.id != former_id and OrganizationRole.client not in load_roles([client.id])[client.id]:
        # The rep would be shared with all teams, as the organization is.
        raise Invalid(_("Choose a client. %(name)s doesn't have the client role.", name=client.label), "client_id")
    if not values.get("person_id") and not values.get("organization_id"):
        raise Invalid(_("Choose a person, an organization or both."), "person_id")
    if values.get("from_on") and values.get("to_on") and values["to_on"] < values["from_on"]:
        raise Invalid(_("Enter an end date on or after the start date."), "to_on")
    row = representation or Representation(uid=uid or new_uid(), counselor_id=client.counselor_id or actor.id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if client.id != former_id:
        belong_to(row, client)
    refresh_representation_name(row, client)
    return row


def refresh_representation_name(row: Representation, client: Organization) -> None:
    """Update the label of a China rep, without names hidden from users who see the rep."""
    rows = [db.session.get(cls, i) for cls, i in ((Person, row.person_id), (Organization, row.organization_id)) if i]
    parties = [x for x in rows if x is not None and may_name(row, x)]
    label = " / ".join(x.label for x in parties) or _("China rep")
    native = " / ".join(x.native_label for x in parties if x.native_label)
    client_label = client.label if may_name(row, client) else _("confidential client")
    name_record(row, _("%(rep)s for %(client)s", rep=label, client=client_label), native, [names.tokens(client_label)])
    db.session.flush()


def _update_dependents(record: Record) -> None:
    """Update the people and China reps that repeat values of a changed organization or person."""
    if isinstance(record, Representation):
        refresh_representation_name(record, db.session.get_one(Organization, record.client_id))
    if record.kind == "organization":
        _update_people(record)
    if record.kind in ("organization", "person"):
        _update_representations(record)


def _update_people(organization: Record) -> None:
    affiliated = sa.select(Affiliation.person_id).where(Affiliation.organization_id == organization.id)
    for person in db.session.scalars(sa.select(Person).where(Person.id.in_(affiliated))).all():
        update_person_team(person, None)
        update_access("person", [person.id])
        refresh_person_name(person)


def _update_representations(record: Record) -> None:
    parties = (Representation.client_id, Representation.organization_id, Representation.person_id)
    stmt = sa.select(Representation).where(sa.or_(*(column == record.id for column in parties)))
    for representation in db.session.scalars(stmt).all():
        client = db.session.get_one(Organization, representation.client_id)
        belong_to(representation, client)
        refresh_representation_name(representation, client)


DEPENDENT_UPDATES.append(_update_dependents)


def _update_after_undo(_actor: Actor, undone: Mapping[Representation, Sequence[NetChange]]) -> None:
    """Update the labels."""
    for row in undone:
        refresh_representation_name(row, db.session.get_one(Organization, row.client_id))


UNDONE["representation"] = _update_after_undo
