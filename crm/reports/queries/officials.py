"""Meetings with officials in a period: how many, with whom, and when last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.interactions.models import InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, Kind
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder
from crm.people.policy import OfficialKind
from crm.people.post_terms import TERM_ENDS_ON, is_current_holder

from .changes import moments
from .interactions import IN_PERIOD, INTERACTION, select_interactions
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


def load_tour_ends(actor: Actor, ids: list[int], today: date) -> dict[int, date]:
    """Return the known or expected end of the current tour, at a post that the actor may see, by official."""
    rows = _tour_ends(actor, ids=ids, today=today) if ids else ()
    return {row[0]: row[1] for row in rows}


@cached_query
def _tour_ends(viewer: AccessProfile) -> Select:
    post = alias(Record, "reports_official_post")
    return (
        sa.select(PostHolder.person_id, sa.func.max(TERM_ENDS_ON))
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(post, post.id == PostRole.organization_id)
        .where(
            PostHolder.person_id.in_(sa.bindparam("ids", expanding=True)),
            is_current_holder(sa.bindparam("today", type_=sa.Date)),
            TERM_ENDS_ON.is_not(None),
            visible(viewer, post),
        )
        .group_by(PostHolder.person_id)
    )


@cached_query
def _totals(viewer: AccessProfile, parts: ScopeParts) -> Select:
    rows = _select_meetings(viewer, parts)
    is_open = sa.not_(rows.c.confidential)
    return sa.select(
        sa.func.count(sa.distinct(sa.case((is_open, rows.c.interaction_id)))),
        sa.func.count(sa.distinct(sa.case((is_open, rows.c.person_id)))),
        sa.func.count(sa.distinct(sa.case((rows.c.confidential, rows.c.interaction_id)))),
    )


@cached_query
def _officials(viewer: AccessProfile, parts: ScopeParts) -> Select:
    rows = _select_meetings(viewer, parts)
    person = alias(Record, "reports_official_name")
    meetings, last_at = sa.func.count(sa.distinct(rows.c.interaction_id)), sa.func.max(rows.c.at, type_=Instant)
    return (
        sa.select(person.id, person.label, person.native_label, meetings, last_at)
        .join_from(rows, person, person.id == rows.c.person_id)
        .where(sa.not_(rows.c.confidential))
        .group_by(person.id, person.label, person.native_label)
        .order_by(meetings.desc(), last_at.desc(), person.id)
        .limit(LIMIT)
    )


def _select_meetings(viewer: AccessProfile, parts: ScopeParts) -> sa.Subquery:
    """Return the meetings of the scope with officials, confidential ones included, a row for each official."""
    talks = select_interactions(*IN_PERIOD, INTERACTION.c.what.in_(MEETING_KINDS))
    record, person = alias(Record, "reports_interaction"), alias(Record, "reports_official")
    party, staff = InteractionParty, InteractionStaff
    rows = join_in_order(
        talks,
        (record, record.id == talks.c.id),
        (party, party.interaction_id == talks.c.id),
        (person, person.id == party.person_id),
    )
    is_confidential = sa.or_(record.confidential, person.confidential)
    stmt = (
        sa.select(
            talks.c.id.label("interaction_id"), talks.c.at, party.person_id, is_confidential.label("confidential")
        )
        .select_from(rows)
        .where(record.archived_at.is_(None), visible(viewer, record), party.role != InteractionRole.copied)
        .where(visible(viewer, person), _is_official(viewer, person))
    )
    if parts.teams:
        stmt = stmt.where(record.team_id.in_(TEAMS))
    if parts.counselor:
        attended = sa.exists().where(staff.interaction_id == talks.c.id, staff.user_id == COUNSELOR)
        stmt = stmt.where(attended)
    return stmt.subquery("official_meetings")


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
