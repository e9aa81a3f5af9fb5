"""Cities: people, organizations and projects by the folded name of their city, and its country."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.followups import queries as followups
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState, InteractionType
from crm.opportunities.queries import OpportunityRow, list_opportunities_of
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.projects.models import Project
from crm.reference.cities import find_known_city

from .city_names import City, split_by_country
from .models import CitySum, spelling

MAX_CITIES = 200
"""Cities on the list of cities."""
MAX_ROWS = 100
"""People, organizations and projects on the page of a city: 200 of each were 340 kB, much for a phone in China."""


LAST_KEY = chr(0x10FFFF)
"""Sorts after every key of a city."""


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
    kind: InteractionType
    staff: str


def list_cities(actor: Actor, text: str = "") -> list[City]:
    """Return the cities of visible people and organizations, the largest first; names begin with `text`.

    Names in characters find the cities of their English name or pinyin: 宁波, 宁.
    """
    key = names.sort_key(text) if text.strip() else ""
    cities = _load_cities(actor, key, key + "~" if key else LAST_KEY)
    if key and not cities:
        known_city = find_known_city(text)
        key = names.city_key(known_city.name) if known_city else key.replace(" ", "")
        cities = _load_cities(actor, key, key + "~")
    return sorted(cities, key=lambda city: (-city.people - city.organizations, city.key))[:MAX_CITIES]


def get_city(actor: Actor, key: str, country: str = "") -> City:
    """Return the city of a country, else the largest of this name. Raises NotFound when nobody visible is there."""
    cities = _load_cities(actor, key, key) if key else []
    if not cities:
        raise NotFound
    return next((city for city in cities if city.country == country), cities[0])


def _load_cities(actor: Actor, first: str, last: str) -> list[City]:
    """Return the cities with keys from one to another, spelled like most organizations there, or most people.

    Of cities of the same name in several countries the largest comes first.
    """
    by_key: dict[str, list[Any]] = {}
    for row in sorted(_spellings(actor, first=first, last=last), key=lambda row: (row.kind, -row.records, row.city)):
        by_key.setdefault(row.city_key, []).append(row)
    return [city for key, rows in by_key.items() for city in split_by_country(key, rows)]


@cached_query
def _spellings(viewer: AccessProfile) -> Select:
    """Select how many visible records each spelling of a city has: from the summary table, and confidential ones."""
    row = CitySum.__table__.c
    keys = (row.city_key, row.kind, row.city, row.country, row.zone)
    stmt = sa.select(*keys, sa.cast(sa.func.sum(row.records), sa.Integer).label("records")).group_by(*keys)
    if not viewer.sees_all_teams:
        stmt = stmt.where(sa.or_(row.team_key == 0, of_own_teams(viewer, row.team_key)))
    stmt = stmt.where(_is_between(row.city_key)).having(sa.func.sum(row.records) > 0)
    return sa.union_all(stmt, _confidential(viewer, Person), _confidential(viewer, Organization))  # type: ignore[return-value]


def _is_between(city_key: Any) -> sa.ColumnElement[bool]:
    return sa.and_(city_key >= sa.bindparam("first"), city_key <= sa.bindparam("last"))


def _confidential(viewer: AccessProfile, cls: Any) -> Select:
    row, record = cls.__table__.c, Record.__table__.c
    keys = (row.city_key, record.kind, *spelling(row).values())
    return (
        sa.select(*keys, sa.func.count())
        .join_from(Record.__table__, cls.__table__, row.id == record.id)
        .where(record.kind == cls.__mapper__.polymorphic_identity, record.confidential, record.archived_at.is_(None))
        .where(row.city_key != "", _is_between(row.city_key), visible(viewer, record))
        .group_by(*keys)
    )


def list_people_in(actor: Actor, city: City) -> list[CityRow]:
    """Return people who are in a city, or work at an organization there; the latest interaction first."""
    employers = sa.select(Organization.id).where(city.contains(Organization), visible(actor, Organization))
    employer_ids = employers.cte("employers").prefix_with("MATERIALIZED")
    works_here = sa.select(Affiliation.person_id).where(
        Affiliation.organization_id.in_(sa.select(employer_ids.c.id)), Affiliation.to_on.is_(None)
    )
    # A union, because with OR the databases examine all people.
    lives_here = sa.select(Person.__table__.c.id).where(city.contains(Person.__table__.c))
    return _in_city(actor, Person, Person.id.in_(lives_here.union(works_here)))


def list_organizations_in(actor: Actor, city: City) -> list[CityRow]:
    """Return organizations in a city, the latest interaction first."""
    return _in_city(actor, Organization, city.contains(Organization))


def list_projects_in(actor: Actor, city: City) -> list[CityRow]:
    """Return projects and leads in a city, the latest interaction first."""
    return _in_city(actor, Project, city.contains(Project))


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


def list_follow_ups_in(actor: Actor, ids: Collection[int]) -> list[followups.FollowUpRow]:
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
            interaction.type.label("kind"),
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
