"""`update_invitations`: email updates of appointments that changed, and cancellations."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.jobs import each, job
from crm.invitations.models import CalendarInvitation

from .services import refresh_invitation


@job(every=30)
def update_invitations() -> None:
    """Compare each open invitation with its appointment."""
    with reading():
        stmt = sa.select(CalendarInvitation.id).where(
            CalendarInvitation.canceled_at.is_(None), CalendarInvitation.ends_at > clock.now() - timedelta(days=1)
        )
        ids = list(db.session.scalars(stmt.order_by(CalendarInvitation.id)))
        db.session.rollback()
    each(ids, _refresh)


def _refresh(invitation_id: int) -> None:
    refresh_invitation(db.session.get_one(CalendarInvitation, invitation_id))
