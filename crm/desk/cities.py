"""Cities: people, firms and projects by the folded name of their city."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import RecordDates, visible
from crm.followups import queries as followups
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person

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
    """A person or firm in a city; `note` is the job of a person."""

    id: int
    label: str
    native_label: str
    note: str | None
    counselor: str | None
    last_at: datetime | None


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
    title = (
        sa.select(sa.func.max(sa.func.coalesce(Affiliation.title, Affiliation.native_title)))
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id == Person.id, Affiliation.to_on.is_(None), Affiliation.main)
        .where(visible(actor, Organization))
        .scalar_subquery()
    )
    mine = sa.or_(Person.city_key == key, Person.id.in_(there))
    return _in_city(actor, Person, title, mine)


def firms_in(actor: Actor, key: str) -> list[InCity]:
    """Firms in a city, the last talked to first."""
    return _in_city(actor, Organization, sa.null(), Organization.city_key == key)


def _in_city(actor: Actor, cls: Any, note: Any, where: sa.ColumnElement[bool]) -> list[InCity]:
    last = RecordDates.last_interaction_at
    asked = (
        sa.select(cls.id, cls.label, cls.native_label, note, User.name, last)
        .outerjoin(User, User.id == cls.counselor_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == cls.id, RecordDates.team_key == 0))
        .where(where, cls.archived_at.is_(None), visible(actor, cls))
        .order_by(last.is_(None), last.desc(), cls.sort_key)
        .limit(MOST)
    )
    return [InCity._make(row) for row in db.session.execute(asked)]


def promises_in(actor: Actor, ids: Collection[int]) -> list[followups.ToDo]:
    """Open follow-ups about these people and firms."""
    return followups.of_record(actor, ids) if ids else []
