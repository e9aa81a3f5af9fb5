"""Links between people, and of our staff to people, as far as an actor may see them. Each query is one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.interactions.models import Interaction, InteractionLink, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionOutcome, InteractionRole, InteractionState, InteractionType
from crm.introductions.paths import Link, person_node, user_node
from crm.introductions.policy import RECENT, UNKNOWN_SHARE, YEARS, LinkKind, Meetings, link_strength
from crm.people.models import Relation, Representation
from crm.people.policy import RelationKind, RepresentationStatus

MAX_LINKS = 300
"""So many links of one kind are followed from a set of people."""
LINK_KINDS = {
    RelationKind.introduced_by: LinkKind.introduced,
    RelationKind.assistant_of: LinkKind.reporting,
    RelationKind.reports_to: LinkKind.reporting,
    RelationKind.relative: LinkKind.relative,
    RelationKind.former_colleague: LinkKind.former_colleague,
    RelationKind.schoolmate: LinkKind.schoolmate,
}


class _MeetingCounts(NamedTuple):
    """Interactions of two: how many, sums of "reached" and "two-way" over `rows` rows, and the last moment."""

    source_id: int
    target_id: int
    interactions: int
    rows: int
    reached: float
    two_way: float
    last_at: datetime


def load_staff_links(actor: Actor, people: Collection[int], today: date, *, own_only: bool = False) -> list[Link]:
    """Return the links of our active staff to these people, by interactions that the actor may know of.

    Of another team's interaction with a shared person only the fact is known, not whether they were reached.
    `own_only`: only the actor's own interactions.
    """
    if not people:
        return []
    params = {"people": sorted(people), "since": _first_moment(today)} | ({"me": actor.id} if own_only else {})
    links = [
        _met_link(actor, LinkKind.met, _MeetingCounts._make(row), today)
        for row in _staff_meetings(actor, own_only, **params)
    ]
    colleagues = sorted({link.source for link in links if link.source.id != actor.id})
    me = user_node(actor.id or 0)
    strength = link_strength(LinkKind.colleague, today)
    return links + [Link(me, colleague, LinkKind.colleague, strength) for colleague in colleagues]


def load_met_together(actor: Actor, people: Collection[int], today: date) -> list[Link]:
    """Return the links of these people to those who attended the same interactions that the actor may see."""
    rows = _meetings_together(actor, people=sorted(people), since=_first_moment(today)) if people else ()
    return [_met_link(actor, LinkKind.met_together, _MeetingCounts._make(row), today) for row in rows]


def load_relation_links(actor: Actor, people: Collection[int], today: date) -> list[Link]:
    """Return the relations of these people."""
    rows = _relations(actor, people=sorted(people)) if people else ()
    return [_relation_link(*row, today=today) for row in rows]


def load_rep_links(actor: Actor, client_ids: Collection[int], today: date) -> list[Link]:
    """Return the links of the actor to the active China reps of these clients."""
    rows = _reps(actor, clients=sorted(client_ids)) if client_ids else ()
    strength = link_strength(LinkKind.represents, today)
    me = user_node(actor.id or 0)
    return [
        Link(me, person_node(id), LinkKind.represents, strength, from_on=from_on, organization_id=client_id)
        for id, client_id, from_on in rows
    ]


def _first_moment(today: date) -> datetime:
    return datetime.combine(today - timedelta(days=365 * YEARS), time(), UTC)


def _met_link(actor: Actor, kind: LinkKind, row: _MeetingCounts, today: date) -> Link:
    last_on = local_day(row.last_at, actor.zone)
    meetings = Meetings(row.interactions, float(row.reached) / row.rows, float(row.two_way) / row.rows, last_on)
    source = user_node(row.source_id) if kind is LinkKind.met else person_node(row.source_id)
    strength = link_strength(kind, today, meetings=meetings)
    return Link(source, person_node(row.target_id), kind, strength, count=row.interactions, last_on=last_on)


def _relation_link(
    person_id: int, other_id: int, kind: RelationKind, evidence: str | None, since_on: date | None, *, today: date
) -> Link:
    link_kind = LINK_KINDS[kind]
    return Link(
        person_node(person_id),
        person_node(other_id),
        link_kind,
        link_strength(link_kind, today),
        from_on=since_on,
        relation=(str(kind.label), str(kind.inverse_label)),
        text=evidence or "",
    )


def _sum_of(recent: Any, values: Sequence[InteractionOutcome]) -> sa.ColumnElement[Any]:
    """Return the sum over interactions: 1 with one of the values, 0 with another one, a half if it isn't known."""
    unknown = sa.or_(sa.not_(recent.c.is_visible), recent.c.reached.is_(None))
    return sa.func.sum(sa.case((unknown, UNKNOWN_SHARE), (recent.c.reached.in_(values), 1.0), else_=0.0))


def _sums(recent: Any) -> tuple[sa.ColumnElement[Any], ...]:
    answered = (InteractionOutcome.talked, InteractionOutcome.message_left, InteractionOutcome.one_way)
    return (
        sa.func.count(sa.distinct(recent.c.interaction_id)),
        sa.func.count(),
        _sum_of(recent, answered),
        _sum_of(recent, (InteractionOutcome.talked,)),
        sa.func.max(recent.c.at),
    )


