"""Change organizations and their details as client, prime or post."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import Base, db, new_uid
from crm.core.data.columns import own_names
from crm.core.data.record import ARCHIVE_COLUMNS, touch, update_dependents
from crm.core.data.record_names import set_names
from crm.core.data.rows import sync_rows
from crm.core.errors import Invalid
from crm.core.forms.new_records import RecordMaker
from crm.core.hooks import QUICK_UNDO, RECORD_MAKERS, UNDONE, QuickUndo
from crm.core.i18n.formats import lang
from crm.core.policy import Actor, default_counselor_id, may_change_counselor
from crm.core.words import _, _l
from crm.records.services import PLACE_COLUMNS, ContactPointValues, check_counselor, set_points, set_tags, zone_of_place

from .derived import PLAIN_COLUMNS, load_names
from .models import Alias, Client, Organization, OrganizationRoleLink, OrganizationSector, Post, Prime
from .policy import AliasKind, OrganizationRole, is_shared, may_change_team

CREATE = _l("Create organization “%(name)s”, shared with all teams")
FACTS: dict[OrganizationRole, type[Base]] = {
    OrganizationRole.client: Client,
    OrganizationRole.prime: Prime,
    OrganizationRole.post: Post,
}
"""Roles with details of their own: adding the role creates the row."""


def add_organization(
    actor: Actor, values: Mapping[str, Any], *, roles: Collection[OrganizationRole] = (), uid: str | None = None
) -> Organization:
    """Create an organization. `values` may contain its own columns, `team_id` and `counselor_id`.

    A client belongs to `team_id` or the actor's first team, any other organization is shared. Raises Invalid without a
    name.
    """
    organization = Organization(uid=uid or new_uid(), name=values.get("name") or values.get("native_name") or "")
    db.session.add(organization)
    organization.counselor_id = values.get("counselor_id") or (actor.id if OrganizationRole.client in roles else None)
    _change(actor, organization, values, roles)
    return organization


def _add_by_name(roles: Collection[OrganizationRole], actor: Actor, name: str) -> int:
    values = {"native_name" if lang(name) else "name": name, "counselor_id": default_counselor_id(actor)}
    return add_organization(actor, values, roles=roles).id


def _maker(*roles: OrganizationRole) -> RecordMaker:
    offer = _l("Create client “%(name)s”") if roles == (OrganizationRole.client,) else CREATE
    return RecordMaker("organization:make", offer, partial(_add_by_name, roles))


RECORD_MAKERS["organization"] = _maker()
RECORD_MAKERS |= {f"organization.{role.value}": _maker(role) for role in OrganizationRole}


def change_organization(
    actor: Actor,
    organization: Organization,
    values: Mapping[str, Any],
    *,
    roles: Collection[OrganizationRole] | None = None,
) -> Organization:
    """Change the columns in `values`, and the roles unless None. Raises Invalid with the field that is wrong."""
    before = _repeated_values(organization)
    if not may_change_team(actor, organization):
        _check_team_change(organization, values.get("team_id"), roles)
    if "counselor_id" in values and values["counselor_id"] != organization.counselor_id:
        if not may_change_counselor(actor, organization):
            raise Invalid(_("Only the counselor or a manager can reassign this."), "counselor_id")
        organization.counselor_id = values["counselor_id"]
    _change(actor, organization, values, roles)
    touch(organization)
    if before != _repeated_values(organization):
        update_dependents(organization)
    return organization


def _check_team_change(
    organization: Organization, team_id: int | None, roles: Collection[OrganizationRole] | None
) -> None:
    """Raise Invalid if the new team or roles would take the organization from its current users."""
    if organization.team_id is None:
        if roles is not None and not is_shared(roles):
            raise Invalid(_("Ask a manager to make this shared organization a client of your team."), "roles")
    elif roles is not None and is_shared(roles):
        raise Invalid(
            _("Keep “Client” selected. Only the counselor or a manager can share a client with all teams."), "roles"
        )
    elif team_id not in (None, organization.team_id):
        raise Invalid(_("Only the counselor or a manager can change the team."), "team_id")


def _repeated_values(organization: Organization) -> tuple[Any, ...]:
    """Return the values that other records repeat."""
    return organization.label, organization.native_label, organization.team_id, organization.counselor_id


def _change(
    actor: Actor, organization: Organization, values: Mapping[str, Any], roles: Collection[OrganizationRole] | None
) -> None:
    is_new = sa.inspect(organization).attrs.counselor_id.history.has_changes()
    parent_id, place = organization.parent_id, (organization.country, organization.zone)
    for name in own_names(Organization):
        if name in values:
            setattr(organization, name, values[name])
    if organization.parent_id != parent_id and "parent_share" not in values:
        # The share is that of the former parent, and may be hidden from the actor.
        organization.parent_share = None
    organization.name = organization.name or organization.native_name or ""
    if not organization.name:
        raise Invalid(_("Enter a name in any script."), "name")
    if organization.parent_id is not None and organization.parent_id != parent_id:
        _check_parent(organization.id, organization.parent_id)
    is_new_country = place[0] != organization.country and place[1] == organization.zone
    organization.zone = zone_of_place(organization.country, organization.zone, is_new_country=is_new_country)
    organization.city_key = names.city_key(organization.city)
    if organization.uscc:
        organization.uscc = names.normalize_uscc(organization.uscc)
    db.session.flush()
    if roles is not None:
        _set_roles(organization, roles)
    _set_team(actor, organization, values.get("team_id"), roles)
    if not actor.is_system:
        check_counselor(
            organization.counselor_id, organization.team_id, confidential=organization.confidential, is_new=is_new
        )
    refresh_organization_name(organization)


def _check_parent(organization_id: int | None, parent_id: int | None) -> None:
    """Raise Invalid if an organization would be above itself."""
    if organization_id is None:
        return
    if parent_id == organization_id:
        raise Invalid(_("An organization can't be its own parent."), "parent_id")
    ids_above: set[int] = set()
    with db.session.no_autoflush:
        while parent_id is not None and parent_id not in ids_above:
            ids_above.add(parent_id)
            parent_id = db.session.scalar(sa.select(Organization.parent_id).where(Organization.id == parent_id))
            if parent_id == organization_id:
                raise Invalid(_("Choose another parent. This one belongs to this organization."), "parent_id")


def _set_roles(organization: Organization, roles: Collection[OrganizationRole]) -> None:
    sync_rows(organization, OrganizationRoleLink.organization_id, [{"role": role} for role in roles], key=["role"])
    for role in roles:
        facts = FACTS.get(role)
        if facts is not None and db.session.get(facts, organization.id) is None:
            db.session.add(facts(organization_id=organization.id))
    db.session.flush()


def _set_team(
    actor: Actor, organization: Organization, team_id: int | None, roles: Collection[OrganizationRole] | None
) -> None:
    """Set the team from the roles: a client's own, None for a shared organization. Without roles, keep or change it."""
    if roles is None:
        organization.team_id = team_id or organization.team_id
    elif is_shared(roles):
        if organization.confidential:
            raise Invalid(_("Turn off “Confidential” first. A confidential organization must stay a client."), "roles")
        organization.team_id = None
    else:
        organization.team_id = team_id or organization.team_id or actor.first_team_id
        if organization.team_id is None:
            raise Invalid(_("Choose a team for this client."), "team_id")
        if not actor.sees_all_teams and organization.team_id not in actor.team_ids:
            raise Invalid(_("Choose one of your teams."), "team_id")
    db.session.flush()


