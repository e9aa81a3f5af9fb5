"""Organizations and their child rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.organizations.models import Client, Organization, OrganizationSector, Ownership, Post, PostRole, Prime
from crm.organizations.policy import ClientStatus, OrganizationRole, PostRoleKind
from crm.organizations.services import add_organization, set_facts
from crm.reference.models import Sector
from tests.factories.records import finished, id_of, numbers, team_id_of


def organization(
    name: str | None = None,
    native_name: str | None = None,
    *,
    roles: Iterable[OrganizationRole] = (),
    team: Any = None,
    counselor: Any = None,
    sectors: Iterable[Sector] = (),
    confidential: bool = False,
    readers: Iterable[Any] = (),
    is_archived: bool = False,
    uid: str | None = None,
    **facts: Any,
) -> Organization:
    """Create an organization, shared unless a team is given."""
    values = {"name": name or f"Firm {next(numbers)}", "native_name": native_name, **facts}
    roles = list(roles)
    row = add_organization(SYSTEM, values | {"team_id": team_id_of(team)}, roles=roles, uid=uid)
    row.team_id, row.counselor_id = team_id_of(team), id_of(counselor)
    db.session.add_all(OrganizationSector(organization_id=row.id, sector_id=s.id) for s in sectors)
    db.session.flush()
    return finished(row, confidential=confidential, readers=readers, is_archived=is_archived)


def client_of(
    team: Any = "Inland", name: str | None = None, *, status: ClientStatus = ClientStatus.client, **facts: Any
) -> Organization:
    """Create a client of a team."""
    roles = {OrganizationRole.client, *facts.pop("roles", ())}
    row = organization(name, facts.pop("native_name", None), roles=roles, team=team, **facts)
    set_facts(db.session.get_one(Client, row.id), {"status": status})
    return row


def prime(name: str | None = None, **facts: Any) -> Organization:
    """Create a prime contractor; keywords of `Prime` go there, all others to the organization."""
    own = {k: facts.pop(k) for k in list(facts) if k in Prime.__table__.c}
    row = organization(name, facts.pop("native_name", None), roles=[OrganizationRole.prime], **facts)
    set_facts(db.session.get_one(Prime, row.id), own)
    return row


def post(name: str | None = None, **facts: Any) -> Organization:
    """Create a consulate or other post."""
    own = {k: facts.pop(k) for k in list(facts) if k in Post.__table__.c}
    row = organization(name, facts.pop("native_name", None), roles=[OrganizationRole.post], **facts)
    set_facts(db.session.get_one(Post, row.id), own)
    return row


def post_role(post_row: Organization, title: str = "Commercial Officer", **facts: Any) -> PostRole:
    """Create a role at a post."""
    row = PostRole(organization_id=post_row.id, title=title, **{"kind": PostRoleKind.rotating, **facts})
    db.session.add(row)
    db.session.flush()
    return row


def owner(of: Organization, by: Organization | str, share: Any = 51, **facts: Any) -> Ownership:
    """Add an owner with a share to an organization: one of our organizations, or a name."""
    owner_columns = {"owner_name": by} if isinstance(by, str) else {"owner_id": by.id}
    row = Ownership(organization_id=of.id, share=share, **owner_columns, **facts)
    db.session.add(row)
    db.session.flush()
    return row


def sector(name: str | None = None, **facts: Any) -> Sector:
    """Create a sector."""
    number = next(numbers)
    row = Sector(name=name or f"Line {number}", code=facts.pop("code", f"line_{number}"), **facts)
    db.session.add(row)
    db.session.flush()
    return row
