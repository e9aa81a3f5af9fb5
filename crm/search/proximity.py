"""Records that a user works with or has marked, which search results show first."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile
from crm.core.data.base import Select
from crm.core.search.index import RECORD
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.interactions.models import InteractionLink
from crm.records.models import Recent, Star

MAX_FOLLOW_UPS = 200
MAX_INTERACTIONS = 50
MAX_MARKED = 100


def _number(value: int) -> sa.ColumnElement[int]:
    """Return a number as text of the statement. With a parameter as limit, PostgreSQL plans each execution anew."""
    return sa.literal_column(str(value), sa.Integer)


def _select_latest(kind: str, limit: int) -> sa.Subquery:
    """Return the newest records of a kind that are assigned to the user. An index has them in this order."""
    own = sa.select(RECORD.c.id).where(RECORD.c.counselor_id == AccessProfile.id, RECORD.c.kind == kind)
    return own.where(RECORD.c.archived_at.is_(None)).order_by(RECORD.c.id.desc()).limit(_number(limit)).subquery()


def _select_near() -> Select:
    followup, own_followups, own_interactions = (
        FollowUp.__table__,
        _select_latest("followup", MAX_FOLLOW_UPS),
        _select_latest("interaction", MAX_INTERACTIONS),
    )
    about = sa.select(FollowUpAbout.record_id).join(followup, followup.c.id == FollowUpAbout.followup_id)
    marked = (
        sa.select(table.record_id)
        .where(table.user_id == AccessProfile.id)
        .order_by(order.desc())
        .limit(_number(MAX_MARKED))
        for table, order in ((Star, Star.record_id), (Recent, Recent.at))
    )
    close = sa.union_all(
        *(sa.select(one.subquery()) for one in marked),
        about.join(own_followups, own_followups.c.id == followup.c.id).where(followup.c.state == FollowUpState.open),
        sa.select(InteractionLink.record_id).join(
            own_interactions, own_interactions.c.id == InteractionLink.interaction_id
        ),
    ).subquery()
    return sa.select(close.c.record_id)


NEAR = _select_near()
"""Records of the actor's latest open follow-ups and interactions, and those starred or opened last.

The cost doesn't depend on their number.
"""
