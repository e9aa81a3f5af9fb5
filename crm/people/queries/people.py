"""Queries about people, their positions, relations and roles at posts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, alias
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, get_visible, visible
from crm.core.policy import Actor
from crm.organizations.models import Organization, PostRole
from crm.people.models import Affiliation, Person, PostHolder, Relation
from crm.people.policy import OfficialKind, OfficialRank, RelationKind
from crm.people.post_terms import is_current_holder


class AffiliationRow(NamedTuple):
    """A position of a person at an organization; `confidential`: the organization is."""

    id: int
    person_id: int
    organization_id: int
    organization: str
    native_organization: str
    title: str | None
    native_title: str | None
    department: str | None
    from_on: date | None
    to_on: date | None
    main: bool
    official: OfficialKind
    rank: OfficialRank | None
    rank_words: str | None
    confidential: bool


class OrganizationMember(NamedTuple):
    """A person who works or worked at an organization."""

    id: int
    label: str
    native_label: str
    title: str | None
    native_title: str | None
    from_on: date | None
    to_on: date | None


class RelationRow(NamedTuple):
    """A relation as read from one of its two people."""

    id: int
    other_id: int
    label: str
    native_label: str
    relation_label: str
    evidence: str | None
    since_on: date | None


class PostHolderRow(NamedTuple):
    """A person who holds or held a role at a post."""

    id: int
    role_id: int
    person_id: int | None
    label: str
    native_label: str
    from_on: date | None
    to_on: date | None
    expected_end_on: date | None


FESTIVAL_COUNTRIES = ("CN", "HK", "MO", "TW", "SG")
"""Where the Spring Festival is the main holiday and business partners send greetings."""


def celebrates_spring_festival() -> sa.ColumnElement[bool]:
    """Return the condition of people who live where the Spring Festival is celebrated."""
    return Person.country.in_(FESTIVAL_COUNTRIES)


def visible_people(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Person).where(visible(viewer, Person))


def get_person(actor: Actor, person_id: int, right: str | None = None) -> Person:
    """Return one person. Raises NotFound, Forbidden."""
    return get_visible(Person, actor, person_id, right)


def load_affiliations(actor: Actor, ids: Collection[int]) -> dict[int, list[AffiliationRow]]:
    """Return the positions by person, at organizations the actor may see: the primary one, other current ones, past."""
    rows_by_person: dict[int, list[AffiliationRow]] = {i: [] for i in ids}
    for row in _affiliations(actor, ids=list(ids)) if rows_by_person else ():
        rows_by_person[row.person_id].append(AffiliationRow._make(row))
    return rows_by_person


@cached_query
def _affiliations(viewer: AccessProfile) -> Select:
    return (
        sa.select(
            Affiliation.id,
            Affiliation.person_id,
            Affiliation.organization_id,
            Organization.label,
            Organization.native_label,
            Affiliation.title,
            Affiliation.native_title,
            Affiliation.department,
            Affiliation.from_on,
            Affiliation.to_on,
            Affiliation.main,
            Affiliation.official,
            Affiliation.rank,
            Affiliation.rank_words,
            Organization.confidential,
        )
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(sa.bindparam("ids", expanding=True)), visible(viewer, Organization))
        .order_by(Affiliation.to_on.is_not(None), Affiliation.main.desc(), Affiliation.id.desc())
    )


EMPLOYING = declare_pointers(Affiliation.organization_id)
RELATED = declare_pointers(Relation.person_id, Relation.other_id)


def list_organization_members(actor: Actor, organization_id: int) -> list[OrganizationMember]:
    """Return the people who work or worked at an organization, current ones first."""
    has_rows = may_have_rows(organization_id, EMPLOYING)
    rows = _organization_members(actor, organization=organization_id) if has_rows else ()
    return [OrganizationMember(*row) for row in rows]


@cached_query
def _organization_members(viewer: AccessProfile) -> Select:
    return (
        sa.select(
            Person.id,
            Person.label,
            Person.native_label,
            Affiliation.title,
            Affiliation.native_title,
            Affiliation.from_on,
            Affiliation.to_on,
        )
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(
            Affiliation.organization_id == sa.bindparam("organization"),
            Person.archived_at.is_(None),
            visible(viewer, Person),
        )
        .order_by(Affiliation.to_on.is_not(None), Person.sort_key)
    )


def list_relations(actor: Actor, person_id: int) -> list[RelationRow]:
    """Return the relations of a person, read from that person."""
    rows = _relations(actor, person=person_id) if may_have_rows(person_id, RELATED) else ()
    return [
        RelationRow(i, oid, label, native, _relation_label(kind, first=first == person_id), evidence, since)
        for i, first, kind, evidence, since, oid, label, native in rows
    ]


@cached_query
def _relations(viewer: AccessProfile) -> Select:
    other, person = alias(Record, "people_other"), sa.bindparam("person", type_=sa.Integer)
    both = sa.or_(Relation.person_id == person, Relation.other_id == person)
    stmt = (
        sa.select(
            Relation.id,
            Relation.person_id,
            Relation.kind,
            Relation.evidence,
            Relation.since_on,
            other.id,
            other.label,
            other.native_label,
        )
        .join(other, other.id == sa.case((Relation.person_id == person, Relation.other_id), else_=Relation.person_id))
        .where(both, visible(viewer, other))
        .order_by(Relation.id)
    )
    if viewer.sees_all_teams:
        return stmt
    return stmt.where(sa.or_(Relation.team_id.is_(None), of_own_teams(viewer, Relation.team_id)))


def _relation_label(kind: RelationKind, *, first: bool) -> str:
    return str(kind.label if first else kind.inverse_label)


def list_post_holders(actor: Actor, post_id: int) -> list[PostHolderRow]:
    """Return the holders of the roles of a post: current ones first, then past ones, the latest first."""
    return [PostHolderRow(*row) for row in _post_holders(actor, post=post_id, today=clock.today(actor.zone))]


@cached_query
def _post_holders(viewer: AccessProfile) -> Select:
    return (
        sa.select(
            PostHolder.id,
            PostHolder.post_role_id,
            Person.id,
            Person.label,
            Person.native_label,
            PostHolder.from_on,
            PostHolder.to_on,
            PostHolder.expected_end_on,
        )
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(Person, Person.id == PostHolder.person_id)
        .where(PostRole.organization_id == sa.bindparam("post"), visible(viewer, Person))
        .order_by(is_current_holder(sa.bindparam("today", type_=sa.Date)).desc(), PostHolder.id.desc())
    )
