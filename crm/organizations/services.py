"""Change organizations and what is kept of them as client, prime or post."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import Base, db, new_uid
from crm.core.data.record import follow, name_record, touch
from crm.core.errors import Invalid
from crm.core.forms.choices import zone_for
from crm.core.policy import Actor, may_change_counselor
from crm.core.words import _
from crm.records.queries import points_of
from crm.records.services import Point, check_counselor, point_tokens, set_points, set_tags

from .models import Alias, Client, Organization, OrganizationRoleLink, OrganizationSector, Post, Prime
from .policy import AliasKind, OrganizationRole, is_shared, may_change_team

FACTS: dict[OrganizationRole, type[Base]] = {
    OrganizationRole.client: Client,
    OrganizationRole.prime: Prime,
    OrganizationRole.post: Post,
}
"""Roles that bring facts of their own: the row is made with the role."""
PLAIN_COLUMNS = (
    "name",
    "native_name",
    "country",
    "region",
    "city",
    "postal_code",
    "address",
    "native_address",
    "zone",
    "website",
    "uscc",
    "parent_id",
    "parent_share",
    "read_first",
)


def add_organization(
    actor: Actor, values: Mapping[str, Any], *, roles: Collection[OrganizationRole] = (), uid: str | None = None
) -> Organization:
    """Make an organization. `values` may hold any plain column, `team_id`, `counselor_id`.

    A client goes to `team_id` or the actor's first team, anything else is shared. Raises Invalid without a name.
    """
    organization = Organization(uid=uid or new_uid(), name=values.get("name") or values.get("native_name") or "")
    db.session.add(organization)
    organization.counselor_id = values.get("counselor_id") or (actor.id if OrganizationRole.client in roles else None)
    _change(actor, organization, values, roles)
    return organization


def change_organization(
    actor: Actor, firm: Organization, values: Mapping[str, Any], *, roles: Collection[OrganizationRole] | None = None
) -> Organization:
    """Change what `values` names; `roles` None leaves them. Raises Invalid on the field that is wrong."""
    before = _repeated_values(firm)
    if not may_change_team(actor, firm):
        _check_team_change(firm, values.get("team_id"), roles)
    if "counselor_id" in values and values["counselor_id"] != firm.counselor_id:
        if not may_change_counselor(actor, firm):
            raise Invalid(_("Only the counselor or a manager can reassign this."), "counselor_id")
        firm.counselor_id = values["counselor_id"]
    _change(actor, firm, values, roles)
    touch(firm)
    if before != _repeated_values(firm):
        follow(firm)
    return firm


def _check_team_change(firm: Organization, team_id: int | None, roles: Collection[OrganizationRole] | None) -> None:
    """Raise Invalid where team or roles would take the firm from those whose it is."""
    if firm.team_id is None:
        if roles is not None and not is_shared(roles):
            raise Invalid(_("Ask a manager to make this shared organization a client of your team."), "roles")
    elif roles is not None and is_shared(roles):
        raise Invalid(
            _("Keep “Client” selected. Only the counselor or a manager can share a client with all teams."), "roles"
        )
    elif team_id not in (None, firm.team_id):
        raise Invalid(_("Only the counselor or a manager can change the team."), "team_id")


def _repeated_values(firm: Organization) -> tuple[Any, ...]:
    """What other records repeat of a firm."""
    return firm.label, firm.native_label, firm.team_id, firm.counselor_id


def _change(
    actor: Actor, firm: Organization, values: Mapping[str, Any], roles: Collection[OrganizationRole] | None
) -> None:
    is_new = sa.inspect(firm).attrs.counselor_id.history.has_changes()
    for name in PLAIN_COLUMNS:
        if name in values:
            setattr(firm, name, values[name])
    firm.name = firm.name or firm.native_name or ""
    if not firm.name:
        raise Invalid(_("Enter a name in any script."), "name")
    if firm.parent_id is not None and firm.parent_id == firm.id:
        raise Invalid(_("An organization can't be its own parent."), "parent_id")
    firm.zone = firm.zone or zone_for(firm.country)
    firm.city_key = names.sort_key(firm.city)[:80] if firm.city else ""
    if firm.uscc:
        firm.uscc = names.normalize_uscc(firm.uscc)
    db.session.flush()
    if roles is not None:
        _set_roles(firm, roles)
    _set_team(actor, firm, values.get("team_id"), roles)
    if not actor.everything:
        check_counselor(firm.counselor_id, firm.team_id, confidential=firm.confidential, is_new=is_new)
    refresh_organization_name(firm)


def _set_roles(firm: Organization, roles: Collection[OrganizationRole]) -> None:
    stmt = sa.select(OrganizationRoleLink).where(OrganizationRoleLink.organization_id == firm.id)
    held = {r.role: r for r in db.session.scalars(stmt)}
    for role in roles:
        if role not in held:
            db.session.add(OrganizationRoleLink(organization_id=firm.id, role=role))
        facts = FACTS.get(role)
        if facts is not None and db.session.get(facts, firm.id) is None:
            db.session.add(facts(organization_id=firm.id))
    for role in held.keys() - set(roles):
        db.session.delete(held[role])
    db.session.flush()


def _set_team(
    actor: Actor, firm: Organization, team_id: int | None, roles: Collection[OrganizationRole] | None
) -> None:
    """Put a client into its team. One made shared stays what it is unless its roles say otherwise."""
    if roles is None:
        firm.team_id = team_id or firm.team_id
    elif is_shared(roles):
        if firm.confidential:
            raise Invalid(_("Turn off “Confidential” first. A confidential organization must stay a client."), "roles")
        firm.team_id = None
    else:
        firm.team_id = team_id or firm.team_id or actor.first_team_id
        if firm.team_id is None:
            raise Invalid(_("Choose a team for this client."), "team_id")
        if not actor.sees_all_teams and firm.team_id not in actor.team_ids:
            raise Invalid(_("Choose one of your teams."), "team_id")
    db.session.flush()


def refresh_organization_name(firm: Organization, words: Iterable[str] = ()) -> None:
    """Refresh what the firm is called and found by: names, aliases, city, mails and phones."""
    aliases = db.session.scalars(sa.select(Alias.name).where(Alias.organization_id == firm.id))
    found = [names.tokens(firm.name, firm.native_name, *aliases, firm.city), *words]
    found += [point_tokens(p.medium, p.value or p.raw) for p in points_of([firm.id])[firm.id]]
    name_record(firm, firm.name, firm.native_name if firm.native_name != firm.name else None, found)
    db.session.flush()


def set_aliases(firm: Organization, aliases: Iterable[tuple[AliasKind, str]]) -> None:
    """Make these the firm's other names."""
    wanted = {(kind, name.strip()) for kind, name in aliases if name.strip()}
    held = {(a.kind, a.name): a for a in db.session.scalars(sa.select(Alias).where(Alias.organization_id == firm.id))}
    for kind, name in sorted(wanted - held.keys(), key=lambda x: x[1]):
        db.session.add(Alias(organization_id=firm.id, kind=kind, name=name))
    for key in held.keys() - wanted:
        db.session.delete(held[key])
    db.session.flush()
    refresh_organization_name(firm)


