"""Contacts and promises follow the record they are about into its circle, and tell no name beyond it."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import FOLLOWERS, Record
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.under import Under
from crm.records.services import seclude_with

from .log import name_interaction


def _follow(host: Record) -> None:
    if isinstance(host, Interaction):
        name_interaction(Under(host))
    if not host.confidential:
        return
    contacts = sa.select(Interaction).join(InteractionLink, InteractionLink.interaction_id == Interaction.id)
    promises = sa.select(FollowUp).join(FollowUpAbout, FollowUpAbout.followup_id == FollowUp.id)
    held = db.session.scalars(contacts.where(InteractionLink.record_id == host.id)).all()
    seclude_with(held, host)
    for contact in held if host.kind == "person" else ():
        name_interaction(Under(contact))
    seclude_with(db.session.scalars(promises.where(FollowUpAbout.record_id == host.id)).all(), host)


FOLLOWERS.append(_follow)
