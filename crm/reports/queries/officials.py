"""Meetings with officials in a period: how many, with whom, and when last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, InteractionState, Kind
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder
from crm.people.policy import OfficialKind

from .changes import BEGIN, END, moments
from .scope import COUNSELOR, LIMIT, TEAMS, Scope, ScopeParts

MEETING_KINDS = (Kind.meeting, Kind.visit, Kind.introduction, Kind.session)


class OfficialRow(NamedTuple):
    """An official with whom there were meetings: how many, and when last."""

    id: int
    label: str
    native_label: str
    meetings: int
    last_at: datetime


def count_official_meetings(scope: Scope, first: date, last: date) -> tuple[int, int, int]:
    """Count the meetings with officials from a day to a day, both included, and the officials who attended.

    The third number are the confidential meetings, or with a confidential official, that the reader may see.
    """
    row = scope.fetch(_totals, **moments(scope, first, last))[0]
    return row[0], row[1], row[2]


def list_officials(scope: Scope, first: date, last: date, limit: int) -> list[OfficialRow]:
    """List the officials with whom there were meetings from a day to a day, the most meetings first."""
    return [OfficialRow._make(row) for row in scope.fetch(_officials, limit=limit, **moments(scope, first, last))]


def load_tour_ends(actor: Actor, ids: list[int]) -> dict[int, date]:
    """Return the expected end of the current tour, at a post that the actor may see, by official."""
    rows = _tour_ends(actor, ids=ids) if ids else ()
    return {row[0]: row[1] for row in rows}


@cached_query
def _tour_ends(viewer: AccessProfile) -> Select:
    post = alias(Record, "reports_official_post")
    return (
        sa.select(PostHolder.person_id, sa.func.max(PostHolder.expected_end_on))
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(post, post.id == PostRole.organization_id)
        .where(
            PostHolder.person_id.in_(sa.bindparam("ids", expanding=True)),
            PostHolder.to_on.is_(None),
            PostHolder.expected_end_on.is_not(None),
            visible(viewer, post),
        )
        .group_by(PostHolder.person_id)
    )


@cached_query
def _totals(viewer: AccessProfile, parts: ScopeParts) -> Select:
    person = alias(Record, "reports_official")
    interaction = alias(Interaction, "reports_official_meeting")
    is_confidential = sa.or_(interaction.confidential, person.confidential)
    columns: list[Any] = [
        sa.func.count(sa.distinct(sa.case((sa.not_(is_confidential), interaction.id)))),
        sa.func.count(sa.distinct(sa.case((sa.not_(is_confidential), person.id)))),
        sa.func.count(sa.distinct(sa.case((is_confidential, interaction.id)))),
    ]
    return _meetings(sa.select(*columns), viewer, parts)


@cached_query
def _officials(viewer: AccessProfile, parts: ScopeParts) -> Select:
    person = alias(Record, "reports_official")
    interaction = alias(Interaction, "reports_official_meeting")
    meetings, last_at = sa.func.count(sa.distinct(interaction.id)), sa.func.max(interaction.at)
    stmt = sa.select(person.id, person.label, person.native_label, meetings, last_at)
    return (
        _meetings(stmt, viewer, parts)
        .where(sa.not_(interaction.confidential), sa.not_(person.confidential))
        .group_by(person.id, person.label, person.native_label)
        .order_by(meetings.desc(), last_at.desc(), person.id)
        .limit(LIMIT)
    )


def _meetings(stmt: sa.Select[Any], viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Join the meetings of the scope that took place with officials, confidential ones included."""
    person, party = alias(Record, "reports_official"), InteractionParty
    interaction = alias(Interaction, "reports_official_meeting")
    stmt = (
        stmt.select_from(interaction)
        .join(party, party.interaction_id == interaction.id)
        .join(person, person.id == party.person_id)
        .where(
            interaction.at >= BEGIN,
            interaction.at < END,
            interaction.state == InteractionState.held,
            interaction.what.in_(MEETING_KINDS),
            interaction.archived_at.is_(None),
            party.role != InteractionRole.copied,
            visible(viewer, interaction),
            visible(viewer, person),
            _is_official(viewer, person),
        )
    )
    if parts.teams:
        stmt = stmt.where(interaction.team_id.in_(TEAMS))
    if parts.counselor:
        attended = sa.exists().where(
            InteractionStaff.interaction_id == interaction.id, InteractionStaff.user_id == COUNSELOR
        )
        stmt = stmt.where(attended)
    return stmt


def _is_official(viewer: AccessProfile, person: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a person is an official in a current position at an organization that isn't hidden."""
    organization = alias(Record, "reports_official_organization")
    stmt = (
        sa.select(Affiliation.id)
        .join(organization, organization.id == Affiliation.organization_id)
        .where(
            Affiliation.person_id == person.id,
            Affiliation.to_on.is_(None),
            Affiliation.official != OfficialKind.none,
            sa.not_(organization.confidential),
            visible(viewer, organization),
        )
    )
    return stmt.correlate(person).exists()