def set_sectors(firm: Organization, sector_ids: Iterable[int]) -> None:
    """Make these the firm's lines of business."""
    wanted = set(sector_ids)
    stmt = sa.select(OrganizationSector).where(OrganizationSector.organization_id == firm.id)
    held = {s.sector_id: s for s in db.session.scalars(stmt)}
    for sector_id in wanted - held.keys():
        db.session.add(OrganizationSector(organization_id=firm.id, sector_id=sector_id))
    for sector_id in held.keys() - wanted:
        db.session.delete(held[sector_id])
    db.session.flush()


def set_contact_details(firm: Organization, points: Iterable[Point], tags: str | None) -> None:
    """Make these the firm's mails, phones, WeChat name and tags."""
    set_points(firm, points, firm.country, "emails")
    set_tags(firm, tags or "")
    refresh_organization_name(firm)


def set_facts(row: Base, values: Mapping[str, Any], of: Organization | None = None) -> None:
    """Change a row of facts (client, prime, post, agreement, figure, share, role) of a firm column by column."""
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if of is not None:
        touch(of)
    db.session.flush()


def remove_part(firm: Organization, row: Base) -> None:
    """Take away a row of facts of a firm; history keeps it."""
    db.session.delete(row)
    touch(firm)
    db.session.flush()
