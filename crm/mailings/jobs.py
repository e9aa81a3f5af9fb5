"""The jobs that put mailings into the outbox, and log what mail servers accepted."""

from __future__ import annotations

from crm.core.data.base import db, reading
from crm.core.data.jobs import handle_each, job, stopping

from .due import list_accepted_recipients, list_finished_mailings, list_open_mailings, list_stopped_mailings
from .services import continue_mailing, finish_mailing, log_accepted, stop_mailing

AT_ONCE = 200


@job(every=2)
def send_mailings() -> None:
    """Put the emails of mailings into the outbox, in slices; stop those of users who may no longer send them."""
    with reading():
        stopped, ids, finished = list_stopped_mailings(), list_open_mailings(), list_finished_mailings()
        db.session.rollback()
    handle_each(stopped, stop_mailing)
    handle_each(ids, _send)
    handle_each(finished, finish_mailing)


def _send(mailing_id: int) -> None:
    while continue_mailing(mailing_id) and not stopping.is_set():
        db.session.commit()


@job(every=5)
def log_sent_mailings() -> None:
    """Log accepted emails to people as interactions."""
    with reading():
        ids = list_accepted_recipients(AT_ONCE)
        db.session.rollback()
    handle_each(ids, _log)


def _log(recipient_id: int) -> None:
    log_accepted(recipient_id)
