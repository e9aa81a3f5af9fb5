"""Resolve planned interactions, and reschedule them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.calendars import resolve_local
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import refresh_derived
from crm.core.errors import Invalid
from crm.core.hooks import RESCHEDULED
from crm.core.policy import SYSTEM
from crm.core.words import _
from crm.interactions.children import InteractionChildren
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionParty,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import EARLY, InteractionOutcome, InteractionState, split_minutes
from crm.records.services import copy_access

from .details import ClientMinutes, InteractionDetails, PartyValues
from .log import PLAIN, log_interaction


def resolve_planned(row: Interaction, state: InteractionState) -> None:
    """Set a planned interaction to held or canceled; its clients share the minutes once it is held.

    Raises Invalid if held more than an hour early.
    """
    if state is InteractionState.held and row.at > clock.now() + EARLY:
        raise Invalid(_("Change the time first. This interaction is still in the future."))
    row.state = state
    row.reached = InteractionOutcome.talked if state is InteractionState.held else None
    if row.minutes and state is InteractionState.held:
        _share_minutes(row, row.minutes)
    refresh_derived(row)


def _share_minutes(row: Interaction, total: int) -> None:
    """Split contact minutes among the clients that have none; each user who took part spent them."""
    children = InteractionChildren(row)
    times = {(x.client_id, x.user_id): x for x in children.of(InteractionTime)}
    counted_ids = {x.client_id for x in times.values() if x.contact}
    client_ids = [x.client_id for x in children.of(InteractionClient) if x.client_id not in counted_ids]
    shares = split_minutes(total, len(client_ids)) if client_ids else []
    for client_id, minutes in zip(client_ids, shares, strict=True):
        for user_id in [x.user_id for x in children.of(InteractionStaff)]:
            if time := times.get((client_id, user_id)):
                time.contact = minutes
            elif minutes:
                key = {"interaction_id": row.id, "client_id": client_id, "user_id": user_id}
                db.session.add(InteractionTime(**key, contact=minutes))


def move_interaction(row: Interaction, wall: datetime, zone: str | None = None) -> Interaction:
    """Create a copy at another time and mark the old interaction as rescheduled with a link to the new one.

    Hidden rows are copied as well. Raises Invalid for a time in the past.
    """
    if resolve_local(wall.date(), wall.time(), zone or row.zone) <= clock.now():
        raise Invalid(_("Choose a time in the future. If the interaction took place, log it instead."), "day")
    values = {n: getattr(row, n) for n in PLAIN} | {
        "wall": wall,
        "time_known": True,
        "zone": zone or row.zone,
        "state": InteractionState.planned,
        "team_id": row.team_id,
    }
    new = log_interaction(SYSTEM, values, load_details(row))
    copy_access(new, row)
    row.state, row.reached, row.rescheduled_to_id = InteractionState.rescheduled, None, new.id
    refresh_derived(row)
    for hook in RESCHEDULED:
        hook(row.id, new.id)
    return new


def load_details(row: Interaction) -> InteractionDetails:
    """Return the details of an interaction for a copy, without minutes."""
    parties = sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id)
    staff = db.session.scalars(sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id))
    clients = db.session.scalars(sa.select(InteractionClient).where(InteractionClient.interaction_id == row.id))
    links = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id == row.id)
    return InteractionDetails(
        parties=[
            PartyValues(p.person_id, p.organization_id, p.label, p.count, p.side)
            for p in db.session.scalars(parties.order_by(InteractionParty.id))
        ],
        staff_ids=list(staff),
        clients=[
            ClientMinutes(c.client_id, funder_id=c.funder_id, session_type=c.session_type, countable=c.countable)
            for c in clients
        ],
        about=list(db.session.scalars(links.where(InteractionLink.stated))),
    )
