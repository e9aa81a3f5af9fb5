"""Tell of an occurrence once: the reminder row and its mail in one transaction; and who mutes what."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.core import clock
from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail

from .models import Reminder, ReminderMute
from .policy import ReminderKind
from .queries import list_withdrawn_mails


def note_reminder(
    kind: ReminderKind, subject_key: str, user_id: int, occurrence: str, *, record_id: int | None = None
) -> Reminder | None:
    """Claim an occurrence for this transaction; None when it was told already, also by somebody at this moment.

    The database refuses a second one: who comes second waits for the first, and then has nothing to tell. An occurrence
    whose mail was withdrawn is claimed anew.
    """
    on = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    made = on.insert(Reminder).values(
        kind=kind.value,
        subject_key=subject_key,
        user_id=user_id,
        occurrence=occurrence,
        record_id=record_id,
        at=clock.now(),
    )
    columns = [Reminder.kind, Reminder.subject_key, Reminder.user_id, Reminder.occurrence]
    again = {"at": made.excluded.at, "mail_id": None}
    asked = made.on_conflict_do_update(
        index_elements=columns, set_=again, where=Reminder.mail_id.in_(list_withdrawn_mails())
    )
    rows = db.session.scalars(asked.returning(Reminder), execution_options={"populate_existing": True})
    return rows.one_or_none()


def hold_mail(reminder: Reminder, mail: Mail | None) -> None:
    """Tie a reminder to its mail."""
    reminder.mail_id = mail.id if mail else None
    db.session.flush()


def set_mutes(user_id: int, kinds: Collection[ReminderKind]) -> None:
    """Make these the kinds a user does not want."""
    held = {m.kind: m for m in db.session.scalars(sa.select(ReminderMute).where(ReminderMute.user_id == user_id))}
    wanted = {kind.value for kind in kinds}
    for kind in wanted - held.keys():
        db.session.add(ReminderMute(user_id=user_id, kind=kind))
    for kind in held.keys() - wanted:
        db.session.delete(held[kind])
    db.session.flush()
