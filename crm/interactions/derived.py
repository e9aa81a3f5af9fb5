"""What follows from the columns and people of interactions: their search tokens."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.record_names import naming
from crm.people.models import Person
from crm.records.services import may_name

from .models import Interaction, InteractionParty


def load_tokens(ids: Collection[int]) -> dict[int, str]:
    """Return the search tokens of interactions by id: subject, place, notes, and people whom all readers may see."""
    stmt = (
        sa.select(InteractionParty.interaction_id, Person)
        .join(Person, Person.id == InteractionParty.person_id)
        .where(InteractionParty.interaction_id.in_(ids))
        .order_by(InteractionParty.id)
    )
    people: dict[int, list[Person]] = {}
    for interaction_id, person in db.session.execute(stmt):
        people.setdefault(interaction_id, []).append(person)
    rows = db.session.scalars(sa.select(Interaction).where(Interaction.id.in_(ids)))
    return {row.id: _tokens(row, people.get(row.id, [])) for row in rows.all()}


def _tokens(row: Interaction, people: Collection[Person]) -> str:
    words = search_words(row, [person for person in people if may_name(row, person)])
    return naming(row.subject, None, [words])["tokens"]


def search_words(row: Interaction, people: Collection[Record]) -> str:
    """Return the search words of an interaction besides its subject; `people` are those whom all readers may see."""
    labels = [part for person in people for part in (person.label, person.native_label)]
    return names.tokens(row.place, *labels, row.notes, row.english_line)
