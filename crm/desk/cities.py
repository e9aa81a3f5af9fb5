"""Cities: people, firms and projects by the folded name of their city."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
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

#: So many rows of a page.
MAX_ROWS = 200
#: How far a city is counted: most rows on the way may be hidden, and all are looked at.
COUNTED = 100


class City(NamedTuple):
    """A city with how many we know there: one more than COUNTED stands for more."""

    key: str
    name: str
    country: str | None
    zone: str | None
    people: int
    firms: int


class InCity(NamedTuple):
    """A person, firm or project in a city; the last contact is a fact, its words are asked for apart."""

    id: int
    label: str
    native_label: str
    counselor: str | None
    last_at: datetime | None


class LastInteraction(NamedTuple):
    """The last word with somebody: a contact, and who of us was there."""

    contact_id: int
    subject: str
    at: datetime
    what: Kind
    staff: str


def cities_of(actor: Actor, text: str = "") -> list[City]:
    """Cities of visible people and firms, those with the most first; `text` narrows by the beginning of the name.

    Each city is one step along the index, and is counted to one more than COUNTED: what grows with the tables is only
    the walk over rows that are hidden.
    """
    steps = [_steps(cls, text) for cls in (Person, Organization)]
    return _counted(actor, sa.union(*(sa.select(step.c.key).where(step.c.key.is_not(None)) for step in steps)).cte())


def city_of(actor: Actor, key: str) -> City:
    """One city. Raises NotFound when nobody visible is there."""
    found = _counted(actor, sa.select(sa.literal(key).label("key")).cte())
    if not key or not found:
        raise NotFound
    return found[0]


def _steps(cls: type[Person | Organization], text: str) -> sa.CTE:
    """Each key of a table once, then NULL: a step asks for the least key after the last."""
    own: Any = cls.__table__.c.city_key
    least = sa.select(sa.func.min(own)).where(beginning(own, text) if text.strip() else own != "")
    steps = sa.select(least.scalar_subquery().label("key")).cte(recursive=True)
    after = least.where(own > steps.c.key).scalar_subquery()
    return steps.union_all(sa.select(after).where(steps.c.key.is_not(None)))


def _counted(actor: Actor, keys: sa.CTE) -> list[City]:
    """Of each key what is visible there, counted so far; its names are those of the first firm or person."""

    def there(cls: Any) -> Any:
        in_city = sa.select(cls.id).where(cls.city_key == keys.c.key, cls.archived_at.is_(None), visible(actor, cls))
        return in_city.correlate(keys)

    def count(cls: Any) -> Any:
        return sa.select(sa.func.count()).select_from(there(cls).limit(COUNTED + 1).subquery()).scalar_subquery()

    def first(cls: Any) -> Any:
        return there(cls).order_by(cls.__table__.c.id).limit(1).scalar_subquery()

    # Materialized, else SQLite counts anew wherever a count is named.
    each = (
        sa.select(
            keys.c.key,
            count(Person).label("people"),
            count(Organization).label("firms"),
            first(Person).label("person_id"),
            first(Organization).label("firm_id"),
        )
        .cte()
        .prefix_with("MATERIALIZED")
    )
    person, organization = Person.__table__.c, Organization.__table__.c
    told = (sa.func.coalesce(organization[name], person[name]) for name in ("city", "country", "zone"))
    stmt = (
        sa.select(each.c.key, *told, each.c.people, each.c.firms)
        .outerjoin_from(each, Organization.__table__, organization.id == each.c.firm_id)
        .outerjoin(Person.__table__, person.id == each.c.person_id)
        .where(each.c.people + each.c.firms > 0)
        .order_by((each.c.people + each.c.firms).desc(), each.c.key)
        .limit(MAX_ROWS)
    )
    return [City._make(row) for row in fetch(stmt)]


def people_in(actor: Actor, key: str) -> list[InCity]:
    """People who are in a city themselves, or work at a firm there; the last talked to first."""
    job = sa.select(Affiliation.person_id).join(Organization, Organization.id == Affiliation.organization_id)
    there = job.where(Organization.city_key == key, Affiliation.to_on.is_(None), visible(actor, Organization))
    return _in_city(actor, Person, sa.or_(Person.city_key == key, Person.id.in_(there)))


def list_organizations_in(actor: Actor, key: str) -> list[InCity]:
    """Firms in a city, the last talked to first."""
    return _in_city(actor, Organization, Organization.city_key == key)


def projects_in(actor: Actor, key: str) -> list[InCity]:
    """Projects and leads in a city."""
    return _in_city(actor, Project, Project.city_key == key)


def _in_city(actor: Actor, cls: Any, where: sa.ColumnElement[bool]) -> list[InCity]:
    last = RecordDates.last_interaction_at
    stmt = (
        sa.select(cls.id, cls.label, cls.native_label, User.name, last)
        .outerjoin(User, User.id == cls.counselor_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == cls.id, RecordDates.team_key == 0))
        .where(where, cls.archived_at.is_(None), visible(actor, cls))
        .order_by(last.is_(None), last.desc(), cls.sort_key)
        .limit(MAX_ROWS)
    )
    return [InCity._make(row) for row in db.session.execute(stmt)]


def list_follow_ups_in(actor: Actor, ids: Collection[int]) -> list[followups.ToDo]:
    """Open follow-ups about these people and firms, the next one first."""
    return followups.of_record(actor, ids) if ids else []


def list_opportunities_in(actor: Actor, ids: Collection[int]) -> list[OpportunityRow]:
    """Cases in which these firms and projects have a part."""
    found = list_opportunities_of(actor, ids) if ids else {}
    return list(
        {
            opportunity.id: opportunity
            for opportunities in found.values()
            for opportunity in opportunities
            if not opportunity.stage.is_end
        }.values()
    )


def load_last_interactions(actor: Actor, ids: Collection[int]) -> dict[int, LastInteraction]:
    """Of each of these people the last contact the actor may read, and who of us was there. Two statements."""
    rows = _last_words(actor, ids=list(ids)) if ids else ()
    staff: dict[int, list[str]] = {}
    for contact_id, who in _staff_of(actor, ids=[row.contact_id for row in rows]) if rows else ():
        staff.setdefault(contact_id, []).append(who)
    return {
        row.person_id: LastInteraction(
            row.contact_id, row.subject, row.at, row.what, ", ".join(staff.get(row.contact_id, ()))
        )
        for row in rows
    }


@question
def _last_words(who: AccessProfile) -> Select:
    person = Person.__table__.c.id
    each = alias(Interaction, "city_contact")
    newest = (
        sa.select(InteractionLink.interaction_id)
        .join(each, each.id == InteractionLink.interaction_id)
        .where(InteractionLink.record_id == person, each.state == InteractionState.held, each.archived_at.is_(None))
        .where(visible(who, each))
        .order_by(InteractionLink.at.desc(), InteractionLink.interaction_id.desc())
        .limit(1)
        .correlate(Person.__table__)
        .scalar_subquery()
    )
    contact = Interaction.__table__.c
    return (
        sa.select(person.label("person_id"), contact.id.label("contact_id"), contact.subject, contact.at, contact.what)
        .join_from(Person.__table__, Interaction.__table__, contact.id == newest)
        .where(person.in_(sa.bindparam("ids", expanding=True)))
    )


@question
def _staff_of(_who: AccessProfile) -> Select:
    return (
        sa.select(InteractionStaff.interaction_id, User.name)
        .join(User, User.id == InteractionStaff.user_id)
        .where(InteractionStaff.interaction_id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(User.name)
    )
