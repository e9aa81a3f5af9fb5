"""Make the organizations that rows name and that are not here yet."""

from __future__ import annotations

from collections.abc import Iterable

from crm import calendars, names
from crm.core.data.base import db, new_uid
from crm.core.data.bulk import Bulk
from crm.core.data.record import naming
from crm.imports.plan.known import OrganizationCandidate
from crm.organizations.models import Organization


def create_organizations(firms: Iterable[OrganizationCandidate]) -> list[OrganizationCandidate]:
    """Make each organization without an id once, shared and without a role; gives all that now have one."""
    bulk = Bulk(db.session())
    seen: dict[int, OrganizationCandidate] = {}
    for firm in firms:
        if id(firm) in seen:
            continue
        seen[id(firm)] = firm
        if firm.id is None:
            words = [names.tokens(firm.label, firm.native, firm.city)]
            firm.id = bulk.add(
                Organization,
                uid=new_uid(),
                name=firm.label,
                native_name=firm.native or None,
                country=firm.country or None,
                city=firm.city or None,
                city_key=names.sort_key(firm.city)[:80] if firm.city else "",
                zone=calendars.zone_of_country(firm.country) if firm.country else None,
                **naming(firm.label, firm.native, words),
            )
    bulk.write()
    return list(seen.values())
