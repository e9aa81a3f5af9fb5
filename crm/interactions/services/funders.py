"""Set the funder of an interaction for all of its clients at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import touch
from crm.core.errors import Forbidden, Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionClient
from crm.organizations.models import Organization
from crm.reference.services import check_funder

from .rows import filter_visible


def set_funder(actor: Actor, row: Interaction, values: Mapping[str, Any]) -> None:
    """Set `funder_id` of each client of an interaction; clients hidden from the actor keep theirs.

    Raises Forbidden for actors who don't see funders, Invalid without a client and for a funder whose award doesn't
    include the day.
    """
    if actor.hides_money:
        raise Forbidden
    funder_id = values["funder_id"]
    clients = list(db.session.scalars(sa.select(InteractionClient).where(InteractionClient.interaction_id == row.id)))
    visible_ids = filter_visible(actor, Organization, [client.client_id for client in clients])
    if not visible_ids:
        raise Invalid(_("Add a client first. Funders pay for time with a client."))
    if funder_id is not None:
        check_funder(funder_id, row.wall.date())
    changed = [x for x in clients if x.client_id in visible_ids and x.funder_id != funder_id]
    for client in changed:
        client.funder_id = funder_id
    if changed:
        touch(row)
