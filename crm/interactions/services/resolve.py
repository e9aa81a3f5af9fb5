"""Resolve planned interactions, reschedule them, and undo what was just logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import archive_record, refresh_derived, visible
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM, Actor
from crm.core.words import _
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.services import open_again, repeat_of, undo_values
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionParty,
    InteractionStaff,
)
from crm.interactions.policy import EARLY, InteractionState, Reached
from crm.records.services import copy_access

from .details import ForClient, InteractionDetails, PartyValues
from .log import PLAIN, log_interaction


def resolve_planned(actor: Actor, row: Interaction, state: InteractionState, reached: Reached | None = None) -> None:  # noqa: ARG001
    """Set a planned interaction to held or cancelled. Raises Invalid if held more than an hour early."""
    if state is InteractionState.held and row.at > clock.now() + EARLY:
        raise Invalid(_("Change the time first. This interaction is still in the future."))
    row.state = state
    row.reached = (reached or Reached.talked) if state is InteractionState.held else None
    refresh_derived(row)


def move_interaction(row: Interaction, wall: datetime, zone: str | None = None) -> Interaction:
    """Create a copy at another time and mark the old interaction as rescheduled with a link to the new one.

    Hidden rows are copied as well.
    """
    values = {n: getattr(row, n) for n in PLAIN} | {
        "wall": wall,
        "zone": zone or row.zone,
        "state": InteractionState.planned,
        "team_id": row.team_id,
    }
    new = log_interaction(SYSTEM, values, load_details(row))
    copy_access(new, row)
    row.state, row.reached, row.rescheduled_to_id = InteractionState.rescheduled, None, new.id
    refresh_derived(row)
    return new


def load_details(row: Interaction) -> InteractionDetails:
    """Return the details of an interaction for a copy, without minutes."""
    parties = db.session.scalars(sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id))
    staff = db.session.scalars(sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id))
    clients = db.session.scalars(sa.select(InteractionClient).where(InteractionClient.interaction_id == row.id))
    links = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == row.id)
    return InteractionDetails(
        parties=[PartyValues(p.person_id, p.organization_id, p.label, p.count, p.side) for p in parties],
        staff_ids=list(staff),
        clients=[
            ForClient(c.client_id, funder_id=c.funder_id, session_type=c.session_type, countable=c.countable)
            for c in clients
        ],
        about=list(db.session.scalars(links.where(InteractionLink.stated))),
    )


def load_attempts(actor: Actor, ids: Collection[int]) -> dict[str, dict[str, Any]]:
    """Return the state of open follow-ups before an attempt is counted, for `undo_interaction`; visible ones only."""
    stmt = sa.select(FollowUp).where(FollowUp.id.in_(ids), FollowUp.state == FollowUpState.open)
    return {str(row.id): undo_values(row) for row in db.session.scalars(stmt.where(visible(actor, FollowUp)))}


def undo_interaction(
    actor: Actor, row: Interaction, closed_ids: list[int], tried: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Undo an interaction just logged: archive it and its open follow-ups, and reopen follow-ups it closed.

    `tried`: the earlier state of follow-ups with a counted attempt, from `load_attempts`.
    """
    archive_record(row, _("Undone"))
    for created in db.session.scalars(sa.select(FollowUp).where(FollowUp.source_id == row.id)):
        if created.state is FollowUpState.open:
            archive_record(created, _("Undone"))
    closed = sa.select(FollowUp).where(FollowUp.id.in_(closed_ids), FollowUp.closed_by_id == actor.id)
    for closed_follow_up in db.session.scalars(closed):
        open_again(closed_follow_up, {}, repeat_of(closed_follow_up))
    for follow_up_id, before in (tried or {}).items():
        follow_up = db.session.get(FollowUp, int(follow_up_id))
        if follow_up is not None and follow_up.state is FollowUpState.open:
            open_again(follow_up, before)
    db.session.flush()
