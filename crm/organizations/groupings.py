"""What reports group organizations by, besides the columns of their list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.lists.grouping import Grouping
from crm.core.lists.record_groupings import team_grouping, user_grouping
from crm.core.words import _l
from crm.reference.models import Sector

from .models import Client, Organization, OrganizationRoleLink, OrganizationSector


def _of_client(column: Any) -> Any:
    return sa.select(column).where(Client.organization_id == Organization.id).correlate(Organization).scalar_subquery()


ROLES = sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role)
SECTORS = sa.select(OrganizationSector.organization_id, OrganizationSector.sector_id)

GROUPINGS = (
    Grouping("roles", _l("Roles"), kind="enum", links=ROLES),
    Grouping("status", _l("Client status"), _of_client(Client.status), "enum"),
    Grouping("county", _l("County of the client"), _of_client(Client.county)),
    Grouping("city", _l("City"), Organization.city),
    Grouping("sectors", _l("Sector"), kind="id", links=SECTORS, names=(Sector.id, Sector.name)),
    team_grouping(Organization.team_id),
    user_grouping("counselor", _l("Counselor"), Organization.counselor_id),
    *Grouping.dates("created", _l("Date created"), Organization.created_at),
)
