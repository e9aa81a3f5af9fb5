"""`plan_reminders`: find each occurrence that is due and not yet told, and put its mail into the outbox, one by one."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.identity import User
from crm.core.data.jobs import each, job
from crm.core.errors import NotFound
from crm.core.i18n.formats import as_read_by
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction

from . import mails
from .details import load_follow_up_facts, load_meeting_facts
from .policy import ReminderKind, subject_of
from .queries import Due, Reader, due_alone, meetings_tomorrow, occurrence_of, readers
from .queries.digests import list_due_digests
from .services import hold_mail, note_reminder


@job(every=10)
def plan_reminders() -> None:
    """Put what is due into the outbox: single mails, meetings of tomorrow, digests."""
    now = clock.now()
    # Ten seconds are short: what is only asked must not keep SQLite's one writer waiting.
    with reading():
        everybody = readers()
        due = due_alone(everybody, now)
        tomorrow = [(r, i, at) for r in everybody for i, at in meetings_tomorrow(r, now)]
        digests = list_due_digests(everybody, now)
        db.session.rollback()
    by_id = {r.actor.id: r for r in everybody}
    each(due, lambda d: _follow_up(by_id[d.user_id], d, now))
    each(tomorrow, lambda t: _meeting(t[0], t[1], t[2], now))
    each(digests, lambda r: _digest(r, now))


def _follow_up(reader: Reader, due: Due, now: datetime) -> None:
    key = subject_of(due.followup_id)
    reminder = note_reminder(ReminderKind.followup_due, key, due.user_id, due.occurrence, record_id=due.followup_id)
    row, user = db.session.get(FollowUp, due.followup_id), db.session.get(User, due.user_id)
    if reminder is None or row is None or user is None:
        return
    with force_locale(user.language), as_read_by(reader.actor):
        told = load_follow_up_facts(reader.actor, row, now)
        hold_mail(reminder, mails.mail_follow_up(user, row, told, due))


def _meeting(reader: Reader, interaction_id: int, at: datetime, now: datetime) -> None:
    user_id = reader.actor.id or 0
    kind, key = ReminderKind.meeting_tomorrow, subject_of(interaction_id)
    reminder = note_reminder(kind, key, user_id, occurrence_of(at), record_id=interaction_id)
    row, user = db.session.get(Interaction, interaction_id), db.session.get(User, user_id)
    if reminder is None or row is None or user is None:
        return
    try:
        with force_locale(user.language), as_read_by(reader.actor):
            told = load_meeting_facts(reader.actor, interaction_id)
            hold_mail(reminder, mails.mail_meeting(user, row, told, now))
    except NotFound:
        return


def _digest(reader: Reader, now: datetime) -> None:
    """Tell the morning once: with nothing to tell the occurrence is noted, and no mail is made."""
    user = db.session.get(User, reader.actor.id)
    reminder = note_reminder(ReminderKind.digest, "digest", reader.actor.id or 0, reader.today(now).isoformat())
    if reminder is None or user is None:
        return
    with force_locale(user.language), as_read_by(reader.actor):
        hold_mail(reminder, mails.mail_digest(user, reader, now))
