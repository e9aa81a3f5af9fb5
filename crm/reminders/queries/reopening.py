"""Opportunities whose reopen date has come, as lines. Begins from what the reader may see."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import counseled_by, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage

from .items import DigestItem


def list_opportunities_to_reopen(actor: Actor, today: date) -> list[DigestItem]:
    """Return the actor's dormant opportunities whose reopen date has come, until they are moved; at most ten."""
    return [
        DigestItem(
            icon="sun",
            title=_("Opportunity to reopen: %(name)s", name=label),
            record_id=id,
            kind="opportunity",
            due_on=day,
            second=_("reopen date %(day)s", day=formats.day(day)),
            actions=("open",),
            confidential=confidential,
        )
        for id, label, day, confidential in _select_dormant(actor, day=today)
        if day is not None
    ]


@cached_query
def _select_dormant(profile: AccessProfile) -> Select:
    is_due = Opportunity.wakes_on <= sa.bindparam("day")
    return (
        sa.select(Opportunity.id, Opportunity.label, Opportunity.wakes_on, Opportunity.confidential)
        .where(Opportunity.stage == OpportunityStage.dormant, is_due, Opportunity.archived_at.is_(None))
        .where(counseled_by(profile.id, Opportunity), visible(profile, Opportunity))
        .order_by(Opportunity.wakes_on, Opportunity.id)
        .limit(10)
    )
