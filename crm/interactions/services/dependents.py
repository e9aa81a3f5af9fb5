"""Rename interactions after changes of visibility: subjects name only people visible to all readers."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.hooks import FOLLOWERS
from crm.interactions.children import InteractionChildren
from crm.interactions.models import Interaction, InteractionParty

from .log import name_interaction


def _follow(record: Record) -> None:
    if isinstance(record, Interaction):
        name_interaction(InteractionChildren(record))
    if record.kind == "person" and record.confidential:
        party = InteractionParty.interaction_id == Interaction.id
        stmt = sa.select(Interaction).where(sa.exists().where(party, InteractionParty.person_id == record.id))
        for interaction in db.session.scalars(stmt).all():
            name_interaction(InteractionChildren(interaction))


FOLLOWERS.append(_follow)
