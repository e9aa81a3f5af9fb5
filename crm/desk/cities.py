"""Cities: people, firms and projects by the folded name of their city."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.db import Asked, alias, db
from crm.core.errors import NotFound
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import RecordDates, visible
from crm.core.sight import Sight, question
from crm.followups import queries as followups
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState, Kind
from crm.opportunities.queries import Case, cases_of
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.projects.models import Project

MOST = 200


class City(NamedTuple):
    """A city with how many we know there."""

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


class Word(NamedTuple):
    """The last word with somebody: a contact, and who of us was there."""

    contact_id: int
    subject: str
    at: datetime
    what: Kind
    staff: str


def cities_of(actor: Actor, text: str = "") -> list[City]:
    """Cities of visible people and firms, those with the most first; `text` narrows by the beginning of the name."""
    counted = sa.union_all(
        *(_counted(actor, cls, is_person=cls is Person) for cls in (Person, Organization))
    ).subquery()
    asked = (
        sa.select(
            counted.c.city_key, *(sa.func.max(counted.c[name]) for name in ("city", "country", "zone")),
            sa.func.sum(counted.c.people), sa.func.sum(counted.c.firms),
        )
        .group_by(counted.c.city_key)
        .order_by(sa.func.sum(counted.c.people + counted.c.firms).desc(), counted.c.city_key)
        .limit(MOST)
    )  # fmt: skip
    if text.strip():
        asked = asked.where(counted.c.city_key.startswith(names.sort_key(text), autoescape=True))
    return [City._make(row) for row in db.session.execute(asked)]


def _counted(actor: Actor, cls: type[Person | Organization], *, is_person: bool) -> Any:
    one, none = sa.func.count(), sa.literal(0)
    counts = (one, none) if is_person else (none, one)
    return (
        sa.select(
            cls.city_key, sa.func.max(cls.city).label("city"), sa.func.max(cls.country).label("country"),
            sa.func.max(cls.zone).label("zone"), counts[0].label("people"), counts[1].label("firms"),
        )
        .where(cls.city_key != "", cls.archived_at.is_(None), visible(actor, cls))
        .group_by(cls.city_key)
    )  # fmt: skip


def city_of(actor: Actor, key: str) -> City:
    """One city. Raises NotFound when nobody visible is there."""
    found = [c for c in cities_of(actor, key) if c.key == key]
    if not found:
        raise NotFound
    return found[0]


def people_in(actor: Actor, key: str) -> list[InCity]:
    """People who are in a city themselves, or work at a firm there; the last talked to first."""
    job = sa.select(Affiliation.person_id).join(Organization, Organization.id == Affiliation.organization_id)
    there = job.where(Organization.city_key == key, Affiliation.to_on.is_(None), visible(actor, Organization))
    return _in_city(actor, Person, sa.or_(Person.city_key == key, Person.id.in_(there)))


def firms_in(actor: Actor, key: str) -> list[InCity]:
    """Firms in a city, the last talked to first."""
    return _in_city(actor, Organization, Organization.city_key == key)


def projects_in(actor: Actor, key: str) -> list[InCity]:
    """Projects and leads in a city."""
    return _in_city(actor, Project, Project.city_key == key)


def _in_city(actor: Actor, cls: Any, where: sa.ColumnElement[bool]) -> list[InCity]:
    last = RecordDates.last_interaction_at
    asked = (
        sa.select(cls.id, cls.label, cls.native_label, User.name, last)
        .outerjoin(User, User.id == cls.counselor_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == cls.id, RecordDates.team_key == 0))
        .where(where, cls.archived_at.is_(None), visible(actor, cls))
        .order_by(last.is_(None), last.desc(), cls.sort_key)
        .limit(MOST)
    )
    return [InCity._make(row) for row in db.session.execute(asked)]


def promises_in(actor: Actor, ids: Collection[int]) -> list[followups.ToDo]:
    """Open follow-ups about these people and firms, the next one first."""
    return followups.of_record(actor, ids) if ids else []


def cases_in(actor: Actor, ids: Collection[int]) -> list[Case]:
    """Cases in which these firms and projects have a part."""
    found = cases_of(actor, ids) if ids else {}
    return list({case.id: case for cases in found.values() for case in cases if not case.stage.is_end}.values())


def last_words(actor: Actor, ids: Collection[int]) -> dict[int, Word]:
    """Of each of these people the last contact the actor may read, and who of us was there. Two statements."""
    rows = _last_words(actor, ids=list(ids)) if ids else ()
    staff: dict[int, list[str]] = {}
    for contact_id, who in _staff_of(actor, ids=[row.contact_id for row in rows]) if rows else ():
        staff.setdefault(contact_id, []).append(who)
    return {
        row.person_id: Word(row.contact_id, row.subject, row.at, row.what, ", ".join(staff.get(row.contact_id, ())))
        for row in rows
    }


@question
def _last_words(who: Sight) -> Asked:
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
        sa.select(
            person.label("person_id"), contact.id.label("contact_id"), contact.subject, contact.at, contact.what
        )
        .join_from(Person.__table__, Interaction.__table__, contact.id == newest)
        .where(person.in_(sa.bindparam("ids", expanding=True)))
    )  # fmt: skip


@question
def _staff_of(_who: Sight) -> Asked:
    return (
        sa.select(InteractionStaff.interaction_id, User.name)
        .join(User, User.id == InteractionStaff.user_id)
        .where(InteractionStaff.interaction_id.in_(sa.bindparam("ids", expanding=True)))
        .order_by(User.name)
    )
