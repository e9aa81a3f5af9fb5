"""The last interaction with a record, and the last funder of a user."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, fetch
from crm.core.data.once import once_per_request
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.interactions.models import Interaction, InteractionClient, InteractionLink
from crm.interactions.policy import InteractionState

from .interactions import COLUMNS, load_interaction_rows
from .rows import InteractionRow

LOOKBACK_ROWS = 50
"""How many of a user's newest interactions are searched for the last funder."""


@once_per_request
def last_funder(actor: Actor) -> int | None:
    """Return the funder id of the actor's latest interactions; None without one."""
    if actor.hides_money:
        return None
    rows = _last_funder(actor)
    return rows[0].funder_id if rows else None


@cached_query
def _last_funder(profile: AccessProfile) -> Select:
    # Only the newest rows of the plain table: searching all interactions of a counselor would visit each of them.
    newest = (
        sa.select(Record.id)
        .where(Record.counselor_id == profile.id, Record.kind == "interaction")
        .order_by(Record.id.desc())
        .limit(LOOKBACK_ROWS)
    )
    return (
        sa.select(InteractionClient.funder_id)
        .where(InteractionClient.interaction_id.in_(newest), InteractionClient.funder_id.is_not(None))
        .order_by(InteractionClient.interaction_id.desc())
        .limit(1)
    )


def last_funder_of(actor: Actor, client_id: int) -> int | None:
    """Return the funder id of the latest session with a client that the actor may see; None without one."""
    if actor.hides_money:
        return None
    stmt = (
        sa.select(InteractionClient.funder_id)
        .join(Interaction, Interaction.id == InteractionClient.interaction_id)
        .where(InteractionClient.client_id == client_id, InteractionClient.funder_id.is_not(None))
        .where(visible(actor, Interaction), Interaction.archived_at.is_(None))
        .where(Interaction.state == InteractionState.held)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )
    return next((row.funder_id for row in fetch(stmt)), None)


def find_last_interaction(actor: Actor, record_ids: Sequence[int]) -> InteractionRow | None:
    """Return the last held interaction with any of these records that the actor may open."""
    if not record_ids:
        return None
    inner = sa.select(InteractionLink.interaction_id).where(InteractionLink.record_id.in_(record_ids))
    stmt = (
        sa.select(*COLUMNS, sa.false().label("is_fact"))
        .where(visible(actor, Interaction), Interaction.archived_at.is_(None), Interaction.id.in_(inner))
        .where(Interaction.state == InteractionState.held)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )
    return next(iter(load_interaction_rows(actor, fetch(stmt))), None)
