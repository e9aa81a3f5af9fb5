"""Conditions for opportunities by what belongs to them: project, buyer, client, interactions; for lists and reports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import alias
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState
from crm.organizations.models import Client, Organization, OrganizationSector
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


def select_discussed(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select pairs of records that a held interaction links: `opportunity_id`, and the other one as `record_id`.

    Confidential interactions, and those that the viewer may not see, are left out.
    """
    talk = alias(Interaction, "discussed")
    about, other = (InteractionLink.__table__.alias(f"discussed_{name}") for name in ("about", "other"))
    return (
        sa.select(about.c.record_id.label("opportunity_id"), other.c.record_id)
        .join(other, other.c.interaction_id == about.c.interaction_id)
        .join(talk, talk.id == about.c.interaction_id)
        .where(talk.state == InteractionState.held, talk.archived_at.is_(None))
        .where(sa.not_(talk.confidential), visible(viewer, talk))
    )


def was_discussed_at(record_id: int, actor: Actor) -> Condition:
    """Return the condition for opportunities about which an interaction took place that is linked to a record.

    The record is a show, for example.
    """
    pairs = select_discussed(actor).subquery()
    return Opportunity.id.in_(sa.select(pairs.c.opportunity_id).where(pairs.c.record_id == record_id))


def is_of_county(name: str) -> Condition:
    """Return the condition for opportunities of clients in a county; "-": of those without one."""
    clients = sa.select(Client.organization_id).where(Client.county != "")
    if name == "-":
        return Opportunity.client_id.not_in(clients)
    return Opportunity.client_id.in_(clients.where(Client.county == name))
