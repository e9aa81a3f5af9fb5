"""Insert the organizations that rows name and that don't exist yet."""

from __future__ import annotations

from collections.abc import Iterable

from crm import calendars, names
from crm.core.data.base import db, new_uid
from crm.core.data.bulk import BulkInsert
from crm.core.data.record_names import naming
from crm.imports.plan.existing import OrganizationCandidate
from crm.organizations.models import Organization


def create_organizations(organizations: Iterable[OrganizationCandidate]) -> list[OrganizationCandidate]:
    """Insert each candidate without an id once, shared and without a role. Return all candidates."""
    bulk = BulkInsert(db.session())
    by_identity: dict[int, OrganizationCandidate] = {}
    for organization in organizations:
        if id(organization) in by_identity:
            continue
        by_identity[id(organization)] = organization
        if organization.id is None:
            tokens = [
                names.organization_tokens(organization.label, organization.native),
                names.tokens(organization.city),
            ]
            organization.id = bulk.add(
                Organization,
                uid=new_uid(),
                name=organization.label,
                native_name=organization.native or None,
                country=organization.country or None,
                city=organization.city or None,
                city_key=names.city_key(organization.city),
                zone=calendars.zone_of_country(organization.country) if organization.country else None,
                **naming(organization.label, organization.native, tokens),
            )
    bulk.write()
    return list(by_identity.values())