def refresh_organization_name(*organizations: Organization) -> None:
    """Update the label and the search tokens: names, aliases, city, email addresses and phone numbers."""
    db.session.flush()
    columns = load_names([organization.id for organization in organizations])
    for organization in organizations:
        set_names(organization, columns[organization.id])
    db.session.flush()


def set_aliases(organization: Organization, aliases: Iterable[tuple[AliasKind, str]]) -> None:
    """Replace the other names."""
    new_aliases = {(kind, name.strip()) for kind, name in aliases if name.strip()}
    values = [{"kind": kind, "name": name} for kind, name in sorted(new_aliases, key=lambda x: x[1])]
    sync_rows(organization, Alias.organization_id, values, key=["kind", "name"])
    refresh_organization_name(organization)


def set_sectors(organization: Organization, sector_ids: Iterable[int]) -> None:
    """Replace the sectors."""
    values = [{"sector_id": sector_id} for sector_id in sector_ids]
    sync_rows(organization, OrganizationSector.organization_id, values, key=["sector_id"])


def set_contact_details(organization: Organization, points: Iterable[ContactPointValues], tags: str | None) -> None:
    """Replace the email addresses, phone numbers, WeChat names and tags."""
    set_points(organization, points, organization.country, "emails")
    set_tags(organization, tags or "")
    refresh_organization_name(organization)


def set_facts(row: Base, values: Mapping[str, Any], organization: Organization | None = None) -> None:
    """Save a row of details (client, prime, post, agreement, figure, owner, role), with the columns in `values`."""
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if organization is not None:
        touch(organization)
    db.session.flush()


def remove_part(organization: Organization, row: Base) -> None:
    """Delete a row of details; it stays in the history."""
    db.session.delete(row)
    touch(organization)
    db.session.flush()


UNDONE["organization"] = lambda _actor, undone: refresh_organization_name(*undone)
QUICK_UNDO["organization"] = QuickUndo(
    frozenset({*PLAIN_COLUMNS, *PLACE_COLUMNS, *ARCHIVE_COLUMNS}), deriving=PLACE_COLUMNS, derive=load_names
)
