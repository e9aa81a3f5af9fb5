"""Why somebody did, or did not, get a mail about a follow-up: the rules of reminders in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm import calendars
from crm.core import formats
from crm.core.db import db
from crm.core.identity import User
from crm.core.outbox.models import Mail
from crm.core.outbox.policy import MailState
from crm.core.policy import Actor, may_see
from crm.core.record import get_visible
from crm.core.words import _
from crm.followups.models import FollowUp
from crm.followups.words import FollowUpState
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind, goes_alone
from crm.reminders.queries import Reader, readers

from .queries import known_to


@dataclass(frozen=True)
class Telling:
    """One time somebody was told, with the mail where the asker may know of it."""

    who: str
    at: datetime
    mail_id: int | None
    state: MailState | None


@dataclass(frozen=True)
class Why:
    """What was told, and what the rules say of the time to come; `waits` asks whether mail is held up at all."""

    title: str
    told: list[Telling]
    reasons: list[str]
    waits: bool


def why(actor: Actor, followup_id: int, now: datetime) -> Why:
    """Explain the mails of a follow-up. Raises NotFound for one that the actor may not see."""
    row = get_visible(FollowUp, actor, followup_id)
    told = tellings(actor, followup_id)
    closed = _closed(row)
    reasons = [closed] if closed else _of_reader(row, now, is_told=bool(told))
    return Why(row.label, told, reasons, waits=not closed)


def tellings(actor: Actor, followup_id: int) -> list[Telling]:
    """Each time its own mail was made, the latest first."""
    asked = (
        sa.select(User.name, Reminder.at, Mail.id, Mail.state)
        .select_from(Reminder)
        .join(User, User.id == Reminder.user_id)
        .outerjoin(Mail, sa.and_(Mail.id == Reminder.mail_id, known_to(actor)))
        .where(Reminder.record_id == followup_id, Reminder.kind == ReminderKind.followup_due.value)
        .order_by(Reminder.at.desc(), Reminder.id.desc())
        .limit(20)
    )
    return [Telling(*found) for found in db.session.execute(asked)]


def _closed(row: FollowUp) -> str:
    """Why nobody is told of it any more; "" while it is open."""
    if row.archived_at is not None:
        return _("It is archived: nobody is told of it.")
    if row.state is not FollowUpState.open:
        return _("It is %(state)s: nobody is told of it, and what had not left was canceled.", state=row.state.label)
    if row.counselor_id is None:
        return _("It is nobody's: without a counselor nobody is told of it.")
    return ""


def _of_reader(row: FollowUp, now: datetime, *, is_told: bool) -> list[str]:
    found = readers([row.counselor_id or 0])
    if not found:
        return [_("Its counselor's account is disabled: nobody is told of it. Give it to somebody else.")]
    reader = found[0]
    who = db.session.scalar(sa.select(User.name).where(User.id == reader.actor.id)) or ""
    if not may_see(reader.actor, row):
        return [_("%(who)s may not see it: it is of a team that is not theirs.", who=who)]
    first = _("Its counselor is %(who)s, and it is due %(day)s.", who=who, day=_due(row))
    alone = goes_alone(reader.choice, has_time=row.due_at is not None, mail_alone=row.mail_alone)
    if alone and reader.wants(ReminderKind.followup_due):
        return [first, *_alone(row, reader, now, is_told=is_told)]
    muted = alone and not reader.wants(ReminderKind.followup_due)
    said = (
        _("%(who)s has switched off mails about single follow-ups.", who=who)
        if muted
        else _("It has no mail of its own, because %(who)s chose “%(choice)s”.", who=who, choice=reader.choice.label)
    )
    return [first, said, _digest(row, reader, now)]


def _due(row: FollowUp) -> str:
    return formats.both(row.due_at, row.zone) if row.due_at else formats.day(row.due_on, weekday=True)


def _alone(row: FollowUp, reader: Reader, now: datetime, *, is_told: bool) -> list[str]:
    if row.due_at is not None:
        said = [_("It has a time, so its own mail leaves at that moment.")]
        is_due = row.due_at <= now
    else:
        day = _morning(row.due_on, reader)
        is_due = day < reader.today(now) or (day == reader.today(now) and reader.is_digest_time(now))
        said = [
            _("Its own mail leaves on %(day)s at %(hour)s:00.", day=formats.day(day, weekday=True), hour=_hour(reader))
        ]
    if is_due and not is_told:
        said.append(_("It is due and was not told yet: the scheduler makes its mail as soon as it runs."))
    return said


def _digest(row: FollowUp, reader: Reader, now: datetime) -> str:
    if not reader.wants(ReminderKind.digest):
        return _("The morning digest is switched off too, so it stands on Today alone.")
    day = max(_morning(row.due_on, reader), reader.today(now))
    day = day if calendars.is_workday(reader.actor.country, day, extra=reader.extra) else _next(day, reader)
    said = formats.day(day, weekday=True)
    return _(
        "It stands in the digest of %(day)s, %(hour)s:00, and in each one until it is settled.",
        day=said,
        hour=_hour(reader),
    )


def _morning(day: date, reader: Reader) -> date:
    """The last working day of the reader on or before a day: its digest reaches to the next one."""
    while not calendars.is_workday(reader.actor.country, day, extra=reader.extra):
        day -= timedelta(days=1)
    return day


def _next(day: date, reader: Reader) -> date:
    return calendars.next_workday(reader.actor.country, day, extra=reader.extra)


def _hour(reader: Reader) -> str:
    return f"{reader.digest_hour:02d}"
