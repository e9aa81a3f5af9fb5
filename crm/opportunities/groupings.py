"""What reports group opportunities by, and what they add up, besides the columns of their list."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.record_groupings import record_grouping, team_grouping, user_grouping
from crm.core.words import _l
from crm.organizations.models import Client, OrganizationSector
from crm.reference.models import LostReason, Sector

from .change_conditions import slips_of
from .conditions import OPPORTUNITY
from .models import Opportunity
from .part_conditions import country_of

COUNTY = (
    sa.select(Client.county)
    .where(Client.organization_id == Opportunity.client_id)
    .correlate(Opportunity)
    .scalar_subquery()
)
SECTORS = sa.select(OPPORTUNITY.c.id, OrganizationSector.sector_id).join(
    OrganizationSector, OrganizationSector.organization_id == OPPORTUNITY.c.client_id
)

GROUPINGS = (
    user_grouping("counselor", _l("Counselor"), Opportunity.counselor_id),
    user_grouping("second_counselor", _l("Second counselor"), Opportunity.second_counselor_id),
    team_grouping(Opportunity.team_id),
    record_grouping("client", _l("Client"), Opportunity.client_id),
    record_grouping("buyer", _l("Prime or buyer"), Opportunity.buyer_id),
    record_grouping("project", _l("Project"), Opportunity.project_id),
    Grouping("county", _l("County of the client"), COUNTY),
    Grouping("country", _l("Country"), country_of, "country", takes_actor=True),
    Grouping("sectors", _l("Sector of the client"), kind="id", links=SECTORS, names=(Sector.id, Sector.name)),
    Grouping("reason", _l("Lost reason"), Opportunity.lost_reason_id, "id", names=(LostReason.id, LostReason.name)),
    *Grouping.dates("created", _l("Date created"), Opportunity.created_at),
)
MEASURES = (
    Measure("chance", _l("Probability (%)"), Opportunity.chance, can_sum=False),
    Measure("slips", _l("Close date slips"), slips_of(Opportunity.id)),
)
