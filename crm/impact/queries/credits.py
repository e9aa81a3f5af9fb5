"""Which posts, shows and China reps had a part in which milestones: for all what `select_credited` has for one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import alias
from crm.core.data.record import Record, visible
from crm.interactions.models import InteractionLink
from crm.opportunities.conditions import is_visible_opportunity
from crm.opportunities.models import Opportunity
from crm.organizations.models import Post, PostRole
from crm.people.models import Affiliation, PostHolder
from crm.projects.models import Project
from crm.shows.models import Show

from .parts import MILESTONE, select_meetings


def select_credits(viewer: AccessProfile, part: str) -> sa.CompoundSelect[Any]:
    """Select each pair of a record and a milestone once, for a part: "post", "show" or "rep"."""
    selects = {"post": _of_posts, "show": _of_shows, "rep": _of_reps}[part](viewer)
    return sa.union(*selects)


def _pairs(key: Any) -> sa.Select[Any]:
    return sa.select(key.label("record_id"), MILESTONE.c.id.label("milestone_id")).where(key.is_not(None))


def _opportunities(viewer: AccessProfile, name: str) -> Any:
    """Return the visible opportunities as a table of its own: id, project, China rep."""
    columns = (Opportunity.id, Opportunity.project_id, Opportunity.representation_id)
    return sa.select(*columns).where(is_visible_opportunity(viewer)).subquery(name)


def _of_reps(viewer: AccessProfile) -> tuple[sa.Select[Any], ...]:
    row = _opportunities(viewer, "credit_rep_opportunity")
    by_opportunity = _pairs(row.c.representation_id).join_from(MILESTONE, row, row.c.id == MILESTONE.c.opportunity_id)
    return _pairs(MILESTONE.c.representation_id), by_opportunity


def _of_shows(viewer: AccessProfile) -> tuple[sa.Select[Any], ...]:
    row = _opportunities(viewer, "credit_show_opportunity")
    meetings = select_meetings(viewer).subquery("credit_meeting")
    link, show = InteractionLink.__table__.alias("credit_show_link"), alias(Show, "credit_show").id
    by_meeting = (
        _pairs(link.c.record_id)
        .join_from(MILESTONE, row, row.c.id == MILESTONE.c.opportunity_id)
        .join(meetings, meetings.c.record_id == row.c.id)
        .join(link, link.c.interaction_id == meetings.c.id)
        .where(link.c.record_id.in_(sa.select(show)))
    )
    return _pairs(MILESTONE.c.show_id), by_meeting


def _of_posts(viewer: AccessProfile) -> tuple[sa.Select[Any], ...]:
    """Select the posts that are chosen, and those that reported the project, themselves or by an officer."""
    row = _opportunities(viewer, "credit_post_opportunity")
    project, record = Project.__table__.alias("credit_project"), alias(Record, "credit_project_record")
    sources = _sources(viewer).subquery("credit_source")
    # As for officers below: a list of all visible records would be computed first.
    is_readable = sa.exists().where(record.id == project.c.id, visible(viewer, record))
    base = _pairs(sources.c.post_id).where(is_readable)
    joined = sa.join(project, sources, sources.c.source_id == project.c.source_id)
    chosen = base.select_from(joined.join(MILESTONE, MILESTONE.c.project_id == project.c.id))
    of_opportunity = joined.join(row, row.c.project_id == project.c.id).join(
        MILESTONE, MILESTONE.c.opportunity_id == row.c.id
    )
    return _pairs(MILESTONE.c.post_id), chosen, base.select_from(of_opportunity)


def _sources(viewer: AccessProfile) -> sa.CompoundSelect[Any]:
    """Select each post with the sources that speak for it: itself, and its officers then or now who are visible."""
    worker, holder = alias(Record, "credit_worker"), alias(Record, "credit_holder")
    itself = sa.select(Post.organization_id.label("post_id"), Post.organization_id.label("source_id"))
    worked = sa.select(Affiliation.organization_id, Affiliation.person_id).join(
        Post, Post.organization_id == Affiliation.organization_id
    )
    with_role = sa.select(PostRole.organization_id, PostHolder.person_id).join(
        PostRole, PostRole.id == PostHolder.post_role_id
    )
    return sa.union(
        itself,
        worked.where(sa.exists().where(worker.id == Affiliation.person_id, visible(viewer, worker))),
        with_role.where(sa.exists().where(holder.id == PostHolder.person_id, visible(viewer, holder))),
    )
