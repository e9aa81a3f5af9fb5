"""The latest interactions of each of some people."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import Instant, alias
from crm.core.data.record import Record, visible
from crm.interactions.models import Interaction, InteractionLink, InteractionStaff
from crm.interactions.policy import InteractionState, Kind

SINCE = sa.bindparam("since", type_=Instant())


def select_recent(viewer: AccessProfile, limit: int, *, with_facts: bool, own_only: bool = False) -> Any:
    """Return the latest interactions of each of `people`: those that the viewer may see, or may know as a fact."""
    link, person = InteractionLink, alias(Record, "introductions_met_person")
    interaction = alias(Interaction, "introductions_interaction")
    older, past = alias(InteractionLink, "introductions_older_link"), alias(Interaction, "introductions_past")
    # Read by the index of one person after the other: a window function would read all interactions of each.
    oldest_at = (
        sa.select(older.at)
        .join(past, past.id == older.interaction_id)
        .where(older.record_id == person.id, older.at >= SINCE)
        .where(*_counts(viewer, past, person, with_facts=with_facts, own_only=own_only))
        .order_by(older.at.desc())
        .limit(1)
        .offset(limit - 1)
        .correlate(person)
        .scalar_subquery()
    )
    return (
        sa.select(
            link.record_id.label("person_id"),
            link.interaction_id,
            link.at,
            interaction.reached,
            visible(viewer, interaction).label("is_visible"),
        )
        .select_from(person)
        .join(link, sa.and_(link.record_id == person.id, link.at >= sa.func.coalesce(oldest_at, SINCE)))
        .join(interaction, interaction.id == link.interaction_id)
        .where(person.id.in_(sa.bindparam("people", expanding=True)), visible(viewer, person))
        .where(*_counts(viewer, interaction, person, with_facts=with_facts, own_only=own_only))
        .subquery("introductions_recent")
    )


def _counts(
    viewer: AccessProfile, interaction: Any, person: Any, *, with_facts: bool, own_only: bool
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for an interaction that counts. `own_only`: with the actor (`me`)."""
    is_visible = visible(viewer, interaction)
    is_fact = sa.and_(sa.not_(interaction.confidential), person.team_id.is_(None))
    conditions = [
        interaction.state == InteractionState.held,
        interaction.what.not_in((Kind.note, Kind.lead)),
        interaction.archived_at.is_(None),
        sa.or_(is_visible, is_fact) if with_facts else is_visible,
    ]
    if own_only:
        staff = alias(InteractionStaff, "introductions_own_staff")
        # Not a join: that would begin with all interactions of the actor.
        is_mine = sa.exists().where(staff.interaction_id == interaction.id, staff.user_id == sa.bindparam("me"))
        conditions.append(is_mine.correlate(interaction))
    return conditions
