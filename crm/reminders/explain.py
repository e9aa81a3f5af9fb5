"""Sentences and dates that the explanations of several kinds share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.reminders.models import Reminder
from crm.reminders.policy import digest_at
from crm.reminders.queries.cover_readers import may_see_record, pass_on
from crm.reminders.queries.readers import Reader
from crm.reminders.queries.sent import is_valid_reminder

MAX_DAYS_OFF = 14


def archived() -> str:
    """Explain an archived record."""
    return _("This record is archived, so no reminders are sent.")


def no_counselor() -> str:
    """Explain a record without a counselor."""
    return _("No counselor is assigned, so no reminders are sent.")


def closed_follow_up(row: FollowUp) -> str:
    """Explain a follow-up that nobody is reminded of anymore; "" while it is open."""
    if row.archived_at is not None:
        return archived()
    if row.state is not FollowUpState.open:
        return _("This is %(state)s. Pending reminders were canceled.", state=formats.within(row.state))
    return no_counselor() if row.counselor_id is None else ""


def deactivated() -> str:
    """Explain a record whose counselor left."""
    return _("The counselor's account is deactivated, so no reminders are sent. Reassign this record.")


def no_access(reader: Reader, row: Record) -> str:
    """Explain why a reader isn't reminded of a record that has their name on it."""
    name = reader.actor.name
    if row.confidential:
        return _("%(name)s doesn't have access to this confidential record.", name=name)
    return _("%(name)s doesn't have access to this record of another team.", name=name)


def no_digest() -> str:
    """Explain what is in no email at all."""
    return _("The daily digest is turned off too, so this appears only on Today.")


def explain_cover(
    one: Any, all_readers: Sequence[Reader], may_see: Callable[[Actor, Any], bool] = may_see_record
) -> list[str]:
    """Name the colleague who gets an email because they cover for the user when it is due; nothing without one."""
    (passed_on,) = pass_on([one], all_readers, one.due_at, may_see)
    if passed_on.user_id == one.user_id:
        return []
    names = {reader.actor.id: reader.actor.name for reader in all_readers}
    colleague, name = names[passed_on.user_id], names[one.user_id]
    return [_("%(colleague)s covers for %(name)s then and gets the email.", colleague=colleague, name=name)]


def due_now() -> str:
    """Explain a reminder that the next run of the planner creates."""
    return _("A reminder is due. The email will be created when the scheduler next runs.")


def digest_time(reader: Reader) -> str:
    """Return the hour of the reader's digest as a time of day."""
    return formats.clock_time(time(reader.digest_hour))


def weekday(day: date) -> str:
    return formats.day(day, weekday=True)


def works_on(reader: Reader, day: date) -> bool:
    return calendars.is_workday(reader.actor.country, day, extra=reader.extra_days)


def next_workday(reader: Reader, day: date) -> date:
    """Return the reader's first working day after a day."""
    return calendars.next_workday(reader.actor.country, day, extra=reader.extra_days)


def previous_workday(reader: Reader, day: date) -> date:
    """Return the reader's last working day before a day, but not one more than two weeks before it."""
    before = day - timedelta(days=1)
    while not works_on(reader, before) and (day - before).days < MAX_DAYS_OFF:
        before -= timedelta(days=1)
    return before


def follow_up_day(reader: Reader, row: FollowUp) -> date:
    """Return the day from which a follow-up is in the digest: that of its time for the reader, or its date."""
    return reader.today(row.due_at) if row.due_at else row.due_on


def first_digest_day(reader: Reader, day: date, now: datetime) -> date:
    """Return on which of the reader's working days, from today on, a dated item first counts: that of its day."""
    first = max(digest_day(reader, day), reader.today(now))
    return first if works_on(reader, first) else next_workday(reader, first)


def digest_moment(reader: Reader, day: date) -> datetime:
    """Return the moment of the reader's digest on a day."""
    return digest_at(day, reader.digest_hour, reader.actor.zone)


def first_digest(reader: Reader, day: date, now: datetime) -> datetime:
    """Return the moment of the first digest to come that has an item of a day; today's is over after its hour."""
    return max(digest_moment(reader, first_digest_day(reader, day, now)), reader.next_digest_at(now))


def digest_day(reader: Reader, day: date) -> date:
    """Return the reader's last working day on or before a day: its digest reaches to the next one."""
    while not works_on(reader, day):
        day -= timedelta(days=1)
    return day


def find_reminder(code: str, subject_key: str, user_id: int | None, occurrence: str) -> Reminder | None:
    """Return the reminder of an occurrence; None when there is none or its email was withdrawn."""
    stmt = sa.select(Reminder).where(
        Reminder.kind == code,
        Reminder.subject_key == subject_key,
        Reminder.user_id == user_id,
        Reminder.occurrence == occurrence,
        is_valid_reminder(),
    )
    return db.session.scalars(stmt).one_or_none()
