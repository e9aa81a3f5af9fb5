"""Relationships at risk: going quiet, vacant roles at U.S. posts, people whom only one colleague meets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.interactions.models import InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionRole, InteractionState, InteractionType
from crm.organizations.models import PostRole
from crm.people.models import PostHolder
from crm.people.post_terms import is_current_holder

from .changes import BEGIN
from .interactions import INTERACTION, is_counted_interaction
from .scope import COUNSELOR, LIMIT, TEAMS, Scope, ScopeParts

TALKS = tuple(kind for kind in InteractionType if kind not in (InteractionType.note, InteractionType.lead))
"""The kinds of interactions in which people meet or write to each other."""


class QuietRecord(NamedTuple):
    """A person or organization without an interaction for longer than its rule says.

    `days` since `last_on`, or since the rule began (`last_on` None); `every` is the rule in days.
    """

    id: int
    kind: str
    label: str
    counselor: str | None
    last_on: date | None
    days: int
    every: int


class VacantRole(NamedTuple):
    """A role at a U.S. post without a current holder; `since_on` is when the last one left."""

    post_id: int
    post: str
    title: str
    since_on: date | None


class SingleContact(NamedTuple):
    """A person with whom only one colleague had interactions: how many, and when last."""

    id: int
    label: str
    user_id: int
    user_name: str
    interactions: int
    last_at: datetime


def list_quiet(scope: Scope) -> list[QuietRecord]:
    """List the records that are going quiet, the most overdue first."""
    quiet = []
    for row in scope.fetch(_cadences):
        last_on = scope.local_day(row.last_reached_at) if row.last_reached_at else None
        counted = (scope.day - max(last_on or row.counts_from, row.counts_from)).days
        if counted >= row.every:
            days = (scope.day - (last_on or row.counts_from)).days
            quiet.append(QuietRecord._make((*row[:4], last_on, days, row.every)))
    return sorted(quiet, key=lambda record: (record.every - record.days, record.label, record.id))


@cached_query
def _cadences(viewer: AccessProfile, parts: ScopeParts) -> Select:
    tiers = sa.case((Cadence.tier == Tier.a, Tier.a.days), (Cadence.tier == Tier.b, Tier.b.days))
    every = sa.func.coalesce(Cadence.every_days, tiers)
    name = sa.func.coalesce(sa.func.nullif(Record.label, ""), Record.native_label)
    dates = sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0)
    stmt = (
        sa.select(
            Record.id,
            Record.kind,
            name,
            User.name,
            RecordDates.last_reached_at,
            Cadence.counts_from,
            every.label("every"),
        )
        .select_from(Cadence)
        .join(Record, Record.id == Cadence.record_id)
        .outerjoin(User, User.id == Record.counselor_id)
        .outerjoin(RecordDates, dates)
        .where(Record.archived_at.is_(None), sa.not_(Record.confidential), every.is_not(None), visible(viewer))
    )
    return _of_scope(stmt, parts)


def _of_scope(stmt: Any, parts: ScopeParts) -> Select:
    """Narrow records to those of the teams and to shared ones, and to those of the counselor."""
    stmt = stmt.where(sa.or_(Record.team_id.is_(None), Record.team_id.in_(TEAMS))) if parts.teams else stmt
    return stmt.where(Record.counselor_id == COUNSELOR) if parts.counselor else stmt  # type: ignore[no-any-return]


def list_vacant_roles(scope: Scope) -> list[VacantRole]:
    """List the roles at visible U.S. posts without a current holder whom the reader sees, by post and title."""
    return [VacantRole._make(row) for row in scope.fetch(_select_vacant, today=scope.day)]


@cached_query
def _select_vacant(viewer: AccessProfile, parts: ScopeParts) -> Select:
    holder, person = PostHolder, alias(Record, "reports_officer")
    of_role = sa.select(holder.id).join(person, person.id == holder.person_id)
    of_role = of_role.where(holder.post_role_id == PostRole.id, visible(viewer, person))
    today = sa.bindparam("today", type_=sa.Date)
    is_current = sa.and_(is_current_holder(today), sa.or_(holder.from_on.is_(None), holder.from_on <= today))
    left_on = of_role.where(holder.to_on <= today).with_only_columns(sa.func.max(holder.to_on)).scalar_subquery()
    stmt = (
        sa.select(Record.id, Record.label, PostRole.title, left_on)
        .join(Record, Record.id == PostRole.organization_id)
        .where(sa.not_(of_role.where(is_current).exists()), Record.archived_at.is_(None))
        .where(sa.not_(Record.confidential), visible(viewer))
        .order_by(Record.label, PostRole.title, PostRole.id)
    )
    return stmt.where(Record.counselor_id == COUNSELOR) if parts.counselor else stmt


def list_single_contacts(scope: Scope, begin: datetime, limit: int) -> tuple[int, list[SingleContact]]:
    """Return how many people had interactions with one colleague only since a moment, and those with the most.

    At most `limit` people are listed.
    """
    rows: Sequence[Any] = scope.fetch(_select_single, begin=begin, limit=limit)
    return (rows[0].total if rows else 0), [SingleContact._make(row[:6]) for row in rows]


def _select_talks(viewer: AccessProfile, parts: ScopeParts) -> sa.CTE:
    """Return id and moment of the talks of a scope since a moment.

    Most talks are recent enough, so they are read in the order of an index: by team, then by id.
    """
    stmt = (
        sa.select(INTERACTION.c.id, INTERACTION.c.at)
        .where(INTERACTION.c.state == InteractionState.held, INTERACTION.c.at >= BEGIN, INTERACTION.c.type.in_(TALKS))
        .where(is_counted_interaction(viewer, parts))
        .order_by(INTERACTION.c.visibility_key, INTERACTION.c.id)
    )
    return stmt.cte("talks").prefix_with("MATERIALIZED")


def _talks_with_one_colleague(viewer: AccessProfile, parts: ScopeParts) -> sa.Subquery:
    """Return the people with interactions with one colleague only: who, with whom, how many, and the last one."""
    talks, party, staff = _select_talks(viewer, parts), InteractionParty, InteractionStaff
    rows = join_in_order(
        talks,
        (party, party.interaction_id == talks.c.id),
        (staff, staff.interaction_id == talks.c.id),
    )
    return (
        sa.select(
            party.person_id,
            sa.func.min(staff.user_id).label("user_id"),
            sa.func.count(sa.distinct(talks.c.id)).label("number"),
            sa.func.max(talks.c.at, type_=Instant).label("last_at"),
        )
        .select_from(rows)
        .where(party.person_id.is_not(None), party.role != InteractionRole.copied)
        .group_by(party.person_id)
        .having(sa.func.min(staff.user_id) == sa.func.max(staff.user_id))
        .subquery()
    )


@cached_query
def _select_single(viewer: AccessProfile, parts: ScopeParts) -> Select:
    single, person = _talks_with_one_colleague(viewer, parts), alias(Record, "reports_person")
    name = sa.func.coalesce(sa.func.nullif(person.label, ""), person.native_label)
    columns = (person.id, name, User.id, User.name, single.c.number, single.c.last_at)
    total = sa.func.count().over().label("total")
    result = (
        sa.select(*columns, total)
        .select_from(single)
        .join(person, person.id == single.c.person_id)
        .join(User, User.id == single.c.user_id)
        .where(person.archived_at.is_(None), sa.not_(person.confidential), visible(viewer, person))
        .order_by(single.c.number.desc(), single.c.last_at.desc(), person.id)
        .limit(LIMIT)
    )
    return result.where(User.id == COUNSELOR) if parts.counselor else result
