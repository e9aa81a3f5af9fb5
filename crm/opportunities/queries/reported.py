"""The leads that a U.S. post reported, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.opportunities.conditions import SIGNED
from crm.opportunities.models import Opportunity
from crm.opportunities.totals import BoardTotal, CountRow, add_totals
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder
from crm.projects.models import Project
from crm.projects.policy import LeadStage

from .opportunities import visible_opportunities

MAX_LEADS = 50
POST = sa.bindparam("post", type_=sa.Integer)


class ReportedLead(NamedTuple):
    """A lead, and its visible opportunities as counted by stage and currency."""

    id: int
    label: str
    native_label: str
    stage: LeadStage
    heard_on: date | None
    counts: Sequence[CountRow]


def list_reported_leads(actor: Actor, post_id: int) -> list[ReportedLead]:
    """Return the visible leads whose source is a post, or one of its officers then or now; the newest first.

    At most MAX_LEADS, in two statements.
    """
    leads = list(_leads(actor, post=post_id))
    counts = _count_opportunities(actor, [row[0] for row in leads])
    return [ReportedLead._make((*row, counts.get(row[0], []))) for row in leads]


def add_reported(leads: Iterable[ReportedLead]) -> tuple[BoardTotal, BoardTotal]:
    """Return the totals of all opportunities of these leads, and of the signed ones."""
    rows = [row for lead in leads for row in lead.counts]
    return add_totals(rows), add_totals(row for row in rows if row.stage in SIGNED)


@cached_query
def _leads(viewer: AccessProfile) -> Select:
    officer = alias(Record, "opportunities_officer")
    worked = sa.select(Affiliation.person_id).where(Affiliation.organization_id == POST)
    with_role = sa.select(PostHolder.person_id).join(PostRole, PostRole.id == PostHolder.post_role_id)
    officers = sa.union(worked, with_role.where(PostRole.organization_id == POST)).subquery()
    # A lead of an officer whom the viewer may not see isn't listed: it would name the source.
    readable = sa.select(officer.id).where(officer.id.in_(sa.select(officers.c.person_id)), visible(viewer, officer))
    return (
        sa.select(Project.id, Project.label, Project.native_label, Project.lead_stage, Project.heard_on)
        .where(sa.or_(Project.source_id == POST, Project.source_id.in_(readable)))
        .where(Project.archived_at.is_(None), visible(viewer, Project))
        .order_by(Project.heard_on.is_(None), Project.heard_on.desc(), Project.id.desc())
        .limit(MAX_LEADS)
    )


def _count_opportunities(actor: Actor, project_ids: Collection[int]) -> dict[int, list[CountRow]]:
    counts: dict[int, list[CountRow]] = {}
    for project_id, stage, currency, count, priced, amount in _counts(actor, ids=list(project_ids)):
        row = CountRow(stage, currency, count, 0, priced, amount, Decimal(0))
        counts.setdefault(project_id, []).append(row)
    return counts


@cached_query
def _counts(viewer: AccessProfile) -> Select:
    columns = (Opportunity.project_id, Opportunity.stage, Opportunity.currency)
    amounts = (sa.func.count(Opportunity.amount), sa.func.sum(Opportunity.amount))
    return (
        visible_opportunities(viewer)
        .where(Opportunity.project_id.in_(sa.bindparam("ids", expanding=True)), Opportunity.archived_at.is_(None))
        .with_only_columns(*columns, sa.func.count(), *amounts, maintain_column_froms=True)
        .group_by(*columns)
    )