def _recent(viewer: AccessProfile, limit: int, *, with_facts: bool, own_only: bool = False) -> Any:
    """Return the latest interactions of each of `people`: those that the viewer may see, or may know as a fact."""
    link, person = InteractionLink, alias(Record, "introductions_met_person")
    interaction = alias(Interaction, "introductions_interaction")
    is_visible = visible(viewer, interaction)
    is_fact = sa.and_(sa.not_(interaction.confidential), person.team_id.is_(None))
    latest_first = sa.func.row_number().over(partition_by=link.record_id, order_by=(link.at.desc(), interaction.id))
    stmt = (
        sa.select(
            link.record_id.label("person_id"),
            link.interaction_id,
            link.at,
            interaction.reached,
            is_visible.label("is_visible"),
            latest_first.label("position"),
        )
        .join(person, person.id == link.record_id)
        .join(interaction, interaction.id == link.interaction_id)
        .where(
            link.record_id.in_(sa.bindparam("people", expanding=True)),
            link.at >= sa.bindparam("since"),
            interaction.state == InteractionState.held,
            interaction.type.not_in((InteractionType.note, InteractionType.lead)),
            interaction.archived_at.is_(None),
            visible(viewer, person),
            sa.or_(is_visible, is_fact) if with_facts else is_visible,
        )
    )
    if own_only:
        staff = alias(InteractionStaff, "introductions_own_staff")
        # Not a join: that would begin with all interactions of the actor.
        is_mine = sa.exists().where(staff.interaction_id == link.interaction_id, staff.user_id == sa.bindparam("me"))
        stmt = stmt.where(is_mine.correlate(link))
    ranked = stmt.subquery("introductions_ranked")
    columns = [column for column in ranked.c if column.name != "position"]
    return sa.select(*columns).where(ranked.c.position <= limit).subquery("introductions_recent")


def _attended_condition(party: Any, recent: Any) -> sa.ColumnElement[bool]:
    return sa.and_(party.interaction_id == recent.c.interaction_id, party.role != InteractionRole.copied)


@cached_query
def _staff_meetings(viewer: AccessProfile, own_only: bool) -> Select:  # noqa: FBT001 - part of the statement
    recent = _recent(viewer, RECENT, with_facts=True, own_only=own_only)
    party, staff = InteractionParty, InteractionStaff
    stmt = (
        sa.select(staff.user_id, recent.c.person_id, *_sums(recent))
        .select_from(recent)
        .join(party, sa.and_(_attended_condition(party, recent), party.person_id == recent.c.person_id))
        .join(staff, staff.interaction_id == recent.c.interaction_id)
        .join(User, User.id == staff.user_id)
        .where(User.active)
        .group_by(staff.user_id, recent.c.person_id)
    )
    return stmt.where(staff.user_id == sa.bindparam("me")) if own_only else stmt


@cached_query
def _meetings_together(viewer: AccessProfile) -> Select:
    recent = _recent(viewer, RECENT, with_facts=False)
    party, other = InteractionParty, alias(InteractionParty, "introductions_other_party")
    person = alias(Record, "introductions_other_person")
    last_at = sa.func.max(recent.c.at)
    return (
        sa.select(recent.c.person_id, other.person_id, *_sums(recent))
        .select_from(recent)
        .join(party, sa.and_(_attended_condition(party, recent), party.person_id == recent.c.person_id))
        .join(other, sa.and_(_attended_condition(other, recent), other.person_id != recent.c.person_id))
        .join(person, person.id == other.person_id)
        .where(person.archived_at.is_(None), visible(viewer, person))
        .group_by(recent.c.person_id, other.person_id)
        .order_by(last_at.desc(), recent.c.person_id, other.person_id)
        .limit(MAX_LINKS)
    )


@cached_query
def _relations(viewer: AccessProfile) -> Select:
    person = alias(Record, "introductions_related_person")
    columns = (Relation.id, Relation.person_id, Relation.other_id, Relation.kind, Relation.evidence, Relation.since_on)
    halves = []
    for near, far in ((Relation.person_id, Relation.other_id), (Relation.other_id, Relation.person_id)):
        half = (
            sa.select(*columns)
            .join(person, person.id == far)
            .where(
                near.in_(sa.bindparam("people", expanding=True)), person.archived_at.is_(None), visible(viewer, person)
            )
        )
        if not viewer.sees_all_teams:
            half = half.where(sa.or_(Relation.team_id.is_(None), of_own_teams(viewer, Relation.team_id)))
        halves.append(half)
    both = sa.union(*halves).subquery("introductions_relations")
    return sa.select(*list(both.c)[1:]).order_by(both.c.id.desc()).limit(MAX_LINKS)


@cached_query
def _reps(viewer: AccessProfile) -> Select:
    person = alias(Record, "introductions_rep_person")
    return (
        sa.select(person.id, Representation.client_id, Representation.from_on)
        .join(person, person.id == Representation.person_id)
        .where(
            Representation.client_id.in_(sa.bindparam("clients", expanding=True)),
            Representation.status == RepresentationStatus.active,
            Representation.archived_at.is_(None),
            person.archived_at.is_(None),
            visible(viewer, Representation),
            visible(viewer, person),
        )
        .order_by(Representation.id)
    )
