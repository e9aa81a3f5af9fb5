"""`update_invitations`: email updates of appointments that changed, and cancellations."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.jobs import handle_each, job
from crm.invitations.models import CalendarInvitation

from .queries.invitations import select_current
from .services import refresh_invitation


@job(every=30)
def update_invitations() -> None:
    """Compare the invitations to future appointments with the appointments, and email the differences."""
    with reading():
        ids = list(db.session.scalars(select_current(clock.now())))
        db.session.rollback()
    handle_each(ids, _refresh)


def _refresh(invitation_id: int) -> None:
    refresh_invitation(db.session.get_one(CalendarInvitation, invitation_id))
