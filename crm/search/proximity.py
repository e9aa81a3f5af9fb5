"""Whom somebody has to do with: what they look for first."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import Select
from crm.core.search.index import RECORD
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import InteractionLink

MAX_FOLLOW_UPS = 200
CONTACTS = 50


def _latest(kind: str, most: int) -> sa.Subquery:
    """Somebody's newest records of a kind: an index has them in this order, so that no more are read."""
    own = sa.select(RECORD.c.id).where(RECORD.c.counselor_id == AccessProfile.id, RECORD.c.kind == kind)
    return own.where(RECORD.c.archived_at.is_(None)).order_by(RECORD.c.id.desc()).limit(most).subquery()


def _near() -> Select:
    due, mine, contacts = FollowUp.__table__, _latest("followup", MAX_FOLLOW_UPS), _latest("interaction", CONTACTS)
    about = sa.select(FollowUpAbout.record_id).join(due, due.c.id == FollowUpAbout.followup_id)
    both = sa.union_all(
        about.join(mine, mine.c.id == due.c.id).where(due.c.state == FollowUpState.open),
        sa.select(InteractionLink.record_id).join(contacts, contacts.c.id == InteractionLink.interaction_id),
    ).subquery()
    return sa.select(both.c.record_id)


NEAR = _near()
"""Records of the actor's latest open promises and contacts. It costs the same however many there are."""
