"""Cities: people, organizations and projects by the folded name of their city."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db, fetch
from crm.core.data.identity import User
from crm.core.data.record import visible
from crm.core.data.record_dates import RecordDates
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.core.search.search import beginning
from crm.followups import queries as followups
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState, Kind
from crm.opportunities.queries import OpportunityRow, list_opportunities_of
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.projects.models import Project

MAX_ROWS = 200
"""Rows of each table on a page."""
MAX_COUNT = 100
"""How far a city is counted: most rows may be hidden from the reader, and each one is checked."""


class City(NamedTuple):
    """A city with how many we know there: MAX_COUNT + 1 stands for more than MAX_COUNT."""

    key: str
    name: str
    country: str | None
    zone: str | None
    people: int
    organizations: int


class CityRow(NamedTuple):
    """A person, organization or project in a city. `last_at` counts interactions that the reader may not open."""

    id: int
    label: str
    native_label: str
    counselor: str | None
    last_at: datetime | None


class LastInteraction(NamedTuple):
    """The last interaction with a person that the reader may open; `staff` are the names of our staff who took part."""

    interaction_id: int
    subject: str
    at: datetime
    kind: Kind
    staff: str


def list_cities(actor: Actor, text: str = "") -> list[City]:
    """Return the cities of visible people and organizations, the largest first; names begin with `text`.

    Each city is one step along the index, and is counted to one more than MAX_COUNT: what grows with the tables is only
    the walk over rows that are hidden.
    """
    steps = [_steps(cls, text) for cls in (Person, Organization)]
    return _counted(actor, sa.union(*(sa.select(step.c.key).where(step.c.key.is_not(None)) for step in steps)).cte())


def get_city(actor: Actor, key: str) -> City:
    """Return one city. Raises NotFound when nobody visible is there."""
    rows = _counted(actor, sa.select(sa.literal(key).label("key")).cte())
    if not key or not rows:
        raise NotFound
    return rows[0]


def _steps(cls: type[Person | Organization], text: str) -> sa.CTE:
    """Return each key of a table once, then NULL: each step finds the least key after the last one."""
    column: Any = cls.__table__.c.city_key
    least = sa.select(sa.func.min(column)).where(beginning(column, text) if text.strip() else column != "")
    steps = sa.select(least.scalar_subquery().label("key")).cte(recursive=True)
    after = least.where(column > steps.c.key).scalar_subquery()
    return steps.union_all(sa.select(after).where(steps.c.key.is_not(None)))


def _counted(actor: Actor, keys: sa.CTE) -> list[City]:
    """Count what is visible at each key; the names are those of the first organization or person there."""

    def in_city(cls: Any) -> Any:
        stmt = sa.select(cls.id).where(cls.city_key == keys.c.key, cls.archived_at.is_(None), visible(actor, cls))
        return stmt.correlate(keys)

    def count(cls: Any) -> Any:
        return sa.select(sa.func.count()).select_from(in_city(cls).limit(MAX_COUNT + 1).subquery()).scalar_subquery()

    def first(cls: Any) -> Any:
        return in_city(cls).order_by(cls.__table__.c.id).limit(1).scalar_subquery()

    # Materialized, else SQLite counts anew wherever a count is named.
    each = (
        sa.select(
            keys.c.key,
            count(Person).label("people"),
            count(Organization).label("organizations"),
            first(Person).label("person_id"),
            first(Organization).label("organization_id"),
        )
        .cte()
        .prefix_with("MATERIALIZED")
    )
    person, organization = Person.__table__.c, Organization.__table__.c
    names = (sa.func.coalesce(organization[name], person[name]) for name in ("city", "country", "zone"))
    stmt = (
        sa.select(each.c.key, *names, each.c.people, each.c.organizations)
        .outerjoin_from(each, Organization.__table__, organization.id == each.c.organization_id)
        .outerjoin(Person.__table__, person.id == each.c.person_id)
        .where(each.c.people + each.c.organizations > 0)
        .order_by((each.c.people + each.c.organizations).desc(), each.c.key)
        .limit(MAX_ROWS)
    )
    return [City._make(row) for row in fetch(stmt)]


def list_people_in(actor: Actor, key: str) -> list[CityRow]:
    """Return people who are in a city, or work at an organization there; the latest interaction first."""
    affiliation = sa.select(Affiliation.person_id).join(Organization, Organization.id == Affiliation.organization_id)
    works_there = affiliation.where(
        Organization.city_key == key, Affiliation.to_on.is_(None), visible(actor, Organization)
    )
    return _in_city(actor, Person, sa.or_(Person.city_key == key, Person.id.in_(works_there)))


def list_organizations_in(actor: Actor, key: str) -> list[CityRow]:
    """Return organizations in a city, the latest interaction first."""
    return _in_city(actor, Organization, Organization.city_key == key)


def list_projects_in(actor: Actor, key: str) -> list[CityRow]:
    """Return projects and leads in a city, the latest interaction first."""
    return _in_city(actor, Project, Project.city_key == key)


def _in_city(actor: Actor, cls: Any, where: sa.ColumnElement[bool]) -> list[CityRow]:
    last = RecordDates.last_interaction_at
    stmt = (
        sa.select(cls.id, cls.label, cls.native_label, User.name, last)
        .outerjoin(User, User.id == cls.counselor_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == cls.id, RecordDates.team_key == 0))
        .where(where, cls.archived_at.is_(None), visible(actor, cls))
        .order_by(last.is_(None), last.desc(), cls.sort_key)
        .limit(MAX_ROWS)
    )
    return [CityRow._make(row) for row in db.session.execute(stmt)]


def list_follow_ups_in(actor: Actor, ids: Collection[int]) -> list[followups.ToDo]:
    """Return open follow-ups about these records, the next one first."""
    return followups.of_record(actor, ids) if ids else []


def list_opportunities_in(actor: Actor, ids: Collection[int]) -> list[OpportunityRow]:
    """Return opportunities in which these organizations and projects have a part."""
    by_record = list_opportunities_of(actor, ids) if ids else {}
    return list(
        {
            opportunity.id: opportunity
            for opportunities in by_record.values()
            for opportunity in opportunities
            if not opportunity.stage.is_end
        }.values()
    )


def load_last_interactions(actor: Actor, ids: Collection[int]) -> dict[int, LastInteraction]:
    """Return the last interaction by person that the actor may open. Two statements."""
    rows = _last_interactions(actor, ids=list(ids)) if ids else ()
    staff: dict[int, list[str]] = {}
    for interaction_id, name in _staff_of(actor, ids=[row.interaction_id for row in rows]) if rows else ():
        staff.setdefault(interaction_id, []).append(name)
    return {
        row.person_id: LastInteraction(
            row.interaction_id, row.subject, row.at, row.kind, ", ".join(staff.get(row.interaction_id, ()))
        )
        for row in rows
    }


@cached_query
def _last_interactions(profile: AccessProfile) -> Select:
    person = Person.__table__.c.id
    each = alias(Interaction, "city_interaction")
    newest = (
        sa.select(InteractionLink.interaction_id)
        .join(each, each.id == InteractionLink.interaction_id)
        .where(InteractionLink.record_id == person, each.state == InteractionState.held, each.archived_at.is_(None))
        .where(visible(profile, each))
        .order_by(InteractionLink.at.desc(), InteractionLink.interaction_id.desc())
        .limit(1)
        .correlate(Person.__table__)
        .scalar_subquery()
    )
    interaction = Interaction.__table__.c
    return (
        sa.select(
            person.label("person_id"),
            interaction.id.label("interaction_id"),
            interaction.subject,
            interaction.at,
            interaction.what.label("kind"),
        )
        .join_from(Person.__table__, Interaction.__table__, interaction.id == newest)
        .where(person.in_(sa.bindparam("ids", expanding=True)))
    )


@cached_query
def _staff_of(_profile: AccessProfile) -> Select:
    return (
        sa.select(InteractionStaff.interaction_id, User.name)
        .join(User, User.id == InteractionStaff.user_id)
        .where(InteractionStaff.interaction_id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(User.name)
    )
