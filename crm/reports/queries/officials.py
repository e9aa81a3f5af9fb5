"""Meetings with officials in a period: how many, with whom, and when last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.core.data.visibility_keys import CONFIDENTIAL_KEY, is_open_to
from crm.core.policy import Actor
from crm.interactions.days import day_params
from crm.interactions.models import InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, InteractionType
from crm.organizations.models import PostRole
from crm.people.models import Affiliation, PostHolder
from crm.people.policy import OfficialKind
from crm.people.post_terms import TERM_ENDS_ON, is_current_holder

from .interactions import IN_PERIOD, INTERACTION, select_interactions
from .scope import COUNSELOR, TEAMS, Scope, ScopeParts

MEETING_TYPES = (InteractionType.meeting, InteractionType.visit, InteractionType.introduction, InteractionType.session)


class OfficialMeeting(NamedTuple):
    """An official who attended a meeting, at its local time; `is_confidential` if the meeting or the official is."""

    person_id: int
    interaction_id: int
    wall: datetime
    is_confidential: bool


class OfficialRow(NamedTuple):
    """An official with whom there were meetings: how many, and when last."""

    id: int
    meetings: int
    last_wall: datetime


def list_official_meetings(scope: Scope, first: date, last: date) -> list[OfficialMeeting]:
    """List the meetings with officials from a day to a day, both included, a row for each official who attended.

    Those that are confidential, or with a confidential official, are in it as far as the reader may see them.
    """
    return [OfficialMeeting._make(row) for row in scope.fetch(_select_meetings, **day_params(first, last))]


def count_official_meetings(rows: Iterable[OfficialMeeting]) -> tuple[int, int, int]:
    """Count the meetings and the officials who attended; the third number are the confidential meetings."""
    meetings, officials, confidential = set(), set(), set()
    for row in rows:
        if row.is_confidential:
            confidential.add(row.interaction_id)
        else:
            meetings.add(row.interaction_id)
            officials.add(row.person_id)
    return len(meetings), len(officials), len(confidential)


def rank_officials(rows: Iterable[OfficialMeeting]) -> list[OfficialRow]:
    """Return the officials of meetings that aren't confidential, those with the most meetings first."""
    by_official: dict[int, dict[int, OfficialMeeting]] = {}
    for row in rows:
        if not row.is_confidential:
            by_official.setdefault(row.person_id, {})[row.interaction_id] = row
    officials = []
    for person_id, meetings in by_official.items():
        latest = max(meetings.values(), key=lambda row: row.wall)
        officials.append(OfficialRow(person_id, len(meetings), latest.wall))
    # Sorting keeps the order of equal rows: by number of meetings, then the last meeting, then the id.
    officials.sort(key=lambda row: row.id)
    return sorted(officials, key=lambda row: (row.meetings, row.last_wall), reverse=True)


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
def _select_meetings(viewer: AccessProfile, parts: ScopeParts) -> Select:
    key = INTERACTION.c.visibility_key
    may_be_visible = sa.or_(is_open_to(viewer, key), key == CONFIDENTIAL_KEY)
    talks = select_interactions(IN_PERIOD, INTERACTION.c.type.in_(MEETING_TYPES), may_be_visible)
    record, person = alias(Record, "reports_interaction"), alias(Record, "reports_official")
    party, staff = InteractionParty, InteractionStaff
    # Few people are officials: whether one is, an index of positions answers before any record is read.
    rows = join_in_order(
        talks,
        (party, party.interaction_id == talks.c.id),
        (record, record.id == talks.c.id),
        (person, person.id == party.person_id),
    )
    is_confidential = sa.or_(record.confidential, person.confidential)
    stmt = (
        sa.select(person.id, talks.c.id, talks.c.wall, is_confidential)
        .select_from(rows)
        .where(_is_official(viewer, party.person_id), party.role != InteractionRole.copied)
        .where(record.archived_at.is_(None), visible(viewer, record), visible(viewer, person))
    )
    if parts.teams:
        stmt = stmt.where(record.team_id.in_(TEAMS))
    if parts.counselor:
        attended = sa.exists().where(staff.interaction_id == talks.c.id, staff.user_id == COUNSELOR)
        stmt = stmt.where(attended)
    return stmt


def _is_official(viewer: AccessProfile, person_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a person is an official in a current position at an organization that isn't hidden."""
    organization = alias(Record, "reports_official_organization")
    stmt = (
        sa.select(Affiliation.id)
        .join(organization, organization.id == Affiliation.organization_id)
        .where(
            Affiliation.person_id == person_id,
            Affiliation.to_on.is_(None),
            Affiliation.official != OfficialKind.none,
            sa.not_(organization.confidential),
            visible(viewer, organization),
        )
    )
    return stmt.correlate(InteractionParty).exists()
