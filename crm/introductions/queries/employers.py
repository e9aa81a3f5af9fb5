"""People who worked at the same organization, or served at the same post, at the same time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.introductions.paths import Link, person_node
from crm.introductions.policy import LinkKind, link_strength
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder

from .links import MAX_LINKS


class _Overlap(NamedTuple):
    person_id: int
    other_id: int
    organization_id: int
    from_on: date | None
    other_from_on: date | None
    to_on: date | None
    other_to_on: date | None


def load_employer_links(
    actor: Actor, people: Collection[int], organizations: Collection[int], today: date
) -> list[Link]:
    """Return the links of these people to others who were at the same organization or post at the same time.

    Without `organizations`: those are the goal. Two statements.
    """
    if not people:
        return []
    params: dict[str, Any] = {"people": sorted(people), "goals": sorted(organizations)}
    jobs, tours = run_together(partial(_affiliations, actor, **params), partial(_tours, actor, **params))
    return [_link(_Overlap._make(row), today) for row in (*jobs, *tours)]


def _link(row: _Overlap, today: date) -> Link:
    ends = [on for on in (row.to_on, row.other_to_on) if on is not None]
    until_on = min(ends) if ends else None
    starts = [on for on in (row.from_on, row.other_from_on) if on is not None]
    is_now = until_on is None or until_on >= today
    kind = LinkKind.same_employer if is_now else LinkKind.former_employer
    return Link(
        person_node(row.person_id),
        person_node(row.other_id),
        kind,
        link_strength(kind, today, until_on=until_on),
        from_on=max(starts) if starts else None,
        until_on=None if is_now else until_on,
        organization_id=row.organization_id,
    )


class _Positions(NamedTuple):
    """Two positions at one place, joined: those of the people, the others, and the column of the organization."""

    near: Any
    far: Any
    joined: Any
    organization_id: Any


def _overlap(viewer: AccessProfile, positions: _Positions) -> Select:
    """Return the statement of the positions that overlap in time. An unknown start or end may be any day."""
    near, far = positions.near, positions.far
    person, organization = alias(Record, "introductions_coworker"), alias(Record, "introductions_workplace")
    return (
        sa.select(near.person_id, far.person_id, organization.id, near.from_on, far.from_on, near.to_on, far.to_on)
        .select_from(positions.joined)
        .join(person, person.id == far.person_id)
        .join(organization, organization.id == positions.organization_id)
        .where(
            near.person_id.in_(sa.bindparam("people", expanding=True)),
            far.person_id != near.person_id,
            organization.id.not_in(sa.bindparam("goals", expanding=True)),
            sa.or_(near.to_on.is_(None), far.from_on.is_(None), far.from_on <= near.to_on),
            sa.or_(far.to_on.is_(None), near.from_on.is_(None), near.from_on <= far.to_on),
            person.archived_at.is_(None),
            visible(viewer, person),
            visible(viewer, organization),
        )
        .order_by(far.to_on.is_not(None), near.to_on.is_not(None), far.to_on.desc(), far.id, near.id)
        .limit(MAX_LINKS)
    )


@cached_query
def _affiliations(viewer: AccessProfile) -> Select:
    near, far = alias(Affiliation, "introductions_near_job"), alias(Affiliation, "introductions_far_job")
    joined = sa.orm.join(near, far, far.organization_id == near.organization_id)
    return _overlap(viewer, _Positions(near, far, joined, near.organization_id))


@cached_query
def _tours(viewer: AccessProfile) -> Select:
    near, far = alias(PostHolder, "introductions_near_holder"), alias(PostHolder, "introductions_far_holder")
    role, other = alias(PostRole, "introductions_near_role"), alias(PostRole, "introductions_far_role")
    joined = sa.orm.join(near, role, role.id == near.post_role_id)
    joined = sa.orm.join(joined, other, other.organization_id == role.organization_id)
    joined = sa.orm.join(joined, far, far.post_role_id == other.id)
    return _overlap(viewer, _Positions(near, far, joined, role.organization_id))
