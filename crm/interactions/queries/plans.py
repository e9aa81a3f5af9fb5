"""What is planned: appointments of a span, and those of which it is not known whether they took place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.policy import Actor
from crm.core.record import visible
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState

from .contacts import COLUMNS, contacts
from .rows import Contact

MANY = 100


def _mine(actor: Actor) -> sa.Select[Any]:
    """Planned contacts in which the actor takes part."""
    part = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == actor.id)
    mine = sa.or_(Interaction.id.in_(part), Interaction.counselor_id == actor.id)
    return (
        sa.select(*COLUMNS, sa.false().label("is_fact"))
        .where(Interaction.state == InteractionState.planned, Interaction.archived_at.is_(None))
        .where(visible(actor, Interaction), mine)
        .order_by(Interaction.at, Interaction.id)
        .limit(MANY)
    )


def planned_between(actor: Actor, start: datetime, end: datetime) -> list[Contact]:
    """The actor's appointments that begin from `start` on and before `end`, in order."""
    return contacts(actor, _mine(actor).where(Interaction.at >= start, Interaction.at < end))


def did_it_happen(actor: Actor, now: datetime) -> list[Contact]:
    """The actor's appointments that are over and not settled, in order."""
    begun = contacts(actor, _mine(actor).where(Interaction.at <= now))
    return [contact for contact in begun if contact.ends_at <= now]
