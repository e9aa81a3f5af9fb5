"""The job that sends the monthly check-ins."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.jobs import handle_each, job

from .queries import list_due_plans
from .services import send_check_in


@job(every=900)
def send_check_ins() -> None:
    """Send the check-ins that are due."""
    with reading():
        ids = list_due_plans(clock.now())
        db.session.rollback()
    handle_each(ids, _send)


def _send(representation_id: int) -> None:
    send_check_in(representation_id)
