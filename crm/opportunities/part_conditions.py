"""Conditions for opportunities by what belongs to them: project, buyer, client, China rep; for lists and reports."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import alias
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.organizations.models import Organization, OrganizationSector
from crm.projects.models import Project

from .conditions import OPPORTUNITY, Condition
from .models import Opportunity


def has_source(record_id: int, actor: Actor) -> Condition:
    """Return the condition for opportunities in a visible project that a record, such as a U.S. post, reported."""
    projects = sa.select(Project.id).where(Project.source_id == record_id, visible(actor, Project))
    return Opportunity.project_id.in_(projects)


def is_in_sector(value: str) -> Condition:
    """Return the condition for opportunities of clients in a sector."""
    link = OrganizationSector
    return Opportunity.client_id.in_(sa.select(link.organization_id).where(link.sector_id == int(value)))


def country_of(viewer: Actor | AccessProfile) -> sa.ScalarSelect[str]:
    """Return the country of the project of an opportunity, else that of its buyer; "" if unknown or not visible."""
    project, buyer = alias(Project, "part_project"), alias(Organization, "part_buyer")
    of_project = (
        sa.select(project.country)
        .where(project.id == OPPORTUNITY.c.project_id, visible(viewer, project))
        .correlate(OPPORTUNITY)
        .scalar_subquery()
    )
    of_buyer = (
        sa.select(buyer.country)
        .where(buyer.id == OPPORTUNITY.c.buyer_id, visible(viewer, buyer))
        .correlate(OPPORTUNITY)
        .scalar_subquery()
    )
    return sa.func.coalesce(of_project, of_buyer, "")  # type: ignore[return-value]


def is_in_country(code: str, actor: Actor) -> Condition:
    """Return the condition for opportunities in a country; "-": in an unknown one."""
    return country_of(actor) == ("" if code == "-" else code)
