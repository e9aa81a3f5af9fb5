"""Contacts and promises follow the record they are about into its circle."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import FOLLOWERS, Record
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import Interaction, InteractionLink
from crm.records.services import seclude_with


def _follow(host: Record) -> None:
    if not host.confidential:
        return
    contacts = sa.select(Interaction).join(InteractionLink, InteractionLink.interaction_id == Interaction.id)
    promises = sa.select(FollowUp).join(FollowUpAbout, FollowUpAbout.followup_id == FollowUp.id)
    seclude_with(db.session.scalars(contacts.where(InteractionLink.record_id == host.id)).all(), host)
    seclude_with(db.session.scalars(promises.where(FollowUpAbout.record_id == host.id)).all(), host)


FOLLOWERS.append(_follow)
