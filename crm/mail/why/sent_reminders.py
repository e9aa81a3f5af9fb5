"""What was told of a record or a morning, and words that all answers share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor
from crm.core.words import _
from crm.mail.queries import listable_by
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind
from crm.reminders.queries import Reader, is_valid_reminder

MAX_SENT_REMINDERS = 20


@dataclass(frozen=True)
class Telling:
    """One time somebody was told, with the mail where the asker may know of it; a digest of nothing has no mail."""

    who: str
    at: datetime
    mail_id: int | None
    state: MailState | None
    is_empty: bool = False


@dataclass(frozen=True)
class Why:
    """What was told, and what the rules say of the time to come; `waits` asks whether mail is held up at all."""

    title: str
    told: list[Telling]
    reasons: list[str]
    waits: bool


def tellings(actor: Actor, kind: ReminderKind, *which: sa.ColumnElement[bool]) -> list[Telling]:
    """Each time a mail of this kind was made, the latest first."""
    stmt = (
        sa.select(User.name, Reminder.at, Mail.id, Mail.state, Reminder.mail_id.is_(None))
        .select_from(Reminder)
        .join(User, User.id == Reminder.user_id)
        .outerjoin(Mail, sa.and_(Mail.id == Reminder.mail_id, listable_by(actor)))
        .where(Reminder.kind == kind.value, *which)
        .order_by(Reminder.at.desc(), Reminder.id.desc())
        .limit(MAX_SENT_REMINDERS)
    )
    return [Telling(*found) for found in db.session.execute(stmt)]


def was_reminded(kind: ReminderKind, subject_key: str, user_id: int | None, occurrence: str) -> bool:
    """Whether somebody was told of this occurrence, and it was not taken back."""
    stmt = sa.select(Reminder.id).where(
        Reminder.kind == kind.value,
        Reminder.subject_key == subject_key,
        Reminder.user_id == user_id,
        Reminder.occurrence == occurrence,
        is_valid_reminder(),
    )
    return db.session.scalar(stmt) is not None


def name_of(reader: Reader) -> str:
    """The name of a reader."""
    return reader.actor.name


def no_access_reason(reader: Reader, row: Record) -> str:
    """Why somebody is not told of what is theirs."""
    if row.confidential:
        return _("%(who)s doesn't have access to this confidential record.", who=name_of(reader))
    return _("%(who)s doesn't have access to this record. It belongs to another team.", who=name_of(reader))


def not_yet() -> str:
    """What is due at this moment."""
    return _("A reminder is due. The email will be created when the scheduler next runs.")


def hour_of(reader: Reader) -> str:
    """The hour of the digest as a time of day."""
    return formats.clock_time(time(reader.digest_hour))


def weekday(day: date) -> str:
    """A day with its weekday."""
    return formats.day(day, weekday=True)


def works_on(reader: Reader, day: date) -> bool:
    """Whether a day is a working day of the reader."""
    return calendars.is_workday(reader.actor.country, day, extra=reader.extra)


def next_workday(day: date, reader: Reader) -> date:
    """The reader's first working day after a day."""
    return calendars.next_workday(reader.actor.country, day, extra=reader.extra)
