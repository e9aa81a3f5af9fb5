"""What follows from the columns of people: names for search, sort keys and time zones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import alias, db
from crm.core.data.record import Record
from crm.core.data.record_names import naming
from crm.core.hooks import NAME_CHECKS
from crm.organizations.models import Organization
from crm.records.queries import load_other_names, other_names_of, points_of
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
    other_names, organizations, points = load_other_names(ids), _list_organization_names(ids), points_of(ids)
    return {
        row.id: _name(
            row,
            [
                names.tokens(*other_names.get(row.id, ())),
                *(names.tokens(*labels) for labels in organizations.get(row.id, ())),
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


def _list_organization_names(ids: Collection[int]) -> dict[int, list[list[str]]]:
    """Return the names of the organizations of people by person, if everyone who sees the person sees them."""
    person = alias(Record, "named_person")
    own = sa.and_(Organization.team_id == person.team_id, sa.not_(Organization.confidential))
    stmt = (
        sa.select(Affiliation.person_id, Organization.label, Organization.native_label)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .join(person, person.id == Affiliation.person_id)
        .where(Affiliation.person_id.in_(ids), sa.or_(Organization.team_id.is_(None), own))
        .order_by(Affiliation.id)
    )
    by_person: dict[int, list[list[str]]] = {}
    for person_id, *labels in db.session.execute(stmt):
        by_person.setdefault(person_id, []).append(labels)
    return by_person


def _is_name(person_id: int, text: str) -> bool:
    """Return whether a text is a name of a person, or a whole word of it with words of the person's organizations.

    Pinyin of an organization's Chinese name doesn't count: Liu Yang isn't Yang Jiaqiang at 九州物流 (jiu zhou wu liu),
    although both words find him. Words of neither, such as a phone number, do.
    """
    parts = (Person.family_native, Person.given_native, Person.family_latin, Person.given_latin, Person.english_name)
    own_names = db.session.execute(sa.select(*parts).where(Person.id == person_id)).one()
    other_names = other_names_of(person_id)
    own_tokens = names.person_tokens(*own_names, *other_names).split()
    other_words = [word for word in names.query_tokens(text) if not _begins(word, own_tokens)]
    organizations = [name for labels in _list_organization_names([person_id]).get(person_id, ()) for name in labels]
    of_organization = [word for word in other_words if _begins(word, names.tokens(*organizations).split())]
    if not of_organization:
        return True
    written = [token for name in organizations for token in names.written_tokens(name)]
    native_name = "".join(filter(None, own_names[:2]))
    whole_words = {w for name in (native_name, *own_names[2:], *other_names) for w in names.query_tokens(name or "")}
    has_name = any(len(word) > 1 and word in whole_words for word in names.query_tokens(text))
    return has_name and all(_begins(word, written) for word in of_organization)


def _begins(word: str, tokens: Iterable[str]) -> bool:
    return any(token.startswith(word) for token in tokens)


def derive_columns(ids: Collection[int], *, is_new_country: bool = False) -> dict[int, dict[str, Any]]:
    """Return what changes with the city and the country of people, by id."""
    return derive_place_columns(Person, ids, load_names(ids), is_new_country=is_new_country)


NAME_CHECKS["person"] = _is_name
