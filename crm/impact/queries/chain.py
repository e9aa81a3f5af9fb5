"""The chain that led to a milestone: U.S. post, project, show, meetings, China rep, opportunity, milestone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.words import LabeledEnum, _l
from crm.interactions.models import InteractionLink
from crm.opportunities.models import Opportunity
from crm.projects.models import Project
from crm.shows.models import Show

from .parts import MILESTONE, select_meetings

IDS: Any = sa.bindparam("ids", expanding=True)


class ChainPart(LabeledEnum):
    """The part of a record in a milestone, in the order of the chain."""

    source = "source", _l("Source")
    project = "project", _l("Project")
    show = "show", _l("Show")
    meeting = "meeting", _l("Meeting")
    rep = "rep", _l("China rep")
    opportunity = "opportunity", _l("Opportunity")


class ChainStep(NamedTuple):
    """A record in the chain of a milestone; `on` is its day, for what has one."""

    part: ChainPart
    kind: str
    id: int
    label: str
    native_label: str
    on: date | None = None


def load_chains(actor: Actor, ids: Collection[int]) -> dict[int, list[ChainStep]]:
    """Return by milestone the visible records that had a part in it, in order; meetings by day, the oldest first.

    A record that the actor may not see is left out. Three statements, however many milestones.
    """
    chains: dict[int, set[ChainStep]] = {i: set() for i in ids}
    if not chains:
        return {}
    values = list(ids)
    for milestone_id, *columns in _links(actor, ids=values):
        for number, part in enumerate(PARTS):
            cells = columns[4 * number : 4 * number + 4]
            if cells[0] is not None:
                chains[milestone_id].add(ChainStep(part, *_kind_first(cells)))
    for step in (_meetings(actor, ids=values), _shows(actor, ids=values)):
        for milestone_id, code, *cells, on in step:
            chains[milestone_id].add(ChainStep(ChainPart.from_code(code), *_kind_first(cells), on=on))
    order = list(ChainPart)
    return {
        i: sorted(steps, key=lambda step: (order.index(step.part), step.on or date.max, step.id))
        for i, steps in chains.items()
    }


PARTS = (ChainPart.source, ChainPart.source, ChainPart.project, ChainPart.rep, ChainPart.opportunity)
COLUMNS = ("post", "source", "project", "rep", "opportunity")
"""The records of a row of `_links` in their order, with their parts in PARTS."""


def _kind_first(cells: Any) -> tuple[str, int, str, str]:
    record_id, kind, label, native = cells
    return kind, record_id, label, native


@cached_query
def _links(viewer: AccessProfile) -> Select:
    """Select for each milestone five times id, kind, label and native label, in the order of PARTS."""
    # Plain tables beside their records: SQLite reads a whole table that it joins as a pair.
    opportunities, projects = Opportunity.__table__, Project.__table__
    post, source, project, rep, opportunity = (alias(Record, f"chain_{part}") for part in COLUMNS)
    records = (post, source, project, rep, opportunity)
    columns = [column for r in records for column in (r.id, r.kind, r.label, r.native_label)]
    stmt = (
        sa.select(MILESTONE.c.id, *columns)
        .select_from(MILESTONE)
        .outerjoin(opportunity, sa.and_(opportunity.id == MILESTONE.c.opportunity_id, visible(viewer, opportunity)))
        .outerjoin(opportunities, opportunities.c.id == opportunity.id)
    )
    project_id = sa.func.coalesce(MILESTONE.c.project_id, opportunities.c.project_id)
    rep_id = sa.func.coalesce(MILESTONE.c.representation_id, opportunities.c.representation_id)
    return (
        stmt.outerjoin(project, sa.and_(project.id == project_id, visible(viewer, project)))
        .outerjoin(projects, projects.c.id == project.id)
        .outerjoin(source, sa.and_(source.id == projects.c.source_id, visible(viewer, source)))
        .outerjoin(post, sa.and_(post.id == MILESTONE.c.post_id, visible(viewer, post)))
        .outerjoin(rep, sa.and_(rep.id == rep_id, visible(viewer, rep)))
        .where(MILESTONE.c.id.in_(IDS))
    )


def _meetings_of(viewer: AccessProfile) -> tuple[sa.Join, sa.Subquery]:
    """Return milestones with their visible opportunity, joined with the meetings about it, and the latter."""
    meetings, opportunity = select_meetings(viewer).subquery(), alias(Record, "chain_meeting_opportunity")
    is_own = sa.and_(opportunity.id == MILESTONE.c.opportunity_id, visible(viewer, opportunity))
    joined = sa.join(MILESTONE, opportunity, is_own)
    return joined.join(meetings, meetings.c.record_id == MILESTONE.c.opportunity_id), meetings


@cached_query
def _meetings(viewer: AccessProfile) -> Select:
    """Select milestone, part, id, kind, label, native label and day of the meetings about its opportunity."""
    joined, meetings = _meetings_of(viewer)
    part, kind = sa.literal(ChainPart.meeting.value), sa.literal("interaction")
    columns = (MILESTONE.c.id, part, meetings.c.id, kind, meetings.c.label, meetings.c.native_label, meetings.c.day)
    return sa.select(*columns).select_from(joined).where(MILESTONE.c.id.in_(IDS))


@cached_query
def _shows(viewer: AccessProfile) -> Select:
    """Select milestone, part, id, kind, label, native label and first day of its shows: chosen, or of a meeting."""
    joined, meetings = _meetings_of(viewer)
    link, shows, show = InteractionLink.__table__, Show.__table__, alias(Record, "chain_show")
    at_show = (
        sa.select(MILESTONE.c.id.label("milestone_id"), link.c.record_id.label("show_id"))
        .select_from(joined)
        .join(link, link.c.interaction_id == meetings.c.id)
        .where(MILESTONE.c.id.in_(IDS))
    )
    chosen = sa.select(MILESTONE.c.id, MILESTONE.c.show_id).where(MILESTONE.c.id.in_(IDS))
    pairs = sa.union(at_show, chosen).subquery()
    part = sa.literal(ChainPart.show.value)
    return (
        sa.select(pairs.c.milestone_id, part, show.id, show.kind, show.label, show.native_label, shows.c.starts_on)
        .select_from(pairs)
        .join(show, show.id == pairs.c.show_id)
        .join(shows, shows.c.id == show.id)
        .where(visible(viewer, show))
    )
