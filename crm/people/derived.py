"""What follows from the columns of people: names for search, sort keys and time zones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import alias, db
from crm.core.data.record import Record
from crm.core.data.record_names import naming
from crm.organizations.models import Organization
from crm.records.queries import load_other_names, points_of
from crm.records.services import derive_place_columns, point_tokens

from .models import Affiliation, Person
from .queries import has_public_contact_details

PLAIN_COLUMNS = ("address_as", "languages", "linkedin", "address", "native_address", "note")
"""The columns of people from which nothing follows."""


def full_name_of(person: Any) -> names.FullName:
    """Return the native and the Latin name of a person, or of a row with its columns, in the person's order."""
    return names.full_name(
        person.family_native,
        person.given_native,
        person.family_latin,
        person.given_latin,
        person.display_order.value,
        english_name=person.english_name,
    )


def load_names(ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return labels, sort key and search tokens of people by id, in four statements.

    They are found by names, organizations, city, and email addresses and phone numbers that all may see.
    """
    p = Person
    parts = (p.family_native, p.given_native, p.family_latin, p.given_latin)
    columns = (p.id, *parts, p.english_name, p.display_order, p.city, p.merged_into_id)
    rows = db.session.execute(sa.select(*columns, has_public_contact_details().label("is_public")).where(p.id.in_(ids)))
    other_names, organizations, points = load_other_names(ids), _load_organizations(ids), points_of(ids)
    return {
        row.id: _name(
            row,
            [
                names.tokens(*other_names.get(row.id, ())),
                *organizations.get(row.id, ()),
                *(point_tokens(p.medium, p.value or p.raw) for p in (points[row.id] if row.is_public else ())),
            ],
        )
        for row in rows.all()
    }


def _name(row: Any, words: list[str]) -> dict[str, str]:
    full_name = full_name_of(row)
    parts = (row.family_native, row.given_native, row.family_latin, row.given_latin)
    return naming(
        full_name.latin or full_name.native or "",
        full_name.native if full_name.latin else None,
        [names.person_tokens(*parts, row.english_name, row.city), *words],
        sort_key=names.person_sort_key(*parts),
        is_merged=row.merged_into_id is not None,
    )


def _load_organizations(ids: Collection[int]) -> dict[int, list[str]]:
    """Return the search tokens of the organizations of people, if everyone who sees the person sees them."""
    person = alias(Record, "named_person")
    own = sa.and_(Organization.team_id == person.team_id, sa.not_(Organization.confidential))
    stmt = (
        sa.select(Affiliation.person_id, Organization.label, Organization.native_label)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .join(person, person.id == Affiliation.person_id)
        .where(Affiliation.person_id.in_(ids), sa.or_(Organization.team_id.is_(None), own))
        .order_by(Affiliation.id)
    )
    by_person: dict[int, list[str]] = {}
    for person_id, *labels in db.session.execute(stmt):
        by_person.setdefault(person_id, []).append(names.tokens(*labels))
    return by_person


def derive_columns(ids: Collection[int], *, is_new_country: bool = False) -> dict[int, dict[str, Any]]:
    """Return what changes with the city and the country of people, by id."""
    return derive_place_columns(Person, ids, load_names(ids), is_new_country=is_new_country)
