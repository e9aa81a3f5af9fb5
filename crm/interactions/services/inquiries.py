"""Save an inquiry: organization, person, interaction and follow-up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.policy import Actor, can, default_counselor_id
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionType, default_session_type
from crm.organizations.models import Organization
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import get_client, get_organization
from crm.organizations.services import add_organization, set_facts
from crm.people.models import Person
from crm.people.queries import get_person, load_affiliations
from crm.people.services import add_affiliation, add_person, set_contact_details
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues

from .details import ClientMinutes, InteractionDetails, PartyValues
from .log import log_interaction
from .new_people import add_contact_points, name_parts

CLIENT_FACTS = ("wish", "county", "legal_form", "founded_on")
EMAIL = re.compile(r"[(<（]?([^\s,;/|<>()，；、（）]*@[^\s,;/|<>()，；、（）]*)[)>）]?")
BETWEEN_CONTACTS = " ,;/|，；、"
FOR_FUNDER = ("county", "postal_code", "legal_form", "founded_on")


def save_inquiry(
    actor: Actor, values: Mapping[str, Any], new_names: Sequence[str] = (), uid: str | None = None
) -> Interaction:
    """Create a client (or use the selected organization), the person, the interaction and the follow-up.

    With `person_id` of `values` the person exists: they get the phone or email, and a position at the organization.
    Raises Invalid on the wrong field, NotFound; the caller rolls back.
    """
    organization = _find_or_add_organization(actor, values, new_names)
    _fill(organization, values)
    person = _find_or_add_person(actor, values, organization)
    now = clock.now().astimezone(ZoneInfo(actor.zone))
    interaction_type = InteractionType.from_code(values["interaction_type"])
    columns = {
        "type": interaction_type,
        "wall": datetime.combine(now.date(), now.time().replace(second=0, microsecond=0)),
        "zone": actor.zone,
        "team_id": values.get("team_id"),
        "minutes": values.get("minutes"),
        "notes": values.get("wish"),
        "subject": _("Inquiry: %(name)s", name=organization.label if organization else person.label)[:200],
    }
    clients = [_client_values(organization, interaction_type, values)] if organization else []
    details = InteractionDetails(
        parties=[PartyValues(person.id, organization.id if organization else None)],
        clients=clients,
        follow_ups=_next_step(values),
    )
    interaction = log_interaction(actor, columns, details, uid=uid)
    interaction.is_inquiry = True
    db.session.flush()
    return interaction


def _find_or_add_organization(actor: Actor, values: Mapping[str, Any], new_names: Sequence[str]) -> Organization | None:
    if new_names:
        columns: dict[str, Any] = {"name": new_names[0], "country": actor.country}
        columns["team_id"] = values.get("team_id")
        columns["counselor_id"] = values.get("counselor_id") or actor.id
        return add_organization(actor, columns, roles=[OrganizationRole.client])
    return get_organization(actor, values["organization"], "organization:edit") if values.get("organization") else None


def _find_or_add_person(actor: Actor, values: Mapping[str, Any], organization: Organization | None) -> Person:
    points = _contact_points(values.get("contact_text") or "")
    if values.get("person_id"):
        person = get_person(actor, values["person_id"])
        if can(actor, "person:edit", person):
            add_contact_points(person, points)
            _add_position(actor, person, organization)
        return person
    belongs_to = {"organization_id": organization.id if organization else None, "team_id": values.get("team_id")}
    belongs_to["counselor_id"] = values.get("counselor_id") or default_counselor_id(actor)
    person = add_person(actor, name_parts(values["name"]) | belongs_to)
    if points:
        set_contact_details(actor, person, points, None)
    return person


def _add_position(actor: Actor, person: Person, organization: Organization | None) -> None:
    """Add a position at the organization, unless the person has one there or would become visible to other teams."""
    if organization is None or (organization.team_id is None and person.team_id is not None):
        return
    positions = load_affiliations(actor, [person.id])[person.id]
    if any(position.organization_id == organization.id for position in positions):
        return
    has_current = any(position.to_on is None for position in positions)
    add_affiliation(actor, person, {"organization_id": organization.id, "main": not has_current})


def _fill(organization: Organization | None, values: Mapping[str, Any]) -> None:
    """Fill empty facts of a client; existing values are not overwritten. Raises Invalid without a client."""
    facts = get_client(organization.id) if organization else None
    if organization is not None and facts is not None:
        for row, names in ((organization, ("postal_code",)), (facts, CLIENT_FACTS)):
            set_facts(row, {n: values[n] for n in names if values.get(n) and getattr(row, n) is None})
    elif any(values.get(name) for name in FOR_FUNDER):
        message = _("Enter an organization, or clear the county, ZIP, legal form and founding date.")
        raise Invalid(message, "organization")


def split_contacts(text: str) -> tuple[list[str], str]:
    """Return the email addresses of a text, and the rest: a phone number or ""."""
    emails = EMAIL.findall(text)
    return emails, EMAIL.sub(" ", text).strip(BETWEEN_CONTACTS)


def _contact_points(text: str) -> list[ContactPointValues]:
    emails, phone = split_contacts(text)
    points = [ContactPointValues(ContactMedium.email, PointLabel.work, email) for email in emails]
    return points + ([ContactPointValues(ContactMedium.phone, PointLabel.work, phone)] if phone else [])


def _client_values(
    organization: Organization, interaction_type: InteractionType, values: Mapping[str, Any]
) -> ClientMinutes:
    session_type = default_session_type(interaction_type)
    return ClientMinutes(organization.id, contact=values.get("minutes") or 0, session_type=session_type)


def _next_step(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not values.get("title"):
        return []
    step = {"title": values["title"], "due_on": values["due_on"]}
    return [step | {"counselor_id": values.get("counselor_id")}]
