"""Where people and organizations work: their time zones and the countries of their holidays."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.calendars import Workplace, country_of_zone
from crm.core import clock
from crm.core.data.base import Select, fetch
from crm.core.i18n.formats import zone_of_reader
from crm.organizations.models import Organization, Post, PostRole
from crm.people.models import Affiliation, Person, PostHolder
from crm.people.post_terms import is_current_holder

US = "US"
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def list_workplaces(record_ids: Collection[int]) -> list[Workplace]:
    """Return where the people and organizations among these records work; other records are left out.

    At a U.S. post abroad the holidays of both countries apply. The ids must be of records that the actor may see.
    """
    if not record_ids:
        return []
    values = {"ids": list(record_ids), "today": clock.today(zone_of_reader())}
    places = [_workplace(*row) for row in fetch(_select_places(), values)]
    return list(dict.fromkeys(place for place in places if place is not None))


def _workplace(zone: str | None, country: str | None, is_post: bool) -> Workplace | None:  # noqa: FBT001 - a column
    if not zone:
        return None
    countries = [country_of_zone(zone) or country, *([US] if is_post else [])]
    return Workplace(zone, tuple(dict.fromkeys(c for c in countries if c)))


@cache
def _select_places() -> Select:
    return sa.select(sa.union_all(_select_people(), _select_organizations()).subquery())


def _select_organizations() -> sa.Select[Any]:
    is_post = sa.exists().where(Post.organization_id == Organization.id)
    columns: list[Any] = [Organization.zone, Organization.country, is_post]
    return sa.select(*columns).where(Organization.id.in_(IDS))


def _select_people() -> sa.Select[Any]:
    works_at_post = (
        sa.select(Affiliation.id)
        .join(Post, Post.organization_id == Affiliation.organization_id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Affiliation.person_id == Person.id, Affiliation.to_on.is_(None), Organization.team_id.is_(None))
    )
    today = sa.bindparam("today", type_=sa.Date)
    holds_role = (
        sa.select(PostHolder.id)
        .join(PostRole, PostRole.id == PostHolder.post_role_id)
        .join(Organization, Organization.id == PostRole.organization_id)
        .where(PostHolder.person_id == Person.id, is_current_holder(today), Organization.team_id.is_(None))
    )
    is_official = sa.or_(works_at_post.exists(), holds_role.exists())
    columns: list[Any] = [Person.zone, Person.country, is_official]
    return sa.select(*columns).where(Person.id.in_(IDS))
