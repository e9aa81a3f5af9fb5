"""Planned interactions that keep people and staff from a meeting at a show."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import TIMED_TYPES, InteractionState, end_of

MAX_LENGTH = timedelta(days=1)


class Appointment(NamedTuple):
    """A planned interaction with those of the people and staff in question who attend it.

    `subject` is None for an actor who may not see it.
    """

    id: int
    at: datetime
    subject: str | None
    people: frozenset[int]
    staff: frozenset[int]


def list_appointments(
    actor: Actor, starts_at: datetime, ends_at: datetime, people: Collection[int], staff: Collection[int]
) -> list[Appointment]:
    """Return the planned interactions of these people and staff that overlap a time, of all teams, by time."""
    party, part = InteractionParty, InteractionStaff
    has_person = sa.exists().where(party.interaction_id == Interaction.id, party.person_id.in_(people))
    has_staff = sa.exists().where(part.interaction_id == Interaction.id, part.user_id.in_(staff))
    subject = sa.case((visible(actor, Interaction), Interaction.subject))
    stmt = (
        sa.select(Interaction.id, Interaction.at, Interaction.minutes, subject.label("subject"))
        .where(Interaction.state == InteractionState.planned, Interaction.archived_at.is_(None))
        .where(Interaction.at < ends_at, Interaction.at > starts_at - MAX_LENGTH, Interaction.type.in_(TIMED_TYPES))
        .where(sa.or_(has_person, has_staff))
        .order_by(Interaction.at, Interaction.id)
    )
    rows = [row for row in db.session.execute(stmt) if end_of(row.at, row.minutes) > starts_at]
    ids = [row.id for row in rows]
    guests = _ids_by_interaction(
        sa.select(party.interaction_id, party.person_id).where(party.person_id.in_(people)), ids
    )
    attending = _ids_by_interaction(sa.select(part.interaction_id, part.user_id).where(part.user_id.in_(staff)), ids)
    none: frozenset[int] = frozenset()
    return [Appointment(r.id, r.at, r.subject, guests.get(r.id, none), attending.get(r.id, none)) for r in rows]


def _ids_by_interaction(stmt: sa.Select[Any, Any], ids: Collection[int]) -> dict[int, frozenset[int]]:
    by_id: dict[int, set[int]] = {}
    if ids:
        for interaction_id, member_id in db.session.execute(stmt.where(stmt.selected_columns[0].in_(ids))):
            by_id.setdefault(interaction_id, set()).add(member_id)
    return {id: frozenset(members) for id, members in by_id.items()}
