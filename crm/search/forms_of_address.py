"""People by how they are addressed: 周经理, 王总, Mr. Wang."""

from __future__ import annotations

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.policy import Actor
from crm.core.search.search import SearchResult, search
from crm.people.models import Person

from .proximity import NEAR

MAX_EXAMINED = 100
"""How many people of a family name are examined."""


def find_by_form_of_address(actor: Actor, text: str, limit: int) -> list[SearchResult]:
    """Return people with the name in a form of address, Chinese ones first those whose record has this form."""
    name = names.strip_courtesy_title(text)
    if name:
        return search(actor, name, ("person",), limit, near=NEAR)
    family = names.family_of_address(text)
    if not family:
        return []
    results = search(actor, family, ("person",), MAX_EXAMINED, typos=False, near=NEAR)
    key = names.fold(family)
    results = [row for row in results if names.fold(row.native_label).startswith(key)]
    stmt = sa.select(Person.id).where(Person.id.in_([row.id for row in results]), Person.address_as == text.strip())
    exact_ids = set(db.session.scalars(stmt)) if results else set()
    return sorted(results, key=lambda row: row.id not in exact_ids)[:limit]
