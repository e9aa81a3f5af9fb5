"""Who leads to an organization: people who work or worked there, its partners in a project, and who reported it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.introductions.paths import Link, organization_node, person_node
from crm.introductions.policy import LinkKind, link_strength
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, Person, PostHolder
from crm.people.policy import OfficialRank, describe_rank
from crm.people.position_dates import is_over
from crm.people.post_terms import has_ended

from .goals import Goal

MAX_ENDS = 200
NAMED_STRENGTH = 0.98
"""The strength of the last link to the contact whom a project or an opportunity names."""


class _Placement(NamedTuple):
    person_id: int
    organization_id: int
    from_on: date | None
    to_on: date | None
    rank: OfficialRank | None = None
    rank_words: str | None = None
    is_term: bool = False


def load_end_links(actor: Actor, goal: Goal, today: date) -> list[Link]:
    """Return the last link of each possible path, to one of the chosen organizations. Two statements."""
    places = {*goal.chosen_ids, *goal.partners, *(s.id for s in goal.sources if s.kind == "organization")}
    ids = sorted(places)
    members, holders = run_together(
        partial(_members, actor, organizations=ids), partial(_holders, actor, organizations=ids)
    )
    positions = [_Placement(*row) for row in members]
    positions += [_Placement(r.person_id, r.organization_id, r.from_on, r.to_on, is_term=True) for r in holders]
    ranks = {(p.person_id, p.organization_id): describe_rank(p.rank, p.rank_words) for p in positions}
    return [*_named_links(goal, today, ranks), *(link for p in positions for link in _position_links(goal, p, today))]


def _named_links(goal: Goal, today: date, ranks: Mapping[tuple[int, int], str]) -> Iterator[Link]:
    for person_id, target_id in goal.contacts.items():
        nodes = person_node(person_id), organization_node(target_id)
        yield Link(*nodes, LinkKind.works_at, NAMED_STRENGTH, text=ranks.get((person_id, target_id), ""))
    for person_id, target_id in goal.partner_people.items():
        nodes = person_node(person_id), organization_node(target_id)
        yield Link(*nodes, LinkKind.same_project, link_strength(LinkKind.same_project, today))
    strength = link_strength(LinkKind.source, today)
    for source in goal.sources:
        if source.kind == "person":
            nodes = person_node(source.id), organization_node(source.target_id)
            yield Link(*nodes, LinkKind.source, strength, last_on=source.heard_on)


def _position_links(goal: Goal, position: _Placement, today: date) -> Iterator[Link]:
    person, place = person_node(position.person_id), position.organization_id
    is_current = not (has_ended if position.is_term else is_over)(position.to_on, today)
    if place in goal.chosen_ids:
        kind = LinkKind.works_at if is_current else LinkKind.worked_at
        until = None if is_current else position.to_on
        strength = link_strength(kind, today, until_on=until)
        rank = describe_rank(position.rank, position.rank_words)
        yield Link(
            person, organization_node(place), kind, strength, from_on=position.from_on, until_on=until, text=rank
        )
        return
    if not is_current:
        return
    if place in goal.partners:
        strength = link_strength(LinkKind.same_project, today)
        target = organization_node(goal.partners[place])
        yield Link(person, target, LinkKind.same_project, strength, organization_id=place)
    strength = link_strength(LinkKind.source, today)
    for source in goal.sources:
        if source.id == place:
            target = organization_node(source.target_id)
            yield Link(person, target, LinkKind.source, strength, last_on=source.heard_on, organization_id=place)


@cached_query
def _members(viewer: AccessProfile) -> Select:
    A = Affiliation  # noqa: N806 - read several times below
    return (
        sa.select(A.person_id, A.organization_id, A.from_on, A.to_on, A.rank, A.rank_words)
        .join(Person, Person.id == Affiliation.person_id)
        .where(
            Affiliation.organization_id.in_(sa.bindparam("organizations", expanding=True)),
            Person.archived_at.is_(None),
            visible(viewer, Person),
        )
        .order_by(Affiliation.to_on.is_not(None), Affiliation.main.desc(), Affiliation.id.desc())
        .limit(MAX_ENDS)
    )


@cached_query
def _holders(viewer: AccessProfile) -> Select:
    return (
        sa.select(PostHolder.person_id, PostRole.organization_id, PostHolder.from_on, PostHolder.to_on)
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(Person, Person.id == PostHolder.person_id)
        .where(
            PostRole.organization_id.in_(sa.bindparam("organizations", expanding=True)),
            Person.archived_at.is_(None),
            visible(viewer, Person),
        )
        .order_by(PostHolder.to_on.is_not(None), PostHolder.id.desc())
        .limit(MAX_ENDS)
    )
